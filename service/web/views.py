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
    from service.bootstrap import Assessment, Services

WAITED_FOR = 3  # how many open checks the list of projects names

CLAIMS = {
    Outcome.PASSED: "may close",
    Outcome.BLOCKED: "cannot close yet",
    Outcome.UNKNOWN: "cannot be judged yet",
    Outcome.SKIPPED: "cannot be judged yet",
}
SINCE_CLOSED = {
    Outcome.BLOCKED: "closed, and since then: not met any more",
    Outcome.UNKNOWN: "closed, and since then: not known",
}
FIRMNESS = {
    Enforcement.VETO: "The tracker itself can refuse a closure.",
    Enforcement.UNDO: (
        "Nothing in the tracker refuses a closure here; a closed project can be moved back within "
        "seconds."
    ),
    Enforcement.REPORT_ONLY: "A closure here can neither be refused nor undone, only reported.",
}
MODES = {
    "observe": "Set to observe: nothing is written, what would have been done is recorded.",
    "warn": "Set to warn: a comment tells what is missing, the project is left as it is.",
    "enforce": "Set to enforce: the project is held open until the checks are met.",
}
ENFORCED_BY_REPORT = "Set to enforce, which here means to report."
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

    `tone` is the outcome that colours it, `tally` how many checks are met of those that count; it
    is None where none were evaluated.
    """

    claim: str
    tone: str
    tally: str | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A project in the list: where it stands and what is waited for."""

    name: str
    workspace: str
    path: str
    standing: Standing
    closed: bool
    since: datetime
    waits_for: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a project's page shows; `closeout` is None before its first closure.

    - `left_closed` is one that stands closed although no closeout of it was opened.
    - `verdict`, `checked_at` and `policy` are of the last check; None before it.
    - `waiting` are the checks that somebody can do something about, `settled` the others.
    - `waivers` come with the title of their check.
    - `firmness` says in a sentence what Closeout can do to a closure here, and does.
    """

    project: ProjectRef
    name: str
    path: str
    closeout: Closeout | None
    left_closed: bool
    standing: Standing
    verdict: Verdict | None
    checked_at: datetime | None
    policy: str | None
    waiting: tuple[Verdict, ...]
    settled: tuple[Verdict, ...]
    closes_itself: bool
    enforcement: str
    mode: str
    firmness: str
    figures: Figures | None
    actions: tuple[KnownAction, ...]
    waivers: tuple[tuple[str, Waiver], ...]
    history: tuple[HistoryEntry, ...]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of what happened, and when."""

    at: datetime
    text: str
    url: str | None = None


def standing(closeout: Closeout | None, verdict: Verdict | None) -> Standing:
    """Say where a closeout stands."""
    counted = tally(verdict) if verdict else None
    if closeout is not None and closeout.status is CloseoutStatus.CLOSED:
        if verdict is not None and verdict.outcome in SINCE_CLOSED:
            return Standing(SINCE_CLOSED[verdict.outcome], verdict.outcome.value, counted)
        return Standing("closed", "passed", counted)
    if closeout is not None and not closeout.status.live:
        return Standing(closeout.status.value, "skipped", counted)
    if verdict is None:
        return Standing("not checked yet", "unknown", None)
    return Standing(CLAIMS[verdict.outcome], verdict.outcome.value, counted)


def tally(verdict: Verdict) -> str | None:
    """Count the checks that are met, and say how many of them by waiver, and how many unknown."""
    met, live = rendering.count(verdict)
    if not live:
        return None
    waived = sum(check.waived is not None for check in verdict.children)
    unknown = sum(check.outcome is Outcome.UNKNOWN for check in verdict.children)
    words = [f"{met} of {live} met"]
    words += [f"{waived} of them by waiver"] if waived else []
    words += [f"{unknown} unknown"] if unknown else []
    return ", ".join(words)


def firmness(enforcement: Enforcement, mode: str) -> str:
    """Say what can be done to a closure here, and what is; never more than is true."""
    reports = enforcement is Enforcement.REPORT_ONLY and mode == "enforce"
    return f"{FIRMNESS[enforcement]} {ENFORCED_BY_REPORT if reports else MODES[mode]}"


def case_row(closeout: Closeout, verdict: Verdict | None) -> CaseRow:
    """Make the line of a closeout in the list of projects."""
    open_ones = open_checks(verdict) if verdict else ()
    since = closeout.requested_at if closeout.status.live else closeout.closed_at
    return CaseRow(
        name=closeout.project_name,
        workspace=closeout.project.workspace,
        path=project_path(closeout.project),
        standing=standing(closeout, verdict),
        closed=closeout.status is CloseoutStatus.CLOSED,
        since=since or closeout.requested_at,
        waits_for=tuple(check.title for check in open_ones[:WAITED_FOR]),
        more=max(0, len(open_ones) - WAITED_FOR),
    )


def case_of(services: Services, project: ProjectRef, seen: Assessment | None = None) -> Case:
    """Gather what is known of a project, with what was `seen` just now or found last.

    One without a closeout is judged now. Raises Unavailable, NotAllowed or NotFound where it has
    to be judged and cannot be.
    """
    store = services.store
    closeout = store.closeout(project)
    if closeout is not None:
        name, left_closed = closeout.project_name, False
    else:
        shown = services.tracker(project.workspace).project(project.key)
        name, left_closed = shown.name, shown.closed
        seen = seen or services.look(project)
    verdict, at, policy = _found(store, closeout, seen)
    scope = closeout.gate_scope if closeout else None
    enforcement = services.enforcement(project.workspace, scope)
    space = services.settings.workspaces[project.workspace]
    return Case(
        project=project,
        name=name,
        path=project_path(project),
        closeout=closeout,
        left_closed=left_closed,
        standing=standing(closeout, verdict),
        verdict=verdict,
        checked_at=at,
        policy=policy,
        waiting=open_checks(verdict) if verdict else (),
        settled=settled_checks(verdict) if verdict else (),
        closes_itself=space.policy.close_when_met and space.mode == "enforce",
        enforcement=enforcement.value,
        mode=space.mode,
        firmness=firmness(enforcement, space.mode),
        figures=figures_of(store, closeout.id) if closeout else None,
        actions=tuple(states(store, closeout.id)) if closeout else (),
        waivers=_with_titles(store.waivers(closeout.id), verdict) if closeout else (),
        history=history(store, closeout.id) if closeout else (),
    )


def _found(
    store: Store, closeout: Closeout | None, seen: Assessment | None
) -> tuple[Verdict | None, datetime | None, str | None]:
    """Return a verdict, when it was found and by which rules: as seen just now, else as kept."""
    if seen is not None:
        return seen.verdict, seen.at, seen.policy
    kept = store.verdict(closeout.id) if closeout else None
    return kept or (None, None, None)


def open_checks(verdict: Verdict) -> tuple[Verdict, ...]:
    """Return the checks that keep a project open."""
    return tuple(
        child for child in verdict.children if child.outcome in {Outcome.BLOCKED, Outcome.UNKNOWN}
    )


def settled_checks(verdict: Verdict) -> tuple[Verdict, ...]:
    """Return the other checks: the waived ones first, those that do not apply last."""
    order = {Outcome.PASSED: 1, Outcome.SKIPPED: 2}
    settled = (child for child in verdict.children if child.outcome in order)
    return tuple(sorted(settled, key=lambda check: 0 if check.waived else order[check.outcome]))


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


def _with_titles(
    waivers: Sequence[Waiver], verdict: Verdict | None
) -> tuple[tuple[str, Waiver], ...]:
    """Give each waiver the title of its check, or its name where that is not evaluated any more."""
    titles = {check.name: check.title for check in verdict.children} if verdict else {}
    return tuple((titles.get(waiver.check, waiver.check), waiver) for waiver in waivers)


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
