"""Ids that are the same for ever, also after the database was restored from a backup."""

from __future__ import annotations

import hashlib
import uuid

from service.storage.columns import cleaned


def lasting_id(kind: str, *parts: str) -> str:
    """Return a UUID in version-4 shape, made from the SHA-256 of the kind of thing and its parts.

    Version 4, because tools that take an id from a client check its shape. A cleaned text holds no
    NUL, so no two lists of parts read alike.
    """
    digest = bytearray(
        hashlib.sha256("\0".join(map(cleaned, (kind, *parts))).encode()).digest()[:16]
    )
    digest[6] = digest[6] & 0x0F | 0x40
    digest[8] = digest[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(digest)))
