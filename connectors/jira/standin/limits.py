"""How often may be asked: Cloud's bursts, cost budget and writes to one issue; a node's bucket."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta

from connectors._standin.rest import Called
from connectors.jira.standin.api import Call
from connectors.jira.standin.entities import User
from connectors.jira.standin.errors import Problem
from connectors.jira.standin.world import World

_SECOND = timedelta(seconds=1)
_PER_ISSUE = ((20, timedelta(seconds=2)), (100, timedelta(seconds=30)))
_MINUTE = timedelta(minutes=1)
_TOO_MANY = 429
_NEAR = 0.2
_NODE_IS_BUSY = Problem(_TOO_MANY, "Rate limit exceeded.", headers={"Retry-After": "0"})


class Limits:
    """What has been asked lately, by whom."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._asked: dict[str, deque[datetime]] = defaultdict(deque)
        self._written: dict[str, deque[datetime]] = defaultdict(deque)
        self._used: dict[str, int] = defaultdict(int)
        self._tokens: dict[str, tuple[float, datetime]] = {}
        self.exhausted_until: datetime | None = None
        self.reason = "jira-cost-based"

    def exhaust(self, reason: str) -> None:
        """Use up the budget until the next hour (a node's: for a minute), as somebody else might."""
        now = self._world.clock()
        hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        until = hour if self._world.cloud else now + _MINUTE
        self.exhausted_until, self.reason = until, reason

    def take(self, called: Called[Call], user: User | None) -> None:
        """Count a call. Raises Problem (429) where it is one too many."""
        now = self._world.clock()
        self._used[user.id if user else ""] += 1
        if self.exhausted_until is not None and now < self.exhausted_until:
            raise self.quota() if self._world.cloud else _NODE_IS_BUSY
        if self._world.cloud:
            self._take_cloud(called, now)
        elif user is not None and self._world.behaviour.node_limit:
            self._take_token(user, now)

    def _take_cloud(self, called: Called[Call], now: datetime) -> None:
        name, most = called.route.name, self._world.behaviour.burst_per_second
        asked = self._asked[name]
        _forget(asked, now - _SECOND)
        if most and len(asked) >= most:
            raise self.burst()
        asked.append(now)
        key = called.parts.get("key")
        if called.writes and key is not None and self._world.behaviour.per_issue_writes:
            self._take_write(key, now)

    def _take_write(self, key: str, now: datetime) -> None:
        issue = self._world.issue(key)
        written = self._written[issue.id if issue else key]
        _forget(written, now - _PER_ISSUE[-1][1])
        for most, within in _PER_ISSUE:
            if sum(at > now - within for at in written) >= most:
                raise _limited(
                    "jira-per-issue-on-write", {"Retry-After": str(round(within.total_seconds()))}
                )
        written.append(now)

    def _take_token(self, user: User, now: datetime) -> None:
        limit = self._world.behaviour.node_limit
        had, at = self._tokens.get(user.id, (float(limit), now))
        left = min(float(limit), had + (now - at).total_seconds())
        if left < 1:
            self._tokens[user.id] = (left, now)
            raise _NODE_IS_BUSY
        self._tokens[user.id] = (left - 1, now)

    def burst(self) -> Problem:
        """Return the refusal of an operation that is called too often."""
        if not self._world.cloud:
            return _NODE_IS_BUSY
        reset = self._world.clock() + _SECOND
        told = {"Retry-After": "1", "X-RateLimit-Reset": f"{reset:%Y-%m-%dT%H:%M:%SZ}"}
        return _limited("jira-burst-based", told)

    def quota(self) -> Problem:
        """Return the refusal of a used-up budget: no Retry-After, and a reset without seconds."""
        until = self.exhausted_until or self._world.clock()
        told = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{until:%Y-%m-%dT%H:%MZ}"}
        return _limited(self.reason, told)

    def headers(self, user: User | None) -> dict[str, str]:
        """Return the headers that every answer carries."""
        if self._world.cloud:
            limit = self._world.behaviour.cost_limit
            left = max(0, limit - self._used[user.id if user else ""])
            near = {"X-RateLimit-NearLimit": "true"} if left < limit * _NEAR else {}
            return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(left), **near}
        limit = self._world.behaviour.node_limit
        if user is None or not limit:
            return {}
        left = int(self._tokens.get(user.id, (float(limit), None))[0])
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-FillRate": "1",
            "X-RateLimit-Interval-Seconds": "1",
            "Retry-After": "0",
        }


def _forget(times: deque[datetime], before: datetime) -> None:
    while times and times[0] <= before:
        times.popleft()


def _limited(reason: str, headers: dict[str, str]) -> Problem:
    return Problem(
        _TOO_MANY, "Rate limit exceeded.", headers={"RateLimit-Reason": reason, **headers}
    )
