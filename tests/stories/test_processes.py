"""The line as production runs it: separate processes, PostgreSQL, Redis; and what is taken away."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
import redis

from tests import servers
from tests.faults.line import check_world
from tests.stories.house import LEASE, House, Team, a_house
from tests.stories.processes import Process, eventually

pytestmark = pytest.mark.xdist_group("processes")

HELD_WITHIN = 5  # seconds; the promise is 2, on a machine that does nothing else

TEAMS = ("line", "often", "bell", "flushed", "killed", "orphaned", "unheard")


@pytest.fixture(scope="module")
def house(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Web, two workers and a clock over PostgreSQL and a Redis of its own."""
    folder = tmp_path_factory.mktemp("house")
    name = f"closeout_{uuid.uuid4().hex}"
    try:
        with (
            servers.postgres_database(postgres_url, name) as database_url,
            servers.running_redis() as bell,
            a_house(
                folder,
                TEAMS,
                database_url=database_url,
                redis_url=bell.url,
                sweep_every="24h",
                pages_every="1h",
            ) as found,
        ):
            found.redis = bell
            processes = [found.start("web", "--port", str(found.port)), found.start("clock")]
            processes += [found.hires(), found.hires()]
            for process in processes:
                process.is_up()
            yield found
    except servers.NotHere as reason:
        pytest.skip(str(reason))


def test_the_line_from_closed_to_closed_by_itself(house: House) -> None:
    team = house.teams["line"]

    team.presses_done()
    team.goes_on_to_the_end()

    check_world(team)


def test_a_closed_project_is_held_within_seconds_of_its_webhook(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    team = house.teams["often"]

    waits = [team.seconds_to_hold() for _ in range(5)]

    with capsys.disabled():
        sys.stdout.write(f"\nseparate processes: {_held(waits)}\n")
    assert median(waits) < HELD_WITHIN


def test_with_redis_killed_everything_happens_after_it_returns(house: House) -> None:
    team = house.teams["bell"]
    assert house.redis is not None

    house.redis.kill()
    team.presses_done()
    assert team.standin.settle()
    assert ["delivered"] == [one.state for one in team.standin.deliveries]
    house.redis.start()
    team.goes_on_to_the_end()

    check_world(team)
    assert all(worker.runs for worker in house.workers)


def test_a_bell_that_forgets_everything_loses_nothing(house: House) -> None:
    team = house.teams["flushed"]
    assert house.redis is not None
    bell, over = house.redis.url, threading.Event()

    def flush() -> None:
        with redis.Redis.from_url(bell) as client:
            while not over.wait(0.2):
                client.flushall()

    flushing = threading.Thread(target=flush, name="flushing")
    flushing.start()
    try:
        team.presses_done()
        team.goes_on_to_the_end()
    finally:
        over.set()
        flushing.join()

    check_world(team)
    assert all(worker.runs for worker in house.workers)


def test_another_worker_goes_on_with_the_project_of_a_killed_one(house: House) -> None:
    team = house.teams["killed"]
    team.standin.control.slow(20.0, only="documentCreate")

    team.presses_done()
    worker, horse = at_work(house, team)
    os.kill(worker.pid, signal.SIGKILL)
    os.kill(horse, signal.SIGKILL)
    killed_at = time.monotonic()
    eventually(lambda: team.is_held, "another worker goes on")

    assert time.monotonic() - killed_at < LEASE + 10
    team.goes_on_to_the_end()
    check_world(team)
    house.workers.remove(worker)
    house.hires()


def test_the_orphan_of_a_killed_worker_does_nothing_twice(house: House) -> None:
    team = house.teams["orphaned"]
    team.standin.control.slow(LEASE + 2.0, only="documentCreate")

    team.presses_done()
    worker, orphan = at_work(house, team)
    os.kill(worker.pid, signal.SIGKILL)
    team.goes_on_to_the_end()
    eventually(lambda: not Path(f"/proc/{orphan}").exists(), "the orphan ends")

    check_world(team)
    house.workers.remove(worker)


def test_a_closure_that_no_webhook_tells_of_is_found_by_the_sweep(house: House) -> None:
    team = house.teams["unheard"]
    team.standin.control.webhooks(on=False)
    house.start("clock", CLOSEOUT_CLOCK_SWEEP_EVERY="1s").is_up()

    team.presses_done()
    eventually(lambda: team.is_held, "the sweep finds it")

    assert not team.standin.deliveries


def test_one_process_alone_hears_and_sweeps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = f"sqlite:///{tmp_path}/closeout.db"
    with a_house(tmp_path, ["alone"], database_url=database, sweep_every="1s") as house:
        team = house.teams["alone"]
        server = house.start("serve", "--port", str(house.port))
        server.is_up()
        waits = [team.seconds_to_hold() for _ in range(3)]
        team.standin.control.webhooks(on=False)
        unheard = team.seconds_to_hold()

        assert server.stop() == 0

    with capsys.disabled():
        sys.stdout.write(f"\none process: {_held(waits)}; {unheard:.2f} s by a sweep each second\n")
    assert median(waits) < HELD_WITHIN


def _held(waits: list[float]) -> str:
    return f"held {median(waits):.2f} s after it was closed (p50), {max(waits):.2f} s at most"


def at_work(house: House, team: Team) -> tuple[Process, int]:
    """Return the worker that waits for the answer to its page, and the process it has forked."""
    eventually(lambda: team.pages, "the page is being written")
    eventually(lambda: sum(len(one.children) for one in house.workers) == 1, "one is at it")
    (worker,) = (one for one in house.workers if one.children)
    return worker, worker.children[0]
