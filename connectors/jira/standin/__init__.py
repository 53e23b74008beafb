"""Jira as seen from outside: a small HTTP server that behaves as Jira does.

The demo and the tests run the real connector against it. It holds one site in memory, in three
flavours: Cloud with company-managed or team-managed projects, and Data Center. It answers,
refuses, limits, lags and sends webhooks as published or reported; open questions are switches
of `Behaviour`.
"""

from connectors._standin.cast import CAST, Actor
from connectors._standin.clock import StandinClock
from connectors._standin.faults import Mode
from connectors.jira.standin.behaviour import Behaviour, Flavour
from connectors.jira.standin.seed import seed
from connectors.jira.standin.standin import Standin
from connectors.jira.standin.world import World

PAGES_BESIDE = "confluence"
"""The tool whose stand-in keeps the pages when a story is told in Jira."""

__all__ = [
    "CAST",
    "PAGES_BESIDE",
    "Actor",
    "Behaviour",
    "Flavour",
    "Mode",
    "Standin",
    "StandinClock",
    "World",
    "seed",
]
