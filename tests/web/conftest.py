"""The web door over the real wiring and SQLite; the tool behind it lives in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service import storage
from service.bootstrap import Services
from service.web.app import create_app
from tests.web.desk import Desk
from tests.web.house import House, a_house


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def house(tmp_path: Path, desk: Desk) -> Iterator[House]:
    """Everything behind the door: services, store, tool and a clock that stands still."""
    url = f"sqlite:///{tmp_path / 'closeout.db'}"
    storage.upgrade(url)
    store = storage.open_store(url)
    try:
        yield a_house(store, desk)
    finally:
        store.close()


@pytest.fixture
def services(house: House) -> Services:
    return house.services


@pytest.fixture
def app(house: House) -> Flask:
    return create_app(house.services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def visitor(app: Flask, client: FlaskClient) -> FlaskClient:
    """A browser that came in by a one-time link."""
    from service.web.signin import one_time_link

    client.get(one_time_link(app).removeprefix("https://closeout.example"))
    return client
