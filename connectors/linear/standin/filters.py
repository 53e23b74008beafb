"""Filters: whether a record is what a list was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from connectors.linear.standin import relations
from connectors.linear.standin.entities import (
    Attachment,
    Comment,
    Document,
    Entity,
    EntityExternalLink,
    Issue,
    Label,
    Project,
    ProjectLabel,
    ProjectMilestone,
    ProjectStatus,
    ProjectUpdate,
    Team,
    User,
    WorkflowState,
)
from connectors.linear.standin.kinds import Record, Value
from connectors.linear.standin.scalars import Duration
from connectors.linear.standin.tables import Tables

_TYPE_NAMES: dict[type[Entity], str] = {
    Attachment: "Attachment",
    Comment: "Comment",
    Document: "Document",
    EntityExternalLink: "EntityExternalLink",
    Issue: "Issue",
    Label: "IssueLabel",
    Project: "Project",
    ProjectLabel: "ProjectLabel",
    ProjectMilestone: "ProjectMilestone",
    ProjectStatus: "ProjectStatus",
    ProjectUpdate: "ProjectUpdate",
    Team: "Team",
    User: "User",
    WorkflowState: "WorkflowState",
}
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, wanted: value == wanted,
    "neq": lambda value, wanted: value != wanted,
    "in": lambda value, wanted: value in wanted,
    "nin": lambda value, wanted: value not in wanted,
    "gt": lambda value, wanted: value is not None and value > wanted,
    "gte": lambda value, wanted: value is not None and value >= wanted,
    "lt": lambda value, wanted: value is not None and value < wanted,
    "lte": lambda value, wanted: value is not None and value <= wanted,
    "null": lambda value, wanted: (value is None) == wanted,
    "contains": lambda value, wanted: wanted in (value or ""),
    "containsIgnoreCase": lambda value, wanted: wanted.lower() in (value or "").lower(),
    "startsWith": lambda value, wanted: (value or "").startswith(wanted),
    "startsWithIgnoreCase": lambda value, wanted: (value or "").lower().startswith(wanted.lower()),
    "endsWith": lambda value, wanted: (value or "").endswith(wanted),
    "eqIgnoreCase": lambda value, wanted: (value or "").lower() == wanted.lower(),
    "neqIgnoreCase": lambda value, wanted: (value or "").lower() != wanted.lower(),
    "notContains": lambda value, wanted: wanted not in (value or ""),
    "notContainsIgnoreCase": lambda value, wanted: wanted.lower() not in (value or "").lower(),
    "notStartsWith": lambda value, wanted: not (value or "").startswith(wanted),
    "notEndsWith": lambda value, wanted: not (value or "").endswith(wanted),
}


def snake(name: str) -> str:
    """`completedAt` -> `completed_at`."""
    return _CAPITAL.sub("_", name).lower()


@dataclass(frozen=True, slots=True)
class Sieve:
    """A filter with what it needs to be applied: the records, who asks, and the time."""

    tables: Tables
    viewer_id: str | None
    now: datetime

    def passes(self, record: Record, wanted: Mapping[str, Any] | None) -> bool:
        """Say whether the record, which may be None, meets all of the filter."""
        if wanted is None:
            return True
        if "null" in wanted and wanted["null"] is not None:
            if (record is None) != wanted["null"]:
                return False
            rest = {k: v for k, v in wanted.items() if k != "null"}
            return record is None or self.passes(record, rest)
        if record is None:
            return not wanted
        return all(self._meets(record, k, v) for k, v in wanted.items() if v is not None)

    def _meets(self, record: Record, name: str, wanted: Value) -> bool:
        if name == "and":
            return all(self.passes(record, one) for one in wanted)
        if name == "or":
            return any(self.passes(record, one) for one in wanted)
        kind = _TYPE_NAMES[type(record)]
        if name in relations.TO_ONE.get(kind, ()):
            return self.passes(relations.one(self.tables, kind, name, record), wanted)
        if name in relations.TO_MANY.get(kind, ()):
            return self._some(list(relations.TO_MANY[kind][name](self.tables, record)), wanted)
        if name == "documentContent":
            return self._content(record, wanted)
        if name == "isMe":
            return self._compares(record.id == self.viewer_id, wanted)
        return self._compares(getattr(record, snake(name)), wanted)

    def _some(self, records: list[Any], wanted: Mapping[str, Any]) -> bool:
        """Apply a filter of a collection: bare fields ask for some record that meets them."""
        bare = {
            k: v for k, v in wanted.items() if k not in ("some", "every", "length", "and", "or")
        }
        return (
            (not bare or any(self.passes(r, bare) for r in records))
            and ("some" not in wanted or any(self.passes(r, wanted["some"]) for r in records))
            and ("every" not in wanted or all(self.passes(r, wanted["every"]) for r in records))
            and ("length" not in wanted or self._compares(len(records), wanted["length"]))
            and all(self._some(records, one) for one in wanted.get("and") or ())
            and ("or" not in wanted or any(self._some(records, one) for one in wanted["or"]))
        )

    def _content(self, comment: Comment, wanted: Mapping[str, Any]) -> bool:
        """Apply a filter of a document's content, which is no record of its own here."""
        if "null" in wanted and (comment.document_content_id is None) != wanted["null"]:
            return False
        owner = relations.content_of(self.tables, comment)
        tests = {
            "id": lambda w: self._compares(comment.document_content_id, w),
            "document": lambda w: isinstance(owner, Document) and self.passes(owner, w),
            "project": lambda w: isinstance(owner, Project) and self.passes(owner, w),
            "and": lambda w: all(self._content(comment, one) for one in w),
            "or": lambda w: any(self._content(comment, one) for one in w),
        }
        return all(tests[name](value) for name, value in wanted.items() if name in tests)

    def _compares(self, value: Value, wanted: Mapping[str, Any]) -> bool:
        return all(
            _TESTS[name](value, self._same_kind(value, operand))
            for name, operand in wanted.items()
            if operand is not None
        )

    def _same_kind(self, value: Value, operand: Value) -> Value:
        """Turn durations into instants, and instants into dates where a date is compared."""
        if isinstance(operand, list):
            return [self._same_kind(value, one) for one in operand]
        if isinstance(operand, Duration):
            operand = operand.after(self.now)
        if isinstance(operand, datetime) and isinstance(value, date):
            return operand if isinstance(value, datetime) else operand.date()
        return operand
