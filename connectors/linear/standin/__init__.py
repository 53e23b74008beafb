"""Linear as seen from outside: a small HTTP and GraphQL server that behaves as Linear does.

The demo and the tests run the real connector against it. It holds one organisation in memory,
answers by its own subset of Linear's schema, refuses, limits and rewrites as published or
reported, and sends signed webhooks. What nobody has published is a switch of `Behaviour`.
"""

from connectors._standin.clock import StandinClock
from connectors._standin.faults import Mode
from connectors.linear.standin.behaviour import Behaviour, ConflictStatus
from connectors.linear.standin.seed import seed
from connectors.linear.standin.standin import Standin
from connectors.linear.standin.world import World

__all__ = ["Behaviour", "ConflictStatus", "Mode", "Standin", "StandinClock", "World", "seed"]
