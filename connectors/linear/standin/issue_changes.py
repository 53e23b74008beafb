"""Changing issues: state, place, people and labels, with history, spans, log and events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.linear.standin import issue_history, payloads
from connectors.linear.standin.entities import (
    CLOSED_STATE_TYPES,
    Attachment,
    Issue,
    IssueRelation,
    Standing,
    StateSpan,
    Team,
    WorkflowState,
)
from connectors.linear.standin.errors import bad_input
from connectors.linear.standin.markdown import rewrite
from connectors.linear.standin.payloads import camel, wire
from connectors.linear.standin.tables import Tables
from connectors.linear.standin.world import Act, Happening

_NOT_IN_UPDATED_FROM = frozenset({"identifier", "number", "url"})


def default_state(tables: Tables, team: Team) -> WorkflowState:
    """Return the state a new issue of the team begins in."""
    states = tables.states_of(team.id)
    for kind in ("backlog", "unstarted", "started"):
        for state in states:
            if state.type == kind:
                return state
    return states[0]


def next_identifier(team: Team) -> tuple[int, str]:
    """Take the next number of a team."""
    team.last_number += 1
    return team.last_number, f"{team.key}-{team.last_number}"


def issue_url(act: Act, identifier: str, title: str) -> str:
    """Return the address people click."""
    slug = "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split())
    return f"{act.world.site}/issue/{identifier}/{slug[:60]}"


def create_issue(act: Act, issue: Issue) -> Issue:
    """Add the issue; its history begins with its first change, not with its creation."""
    world = act.world
    issue.description = rewrite(issue.description) if issue.description else None
    _refuse_foreign_state(act, {"state_id": issue.state_id}, issue.team_id)
    world.add(issue)
    issue.added_to_team_at = act.at
    issue.added_to_project_at = act.at if issue.project_id else None
    issue.added_to_cycle_at = act.at if issue.cycle_id else None
    _enter_state(act, issue, world.workflow_states[issue.state_id], None)
    _note_standing(act, issue)
    act.record("issueCreate", issue, identifier=issue.identifier, title=issue.title)
    _tell(act, issue, "create")
    return issue


def update_issue(act: Act, issue: Issue, changes: Mapping[str, Any]) -> Issue:
    """Set fields. `added_label_ids` and `removed_label_ids` change the set, the rest replaces."""
    wanted = _labels_settled(issue, dict(changes))
    if "state_id" in wanted:
        _refuse_foreign_state(act, wanted, wanted.get("team_id") or issue.team_id)
    if wanted.get("description"):
        wanted["description"] = rewrite(wanted["description"])
    if "team_id" in wanted and wanted["team_id"] != issue.team_id:
        wanted |= _moved_to(act, issue, wanted)
    if wanted.get("project_id", issue.project_id) != issue.project_id:
        wanted.setdefault("project_milestone_id", None)
    trash = wanted.pop("trashed", None)
    before = _set(act, issue, wanted)
    if before:
        issue_history.write(act, issue, before)
        shown = {k: v for k, v in before.items() if k not in _NOT_IN_UPDATED_FROM}
        shown["updated_at"] = issue.updated_at
        issue.updated_at = act.at
        _note_standing(act, issue)
        _tell(act, issue, "update", shown)
    detail = {camel(k): wire(v) for k, v in changes.items()}
    act.record("issueUpdate", issue, identifier=issue.identifier, changes=detail)
    if trash is not None:
        (archive_issue if trash else restore_issue)(act, issue)
    return issue


def archive_issue(act: Act, issue: Issue, *, trashed: bool = True, auto: bool = False) -> None:
    """Trash (`issueDelete`) or archive; `updatedAt` stays as it was [reported]."""
    issue.archived_at = act.at
    if trashed:
        issue.trashed = True
    if auto:
        issue.auto_archived_at = act.at
    change = {"trashed": True} if trashed else {"archived": True}
    issue_history.note(act, issue, change | ({"autoArchived": True} if auto else {}))
    act.record("issueDelete" if trashed else "issueArchive", issue, identifier=issue.identifier)
    _tell(act, issue, "remove")


def auto_close_issue(act: Act, issue: Issue, state: WorkflowState) -> Issue:
    """Close a stale issue as the team's automation does: the history names nobody."""
    return update_issue(act, issue, {"state_id": state.id, "auto_closed_at": act.at})


def restore_issue(act: Act, issue: Issue) -> None:
    """Bring a trashed or archived issue back."""
    before = {"archived_at": issue.archived_at, "trashed": issue.trashed}
    issue_history.note(act, issue, {"trashed": False} if issue.trashed else {"archived": False})
    issue.archived_at, issue.trashed, issue.auto_archived_at = None, None, None
    act.record("issueUnarchive", issue, identifier=issue.identifier)
    _tell(act, issue, "update", before)


def delete_issue(act: Act, issue: Issue) -> None:
    """Remove for good: nobody finds it any more."""
    world = act.world
    act.record("issueDelete", issue, identifier=issue.identifier, permanently=True)
    _tell(act, issue, "remove")
    del world.issues[issue.id]
    for relation in list(world.relations.values()):
        if issue.id in (relation.issue_id, relation.related_issue_id):
            del world.relations[relation.id]
    for name in ("comments", "attachments"):
        table = world.table(name)
        for one in [r for r in table.values() if r.issue_id == issue.id]:
            del table[one.id]


def relate(act: Act, relation: IssueRelation) -> IssueRelation:
    """Relate two issues; one that duplicates another moves to its team's duplicate state."""
    world = act.world
    world.add(relation)
    source = world.issues[relation.issue_id]
    related = world.issues[relation.related_issue_id]
    act.record(
        "issueRelationCreate",
        relation,
        type=relation.type,
        issue=source.identifier,
        related=related.identifier,
    )
    if relation.type == "duplicate":
        kinds = {s.type: s for s in world.states_of(source.team_id)}
        if "duplicate" in kinds:
            update_issue(act, source, {"state_id": kinds["duplicate"].id})
    return relation


def attach(act: Act, attachment: Attachment) -> Attachment:
    """Put a link on an issue; the same address on the same issue updates the one there is."""
    world = act.world
    there = next(
        (
            a
            for a in world.attachments.values()
            if (a.url, a.issue_id) == (attachment.url, attachment.issue_id)
        ),
        None,
    )
    if there is None:
        world.add(attachment)
        there = attachment
    else:
        there.title, there.subtitle = attachment.title, attachment.subtitle
        there.metadata, there.updated_at = attachment.metadata, act.at
    act.record("attachmentCreate", there, url=there.url, title=there.title)
    return there


def _refuse_foreign_state(act: Act, wanted: Mapping[str, Any], team_id: str) -> None:
    if "state_id" not in wanted:
        return
    state = act.world.workflow_states[wanted["state_id"]]
    if state.team_id != team_id:
        raise bad_input(f"State {state.name} does not belong to the issue's team.")


def _labels_settled(issue: Issue, wanted: dict[str, Any]) -> dict[str, Any]:
    added = wanted.pop("added_label_ids", None) or []
    removed = wanted.pop("removed_label_ids", None) or []
    labels = list(wanted.get("label_ids", issue.label_ids) or [])
    labels = [one for one in labels if one not in removed]
    labels += [one for one in added if one not in labels]
    if added or removed or "label_ids" in wanted:
        wanted["label_ids"] = list(dict.fromkeys(labels))
    return wanted


def _moved_to(act: Act, issue: Issue, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What else changes with the team: number, identifier, state, and labels of the old team."""
    world = act.world
    team = world.teams[wanted["team_id"]]
    number, identifier = next_identifier(team)
    issue.previous_identifiers = [*issue.previous_identifiers, issue.identifier]
    issue.added_to_team_at = act.at
    labels = wanted.get("label_ids", issue.label_ids)
    kept = [one for one in labels if world.issue_labels[one].team_id in (None, team.id)]
    moved: dict[str, Any] = {
        "number": number,
        "identifier": identifier,
        "url": issue_url(act, identifier, wanted.get("title") or issue.title),
        "label_ids": kept,
        "cycle_id": None,
    }
    if "state_id" not in wanted:
        kind = world.workflow_states[issue.state_id].type
        same = [s for s in world.states_of(team.id) if s.type == kind]
        moved["state_id"] = (same or [default_state(world, team)])[0].id
    return moved


def _set(act: Act, issue: Issue, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Set what differs and return the previous values, those of the time stamps included."""
    before = {k: getattr(issue, k) for k, v in wanted.items() if getattr(issue, k) != v}
    stamps = {
        name: getattr(issue, name)
        for name in ("started_at", "completed_at", "canceled_at", "added_to_project_at")
    }
    for name in before:
        setattr(issue, name, wanted[name])
    if "state_id" in before:
        _enter_state(act, issue, act.world.workflow_states[issue.state_id], before["state_id"])
    if "project_id" in before:
        issue.added_to_project_at = act.at if issue.project_id else None
    if before.get("cycle_id", issue.cycle_id) != issue.cycle_id:
        issue.added_to_cycle_at = act.at if issue.cycle_id else None
    return before | {k: v for k, v in stamps.items() if getattr(issue, k) != v}


def _enter_state(act: Act, issue: Issue, state: WorkflowState, left_id: str | None) -> None:
    if issue.spans and left_id is not None:
        issue.spans[-1].ended_at = act.at
    span = StateSpan(id=act.world.ids.uuid(), state_id=state.id, started_at=act.at)
    span.seq = len(issue.spans) + 1
    issue.spans.append(span)
    if state.type == "triage":
        issue.started_triage_at = act.at
    elif issue.started_triage_at and issue.triaged_at is None:
        issue.triaged_at = act.at
    if state.type == "started":
        issue.started_at = issue.started_at or act.at
    canceled = state.type in CLOSED_STATE_TYPES - {"completed"}
    issue.completed_at = (issue.completed_at or act.at) if state.type == "completed" else None
    issue.canceled_at = (issue.canceled_at or act.at) if canceled else None


def _note_standing(act: Act, issue: Issue) -> None:
    state = act.world.workflow_states[issue.state_id]
    issue.trail.append(
        Standing(
            at=act.at, project_id=issue.project_id, estimate=issue.estimate, state_type=state.type
        )
    )


def _tell(act: Act, issue: Issue, action: str, before: Mapping[str, Any] | None = None) -> None:
    act.tell(
        Happening(
            type="Issue",
            action=action,
            at=act.at,
            actor=act.actor,
            data=payloads.issue_data(act.world, issue),
            url=issue.url,
            team_ids=(issue.team_id,),
            updated_from=None if before is None else payloads.previous(before),
        )
    )
