"""An issue told in our own words, as Linear's GraphQL shows it. Written without the connector.

Ids are Linear's own, so that a figure can only be the same where no id gets into it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.linear import mapping
from connectors.linear.mapping import history
from service.domain.tracking import Change, Field, Issue, ProjectIssues, Status, StatusCategory

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Raw = dict[str, Any]

_TYPES = {
    StatusCategory.TODO: "unstarted",
    StatusCategory.IN_PROGRESS: "started",
    StatusCategory.DONE: "completed",
    StatusCategory.CANCELLED: "canceled",
}
# The pair of a history's entry, and the kind of thing it names.
_PAIRS = {
    Field.STATUS: ("fromStateId", "toStateId", "state"),
    Field.ASSIGNEE: ("fromAssigneeId", "toAssigneeId", "user"),
    Field.TEAM: ("fromTeamId", "toTeamId", "team"),
    Field.SPRINTS: ("fromCycleId", "toCycleId", "cycle"),
    Field.MEMBERSHIP: ("fromProjectId", "toProjectId", None),
}


def in_linear(told: Iterable[Issue], statuses: Mapping[str, Status]) -> ProjectIssues:
    """Return the issues as the connector reads them from what Linear shows of them."""
    every = list(told)
    states = [mapping.issue_status(_state(one)) for one in statuses.values()]
    return ProjectIssues(
        issues=tuple(
            history.issue(node(one), _labels(one), relations(one), entries(one)) for one in every
        ),
        statuses={state.id: state for state in states},
        unaccounted_removals=0,
    )


def project_id(told: str) -> str:
    """Return a project's id: that of the same in Jira, where it is a version.

    The chance in the forecasts is drawn by it.
    """
    return f"version:{told.removeprefix('version:')}"


def node(told: Issue) -> Raw:
    """Return the Issue."""
    return {
        "id": f"issue-{told.id}",
        "identifier": told.key,
        "title": told.title,
        "url": f"https://linear.app/acme/issue/{told.key}",
        "estimate": told.estimate,
        "createdAt": _instant(told.created_at),
        "archivedAt": None,
        "trashed": None,
        "dueDate": told.due_on and told.due_on.isoformat(),
        "state": _state(told.status),
        "team": told.team
        and {"id": f"team-{told.team.id}", "key": told.team.key, "name": told.team.name},
        "assignee": told.assignee
        and {"id": f"user-{told.assignee.id}", "name": told.assignee.name},
        "project": next(({"id": project_id(one)} for one in told.membership), None),
        "parent": told.parent_id and {"id": f"issue-{told.parent_id}"},
        "projectMilestone": None,
        "cycle": next(({"id": f"cycle-{one}"} for one in told.sprints), None),
    }


def relations(told: Issue) -> list[Raw]:
    """Return the inverse relations: what it waits for, and since when."""
    return [
        {
            "id": f"relation-{one.id}",
            "type": "blocks",
            "createdAt": _instant(one.at),
            "issue": {"id": f"issue-{one.after}"},
        }
        for one in told.changes
        if one.field is Field.BLOCKED_BY
    ]


def entries(told: Issue) -> list[Raw]:
    """Return the history, newest first; what was changed in one go is one entry."""
    together: defaultdict[str, list[Change]] = defaultdict(list)
    for one in told.changes:
        if one.field is not Field.BLOCKED_BY:
            together[one.id].append(one)
    return [_entry(id_, changes) for id_, changes in reversed(together.items())]


def _entry(id_: str, changes: Sequence[Change]) -> Raw:
    entry: Raw = {
        # Ids are compared as text; of what is done in one instant they tell the order.
        "id": f"entry-{id_:0>12}",
        "createdAt": _instant(changes[0].at),
        "actorId": changes[0].actor_id and f"user-{changes[0].actor_id}",
    }
    for one in changes:
        match one.field:
            case Field.ESTIMATE:
                entry["fromEstimate"] = one.before and float(one.before)
                entry["toEstimate"] = one.after and float(one.after)
            case Field.DUE_ON:
                entry["fromDueDate"], entry["toDueDate"] = one.before, one.after
            case Field.LABELS:
                side, label = ("removed", one.before) if one.before else ("added", one.after)
                entry.setdefault(f"{side}LabelIds", []).append(_id("label", label))
            case Field.TEXT:
                words = {"toTitle": "Said better"}
                entry |= words if id_[-1] in "02468" else {"updatedDescription": True}
            case field:
                source, target, kind = _PAIRS[field]
                # A move is told as one that left and one that joined: one pair here.
                entry |= {source: _id(kind, one.before)} if one.before else {}
                entry |= {target: _id(kind, one.after)} if one.after else {}
    return entry


def _state(status: Status) -> Raw:
    return {"id": f"state-{status.id}", "name": status.name, "type": _TYPES[status.category]}


def _labels(told: Issue) -> list[Raw]:
    return [{"id": f"label-{id_}", "name": name} for id_, name in told.labels.items()]


def _id(kind: str | None, value: str | None) -> str | None:
    if value is None:
        return None
    return f"{kind}-{value}" if kind else project_id(value)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
