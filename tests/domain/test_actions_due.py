from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.due_dates import due_of
from service.domain.words import day

TODAY = date(2027, 3, 19)


@pytest.mark.parametrize(
    "cell",
    [
        "2027-03-28",
        "28 Mar 2027",
        "Mar 28, 2027",
        "28 March 2027",
        "28.03.2027",
        "28.3.2027",
        "28th of March 2027",
        "28-Mar-2027",
        "28. März 2027",
        "by 28 Mar 2027",
        "Sun, 28 Mar 2027",
        "2027/03/28",
        "2027-03-28T00:00:00Z",
        " 2027-03-28. ",
    ],
)
def test_a_day_is_read_however_it_is_written(cell: str) -> None:
    due = due_of(cell, TODAY)

    assert date(2027, 3, 28) == due.on
    assert due.problem is None
    assert due.note is None


@pytest.mark.parametrize(
    ("cell", "on"),
    [
        ("end of Q2 2027", date(2027, 6, 30)),
        ("Q2 2027", date(2027, 6, 30)),
        ("2027 Q4", date(2027, 12, 31)),
        ("end of March 2027", date(2027, 3, 31)),
        ("Feb 2028", date(2028, 2, 29)),
        ("end of 2027", date(2027, 12, 31)),
        ("28/04/2027", date(2027, 4, 28)),
        ("04/28/2027", date(2027, 4, 28)),
        ("04/04/2027", date(2027, 4, 4)),
    ],
)
def test_a_coarse_day_is_resolved_and_shown(cell: str, on: date) -> None:
    due = due_of(cell, TODAY)

    assert on == due.on
    assert f"“{cell}” is read as {day(on)}." == due.note
    assert due.problem is None


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("28 March", "has no year: write 2027-03-28"),
        ("Mar 28", "has no year: write 2027-03-28"),
        ("12 March", "has no year: write 2028-03-12"),
        ("28.03.", "has no year: write 2027-03-28"),
        ("end of Q2", "has no year: write 2027-06-30"),
        ("29 Feb", "has no year: write 2028-02-29"),
        ("28.03.27", "has a short year: write 2027-03-28"),
        ("03/04/2027", "could be 3 Apr 2027 or 4 Mar 2027: write 2027-04-03 or 2027-03-04"),
        ("31 Feb 2027", "is no day of the calendar"),
        ("2027-13-01", "is no day of the calendar"),
        ("29.02.", "write 2028-02-29"),
        ("next week", "is not a day: write it like 2027-04-16"),
        ("asap", "is not a day: write it like 2027-04-16"),
        ("2027", "is not a day"),
        ("end of 0000", "is no day of the calendar"),
        ("", "No due date is written: write a day, for example 2027-04-16"),
        ("–", "No due date is written"),
    ],
)
def test_what_two_readers_could_read_as_two_days_is_refused_with_what_to_write(
    cell: str, said: str
) -> None:
    due = due_of(cell, TODAY)

    assert due.on is None
    assert said in (due.problem or "")


def test_a_past_day_is_refused_but_known() -> None:
    due = due_of("2027-03-18", TODAY)

    assert date(2027, 3, 18) == due.on
    assert due.past
    assert due.problem == "“2027-03-18” is past: write a day from 2027-03-19 on."


def test_today_is_no_past_day() -> None:
    assert due_of("2027-03-19", TODAY).problem is None


@given(st.text(max_size=40))
def test_any_cell_is_a_day_or_a_sentence(cell: str) -> None:
    due = due_of(cell, TODAY)

    assert (due.on is not None and due.on >= TODAY) or due.problem


@given(st.dates(min_value=TODAY, max_value=date(9998, 1, 1)))
def test_every_day_to_come_is_read_in_each_spelling(on: date) -> None:
    spellings = (on.isoformat(), day(on), f"{on.day}.{on.month}.{on.year}")

    assert {on} == {due_of(cell, TODAY).on for cell in spellings}
