"""The levers behind the stand-in: time, faults, webhooks, keys, switches.

Every public method is also an action of the control interface over HTTP, by its name.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from enum import StrEnum
from typing import Any

from connectors.linear.standin.board import Board
from connectors.linear.standin.entities import User, Webhook
from connectors.linear.standin.faults import Fault, Faults, Mode
from connectors.linear.standin.gateway import Gateway
from connectors.linear.standin.kinds import Value
from connectors.linear.standin.lookup import Unclear
from connectors.linear.standin.people import People
from connectors.linear.standin.webhooks import Sender
from connectors.linear.standin.world import World

EVENTS = ("Project", "Issue", "Document", "Comment", "ProjectUpdate")


class Control(People):
    """Everything that can be done to the stand-in from behind."""

    def __init__(self, world: World, gateway: Gateway, sender: Sender, faults: Faults) -> None:
        super().__init__(world)
        self._gateway = gateway
        self._sender = sender
        self._faults = faults

    # Time.

    def advance(self, days: float = 0, hours: float = 0, seconds: float = 0) -> dict[str, Any]:
        """Push the clock ahead; what is due then is sent."""
        self.world.clock.advance(timedelta(days=days, hours=hours, seconds=seconds))
        self._sender.wake()
        return {"now": self.world.clock()}

    # Webhooks.

    def register_webhook(
        self,
        url: str,
        secret: str | None = None,
        types: list[str] | None = None,
        team: str | None = None,
    ) -> Webhook:
        """Subscribe an address, to a team or to all public ones."""
        with self.act(None) as act:
            webhook = Webhook(
                id=self.world.ids.uuid(),
                created_at=act.at,
                updated_at=act.at,
                url=url,
                secret=secret or self.world.ids.secret(),
                resource_types=list(types or EVENTS),
                creator_id=act.actor.id,
                team_id=self.team(team).id if team else None,
                all_public_teams=team is None,
            )
            self.world.add(webhook)
            act.record("webhookCreate", webhook, url=url)
            return webhook

    def enable_webhook(self, webhook: str, on: bool = True) -> Webhook:  # noqa: FBT001, FBT002 (HTTP)
        """Switch one subscription on or off, as an administrator would."""
        with self.act(None) as act:
            found = self.world.one("webhooks", webhook)
            if not isinstance(found, Webhook):
                raise Unclear(f"no webhook {webhook!r}")
            found.enabled = on
            act.record("webhookUpdate", found, enabled=on)
            return found

    def webhooks(self, on: bool) -> None:  # noqa: FBT001 (HTTP)
        """Switch all sending on or off; what happens meanwhile is never told."""
        self.world.behaviour.webhooks_on = on

    def drop_webhooks(self, n: int = 1) -> None:
        """Lose the next deliveries before they are tried."""
        self._sender.drop_next = n

    def hold_webhooks(self) -> None:
        """Keep deliveries back."""
        self._sender.hold()

    def release_webhooks(self, backwards: bool = False) -> None:  # noqa: FBT001, FBT002 (HTTP)
        """Send what was kept back, the last first if so wanted."""
        self._sender.release(backwards=backwards)

    def redeliver(self, delivery: str) -> None:
        """Send a delivery once more, with the same id."""
        try:
            self._sender.redeliver(delivery)
        except KeyError:
            raise Unclear(f"no delivery {delivery!r}") from None

    # Keys and limits.

    def revoke_api_key(self) -> None:
        """Make every key invalid."""
        with self.world.lock:
            self.world.api_keys.clear()

    def new_api_key(self, person: str | None = None) -> dict[str, str]:
        """Make a key for a person, or for the account that Closeout acts as."""
        with self.world.lock:
            owner: User = self.person(person) if person else self.bot()
            key = f"lin_api_{self.world.ids.secret()[:40]}"
            self.world.api_keys[key] = owner.id
            return {"api_key": key}

    def use_up_rate_limit(self) -> None:
        """Use up the hour's requests of every key's owner."""
        with self.world.lock:
            for owner in set(self.world.api_keys.values()):
                self._gateway.limits.of(owner).exhaust(self.world.clock())

    # Faults.

    def fail(
        self,
        mode: str,
        times: int = 1,
        only: str | None = None,
        skip: int = 0,
        seconds: float = 30.0,
    ) -> None:
        """Make the next calls fail; `only` is query, mutation, or a name of an operation."""
        self._faults.order(Fault(_member(Mode, mode), times, only, skip, seconds))

    def slow(self, seconds: float, times: int = 1, only: str | None = None) -> None:
        """Answer the next calls late, by the wall clock."""
        self._faults.order(Fault(Mode.SLOW, times, only, 0, seconds))

    def clear_faults(self) -> None:
        """Forget all faults that are still ordered, the kill included."""
        self._faults.clear()

    def kill_after_write(self, n: int, pid: int) -> None:
        """SIGKILL a process when the n-th write from now was applied, before it is answered."""
        try:
            self._faults.kill_after_write(n, pid)
        except ValueError as error:
            raise Unclear(str(error)) from None

    def lag(self, reads: float = 0, lists: float = 0) -> None:
        """Let queries, or only lists, show the world as it was so many seconds ago."""
        self.world.behaviour.read_lag = timedelta(seconds=reads)
        self.world.behaviour.list_lag = timedelta(seconds=lists)

    def switch(self, name: str, value: str | float | bool) -> None:  # noqa: FBT001 (HTTP)
        """Set a switch of `Behaviour`; lengths of time are in seconds."""
        behaviour = self.world.behaviour
        if name not in {f.name for f in fields(behaviour)}:
            names = ", ".join(f.name for f in fields(behaviour))
            raise Unclear(f"no switch {name!r}; there are: {names}")
        old = getattr(behaviour, name)
        if isinstance(old, timedelta) and not isinstance(value, str):
            setattr(behaviour, name, timedelta(seconds=value))
        elif isinstance(old, StrEnum):
            setattr(behaviour, name, _member(type(old), str(value)))
        elif type(value) is type(old):
            setattr(behaviour, name, value)
        else:
            raise Unclear(f"{name} cannot be {value!r}; it is {old!r} now")


def actions() -> dict[str, typing.Callable[..., Any]]:
    """Return the actions by name."""
    found: dict[str, typing.Callable[..., Any]] = {}
    for kind in (Board, People, Control):
        found |= {
            name: method
            for name, method in vars(kind).items()
            if isinstance(method, types.FunctionType) and not name.startswith("_")
        }
    return found


def arguments(action: typing.Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Check what came over HTTP against the action's parameters. Raises Unclear."""
    hints = {k: v for k, v in typing.get_type_hints(action).items() if k != "return"}
    for name, value in given.items():
        if name not in hints:
            known = ", ".join(hints) or "none"
            raise Unclear(f"{action.__name__} has no parameter {name!r}; there are: {known}")
        if not _fits(value, hints[name]):
            raise Unclear(f"{action.__name__}: {name} cannot be {value!r}")
    defaults = len(action.__defaults__ or ())
    code = action.__code__
    positional = code.co_varnames[1 : code.co_argcount]
    for name in positional[: len(positional) - defaults]:
        if name not in given:
            raise Unclear(f"{action.__name__} needs {name!r}")
    return dict(given)


def _fits(value: Value, hint: Value) -> bool:
    allowed = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    for one in allowed:
        origin = typing.get_origin(one) or one
        if origin is float and isinstance(value, int | float) and not isinstance(value, bool):
            return True
        if origin is int and isinstance(value, bool):
            continue
        if isinstance(value, origin):
            return True
    return False


_Member = typing.TypeVar("_Member", bound=StrEnum)


def _member(kind: type[_Member], value: str) -> _Member:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind)
        raise Unclear(f"no {kind.__name__} {value!r}; there are: {known}") from None
