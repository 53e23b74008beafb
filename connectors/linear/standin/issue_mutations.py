"""The fields of Mutation for issues and what hangs on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.linear.standin import issue_changes, text_changes
from connectors.linear.standin.entities import Attachment, Issue, IssueRelation, Label
from connectors.linear.standin.errors import Refused, bad_argument, bad_input
from connectors.linear.standin.inputs import assignable, client_id, fields
from connectors.linear.standin.mutations import payload, stamps
from connectors.linear.standin.resolvers import Args, Call, Change

_LARGEST_BATCH = 50


def _issue_create(call: Call, args: Args) -> dict[str, Any]:
    return payload(call, issue=_create(call, args["input"]))


def _issue_batch_create(call: Call, args: Args) -> dict[str, Any]:
    """All or none, as far as ids are concerned."""
    given = args["input"]["issues"]
    if len(given) > _LARGEST_BATCH:
        raise bad_argument("issues", "arrayMaxSize", f"issues must hold at most {_LARGEST_BATCH}")
    ids = [one["id"] for one in given if one.get("id")]
    for one in given:
        client_id(call, Issue, one.get("id"))
        fields(call, one)
    if len(set(ids)) < len(ids):
        raise bad_argument("issues", "arrayUnique", "issues must have different ids")
    return payload(call, issues=[_create(call, one) for one in given])


def _create(call: Call, given: Mapping[str, Any]) -> Issue:
    world = call.world
    entity_id = client_id(call, Issue, given.get("id"))
    if not given.get("title"):
        raise bad_argument("title", "isNotEmpty", "title should not be empty")
    values = {k: v for k, v in fields(call, given).items() if v is not None}
    assignable(call, values.get("assignee_id"))
    created_at = values.pop("created_at", None)
    team = world.teams[values["team_id"]]
    values.setdefault("state_id", issue_changes.default_state(world, team).id)
    if world.workflow_states[values["state_id"]].team_id != team.id:
        raise bad_input("stateId does not belong to the team of the issue.")
    number, identifier = issue_changes.next_identifier(team)
    issue = Issue(
        id=entity_id,
        **stamps(call, created_at),
        **values,
        number=number,
        identifier=identifier,
        url=issue_changes.issue_url(call.change, identifier, given["title"]),
        creator_id=call.viewer.id,
        sort_order=-float(number),
    )
    return issue_changes.create_issue(call.change, issue)


def _issue_update(call: Call, args: Args) -> dict[str, Any]:
    issue = call.world.issue(args["id"])
    changes = fields(call, args["input"])
    for name in ("title", "state_id", "team_id"):
        if name in changes and not changes[name]:
            raise bad_argument(name, "isDefined", f"{name} cannot be cleared.")
    assignable(call, changes.get("assignee_id"))
    issue_changes.update_issue(call.change, issue, changes)
    return payload(call, issue=issue)


def _issue_add_label(call: Call, args: Args) -> dict[str, Any]:
    label = call.world.one("issue_labels", args["labelId"])
    issue = call.world.issue(args["id"])
    issue_changes.update_issue(call.change, issue, {"added_label_ids": [label.id]})
    return payload(call, issue=issue)


def _issue_remove_label(call: Call, args: Args) -> dict[str, Any]:
    label = call.world.one("issue_labels", args["labelId"])
    issue = call.world.issue(args["id"])
    issue_changes.update_issue(call.change, issue, {"removed_label_ids": [label.id]})
    return payload(call, issue=issue)


def _issue_archive(call: Call, args: Args) -> dict[str, Any]:
    issue = call.world.issue(args["id"])
    issue_changes.archive_issue(call.change, issue, trashed=bool(args.get("trash")))
    return payload(call, entity=issue)


def _issue_delete(call: Call, args: Args) -> dict[str, Any]:
    issue = call.world.issue(args["id"])
    if args.get("permanentlyDelete"):
        issue_changes.delete_issue(call.change, issue)
        return payload(call, entity=None)
    issue_changes.archive_issue(call.change, issue)
    return payload(call, entity=issue)


def _issue_unarchive(call: Call, args: Args) -> dict[str, Any]:
    issue = call.world.issue(args["id"])
    issue_changes.restore_issue(call.change, issue)
    return payload(call, entity=issue)


def _issue_label_create(call: Call, args: Args) -> dict[str, Any]:
    given = args["input"]
    entity_id = client_id(call, Label, given.get("id"))
    values = {k: v for k, v in fields(call, given).items() if v is not None}
    team_id = values.get("team_id")
    for one in call.world.issue_labels.values():
        if one.name.lower() == given["name"].lower() and one.team_id in (None, team_id):
            raise bad_input(f"A label named {given['name']} already exists.")
    label = Label(id=entity_id, **stamps(call), **values, creator_id=call.viewer.id)
    return payload(call, issue_label=text_changes.create_label(call.change, label))


def _relation_create(call: Call, args: Args) -> dict[str, Any]:
    """A missing issue is a bad argument here, not "not found" [reported]."""
    given = args["input"]
    entity_id = client_id(call, IssueRelation, given.get("id"))
    ends: dict[str, str] = {}
    for name in ("issueId", "relatedIssueId"):
        try:
            ends[name] = call.world.issue(given[name]).id
        except Refused:
            raise bad_argument(name, "isIssue", f"{name} must be an existing issue") from None
    if ends["issueId"] == ends["relatedIssueId"]:
        raise bad_argument("relatedIssueId", "isOther", "An issue cannot relate to itself")
    relation = IssueRelation(
        id=entity_id,
        **stamps(call),
        issue_id=ends["issueId"],
        related_issue_id=ends["relatedIssueId"],
        type=given["type"],
    )
    return payload(call, issue_relation=issue_changes.relate(call.change, relation))


def _relation_delete(call: Call, args: Args) -> dict[str, Any]:
    relation = call.world.one("relations", args["id"])
    call.change.record("issueRelationDelete", relation)
    del call.world.relations[relation.id]
    return payload(call, entity_id=relation.id)


def _attachment_create(call: Call, args: Args) -> dict[str, Any]:
    return payload(call, attachment=_attach(call, args["input"]))


def _attachment_link_url(call: Call, args: Args) -> dict[str, Any]:
    given = {**args, "title": args.get("title") or args["url"]}
    return payload(call, attachment=_attach(call, given))


def _attach(call: Call, given: Mapping[str, Any]) -> Attachment:
    entity_id = client_id(call, Attachment, given.get("id"))
    values = {k: v for k, v in fields(call, given).items() if v is not None}
    values.pop("icon_url", None)
    attachment = Attachment(id=entity_id, **stamps(call), **values, creator_id=call.viewer.id)
    return issue_changes.attach(call.change, attachment)


def _attachment_delete(call: Call, args: Args) -> dict[str, Any]:
    attachment = call.world.one("attachments", args["id"])
    call.change.record("attachmentDelete", attachment, url=attachment.url)
    del call.world.attachments[attachment.id]
    return payload(call, entity_id=attachment.id)


ISSUE_MUTATIONS: dict[str, Change] = {
    "attachmentCreate": _attachment_create,
    "attachmentDelete": _attachment_delete,
    "attachmentLinkURL": _attachment_link_url,
    "issueAddLabel": _issue_add_label,
    "issueArchive": _issue_archive,
    "issueBatchCreate": _issue_batch_create,
    "issueCreate": _issue_create,
    "issueDelete": _issue_delete,
    "issueLabelCreate": _issue_label_create,
    "issueRelationCreate": _relation_create,
    "issueRelationDelete": _relation_delete,
    "issueRemoveLabel": _issue_remove_label,
    "issueUnarchive": _issue_unarchive,
    "issueUpdate": _issue_update,
}
