"""What the reader of the figures must know about the data they were made from."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from service.domain.history import Finding, findings
from service.domain.metrics.schedule import plan_track
from service.domain.tracking import Field, StatusCategory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from service.domain.metrics.past import Past
    from service.domain.metrics.scope import Scope
    from service.domain.tracking import Project, ProjectIssues

DONE = StatusCategory.DONE

#: So many completions by one account in one minute are a script's work.
MASS = 20


def quality_of(
    project: Project,
    issues: ProjectIssues,
    scope: Scope,
    kinds: Mapping[str, StatusCategory],
) -> list[Finding]:
    """Return every finding: of the plan, of the whole project, then issue by issue."""
    touched = _touched(scope)
    found = [*_plan(project), *_whole(issues, scope, touched), *_mass(touched, kinds)]
    found += [Finding(one.issue, None, f"left out: {one.reason}") for one in scope.excluded]
    for past in touched:
        found += findings(past.history)
        found += _statuses(past, kinds)
        found += _completion(past, scope)
    return [*found, *_parents(scope)]


def _touched(scope: Scope) -> list[Past]:
    """Return the issues that any figure looks at."""
    wanted = {id(past) for name in ("base", "final", "transient") for past in scope[name]}
    return [past for past in scope.counted if id(past) in wanted]


def _plan(project: Project) -> Iterator[Finding]:
    track = plan_track(project)
    if track is not None and track.breaks:
        at = track.breaks[0]
        text = f"a change of the target date after {at:%Y-%m-%d %H:%M} UTC is not recorded"
        yield Finding(None, None, text)
    if project.target_is_coarse:
        text = "the target date is a month or longer; slip is measured from its last day"
        yield Finding(None, None, text)


def _whole(issues: ProjectIssues, scope: Scope, touched: Sequence[Past]) -> Iterator[Finding]:
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
    teams = {past.history.issue.team for past in touched if _sized(past)}
    if len(teams - {None}) > 1:
        text = f"points of {len(teams - {None})} teams are added up; their scales may differ"
        yield Finding(None, Field.ESTIMATE, text)


def _sized(past: Past) -> bool:
    return any(value is not None for value in past.estimate.values)


def _statuses(past: Past, kinds: Mapping[str, StatusCategory]) -> Iterator[Finding]:
    track = past.history.status
    for status in sorted({value or "" for value in track.values} - set(kinds)):
        text = f"the status {status!r} is no longer known and counts as not started"
        yield Finding(past.key, Field.STATUS, text)


def _completion(past: Past, scope: Scope) -> Iterator[Finding]:
    if past.kinds[0] is DONE:
        text = "was created in a done status: its creation stands for its completion"
        yield Finding(past.key, Field.STATUS, text)
    end = scope.window.close
    if past.kind_at(end) is DONE and any(at > end for at in past.reopened_at()):
        text = "was reopened after the close, which changes no figure"
        yield Finding(past.key, Field.STATUS, text)


def _parents(scope: Scope) -> Iterator[Finding]:
    end = scope.window.close
    done = {past.history.issue.id: past for past in scope["done"]}
    for past in scope["final"]:
        parent = done.get(past.history.issue.parent_id or "")
        if parent is None:
            continue
        finished, whole = past.done_at(end), parent.done_at(end)
        if past.kind_at(end) is StatusCategory.CANCELLED or whole is None:
            continue
        if finished is None or finished > whole:
            text = f"was done before its sub-task {past.key}"
            yield Finding(parent.key, Field.STATUS, text)


def _mass(touched: Iterable[Past], kinds: Mapping[str, StatusCategory]) -> Iterator[Finding]:
    minutes: Counter[tuple[str | None, datetime]] = Counter()
    for past in touched:
        for change in past.history.changes.get(Field.STATUS, ()):
            if kinds.get(change.after or "") is DONE and kinds.get(change.before or "") is not DONE:
                minutes[change.actor_id, change.at.replace(second=0, microsecond=0)] += 1
    for (_, minute), count in sorted(minutes.items(), key=lambda one: (one[0][1], one[1])):
        if count >= MASS:
            text = (
                f"{count} issues became done within one minute, {minute:%Y-%m-%d %H:%M} UTC, "
                "as a script does it: that instant is when they were released"
            )
            yield Finding(None, Field.STATUS, text)
