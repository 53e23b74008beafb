from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from service.domain.closeout import Closeout, CloseoutStatus, Hold, StatusChange
from service.domain.tracking import ProjectRef
from service.records import LeaseLost
from service.storage import SqlStore
from tests.storage.builders import (
    APOLLO,
    BEACON,
    CASTOR,
    COMPLETED,
    MINUTE,
    NOON,
    STARTED,
    a_closeout,
    an_action,
    at_once,
)


def test_an_opened_closeout_is_requested_and_reads_back_whole(store: SqlStore) -> None:
    opened = a_closeout(store)

    expected = Closeout(
        id=opened.id,
        project=APOLLO,
        project_name="Apollo",
        project_url="https://tracker.example/apollo",
        ordinal=1,
        status=CloseoutStatus.REQUESTED,
        requested_at=NOON,
        delivered_at=NOON,
        closing_into=COMPLETED,
        return_to=STARTED,
    )
    assert expected == opened
    assert expected == store.closeout(APOLLO)
    assert expected == store.closeout_by_id(opened.id)


def test_an_opened_closeout_has_its_first_status_change(store: SqlStore) -> None:
    closeout = a_closeout(store)

    assert [
        StatusChange(NOON, None, CloseoutStatus.REQUESTED, "the project was closed")
    ] == store.status_changes(closeout.id)


def test_the_way_back_may_be_unknown(store: SqlStore) -> None:
    assert a_closeout(store, return_to=None).return_to is None


def test_what_is_not_there_is_none_or_empty(store: SqlStore) -> None:
    assert store.closeout(APOLLO) is None
    assert store.closeout_by_id("nobody") is None
    assert store.closeout_of_page("acme", "p-1") is None
    assert store.closeout_of_ticket("acme", "t-1") is None
    assert store.closeouts() == []
    assert store.status_changes("nobody") == []
    assert store.holds("nobody") == []


def test_each_closure_of_a_project_has_the_next_ordinal_and_its_own_id(store: SqlStore) -> None:
    first, second = a_closeout(store), a_closeout(store, at=NOON + MINUTE)

    assert [first.ordinal, second.ordinal] == [1, 2]
    assert first.id != second.id
    assert second == store.closeout(APOLLO)


def test_a_closeouts_id_depends_on_project_and_ordinal_alone(store: SqlStore) -> None:
    ids = [
        a_closeout(store, ProjectRef("acme", "NOVA-12"), at=NOON + timedelta(days=400)).id,
        a_closeout(store, ProjectRef("acme", "NOVA-12")).id,
    ]

    # Written down: a change here would make every page and ticket a second time.
    assert ids == [
        "5d24db72-28ef-4b65-bb83-aefaaa12c304",
        "50fb9b76-8c7d-4944-bca0-19a80f6c0e88",
    ]


def test_of_many_that_open_the_same_closeout_one_does_and_the_others_lose_their_lease(
    store: SqlStore,
) -> None:
    def open_it(_: int) -> Closeout | None:
        try:
            return a_closeout(store)
        except LeaseLost:
            return None

    opened = [closeout for closeout in at_once(6, open_it) if closeout is not None]

    ordinals = sorted(closeout.ordinal for closeout in opened)
    assert list(range(1, len(opened) + 1)) == ordinals


def test_saved_fields_read_back_and_the_status_is_not_among_them(store: SqlStore) -> None:
    changed = replace(
        a_closeout(store),
        project_name="Apollo 2",
        project_url="https://tracker.example/apollo-2",
        delivered_at=NOON - MINUTE,
        closing_into=STARTED,
        return_to=None,
        page_id="p-1",
        page_url="https://pages.example/p-1",
        page_seen="fingerprint",
        page_seen_at=NOON + MINUTE,
        closed_at=NOON + 2 * MINUTE,
    )

    store.save_closeout(replace(changed, status=CloseoutStatus.CLOSED))

    assert changed == store.closeout(APOLLO)


def test_a_move_is_recorded_with_its_reason(store: SqlStore) -> None:
    closeout = a_closeout(store)

    moved = store.move(closeout, CloseoutStatus.IN_REVIEW, reason="held", at=NOON + MINUTE)

    assert replace(closeout, status=CloseoutStatus.IN_REVIEW) == moved
    assert moved == store.closeout(APOLLO)
    assert (
        StatusChange(NOON + MINUTE, CloseoutStatus.REQUESTED, CloseoutStatus.IN_REVIEW, "held")
        == store.status_changes(closeout.id)[-1]
    )


def test_moving_to_where_it_is_changes_nothing_also_for_one_who_knows_less(
    store: SqlStore,
) -> None:
    known = a_closeout(store)
    moved = store.move(known, CloseoutStatus.IN_REVIEW, reason="held", at=NOON)

    again = store.move(known, CloseoutStatus.IN_REVIEW, reason="held", at=NOON + MINUTE)

    assert moved == again
    assert len(store.status_changes(known.id)) == 2


def test_moving_to_closed_keeps_when(store: SqlStore) -> None:
    closeout = a_closeout(store)

    moved = store.move(closeout, CloseoutStatus.CLOSED, reason="met", at=NOON + MINUTE)

    assert moved.closed_at == NOON + MINUTE


def test_a_closing_instant_that_was_saved_stays(store: SqlStore) -> None:
    closeout = replace(a_closeout(store), closed_at=NOON - MINUTE)
    store.save_closeout(closeout)

    moved = store.move(closeout, CloseoutStatus.CLOSED, reason="met", at=NOON)

    assert moved.closed_at == NOON - MINUTE


def test_a_closeout_that_is_not_there_cannot_be_moved_or_held(store: SqlStore) -> None:
    stranger = replace(a_closeout(store), id="nobody")

    with pytest.raises(LookupError, match="nobody"):
        store.move(stranger, CloseoutStatus.CLOSED, reason="", at=NOON)
    with pytest.raises(LookupError, match="nobody"):
        store.add_hold("nobody", NOON, COMPLETED, STARTED)


def test_closeouts_are_listed_newest_first_live_or_ended(store: SqlStore) -> None:
    ended = a_closeout(store, APOLLO, at=NOON)
    live = a_closeout(store, BEACON, at=NOON + MINUTE)
    newest = a_closeout(store, CASTOR, at=NOON + 2 * MINUTE)
    ended = store.move(ended, CloseoutStatus.WITHDRAWN, reason="archived", at=NOON)

    assert [newest, live, ended] == store.closeouts()
    assert [newest, live] == store.closeouts(live=True)
    assert [ended] == store.closeouts(live=False)
    assert [newest] == store.closeouts(limit=1)


def test_holds_are_numbered_within_their_closeout(store: SqlStore) -> None:
    apollo, beacon = a_closeout(store, APOLLO), a_closeout(store, BEACON)

    first = store.add_hold(apollo.id, NOON, COMPLETED, STARTED)
    store.add_hold(beacon.id, NOON, COMPLETED, STARTED)
    second = store.add_hold(apollo.id, NOON + MINUTE, COMPLETED, STARTED)

    assert [
        Hold(1, NOON, COMPLETED, STARTED),
        Hold(2, NOON + MINUTE, COMPLETED, STARTED),
    ] == [first, second]
    assert [first, second] == store.holds(apollo.id)


def test_holds_from_many_threads_get_different_numbers(store: SqlStore) -> None:
    closeout = a_closeout(store)

    holds = at_once(8, lambda _: store.add_hold(closeout.id, NOON, COMPLETED, STARTED))

    assert list(range(1, 9)) == sorted(hold.number for hold in holds)


def test_a_closeout_is_found_by_its_page(store: SqlStore) -> None:
    closeout = replace(a_closeout(store), page_id="p-1")
    store.save_closeout(closeout)

    assert closeout == store.closeout_of_page("acme-wiki", "p-1")
    assert store.closeout_of_page("acme-wiki", "p-2") is None


def test_where_two_tools_use_one_page_id_the_one_kept_in_the_workspace_is_found(
    store: SqlStore,
) -> None:
    for project, keeper in ((CASTOR, "castor-wiki"), (APOLLO, "apollo-wiki")):
        kept = replace(a_closeout(store, project), page_id="p-1", pages_workspace=keeper)
        store.save_closeout(kept)

    found = [store.closeout_of_page(f"{name}-wiki", "p-1") for name in ("apollo", "castor")]

    assert [closeout.project for closeout in found if closeout] == [APOLLO, CASTOR]
    assert store.closeout_of_page("other-wiki", "p-1") is None


def test_where_two_tools_use_one_ticket_id_the_one_kept_in_the_workspace_is_found(
    store: SqlStore,
) -> None:
    for project, keeper in ((CASTOR, "castor-jira"), (APOLLO, "apollo-jira")):
        kept = replace(a_closeout(store, project), tickets_workspace=keeper)
        store.save_closeout(kept)
        store.save_action(an_action(kept, 1, ticket_id="10001"))

    found = [store.closeout_of_ticket(f"{name}-jira", "10001") for name in ("apollo", "castor")]

    assert [closeout.project for closeout in found if closeout] == [APOLLO, CASTOR]
    assert store.closeout_of_ticket("other-jira", "10001") is None


def test_a_closeout_is_found_by_the_ticket_of_an_action(store: SqlStore) -> None:
    closeout = a_closeout(store)
    store.save_action(an_action(closeout, 1, ticket_id="t-1"))
    store.save_action(an_action(closeout, 2, ticket_id="t-2"))

    assert closeout == store.closeout_of_ticket("acme", "t-2")
    assert store.closeout_of_ticket("acme", "t-3") is None


def test_the_live_closeouts_of_a_workspace_are_counted(store: SqlStore) -> None:
    ended, live = a_closeout(store, APOLLO, at=NOON), a_closeout(store, BEACON, at=NOON)
    store.move(ended, CloseoutStatus.CLOSED, reason="all met", at=NOON)

    counted = [store.live_count(name) for name in (live.project.workspace, "nobody")]

    assert [1, 0] == counted
