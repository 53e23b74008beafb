"""Asking JQL of issues: what each field means, and how its values compare."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors._standin.messages import Value
from connectors.jira.standin.entities import Issue
from connectors.jira.standin.jql import BadJql, Clause, Joined, Node, Query
from connectors.jira.standin.world import World

_RELATIVE = re.compile(r"([+-]?\d+)([mhdwM])")
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "M": timedelta(days=30),
}
_DATES: Mapping[str, Callable[[Issue], datetime | None]] = {
    "created": lambda i: i.created_at,
    "createddate": lambda i: i.created_at,
    "updated": lambda i: i.updated_at,
    "updateddate": lambda i: i.updated_at,
    "statuscategorychangeddate": lambda i: i.category_changed_at,
    "resolutiondate": lambda i: i.values.get("resolutiondate"),
    "resolved": lambda i: i.values.get("resolutiondate"),
    "due": lambda i: _midnight(i.values.get("duedate")),
    "duedate": lambda i: _midnight(i.values.get("duedate")),
}
_WAS = {
    "status": "status",
    "fixversion": "fixVersions",
    "resolution": "resolution",
    "assignee": "assignee",
}


def _midnight(day: Value) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day is not None else None


@dataclass(frozen=True, slots=True)
class Asking:
    """A query asked at one instant, by one account."""

    world: World
    now: datetime
    user_id: str | None

    def matches(self, query: Query, issue: Issue) -> bool:
        """Say whether an issue is found. Raises BadJql for what cannot be asked."""
        return query.where is None or self._fits(query.where, issue)

    def _fits(self, node: Node, issue: Issue) -> bool:
        match node:
            case Joined("and", parts):
                return all(self._fits(one, issue) for one in parts)
            case Joined("or", parts):
                return any(self._fits(one, issue) for one in parts)
            case Joined(_, (part,)):
                return not self._fits(part, issue)
            case Clause() as clause:
                return self._clause(clause, issue)
            case _:
                raise BadJql("Error in the JQL Query.")

    def _clause(self, clause: Clause, issue: Issue) -> bool:
        name = clause.field.lower()
        if clause.operator.startswith("was"):
            return self._was(name, clause, issue)
        if name in _DATES:
            return self._dated(clause, _DATES[name](issue))
        if name in ("summary", "text"):
            return self._worded(clause, issue.summary)
        if name == "resolution" and [v.lower() for v in clause.values] == ["unresolved"]:
            return (issue.values.get("resolution") is None) == (clause.operator in ("=", "in"))
        if name in ("key", "id", "issuekey", "issue"):
            return self._keyed(clause, issue)
        return self._named(clause, self._names(name, issue))

    # Kinds of clauses.

    def _named(self, clause: Clause, held: list[set[str]]) -> bool:
        wanted = [self._function(v).lower() for v in clause.values]
        names = {name.lower() for one in held for name in one}
        found = any(one in names for one in wanted)
        match clause.operator:
            case "=" | "in":
                return found
            case "!=" | "not in":
                return not found and bool(held)
            case "is":
                return not held
            case "is not":
                return bool(held)
            case operator:
                raise BadJql(
                    f"The operator '{operator}' is not supported by the '{clause.field}' field."
                )

    def _keyed(self, clause: Clause, issue: Issue) -> bool:
        if clause.operator in ("=", "in", "!=", "not in"):
            held = [{issue.id, issue.key, *issue.old_keys}]
            self._need_known(clause)
            return self._named(clause, held)
        number = int(issue.id)
        given = clause.values[0]
        other = self.world.issue(given)
        limit = int(other.id) if other is not None else int(given) if given.isdigit() else 0
        return _compare(clause.operator, number, limit)

    def _need_known(self, clause: Clause) -> None:
        for value in clause.values:
            if self.world.issue(value) is None and not self.world.past:
                raise BadJql(
                    f"An issue with key '{value}' does not exist for field '{clause.field}'."
                )

    def _worded(self, clause: Clause, text: str) -> bool:
        words = (
            clause.values[0].strip('"').replace("*", "").lower().split() if clause.values else []
        )
        found = all(word in text.lower() for word in words)
        if clause.operator == "~":
            return found
        if clause.operator == "!~":
            return not found
        raise BadJql(f"The operator '{clause.operator}' is not supported by the 'summary' field.")

    def _dated(self, clause: Clause, at: datetime | None) -> bool:
        if clause.operator in ("is", "is not"):
            return (at is None) == (clause.operator == "is")
        if at is None:
            return False
        return _compare(clause.operator, at, self._instant(clause.values[0], clause.field))

    def _instant(self, text: str, name: str) -> datetime:
        value = self._function(text)
        if (found := _RELATIVE.fullmatch(value)) is not None:
            return self.now + int(found[1]) * _UNITS[found[2]]
        if value.lstrip("-").isdigit():
            return datetime.fromtimestamp(int(value) / 1000, UTC)
        for form in ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d"):
            try:
                return datetime.strptime(value, form).replace(tzinfo=UTC)
            except ValueError:
                continue
        raise BadJql(
            f"Date value '{text}' for field '{name}' is invalid. Valid formats include: "
            "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', "
            "or a period format e.g. '-5d', '4w 2d'."
        )

    def _function(self, text: str) -> str:
        match text.lower():
            case "currentuser()":
                return self.user_id or ""
            case "now()":
                return f"{self.now:%Y-%m-%d %H:%M}"
            case "startofday()":
                return f"{self.now:%Y-%m-%d}"
            case _:
                return text

    def _was(self, name: str, clause: Clause, issue: Issue) -> bool:
        if name not in _WAS:
            raise BadJql(f"The operator 'was' is not supported by the '{clause.field}' field.")
        field_id = _WAS[name]
        held = [one for group in self._names(name, issue) for one in group]
        for change in issue.history:
            for item in change.items:
                if item.field_id == field_id:
                    held += [x for x in (item.old, item.old_text, item.new, item.new_text) if x]
        ever = {one.lower() for one in held}
        found = any(self._function(v).lower() in ever for v in clause.values)
        return found != ("not" in clause.operator)

    # What an issue holds, each thing with all of its names.

    def _names(self, name: str, issue: Issue) -> list[set[str]]:
        if name in _HOLDERS:
            return _HOLDERS[name](self.world, issue)
        field_id = self._custom(name)
        value = issue.values.get(field_id)
        if value is None:
            return []
        held = value if isinstance(value, list) else [value]
        return [{str(one)} for one in held]

    def _custom(self, name: str) -> str:
        wanted = name.replace("cf[", "customfield_").rstrip("]")
        for field in self.world.fields.values():
            if field.custom and wanted in (field.id, field.name.lower()):
                return field.id
        raise BadJql(f"Field '{name}' does not exist or you do not have permission to view it.")


def _one(table: Mapping[str, Any], key: str | None) -> list[set[str]]:
    if key is None or key not in table:
        return []
    found = table[key]
    return [{key, found if isinstance(found, str) else found.name}]


def _many(table: Mapping[str, Any], keys: Iterable[str]) -> list[set[str]]:
    return [{key, table[key].name} for key in keys if key in table]


def _project(world: World, issue: Issue) -> list[set[str]]:
    one = world.projects[issue.project_id]
    return [{one.id, one.key, one.name}]


def _category(world: World, issue: Issue) -> list[set[str]]:
    key = world.statuses[issue.status_id].category
    names = {
        "new": {"2", "To Do", "new"},
        "indeterminate": {"4", "In Progress", "indeterminate"},
        "done": {"3", "Done"},
    }
    return [names[key]]


def _person(field_id: str) -> Callable[[World, Issue], list[set[str]]]:
    def held(world: World, issue: Issue) -> list[set[str]]:
        user = world.users.get(issue.values.get(field_id) or "")
        return [{user.id, user.name, user.email, user.display_name}] if user else []

    return held


def _parent(world: World, issue: Issue) -> list[set[str]]:
    parent = world.issues.get(issue.parent_id or "")
    if parent is None:
        return []
    sub_task = world.issue_types[issue.type_id].level < 0
    return [{parent.id, parent.key}] if world.cloud or sub_task else []


def _epic(world: World, issue: Issue) -> list[set[str]]:
    parent = world.issues.get(issue.parent_id or "")
    if parent is None or world.issue_types[parent.type_id].level != 1:
        return []
    return [{parent.id, parent.key}]


_HOLDERS: Mapping[str, Callable[[World, Issue], list[set[str]]]] = {
    "project": _project,
    "issuetype": lambda w, i: _one(w.issue_types, i.type_id),
    "type": lambda w, i: _one(w.issue_types, i.type_id),
    "status": lambda w, i: _one(w.statuses, i.status_id),
    "statuscategory": _category,
    "resolution": lambda w, i: _one(w.resolutions, i.values.get("resolution")),
    "priority": lambda w, i: _one(w.priorities, i.values.get("priority")),
    "labels": lambda _, i: [{one} for one in i.values.get("labels") or []],
    "fixversion": lambda w, i: _many(w.versions, i.values.get("fixVersions") or []),
    "affectedversion": lambda w, i: _many(w.versions, i.values.get("versions") or []),
    "component": lambda w, i: _many(w.components, i.values.get("components") or []),
    "sprint": lambda w, i: _many(
        w.sprints,
        next(
            (
                i.values[f.id]
                for f in w.fields.values()
                if f.kind == "sprint" and i.values.get(f.id)
            ),
            [],
        ),
    ),
    "assignee": _person("assignee"),
    "reporter": _person("reporter"),
    "creator": lambda w, i: [{i.creator_id, w.users[i.creator_id].display_name}],
    "parent": _parent,
    "epic link": _epic,
}


def _compare(operator: str, left: Value, right: Value) -> bool:
    match operator:
        case "=":
            return bool(left == right)
        case "!=":
            return bool(left != right)
        case ">":
            return bool(left > right)
        case "<":
            return bool(left < right)
        case ">=":
            return bool(left >= right)
        case "<=":
            return bool(left <= right)
        case _:
            raise BadJql(f"The operator '{operator}' is not supported by a date.")
