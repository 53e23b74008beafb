"""All figures of one project over one window, each open to the issues behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.metrics.basis import Basis
from service.domain.metrics.calendar import Calendar
from service.domain.metrics.cost.figures import cost_figures
from service.domain.metrics.earned_value.figures import earned_value_figures
from service.domain.metrics.earned_value.lines import earned_value_lines, index_lines
from service.domain.metrics.effort.figures import effort_figures
from service.domain.metrics.effort.points_to_time import estimate_actual
from service.domain.metrics.flow.cumulative_flow import cumulative_flow
from service.domain.metrics.flow.figures import flow_figures
from service.domain.metrics.flow.in_status import time_in_status
from service.domain.metrics.forecast import forecast_figures
from service.domain.metrics.past import Past, Sizes, binned, past_of
from service.domain.metrics.quality import quality_of
from service.domain.metrics.schedule.figures import schedule_figures
from service.domain.metrics.schedule.re_plans import re_plans
from service.domain.metrics.scope.burn_up import burn_up
from service.domain.metrics.scope.figures import scope_figures
from service.domain.metrics.scope.members import scope_of
from service.domain.metrics.statuses import StatusSets
from service.domain.metrics.story import Story, story
from service.domain.metrics.values import Excluded, LeftOut, Value
from service.domain.metrics.window import Chosen, Window, close_of, window_of
from service.domain.money import Finances

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime, tzinfo

    from service.domain.history import Finding
    from service.domain.metrics.series import Series
    from service.domain.tracking import Issue, Project, ProjectIssues

#: The version of the definitions; it rises when a figure of the same data would change.
CATALOGUE = "2"

#: Kinds that group issues and are none themselves, whatever the tool's spelling.
GROUPING = frozenset({"epic", "initiative"})

_KEY = re.compile(r"(.*?)(\d*)$")


#: The areas of the catalogue, in the order in which they are shown.
AREAS: dict[str, Callable[[Basis], dict[str, Value]]] = {
    "schedule": schedule_figures,
    "effort": effort_figures,
    "cost": cost_figures,
    "scope": scope_figures,
    "flow": flow_figures,
    "earned_value": earned_value_figures,
    "forecast": forecast_figures,
}

#: What the charts are drawn from.
CHARTS: dict[str, Callable[[Basis], Series]] = {
    "slip": re_plans,
    "burn_up": burn_up,
    "estimate_actual": estimate_actual,
    "cumulative_flow": cumulative_flow,
    "time_in_status": time_in_status,
    "earned_value": earned_value_lines,
    "performance_indices": index_lines,
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The figures of a project by area and name, their window, and what limits them.

    `timezone` is the one in which its days begin and end.
    """

    window: Window
    timezone: tzinfo
    quality: tuple[Finding, ...]
    metrics: dict[str, dict[str, Value]]
    series: dict[str, Series]
    story: Story
    catalogue: str = CATALOGUE

    def __getitem__(self, name: str) -> Value:
        """Return a figure by its dotted name, `scope.base`; KeyError where there is none."""
        area, _, leaf = name.partition(".")
        return self.metrics[area][leaf]

    def as_json(self) -> dict[str, object]:
        """Return the snapshot as it is published."""
        told: LeftOut = {}
        return {
            "window": self.window.as_json(),
            "catalogue": self.catalogue,
            "quality": [
                {"issue": one.issue, "field": one.field and one.field.value, "finding": one.text}
                for one in self.quality
            ],
            "metrics": {
                area: {name: value.as_json(told) for name, value in figures.items()}
                for area, figures in self.metrics.items()
            },
            "series": {name: series.as_json() for name, series in self.series.items()},
            "story": self.story.as_json(),
        }


def snapshot(
    project: Project,
    issues: ProjectIssues,
    *,
    now: datetime,
    calendar: Calendar | None = None,
    baseline: Chosen | None = None,
    close: Chosen | None = None,
    status_sets: StatusSets | None = None,
    finances: Finances | None = None,
) -> Snapshot:
    """Compute every figure of a project, read off the histories by undoing them.

    - `project.ref.key` is the id that stands in the issues' membership.
    - `baseline` and `close` choose the window; without them the rules of `window` hold.
    - `calendar` is the project's: days begin and end in its time zone; without one, days of UTC.
    - The order of issues and of changes, and whether some are given twice, changes nothing.
    """
    calendar, sets = calendar or Calendar(), status_sets or StatusSets()
    kinds = sets.categories(issues.statuses)
    pasts = [
        past_of(issue, project.ref.key, kinds)
        for issue in _each_once(issues.issues)
        if (issue.kind or "").casefold() not in GROUPING
    ]
    counted, excluded = _usable(pasts)
    ending = close_of(project, counted, now, close)
    window = window_of(project, counted, ending, baseline, calendar.timezone)
    scope = scope_of(window, counted, excluded)
    basis = Basis(project, issues, scope, Sizes(counted), calendar, sets, finances or Finances())
    metrics = {area: basis.once(figures) for area, figures in AREAS.items()}
    return Snapshot(
        window=window,
        timezone=calendar.timezone,
        quality=tuple(quality_of(basis, kinds)),
        metrics=metrics,
        series={name: series(basis) for name, series in CHARTS.items()},
        story=story(basis, metrics),
    )


def _each_once(issues: Iterable[Issue]) -> list[Issue]:
    """Return the issues in the order of their keys, one that two pages gave only once."""
    return sorted({issue.id: issue for issue in issues}.values(), key=_natural)


def _natural(issue: Issue) -> tuple[str, int, str]:
    match = _KEY.match(issue.key)
    number = match[2] if match else ""
    return (match[1] if match else "", int(number or 0), issue.key)


def _usable(pasts: Iterable[Past]) -> tuple[list[Past], list[Excluded]]:
    """Part off the issues of which no figure can be claimed, each with the reason."""
    counted, excluded = [], []
    for past in pasts:
        issue = past.history.issue
        if not issue.complete_history:
            reason = "the tracker gave only a part of its history"
            excluded.append(Excluded(past.key, reason))
        elif issue.trashed and binned(past.history) is None:
            reason = "it was deleted, and the tracker does not say when"
            excluded.append(Excluded(past.key, reason))
        else:
            counted.append(past)
    return counted, excluded
