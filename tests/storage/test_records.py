from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.verdict import Need, Outcome, Verdict
from service.records import Note, WorkspaceState
from service.storage import SqlStore
from service.storage.verdicts import verdict_from_json, verdict_to_json
from tests.storage.builders import (
    APOLLO,
    BEACON,
    MINUTE,
    NOON,
    a_closeout,
    a_verdict,
    a_verification,
    a_waiver,
    an_action,
)


def test_an_action_reads_back_and_may_change(store: SqlStore) -> None:
    action = an_action(a_closeout(store))
    store.save_action(action)

    changed = replace(
        action,
        number=2,
        change="Name two",
        owner_id="u-3",
        owner_name="Edsger",
        due_on=date(2026, 12, 31),
        check="two names",
        ticket_id="t-1",
        ticket_key="OPS-1",
        ticket_url="https://tracker.example/OPS-1",
    )
    store.save_action(changed)

    assert changed == store.action(action.id)
    assert [changed] == store.actions(action.closeout_id)
    assert store.action("nobody") is None


def test_actions_are_listed_by_number_and_per_closeout(store: SqlStore) -> None:
    closeout, other = a_closeout(store), a_closeout(store, BEACON)
    for number in (3, 1, 2):
        store.save_action(an_action(closeout, number))
    store.save_action(an_action(other, 9))

    assert [action.number for action in store.actions(closeout.id)] == [1, 2, 3]


def test_verifications_of_a_closeouts_actions_are_oldest_first(store: SqlStore) -> None:
    closeout, other = a_closeout(store), a_closeout(store, BEACON)
    ours, theirs = an_action(closeout), an_action(other)
    for action in (ours, theirs):
        store.save_action(action)
    first = a_verification(ours)
    second = replace(first, by_id=None, by_name="Alan", at=NOON + MINUTE, source="label")

    for verification in (first, a_verification(theirs), second):
        store.add_verification(verification)

    assert [first, second] == store.verifications(closeout.id)


def test_waivers_read_back_oldest_first_and_one_is_stored_once(store: SqlStore) -> None:
    closeout = a_closeout(store)
    late = a_waiver(closeout, "w-1", at=NOON + MINUTE)
    early = a_waiver(closeout, "w-2", at=NOON)

    for waiver in (late, early, replace(late, reason="another")):
        store.add_waiver(waiver)

    assert [early, late] == store.waivers(closeout.id)


def test_the_latest_verdict_is_the_present_one(store: SqlStore) -> None:
    closeout = a_closeout(store)
    store.save_verdict(closeout.id, a_verdict("earlier"), NOON, "default 1")

    store.save_verdict(closeout.id, a_verdict(), NOON + MINUTE, "default 2")

    assert (a_verdict(), NOON + MINUTE, "default 2") == store.verdict(closeout.id)
    assert store.verdict("nobody") is None


needs = st.builds(Need, st.text(), st.none() | st.text(), st.none() | st.text())
verdicts = st.recursive(
    st.builds(
        Verdict,
        name=st.text(),
        title=st.text(),
        outcome=st.sampled_from(Outcome),
        summary=st.text(),
        needs=st.lists(needs, max_size=2).map(tuple),
        url=st.none() | st.text(),
        since=st.none() | st.datetimes(timezones=st.just(NOON.tzinfo)),
        waived=st.none() | st.text(),
    ),
    lambda children: st.builds(
        lambda verdict, found: replace(verdict, children=tuple(found)),
        children,
        st.lists(children, max_size=3),
    ),
    max_leaves=8,
)


@given(verdicts)
def test_any_verdict_tree_survives_its_json(verdict: Verdict) -> None:
    assert verdict == verdict_from_json(verdict_to_json(verdict))


def test_figures_read_back_with_unknowns_and_nesting(store: SqlStore) -> None:
    closeout = a_closeout(store)
    figures = {
        "scope.base": {"value": 12, "unit": "items", "issues": ["A-1", "A-2"]},
        "flow.cycle_time_p50_days": {"value": None, "reason": "no issue was started"},
        "cost.actual": {"value": 12.75},
    }
    store.save_figures(closeout.id, {"old": 1}, NOON)

    store.save_figures(closeout.id, figures, NOON + MINUTE)

    assert (figures, NOON + MINUTE) == store.figures(closeout.id)
    assert store.figures("nobody") is None


def test_notes_are_newest_first_of_one_closeout_or_of_all(store: SqlStore) -> None:
    closeout = a_closeout(store)
    notes = [
        Note(NOON, "Hold 1", closeout.id),
        Note(NOON, "Hold 2", closeout.id, "acme"),
        Note(NOON + MINUTE, "The tracker answers again", workspace="acme"),
        Note(NOON - MINUTE, "of a closeout that is gone", "gone"),
    ]

    for note in notes:
        store.note(note)

    assert [notes[1], notes[0]] == store.notes(closeout.id)
    assert [notes[2], notes[1], notes[0], notes[3]] == store.notes()
    assert [notes[2]] == store.notes(limit=1)


def test_a_new_workspace_is_enrolled_and_swept_until_now(store: SqlStore) -> None:
    state = store.enrol("acme", NOON)

    assert WorkspaceState("acme", NOON, NOON) == state
    assert state == store.enrol("acme", NOON + MINUTE)


def test_what_is_kept_of_a_workspace_changes_each_on_its_own(store: SqlStore) -> None:
    store.enrol("acme", NOON)

    store.park("acme", NOON + 2 * MINUTE)
    store.swept("acme", NOON + MINUTE)
    news = [store.trouble("acme", word) for word in ("revoked", "revoked", None, None)]

    assert [True, False, True, False] == news
    assert WorkspaceState("acme", NOON, NOON + MINUTE, NOON + 2 * MINUTE) == store.enrol(
        "acme", NOON
    )


def test_an_instant_without_a_zone_is_refused(store: SqlStore) -> None:
    with pytest.raises(Exception, match="no time zone"):
        store.note(Note(NOON.replace(tzinfo=None), "when?"))


def test_what_belongs_to_no_closeout_is_refused(store: SqlStore) -> None:
    stranger = replace(an_action(a_closeout(store, APOLLO)), closeout_id="nobody")

    with pytest.raises(Exception, match=r"(?i)foreign key"):
        store.save_action(stranger)
