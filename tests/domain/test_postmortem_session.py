"""The day of the session, wherever and however it is written."""

from __future__ import annotations

from datetime import date

import pytest

from tests.domain.pages import fresh_page, read_page

DAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    "text",
    [
        "Session date: 2026-11-26",
        "Session date: 2026-11-26 10:00",
        "Session date: 2026-11-26T10:00:00Z",
        "**Session date:** 2026-11-26",
        "**Session date**: 2026-11-26",
        "Session date 2026-11-26",
        "session date - Thursday, 26 November 2026, 10:00-11:30, room 3",
        "- Session date: 26 Nov 2026",
        "* **Session date:** Nov 26, 2026",
        "Session date: November 26th 2026",
        "Session date: 26th of November 2026",
        "Session date: 26.11.2026",
        "Session date: 26. 11. 2026",
        "Session date: 2026/11/26",
        "Session date: 26/11/2026",
        "Session date: 11/26/2026",
        "Session date: `2026-11-26`",
        "Session date: [2026-11-26](https://calendar.example/1)",
        "Date of the session: 2026-11-26",
        "Session held on 2026-11-26",
        "**Session date:**\n2026-11-26",
        "**Session date:**\n\n26 Nov 2026",
        "| Session date | 2026-11-26 |\n|---|---|\n| Room | 3 |",
        "| What | Value |\n|---|---|\n| Session date | 2026-11-26 |",
        "| Session date | Room |\n|---|---|\n| 2026-11-26 | 3 |",
        "Facilitator: Dana\nSession date: 2026-11-26\nRoom: 3",
        "Session date: 2026-11-26\n\nSession date: 26 Nov 2026",
        "Session date: 2026-11-26\n\n**Session date:**",
    ],
)
def test_a_day_is_read_in_every_unambiguous_form(text: str) -> None:
    page = read_page(f"## Context\n\n{text}\n")

    assert (DAY, None) == (page.session_on, page.session_text)


@pytest.mark.parametrize(
    "value",
    [
        "05/06/2026",
        "26 Nov",
        "26.11.26",
        "next Thursday",
        "TBD",
        "2026-13-45",
        "31 Feb 2026",
        "2026-11-20 or 2026-11-26",
        "2026-11-20, 2026-11-26",
        "was planned for 2026-11-26, cancelled",
        "not before 2026-11-26",
        "2026-11-26?",
        "2062-11-26",
        "Q4 2026",
        "99999-11-26",
    ],
)
def test_what_is_no_single_sure_day_is_kept_as_text(value: str) -> None:
    page = read_page(f"Session date: {value}")

    assert (None, value) == (page.session_on, page.session_text)


def test_two_lines_that_disagree_are_kept_as_text() -> None:
    page = read_page("Session date: 2026-11-20\n\nSession date: 2026-11-26")

    assert (None, "2026-11-20; 2026-11-26") == (page.session_on, page.session_text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Session date:",
        "**Session date:**",
        "Session date: —",
        "Session date: ___",
        "Proposed for the session: 2026-11-26",
    ],
)
def test_an_empty_line_names_no_session(text: str) -> None:
    page = read_page(f"## Context\n\n{text}\n\nDelivered: 2026-11-20\n")

    assert (None, None) == (page.session_on, page.session_text)


def test_the_proposed_days_of_the_template_are_no_session() -> None:
    page = read_page(fresh_page())

    assert (None, None) == (page.session_on, page.session_text)


def test_the_dates_in_the_figures_below_an_empty_line_are_no_session() -> None:
    figures = (
        "| Figure | Planned | Actual |\n|---|---|---|\n| Actual finish | 2026-11-11 | 2026-11-16 |"
    )

    page = read_page(f"## Context\n\n**Session date:**\n\n{figures}\n")

    assert (None, None) == (page.session_on, page.session_text)
