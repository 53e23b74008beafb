"""No text that a person or a tool writes can break an insert, in any column."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Index
from sqlalchemy.schema import ColumnCollectionConstraint

from service.domain.closeout import ActionRecord, Closeout, CloseoutStatus, Verification, Waiver
from service.domain.tracking import ProjectRef, Status, StatusCategory
from service.domain.verdict import Need, Outcome, Verdict
from service.records import DeliveryState, EffectState, Note, WorkspaceState
from service.storage import SqlStore
from service.storage.columns import CleanText, Json, KeyText, cleaned, shortened
from service.storage.tables import metadata
from tests.storage.builders import MINUTE, NOON

HOSTILE = [
    pytest.param("a\0b", id="NUL"),
    pytest.param("\ud83d and \udc00", id="lone surrogates"),
    pytest.param("😀 é ﷽ \u202e\ufeff\u2028", id="emoji and marks"),
    pytest.param("'; DROP TABLE deliveries; -- %s %(x)s :y ?", id="SQL"),
    pytest.param("".join(chr(0x4E00 + number % 20_000) for number in range(10_000)), id="10k"),
    pytest.param("", id="empty"),
]


every_hostile_text = pytest.mark.parametrize("text", HOSTILE)


@every_hostile_text
def test_deliveries_and_events_take_any_text(text: str, store: SqlStore) -> None:
    body = text.encode(errors="surrogatepass")
    store.put_delivery(text, text, body, NOON)
    (delivery,) = store.new_deliveries(9)
    store.settle_delivery(delivery.number, DeliveryState.QUARANTINED, text)

    kept = store.delivery(text)

    expected = (key_of(text), key_of(text), body, cleaned(text))
    assert kept is not None
    assert expected == (kept.workspace, kept.id, kept.body, kept.reason)
    assert [store.seen_event(text, text, NOON) for _ in range(2)] == [False, True]


@every_hostile_text
def test_due_projects_take_any_text(text: str, store: SqlStore) -> None:
    project = ProjectRef(text, text)
    store.mark_due(project, NOON, text, text)

    lease = store.take(NOON, MINUTE, project)

    assert lease is not None
    store.check_lease(lease)
    store.release(lease, None)
    assert ProjectRef(key_of(text), key_of(text)) == lease.project
    assert cleaned(text) == lease.left_status_id
    assert " ".join(cleaned(text).splitlines()) == "".join(lease.reasons)


@every_hostile_text
def test_closeouts_take_any_text(text: str, store: SqlStore) -> None:
    closeout = a_closeout_named(text, store)
    store.save_closeout(replace(closeout, page_id=text, page_url=text, page_seen=text))
    store.move(closeout, CloseoutStatus.CLEARED, reason=text, at=NOON)
    hold = store.add_hold(closeout.id, NOON, a_status(text), a_status(text))

    kept = store.closeout(ProjectRef(text, text))

    clean, status = cleaned(text), a_status(cleaned(text))
    assert kept is not None
    assert kept == store.closeout_of_page(text, text)
    assert (clean, clean) == (kept.project_name, kept.project_url)
    assert (status, status) == (kept.closing_into, kept.return_to)
    assert (key_of(text), clean, clean) == (kept.page_id, kept.page_url, kept.page_seen)
    assert {clean} == {change.reason for change in store.status_changes(closeout.id)}
    assert (status, status) == (hold.moved_from, hold.moved_to)


@every_hostile_text
def test_effects_take_any_text(text: str, store: SqlStore) -> None:
    intended = store.intend(a_closeout_named(text, store).id, text, text, NOON)

    done = store.record(
        intended, EffectState.DONE, NOON, remote_id=text, remote_url=text, note=text
    )

    clean = cleaned(text)
    assert done == store.intend(intended.closeout_id, text, text, NOON)
    assert (key_of(text), key_of(text)) == (done.purpose, done.subject)
    assert (clean, clean, clean) == (done.remote_id, done.remote_url, done.note)


@every_hostile_text
def test_actions_verifications_and_waivers_take_any_text(text: str, store: SqlStore) -> None:
    closeout = a_closeout_named(text, store)
    action = ActionRecord(
        text, closeout.id, 1, text, text, text, NOON.date(), text, text, text, text
    )
    verification = Verification(text, text, text, NOON, text, text)
    waiver = Waiver(text, closeout.id, text, text, text, NOON.date(), NOON)

    for _ in range(2):
        store.save_action(action)
    store.add_verification(verification)
    store.add_waiver(waiver)

    found = store.closeout_of_ticket(text, text)
    assert found is not None
    assert closeout.id == found.id
    (kept,) = store.actions(closeout.id)
    assert kept == store.action(text)
    assert cleaned_fields(replace(action, id=key_of(text), ticket_id=key_of(text))) == asdict(kept)
    (kept_word,) = store.verifications(closeout.id)
    assert cleaned_fields(replace(verification, action_id=key_of(text))) == asdict(kept_word)
    (kept_waiver,) = store.waivers(closeout.id)
    assert cleaned_fields(replace(waiver, id=key_of(text))) == asdict(kept_waiver)


@every_hostile_text
def test_verdicts_and_figures_take_any_text(text: str, store: SqlStore) -> None:
    closeout = a_closeout_named(text, store)

    store.save_verdict(closeout.id, a_verdict_saying(text), NOON, text)
    store.save_figures(closeout.id, {text: [text]}, NOON)

    kept = encodable(text)
    assert (a_verdict_saying(kept), NOON, cleaned(text)) == store.verdict(closeout.id)
    assert ({kept: [kept]}, NOON) == store.figures(closeout.id)


@every_hostile_text
def test_notes_and_workspaces_take_any_text(text: str, store: SqlStore) -> None:
    workspace = WorkspaceState(text, NOON, NOON, trouble=text)

    store.note(Note(NOON, text, text, text))
    store.enrol(text, NOON)
    store.trouble(text, text)

    clean = cleaned(text)
    assert [Note(NOON, clean, key_of(text), clean)] == store.notes(text)
    assert replace(workspace, name=key_of(text), trouble=clean) == store.enrol(text, NOON)


def test_every_column_for_text_is_of_a_kind_that_takes_any_text() -> None:
    others = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if column.type.python_type is str and not isinstance(column.type, CleanText)
    }

    assert set() == others


def test_every_indexed_text_is_short_enough_for_an_index() -> None:
    indexed = {
        column
        for table in metadata.tables.values()
        for index in (*table.indexes, *table.constraints)
        if isinstance(index, Index | ColumnCollectionConstraint)
        for column in index.columns
    }

    assert {column for column in indexed if isinstance(column.type, CleanText | Json)} == {
        column for column in indexed if isinstance(column.type, KeyText)
    }


@given(st.text(st.characters(categories=None), max_size=50))
def test_cleaned_text_can_be_encoded_and_only_loses_what_cannot(text: str) -> None:
    clean = cleaned(text)

    assert "\0" not in clean.encode().decode()
    assert len(text) == len(clean)
    assert [character for character in text if cleaned(character) == character] == [
        mine for mine, theirs in zip(clean, text, strict=True) if mine == theirs
    ]


@given(st.text(max_size=700), st.text(max_size=700))
def test_shortened_keys_fit_and_stay_as_different_as_they_were(one: str, other: str) -> None:
    assert len(shortened(one).encode()) <= 600
    assert (one == other) == (shortened(one) == shortened(other))


@pytest.mark.parametrize("length", [600, 601])
def test_only_a_key_over_the_limit_is_shortened(length: int) -> None:
    key = "k" * length

    assert (length <= 600) == (key == shortened(key))


def a_status(text: str) -> Status:
    return Status(text, text, StatusCategory.DONE)


def a_closeout_named(text: str, store: SqlStore) -> Closeout:
    return store.open_closeout(
        ProjectRef(text, text),
        name=text,
        url=text,
        delivered_at=NOON,
        closing_into=a_status(text),
        return_to=a_status(text),
        at=NOON,
        reason=text,
    )


def a_verdict_saying(text: str) -> Verdict:
    child = Verdict(text, text, Outcome.BLOCKED, text, (Need(text, text, text),), text, NOON, text)
    return Verdict("gate", text, Outcome.BLOCKED, text, children=(child,))


def key_of(text: str) -> str:
    return shortened(cleaned(text))


def encodable(text: str) -> str:
    """What JSON keeps of a text: all but lone surrogates."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def cleaned_fields(record: ActionRecord | Verification | Waiver) -> dict[str, object]:
    return {
        name: cleaned(value) if isinstance(value, str) else value
        for name, value in asdict(record).items()
    }
