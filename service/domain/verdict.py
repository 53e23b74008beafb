"""A verdict: a tree of checks, each with an outcome and a sentence for who has to act."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Outcome(StrEnum):
    """What a check found. Blocked beats unknown beats passed; skipped does not count."""

    PASSED = "passed"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to do: what, who can do it (a person's or a role's name), and where.

    `follows` marks what comes by itself, or with something that another check asks for.
    """

    what: str
    who: str | None = None
    url: str | None = None
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one check, with the outcomes it is made of.

    - `name` is the check's stable name (`actions-verified`), `title` its words for people.
    - `summary` is written for the person who is blocked: what is missing, where, who can fix it.
    - `since` is when it first had this outcome, where that is known.
    - `waived` says by whom, why and until when, for a check that passes by a waiver only.
    """

    name: str
    title: str
    outcome: Outcome
    summary: str
    needs: tuple[Need, ...] = ()
    url: str | None = None
    since: datetime | None = None
    waived: str | None = None
    children: tuple[Verdict, ...] = ()


def all_of(outcomes: Iterable[Outcome]) -> Outcome:
    """Blocked beats unknown beats passed; no live check at all is unknown."""
    live = [outcome for outcome in outcomes if outcome is not Outcome.SKIPPED]
    for worst in (Outcome.BLOCKED, Outcome.UNKNOWN, Outcome.PASSED):
        if worst in live:
            return worst
    return Outcome.UNKNOWN


def carry(previous: Verdict | None, new: Verdict, now: datetime) -> Verdict:
    """Say since when each part has its outcome: as before where it is unchanged, else since now.

    Parts are the same when they have the same name below the same part.
    """
    same = previous is not None and previous.name == new.name
    before = previous if same else None
    unchanged = before is not None and before.outcome is new.outcome
    since = before.since if before is not None and unchanged and before.since else now
    parts = {child.name: child for child in before.children} if before is not None else {}
    children = tuple(carry(parts.get(child.name), child, now) for child in new.children)
    return replace(new, since=since, children=children)


def to_json(verdict: Verdict) -> Mapping[str, object]:
    """Return a verdict as the API shows one check; `since` is ISO 8601 with its zone."""
    return {
        "name": verdict.name,
        "title": verdict.title,
        "outcome": verdict.outcome.value,
        "summary": verdict.summary,
        "needs": [{"what": need.what, "who": need.who, "url": need.url} for need in verdict.needs],
        "url": verdict.url,
        "since": verdict.since.isoformat() if verdict.since else None,
        "waived": verdict.waived,
        "children": [to_json(child) for child in verdict.children],
    }
