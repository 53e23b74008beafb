"""Confluence as seen from outside: a small HTTP server that behaves as Confluence does.

The demo and the tests run the real connector against it. It holds one site in memory, answers by
the published interfaces of Cloud (v2 and what is left of v1) or of Data Center (v1 below a context
path), and rewrites storage format as the editor does. What nobody has published is a switch of
`Behaviour`.
"""

from connectors._standin.clock import StandinClock
from connectors.confluence.standin.behaviour import Behaviour, Flavour
from connectors.confluence.standin.seed import PARENT_TITLE, SPACE_KEY, seed
from connectors.confluence.standin.standin import Standin
from connectors.confluence.standin.world import World

__all__ = [
    "PARENT_TITLE",
    "SPACE_KEY",
    "Behaviour",
    "Flavour",
    "Standin",
    "StandinClock",
    "World",
    "seed",
]
