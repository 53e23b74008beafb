"""One line of a stand-in's log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Effect:
    """One change that was made: by whom, through what (`api`, `person`, `system`), to what."""

    seq: int
    at: datetime
    via: str
    actor_id: str
    actor: str
    action: str
    kind: str
    id: str
    detail: dict[str, Any]
