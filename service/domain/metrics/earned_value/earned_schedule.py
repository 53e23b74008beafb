"""Earned schedule: how much of the planned time the earned value is worth.

After W. Lipke, "Schedule is Different" (The Measurable News, March 2003), and appendix D of the
PMI's Practice Standard for Earned Value Management (second edition, 2011). Once all is earned, SPI
is 1 however late that was; SPI(t) is not. Knows nothing of issues: any unit of time will do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from service.domain.metrics.earned_value.indices import Index, divided

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Sums of fractions differ by so little, as a share of the whole, without meaning anything.
NOISE = 1e-9

NO_TIME = "no time passed since the kick-off"
NONE_EARNED = "nothing of the schedule was earned"
TIME_IS_UP = "the planned time was over, so no pace could have kept it"


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Planned value over time: cumulative, straight from one point to the next.

    - `times` rise from 0; the last is the planned finish, and with it the planned duration.
    - `values` never fall; the last is the budget at completion, and so it stays after it.
    """

    times: NDArray[np.float64]
    values: NDArray[np.float64]

    @property
    def whole(self) -> float:
        """The budget at completion."""
        return float(self.values[-1])

    @property
    def duration(self) -> float:
        """The planned duration (PD)."""
        return float(self.times[-1])

    def at(self, time: float) -> float:
        """Return the planned value at a time."""
        return float(np.interp(time, self.times, self.values))


class ScheduleIndices(NamedTuple):
    """What earned schedule says at one time; lengths in the curve's unit of time."""

    es: float
    sv_t: float
    spi_t: Index
    tspi: Index
    ieac_t: Index


def earned_schedules(curve: Curve, earned: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the time at which each of the earned values was planned to be there.

    ES = C + (EV - PV(C)) / (PV(C+1) - PV(C)), where C is the last point whose planned value is
    earned: the end of a stretch without planned work. Never more than the planned duration.
    """
    times, values = curve.times, curve.values
    last = len(values) - 1
    at = np.searchsorted(values, earned + NOISE * curve.whole, side="right") - 1
    before = np.clip(at, 0, last)
    after = np.minimum(before + 1, last)
    step = values[after] - values[before]
    part = np.clip((earned - values[before]) / np.where(step > 0, step, 1.0), 0.0, 1.0)
    return np.where(at < 0, 0.0, times[before] + part * (times[after] - times[before]))


def earned_schedule(curve: Curve, earned: float) -> float:
    """Return the time at which the earned value was planned to be there (ES)."""
    return float(earned_schedules(curve, np.array([earned]))[0])


def schedule_indices(curve: Curve, earned: float, at: float) -> ScheduleIndices:
    """Return what earned schedule says of a value earned by the actual time `at` (AT)."""
    es, planned = earned_schedule(curve, earned), curve.duration
    spi_t = divided(es, at, NO_TIME)
    ieac_t = Index(None, spi_t.reason)
    if spi_t.value is not None:
        ieac_t = divided(planned, spi_t.value, NONE_EARNED)
    tspi = divided(planned - es, planned - at, TIME_IS_UP) if at < planned else None
    return ScheduleIndices(es, es - at, spi_t, tspi or Index(None, TIME_IS_UP), ieac_t)
