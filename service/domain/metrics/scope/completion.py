"""How much of what was planned was delivered, and how much of what was delivered was planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.metrics.values import Value, unknown
from service.domain.tracking import Field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from service.domain.metrics.past import Past
    from service.domain.metrics.scope.members import Scope

#: Types and labels that say an issue mends a fault, in small letters.
BUGS = frozenset({"bug", "defect"})

NOTHING_DELIVERED = "nothing was delivered up to the close"
NO_KINDS = "bugs cannot be told from other work: none of these issues carries a type"

_OF_BASE = "share of the issues at the kick-off that were members at the close and delivered"
_OF_ADDED = "share of the added issues that were delivered"
_UNPLANNED = "share of the delivered issues that were added after the kick-off"
_BUGS = f"{_UNPLANNED} and are bugs: by type or label Bug or Defect"
_REST = f"{_UNPLANNED} and are no bugs"


def completion_figures(scope: Scope, items: Mapping[str, Value]) -> dict[str, Value]:
    """Return delivered against planned, `items` being the figures of the scope in items."""
    base, added = items["base"], items["added"]
    delivered = scope["delivered"]
    came = set(added.issues)
    planned = [past.key for past in delivered if past.key not in came]
    unplanned = [past for past in delivered if past.key in came]
    keys = [past.key for past in unplanned]
    return {
        "delivered_of_base": _share(planned, base, _OF_BASE, "no issue was there at the kick-off"),
        "delivered_of_added": _share(
            keys, added, _OF_ADDED, "nothing was added after the kick-off"
        ),
        **_unplanned(scope, items["delivered"], unplanned, base.reason),
    }


def _share(keys: Sequence[str], whole: Value, formula: str, empty: str) -> Value:
    reason = whole.reason or (None if whole.n else empty)
    if reason is not None:
        return unknown("ratio", formula, reason, whole.excluded)
    return Value(len(keys) / whole.n, "ratio", whole.n, formula, tuple(keys), whole.excluded)


def _unplanned(
    scope: Scope, delivered: Value, unplanned: Sequence[Past], why: str | None
) -> dict[str, Value]:
    """Return the unplanned part of what was delivered: all of it, its bugs, and the rest."""
    end = scope.window.close
    keys = [past.key for past in unplanned]
    bugs = [past.key for past in unplanned if is_bug(past, end)]
    mending = set(bugs)
    rest = [key for key in keys if key not in mending]
    told = bugs or not unplanned or any(_kind(past, end) is not None for past in unplanned)
    whole = delivered if why is None else unknown("issues", "", why, delivered.excluded)
    parted = whole if told else unknown("issues", "", whole.reason or NO_KINDS, whole.excluded)
    return {
        "unplanned_share": _share(keys, whole, _UNPLANNED, NOTHING_DELIVERED),
        "unplanned_share_bugs": _share(bugs, parted, _BUGS, NOTHING_DELIVERED),
        "unplanned_share_rest": _share(rest, parted, _REST, NOTHING_DELIVERED),
    }


def is_bug(past: Past, at: datetime) -> bool:
    """Whether an issue mended a fault then: by its type, or by a label where it had no type."""
    if (kind := _kind(past, at)) is not None:
        return kind.casefold() in BUGS
    labels = [id_ for id_, name in past.issue.labels.items() if name.casefold() in BUGS]
    return any(past.history.member(Field.LABELS, id_).at(at) for id_ in labels)


def _kind(past: Past, at: datetime) -> str | None:
    changed = Field.KIND in past.history.changes
    return past.history.kind.at(at) if changed else past.issue.kind
