"""One engine over one export, in a process of its own: `python -m tests.bench.engines NAME FILE`.

Prints CPU seconds without imports, and how much memory was taken above that of the start.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median

import orjson

import connectors.jira.export  # noqa: F401  (imported before the clock runs)
from connectors.jira.export.documents import Decoder
from service.cli.exported import Export, asked, read, without_collector, work_out
from tests.bench.memory import megabytes

TOGETHER = 1_000
WARM, TIMES = 500, 7


def parse(path: Path) -> float:
    """Parse every line with orjson and drop it: the floor. Reading the file is not counted."""
    return _timed(path, orjson.loads)


def decode(path: Path) -> float:
    """Decode the needed fields of every line, typed, and drop them."""
    return _timed(path, Decoder().document)


def reader(path: Path) -> float:
    """Read all issues of a project as the command line does, the file too."""
    export = _export(path)
    start = time.process_time()
    with without_collector():
        read(export)
        return time.process_time() - start


def catalogue(path: Path) -> float:
    """Work out every figure and chart of a project up to its JSON, as the command line does."""
    export = _export(path)
    start = time.process_time()
    with without_collector():
        work_out(export).as_json()
        return time.process_time() - start


def warm(path: Path) -> float:
    """Work out every figure of a project whose issues are there already; a median."""
    from service.domain.metrics import snapshot

    found = read(_export(path))
    taken = []
    for _ in range(TIMES):
        start = time.process_time()
        snapshot(found.project, found.issues, now=found.latest).as_json()
        taken.append(time.process_time() - start)
    return median(taken)


def _timed(path: Path, parse_line: Callable[[bytes], object]) -> float:
    taken = 0.0
    for lines in _batches(path):
        start = time.process_time()
        for line in lines:
            parse_line(line)
        taken += time.process_time() - start
    return taken


def _batches(path: Path) -> Iterator[list[bytes]]:
    with path.open("rb") as file:
        while lines := list(islice(file, TOGETHER)):
            yield lines


def _export(path: Path) -> Export:
    with path.open("rb") as file:
        key: str = orjson.loads(file.readline())["key"]
    return asked(path, project=key.rpartition("-")[0])


ENGINES = {one.__name__: one for one in (parse, decode, reader, catalogue, warm)}

if __name__ == "__main__":
    before = megabytes("VmRSS")
    seconds = ENGINES[sys.argv[1]](Path(sys.argv[2]))
    found = {"seconds": seconds, "megabytes": megabytes("VmHWM") - before}
    sys.stdout.write(json.dumps(found))
