"""Writing over a version: Confluence takes the next one only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.http import Declined

if TYPE_CHECKING:
    from collections.abc import Callable

_CONFLICT = 409


def was_next(put: Callable[[], object]) -> bool:
    """Send a write; False where somebody wrote since we read, and nothing of ours was taken.

    Cloud answers a stale version with 409 although its specification does not name that.
    """
    try:
        put()
    except Declined as refusal:
        if refusal.status != _CONFLICT:
            raise
        return False
    return True
