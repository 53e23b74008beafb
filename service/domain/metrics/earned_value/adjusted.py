"""The second line of earned value: the budget with every change of scope taken as approved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.metrics.earned_value.indices import Index
from service.domain.metrics.values import Excluded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.earned_value.account import Account


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What changes of scope did to budget and earned value, each with the keys behind it.

    `excluded` are added issues without a value of their own.
    """

    values: Mapping[str, Index]
    keys: Mapping[str, tuple[str, ...]]
    excluded: tuple[Excluded, ...]


def adjusted(basis: Basis, account: Account) -> Adjusted:
    """Return the line in which the budget falls with what left and grows with what came.

    EV + descoped + dropped + what is left undone = BAC. Added issues count as they stood at the
    close, as in the scope; dropped ones, added or planned, are no part of this budget.
    """
    scope, worth = basis.scope, account.worth
    came, excluded = _added(basis, account)
    removed = tuple([past.key for past in scope["removed"] if past.key in worth])
    dropped = tuple([past.key for past in scope["dropped"] if past.key in worth])
    got = tuple([past.key for past in scope["delivered"] if past.key in came])
    descoped, given_up = _sum(worth, removed), _sum(worth, dropped)
    gone = {*removed, *dropped}
    left = tuple([key for key in account.keys if key not in gone])
    budget = math.fsum([account.budget, -descoped, -given_up, *came.values()])
    return Adjusted(
        values={
            "descoped": Index(descoped),
            "dropped": Index(given_up),
            "bac_adjusted": Index(budget),
            "ev_adjusted": Index(account.earned + _sum(came, got)),
        },
        keys={
            "descoped": removed,
            "dropped": dropped,
            "bac_adjusted": (*left, *came),
            "ev_adjusted": (*account.delivered, *got),
        },
        excluded=tuple(excluded),
    )


def _added(basis: Basis, account: Account) -> tuple[dict[str, float], list[Excluded]]:
    """Return the values of the added issues that were not dropped, and which of them have none."""
    weights, sizes, close = account.weights, basis.sizes, basis.window.close
    dropped = {past.key for past in basis.scope["dropped"]}
    added = [past for past in basis.scope["added"] if past.key not in dropped]
    unit = weights.size
    if unit is None:
        return {past.key: 1.0 for past in added}, []
    weighed = {past.issue.id for past in weights.pasts}
    found, excluded = {}, []
    for past in added:  # hot: once for each added issue
        size = sizes.at(past, close, unit.field)
        if past.issue.parent_id in weighed:
            excluded.append(Excluded(past.key, "counted with its parent"))
        elif size is not None and size >= 0:
            found[past.key] = weights.priced(size)
        elif sizes.by_parts(past, close, unit.field):
            excluded.append(Excluded(past.key, "counted by its sub-tasks"))
        else:
            excluded.append(Excluded(past.key, f"no estimate in {unit.word}"))
    return found, excluded


def _sum(worth: Mapping[str, float], keys: Iterable[str]) -> float:
    return math.fsum(worth[key] for key in keys)
