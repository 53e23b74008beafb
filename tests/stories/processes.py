"""Closeout as real processes: started from the command line, ended politely or killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120.0  # seconds; two busy cores take their time


def eventually(
    holds: Callable[[], object],
    what: str,
    patience: float = PATIENCE,
    explain: Callable[[], str] = str,
) -> None:
    """Wait until something is true; fail with its name where that takes too long (seconds).

    `explain` tells what is there instead, for whoever reads the failure.
    """
    until = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < until, f"not within {patience:.0f} s: {what}\n{explain()}"
        time.sleep(0.02)


class Process:
    """One command of Closeout, running since it was built; what it says goes to a file."""

    def __init__(self, folder: Path, environ: dict[str, str], *words: str) -> None:
        self.said = folder / f"{words[0]}-{time.monotonic_ns()}.log"
        with self.said.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "service.cli", *words, "--json"],
                cwd=PROJECT,
                env={**os.environ, **environ, "CLOSEOUT_CONFIG": str(folder / "closeout.toml")},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether it is still there."""
        return self._process.poll() is None

    @property
    def children(self) -> list[int]:
        """The processes it has forked and that still run."""
        file = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for pid in file.read_text().split()] if file.exists() else []

    def is_up(self) -> None:
        """Wait until it has said that it runs."""
        eventually(lambda: b'{"' in self.said.read_bytes() or not self.runs, "the process is up")
        assert self.runs, self.said.read_text()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._process.kill()
        self._process.wait(timeout=10)

    def stop(self) -> int:
        """Ask it to end, and wait; return how it ended. What does not end in time is killed."""
        for pid in (*self.children, self.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        try:
            return self._process.wait(timeout=20)
        finally:
            if self.runs:
                self.kill()


@contextmanager
def running(folder: Path, environ: dict[str, str], *commands: str) -> Iterator[list[Process]]:
    """Run commands side by side, each given with its words in one text."""
    started = [Process(folder, environ, *command.split()) for command in commands]
    try:
        for process in started:
            process.is_up()
        yield started
    finally:
        for process in started:
            if process.runs:
                process.stop()
