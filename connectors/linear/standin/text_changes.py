"""Changing documents and comments, whose Markdown reads back differently from what was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.linear.standin import payloads
from connectors.linear.standin.entities import Comment, Document, Label, Snapshot
from connectors.linear.standin.markdown import rewrite
from connectors.linear.standin.payloads import camel, wire
from connectors.linear.standin.world import Act, Happening


def create_document(act: Act, document: Document) -> Document:
    """Add a document."""
    document.content = rewrite(document.content)
    act.world.add(document)
    _keep(act, document)
    act.record("documentCreate", document, title=document.title, projectId=document.project_id)
    _tell(act, document, "create")
    return document


def update_document(act: Act, document: Document, changes: Mapping[str, Any]) -> Document:
    """Set fields; the content is replaced whole, whoever wrote meanwhile."""
    wanted = dict(changes)
    if wanted.get("content") is not None:
        wanted["content"] = rewrite(wanted["content"])
    trash = wanted.pop("trashed", None)
    before = {k: getattr(document, k) for k, v in wanted.items() if getattr(document, k) != v}
    for name in before:
        setattr(document, name, wanted[name])
    if before:
        before["updated_at"] = document.updated_at
        document.updated_at, document.updated_by_id = act.at, act.actor.id
        if "content" in before:
            _keep(act, document)
        _tell(act, document, "update", before)
    detail = {camel(k): wire(v) for k, v in changes.items()}
    act.record("documentUpdate", document, **detail)
    if trash is not None:
        (trash_document if trash else restore_document)(act, document)
    return document


def trash_document(act: Act, document: Document) -> None:
    """Trash; it can be restored."""
    document.trashed, document.archived_at = True, act.at
    act.record("documentDelete", document, title=document.title)
    _tell(act, document, "remove")


def restore_document(act: Act, document: Document) -> None:
    """Bring a trashed document back."""
    before = {"archived_at": document.archived_at, "trashed": document.trashed}
    document.trashed, document.archived_at = None, None
    act.record("documentUnarchive", document, title=document.title)
    _tell(act, document, "update", before)


def delete_document(act: Act, document: Document) -> None:
    """Remove for good: nobody finds it any more."""
    act.record("documentDelete", document, title=document.title, permanently=True)
    _tell(act, document, "remove")
    del act.world.documents[document.id]


def create_comment(act: Act, comment: Comment) -> Comment:
    """Add a comment."""
    comment.body = rewrite(comment.body)
    act.world.add(comment)
    act.record("commentCreate", comment, body=comment.body)
    _tell_comment(act, comment, "create")
    return comment


def update_comment(act: Act, comment: Comment, body: str) -> Comment:
    """Edit a comment."""
    before = {"body": comment.body, "updated_at": comment.updated_at}
    comment.body, comment.updated_at, comment.edited_at = rewrite(body), act.at, act.at
    act.record("commentUpdate", comment, body=comment.body)
    _tell_comment(act, comment, "update", before)
    return comment


def delete_comment(act: Act, comment: Comment) -> None:
    """Remove for good."""
    act.record("commentDelete", comment)
    _tell_comment(act, comment, "remove")
    del act.world.comments[comment.id]


def create_label(act: Act, label: Label) -> Label:
    """Add a label of issues or of projects."""
    act.world.add(label)
    kind = "issueLabelCreate" if type(label) is Label else "projectLabelCreate"
    act.record(kind, label, name=label.name)
    if type(label) is Label:
        teams = (label.team_id,) if label.team_id else tuple(act.world.teams)
        data = payloads.label_data(label)
        act.tell(Happening("IssueLabel", "create", act.at, act.actor, data, "", teams))
    return label


def _keep(act: Act, document: Document) -> None:
    document.snapshots.append(
        Snapshot(
            id=act.world.ids.uuid(),
            at=act.at,
            content=document.content,
            actor_ids=[act.actor.id],
        )
    )


def _tell(
    act: Act, document: Document, action: str, before: Mapping[str, Any] | None = None
) -> None:
    act.tell(
        Happening(
            type="Document",
            action=action,
            at=act.at,
            actor=act.actor,
            data=payloads.document_data(document),
            url=document.url,
            team_ids=_teams_of_document(act, document),
            updated_from=None if before is None else payloads.previous(before),
        )
    )


def _tell_comment(
    act: Act, comment: Comment, action: str, before: Mapping[str, Any] | None = None
) -> None:
    act.tell(
        Happening(
            type="Comment",
            action=action,
            at=act.at,
            actor=act.actor,
            data=payloads.comment_data(act.world, comment),
            url=comment.url,
            team_ids=_teams_of_comment(act, comment),
            updated_from=None if before is None else payloads.previous(before),
        )
    )


def _teams_of_document(act: Act, document: Document) -> tuple[str, ...]:
    world = act.world
    if document.team_id:
        return (document.team_id,)
    if document.issue_id and document.issue_id in world.issues:
        return (world.issues[document.issue_id].team_id,)
    project = world.projects.get(document.project_id or "")
    return tuple(project.team_ids) if project else ()


def _teams_of_comment(act: Act, comment: Comment) -> tuple[str, ...]:
    world = act.world
    if comment.issue_id:
        return (world.issues[comment.issue_id].team_id,)
    project_id = comment.project_id
    if comment.project_update_id:
        project_id = world.project_updates[comment.project_update_id].project_id
    if comment.document_content_id:
        document = world.document_of_content(comment.document_content_id)
        if document is not None:
            return _teams_of_document(act, document)
        overview = world.project_of_content(comment.document_content_id)
        project_id = overview.id if overview else None
    project = world.projects.get(project_id or "")
    return tuple(project.team_ids) if project else ()
