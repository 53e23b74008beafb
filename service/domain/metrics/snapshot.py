"""All figures of one project over one window, each open to the issues behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.metrics.flow import flow_figures
from service.domain.metrics.past import Past, Sizes, binned, past_of
from service.domain.metrics.quality import quality_of
from service.domain.metrics.schedule import schedule_figures
from service.domain.metrics.scope import scope_figures, scope_of
from service.domain.metrics.statuses import StatusSets
from service.domain.metrics.values import Excluded, Value
from service.domain.metrics.window import CHOSEN, Window, close_of, window_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo

    from service.domain.history import Finding
    from service.domain.tracking import Issue, Project, ProjectIssues

#: The version of the definitions; it rises when a figure of the same data would change.
CATALOGUE = "1"

#: Kinds that group issues and are none themselves, whatever the tool's spelling.
GROUPING = frozenset({"epic", "initiative"})

_KEY = re.compile(r"(.*?)(\d*)$")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The figures of a project by area and name, their window, and what limits them.

    `timezone` is the one in which its days begin and end.
    """

    window: Window
    timezone: tzinfo
    quality: tuple[Finding, ...]
    metrics: dict[str, dict[str, Value]]
    catalogue: str = CATALOGUE

    def __getitem__(self, name: str) -> Value:
        """Return a figure by its dotted name, `scope.base`; KeyError where there is none."""
        area, _, leaf = name.partition(".")
        return self.metrics[area][leaf]

    def as_json(self) -> dict[str, object]:
        """Return the snapshot as it is published: window, catalogue, quality, metrics."""
        return {
            "window": self.window.as_json(),
            "catalogue": self.catalogue,
            "quality": [
                {"issue": one.issue, "field": one.field and one.field.value, "finding": one.text}
                for one in self.quality
            ],
            "metrics": {
                area: {name: value.as_json() for name, value in figures.items()}
                for area, figures in self.metrics.items()
            },
        }


def snapshot(
    project: Project,
    issues: ProjectIssues,
    *,
    now: datetime,
    timezone: tzinfo,
    baseline: datetime | None = None,
    close: datetime | None = None,
    close_reason: str = CHOSEN,
    status_sets: StatusSets | None = None,
) -> Snapshot:
    """Compute every figure of a project, read off the histories by undoing them.

    - `project.ref.key` is the id that stands in the issues' membership.
    - `baseline` and `close` choose the window; without them the rules of `window` hold.
    - `timezone` is the project's: days begin and end in it.
    - The order of issues and of changes, and whether some are given twice, changes nothing.
    """
    kinds = (status_sets or StatusSets()).categories(issues.statuses)
    pasts = [
        past_of(issue, project.ref.key, kinds)
        for issue in _each_once(issues.issues)
        if (issue.kind or "").casefold() not in GROUPING
    ]
    counted, excluded = _usable(pasts)
    given = None if close is None else (close, close_reason)
    ending = close_of(project, counted, now, given)
    window = window_of(project, counted, ending, baseline, timezone)
    scope = scope_of(window, counted, excluded)
    return Snapshot(
        window=window,
        timezone=timezone,
        quality=tuple(quality_of(project, issues, scope, kinds)),
        metrics={
            "schedule": schedule_figures(project, scope, timezone),
            "scope": scope_figures(scope, Sizes(counted)),
            "flow": flow_figures(scope),
        },
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
