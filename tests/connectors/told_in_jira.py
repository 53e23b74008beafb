"""An issue told in our own words, as Jira's REST shows it. Written without the connector.

In two forms: `CLOUD` names fields and most values by id; `SERVER` is what old servers write: no
ids of fields, dates as text only, sprints as text, and times with whatever offset the author had.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from connectors.jira.mapping import history, issue, statuses
from connectors.jira.mapping.context import Context
from connectors.jira.mapping.fields import Fields
from service.domain.tracking import Change, Field, Issue, ProjectIssues, Status, StatusCategory

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Raw = dict[str, Any]

Side = tuple[str | None, str | None]

POINTS, SPRINT = "customfield_10016", "customfield_10020"
FIELDS = Fields(points=(POINTS,), sprint=SPRINT, ids={"story points": POINTS, "sprint": SPRINT})
_CATEGORIES = {
    StatusCategory.TODO: "new",
    StatusCategory.IN_PROGRESS: "indeterminate",
    StatusCategory.DONE: "done",
    # Jira has no such category: what was dropped is done, and only the resolution tells.
    StatusCategory.CANCELLED: "done",
}
_RESOLUTIONS = {StatusCategory.DONE: "Done", StatusCategory.CANCELLED: "Won't Do"}


@dataclass(frozen=True)
class Telling:
    """How a site tells of issues.

    - `by_id`: the form of Cloud. `resolves`: what is closed gets a resolution.
    - `known` are the statuses by our ids, `issues` the told issues by their keys.
    """

    by_id: bool
    resolves: bool
    known: Mapping[str, Status]
    issues: Mapping[str, Issue]

    def status_id(self, id_: str) -> str:
        """Return the id on this site: statuses are numbered."""
        return str(10_000 + sorted(self.known).index(id_))

    def issue_id(self, key: str) -> str:
        """Return the id on this site: issues are numbered."""
        return str(20_000 + sorted(self.issues).index(key))

    def status(self, id_: str | None) -> Raw:
        """Return a status of ours."""
        status = self.known[id_ or ""]
        category = {"key": _CATEGORIES[status.category]}
        return {"id": self.status_id(status.id), "name": status.name, "statusCategory": category}

    def resolution(self, id_: str | None) -> str | None:
        """Return the resolution of issues in a status of ours."""
        return _RESOLUTIONS.get(self.known[id_ or ""].category) if self.resolves else None


def in_jira(
    told: Iterable[Issue], known: Mapping[str, Status], *, by_id: bool, resolves: bool
) -> ProjectIssues:
    """Return the issues as the connector reads them from what Jira shows of them."""
    every = {one.id: one for one in told}
    telling = Telling(by_id, resolves, known, every)
    context = Context(
        fields=FIELDS,
        points=POINTS,
        known={one.id: one for one in (statuses.status(telling.status(id_)) for id_ in known)},
        ids={key: telling.issue_id(key) for key in every},
    )
    return ProjectIssues(
        issues=tuple(
            issue.issue(
                document(one, telling),
                history.ordered(histories(one, telling)),
                context,
                url=one.url,
            )
            for one in every.values()
        ),
        statuses=dict(context.known),
        unaccounted_removals=0,
    )


def document(told: Issue, telling: Telling) -> Raw:
    """Return the issue as it is today. Linear has no types of issues, so none is told here."""
    fields: Raw = {
        "summary": told.title,
        "created": _instant(told.created_at, telling, 0),
        "status": telling.status(told.status.id),
        "resolution": _named(telling.resolution(told.status.id)),
        "assignee": told.assignee
        and {**_account(told.assignee.id, telling), "displayName": told.assignee.name},
        "labels": sorted(told.labels),
        "duedate": told.due_on and told.due_on.isoformat(),
        POINTS: told.estimate,
        SPRINT: [_sprint(one, telling) for one in told.sprints] or None,
        "fixVersions": [{"id": one, "name": one} for one in told.membership],
        "issuelinks": [_blocked_by(one, telling) for one in told.blocked_by],
    }
    if told.team:
        fields["project"] = {"id": told.team.id, "key": told.team.key, "name": told.team.name}
    if told.parent_id:
        fields["parent"] = {"id": telling.issue_id(told.parent_id), "key": told.parent_id}
    return {"id": telling.issue_id(told.id), "key": told.key, "fields": fields}


def histories(told: Issue, telling: Telling) -> list[Raw]:
    """Return the changelog, newest first; what was changed in one go is one history."""
    together: defaultdict[str, list[Change]] = defaultdict(list)
    for one in told.changes:
        together[one.id].append(one)
    labels = set(told.labels)
    found = []
    for number, (id_, changes) in enumerate(reversed(together.items())):
        author = changes[0].actor_id
        found.append(
            {
                "id": id_,
                "created": _instant(changes[0].at, telling, number),
                **({"author": _account(author, telling)} if author else {}),
                "items": [
                    item
                    for field in dict.fromkeys(one.field for one in changes)
                    for item in _items(
                        [one for one in changes if one.field is field], labels, telling
                    )
                ],
            }
        )
    return found


def _items(changes: Sequence[Change], labels: set[str], telling: Telling) -> list[Raw]:
    """Return the items of one field; `labels` are those after it, and then those before."""
    first = changes[0]
    before = next((one.before for one in changes if one.before), None)
    after = next((one.after for one in changes if one.after), None)
    match first.field:
        case Field.STATUS:
            return _moved(before, after, telling)
        case Field.MEMBERSHIP:  # one by one
            return [
                _item(
                    telling, "Fix Version", "fixVersions", *map(_version, (one.before, one.after))
                )
                for one in changes
            ]
        case Field.LABELS:  # the whole list
            now = " ".join(sorted(labels))
            labels ^= {one for one in (before, after) if one}
            was = " ".join(sorted(labels))
            return [_item(telling, "labels", "labels", (None, was), (None, now))]
    name, field_id, say = _WORDS[first.field]
    if first.field is Field.TEXT and first.id[-1] in "02468":
        name = field_id = "summary"
    sides = (say(before, telling), say(after, telling))
    return [_item(telling, name, field_id, *sides)]


def _text(value: str | None, _telling: Telling) -> Side:
    return None, value


def _itself(value: str | None, _telling: Telling) -> Side:
    return value, value


def _day(value: str | None, telling: Telling) -> Side:
    return value if telling.by_id else None, value and f"{value} 00:00:00.0"


def _someone(value: str | None, telling: Telling) -> Side:
    return value and _account(value, telling).get("accountId", f"key-{value}"), value


def _numbered(value: str | None, _telling: Telling) -> Side:
    return value, value and f"Sprint {value}"


def _link(value: str | None, _telling: Telling) -> Side:
    return value, value and f"This issue is blocked by {value}"


def _version(closing: str | None) -> Side:
    return closing, closing


# What a field is called, its id, and how its values are written.
_WORDS: dict[Field, tuple[str, str, Callable[[str | None, Telling], Side]]] = {
    Field.ASSIGNEE: ("assignee", "assignee", _someone),
    Field.ESTIMATE: ("Story Points", POINTS, _text),
    Field.DUE_ON: ("duedate", "duedate", _day),
    Field.TEAM: ("project", "project", _itself),
    Field.SPRINTS: ("Sprint", SPRINT, _numbered),
    Field.BLOCKED_BY: ("Link", "issuelinks", _link),
    Field.TEXT: ("description", "description", _text),
}


def _moved(before: str | None, after: str | None, telling: Telling) -> list[Raw]:
    """Return the move, and the resolution that was given or taken with it."""
    sides = [(one["id"], one["name"]) for one in map(telling.status, (before, after))]
    found = [_item(telling, "status", "status", *sides)]
    was, became = telling.resolution(before), telling.resolution(after)
    if was != became:
        resolutions = [(one and f"1{len(one)}", one) for one in (was, became)]
        found.append(_item(telling, "resolution", "resolution", *resolutions))
    return found


def _item(telling: Telling, name: str, field_id: str, before: Side, after: Side) -> Raw:
    ids = {"fieldId": field_id} if telling.by_id else {}
    sides = {"from": before[0], "fromString": before[1], "to": after[0], "toString": after[1]}
    return {"field": name, "fieldtype": "jira", **ids, **sides}


def _blocked_by(key: str, telling: Telling) -> Raw:
    kind = {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"}
    return {"type": kind, "inwardIssue": {"id": telling.issue_id(key), "key": key}}


def _sprint(id_: str, telling: Telling) -> Raw | str:
    if telling.by_id:
        return {"id": int(id_), "name": f"Sprint {id_}", "state": "active"}
    return f"com.atlassian.greenhopper.service.sprint.Sprint@1f[id={id_},state=ACTIVE,name=Sprint]"


def _account(id_: str, telling: Telling) -> Raw:
    return {"accountId": f"5b10:{id_}"} if telling.by_id else {"name": id_, "key": f"key-{id_}"}


def _named(name: str | None) -> Raw | None:
    return {"name": name} if name else None


def _instant(at: datetime, telling: Telling, number: int) -> str:
    zone = UTC if telling.by_id else timezone(timedelta(hours=(-5, 2, -6)[number % 3]))
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S.000%z")
