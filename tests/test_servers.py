"""The real servers are real: each answers as itself."""

from __future__ import annotations

import pytest
import redis
import sqlalchemy
from selenium import webdriver

from tests import servers


def test_postgres_is_a_postgresql_with_a_database_of_its_own(postgres_database: str) -> None:
    engine = sqlalchemy.create_engine(postgres_database)

    with engine.connect() as connection:
        version = connection.scalar(sqlalchemy.text("SELECT version()"))
        tables = connection.scalar(
            sqlalchemy.text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        )
    engine.dispose()

    assert str(version).startswith("PostgreSQL ")
    assert tables == 0


def test_redis_answers_and_starts_empty(redis_database: str) -> None:
    with redis.Redis.from_url(redis_database) as client:
        assert client.ping()
        assert client.dbsize() == 0


def test_a_killed_redis_comes_back_with_its_data() -> None:
    try:
        with servers.running_redis() as server, redis.Redis.from_url(server.url) as client:
            client.set("kept", "yes")

            server.kill()
            with pytest.raises(redis.ConnectionError):
                client.get("kept")
            server.start()

            assert client.get("kept") == b"yes"
    except servers.NotHere as reason:
        pytest.skip(str(reason))


def test_the_browser_shows_a_page(browser: webdriver.Chrome) -> None:
    browser.get("data:text/html,<title>Closeout</title><h1>Held open</h1>")

    assert browser.title == "Closeout"
