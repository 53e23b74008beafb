"""The levers behind every stand-in, and how an action is found and checked by its name.

Every public method of the classes that `actions` is given is an action over HTTP.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from connectors._standin.clock import StandinClock
from connectors._standin.faults import Fault, Faults, Mode
from connectors._standin.messages import Value
from connectors._standin.webhooks import Sender

Action = typing.Callable[..., Any]


class Unclear(ValueError):
    """An action that names nothing we know, or something that cannot be done."""


class Levers:
    """Time, faults, switches, and the way of webhooks."""

    def __init__(
        self, clock: StandinClock, sender: Sender, faults: Faults, behaviour: Value
    ) -> None:
        self._clock = clock
        self._sender = sender
        self._faults = faults
        self._behaviour = behaviour

    # Time.

    def advance(self, days: float = 0, hours: float = 0, seconds: float = 0) -> dict[str, Any]:
        """Push the clock ahead; what is due then is sent."""
        self._clock.advance(timedelta(days=days, hours=hours, seconds=seconds))
        self._sender.wake()
        return {"now": self._clock()}

    # Webhooks on their way.

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

    # Faults.

    def fail(
        self,
        mode: str,
        times: int = 1,
        only: str | None = None,
        skip: int = 0,
        seconds: float = 30.0,
    ) -> None:
        """Make the next calls fail; `only` is read, write, or a name of an operation."""
        self._faults.order(Fault(member(Mode, mode), times, only, skip, seconds))

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

    def switch(self, name: str, value: str | float | bool) -> None:  # noqa: FBT001 (HTTP)
        """Set a switch of `Behaviour`; lengths of time are in seconds."""
        behaviour = self._behaviour
        known = [f.name for f in fields(behaviour)] if is_dataclass(behaviour) else []
        if name not in known:
            raise Unclear(f"no switch {name!r}; there are: {', '.join(known)}")
        old = getattr(behaviour, name)
        if isinstance(old, timedelta) and not isinstance(value, str):
            setattr(behaviour, name, timedelta(seconds=value))
        elif isinstance(old, StrEnum):
            setattr(behaviour, name, member(type(old), str(value)))
        elif type(value) is type(old):
            setattr(behaviour, name, value)
        else:
            raise Unclear(f"{name} cannot be {value!r}; it is {old!r} now")


def actions(*kinds: type) -> dict[str, Action]:
    """Return the public methods of the classes by name; a later class wins."""
    found: dict[str, Action] = {}
    for kind in kinds:
        found |= {
            name: method
            for name, method in vars(kind).items()
            if isinstance(method, types.FunctionType) and not name.startswith("_")
        }
    return found


def arguments(action: Action, given: Mapping[str, Any]) -> dict[str, Any]:
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


def member(kind: type[_Member], value: str) -> _Member:
    """Return the member of an enumeration. Raises Unclear, naming those there are."""
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind)
        raise Unclear(f"no {kind.__name__} {value!r}; there are: {known}") from None
