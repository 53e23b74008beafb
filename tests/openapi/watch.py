"""Looks on while the suite runs: a test in which a call was undocumented is a failed test.

A test of a stand-in itself asks wrongly on purpose, to see it refuse; so may a test that carries
the mark `asks_wrongly`. Then a wrong request must have been refused, and answers are held as ever.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator
from http import HTTPStatus
from pathlib import Path

import pytest

from connectors._standin.exchange import Exchange, observers
from tests.openapi.check import Vendors

MARK = "asks_wrongly"
_MOST = 12
_PROJECT = Path(__file__).resolve().parent.parent.parent


class Undocumented(AssertionError):
    """A call that the vendor's own description does not have, or an answer it contradicts."""


def folder() -> Path:
    """Return where the vendors' files are: CLOSEOUT_VENDOR_SPECS, else beside the project."""
    return Path(os.environ.get("CLOSEOUT_VENDOR_SPECS") or _PROJECT / "../shared/vendors").resolve()


def may_ask_wrongly(item: pytest.Item) -> bool:
    """Say whether a test is meant to ask for what there is not."""
    return item.get_closest_marker(MARK) is not None or "standin" in item.path.parts


def found_wrong(vendors: Vendors, exchange: Exchange, *, may_ask: bool) -> list[str]:
    """Say what is wrong with an exchange."""
    asked, answered = vendors.problems(exchange)
    if asked and may_ask:
        refused = exchange.status is None or exchange.status >= HTTPStatus.BAD_REQUEST
        asked = [] if refused else [f"answered {exchange.status} though {one}" for one in asked]
    return [f"{exchange.tool} ({exchange.flavour}): {one}" for one in (*asked, *answered)]


class Watch:
    """A plugin of pytest; each process of a parallel run has its own."""

    def __init__(self, vendors: Vendors) -> None:
        self._vendors = vendors
        self._exchanges: deque[Exchange] = deque()
        self.held = 0

    def pytest_sessionstart(self) -> None:
        observers.append(self._exchanges.append)

    def pytest_sessionfinish(self) -> None:
        observers.remove(self._exchanges.append)

    def pytest_report_header(self) -> str:
        return f"vendors: every call of a stand-in is held against {self._vendors.folder}"

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, None, None]:
        yield
        self._look(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        yield
        self._look(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        yield
        self._look(item)

    def _look(self, item: pytest.Item) -> None:
        may_ask, wrong = may_ask_wrongly(item), dict[str, None]()
        while self._exchanges:
            exchange = self._exchanges.popleft()
            self.held += 1
            for one in found_wrong(self._vendors, exchange, may_ask=may_ask):
                wrong[one] = None
        if wrong:
            more = [f"and {len(wrong) - _MOST} more"] if len(wrong) > _MOST else []
            raise Undocumented("\n".join((*list(wrong)[:_MOST], *more)))


def install(config: pytest.Config) -> None:
    """Look on in this process, where the vendors' files are here."""
    config.addinivalue_line("markers", f"{MARK}: asks a stand-in for what it must refuse")
    if (folder() / "atlassian").is_dir():
        config.pluginmanager.register(Watch(Vendors(folder())), "vendors")
