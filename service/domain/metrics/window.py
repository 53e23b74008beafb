"""From when to when the figures look: the baseline and the close, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from service.domain.metrics.values import iso
from service.domain.tracking import StatusCategory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.domain.metrics.past import Past
    from service.domain.tracking import Project

CHOSEN = "chosen for this report"


class Chosen(NamedTuple):
    """An end of the window that was given, and what is said of the choice: never who made it."""

    at: datetime
    reason: str = CHOSEN


@dataclass(frozen=True, slots=True)
class Window:
    """The baseline (T0, the kick-off) and the close (T1), in UTC.

    `baseline` is None where no kick-off can be told; `baseline_reason` then says why.
    """

    baseline: datetime | None
    close: datetime
    baseline_reason: str
    close_reason: str

    def as_json(self) -> dict[str, object]:
        """Return the window as it is published."""
        return {
            "baseline": iso(self.baseline),
            "close": iso(self.close),
            "reasons": {"baseline": self.baseline_reason, "close": self.close_reason},
        }


def close_of(
    project: Project, pasts: Sequence[Past], now: datetime, given: Chosen | None
) -> tuple[datetime, str]:
    """Return the close and its reason: given, else closed by the tracker, else the last completion.

    A project in which nothing was completed is looked at as it is now.
    """
    if given is not None:
        return given.at.astimezone(UTC), given.reason
    if project.closed_at is not None:
        return project.closed_at.astimezone(UTC), "the project was closed then"
    completions = [done for past in pasts if past.member_at(now) and (done := past.done_at(now))]
    if completions:
        return max(completions), "last completion; the project is not closed"
    return now.astimezone(UTC), "now; the project is not closed and nothing in it is completed"


def window_of(
    project: Project,
    pasts: Sequence[Past],
    close: tuple[datetime, str],
    chosen: Chosen | None,
    timezone: tzinfo,
) -> Window:
    """Return the window: the first baseline that there is, in the order of `_baselines`.

    A baseline after the close is none: one that was chosen is refused with a reason, the others
    are passed over.
    """
    end, end_reason = close
    if chosen is not None and chosen.at > end:
        reason = f"the chosen kick-off {iso(chosen.at)} lies after the close {iso(end)}"
        return Window(None, end, reason, end_reason)
    for at, reason in _baselines(project, pasts, end, chosen, timezone):
        if at <= end:
            return Window(at.astimezone(UTC), end, reason, end_reason)
    reason = "the project was never started, nothing in it was, and it is empty at the close"
    return Window(None, end, reason, end_reason)


def _baselines(
    project: Project,
    pasts: Sequence[Past],
    end: datetime,
    chosen: Chosen | None,
    timezone: tzinfo,
) -> Iterator[tuple[datetime, str]]:
    if chosen is not None:
        yield chosen
    if project.started_at is not None:
        yield project.started_at, "the project was started then"
    if project.start_on is not None:
        yield datetime.combine(project.start_on, time.min, timezone), "the project's start date"
    begun = [past for past in pasts if StatusCategory.IN_PROGRESS in past.kinds]
    starts = [at for past in begun for at in starts_of(past)]
    if starts:
        yield min(starts), "the first of its issues went into progress"
    if (tenth := _tenth_present(pasts, end)) is not None:
        yield tenth, "10 % of the final scope was present"


def _tenth_present(pasts: Sequence[Past], end: datetime) -> datetime | None:
    """Return the first instant at which a tenth of the members at the close was there at once."""
    final = [past for past in pasts if past.member_at(end)]
    moves = [(start, 1) for past in final for start, _ in past.stays]
    moves += [(left, -1) for past in final for _, left in past.stays if left is not None]
    present = 0
    for at, by in sorted(moves):  # of one instant, those that leave go before those that join
        present += by
        if 10 * present >= len(final):
            return at
    return None


def starts_of(past: Past) -> Iterator[datetime]:
    """Yield an issue's entries into progress that happened while it was in the project."""
    for at, kind in zip(past.entered, past.kinds, strict=True):
        if kind is StatusCategory.IN_PROGRESS and past.member_at(at):
            yield at
