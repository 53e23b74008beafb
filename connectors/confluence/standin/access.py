"""Who asks, and whether a limit still lets them."""

from __future__ import annotations

import math
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors._standin.messages import Answer, Request, as_json
from connectors.confluence.standin.entities import User
from connectors.confluence.standin.errors import Refused, in_v1, in_v2
from connectors.confluence.standin.world import World

LOGIN_HEADER = "X-Seraph-LoginReason"
VISITOR = User("", "Anonymous", "", "", "", kind="unknown")


class NotSignedIn(Exception):
    """A call without usable credentials; `reason` goes into the login header."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def who(world: World, request: Request, *, gateway: bool) -> User:
    """Return the account that asks. Raises NotSignedIn.

    - Cloud: Basic with the account's address and a token; Bearer through the gateway, as service
      accounts do. A scoped token is known to the gateway only.
    - Data Center: Bearer with a personal access token.
    """
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    kind = scheme.casefold()
    if not kind:
        raise NotSignedIn("OUT")
    email, secret = "", given.strip()
    if kind == "basic" and world.cloud:
        email, secret = _pair(given)
    elif kind != "bearer" or (world.cloud and not gateway):
        raise NotSignedIn("AUTHENTICATED_FAILED")
    token = world.tokens.get(secret)
    owner = world.users.get(token.owner_id) if token is not None else None
    if token is None or owner is None or not owner.active or (token.scoped and not gateway):
        raise NotSignedIn("AUTHENTICATED_FAILED")
    if kind == "basic" and email.casefold() != owner.email.casefold():
        raise NotSignedIn("AUTHENTICATED_FAILED")
    return owner


def turned_away(world: World, path: str, error: NotSignedIn, *, gateway: bool) -> Answer:
    """Answer a call without usable credentials."""
    headers = {LOGIN_HEADER: error.reason, "WWW-Authenticate": 'OAuth realm="confluence"'}
    if gateway:
        body = {"code": 401, "message": "Unauthorized; scope does not match"}
        return as_json(body, 401, **headers)
    if error.reason == "OUT" and not path.startswith("/wiki/api/v2"):
        forbidden = Refused(403, "Current user not permitted to use Confluence")
        return as_json(in_v1(forbidden, api_package=not world.cloud), 403, **headers)
    refused = Refused(401, "Unauthorized")
    v2 = path.startswith("/wiki/api/v2")
    body = in_v2(refused) if v2 else in_v1(refused, api_package=not world.cloud)
    return as_json(body, 401, **headers)


def _pair(given: str) -> tuple[str, str]:
    try:
        email, _, secret = b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        raise NotSignedIn("AUTHENTICATED_FAILED") from None
    return email, secret


@dataclass(slots=True)
class Bucket:
    """What a Data Center user may still ask, on this one node."""

    left: float
    touched_at: datetime


class Limits:
    """The limits of the site: Cloud's are ordered from behind, Data Center's are counted."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._buckets: dict[str, Bucket] = {}

    def refusal(self, user: User) -> Answer | None:
        """Return the 429 where the account has to wait, taking one request where not."""
        world, now = self._world, self._world.clock()
        if world.limited_until is not None and now < world.limited_until:
            return self.exhausted(world.limited_until, world.limit_reason)
        world.limited_until = None
        if world.cloud or not world.behaviour.bucket:
            return None
        bucket = self._refilled(user, now)
        if bucket.left < 1:
            return as_json({"message": "Rate limit exceeded."}, 429, **self.headers(user))
        bucket.left -= 1
        return None

    def exhausted(self, until: datetime, reason: str) -> Answer:
        """Answer 429. The instant of the reset has no seconds, as is reported."""
        world = self._world
        seconds = max(0, math.ceil((until - world.clock()).total_seconds()))
        if not world.cloud:
            return as_json({"message": "Rate limit exceeded."}, 429, **{"Retry-After": "0"})
        headers = {
            "Retry-After": str(seconds),
            "X-RateLimit-Limit": "65000",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": f"{until:%Y-%m-%dT%H:%MZ}",
            "RateLimit-Reason": reason,
        }
        if reason == "gateway":  # the gateway's own 429 carries nothing to go by
            headers = {"X-Failure-Category": "FAILURE CLIENT RATE LIMITED"}
        return as_json({"code": 429, "message": "Rate limit exceeded"}, 429, **headers)

    def headers(self, user: User) -> dict[str, str]:
        """Return what every answer of the site says of its limits."""
        world = self._world
        if world.cloud:
            return {"X-RateLimit-Limit": "65000", "X-RateLimit-Remaining": "64000"}
        if not world.behaviour.bucket:
            return {}
        bucket = self._refilled(user, world.clock())
        return {
            "X-RateLimit-Limit": str(world.behaviour.bucket),
            "X-RateLimit-Remaining": str(math.floor(bucket.left)),
            "X-RateLimit-FillRate": str(world.behaviour.refill),
            "X-RateLimit-Interval-Seconds": "1",
            "Retry-After": "0",
        }

    def _refilled(self, user: User, now: datetime) -> Bucket:
        size = self._world.behaviour.bucket
        bucket = self._buckets.setdefault(user.id, Bucket(size, now))
        passed = (now - bucket.touched_at) / timedelta(seconds=1)
        bucket.left = min(size, bucket.left + passed * self._world.behaviour.refill)
        bucket.touched_at = now
        return bucket
