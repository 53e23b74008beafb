"""What a frozen report says otherwise than the same project's figures do now.

A report that was published stays as it is; this only tells whoever asks how it differs. It reads
published JSON, so that a report of an earlier version can be held against today's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.domain.metrics.inputs import INPUTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: What a figure is shown as that the other side does not have.
ABSENT = "not in it"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: a figure or an end of the window by name, an input, the catalogue.

    - `kind` is `figure`, `window`, `input` or `catalogue`.
    - `before` is what the report has, `after` what there is now; of an input only that it changed
      is known, and both are None.
    """

    kind: str
    name: str
    before: object = None
    after: object = None

    def as_json(self) -> dict[str, object]:
        """Return the difference as it is published."""
        return {
            "kind": self.kind,
            "name": self.name,
            "before": self.before,
            "after": self.after,
        }


def differences(frozen: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return how figures (`snapshot` and `report`) differ from the frozen ones.

    - The catalogue comes first: by another version of it figures may differ that no input explains.
    - A value differs where its JSON does; where none is known, a change of the reason is one.
    - What a report has no fingerprint of, because an earlier version made it, is not told.
    """
    return (
        *_catalogue(frozen["snapshot"], now["snapshot"]),
        *_inputs(frozen.get("report", {}), now.get("report", {})),
        *_window(frozen["snapshot"], now["snapshot"]),
        *_figures(frozen["snapshot"], now["snapshot"]),
    )


def _catalogue(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    was, is_now = before.get("catalogue"), after.get("catalogue")
    if was != is_now:
        yield Difference("catalogue", "catalogue", was, is_now)


def _inputs(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    were, are = before.get("digests", {}), after.get("digests", {})
    for name in INPUTS:
        if name in were and name in are and were[name] != are[name]:
            yield Difference("input", name)


def _window(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for end in ("baseline", "close"):
        was, is_now = before["window"].get(end), after["window"].get(end)
        if was != is_now:
            yield Difference("window", end, was, is_now)


def _figures(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    were, are = dict(_leaves(before)), dict(_leaves(after))
    for name in dict.fromkeys((*were, *are)):
        was, is_now = were.get(name), are.get(name)
        if was is None or is_now is None or _said(was) != _said(is_now):
            yield Difference("figure", name, _told(was), _told(is_now))


def _leaves(snapshot: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for area, leaves in snapshot.get("metrics", {}).items():
        for name, leaf in leaves.items():
            yield f"{area}.{name}", leaf


def _said(leaf: Mapping[str, Any]) -> tuple[object, object, object]:
    return leaf.get("value"), leaf.get("unit"), leaf.get("reason")


def _told(leaf: Mapping[str, Any] | None) -> object:
    """Return a figure's value, or the words for a figure without one."""
    if leaf is None:
        return ABSENT
    value = leaf.get("value")
    return f"unknown: {leaf.get('reason')}" if value is None else value
