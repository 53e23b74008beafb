"""Real processes of `closeout`, started as the Procfile starts them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

PATIENCE = 30.0  # seconds; far more than a start takes, far less than a hanging test


class Process:
    """A command that runs until it is told to stop, and the line it said at its start."""

    def __init__(self, words: tuple[str, ...], environ: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "service.cli", *words, "--json"],
            env={**os.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log: list[str] = []
        self._reader = threading.Thread(target=self._read_log)
        self._reader.start()

    def started(self) -> Any:  # noqa: ANN401  (JSON)
        """Wait for the first line, and return what it says."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "\n".join(self.log)
        return json.loads(line)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell it to stop; return its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait until it ends by itself; return its exit code."""
        code = self._process.wait(timeout=PATIENCE)
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code

    def kill(self) -> None:
        """End it at once where it is still there."""
        if self._process.poll() is None:
            self._process.kill()
            self.stop()

    def _read_log(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            self.log.extend(line.rstrip() for line in lines)


@contextmanager
def running(*words: str, environ: Mapping[str, str]) -> Iterator[Process]:
    """Run a command, and end it whatever happens."""
    process = Process(words, environ)
    try:
        yield process
    finally:
        process.kill()
