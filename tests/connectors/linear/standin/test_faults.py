"""Faults on order: what the caller sees of them, and what was applied all the same."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
import requests

from connectors._standin.control import Unclear
from connectors.linear.standin import Standin
from tests.connectors.linear.standin.asking import APOLLO, Asking

WRITE = 'mutation Write { issueLabelCreate(input: {name: "new"}) { success } }'
READ = "query Read { viewer { name } }"


@pytest.mark.parametrize(
    ("mode", "status", "kind", "applied"),
    [
        ("do-then-500", 500, "text/plain", True),
        ("do-then-429", 429, "text/plain", True),
        ("500", 500, "text/plain", False),
        ("html-200", 200, "text/html", False),
        ("empty-200", 200, "application/json", False),
        ("wrong-charset", 200, "application/json", False),
        ("rate-limited", 400, "application/json", False),
    ],
)
def test_a_fault_is_answered_and_a_write_is_applied_or_not(
    standin: Standin, linear: Asking, mode: str, status: int, kind: str, *, applied: bool
) -> None:
    standin.control.fail(mode)

    answer = linear.post(WRITE)

    assert status == answer.status_code
    assert answer.headers["Content-Type"].startswith(kind)
    assert applied == bool(standin.world.log)


@pytest.mark.parametrize(
    ("mode", "applied"), [("do-then-reset", True), ("reset", False), ("truncated", True)]
)
def test_a_broken_connection_loses_the_answer(
    standin: Standin, linear: Asking, mode: str, *, applied: bool
) -> None:
    standin.control.fail(mode)

    with pytest.raises(requests.RequestException):
        linear.post(WRITE)

    assert applied == bool(standin.world.log)


@pytest.mark.parametrize(("mode", "applied"), [("do-then-hang", True), ("hang", False)])
def test_a_hanging_call_is_ended_by_the_caller(
    standin: Standin, mode: str, *, applied: bool
) -> None:
    standin.control.fail(mode, seconds=60)

    with pytest.raises(requests.Timeout):
        requests.post(
            standin.url,
            json={"query": WRITE},
            headers={"Authorization": standin.api_key},
            timeout=0.3,
        )

    assert applied == bool(standin.world.log)


def test_a_hanging_call_does_not_stop_the_stand_in_from_stopping(standin: Standin) -> None:
    standin.control.fail("do-then-hang", seconds=60)
    with pytest.raises(requests.Timeout):
        requests.post(standin.url, json={"query": READ}, timeout=0.2)

    began = time.monotonic()
    standin.stop()

    assert time.monotonic() - began < 5


def test_a_slow_answer_comes_late(standin: Standin, linear: Asking) -> None:
    standin.control.slow(0.2)

    began = time.monotonic()
    data = linear.data(READ)

    assert time.monotonic() - began >= 0.2
    assert {"viewer": {"name": "Closeout"}} == data


def test_a_rate_limit_on_order_really_is_used_up(standin: Standin, linear: Asking) -> None:
    standin.control.fail("rate-limited")

    first, second = linear.post(READ), linear.post(READ)

    assert (400, 400) == (first.status_code, second.status_code)
    assert "0" == first.headers["X-RateLimit-Requests-Remaining"]
    assert "RATELIMITED" == second.json()["errors"][0]["extensions"]["code"]


def test_a_fault_is_for_the_calls_it_is_meant_for(standin: Standin, linear: Asking) -> None:
    standin.control.fail("500", times=2, only="mutation", skip=1)
    codes = [linear.post(text).status_code for text in (READ, WRITE, READ, WRITE, WRITE, WRITE)]
    standin.control.fail("500", only="Read")
    by_name = [linear.post(text).status_code for text in (WRITE, READ, READ)]
    standin.control.fail("500", only="issueLabelCreate")
    by_field = [linear.post(text).status_code for text in (READ, WRITE)]
    standin.control.fail("500")
    standin.control.clear_faults()

    assert [200, 200, 200, 500, 500, 200] == codes
    assert [200, 500, 200] == by_name
    assert [200, 500] == by_field
    assert 200 == linear.post(READ).status_code


def test_every_call_is_counted_with_its_fault(standin: Standin, linear: Asking) -> None:
    standin.control.fail("500", only="Write")
    linear.post(READ)
    linear.post(WRITE)

    seen = requests.get(f"{standin.base_url}/control/calls", timeout=10).json()

    assert [("Read", False, None), ("Write", True, "500")] == [
        (one["name"], one["writes"], one["fault"]) for one in seen
    ]
    assert ["Read", "Write"] == [one.name for one in standin.calls]


def test_a_process_is_killed_after_its_write_and_before_the_answer(standin: Standin) -> None:
    script = (
        "import json, sys, urllib.request\n"
        "for name in ('one', 'two', 'three'):\n"
        "    query = 'mutation { issueLabelCreate(input: {name: \"%s\"}) { success } }' % name\n"
        "    request = urllib.request.Request(sys.argv[1], json.dumps({'query': query}).encode(),\n"
        "        {'Authorization': sys.argv[2], 'Content-Type': 'application/json'})\n"
        "    sys.stdin.readline()\n"
        "    urllib.request.urlopen(request).read()\n"
    )
    command = [sys.executable, "-c", script, standin.url, standin.api_key]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        standin.control.kill_after_write(2, process.pid)
        process.communicate(b"go\ngo\ngo\n", timeout=30)

    assert -9 == process.returncode
    assert ["one", "two"] == [one.detail["name"] for one in standin.world.log]


def test_nobody_is_killed_whom_nobody_should_kill(standin: Standin) -> None:
    for n, pid in ((0, 4711), (1, 1), (1, 0), (1, -1)):
        with pytest.raises(Unclear):
            standin.control.kill_after_write(n, pid)


def test_an_unknown_fault_names_the_known_ones(standin: Standin) -> None:
    with pytest.raises(Unclear, match="do-then-hang"):
        standin.control.fail("explode")


def test_a_person_at_work_is_no_call_and_meets_no_fault(standin: Standin, linear: Asking) -> None:
    standin.control.fail("500")

    standin.control.close_project(APOLLO)

    assert 500 == linear.post(READ).status_code
