"""Scope: what was in the project at the kick-off, what came, what went, what became of it.

final = base + added - removed, in items; in points and hours also + re-estimated, where added
issues count with their size at the close and removed ones with their size at the kick-off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.metrics.scope.amounts import amount_figures
from service.domain.metrics.scope.completion import completion_figures
from service.domain.metrics.scope.volatility import volatility_figures
from service.domain.metrics.values import Value, unknown

if TYPE_CHECKING:
    from service.domain.metrics.basis import Basis
    from service.domain.metrics.scope.members import Scope

_FORMULAS = {
    "base": "members at the kick-off",
    "added": "members at the close that were none at the kick-off",
    "removed": "members at the kick-off that are none at the close",
    "transient": "members at some instant between kick-off and close, at neither of them",
    "final": "members at the close",
    "done": "members at the close that stood in a done status then",
    "delivered": "members at the close that were done then and not dropped",
    "dropped": "members at the close that stood in a dropped status then",
    "carried_over": "members at the close that were neither done nor dropped then",
}
_NEED_BASELINE = ("base", "added", "removed", "transient")


def scope_figures(basis: Basis) -> dict[str, Value]:
    """Return every figure of the scope: in items, points and hours, and what changed in it."""
    scope = basis.scope
    items = {name: _items(scope, name, formula) for name, formula in _FORMULAS.items()}
    amounts = amount_figures(scope, basis.sizes, items)
    return {
        **items,
        **amounts,
        **volatility_figures(basis, {**items, **amounts}),
        **completion_figures(scope, items),
    }


def _items(scope: Scope, name: str, formula: str) -> Value:
    if scope.window.baseline is None and name in _NEED_BASELINE:
        return unknown("issues", formula, scope.window.baseline_reason, scope.excluded)
    group = scope[name]
    keys = tuple([past.key for past in group])
    return Value(len(group), "issues", len(group), formula, keys, scope.excluded)
