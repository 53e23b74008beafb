"""The web door over the real wiring and SQLite; the tool behind it lives in memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service import storage
from service.bootstrap import Services
from service.web.app import create_app
from service.web.signin import one_time_link
from tests.web.desk import Desk
from tests.web.house import House, a_house


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its schema, to be copied: making one takes longer than most tests."""
    file = tmp_path_factory.mktemp("web") / "empty.db"
    storage.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def house(tmp_path: Path, empty_database: Path, desk: Desk) -> Iterator[House]:
    """Everything behind the door: services, store, tool and a clock that stands still."""
    file = shutil.copy(empty_database, tmp_path / "closeout.db")
    store = storage.open_store(f"sqlite:///{file}")
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
    client.get(one_time_link(app).removeprefix("http://localhost:8080"))
    return client
