from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.records import Effect, EffectState
from service.storage import SqlStore
from service.storage.identity import lasting_id
from tests.storage.builders import BEACON, MINUTE, NOON, a_closeout, at_once


def test_an_intended_effect_reads_back_without_outcome(store: SqlStore) -> None:
    closeout = a_closeout(store)

    effect = store.intend(closeout.id, "ticket", "action-1", NOON)

    assert (
        Effect(closeout.id, "ticket", "action-1", effect.marker, EffectState.INTENDED, NOON)
        == effect
    )
    assert effect == store.effect(closeout.id, "ticket", "action-1")
    assert store.effect(closeout.id, "ticket", "action-2") is None


def test_an_effect_is_intended_once_whoever_comes_again(store: SqlStore) -> None:
    closeout = a_closeout(store)
    first = store.intend(closeout.id, "page", "", NOON)

    again = store.intend(closeout.id, "page", "", NOON + MINUTE)

    assert first == again
    assert [first] == store.effects(closeout.id)


def test_intents_of_one_effect_from_many_threads_are_one_row(store: SqlStore) -> None:
    closeout = a_closeout(store)

    effects = at_once(12, lambda _: store.intend(closeout.id, "page", "", NOON))

    assert len(set(effects)) == 1
    assert effects[:1] == store.effects(closeout.id)


def test_each_purpose_and_subject_of_each_closeout_has_its_own_marker(store: SqlStore) -> None:
    keys = [
        (closeout.id, purpose, subject)
        for closeout in (a_closeout(store), a_closeout(store, BEACON))
        for purpose in ("ticket", "comment")
        for subject in ("1", "2")
    ]

    markers = {store.intend(*key, NOON).marker for key in keys}

    assert len(keys) == len(markers)


def test_a_marker_depends_on_nothing_but_its_key(store: SqlStore) -> None:
    closeout = a_closeout(store)

    effect = store.intend(closeout.id, "ticket", "action-1", NOON)

    # Written down: a change here would make every effect a second time.
    assert effect.marker == "e19b968e-63dc-49be-9859-793a7255f8ff"


def test_an_outcome_is_recorded_and_survives_a_later_intent(store: SqlStore) -> None:
    closeout = a_closeout(store)
    intended = store.intend(closeout.id, "ticket", "action-1", NOON)

    done = store.record(
        intended, EffectState.DONE, NOON + MINUTE, remote_id="91", remote_url="https://t.example/91"
    )

    expected = replace(
        intended,
        state=EffectState.DONE,
        done_at=NOON + MINUTE,
        remote_id="91",
        remote_url="https://t.example/91",
    )
    assert expected == done
    assert expected == store.intend(closeout.id, "ticket", "action-1", NOON + 2 * MINUTE)


def test_a_later_outcome_keeps_the_remote_id_it_does_not_give(store: SqlStore) -> None:
    intended = store.intend(a_closeout(store).id, "ticket", "action-1", NOON)
    store.record(intended, EffectState.FAILED, NOON, remote_id="91", remote_url="u", note="refused")

    done = store.record(intended, EffectState.DONE, NOON + MINUTE)

    assert (done.remote_id, done.remote_url, done.note) == ("91", "u", None)


def test_an_effect_that_is_open_again_has_no_instant_of_outcome(store: SqlStore) -> None:
    intended = store.intend(a_closeout(store).id, "ticket", "action-1", NOON)
    store.record(intended, EffectState.FAILED, NOON, note="refused")

    reopened = store.record(intended, EffectState.INTENDED, NOON + MINUTE)

    assert replace(intended, intended_at=NOON + MINUTE) == reopened


def test_an_effect_that_was_never_intended_cannot_be_recorded(store: SqlStore) -> None:
    closeout = a_closeout(store)
    stranger = Effect(closeout.id, "page", "", "marker", EffectState.INTENDED, NOON)

    with pytest.raises(LookupError, match="page"):
        store.record(stranger, EffectState.DONE, NOON)


def test_effects_are_listed_in_the_order_they_were_intended(store: SqlStore) -> None:
    closeout = a_closeout(store)
    intended = [store.intend(closeout.id, "ticket", str(number), NOON) for number in (3, 1, 2)]
    store.record(intended[0], EffectState.DONE, NOON + MINUTE)

    assert [effect.subject for effect in store.effects(closeout.id)] == ["3", "1", "2"]


parts_of_an_id = st.lists(st.text(), min_size=1, max_size=4)


@given(parts_of_an_id)
def test_a_lasting_id_is_a_uuid_of_version_4(parts: list[str]) -> None:
    found = uuid.UUID(lasting_id(*parts))

    assert found.version == 4
    assert found.variant == uuid.RFC_4122


@given(parts_of_an_id, parts_of_an_id)
def test_different_parts_give_different_lasting_ids(one: list[str], other: list[str]) -> None:
    storable = [[part.replace("\0", "\ufffd") for part in parts] for parts in (one, other)]

    assert (storable[0] == storable[1]) == (lasting_id(*one) == lasting_id(*other))
