"""What was answered 200 is in the database, whenever the process that said so is killed."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import sqlite3
import threading
import time
import uuid
from collections import Counter
from itertools import count
from pathlib import Path

import pytest

from tests.servers import LOOPBACK, free_port
from tests.stories.processes import eventually, running

KILLS, SENDERS = 4, 6
BETWEEN_KILLS = 120  # deliveries
SECRET = "the-webhook-secret-of-this-load-0123456789"
PROJECT = "00000000-0000-4000-8000-000000000000"


class Senders:
    """What sends deliveries, and each one again until it is answered 200."""

    def __init__(self, port: int) -> None:
        self.answered: list[str] = []
        self._port = port
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._send, args=(number,), name=f"sender-{number}")
            for number in range(SENDERS)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=20)

    def _send(self, sender: int) -> None:
        connection = http.client.HTTPConnection(LOOPBACK, self._port, timeout=5)
        for number in count():
            delivery = f"{sender}-{number}"
            body, headers = signed(delivery)
            while (known_as := _answer(connection, body, headers)) is None:
                connection.close()
                time.sleep(0.01)  # nobody listens: it is being started again
                if self._stopping.is_set():
                    return
            self.answered.append(known_as)
            if self._stopping.is_set():
                connection.close()
                return


def _answer(
    connection: http.client.HTTPConnection, body: bytes, headers: dict[str, str]
) -> str | None:
    """Send a delivery once; return under which id it is known now, None where nobody said 200."""
    try:
        connection.request("POST", "/webhooks/acme-linear", body, headers)
        answer = connection.getresponse()
        said = answer.read()
    except (OSError, http.client.HTTPException):
        return None
    return str(json.loads(said)["delivery"]) if answer.status == http.HTTPStatus.OK else None


def signed(delivery: str) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers of a delivery about a project nobody can read now."""
    body = json.dumps(
        {
            "action": "update",
            "type": "Project",
            "createdAt": "2026-01-15T10:00:30.000Z",
            "organizationId": str(uuid.uuid4()),
            "data": {"id": PROJECT, "name": f"As {delivery} tells"},
            "webhookTimestamp": int(time.time() * 1000),
        }
    ).encode()
    headers = {
        "Content-Type": "application/json",
        "Linear-Delivery": delivery,
        "Linear-Signature": hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest(),
    }
    return body, headers


@pytest.mark.xdist_group("processes")
def test_nothing_that_was_answered_is_lost_and_nothing_is_there_twice(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "closeout.toml").write_text(
        f'[closeout]\ndatabase_url = "sqlite:///{tmp_path}/closeout.db"\n'
        '[workspaces.acme-linear]\nconnector = "linear"\napi_key = "env:A_KEY"\n'
        f'webhook_secret = ["env:A_SECRET"]\napi_url = "http://{LOOPBACK}:{free_port()}/graphql"\n'
    )
    environ = {"A_KEY": "lin_api_of_nobody", "A_SECRET": SECRET}
    senders = Senders(port)

    senders.start()
    try:
        for _ in range(KILLS):
            with running(tmp_path, environ, f"serve --port {port}") as (server,):
                enough = len(senders.answered) + BETWEEN_KILLS
                eventually(lambda: len(senders.answered) >= enough, "deliveries are answered")  # noqa: B023
                server.kill()
    finally:
        senders.stop()
    with running(tmp_path, environ, f"serve --port {port}") as (server,):
        eventually(lambda: not states(tmp_path)["new"], "every delivery is read")
        assert server.stop() == 0

    kept = rows(tmp_path, "SELECT id FROM deliveries")
    assert len(set(senders.answered)) == len(senders.answered) >= KILLS * BETWEEN_KILLS
    assert set(senders.answered) <= {row[0] for row in kept}
    assert len(kept) == len({row[0] for row in kept})
    assert set() == set(states(tmp_path)) - {"new", "done", "ignored"}


def rows(folder: Path, question: str) -> list[tuple[str, ...]]:
    """Ask the database, as whoever looks at it from outside."""
    connection = sqlite3.connect(folder / "closeout.db")
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()


def states(folder: Path) -> Counter[str]:
    """Count the deliveries by what became of them."""
    return Counter(row[0] for row in rows(folder, "SELECT state FROM deliveries"))
