"""How fast a webhook is answered, durable before the answer: `make bench-ack`.

The product and its floor take turns on the same machine, server and store, so only the ratios
travel. The floor is a bare Flask route that checks the same signature and does one durable
insert. CPU is user and system time of the server's process and, for PostgreSQL, of the database's.
The last table is how long after an answer the work begins, seen from outside: the first
connection that a worker makes to the tracker.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from service.storage import upgrade
from tests.bench import load
from tests.servers import (
    free_port,
    postgres_database,
    redis_program,
    running_postgres,
    running_redis,
)

CONNECTIONS, SECONDS, ROUNDS, HOPS = 32, 4.0, 3, 40
TICKS = os.sysconf("SC_CLK_TCK")


class Tracker(BaseHTTPRequestHandler):
    """A tracker that knows no project, and notes when each connection came."""

    seen: list[float] = []  # noqa: RUF012  (one tracker a process)
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer that there is no such project."""
        self.seen.append(time.perf_counter())
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = json.dumps(
            {
                "errors": [
                    {"message": "Entity not found: Project", "extensions": {"code": "INPUT_ERROR"}}
                ]
            }
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """One round of one variant."""

    rate: float
    p50: float
    p99: float
    cpu: float
    failed: int


def measure(port: int, path: str, pids: list[int]) -> Row:
    """Load a server for one round and read the CPU time of its processes around it."""
    before = cpu_seconds(pids)
    command = [sys.executable, "-m", "tests.bench.load", str(port), path]
    done = subprocess.run(
        [*command, str(CONNECTIONS), str(SECONDS)], capture_output=True, check=True
    )
    found = json.loads(done.stdout)
    waits = sorted(found["waits"])
    return Row(
        rate=len(waits) / found["seconds"],
        p50=1000 * waits[len(waits) // 2],
        p99=1000 * waits[int(len(waits) * 0.99)],
        cpu=1e6 * (cpu_seconds(pids) - before) / len(waits),
        failed=found["failed"],
    )


def cpu_seconds(pids: list[int]) -> float:
    """Add up user and system time of processes and all below them (0 where there is no /proc)."""
    total, todo = 0.0, list(pids)
    while todo:
        pid = todo.pop()
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / TICKS
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            todo += [int(child) for child in children]
    return total


@contextlib.contextmanager
def running(*arguments: str, environ: dict[str, str], port: int | None) -> Iterator[int]:
    """Run a Python module as a process and wait until its port answers; gives its pid."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=None if os.environ.get("BENCH_LOG") else subprocess.DEVNULL,
    )
    try:
        if port is not None:
            wait_for(port, process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until something listens on the port."""
    for _ in range(200):
        if process.poll() is not None:
            raise SystemExit(f"the server ended with {process.returncode} before it listened")
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.1)
    raise SystemExit("the server did not listen within 20 seconds")


def configuration(folder: Path, database: str, redis: str, tracker: str) -> dict[str, str]:
    """Write a configuration with one workspace and return the environment that names it."""
    text = (
        f'[closeout]\ndatabase_url = "{database}"\nredis_url = "{redis}"\n'
        f'[clock]\nsweep_every = "24h"\n'
        f'[workspaces.bench]\nconnector = "linear"\napi_url = "{tracker}"\n'
        'api_key = "env:BENCH_KEY"\nwebhook_secret = ["env:BENCH_SECRET"]\n'
    )
    (folder / "closeout.toml").write_text(text)
    return {
        "CLOSEOUT_CONFIG": str(folder / "closeout.toml"),
        "BENCH_KEY": "a-key",
        "BENCH_SECRET": load.SECRET,
        "PYTHONPATH": str(Path.cwd()),
    }


def hop(port: int) -> list[float]:
    """Return milliseconds from an answer to the first connection made for its project."""
    found = []
    sock = socket.create_connection(("127.0.0.1", port))
    for number in range(HOPS):
        time.sleep(0.1 + 0.05 * (number % 3))  # idle: the job before has ended
        Tracker.seen.clear()
        project = f"00000000-0000-4000-8000-{number:012d}"
        sock.sendall(
            load.request(
                "/webhooks/bench", load.body(project), f"hop-{os.getpid()}-{number}-{port}"
            )
        )
        sock.recv(65536)
        answered = time.perf_counter()
        for _ in range(2000):
            if Tracker.seen:
                found.append(1000 * (Tracker.seen[0] - answered))
                break
            time.sleep(0.001)
    sock.close()
    return found


def compare(name: str, product: tuple[int, list[int]], floor: tuple[int, list[int]]) -> None:
    """Let product and floor take turns, and print the medians and their ratios."""
    rows: dict[str, list[Row]] = {"product": [], "floor": []}
    for _ in range(ROUNDS):
        rows["floor"].append(measure(floor[0], "/hook", floor[1]))
        rows["product"].append(measure(product[0], "/webhooks/bench", product[1]))
    say(f"\n{name}: {CONNECTIONS} connections, medians of {ROUNDS} rounds of {SECONDS:g} s")
    say(f"  {'':10}{'deliveries/s':>14}{'p50 ms':>9}{'p99 ms':>9}{'CPU us/req':>12}{'not 200':>9}")
    middle = {}
    for who, found in rows.items():
        middle[who] = Row(
            rate=median(row.rate for row in found),
            p50=median(row.p50 for row in found),
            p99=median(row.p99 for row in found),
            cpu=median(row.cpu for row in found),
            failed=sum(row.failed for row in found),
        )
        row = middle[who]
        say(f"  {who:10}{row.rate:14.0f}{row.p50:9.1f}{row.p99:9.1f}{row.cpu:12.0f}{row.failed:9}")
    rate = middle["product"].rate / middle["floor"].rate
    cpu = middle["product"].cpu / middle["floor"].cpu if middle["floor"].cpu else float("nan")
    say(f"  product / floor: rate {rate:.2f} (aim: at least 0.6), CPU {cpu:.2f} (aim: at most 1.6)")


def embedded(folder: Path, tracker: str) -> None:
    """Compare the embedded service with the floor, both over SQLite."""
    environ = configuration(folder, f"sqlite:///{folder}/product.db", "", tracker)
    floor_url, floor_port, port = f"sqlite:///{folder}/floor.db", free_port(), free_port()
    with (
        running(
            "tests.bench.floor", floor_url, str(floor_port), "16", environ=environ, port=floor_port
        ) as floor_pid,
        running("service.cli", "serve", "--port", str(port), environ=environ, port=port) as pid,
    ):
        compare("Embedded (SQLite, durable, one process)", (port, [pid]), (floor_port, [floor_pid]))
        hops = sorted(hop(port))
        say(
            f"  from the answer to the work: p50 {median(hops):.1f} ms of {len(hops)} (aim: at most 10)"
        )


def production(folder: Path, tracker: str) -> None:
    """Compare `closeout web` with the floor over PostgreSQL, and time the hop through RQ."""
    with (
        running_postgres() as server,
        postgres_database(server, "product") as url,
        postgres_database(server, "floor") as floor_url,
        running_redis() as redis,
    ):
        upgrade(url)
        environ = configuration(folder, url, redis.url, tracker)
        floor_port, port = free_port(), free_port()
        database = [int(Path(p).read_text().split()[0]) for p in postmasters(server)]
        with (
            running(
                "tests.bench.floor",
                floor_url,
                str(floor_port),
                "16",
                environ=environ,
                port=floor_port,
            ) as floor_pid,
            running("service.cli", "web", "--port", str(port), environ=environ, port=port) as pid,
            running("service.cli", "worker", environ=environ, port=None),
        ):
            time.sleep(5)  # the worker imports before it forks
            compare(
                "Production (PostgreSQL, Redis, RQ; web alone is loaded)",
                (port, [pid, *database]),
                (floor_port, [floor_pid, *database]),
            )
            hops = sorted(hop(port))
            say(
                f"  from the answer to the work: p50 {median(hops):.1f} ms of {len(hops)} (aim: at most 40)"
            )


def postmasters(server: str) -> list[str]:
    """Find the pid file of the PostgreSQL behind a URL with a socket folder."""
    folder = server.partition("host=")[2].partition("&")[0]
    return [str(path) for path in Path(folder).glob("**/postmaster.pid")] if folder else []


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Run both comparisons."""
    tracker = ThreadingHTTPServer(("127.0.0.1", 0), Tracker)
    threading.Thread(target=tracker.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{tracker.server_address[1]}/graphql"
    assert redis_program()
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        embedded(Path(first), url)
        production(Path(second), url)
    tracker.shutdown()


if __name__ == "__main__":
    main()
