"""The figures as they are kept and shown: in words, and as values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.metrics.words import details, headline

if TYPE_CHECKING:
    from service.domain.metrics.snapshot import Snapshot


def published(found: Snapshot) -> dict[str, object]:
    """Return the rows that matter first, those behind them, and every figure, ready for JSON."""
    return {
        "headline": [row.as_json() for row in headline(found)],
        "details": [row.as_json() for row in details(found)],
        "snapshot": found.as_json(),
    }
