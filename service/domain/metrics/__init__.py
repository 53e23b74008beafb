"""Planned against actual: the figures of a project, rebuilt from the histories of its issues.

Every figure opens to the issues behind it; what is not known is None with a reason, never 0.
People are in no figure.
"""

from service.domain.metrics.calendar import Calendar
from service.domain.metrics.snapshot import CATALOGUE, Snapshot, snapshot
from service.domain.metrics.statuses import StatusSets
from service.domain.metrics.values import Excluded, Value
from service.domain.metrics.window import Chosen, Window
from service.domain.metrics.words import Row, details, headline

__all__ = [
    "CATALOGUE",
    "Calendar",
    "Chosen",
    "Excluded",
    "Row",
    "Snapshot",
    "StatusSets",
    "Value",
    "Window",
    "details",
    "headline",
    "snapshot",
]
