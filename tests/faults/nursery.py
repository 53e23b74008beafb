"""Processes that do the work and are killed at it: forked from one that has imported everything.

A process that starts from nothing takes a second to import; one that is forked from a process
without threads and connections takes some milliseconds, and is as much a process of its own.
"""

from __future__ import annotations

import importlib
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Engine, event

from service import bootstrap, logs
from service.settings import Settings, connector

PROJECT = Path(__file__).resolve().parent.parent.parent
WORKED, IDLE, FAULT = 10, 11, 12
"""How a process ends that was not killed: it found work, it found none, it failed."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Shift:
    """What one process works with: it opens the store, does what is due at `now`, and ends.

    With `statements` it kills itself after so many statements that write into the database.
    """

    settings: Settings
    now: datetime
    statements: int | None = None


class Nursery:
    """The process that forks, as the tests see it. One order at a time."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def fork(self, shift: Shift) -> int:
        """Make a process, and return its id; it waits until it is told to begin."""
        pid = self._ask("fork", shift)
        assert isinstance(pid, int)
        return pid

    def begin(self, pid: int) -> None:
        """Let a process begin."""
        self._ask("begin", pid)

    def ended(self, pid: int) -> int:
        """Wait for the end of a process; return how it ended, a signal as a negative number."""
        code = self._ask("wait", pid)
        assert isinstance(code, int)
        return code

    def runs(self, pid: int) -> bool:
        """Say whether a process is still there; `ended` says afterwards how it ended."""
        return self._ask("look", pid) is None

    def _ask(self, order: str, given: Shift | int) -> object:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        pickle.dump((order, given), self._process.stdin)
        self._process.stdin.flush()
        return pickle.load(self._process.stdout)  # noqa: S301  (what we wrote ourselves)


@contextmanager
def running_nursery() -> Iterator[Nursery]:
    """Run the process that forks."""
    program = "from tests.faults.nursery import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()


def main() -> None:
    """Fork when told to, until nobody tells any more."""
    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever is said goes to the test's output
    logs.configure(terminal=False)
    _import_all()
    waiting: dict[int, int] = {}
    while True:
        try:
            order, given = pickle.load(orders)  # noqa: S301  (what our own test wrote)
        except EOFError:
            return
        pickle.dump(_obey(order, given, waiting), answers)
        answers.flush()


def _import_all() -> None:
    """Import what the work needs; a connector is imported when its roles are built, not before."""
    for module in (
        "sqlite3",
        "connectors.linear.tracker",
        "connectors.linear.pages",
        "connectors.linear.webhook",
    ):
        importlib.import_module(module)
    connector("linear")


def _obey(order: str, given: Any, waiting: dict[int, int]) -> int | None:  # noqa: ANN401
    match order:
        case "fork":
            told, tell = os.pipe()
            if (pid := os.fork()) == 0:
                os.close(tell)
                _work(given, told)
            os.close(told)
            waiting[pid] = tell
            return pid
        case "begin":
            os.close(waiting.pop(given))
            return None
        case "wait":
            return os.waitstatus_to_exitcode(os.waitpid(given, 0)[1])
        case "look":
            gone = os.waitid(os.P_PID, given, os.WEXITED | os.WNOWAIT | os.WNOHANG)
            return None if gone is None else given
        case _:
            raise ValueError(order)


def _work(shift: Shift, told: int) -> None:
    """Work in the forked process, and end it."""
    code = FAULT
    try:
        os.read(told, 1)
        code = _shift(shift)
    except Exception:
        log.exception("shift.failed")
    finally:
        os._exit(code)


def _shift(shift: Shift) -> int:
    if shift.statements is not None:
        _die_after(shift.statements)
    services = bootstrap.build(shift.settings, clock=lambda: shift.now)
    worked = services.triage() > 0
    while services.work():
        worked = True
    services.store.close()
    return WORKED if worked else IDLE


def _die_after(statements: int) -> None:
    left = statements

    def executed(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal left
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "WITH")):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", executed)
