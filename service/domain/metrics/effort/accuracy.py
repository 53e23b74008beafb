"""How good the estimates were: hours that were expected against hours that were recorded.

Sources: S. Conte, H. Dunsmore and V. Shen, "Software Engineering Metrics and Models" (1986), for
MMRE and PRED; B. Kitchenham and others, "What accuracy statistics really measure" (IEE Proceedings
Software 148, 2001), for why MMRE is not the headline; Y. Miyazaki and others, "Robust regression
for developing software estimation models" (1994), for the balanced error; M. Shepperd and
S. MacDonell, "Evaluating prediction systems in software project estimation" (2012), for SA.
"""

from __future__ import annotations

import math
from statistics import fmean, median
from typing import TYPE_CHECKING, NamedTuple

from service.domain.metrics.effort.estimates import BY_PARTS, LATE, finished_of
from service.domain.metrics.effort.worked import worked_of
from service.domain.metrics.values import Excluded, Value, unknown
from service.domain.tracking import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.effort.estimates import Finished

#: Below this many pairs a comparison with guessing says nothing.
FEWEST_FOR_SA = 30

#: In hours: what is shorter counts as 0, what is longer is a slip of the keyboard.
A_SECOND, MOST_HOURS = 1 / 3600, 1_000_000

NO_PAIRS = "no finished issue has both an estimate in hours from before its start and recorded time"
ALL_ZERO = "each of the estimates is 0"
NO_ESTIMATE = "has no estimate in hours"
NO_HOURS = "no time is recorded on it"
NOT_POSITIVE = "the time recorded on it does not add up to more than 0"

_PAIRS = (
    "over finished issues; E is the estimate in hours when work began (first entry to active, else "
    "the first recorded hour), A the hours recorded up to the close"
)


class Pair(NamedTuple):
    """An issue's estimate when work began, 0 or more, and its recorded hours, above 0."""

    key: str
    estimate: float
    actual: float

    @property
    def mre(self) -> float:
        """The magnitude of the relative error, |A - E| / A."""
        return abs(self.actual - self.estimate) / self.actual

    @property
    def bre(self) -> float:
        """The balanced relative error, |A - E| / min(A, E): the same for half and for double."""
        return abs(self.actual - self.estimate) / min(self.actual, self.estimate)

    @property
    def ratio(self) -> float:
        """A / E: above 1 where it took longer than was expected."""
        return self.actual / self.estimate


class Pairing(NamedTuple):
    """The pairs there are, and the finished issues that make none, each with the reason."""

    pairs: tuple[Pair, ...]
    excluded: tuple[Excluded, ...]


class Measure(NamedTuple):
    """A figure of accuracy: `of` returns it, or why it is not defined, for at least one pair."""

    unit: str
    formula: str
    of: Callable[[Sequence[Pair]], float | str]
    needs_estimate: bool = False


def share_within(pairs: Sequence[Pair], bound: float) -> float:
    """Return the share of the pairs that were off by no more than `bound` of what it took."""
    return sum(pair.mre <= bound for pair in pairs) / len(pairs)


def typical_factor(pairs: Sequence[Pair]) -> float:
    """Return by what factor, 1 or more, estimates were typically off, whichever way."""
    return math.exp(median(abs(math.log(pair.ratio)) for pair in pairs))


def total_bias(pairs: Sequence[Pair]) -> float | str:
    """Return by what share all of it took longer (above 0) or less long than was expected."""
    expected = math.fsum(pair.estimate for pair in pairs)
    if expected < A_SECOND:
        return ALL_ZERO
    return math.fsum(pair.actual for pair in pairs) / expected - 1


def mean_error(pairs: Sequence[Pair]) -> float:
    """Return the mean absolute error, in hours."""
    return math.fsum(abs(pair.actual - pair.estimate) for pair in pairs) / len(pairs)


def standardised_accuracy(pairs: Sequence[Pair]) -> float | str:
    """Return how much better than guessing (0) up to perfect (1) the estimates were.

    Guessing takes what another issue took, each as likely; its mean error is worked out exactly.
    """
    n = len(pairs)
    if n < FEWEST_FOR_SA:
        return f"fewer than {FEWEST_FOR_SA} issues can be compared: {n}"
    actual = sorted(pair.actual for pair in pairs)
    # The sum of all differences between two of the sorted values, each difference once.
    apart = math.fsum(value * (2 * place - n + 1) for place, value in enumerate(actual))
    if not apart > 0:
        return "each issue took the same time: a guess would be right as well"
    return 1 - mean_error(pairs) / (2 * apart / (n * (n - 1)))


_MEASURES = {
    "mdmre": Measure("ratio", "median of |A - E| / A", lambda p: median(x.mre for x in p)),
    "mmre": Measure(
        "ratio", "mean of |A - E| / A, which one outlier moves", lambda p: fmean(x.mre for x in p)
    ),
    "pred25": Measure(
        "ratio", "share with |A - E| / A up to 0.25", lambda p: share_within(p, 0.25)
    ),
    "pred50": Measure("ratio", "share with |A - E| / A up to 0.5", lambda p: share_within(p, 0.5)),
    "mae_hours": Measure("hours", "mean of |A - E|", mean_error),
    "bias_total": Measure(
        "ratio", "sum of A by sum of E, minus 1; above 0: took longer", total_bias
    ),
    "sa": Measure(
        "ratio", "1 - MAE by the MAE of guessing another issue's A", standardised_accuracy
    ),
    "bias": Measure(
        "ratio", "median of A / E; above 1: took longer", lambda p: median(x.ratio for x in p), True
    ),
    "factor": Measure("factor", "exp of the median of |ln(A / E)|", typical_factor, True),
    "bre_median": Measure(
        "ratio", "median of |A - E| / min(A, E)", lambda p: median(x.bre for x in p), True
    ),
}


def pairing_of(basis: Basis) -> Pairing:
    """Return estimate and actual, in hours, of the finished issues that have both."""
    return basis.once(_pairing)


def accuracy_figures(basis: Basis) -> dict[str, Value]:
    """Return how far off the estimates in hours were: the robust figures and the usual ones."""
    pairs, excluded = pairing_of(basis)
    sized = tuple(pair for pair in pairs if pair.estimate >= A_SECOND)
    zero = (Excluded(pair.key, "its estimate is 0") for pair in pairs if pair.estimate < A_SECOND)
    whole = _Sample(pairs, tuple(pair.key for pair in pairs), excluded)
    ratios = _Sample(sized, tuple(pair.key for pair in sized), (*excluded, *zero))
    none = _why_none(basis)
    return {
        name: _figure(measure, ratios if measure.needs_estimate else whole, none)
        for name, measure in _MEASURES.items()
    }


class _Sample(NamedTuple):
    pairs: tuple[Pair, ...]
    keys: tuple[str, ...]
    excluded: tuple[Excluded, ...]


def _figure(measure: Measure, sample: _Sample, none: str) -> Value:
    pairs, keys, excluded = sample
    formula = f"{measure.formula}; {_PAIRS}"
    found = measure.of(pairs) if pairs else none
    if isinstance(found, str):
        return unknown(measure.unit, formula, found, excluded)
    return Value(found, measure.unit, len(keys), formula, keys, excluded)


def _why_none(basis: Basis) -> str:
    worked = worked_of(basis)
    return worked.reason if worked.reason is not None and not worked.entries else NO_PAIRS


def _pairing(basis: Basis) -> Pairing:
    partial = worked_of(basis).partial
    pairs, excluded = [], list(basis.scope.excluded)
    for one in finished_of(basis):
        pair = _pair(one, partial)
        if isinstance(pair, str):
            excluded.append(Excluded(one.past.key, pair))
        else:
            pairs.append(pair)
    return Pairing(tuple(pairs), tuple(excluded))


def _pair(one: Finished, partial: frozenset[str]) -> Pair | str:
    """Return the pair of a finished issue, or why it makes none."""
    estimate, actual = one.hours, one.worked
    if estimate is None:
        return BY_PARTS if Field.HOURS in one.by_parts else NO_ESTIMATE
    if estimate.late:
        return LATE
    if not 0 <= estimate.value <= MOST_HOURS:
        return f"an estimate of {estimate.value:g} hours cannot be meant"
    if actual is None:
        return "the tracker gave only a part of its time" if one.past.key in partial else NO_HOURS
    return Pair(one.past.key, estimate.value, actual) if actual > 0 else NOT_POSITIVE
