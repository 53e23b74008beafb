"""What the pages show, worked out before any template sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

from service import rendering
from service.domain.closeout import Closeout, CloseoutStatus, Hold, StatusChange, Waiver
from service.domain.tracking import ProjectRef
from service.domain.verdict import Outcome, Verdict
from service.ports import Enforcement
from service.records import Effect, EffectState, Store
from service.web.figures import Figures, figures_of
from service.web.presentation import project_path
from service.web.states import KnownAction, states

if TYPE_CHECKING:
    from service.bootstrap import Services

WAITED_FOR = 3  # how many open checks the list of projects names

CLAIMS = {
    Outcome.PASSED: "may close",
    Outcome.BLOCKED: "cannot close yet",
    Outcome.UNKNOWN: "cannot be judged yet",
    Outcome.SKIPPED: "cannot be judged yet",
}
FIRMNESS = {
    Enforcement.VETO: "The tracker itself refuses to close it until the checks are met.",
    Enforcement.UNDO: (
        "The tracker cannot refuse a closure, so Closeout moves a closed project back within "
        "seconds."
    ),
    Enforcement.REPORT_ONLY: "Closeout can neither refuse nor undo a closure here: it reports it.",
}
MODES = {
    "observe": "It writes nothing to the tracker and records what it would have done.",
    "warn": "It comments on the project and leaves it as it is.",
    "enforce": "It holds the project open until the checks are met.",
}
STATUS_WORDS = {
    CloseoutStatus.REQUESTED: "A closure was seen",
    CloseoutStatus.IN_REVIEW: "In review: the project is held open",
    CloseoutStatus.CLEARED: "Cleared: everything asked for is met",
    CloseoutStatus.CLOSED: "Closed for good",
    CloseoutStatus.WITHDRAWN: "Withdrawn: the project left",
}
PURPOSES = {
    "page": "Post-mortem page written",
    "link": "Link to the page put on the project",
    "comment": "Comment put on the project",
    "ticket": "Ticket made",
    "relation": "Tickets related",
    "close": "Project closed",
}
SAID_ELSEWHERE = {"hold", "would-hold"}  # holds and notes tell of these with more words


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a closeout stands, in the words of its headline.

    `tone` is the outcome that colours it; `met` of `live` are None before the first check.
    """

    claim: str
    tone: str
    met: int | None
    live: int | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A project in the list: where it stands and what is waited for."""

    name: str
    workspace: str
    path: str
    standing: Standing
    since: datetime
    waits_for: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a project's page shows; `closeout` is None before its first closure.

    - `verdict`, `checked_at` and `policy` are of the last check; None before it.
    - `firmness` says in a sentence what Closeout can do to a closure here, and does.
    """

    project: ProjectRef
    name: str
    path: str
    closeout: Closeout | None
    standing: Standing
    verdict: Verdict | None
    checked_at: datetime | None
    policy: str | None
    checks: tuple[Verdict, ...]
    enforcement: str
    mode: str
    firmness: str
    figures: Figures | None
    actions: tuple[KnownAction, ...]
    waivers: tuple[Waiver, ...]
    history: tuple[HistoryEntry, ...]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of what happened, and when."""

    at: datetime
    text: str
    url: str | None = None


def standing(closeout: Closeout | None, verdict: Verdict | None) -> Standing:
    """Say where a closeout stands."""
    met, live = rendering.count(verdict) if verdict else (None, None)
    if closeout is not None and not closeout.status.live:
        closed = closeout.status is CloseoutStatus.CLOSED
        return Standing(closeout.status.value, "passed" if closed else "skipped", met, live)
    if verdict is None:
        return Standing("not checked yet", "unknown", None, None)
    return Standing(CLAIMS[verdict.outcome], verdict.outcome.value, met, live)


def case_row(closeout: Closeout, verdict: Verdict | None) -> CaseRow:
    """Make the line of a closeout in the list of projects."""
    open_ones = open_checks(verdict) if verdict else ()
    since = closeout.requested_at if closeout.status.live else closeout.closed_at
    return CaseRow(
        name=closeout.project_name,
        workspace=closeout.project.workspace,
        path=project_path(closeout.project),
        standing=standing(closeout, verdict),
        since=since or closeout.requested_at,
        waits_for=tuple(check.title for check in open_ones[:WAITED_FOR]),
        more=max(0, len(open_ones) - WAITED_FOR),
    )


def case_of(services: Services, project: ProjectRef) -> Case:
    """Gather what is known of a project; one without a closeout is judged now.

    Raises Unavailable, NotAllowed or NotFound where it has to be judged and cannot be.
    """
    store = services.store
    closeout = store.closeout(project)
    if closeout is not None:
        kept = store.verdict(closeout.id)
    else:
        found = services.look(project)
        kept = found.verdict, found.at, found.policy
    verdict, at, policy = kept or (None, None, None)
    enforcement = services.enforcement(project.workspace)
    mode = services.settings.workspaces[project.workspace].mode
    return Case(
        project=project,
        name=closeout.project_name if closeout else project.key,
        path=project_path(project),
        closeout=closeout,
        standing=standing(closeout, verdict),
        verdict=verdict,
        checked_at=at,
        policy=policy,
        checks=checks_in_order(verdict) if verdict else (),
        enforcement=enforcement.value,
        mode=mode,
        firmness=f"{FIRMNESS[enforcement]} {MODES[mode]}",
        figures=figures_of(store, closeout.id) if closeout else None,
        actions=tuple(states(store, closeout.id)) if closeout else (),
        waivers=tuple(store.waivers(closeout.id)) if closeout else (),
        history=history(store, closeout.id) if closeout else (),
    )


def open_checks(verdict: Verdict) -> tuple[Verdict, ...]:
    """Return the checks that keep a project open."""
    return tuple(
        child for child in verdict.children if child.outcome in {Outcome.BLOCKED, Outcome.UNKNOWN}
    )


def checks_in_order(verdict: Verdict) -> tuple[Verdict, ...]:
    """Return the checks with those first that somebody can do something about."""
    order = {Outcome.BLOCKED: 0, Outcome.UNKNOWN: 1, Outcome.PASSED: 2, Outcome.SKIPPED: 3}
    return tuple(sorted(verdict.children, key=lambda check: order[check.outcome]))


def history(store: Store, closeout_id: str) -> tuple[HistoryEntry, ...]:
    """Merge everything that was done or seen into one story, newest first, each line once."""
    entries = chain(
        (HistoryEntry(note.at, note.text) for note in store.notes(closeout_id)),
        (_of_hold(hold) for hold in store.holds(closeout_id)),
        (_of_change(change) for change in store.status_changes(closeout_id)),
        chain.from_iterable(_of_effect(effect) for effect in store.effects(closeout_id)),
    )
    newest_first = sorted(entries, key=lambda entry: entry.at, reverse=True)
    return tuple(_each_once(newest_first))


def _of_hold(hold: Hold) -> HistoryEntry:
    moved = f"moved back from {hold.moved_from.name} to {hold.moved_to.name}"
    return HistoryEntry(hold.at, f"Hold {hold.number}: {moved}")


def _of_change(change: StatusChange) -> HistoryEntry:
    return HistoryEntry(change.at, f"{STATUS_WORDS[change.after]} ({change.reason})")


def _of_effect(effect: Effect) -> Iterator[HistoryEntry]:
    if effect.purpose in SAID_ELSEWHERE:
        return
    words = PURPOSES.get(effect.purpose, f"{effect.purpose} {effect.subject}")
    match effect.state:
        case EffectState.DONE:
            yield HistoryEntry(effect.done_at or effect.intended_at, words, effect.remote_url)
        case EffectState.FAILED:
            refused = f"{words}: refused by the tool: {effect.note or 'it gave no reason'}"
            yield HistoryEntry(effect.done_at or effect.intended_at, refused)
        case EffectState.INTENDED:
            yield HistoryEntry(effect.intended_at, f"{words}: begun, the answer is still open")


def _each_once(entries: Sequence[HistoryEntry]) -> Iterator[HistoryEntry]:
    seen: set[str] = set()
    for entry in entries:
        if entry.text not in seen or entry.url:
            yield entry
        seen.add(entry.text)
