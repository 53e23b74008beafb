"""Time sheets as CSV: exports of Harvest, Toggl Track and Tempo, and a plain form of our own."""

from service.timesheets.cells import BadCell, DateOrder
from service.timesheets.reading import UnreadableSheet, read_sheet

__all__ = ["BadCell", "DateOrder", "UnreadableSheet", "read_sheet"]
