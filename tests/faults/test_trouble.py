"""Linear is away, slow, talks nonsense or refuses: nothing passes, nothing is lost, nobody waits."""

from __future__ import annotations

import http.client
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from connectors.linear.standin import Mode
from connectors.linear.standin.webhooks import signature
from service.bootstrap import REST
from service.domain.tracking import ProjectRef
from service.domain.verdict import Outcome
from service.jobs import Crew
from service.records import EffectState, WorkspaceState
from tests.faults.line import Line, check_world
from tests.servers import LOOPBACK
from tests.stories.processes import eventually
from tests.stories.stage import LEAD, SECRET, VERIFIER, WORKSPACE

FAULTS = (
    Mode.ERROR_500,
    Mode.RESET,
    Mode.HTML_200,
    Mode.EMPTY_200,
    Mode.TRUNCATED,
    Mode.WRONG_CHARSET,
    Mode.HANG,
)
FOR_EVER = 10_000


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    found = Line(tmp_path, timeout=1)
    yield found
    found.close()


@pytest.fixture
def met(line: Line) -> Line:
    """A held project whose last action was verified just now: the next look closes it."""
    line.presses_done()
    line.rests()
    line.fills_the_page()
    line.rests()
    for ticket in line.tickets:
        line.finishes(ticket)
        line.verifies(ticket)
    return line


@pytest.mark.parametrize("mode", FAULTS)
def test_while_linear_does_not_answer_nothing_passes_and_later_everything_happens(
    mode: Mode, met: Line
) -> None:
    met.standin.control.fail(mode, times=FOR_EVER, seconds=30)
    before = len(met.standin.calls)

    met.works()
    for _ in range(3):
        met.passes(seconds=3)

    assert met.status == "started"
    assert outcome(met) is not Outcome.PASSED
    assert 1 <= len(met.standin.calls) - before < 10

    met.standin.control.clear_faults()
    met.rests()

    check_world(met)


def test_a_closure_while_linear_is_away_is_held_when_it_returns(line: Line) -> None:
    line.standin.control.fail(Mode.RESET, times=FOR_EVER)
    line.presses_done()
    for _ in range(6):
        line.passes(minutes=5)

    assert line.status == "completed"

    line.standin.control.clear_faults()
    line.rests()

    assert line.status == "started"
    assert len(line.comments) == 1


def test_a_longer_absence_is_asked_about_less_and_less(line: Line) -> None:
    line.standin.control.fail(Mode.ERROR_500, times=FOR_EVER)
    line.presses_done()
    until = line.now + timedelta(hours=1)

    while line.now < until:
        line.passes(seconds=1)

    asked = [call.at for call in line.standin.calls]
    waits = [after - before for before, after in pairwise(asked)]
    assert len(asked) < 25
    assert max(waits) <= timedelta(minutes=5, seconds=1)


def test_a_revoked_key_is_said_and_nothing_passes_until_there_is_a_new_one(met: Line) -> None:
    met.standin.control.revoke_api_key()

    met.works()
    met.passes(minutes=30)

    assert met.status == "started"
    assert outcome(met) is Outcome.UNKNOWN
    assert "does not allow it with this key" in (workspace(met).trouble or "")

    met.standin.control.new_api_key()
    met.restart()
    met.rests()

    check_world(met)
    assert workspace(met).trouble is None


def test_a_closure_during_a_revoked_key_is_held_with_the_new_one(line: Line) -> None:
    line.standin.control.revoke_api_key()
    line.presses_done()
    line.passes(hours=2)

    assert line.status == "completed"
    assert "does not allow it with this key" in (workspace(line).trouble or "")

    line.standin.control.new_api_key()
    line.restart()
    line.rests()

    assert line.status == "started"


def test_a_rate_limit_parks_the_work_until_it_is_over_and_nobody_sleeps(
    met: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", no_sleep)
    met.now += 2 * REST
    met.standin.control.use_up_rate_limit()
    before = len(met.standin.calls)

    met.works()

    assert before + 1 == len(met.standin.calls)
    assert outcome(met) is not Outcome.PASSED

    parked_until = workspace(met).parked_until
    assert parked_until is not None
    met.services.store.mark_due(met.ref, met.now, "somebody asks again")
    while met.now < parked_until - timedelta(minutes=10):
        met.passes(minutes=9)

    assert before + 1 == len(met.standin.calls)

    met.now = parked_until
    met.rests()

    check_world(met)


def test_a_project_whose_record_is_broken_stops_no_other(line: Line, tmp_path: Path) -> None:
    broken = line.another_project("Broken")
    line.standin.control.close_project(broken, by=LEAD)
    line.rests()
    spoil_the_verdict(tmp_path)
    crew = Crew(line.services, hands=1)
    crew.start()

    try:
        line.standin.control.close_project(broken, by=LEAD)
        line.standin.settle()
        line.now += timedelta(minutes=1)
        line.presses_done()
        eventually(lambda: line.status == "started", "the other project is held")
    finally:
        crew.stop()

    soon, length = line.now + timedelta(seconds=30), timedelta(seconds=60)
    again = line.services.store.take(soon, length, ProjectRef(WORKSPACE, broken))
    assert again is not None
    assert again.attempts > 1


def test_a_hold_that_never_happened_is_given_up_when_all_is_met_meanwhile(line: Line) -> None:
    line.presses_done()
    line.rests()
    line.standin.control.fail(Mode.ERROR_500, only="projectUpdate")
    line.presses_done()
    line.passes(seconds=2)
    waive_what_is_missing(line)

    line.rests()

    second = line.services.store.effect(line.closeout.id, "hold", "2")
    assert line.status == "completed"
    assert len(line.services.store.holds(line.closeout.id)) == 1
    assert second is not None
    assert second.state is EffectState.FAILED
    assert "not needed any more" in (second.note or "")


def test_fifty_threads_that_post_one_delivery_make_it_known_once(line: Line) -> None:
    line.standin.control.hold_webhooks()
    line.presses_done()
    (delivery,) = line.standin.deliveries
    stamp = round(line.now.timestamp() * 1000)
    body = orjson.dumps({**delivery.body, "webhookTimestamp": stamp})
    headers = {"Linear-Delivery": delivery.id, "Linear-Signature": signature(SECRET, body)}
    statuses: list[int] = []
    barrier = threading.Barrier(50)

    def post() -> None:
        connection = http.client.HTTPConnection(LOOPBACK, line._server.port, timeout=20)
        connection.connect()
        barrier.wait(timeout=20)
        connection.request("POST", f"/webhooks/{WORKSPACE}", body, headers)
        statuses.append(connection.getresponse().status)
        connection.close()

    threads = [threading.Thread(target=post) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    line.works()

    assert Counter({200: 50}) == Counter(statuses)
    assert Counter(done=1) == +Counter(line.services.store.delivery_counts())
    assert line.status == "started"
    assert len(line.services.store.holds(line.closeout.id)) == 1


def outcome(line: Line) -> Outcome:
    """Return the outcome of the verdict that is kept."""
    kept = line.services.store.verdict(line.closeout.id)
    assert kept is not None
    return kept[0].outcome


def workspace(line: Line) -> WorkspaceState:
    """Return what is remembered of the workspace."""
    return line.services.store.enrol(WORKSPACE, line.now)


def waive_what_is_missing(line: Line) -> None:
    """Let every check pass for a while that does not by itself."""
    for check in line.services.look(line.ref).verdict.children:
        if check.outcome is not Outcome.PASSED:
            until = date(2027, 3, 31)
            line.services.waive(line.ref, check.name, VERIFIER, "an exercise only", until)


def spoil_the_verdict(folder: Path) -> None:
    """Make the one verdict that is kept unreadable, as a fault of ours might."""
    with closing(sqlite3.connect(folder / "closeout.db")) as connection, connection:
        spoilt = connection.execute("UPDATE verdicts SET tree = '{}'").rowcount
    assert spoilt == 1


def no_sleep(seconds: float) -> None:
    raise AssertionError(f"somebody sleeps for {seconds} seconds")
