"""Fingerprints of what figures are worked out from: whether it is still the same, not what it is.

A fingerprint is a SHA-256 over a canonical form: the order in which a tracker gives things changes
nothing, nor does what no figure looks at, such as titles and people's names.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING

from service.domain.metrics.values import iso
from service.domain.tracking import StatusCategory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.domain.metrics.calendar import Calendar
    from service.domain.metrics.statuses import StatusSets
    from service.domain.metrics.window import Chosen, Window
    from service.domain.money import Finances
    from service.domain.tracking import Issue, Project, ProjectIssues

#: What is fingerprinted, each with the words in which a change of it is told.
INPUTS = {
    "issues": "the issues or their histories",
    "plan": "the plan: target date, start date, milestones, or the chosen kick-off",
    "time": "the recorded working time",
    "money": "budget, costs, hourly rates or exchange rates",
    "statuses": "what the statuses count as",
    "calendar": "the working days",
}


def fingerprints(
    project: Project,
    issues: ProjectIssues,
    window: Window,
    *,
    calendar: Calendar,
    chosen: Chosen | None,
    status_sets: StatusSets,
    finances: Finances,
) -> dict[str, str]:
    """Return the fingerprint of each of the `INPUTS`, by its name."""
    return {
        "issues": _digest(_issues(issues)),
        "plan": _digest(_plan(project, chosen)),
        "time": _digest(_time(issues)),
        "money": _digest(_money(finances)),
        "statuses": _digest(_statuses(issues, status_sets)),
        "calendar": _digest(_days(calendar, project.created_at.date(), window.close.date())),
    }


def _digest(lines: Iterable[object]) -> str:
    found = hashlib.sha256()
    for line in lines:
        found.update(repr(line).encode("utf-8", "backslashreplace"))
        found.update(b"\n")
    return found.hexdigest()


def _issues(given: ProjectIssues) -> Iterator[object]:
    yield given.unaccounted_removals
    # Pages may overlap: an issue that was given twice is one.
    for _, issue in sorted({issue.id: issue for issue in given.issues}.items()):
        yield _issue(issue)
        # The hot loop: some ten changes an issue, of which one may be given twice.
        yield sorted(
            {
                f"{at.timestamp()} {id_!r} {field.value} {before!r} {after!r} {actor!r}"
                for at, id_, field, before, after, actor in issue.changes
            }
        )


def _issue(issue: Issue) -> tuple[object, ...]:
    return (
        issue.id,
        issue.key,
        issue.status.id,
        issue.created_at.timestamp(),
        issue.kind,
        issue.assignee and issue.assignee.id,
        issue.estimate,
        issue.hours,
        issue.due_on and issue.due_on.isoformat(),
        sorted(issue.membership),
        sorted(issue.labels.items()),
        issue.team and issue.team.id,
        (issue.archived, issue.trashed, issue.flagged, issue.dropped, issue.complete_history),
        issue.parent_id,
        issue.milestone_id,
        sorted(issue.components),
        sorted(issue.sprints),
        sorted(issue.blocked_by),
    )


def _plan(project: Project, chosen: Chosen | None) -> Iterator[object]:
    yield project.ref.key, iso(project.created_at), iso(project.started_at), str(project.start_on)
    yield str(project.target_on), project.target_is_coarse, iso(project.plan_known_since)
    yield project.status.category is StatusCategory.CANCELLED
    for one in project.milestones:
        yield one.id, one.name, str(one.target_on)
    if project.plan_changes is None:
        yield "changes of the plan are not known"
    for change in sorted(set(project.plan_changes or ()), key=attrgetter("at")):
        yield iso(change.at), str(change.before), str(change.after)
    yield chosen and (iso(chosen.at), chosen.reason)


def _time(given: ProjectIssues) -> Iterator[object]:
    yield given.time is None, given.time_unknown, sorted(given.time_partial)
    for _, entry in sorted({entry.id: entry for entry in given.time or ()}.items()):
        yield entry.id, iso(entry.at), entry.seconds, entry.issue_id, entry.person_id, entry.role


def _money(finances: Finances) -> Iterator[object]:
    yield finances.currency
    for part in (finances.rates, finances.exchanges, finances.budgets, finances.costs):
        yield sorted(map(repr, part))


def _statuses(given: ProjectIssues, sets: StatusSets) -> Iterator[object]:
    yield sorted((status.id, status.category.value) for status in given.statuses.values())
    for names in (
        sets.active,
        sets.waiting,
        sets.review,
        sets.blocked,
        sets.done,
        sets.dropped,
    ):
        yield sorted(name.casefold() for name in names)


def _days(calendar: Calendar, first: date, last: date) -> Iterator[object]:
    """Give how much each day of the project's years is worked, since a calendar is not a list."""
    yield str(calendar.timezone)
    on = date(first.year, 1, 1)
    while on.year <= max(first.year, last.year):
        yield calendar.share_of(on)
        on += timedelta(days=1)
