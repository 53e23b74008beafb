"""The line as production runs it: separate processes, PostgreSQL, Redis; and what is taken away."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from statistics import median

import pytest

from tests import servers
from tests.faults.line import check_world
from tests.stories.house import House, a_house

pytestmark = pytest.mark.xdist_group("processes")

TEAMS = ("line", "often", "bell", "flushed", "killed", "orphaned")


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


def test_a_closed_project_is_held_within_two_seconds_of_its_webhook(house: House) -> None:
    team = house.teams["often"]

    waits = [team.seconds_to_hold() for _ in range(7)]

    print(f"held after {median(waits):.2f} s (p50), {max(waits):.2f} s at most")
    assert median(waits) < 2


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


def test_a_bell_that_forgets_everything_loses_nothing(house: House) -> None:
    team = house.teams["flushed"]
    assert house.redis is not None
    over = threading.Event()

    def flush() -> None:
        with redis.Redis.from_url(house.redis.url) as client:
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
    house.hires().is_up()


def test_the_orphan_of_a_killed_worker_does_nothing_twice(house: House) -> None:
    team = house.teams["orphaned"]
    team.standin.control.slow(LEASE + 2.0, only="documentCreate")

    team.presses_done()
    worker, _ = at_work(house, team)
    os.kill(worker.pid, signal.SIGKILL)

    team.goes_on_to_the_end()
    check_world(team)
    house.workers.remove(worker)


def at_work(house: House, team: Team) -> tuple[Process, int]:
    """Return the worker that waits for the answer to its page, and the process it has forked."""
    eventually(lambda: team.pages, "the page is being written")
    eventually(lambda: sum(len(one.children) for one in house.workers) == 1, "one is at it")
    (worker,) = (one for one in house.workers if one.children)
    return worker, worker.children[0]
