"""Earned value at the close: what was planned, what of it was earned, and what that took.

After the PMI's Practice Standard for Earned Value Management and ISO 21508, with Lipke's earned
schedule: once all planned work is done SPI is 1 and SV is 0 by construction, however late it was.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from service.domain.metrics.earned_value.account import account_of
from service.domain.metrics.earned_value.adjusted import adjusted
from service.domain.metrics.earned_value.earned_schedule import schedule_indices
from service.domain.metrics.earned_value.hindsight import CHECKPOINTS, hindsight
from service.domain.metrics.earned_value.indices import Index, indices
from service.domain.metrics.earned_value.weights import weights_of
from service.domain.metrics.values import Value, unknown
from service.domain.money import rounded
from service.domain.tracking import StatusCategory

if TYPE_CHECKING:
    from service.domain.metrics.basis import Basis
    from service.domain.metrics.earned_value.account import Account
    from service.domain.metrics.values import Excluded, Figure

ABANDONED = "the project was given up: its work is not going to be completed"

#: Projects planned for fewer days are told in days, longer ones in weeks.
SHORT = 60
WEEK = 7

_DURATION = "the duration from the kick-off (AT)"
_CROSSED = f"at the end of which it stood below 0.9, from 20 % of {_DURATION} on"


class _Leaf(NamedTuple):
    """What a figure is measured in (`value` and `time` stand for the project's own) and how."""

    unit: str
    formula: str


_LEAVES = {
    "bac": _Leaf("value", "value of the issues at the kick-off, as they stood then (BAC)"),
    "pv": _Leaf("value", "value that was planned to be earned by the close (PV)"),
    "ev": _Leaf("value", "value of the planned issues delivered at the close, 0/100 rule (EV)"),
    "ac": _Leaf("value", "what was spent on the whole project up to the close (AC)"),
    "ac_added": _Leaf("value", "part of AC that was spent on issues added after the kick-off"),
    "sv": _Leaf("value", "EV - PV"),
    "cv": _Leaf("value", "EV - AC"),
    "spi": _Leaf("ratio", "EV / PV; 1 once all is earned, however late: see SPI(t)"),
    "cpi": _Leaf("ratio", "EV / AC"),
    "eac": _Leaf("value", "BAC / CPI: what is left costs as much as what was done did (EAC)"),
    "eac_atypical": _Leaf("value", "AC + BAC - EV: what is left costs what was planned"),
    "eac_cost_schedule": _Leaf("value", "AC + (BAC - EV) / (CPI x SPI)"),
    "etc": _Leaf("value", "EAC - AC"),
    "vac": _Leaf("value", "BAC - EAC"),
    "tcpi": _Leaf("ratio", "(BAC - EV) / (BAC - AC): the efficiency that still keeps the budget"),
    "complete": _Leaf("ratio", "EV / BAC"),
    "spent": _Leaf("ratio", "AC / BAC"),
    "es": _Leaf("time", "when the earned value was planned to be there, interpolated, at most PD"),
    "at": _Leaf(
        "time",
        "from the kick-off to the close, or to the completion of the last planned issue where all "
        "is earned (AT)",
    ),
    "pd": _Leaf("time", "from the kick-off to the planned finish or the last due date (PD)"),
    "sv_t": _Leaf("time", "ES - AT; negative is late"),
    "spi_t": _Leaf("ratio", "ES / AT, which is PD / AD once all is earned (Lipke 2003)"),
    "tspi": _Leaf("ratio", "(PD - ES) / (PD - AT): the pace that still keeps the planned finish"),
    "ieac_t": _Leaf("time", "PD / SPI(t): the duration at this pace"),
    "descoped": _Leaf("value", "value of the planned issues that were removed: stays unearned"),
    "dropped": _Leaf("value", "value of the planned issues that were dropped: stays unearned"),
    "bac_adjusted": _Leaf(
        "value",
        "BAC with every change of scope approved: less what was removed or dropped, plus the "
        "added issues, which count as they stood at the close",
    ),
    "ev_adjusted": _Leaf("value", "EV plus the added issues that were delivered"),
    "spi_t_below_09_on": _Leaf("date", f"first day {_CROSSED}: SPI(t)"),
    "cpi_below_09_on": _Leaf("date", f"first day {_CROSSED}: CPI"),
    "stable_after": _Leaf(
        "ratio",
        f"share of {_DURATION} after which EAC stayed within 10 % of what it was at the close; "
        "0.2 or less is early enough (Christensen)",
    ),
    **{f"eac_at_{at}": _Leaf("value", f"EAC at {at} % of {_DURATION}") for at in CHECKPOINTS},
    **{
        f"eac_error_at_{at}": _Leaf(
            "ratio", f"EAC at {at} % of {_DURATION}, by what all of it took, minus 1"
        )
        for at in CHECKPOINTS
    },
    **{
        f"ieac_t_at_{at}": _Leaf(
            "date", f"kick-off plus IEAC(t), as it stood at {at} % of {_DURATION}"
        )
        for at in CHECKPOINTS
    },
    **{
        f"ieac_t_error_at_{at}": _Leaf(
            "days",
            f"the finish foretold at {at} % of {_DURATION} minus the day of the last completion "
            "of a planned issue; positive is too late",
        )
        for at in CHECKPOINTS
    },
}
_FORETOLD = (
    *("eac", "eac_atypical", "eac_cost_schedule", "etc", "vac", "tcpi", "tspi", "ieac_t"),
    *(
        f"{name}_at_{at}"
        for name in ("eac", "eac_error", "ieac_t", "ieac_t_error")
        for at in CHECKPOINTS
    ),
    "stable_after",
)


def earned_value_figures(basis: Basis) -> dict[str, Value]:
    """Return every figure of earned value and earned schedule, and what they said on the way."""
    account = account_of(basis)
    if account is None:
        weights = weights_of(basis)
        units = {"value": weights.unit, "time": "days"}
        return {
            name: unknown(
                units.get(unit, unit), formula, weights.reason or "", basis.scope.excluded
            )
            for name, (unit, formula) in _LEAVES.items()
        }
    change = adjusted(basis, account)
    found = {**_at_the_close(account), **change.values, **hindsight(basis, account)}
    if basis.project.status.category is StatusCategory.CANCELLED:
        found |= dict.fromkeys(_FORETOLD, Index(None, ABANDONED))
    excluded = (*basis.scope.excluded, *account.weights.excluded)
    keys = {"ev": account.delivered, "ac": account.actual.keys, **change.keys}
    left_out = dict.fromkeys(("bac_adjusted", "ev_adjusted"), (*excluded, *change.excluded))
    return {
        name: _value(
            account,
            name,
            found[name],
            keys.get(name, account.keys),
            left_out.get(name, excluded),
        )
        for name in _LEAVES
    }


def _at_the_close(account: Account) -> dict[str, Index | date]:
    plan, actual = account.plan, account.actual
    no_plan, no_actual = plan.reason or "", actual.reason or ""
    spent = account.spent
    pv = None if plan.curve is None else plan.curve.at(account.length)
    found: dict[str, Index | date] = {
        "bac": Index(account.budget),
        "pv": Index(pv, plan.reason),
        "ev": Index(account.earned),
        "ac": Index(spent, actual.reason),
        "ac_added": actual.added if actual.reason is None else Index(None, actual.reason),
        "at": Index(account.elapsed),
        **indices(
            account.budget, pv, account.earned, spent, no_plan=no_plan, no_actual=no_actual
        )._asdict(),
    }
    if plan.curve is None:
        return found | dict.fromkeys(
            ("es", "pd", "sv_t", "spi_t", "tspi", "ieac_t"), Index(None, plan.reason)
        )
    told = schedule_indices(plan.curve, account.earned, account.elapsed)
    return {
        **found,
        **told._asdict(),
        "es": Index(told.es),
        "sv_t": Index(told.sv_t),
        "pd": Index(plan.curve.duration),
    }


def _value(
    account: Account,
    name: str,
    found: Index | date,
    keys: tuple[str, ...],
    excluded: tuple[Excluded, ...],
) -> Value:
    unit, formula = _LEAVES[name]
    how = {"bac": account.weights.told, "pv": account.plan.told}.get(name)
    formula = f"{formula}; {how}" if how else formula
    unit = {"value": account.weights.unit, "time": _time_unit(account)}.get(unit, unit)
    if isinstance(found, date):
        return Value(found, unit, len(keys), formula, keys, excluded)
    if found.value is None:
        return unknown(unit, formula, found.reason or "", excluded)
    figure: Figure = found.value
    if _LEAVES[name].unit == "value" and account.weights.price is not None:
        figure = rounded(Decimal(repr(found.value)), unit)
    elif unit == "weeks":
        figure = found.value / WEEK
    return Value(figure, unit, len(keys), formula, keys, excluded)


def _time_unit(account: Account) -> str:
    curve = account.plan.curve
    planned = account.length if curve is None else curve.duration
    return "days" if planned < SHORT else "weeks"
