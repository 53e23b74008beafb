"""The real server: what a body may do on the wire, slow clients, and a clean stop."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from flask import Flask, Response

from service.web.server import CHUNK_OVERHEAD, WebServer
from tests.web.desk import a_delivery, signed
from tests.web.house import House
from tests.web.serving import LOOPBACK, a_request, chunked, serving, status, talk


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(100_001, id="one byte over the workspace's limit"),
        pytest.param(100_000 + CHUNK_OVERHEAD, id="over the server's limit"),
        pytest.param(3_000_000, id="far over"),
    ],
)
def test_a_chunked_body_over_the_limit_is_never_taken_for_whole(
    size: int, app: Flask, house: House
) -> None:
    body = b"x" * size
    headers = signed(body) | {"Transfer-Encoding": "chunked"}

    with serving(app) as server:
        answer = talk(server.port, a_request(headers, chunked(body)))

    assert not answer or status(answer) == 413
    assert not house.store.new_deliveries(10)


def test_a_chunked_body_within_the_limit_is_taken_whole(app: Flask, house: House) -> None:
    body = a_delivery(text="y" * 90_000)
    headers = signed(body) | {"Transfer-Encoding": "chunked"}

    with serving(app) as server:
        answer = talk(server.port, a_request(headers, chunked(body, 1000)))

    assert status(answer) == 200
    assert [body] == [one.body for one in house.store.new_deliveries(10)]


def test_a_body_announced_too_large_is_refused_before_it_is_sent(app: Flask) -> None:
    headers = {"Content-Length": "25000000"}

    with serving(app) as server:
        answer = talk(server.port, a_request(headers, b"only the beginning"))

    assert status(answer) == 413
    assert "nothing here takes more than 100000 bytes" in error(answer)


def test_a_client_that_asks_first_is_refused_without_sending(app: Flask) -> None:
    headers = {"Content-Length": "25000000", "Expect": "100-continue"}

    with serving(app) as server:
        answer = talk(server.port, a_request(headers))

    assert status(answer) == 413


def test_a_client_that_asks_first_may_send_what_is_taken(app: Flask, house: House) -> None:
    body = a_delivery()
    headers = {**_sized(body), **signed(body), "Expect": "100-continue"}

    with serving(app) as server:
        answer = talk(server.port, a_request(headers, body))

    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ")
    assert [body] == [one.body for one in house.store.new_deliveries(10)]


def test_what_follows_a_refused_request_on_its_connection_is_not_read(
    app: Flask, house: House
) -> None:
    body = a_delivery()
    second = a_request({**_sized(body), **signed(body)}, body)

    with serving(app) as server:
        answer = talk(server.port, a_request({"Content-Length": "25000000"}, second))

    assert answer.count(b"HTTP/1.1 ") == 1
    assert not house.store.new_deliveries(10)


@pytest.mark.parametrize(
    ("request_bytes", "code"),
    [
        pytest.param(a_request({"Content-Length": "-1"}), 400, id="a negative length"),
        pytest.param(a_request({"Transfer-Encoding": "gzip"}), 501, id="an unknown framing"),
        pytest.param(a_request({"X-Long": "x" * 300_000}), 431, id="endless headers"),
        pytest.param(b"nonsense\r\n\r\n", 400, id="no request at all"),
        pytest.param(
            a_request({"Transfer-Encoding": "chunked"}, chunked(b"x" * 300_000)),
            413,
            id="endless chunks",
        ),
    ],
)
def test_what_no_route_is_asked_about_is_refused_in_json_too(
    request_bytes: bytes, code: int, app: Flask
) -> None:
    with serving(app) as server:
        answer = talk(server.port, request_bytes)

    assert status(answer) == code
    assert b"\r\nContent-Type: application/json\r\n" in answer
    assert error(answer)


def test_a_chunked_body_that_breaks_off_stores_nothing(app: Flask, house: House) -> None:
    body = a_delivery()
    headers = signed(body) | {"Transfer-Encoding": "chunked"}

    with serving(app) as server:
        talk(server.port, a_request(headers, b"%x\r\n%s\r\n" % (len(body), body)))

    assert not house.store.new_deliveries(10)


def test_two_framings_at_once_are_no_way_in(app: Flask, house: House) -> None:
    body = a_delivery()
    headers = signed(body) | {"Transfer-Encoding": "chunked", "Content-Length": "4"}

    with serving(app) as server:
        answer = talk(server.port, a_request(headers, chunked(body)))

    stored = [one.body for one in house.store.new_deliveries(10)]
    assert status(answer) == 400 or stored == [body]


def test_an_answer_does_not_say_which_server_it_comes_from(app: Flask) -> None:
    with serving(app) as server:
        answer = talk(server.port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert status(answer) == 200
    assert b"waitress" not in answer.lower()
    assert b"\r\nserver:" not in answer.lower()


def test_the_content_policy_is_on_every_page(app: Flask) -> None:
    with serving(app) as server:
        answer = talk(server.port, b"GET /signin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert b"content-security-policy: default-src 'none'" in answer.lower()


def test_good_clients_are_answered_beside_200_slow_ones(app: Flask) -> None:
    body = a_delivery()

    with serving(app, threads=2) as server, ExitStack() as slow:
        for _ in range(200):
            wire = slow.enter_context(socket.create_connection((LOOPBACK, server.port), 10))
            wire.sendall(b"POST /webhooks/acme HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx")
        answers = {
            status(talk(server.port, a_request({**_sized(body), **signed(body, f"d-{n}")}, body)))
            for n in range(10)
        }

    assert {200} == answers


def test_a_stop_lets_requests_under_way_and_waiting_ones_finish() -> None:
    asked, let_go = threading.Event(), threading.Event()
    app = Flask("slow")

    @app.get("/slow")
    def slow() -> Response:
        asked.set()
        let_go.wait(10)
        return Response("finished")

    with serving(app, threads=1) as server, ThreadPoolExecutor() as people:
        request = b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        answers = [people.submit(talk, server.port, request) for _ in range(3)]
        asked.wait(10)
        _until(lambda: len(server._server.task_dispatcher.queue) == 2)
        stopping = people.submit(server.stop)
        _until(server._stopping.is_set)
        let_go.set()

        assert [answer.result(10)[-8:] for answer in answers] == [b"finished"] * 3
        assert stopping.result(10)


def test_after_a_stop_nobody_listens(app: Flask) -> None:
    with serving(app) as server:
        port = server.port

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOOPBACK, port), timeout=5)


def test_a_second_stop_is_harmless(app: Flask) -> None:
    with serving(app) as server:
        assert server.stop()
        assert server.stop()


def test_a_server_that_never_ran_can_be_stopped(app: Flask) -> None:
    server = WebServer(app, LOOPBACK, 0, max_body=1000)

    assert server.stop()
    server.run()


def test_small_answers_leave_at_once(app: Flask) -> None:
    with serving(app) as server:
        options = server._server.adj.socket_options

    assert (socket.SOL_TCP, socket.TCP_NODELAY, 1) in options


def error(answer: bytes) -> str:
    """Return what a raw answer in JSON says went wrong."""
    words = json.loads(answer.partition(b"\r\n\r\n")[2])["error"]
    assert isinstance(words, str)
    return words


def _sized(body: bytes) -> dict[str, str]:
    return {"Content-Length": str(len(body))}


def _until(happened: Callable[[], bool]) -> None:
    """Wait for another thread, ten seconds at the most."""
    patience = threading.Event()
    for _ in range(1000):
        if happened():
            return
        patience.wait(0.01)
    pytest.fail("it did not happen in ten seconds")
