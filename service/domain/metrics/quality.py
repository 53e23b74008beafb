"""What the reader of the figures must know about the data they were made from."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from service.domain.history import Finding, findings
from service.domain.metrics.effort.worked import worked_of
from service.domain.metrics.schedule.figures import plan_track
from service.domain.metrics.scope.amounts import several_scales
from service.domain.tracking import Field, StatusCategory
from service.domain.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.past import Past
    from service.domain.metrics.scope.members import Scope
    from service.domain.tracking import Change, Project, ProjectIssues

DONE = StatusCategory.DONE

#: So many completions by one account in one minute are a script's work.
MASS = 20

_EPOCH, _MINUTE = datetime(1970, 1, 1, tzinfo=UTC), timedelta(minutes=1)

_Completions = list[tuple["Past", "Change"]]


def quality_of(basis: Basis, kinds: Mapping[str, StatusCategory]) -> list[Finding]:
    """Return every finding: of the plan, of the whole project, then issue by issue."""
    issues, scope = basis.issues, basis.scope
    touched = scope["touched"]
    completions = _completions(touched, kinds)
    found = [*_plan(basis.project), *_whole(issues, scope), *_unused(basis), *_mass(completions)]
    found += [Finding(one.issue, None, f"left out: {one.reason}") for one in scope.excluded]
    all_known = {one for past in touched for one in past.history.status.values} <= kinds.keys()
    end = scope.window.close
    for past in touched:  # hot
        found += findings(past.history)
        if not all_known:
            found += _statuses(past, kinds)
        found += _ends(past, end)
    return [*found, *_by_no_account(completions), *_parents(scope), *_time(basis)]


def _plan(project: Project) -> Iterator[Finding]:
    track = plan_track(project)
    if track is not None and track.breaks:
        at = track.breaks[0]
        text = f"a change of the target date after {at:%Y-%m-%d %H:%M} UTC is not recorded"
        yield Finding(None, None, text)
    if project.target_is_coarse:
        text = "the target date is a month or longer; slip is measured from its last day"
        yield Finding(None, None, text)


def _whole(issues: ProjectIssues, scope: Scope) -> Iterator[Finding]:
    gone = issues.unaccounted_removals
    if gone is None:
        text = "whether issues left the project without a trace is not known"
        yield Finding(None, Field.MEMBERSHIP, text)
    elif gone:
        text = f"{gone} removals unaccounted: more issues left the project than can be followed"
        yield Finding(None, Field.MEMBERSHIP, text)
    base, added = len(scope["base"]), len(scope["added"])
    if base and added > base:
        share = round(100 * added / base)
        text = f"added scope is {share} % of the scope at the kick-off: it was probably taken early"
        yield Finding(None, None, text)
    if (reason := several_scales(scope)) is not None:
        yield Finding(None, Field.ESTIMATE, reason)


def _unused(basis: Basis) -> Iterator[Finding]:
    """Name what the status map holds and no issue ever had: most often it is misspelt."""
    named = basis.sets.names() - {
        spelling.casefold()
        for id_, status in basis.statuses.items()
        for spelling in (id_, status.name)
    }
    if named:  # or it was deleted, and still stands in a history by its id
        pasts = basis.scope.counted
        named -= {
            (value or "").casefold() for past in pasts for value in past.history.status.values
        }
    if named:
        names = listed([repr(name) for name in sorted(named)])
        text = f"the status map names {names}, which no issue of the project ever had"
        yield Finding(None, Field.STATUS, text)


def _statuses(past: Past, kinds: Mapping[str, StatusCategory]) -> Iterator[Finding]:
    unknown = {value or "" for value in past.history.status.values if (value or "") not in kinds}
    for status in sorted(unknown):
        text = f"the status {status!r} is no longer known and counts as not started"
        yield Finding(past.key, Field.STATUS, text)


def _ends(past: Past, end: datetime) -> list[Finding]:
    """Name what is odd about the end of an issue's life."""
    found = []
    if past.kinds[0] is DONE:
        text = "was created in a done status: its creation stands for its completion"
        found.append(Finding(past.key, Field.STATUS, text))
    later = past.entered[-1] > end and past.kind_at(end) is DONE
    if later and any(at > end for at in past.reopened_at()):
        text = "was reopened after the close, which changes no figure"
        found.append(Finding(past.key, Field.STATUS, text))
    if _put_away(past, end):
        text = "was archived without being done or dropped: it counts as carried over"
        found.append(Finding(past.key, Field.ARCHIVED, text))
    return found


def _put_away(past: Past, end: datetime) -> bool:
    if not past.issue.archived and Field.ARCHIVED not in past.history.changes:
        return False
    open_then = not past.kind_at(end).closed and past.member_at(end)
    return open_then and past.history.archived.at(end)


def _parents(scope: Scope) -> Iterator[Finding]:
    end = scope.window.close
    done = {past.issue.id: past for past in scope["done"]}
    for past in scope["final"]:
        parent_id = past.issue.parent_id
        parent = done.get(parent_id) if parent_id is not None else None
        if parent is None:
            continue
        finished, whole = past.done_at(end), parent.done_at(end)
        if past.kind_at(end) is StatusCategory.CANCELLED or whole is None:
            continue
        if finished is None or finished > whole:
            text = f"was done before its sub-task {past.key}"
            yield Finding(parent.key, Field.STATUS, text)


def _completions(touched: Sequence[Past], kinds: Mapping[str, StatusCategory]) -> _Completions:
    """Return every change from another status to done."""
    done = {id_ for id_, kind in kinds.items() if kind is DONE}
    return [
        (past, change)
        for past in touched
        for change in past.history.changes.get(Field.STATUS, ())
        if (change.after or "") in done and (change.before or "") not in done
    ]


def _mass(completions: _Completions) -> Iterator[Finding]:
    minutes = Counter(
        [(change.actor_id, (change.at - _EPOCH) // _MINUTE) for _, change in completions]
    )
    many = sorted((number, count) for (_, number), count in minutes.items() if count >= MASS)
    for number, count in many:
        minute = _EPOCH + number * _MINUTE
        text = (
            f"{count} issues became done within one minute, {minute:%Y-%m-%d %H:%M} UTC, "
            "as a script does it: that instant is when they were released"
        )
        yield Finding(None, Field.STATUS, text)


def _by_no_account(completions: _Completions) -> Iterator[Finding]:
    """Name the issues that nobody moved to done, where the tracker says who moved the others."""
    closers = {past.key: change.actor_id for past, change in completions}  # the last of each
    if not any(closers.values()):
        return
    for key, actor in closers.items():
        if actor is None:
            text = "became done by no account: a rule of the tracker may have closed it"
            yield Finding(key, Field.STATUS, text)


def _time(basis: Basis) -> Iterator[Finding]:
    for key in sorted(basis.issues.time_partial):
        text = "the tracker gave only a part of its recorded time: hours and costs are unknown"
        yield Finding(key, None, text)
    yield from worked_of(basis).findings
