"""Planned curves as textbooks print them: one value for the end of each period."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from service.domain.metrics.earned_value.earned_schedule import Curve


def by_period(values: Sequence[float]) -> Curve:
    """Return the curve of what is planned to be done by the end of period 1, 2, and so on."""
    return Curve(np.arange(len(values) + 1.0), np.array([0.0, *values]))
