"""What can go wrong on the way to a tool and back, on order."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Protocol


class Mode(StrEnum):
    """How a call fails. The `do-then-…` ones apply it first and lose the answer."""

    DO_THEN_500 = "do-then-500"
    DO_THEN_429 = "do-then-429"
    DO_THEN_HANG = "do-then-hang"
    DO_THEN_RESET = "do-then-reset"
    ERROR_500 = "500"
    ERROR_503 = "503"
    HANG = "hang"
    RESET = "reset"
    HTML_200 = "html-200"
    EMPTY_200 = "empty-200"
    WRONG_CHARSET = "wrong-charset"
    TRUNCATED = "truncated"
    RATE_LIMITED = "rate-limited"
    SLOW = "slow"

    @property
    def applies_first(self) -> bool:
        return self.value.startswith("do-then") or self in (Mode.SLOW, Mode.TRUNCATED)


class Asked(Protocol):
    """A readable call: whether it writes, and the names a fault may be ordered by.

    With HTTP paths one of the names is the method and the path, as in `POST /rest/api/3/issue`.
    """

    @property
    def writes(self) -> bool: ...

    @property
    def names(self) -> Collection[str]: ...


@dataclass(slots=True)
class Fault:
    """An order for the next `times` calls that match.

    - `only` is `query` or `read`, `mutation` or `write`, or a pattern (`*` is anything) of one of
      the call's names; None is any call.
    - `skip` is how many matching calls pass before.
    - `seconds` is how long a slow or hanging answer takes on the wall clock.
    """

    mode: Mode
    times: int = 1
    only: str | None = None
    skip: int = 0
    seconds: float = 0.0

    def matches(self, asked: Asked) -> bool:
        """Say whether the order is meant for this call."""
        match self.only:
            case None:
                return True
            case "query" | "read":
                return not asked.writes
            case "mutation" | "write":
                return asked.writes
            case pattern:
                return any(fnmatchcase(name, pattern) for name in asked.names)


class Faults:
    """The orders that are waiting, first come first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[Fault] = []
        self._writes_until_kill: tuple[int, int] | None = None

    def order(self, fault: Fault) -> None:
        """Add an order."""
        with self._lock:
            self._orders.append(fault)

    def clear(self) -> None:
        """Forget all orders."""
        with self._lock:
            self._orders.clear()
            self._writes_until_kill = None

    def next_for(self, asked: Asked) -> Fault | None:
        """Take what is ordered for this call, None for nothing."""
        with self._lock:
            for fault in self._orders:
                if not fault.matches(asked):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    return None
                fault.times -= 1
                if fault.times <= 0:
                    self._orders.remove(fault)
                return fault
        return None

    def kill_after_write(self, n: int, pid: int) -> None:
        """Kill a process (SIGKILL) when the n-th write from now was applied, before its answer.

        Raises ValueError for a number below 1 or a process that nobody should kill.
        """
        if n < 1 or pid <= 1:
            raise ValueError("n and pid must be at least 1 and 2")
        with self._lock:
            self._writes_until_kill = (n, pid)

    def wrote(self) -> None:
        """Count a write that was applied."""
        with self._lock:
            if self._writes_until_kill is None:
                return
            left, pid = self._writes_until_kill
            self._writes_until_kill = (left - 1, pid) if left > 1 else None
            if left > 1:
                return
        os.kill(pid, signal.SIGKILL)
