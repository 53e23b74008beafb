from __future__ import annotations

from datetime import datetime, timedelta

from service.records import Delivery, DeliveryState
from service.storage import SqlStore
from tests.storage.builders import MINUTE, NOON, at_once


def put(store: SqlStore, sender_id: str, at: datetime = NOON, workspace: str = "acme") -> Delivery:
    """Put a delivery and read it back."""
    store.put_delivery(workspace, sender_id, b"{}", at)
    found = store.delivery(f"{workspace}/{sender_id}")
    assert found is not None
    return found


def test_a_delivery_comes_back_byte_for_byte(store: SqlStore) -> None:
    body = bytes(range(256)) * 40

    store.put_delivery("acme", "d-1", body, NOON)

    (found,) = store.new_deliveries(10)
    assert found == Delivery(found.number, "acme", "d-1", NOON, body, DeliveryState.NEW)


def test_the_same_delivery_from_fifty_threads_is_one_row(store: SqlStore) -> None:
    at_once(50, lambda _: store.put_delivery("acme", "d-1", b"{}", NOON))

    assert len(store.new_deliveries(100)) == 1


def test_different_deliveries_from_fifty_threads_are_fifty_rows(store: SqlStore) -> None:
    at_once(50, lambda number: store.put_delivery("acme", f"d-{number}", b"{}", NOON))

    assert {f"d-{number}" for number in range(50)} == {one.id for one in store.new_deliveries(100)}


def test_a_delivery_that_comes_again_keeps_its_first_body_and_state(store: SqlStore) -> None:
    first = put(store, "d-1")
    store.settle_delivery(first.number, DeliveryState.DONE, "looked at acme/APOLLO")

    store.put_delivery("acme", "d-1", b"another", NOON + MINUTE)

    found = store.delivery("d-1")
    assert found == Delivery(
        first.number, "acme", "d-1", NOON, b"{}", DeliveryState.DONE, "looked at acme/APOLLO"
    )


def test_two_workspaces_may_have_the_same_delivery_id(store: SqlStore) -> None:
    ours = put(store, "d-1", workspace="acme")
    theirs = put(store, "d-1", workspace="other")

    assert ours.number != theirs.number
    assert ours.workspace == "acme"
    assert theirs.workspace == "other"


def test_a_delivery_is_found_by_our_number_and_by_the_senders_id(store: SqlStore) -> None:
    delivery = put(store, "d-1")

    assert delivery == store.delivery(str(delivery.number))
    assert delivery == store.delivery("d-1")
    assert store.delivery("d-2") is None
    assert store.delivery("nobody/d-1") is None
    assert store.delivery("9" * 30) is None


def test_a_senders_id_may_hold_a_slash_or_be_a_number(store: SqlStore) -> None:
    slashed = put(store, "part/1")
    numeric = put(store, "77001")

    assert slashed == store.delivery("part/1")
    assert numeric == store.delivery("77001")


def test_new_deliveries_are_oldest_first_and_settled_ones_are_not_among_them(
    store: SqlStore,
) -> None:
    late = put(store, "late", NOON + MINUTE)
    early = put(store, "early", NOON - MINUTE)
    settled = put(store, "settled", NOON)

    store.settle_delivery(settled.number, DeliveryState.IGNORED, "no closure is concerned")

    assert [early, late] == store.new_deliveries(10)
    assert [early] == store.new_deliveries(1)
    assert store.oldest_new_delivery_at() == NOON - MINUTE


def test_deliveries_in_a_state_are_newest_first(store: SqlStore) -> None:
    for minute in range(3):
        delivery = put(store, f"d-{minute}", NOON + minute * MINUTE)
        store.settle_delivery(delivery.number, DeliveryState.QUARANTINED, "not JSON")

    found = store.deliveries(DeliveryState.QUARANTINED, 2)

    assert [delivery.id for delivery in found] == ["d-2", "d-1"]
    assert found[0].reason == "not JSON"


def test_every_state_is_counted_also_at_zero(store: SqlStore) -> None:
    put(store, "d-1")
    put(store, "d-2")
    store.settle_delivery(put(store, "d-3").number, DeliveryState.DONE, None)

    assert store.delivery_counts() == {"new": 2, "done": 1, "ignored": 0, "quarantined": 0}


def test_nothing_new_has_no_oldest(store: SqlStore) -> None:
    assert store.oldest_new_delivery_at() is None


def test_an_event_is_seen_from_the_second_time_on(store: SqlStore) -> None:
    assert [store.seen_event("acme", "closed:1", NOON) for _ in range(2)] == [False, True]
    assert not store.seen_event("other", "closed:1", NOON)


def test_of_many_threads_with_one_event_exactly_one_sees_it_first(store: SqlStore) -> None:
    seen = at_once(12, lambda _: store.seen_event("acme", "closed:1", NOON))

    assert seen.count(False) == 1


def test_an_instant_of_another_zone_comes_back_as_the_same_instant_in_utc(store: SqlStore) -> None:
    berlin = NOON.astimezone(tz=datetime.fromisoformat("2026-03-02T00:00:00+01:00").tzinfo)

    found = put(store, "d-1", berlin)

    assert found.received_at == NOON
    assert timedelta(0) == found.received_at.utcoffset()
