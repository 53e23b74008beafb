"""The fields of Mutation for projects, documents, comments, links and webhooks."""

from __future__ import annotations

from typing import Any

from connectors.linear.standin import project_changes, text_changes, uploads
from connectors.linear.standin.entities import (
    Comment,
    Document,
    EntityExternalLink,
    Project,
    ProjectLabel,
    ProjectUpdate,
    Webhook,
)
from connectors.linear.standin.errors import bad_argument, bad_input, not_found
from connectors.linear.standin.inputs import client_id, fields, one_of
from connectors.linear.standin.kinds import Value
from connectors.linear.standin.resolvers import Args, Call, Change


def payload(call: Call, **values: Value) -> dict[str, Any]:
    """Return what a mutation answers."""
    return {"success": True, "last_sync_id": call.world.last_sync_id, **values}


def stamps(call: Call, at: Value = None) -> dict[str, Any]:
    """Return the two instants of a new record."""
    return {"created_at": at or call.change.at, "updated_at": call.change.at}


def _project_create(call: Call, args: Args) -> dict[str, Any]:
    given = args["input"]
    entity_id = client_id(call, Project, given.get("id"))
    values = {
        k: v for k, v in fields(call, given, labels="project_labels").items() if v is not None
    }
    values.setdefault("status_id", _default_status(call))
    slug = call.world.ids.short()
    name = "-".join(given["name"].lower().split())
    project = Project(
        id=entity_id,
        **stamps(call),
        **values,
        slug_id=slug,
        url=f"{call.world.site}/project/{name}-{slug}",
        creator_id=call.viewer.id,
        document_content_id=call.world.ids.uuid(),
    )
    return payload(call, project=project_changes.create_project(call.change, project))


def _project_update(call: Call, args: Args) -> dict[str, Any]:
    project = call.world.project(args["id"])
    changes = fields(call, args["input"], labels="project_labels")
    for name in ("name", "status_id", "team_ids"):
        if name in changes and not changes[name]:
            raise bad_argument(name, "isDefined", f"{name} cannot be cleared.")
    project_changes.update_project(call.change, project, changes)
    return payload(call, project=project)


def _project_add_label(call: Call, args: Args) -> dict[str, Any]:
    return _relabel(call, args, add=True)


def _project_remove_label(call: Call, args: Args) -> dict[str, Any]:
    return _relabel(call, args, add=False)


def _relabel(call: Call, args: Args, *, add: bool) -> dict[str, Any]:
    project = call.world.project(args["id"])
    label = call.world.one("project_labels", args["labelId"])
    labels = [one for one in project.label_ids if one != label.id]
    if add:
        labels.append(label.id)
    project_changes.update_project(call.change, project, {"label_ids": labels})
    return payload(call, project=project)


def _project_delete(call: Call, args: Args) -> dict[str, Any]:
    project = call.world.project(args["id"])
    project_changes.trash_project(call.change, project)
    return payload(call, entity=project)


def _project_unarchive(call: Call, args: Args) -> dict[str, Any]:
    project = call.world.project(args["id"])
    project_changes.restore_project(call.change, project)
    return payload(call, entity=project)


def _project_label_create(call: Call, args: Args) -> dict[str, Any]:
    given = args["input"]
    entity_id = client_id(call, ProjectLabel, given.get("id"))
    if any(one.name == given["name"] for one in call.world.project_labels.values()):
        raise bad_input(f"A project label named {given['name']} already exists.")
    label = ProjectLabel(
        id=entity_id,
        **stamps(call),
        **{k: v for k, v in fields(call, given).items() if v is not None},
        creator_id=call.viewer.id,
    )
    return payload(call, project_label=text_changes.create_label(call.change, label))


def _project_update_create(call: Call, args: Args) -> dict[str, Any]:
    given = args["input"]
    entity_id = client_id(call, ProjectUpdate, given.get("id"))
    values = {k: v for k, v in fields(call, given).items() if v is not None}
    project = call.world.projects[values["project_id"]]
    slug = call.world.ids.short()
    update = ProjectUpdate(
        id=entity_id,
        **stamps(call),
        **({"body": "", "health": project.health or "onTrack"} | values),
        user_id=call.viewer.id,
        slug_id=slug,
        url=f"{project.url}/updates#project-update-{slug}",
    )
    return payload(call, project_update=project_changes.post_update(call.change, update))


def _project_update_update(call: Call, args: Args) -> dict[str, Any]:
    update = call.world.one("project_updates", args["id"])
    changes = {k: v for k, v in fields(call, args["input"]).items() if v is not None}
    return payload(call, project_update=project_changes.edit_update(call.change, update, changes))


def _document_create(call: Call, args: Args) -> dict[str, Any]:
    given = args["input"]
    entity_id = client_id(call, Document, given.get("id"))
    one_of(given, "projectId", "issueId", "teamId")
    slug = call.world.ids.short()
    title = "-".join(given["title"].lower().split())
    document = Document(
        id=entity_id,
        **stamps(call),
        **{k: v for k, v in fields(call, given).items() if v is not None},
        slug_id=slug,
        url=f"{call.world.site}/document/{title}-{slug}",
        document_content_id=call.world.ids.uuid(),
        creator_id=call.viewer.id,
        updated_by_id=call.viewer.id,
    )
    return payload(call, document=text_changes.create_document(call.change, document))


def _document_update(call: Call, args: Args) -> dict[str, Any]:
    document = call.world.document(args["id"])
    changes = fields(call, args["input"])
    if changes.get("content", "") is None:
        changes["content"] = ""
    text_changes.update_document(call.change, document, changes)
    return payload(call, document=document)


def _document_delete(call: Call, args: Args) -> dict[str, Any]:
    document = call.world.document(args["id"])
    text_changes.trash_document(call.change, document)
    return payload(call, entity=document)


def _document_unarchive(call: Call, args: Args) -> dict[str, Any]:
    document = call.world.document(args["id"])
    text_changes.restore_document(call.change, document)
    return payload(call, entity=document)


def _comment_create(call: Call, args: Args) -> dict[str, Any]:
    given = args["input"]
    entity_id = client_id(call, Comment, given.get("id"))
    values = {k: v for k, v in fields(call, given, parent="comments").items() if v is not None}
    created_at = values.pop("created_at", None)
    if values.get("parent_id"):
        parent = call.world.comments[values["parent_id"]]
        for name in ("issue_id", "project_id", "project_update_id", "document_content_id"):
            values[name] = getattr(parent, name)
        where = parent.url.split("#")[0]
    else:
        where = _commented(call, values, given)
    comment = Comment(
        id=entity_id,
        **stamps(call, created_at),
        **({"body": ""} | values),
        url=f"{where}#comment-{entity_id[:8]}",
        user_id=call.viewer.id,
    )
    return payload(call, comment=text_changes.create_comment(call.change, comment))


def _commented(call: Call, values: dict[str, Any], given: Args) -> str:
    """Return the address of what the comment is on. Raises Refused unless it is one thing."""
    target = one_of(given, "issueId", "projectId", "projectUpdateId", "documentContentId")
    world = call.world
    if target == "documentContentId":
        content_id = values["document_content_id"]
        document = world.document_of_content(content_id)
        owner = document or world.project_of_content(content_id)
        if owner is None:
            raise not_found("DocumentContent", "documentContentId")
        return owner.url
    if target == "issueId":
        return world.issues[values["issue_id"]].url
    if target == "projectId":
        return world.projects[values["project_id"]].url
    return world.project_updates[values["project_update_id"]].url


def _comment_update(call: Call, args: Args) -> dict[str, Any]:
    comment = call.world.one("comments", args["id"])
    body = args["input"].get("body")
    if body is not None:
        text_changes.update_comment(call.change, comment, body)
    return payload(call, comment=comment)


def _comment_delete(call: Call, args: Args) -> dict[str, Any]:
    comment = call.world.one("comments", args["id"])
    text_changes.delete_comment(call.change, comment)
    return payload(call, entity_id=comment.id)


def _link_create(call: Call, args: Args) -> dict[str, Any]:
    given = args["input"]
    entity_id = client_id(call, EntityExternalLink, given.get("id"))
    one_of(given, "projectId")
    link = EntityExternalLink(
        id=entity_id,
        **stamps(call),
        **{k: v for k, v in fields(call, given).items() if v is not None},
        creator_id=call.viewer.id,
    )
    return payload(call, entity_external_link=project_changes.add_link(call.change, link))


def _link_update(call: Call, args: Args) -> dict[str, Any]:
    link = call.world.one("links", args["id"])
    for name, value in args["input"].items():
        if value is not None:
            setattr(link, {"sortOrder": "sort_order"}.get(name, name), value)
    link.updated_at = call.change.at
    call.change.record("entityExternalLinkUpdate", link, url=link.url, label=link.label)
    return payload(call, entity_external_link=link)


def _link_delete(call: Call, args: Args) -> dict[str, Any]:
    link = call.world.one("links", args["id"])
    call.change.record("entityExternalLinkDelete", link, url=link.url)
    del call.world.links[link.id]
    return payload(call, entity_id=link.id)


def _file_upload(call: Call, args: Args) -> dict[str, Any]:
    allowed = call.world.behaviour.upload_types
    if args["contentType"] not in allowed:
        raise bad_input(f"This workspace takes only files of {', '.join(allowed)}.")
    if not 0 < args["size"] <= uploads.LARGEST:
        raise bad_argument("size", "max", f"A file has 1 to {uploads.LARGEST} bytes.")
    place = uploads.new_place(call.change, args["filename"], args["contentType"], args["size"])
    return payload(call, upload_file=place)


def _webhook_create(call: Call, args: Args) -> dict[str, Any]:
    given = args["input"]
    call.need_admin()
    entity_id = client_id(call, Webhook, given.get("id"))
    if not given.get("allPublicTeams"):
        one_of(given, "teamId")
    values = {k: v for k, v in fields(call, given).items() if v is not None}
    webhook = Webhook(
        id=entity_id,
        **stamps(call),
        **({"secret": call.world.ids.secret()} | values),
        creator_id=call.viewer.id,
    )
    call.world.add(webhook)
    call.change.record("webhookCreate", webhook, url=webhook.url)
    return payload(call, webhook=webhook)


def _webhook_update(call: Call, args: Args) -> dict[str, Any]:
    call.need_admin()
    webhook = call.world.one("webhooks", args["id"])
    for name, value in fields(call, args["input"]).items():
        if value is not None:
            setattr(webhook, name, value)
    webhook.updated_at = call.change.at
    call.change.record("webhookUpdate", webhook, url=webhook.url, enabled=webhook.enabled)
    return payload(call, webhook=webhook)


def _webhook_rotate_secret(call: Call, args: Args) -> dict[str, Any]:
    call.need_admin()
    webhook = call.world.one("webhooks", args["id"])
    webhook.secret = call.world.ids.secret()
    webhook.updated_at = call.change.at
    call.change.record("webhookRotateSecret", webhook)
    return payload(call, secret=webhook.secret)


def _webhook_delete(call: Call, args: Args) -> dict[str, Any]:
    call.need_admin()
    webhook = call.world.one("webhooks", args["id"])
    call.change.record("webhookDelete", webhook, url=webhook.url)
    del call.world.webhooks[webhook.id]
    return payload(call, entity_id=webhook.id)


def _default_status(call: Call) -> str:
    statuses = [s for s in call.world.project_statuses.values() if s.archived_at is None]
    return min((s for s in statuses if s.type == "backlog"), key=lambda s: s.position).id


MUTATIONS: dict[str, Change] = {
    "commentCreate": _comment_create,
    "commentDelete": _comment_delete,
    "commentUpdate": _comment_update,
    "documentCreate": _document_create,
    "documentDelete": _document_delete,
    "documentUnarchive": _document_unarchive,
    "documentUpdate": _document_update,
    "entityExternalLinkCreate": _link_create,
    "entityExternalLinkDelete": _link_delete,
    "entityExternalLinkUpdate": _link_update,
    "fileUpload": _file_upload,
    "projectAddLabel": _project_add_label,
    "projectCreate": _project_create,
    "projectDelete": _project_delete,
    "projectLabelCreate": _project_label_create,
    "projectRemoveLabel": _project_remove_label,
    "projectUnarchive": _project_unarchive,
    "projectUpdate": _project_update,
    "projectUpdateCreate": _project_update_create,
    "projectUpdateUpdate": _project_update_update,
    "webhookCreate": _webhook_create,
    "webhookDelete": _webhook_delete,
    "webhookRotateSecret": _webhook_rotate_secret,
    "webhookUpdate": _webhook_update,
}
