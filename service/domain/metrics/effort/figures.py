"""Effort: the hours that were planned, the hours it took, how good estimates were, how they moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.metrics.effort.accuracy import accuracy_figures
from service.domain.metrics.effort.coverage import coverage_figures
from service.domain.metrics.effort.planned_hours import planned_hours_figures
from service.domain.metrics.effort.points_to_time import points_figures
from service.domain.metrics.effort.re_estimates import re_estimate_figures

if TYPE_CHECKING:
    from service.domain.metrics.basis import Basis
    from service.domain.metrics.values import Value


def effort_figures(basis: Basis) -> dict[str, Value]:
    """Return every figure of effort and estimates."""
    return {
        **accuracy_figures(basis),
        **coverage_figures(basis),
        **planned_hours_figures(basis),
        **points_figures(basis),
        **re_estimate_figures(basis),
    }
