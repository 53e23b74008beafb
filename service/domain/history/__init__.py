"""What an issue was at any instant: today's values with every later change undone.

A value that was set at creation never occurs in a history, so nothing is replayed forward from
"empty"; it is undone from today, newest change first. A record with gaps is never an error: the
undoing goes on, and a `Finding` says where the record does not hold together.
"""

from service.domain.history.gaps import Finding, findings
from service.domain.history.issue import History, State, state
from service.domain.history.track import Interval, Step, Track, intervals, undo

__all__ = [
    "Finding",
    "History",
    "Interval",
    "State",
    "Step",
    "Track",
    "findings",
    "intervals",
    "state",
    "undo",
]
