"""Pages that were edited are found without anybody telling."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from service.domain.closeout import CloseoutStatus
from service.domain.remote import Page, Presence
from tests.web.house import NOW, House, a_closeout


@pytest.fixture
def watched(house: House) -> House:
    """A live closeout whose page was seen as it is."""
    closeout = replace(a_closeout(house), page_id="p-1", pages_workspace="acme")
    house.store.save_closeout(closeout)
    edited(house, minutes=0)
    house.services.watch("acme")
    take_all(house)
    return house


def edited(house: House, minutes: int) -> None:
    at = NOW + timedelta(minutes=minutes)
    page = Page("p-1", "", "Post-mortem", Presence.PRESENT, None, at, None)
    house.desks["acme"].pages["p-1"] = page


def take_all(house: House) -> None:
    while lease := house.store.take(house.now, timedelta(minutes=1)):
        house.store.release(lease, None)


def test_a_page_that_reads_as_before_makes_nothing_due(watched: House) -> None:
    assert 0 == watched.services.watch("acme")
    assert 0 == watched.store.due_count(watched.now)


def test_an_edited_page_makes_its_project_due_once(watched: House) -> None:
    edited(watched, minutes=5)

    assert [1, 0] == [watched.services.watch("acme"), watched.services.watch("acme")]
    assert 1 == watched.store.due_count(watched.now)


def test_a_page_that_is_not_shown_any_more_makes_its_project_due_once(watched: House) -> None:
    del watched.desks["acme"].pages["p-1"]

    assert [1, 0] == [watched.services.watch("acme"), watched.services.watch("acme")]


def test_the_page_of_an_ended_closeout_is_not_watched(watched: House) -> None:
    (closeout,) = watched.store.watched_pages("acme")
    watched.store.move(closeout, CloseoutStatus.CLOSED, reason="all met", at=watched.now)
    edited(watched, minutes=5)

    assert 0 == watched.services.watch("acme")


def test_what_a_worker_keeps_does_not_undo_what_the_watch_keeps(watched: House) -> None:
    (before,) = watched.store.watched_pages("acme")
    edited(watched, minutes=5)
    watched.services.watch("acme")

    watched.store.save_closeout(replace(before, page_seen="as a worker read it"))

    assert 0 == watched.services.watch("acme")
