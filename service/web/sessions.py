"""Who is signed in: signed cookies, one-time links, and how many tries a password gets.

The session is a cookie signed with a key that every web process makes from the same configured
secrets (`security.Signer`); nothing in it is secret. It ends after 24 hours at the latest, when a
configured secret changes, or at sign-out. Signing out is remembered in the process that served
it until the cookie would have ended anyway; one-time links and counted tries belong to one process
too: `closeout serve` is one, and behind several the counted tries are per process.
"""

from __future__ import annotations

import base64
import ipaddress
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import orjson

from service.web.security import Signer

SESSION_LENGTH = timedelta(hours=24)
LINK_LENGTH = timedelta(minutes=15)
TRIES = 5
TRIES_WINDOW = timedelta(minutes=15)
ADDRESSES_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person.

    - `name` is None where nobody said who it is (a one-time link).
    - `named_by_proxy` says that the name is not theirs to change.
    - `session` is what their forms are bound to.
    """

    session: str
    name: str | None
    named_by_proxy: bool = False


class Sessions:
    """Makes and reads session cookies."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._ended: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def begin(self, name: str | None, now: datetime) -> str:
        """Return the cookie of a new session."""
        until = int((now + SESSION_LENGTH).timestamp())
        facts = orjson.dumps({"id": secrets.token_hex(16), "name": name, "until": until})
        text = base64.urlsafe_b64encode(facts).decode()
        return f"{text}.{self._signer.signature('session', text)}"

    def read(self, cookie: str, now: datetime) -> Visitor | None:
        """Return whose session a cookie is, None for one that is forged, over or signed out."""
        text, _, signature = cookie.rpartition(".")
        if not self._signer.holds("session", text, signature):
            return None
        facts = orjson.loads(base64.urlsafe_b64decode(text))
        if now.timestamp() >= facts["until"] or facts["id"] in self._ended:
            return None
        return Visitor(facts["id"], facts["name"])

    def end(self, visitor: Visitor, now: datetime) -> None:
        """Let a session count no more."""
        with self._lock:
            self._ended = {id_: until for id_, until in self._ended.items() if until > now}
            self._ended[visitor.session] = now + SESSION_LENGTH


class OneTimeLinks:
    """Links that sign in once, within 15 minutes; only their hashes are kept."""

    def __init__(self) -> None:
        self._links: dict[bytes, datetime] = {}
        self._lock = threading.Lock()

    def issue(self, now: datetime) -> str:
        """Return a new token of 256 random bits."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._links[_hash(token)] = now + LINK_LENGTH
        return token

    def redeem(self, token: str, now: datetime) -> bool:
        """Use a token up; False for one that is unknown, used or too old.

        The look-up is by hash, so its timing tells nothing about a token.
        """
        with self._lock:
            until = self._links.pop(_hash(token), None)
        return until is not None and now < until


class Tries:
    """Counts password tries by address: five within 15 minutes, then a pause."""

    def __init__(self) -> None:
        self._tries: dict[str, list[datetime]] = {}
        self._lock = threading.Lock()

    def wait(self, address: str, now: datetime) -> timedelta | None:
        """Count a try; return how long to wait where there were too many, None to go on."""
        who = _network(address)
        with self._lock:
            recent = [at for at in self._tries.get(who, []) if now - at < TRIES_WINDOW]
            if len(recent) >= TRIES:
                return recent[0] + TRIES_WINDOW - now
            if len(self._tries) >= ADDRESSES_KEPT:
                self._forget(now)
            self._tries[who] = [*recent, now]
            return None

    def good(self, address: str) -> None:
        """Forget the tries of an address that came to the right password."""
        with self._lock:
            self._tries.pop(_network(address), None)

    def _forget(self, now: datetime) -> None:
        self._tries = {
            who: tries for who, tries in self._tries.items() if now - tries[-1] < TRIES_WINDOW
        }


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def _network(address: str) -> str:
    """Return the address, or for IPv6 its /64: a whole one belongs to one household."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:  # noqa: PLR2004
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))
