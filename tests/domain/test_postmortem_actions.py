"""Rows of actions wherever people put them; what cannot be read is named, never dropped."""

from __future__ import annotations

import pytest

from service.domain.postmortem import ActionRow
from tests.domain.pages import ACTION_HEADER, EMPTY_ROW, below, fresh_page, read_page

AUDIT = ActionRow(1, "Audit step in discovery", "Sarah", "2027-03-28", "page version", "OPS-1")
CELLS = (AUDIT.change, AUDIT.owner, AUDIT.due, AUDIT.check, AUDIT.ticket)


def a_table(header: str, *rows: str) -> str:
    """Write a table; cells are parted by commas."""
    lines = [line.replace(",", " |") for line in (header, *rows)]
    rule = "---|" * len(header.split(","))
    return "\n".join((f"| {lines[0]} |", f"|{rule}", *(f"| {line} |" for line in lines[1:])))


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Change, Owner, Due, How it is verified, Ticket", "{0}, {1}, {2}, {3}, {4}"),
        ("Ticket, Due, Owner, How it is verified, Change", "{4}, {2}, {1}, {3}, {0}"),
        ("Action, Who, When, Verification, Link", "{0}, {1}, {2}, {3}, {4}"),
        ("What, Responsible, Deadline, Proof, Issue", "{0}, {1}, {2}, {3}, {4}"),
        ("ACTION ITEM, ASSIGNEE, DUE DATE, CHECK, TICKETS", "{0}, {1}, {2}, {3}, {4}"),
        ("#, Change, Owner, Due, How it is verified, Ticket", "1, {0}, {1}, {2}, {3}, {4}"),
        (
            "Change, Cause, Owner, Priority, Due, How it is verified, Ticket",
            "{0}, 1, {1}, high, {2}, {3}, {4}",
        ),
        (
            "Change, Owner, Due, How it is verified, Verified by, Ticket",
            "{0}, {1}, {2}, {3}, Lee, {4}",
        ),
        (
            "Change, Owner, Due, Done on, How it is verified, Status, Ticket",
            "{0}, {1}, {2}, -, {3}, open, {4}",
        ),
        (
            "What changes?, Who does it?, By when?, How do we check it?, Tracked in",
            "{0}, {1}, {2}, {3}, {4}",
        ),
        ("**Change**, _Owner_, `Due`, How is it verified?, Ticket:", "{0}, {1}, {2}, {3}, {4}"),
        ("Agreed change, Action owner, Due by, Evidence, Ticket link", "{0}, {1}, {2}, {3}, {4}"),
        ("Task, Person, Date, Definition of done, Ticket", "{0}, {1}, {2}, {3}, {4}"),
        (
            "Owner, Change, Due, Who verifies, How it is verified, Ticket",
            "{1}, {0}, {2}, Lee, {3}, {4}",
        ),
    ],
)
def test_columns_are_found_by_their_words_wherever_they_stand(header: str, row: str) -> None:
    page = read_page(below("Actions", a_table(header, row.format(*CELLS))))

    assert (AUDIT,) == page.rows
    assert () == page.not_understood


def test_a_header_in_the_first_row_is_a_header() -> None:
    page = read_page(
        below("Actions", a_table(" , , , ", "Change, Owner, Due, Verification", "a, b, c, d"))
    )

    assert (ActionRow(1, "a", "b", "c", "d", ""),) == page.rows


def test_a_table_without_a_ticket_column_has_empty_tickets() -> None:
    page = read_page(below("Actions", a_table("Change, Owner, Due, Check", "a, b, c, d")))

    assert (ActionRow(1, "a", "b", "c", "d", ""),) == page.rows


def test_a_row_with_empty_cells_is_read_with_empty_cells() -> None:
    page = read_page(below("Actions", f"{ACTION_HEADER}| Audit step |  | soon |  |  |\n"))

    assert (ActionRow(1, "Audit step", "", "soon", "", ""),) == page.rows


@pytest.mark.parametrize(
    "row", [EMPTY_ROW, "| - | – | … | ? | |\n", "|||||\n", "| **  ** | | | | |\n"]
)
def test_a_row_without_words_is_ignored(row: str) -> None:
    page = read_page(below("Actions", ACTION_HEADER + row))

    assert ((), ()) == (page.rows, page.not_understood)


def test_a_row_with_nothing_but_its_number_is_ignored() -> None:
    page = read_page(
        below("Actions", a_table("#, Change, Owner, Due, Check", "1, , , , ", "2, , , , "))
    )

    assert ((), ()) == (page.rows, page.not_understood)


def test_links_and_mentions_read_as_their_words() -> None:
    ticket = "[OPS-1](<https://t.example/OPS-1>)"
    row = f"| **Audit** `step` | @sarah | 2027-03-28 | [page](https://w.example/1) | {ticket} |\n"

    page = read_page(below("Actions", ACTION_HEADER + row))

    assert (ActionRow(1, "Audit step", "@sarah", "2027-03-28", "page", "OPS-1"),) == page.rows


def test_a_pipe_inside_of_a_cell_stays_in_its_cell() -> None:
    page = read_page(below("Actions", ACTION_HEADER + r"| a \| b | Sarah | c | d | e |"))

    assert (ActionRow(1, "a | b", "Sarah", "c", "d", "e"),) == page.rows


def test_a_table_below_a_bullet_is_read() -> None:
    table = "\n".join(
        f"  {line}" for line in (ACTION_HEADER + "| a | b | c | d | e |").splitlines()
    )

    page = read_page(below("Actions", f"- Ours:\n\n{table}"))

    assert (ActionRow(1, "a", "b", "c", "d", "e"),) == page.rows


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("| Audit step | Sarah | 2027-03-28 |", "has 3 cells where the header has 5"),
        (
            "| Audit step | Sarah | 2027-03-28 | page | OPS-1 | more |",
            "has 6 cells where the header has 5",
        ),
        ("| Audit step", "has 1 cell where the header has 5"),
    ],
)
def test_a_row_of_another_length_is_named_with_its_reason(row: str, reason: str) -> None:
    page = read_page(below("Actions", f"{ACTION_HEADER}{row}\n"))

    (named,) = page.not_understood
    assert () == page.rows
    assert "“Audit step" in named
    assert reason in named


def test_empty_cells_beyond_the_header_are_no_fault() -> None:
    page = read_page(below("Actions", f"{ACTION_HEADER}| a | b | c | d | e |  |  |\n"))

    assert (ActionRow(1, "a", "b", "c", "d", "e"),) == page.rows


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ("Change, Owner, Due", "the column “How it is verified”"),
        ("Change, Status", "the columns “Owner”, “Due” and “How it is verified”"),
        ("Idea, Impact, Effort", "the columns “Change”, “Owner”, “Due” and “How it is verified”"),
    ],
)
def test_a_table_that_lacks_columns_has_each_filled_row_named(header: str, missing: str) -> None:
    cells = ", ".join(["Audit step"] + ["x"] * header.count(","))
    empty = ", " * header.count(",")

    page = read_page(below("Actions", a_table(header, cells, empty, cells)))

    assert () == page.rows
    assert 2 == len(page.not_understood)
    assert all(missing in named and "“Audit step" in named for named in page.not_understood)


@pytest.mark.parametrize(
    "line",
    [
        "- Change the discovery template — owner Sarah — due 2027-03-28",
        "* [ ] Audit step, Sarah, end of March",
        "- [X] Audit step",
        "1. Audit step in discovery",
        "Audit step. Owner: Sarah. Due: 2027-03-28",
        "Audit step – Sarah – March",
        "Sarah adds the audit step by 2027-03-28",
        "| Audit step | Sarah | 2027-03-28 | page |",
        "### Audit step\n\nOwner: Sarah",
    ],
)
def test_an_action_outside_of_a_table_is_named_and_told_how_to_write_it(line: str) -> None:
    page = read_page(below("Actions", line))

    (named,) = page.not_understood
    assert () == page.rows
    assert "write it as a row of the actions table" in named
    assert "Change | Owner | Due | How it is verified | Ticket" in named


@pytest.mark.parametrize(
    "line",
    [
        "No actions",
        "- None",
        "No actions: nothing has to change.",
        "- No actions because everything went to plan",
        "Nothing needs to change.",
        "We talked about this for an hour.",
    ],
)
def test_other_words_among_the_actions_are_left_alone(line: str) -> None:
    page = read_page(below("Actions", line))

    assert () == page.not_understood
    assert 1 == sum(len(section.own) for section in page.sections.values())


@pytest.mark.parametrize("cell", ["No actions", "None", "No actions: all went to plan"])
def test_a_row_that_says_there_is_no_action_is_none(cell: str) -> None:
    page = read_page(below("Actions", f"{ACTION_HEADER}| {cell} |  |  |  |  |\n"))

    assert ((), ()) == (page.rows, page.not_understood)
    assert 1 == sum(len(section.own) for section in page.sections.values())


@pytest.mark.parametrize("line", ["- TBD", "TODO", "- n/a"])
def test_a_placeholder_among_the_actions_is_no_action(line: str) -> None:
    assert () == read_page(below("Actions", line)).not_understood


def test_the_details_below_an_action_in_a_list_are_named_with_it_once() -> None:
    page = read_page(below("Actions", "- Audit step\n  - owner Sarah\n  - due 2027-03-28"))

    assert 1 == len(page.not_understood)


def test_an_actions_table_that_was_moved_to_another_section_is_read() -> None:
    page = read_page(below("Lessons", f"{ACTION_HEADER}| a | b | c | d | e |\n"))

    assert (ActionRow(1, "a", "b", "c", "d", "e"),) == page.rows


def test_other_tables_of_the_page_are_no_actions() -> None:
    page = read_page(fresh_page() + "\n| When | What happened |\n|---|---|\n| 3 Nov | outage |\n")

    assert ((), ()) == (page.rows, page.not_understood)
