"""The weekly series and sums of a project, computed from where its issues stood when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from connectors.linear.standin.entities import Issue, Project, ProjectMilestone, Standing
from connectors.linear.standin.tables import Tables

WEEK = timedelta(days=7)


def weekly(tables: Tables, project: Project, name: str, now: datetime) -> list[float]:
    """Return one value for the end of each whole week since the project was created.

    `name` is the schema's: scope and completed or in-progress scope in points, counts of issues.
    The boundary is taken at whole weeks after `createdAt`: nobody has published it.
    """
    issues = _ever_in(tables, project)
    return [
        sum(_worth(standing, name) for standing in _standings(issues, project, end))
        for end in _week_ends(project.created_at, now)
    ]


def scope(tables: Tables, project: Project) -> float:
    """Return the points of the issues that are in the project now."""
    return sum(i.estimate or 0 for i in _present(tables, project))


def progress(tables: Tables, project: Project) -> float:
    """Return (completed + a quarter of the started points) / all points; 0 without points."""
    return _progress(tables, _present(tables, project))


def milestone_progress(tables: Tables, milestone: ProjectMilestone) -> float:
    """Return the same for the issues of a milestone."""
    return _progress(tables, _at_milestone(tables, milestone))


def milestone_status(tables: Tables, milestone: ProjectMilestone, now: datetime) -> str:
    """Return done, overdue, next or unstarted."""
    if _done(tables, milestone):
        return "done"
    if milestone.target_date and milestone.target_date < now.date():
        return "overdue"
    waiting = [
        m
        for m in tables.project_milestones.values()
        if m.project_id == milestone.project_id and not _done(tables, m)
    ]
    first = min(waiting, key=lambda m: m.sort_order, default=milestone)
    return "next" if first.id == milestone.id else "unstarted"


def _done(tables: Tables, milestone: ProjectMilestone) -> bool:
    issues = _at_milestone(tables, milestone)
    types = {tables.workflow_states[i.state_id].type for i in issues}
    return bool(issues) and types <= {"completed", "canceled", "duplicate"}


def _at_milestone(tables: Tables, milestone: ProjectMilestone) -> list[Issue]:
    return [i for i in tables.issues.values() if i.project_milestone_id == milestone.id]


def _progress(tables: Tables, issues: list[Issue]) -> float:
    points = {"completed": 0.0, "started": 0.0}
    total = 0.0
    for issue in issues:
        kind = tables.workflow_states[issue.state_id].type
        if kind in points:
            points[kind] += issue.estimate or 0
        total += issue.estimate or 0
    return (points["completed"] + 0.25 * points["started"]) / total if total else 0.0


def _present(tables: Tables, project: Project) -> list[Issue]:
    return [i for i in tables.issues.values() if i.project_id == project.id and not i.trashed]


def _ever_in(tables: Tables, project: Project) -> list[Issue]:
    return [i for i in tables.issues.values() if any(s.project_id == project.id for s in i.trail)]


def _week_ends(created_at: datetime, now: datetime) -> Iterator[datetime]:
    end = created_at + WEEK
    while end <= now:
        yield end
        end += WEEK


def _standings(issues: list[Issue], project: Project, at: datetime) -> Iterator[Standing]:
    for issue in issues:
        last = next((s for s in reversed(issue.trail) if s.at <= at), None)
        if last is not None and last.project_id == project.id:
            yield last


def _worth(standing: Standing, name: str) -> float:
    points = standing.estimate or 0.0
    completed = standing.state_type == "completed"
    match name:
        case "scopeHistory":
            return points
        case "completedScopeHistory":
            return points if completed else 0.0
        case "inProgressScopeHistory":
            return points if standing.state_type == "started" else 0.0
        case "issueCountHistory":
            return 1.0
        case "completedIssueCountHistory":
            return 1.0 if completed else 0.0
        case _:
            raise ValueError(f"no weekly series {name!r}")
