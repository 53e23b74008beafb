from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.domain.actions import Pairing, pair, resolve
from service.domain.closeout import ActionRecord
from service.domain.postmortem import ActionRow
from tests.domain.gate_builders import CHANGES, ENGLISH, OWNERS, PEOPLE, TODAY, a_record, a_row

RECORDS = tuple(a_record(number, due_on=TODAY + timedelta(days=number)) for number in (1, 2, 3, 4))
ROWS = tuple(a_row(record.number, due=record.due_on.isoformat()) for record in RECORDS)


def paired(rows: tuple[ActionRow, ...], records: tuple[ActionRecord, ...] = RECORDS) -> Pairing:
    actions = resolve(rows, PEOPLE, frozenset(), TODAY, ENGLISH, records=records)
    return pair(actions, records)


def matches(pairing: Pairing) -> dict[str, str]:
    return {record.id: action.row.change for action, record in pairing.matched}


def test_untouched_rows_are_the_kept_actions() -> None:
    pairing = paired(ROWS)

    assert {record.id: record.change for record in RECORDS} == matches(pairing)
    assert pairing.fresh == ()
    assert pairing.gone == ()


def test_the_ticket_in_the_row_beats_every_wording() -> None:
    swapped = (
        replace(ROWS[0], change=CHANGES[1], ticket="OPS-1"),
        replace(ROWS[1], change=CHANGES[0], ticket="see https://tracker.example/OPS-2 please"),
        *ROWS[2:],
    )

    pairing = paired(swapped)

    assert CHANGES[1] == matches(pairing)["a-1"]
    assert CHANGES[0] == matches(pairing)["a-2"]


def test_a_ticket_key_is_a_whole_word() -> None:
    rows = (a_row(1, change="Rollback script is rehearsed", owner="Kim", ticket="OPS-12"),)

    pairing = paired(rows, (RECORDS[0],))

    assert (RECORDS[0],) == pairing.gone


def test_words_differ_only_in_case_accents_and_punctuation() -> None:
    rows = (replace(ROWS[0], change=f"  {CHANGES[0].upper()}.", owner="Lee", due="2027-12-01"),)

    assert [record.id for _, record in paired(rows).matched] == ["a-1"]


def test_a_wholly_reworded_row_is_known_by_its_owner_and_day() -> None:
    rows = (replace(ROWS[0], change="Zz qq"), *ROWS[1:])

    pairing = paired(rows)

    assert matches(pairing)["a-1"] == "Zz qq"
    assert pairing.fresh == ()


def test_owner_and_day_do_not_decide_between_two_rows() -> None:
    rows = tuple(
        a_row(number, change=change, owner="Sara", due=RECORDS[0].due_on.isoformat())
        for number, change in ((1, "Zz qq"), (2, "Yy ww"))
    )

    pairing = paired(rows, (RECORDS[0],))

    assert len(pairing.fresh) == 2
    assert (RECORDS[0],) == pairing.gone


def test_a_new_row_is_fresh_and_a_deleted_one_gone() -> None:
    new = a_row(4, change="Rollback script is rehearsed before launch", owner="Kim")

    pairing = paired((*ROWS[:3], new))

    assert [new.change] == [action.row.change for action in pairing.fresh]
    assert (RECORDS[3],) == pairing.gone


def test_the_most_alike_pair_is_taken_first() -> None:
    records = (
        a_record(1, change="Kickoff checklist asks for a data sample of 100 rows"),
        a_record(2, change="Kickoff checklist asks for a data sample of 900 rows, signed"),
    )
    rows = (
        a_row(1, change="Kickoff checklist asks for a data sample of 900 rows, all signed"),
        a_row(2, change="Kickoff checklist asks for a data sample of 100 row"),
    )

    pairing = paired(rows, records)

    assert {"a-2": rows[0].change, "a-1": rows[1].change} == matches(pairing)


def renumbered(rows: list[ActionRow]) -> tuple[ActionRow, ...]:
    return tuple(replace(row, number=number) for number, row in enumerate(rows, 1))


@st.composite
def edited_pages(draw: st.DrawFn) -> tuple[ActionRow, ...]:
    """The same actions, moved about; each reworded, or its owner and day changed, or both with
    the ticket still in the row."""
    rows = []
    for row in draw(st.permutations(ROWS)):
        how = draw(st.sampled_from(("nothing", "words", "prefix", "owner and day", "all")))
        if how == "words":
            row = replace(row, change=draw(st.text(max_size=60)))  # noqa: PLW2901
        elif how == "prefix":
            extra = draw(st.text(alphabet="abc ", max_size=12))
            row = replace(row, change=f"{row.change} {extra}", owner="")  # noqa: PLW2901
        elif how == "owner and day":
            row = replace(row, owner=draw(st.sampled_from(OWNERS)).name, due="")  # noqa: PLW2901
        elif how == "all":
            row = replace(  # noqa: PLW2901
                row, change=draw(st.text(max_size=60)), owner="", due="", ticket=_ticket_of(row)
            )
        rows.append(row)
    return renumbered(rows)


def _ticket_of(row: ActionRow) -> str:
    return next(f"OPS-{record.number}" for record in RECORDS if record.change == row.change)


@given(edited_pages())
def test_rewording_and_moving_rows_never_makes_a_second_ticket(rows: tuple[ActionRow, ...]) -> None:
    pairing = paired(rows)

    assert pairing.fresh == ()
    assert pairing.gone == ()


@given(edited_pages(), st.randoms(use_true_random=False))
def test_pairing_is_one_to_one_and_the_same_in_any_order(
    rows: tuple[ActionRow, ...], rng: object
) -> None:
    actions = list(resolve(rows, PEOPLE, frozenset(), TODAY, ENGLISH, records=RECORDS))
    records = list(RECORDS)
    expected = {(a.row.number, r.id) for a, r in pair(actions, records).matched}

    rng.shuffle(actions)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    rng.shuffle(records)  # type: ignore[attr-defined]  # the same
    again = pair(actions, records).matched

    assert expected == {(a.row.number, r.id) for a, r in again}
    assert len(again) == len({record.id for _, record in again})
