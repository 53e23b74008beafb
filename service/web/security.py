"""Headers of every answer, and the small signatures that cookies and forms carry."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Response

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
ONE_YEAR = 31_536_000  # seconds


def harden(response: Response, *, https: bool) -> Response:
    """Add the headers that keep a page to itself; nothing is cached unless it says so."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    if https:
        response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
    return response


class Signer:
    """Signs short texts with a key made from the configured secrets.

    Every process with the same configuration makes the same key, so several web processes share
    cookies without a store, and a changed password or token ends every session. Where nothing
    secret is configured the key is random: one process, until it ends.
    """

    def __init__(self, configured: Iterable[str]) -> None:
        known = [secret for secret in configured if secret]
        material = "\0".join(known).encode() if known else secrets.token_bytes(32)
        self._key = hmac.digest(material, b"closeout cookies and forms, version 1", "sha256")

    def signature(self, purpose: str, text: str) -> str:
        """Return the signature of a text for one purpose, as hexadecimal digits."""
        return hmac.new(self._key, f"{purpose}\0{text}".encode(), sha256).hexdigest()

    def holds(self, purpose: str, text: str, signature: str) -> bool:
        """Say whether a signature is right, in constant time."""
        return same(self.signature(purpose, text), signature)


def same(expected: str, given: str) -> bool:
    """Compare two secrets in constant time, whatever characters were given."""
    return hmac.compare_digest(_bytes(expected), _bytes(given))


def one_of(allowed: Iterable[str], given: str) -> bool:
    """Say whether a secret is one of several, comparing with each of them."""
    return sum([same(secret, given) for secret in allowed]) > 0


def _bytes(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()
