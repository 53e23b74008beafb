"""Ids that repeat from run to run."""

from __future__ import annotations

import hashlib
from uuid import UUID


class Ids:
    """UUIDs in the shape of version 4, secrets and short pieces; the same ones for the same seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    def uuid(self) -> str:
        """Return the next UUID."""
        return str(UUID(bytes=self._next()[:16], version=4))

    def short(self) -> str:
        """Return twelve hexadecimal digits, as slugs and marks of an editor have."""
        return self._next().hex()[:12]

    def secret(self) -> str:
        """Return the next secret."""
        return self._next().hex()

    def _next(self) -> bytes:
        self._count += 1
        return hashlib.sha256(f"{self._seed}:{self._count}".encode()).digest()
