"""Working time that was recorded on issues, as ours. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.jira.mapping import people
from connectors.jira.mapping import raw as read
from service.domain.tracking import TimeEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the working time of an issue; `total` is how many entries Jira counts in all."""

    worklogs: Sequence[Raw]
    total: int

    @property
    def whole(self) -> bool:
        """Whether these are all there are."""
        return len(self.worklogs) >= self.total


def page_of(raw: Raw) -> Page:
    """Read a page, as an issue carries it or as it is asked for."""
    worklogs = read.parts(raw, "worklogs")
    total = read.maybe_number(raw, "total")
    return Page(worklogs, len(worklogs) if total is None else int(total))


def entries(worklogs: Iterable[Raw], issue_id: str | None) -> tuple[TimeEntry, ...]:
    """Map what was recorded on an issue, each entry once: pages may overlap."""
    return tuple({one.id: one for one in (_entry(raw, issue_id) for raw in worklogs)}.values())


def spent(fields: Raw) -> float:
    """Return how many seconds Jira counts on an issue, by itself; 0 for none."""
    return read.maybe_number(fields, "timespent") or 0


def _entry(raw: Raw, issue_id: str | None) -> TimeEntry:
    return TimeEntry(
        id=read.ident(raw, "id"),
        at=read.instant(raw, "started"),
        seconds=read.number(raw, "timeSpentSeconds"),
        issue_id=issue_id,
        person_id=people.account_id(read.maybe_part(raw, "author")),
        recorded_at=read.maybe_instant(raw, "created"),
    )
