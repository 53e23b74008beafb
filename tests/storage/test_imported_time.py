"""Imported working time: the same entry once, all of an import or nothing."""

from __future__ import annotations

import pytest

from service.domain.tracking import TimeEntry
from service.storage import SqlStore
from tests.storage.builders import APOLLO, BEACON, MINUTE, NOON

HOUR = 3600


def an_entry(id_: str, minutes: int = 0) -> TimeEntry:
    return TimeEntry(
        id_, NOON + minutes * MINUTE, HOUR, "i-1", person_id="b7", role="design", source="toggl"
    )


def test_entries_read_back_oldest_first_by_project(store: SqlStore) -> None:
    late, early = an_entry("a", 5), an_entry("b")
    whole = TimeEntry("c", NOON + MINUTE, -HOUR, source="harvest")

    added = store.import_time(APOLLO, [late, early, whole], NOON)
    store.import_time(BEACON, [early], NOON)

    assert 3 == added
    assert [early, whole, late] == store.imported_time(APOLLO)


def test_an_entry_that_is_there_is_not_new(store: SqlStore) -> None:
    store.import_time(APOLLO, [an_entry("a")], NOON)

    assert 1 == store.import_time(APOLLO, [an_entry("a"), an_entry("b")], NOON + MINUTE)
    assert 2 == len(store.imported_time(APOLLO))


def test_what_is_taken_out_goes_with_what_comes_instead(store: SqlStore) -> None:
    store.import_time(APOLLO, [an_entry("a"), an_entry("b")], NOON)
    store.import_time(BEACON, [an_entry("a")], NOON)

    store.import_time(APOLLO, [an_entry("c")], NOON, instead_of=["a"])

    assert ["b", "c"] == [entry.id for entry in store.imported_time(APOLLO)]
    assert ["a"] == [entry.id for entry in store.imported_time(BEACON)]


def test_an_import_that_fails_in_the_middle_leaves_nothing(store: SqlStore) -> None:
    store.import_time(APOLLO, [an_entry("a")], NOON)
    broken = an_entry("c")._replace(at=NOON.replace(tzinfo=None))

    with pytest.raises(Exception, match="no time zone"):
        store.import_time(APOLLO, [an_entry("b"), broken], NOON, instead_of=["a"])

    assert ["a"] == [entry.id for entry in store.imported_time(APOLLO)]
