"""The checks of the session: that it has a day, and that the day has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from service.domain.checks.shape import Check, content, page_url, verdict
from service.domain.facts import Facts
from service.domain.policy import Level, Roles
from service.domain.postmortem import PostMortem
from service.domain.verdict import Need, Outcome, Verdict
from service.domain.words import day, quoted

FURTHEST_AHEAD = 60  # days


@dataclass(frozen=True, slots=True)
class SessionSet:
    """The page says on which day the session is.

    A day more than two months ahead is taken for a slip of the pen, or for a way round.
    """

    name: ClassVar[str] = "session-set"
    title: ClassVar[str] = "Session set"
    level: ClassVar[Level] = Level.SCHEDULED
    only: ClassVar[bool] = False

    who: Roles

    def evaluate(self, facts: Facts) -> Verdict:
        page = content(self, facts)
        if isinstance(page, Verdict):
            return page
        if page.session_on is None:
            return _no_day(self, page, facts)
        ahead = (page.session_on - facts.today).days
        if ahead > FURTHEST_AHEAD:
            return self._doubtful(page.session_on, ahead, facts)
        verb = "is set for" if page.session_on >= facts.today else "was on"
        summary = f"The session {verb} {day(page.session_on)}."
        return verdict(self, Outcome.PASSED, summary, url=page_url(facts))

    def _doubtful(self, on: date, ahead: int, facts: Facts) -> Verdict:
        url = page_url(facts)
        need = Need(
            "Write the day on which you meet as the session date", self.who.facilitator, url
        )
        summary = (
            f"The session date {day(on)} is {ahead} days ahead, which is doubtful: "
            "write the day on which you meet."
        )
        return verdict(self, Outcome.BLOCKED, summary, needs=[need], url=url)


@dataclass(frozen=True, slots=True)
class SessionHeld:
    """The day of the session has come.

    Higher levels do not ask it: a filled page is better evidence than a date.
    """

    name: ClassVar[str] = "session-held"
    title: ClassVar[str] = "Session held"
    level: ClassVar[Level] = Level.HELD
    only: ClassVar[bool] = True

    who: Roles

    def evaluate(self, facts: Facts) -> Verdict:
        page = content(self, facts)
        if isinstance(page, Verdict):
            return page
        if page.session_on is None:
            return _no_day(self, page, facts, follows=True)
        on, url = page.session_on, page_url(facts)
        if on > facts.today:
            need = Need(f"Hold the session on {day(on)}", self.who.facilitator, url)
            summary = f"The session is on {day(on)}."
            return verdict(self, Outcome.BLOCKED, summary, needs=[need], url=url)
        return verdict(self, Outcome.PASSED, f"The session was held on {day(on)}.", url=url)


def _no_day(check: Check, page: PostMortem, facts: Facts, *, follows: bool = False) -> Verdict:
    url = page_url(facts)
    todo = "Write the day of the session on the page"
    need = Need(todo, check.who.facilitator, url, follows=follows)
    if page.session_text:
        summary = (
            f"{quoted(page.session_text)} is not a day: write the session's day like 2027-03-28."
        )
    else:
        summary = "The page does not say on which day the session is."
    return verdict(check, Outcome.BLOCKED, summary, needs=[need], url=url)
