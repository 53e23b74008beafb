"""Sections are found by the words of their headings."""

from __future__ import annotations

import pytest

from service.domain.postmortem import Section
from service.domain.reading.headings import section_named
from tests.domain.pages import read_page

S = Section


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("Context", S.CONTEXT),
        ("1. Project summary", S.CONTEXT),
        ("Background:", S.CONTEXT),
        ("Key metrics", S.CONTEXT),
        ("GROUND RULES", S.GROUND_RULES),
        ("What went well", S.WENT_WELL),
        ("✅ What went well?", S.WENT_WELL),
        ("3) What went really well (20 min)", S.WENT_WELL),
        ("Successes", S.WENT_WELL),
        ("What worked", S.WENT_WELL),
        ("What did not go well", S.DID_NOT_GO_WELL),
        ("What didn't go well", S.DID_NOT_GO_WELL),
        ("What didn’t go so well", S.DID_NOT_GO_WELL),
        ("What went wrong", S.DID_NOT_GO_WELL),
        ("What went less well", S.DID_NOT_GO_WELL),
        ("What did not work", S.DID_NOT_GO_WELL),
        ("What could have gone better", S.DID_NOT_GO_WELL),
        ("What could be improved", S.DID_NOT_GO_WELL),
        ("What went wrong and why", S.DID_NOT_GO_WELL),
        ("Not so well", S.DID_NOT_GO_WELL),
        ("Problems", S.DID_NOT_GO_WELL),
        ("Root causes", S.ROOT_CAUSES),
        ("Root cause analysis", S.ROOT_CAUSES),
        ("Root causes of what went wrong", S.ROOT_CAUSES),
        ("Five Whys", S.ROOT_CAUSES),
        ("Why it happened", S.ROOT_CAUSES),
        ("Actions", S.ACTIONS),
        ("Action items", S.ACTIONS),
        ("Corrective actions", S.ACTIONS),
        ("Next steps 🚀", S.ACTIONS),
        ("Follow-ups", S.ACTIONS),
        ("What we will change", S.ACTIONS),
        ("Lessons", S.LESSONS),
        ("Lessons learned", S.LESSONS),
        ("Key takeaways", S.LESSONS),
        ("Open questions", S.OPEN_QUESTIONS),
        ("Open issues", S.OPEN_QUESTIONS),
        ("Questions", S.OPEN_QUESTIONS),
        ("Remaining open points", S.OPEN_QUESTIONS),
        ("Appendix", None),
        ("Post-mortem: Nova", None),
        ("", None),
    ],
)
def test_a_heading_names_its_section(heading: str, section: Section | None) -> None:
    assert section == section_named(heading)[0]


def own(page: str) -> dict[Section, tuple[str, ...]]:
    return {section: text.own for section, text in read_page(page).sections.items()}


def test_order_and_level_do_not_matter() -> None:
    page = "# Actions\n\nNone\n\n#### Context\n\nc\n\n## What went well\n\nw\n"

    assert {S.ACTIONS: ("None",), S.CONTEXT: ("c",), S.WENT_WELL: ("w",)} == own(page)


def test_the_heading_is_kept_as_it_stands() -> None:
    assert "✅ What worked:" == read_page("## ✅ What worked:\n\na").sections[S.WENT_WELL].heading


def test_sections_below_a_title_are_sections() -> None:
    assert {S.LESSONS: ("a",)} == own("# Post-mortem: Open questions of Nova\n\n## Lessons\n\na")


def test_a_heading_below_a_heading_of_peoples_own_begins_no_section() -> None:
    page = read_page(
        "## What did not go well\n\n### Late data\n\n#### Root cause\n\nno checkpoint\n\n## Lessons\n\na"
    )

    expected = {S.DID_NOT_GO_WELL: ("Late data", "no checkpoint"), S.LESSONS: ("a",)}
    assert expected == {section: text.own for section, text in page.sections.items()}
    assert ["no checkpoint"] == [failing.cause for failing in page.failings]


def test_a_finding_that_has_the_words_of_a_section_stays_a_finding() -> None:
    page = read_page(
        "## What did not go well\n\n### Actions took too long\n\nWhy: a\n\n## Actions\n\nNone"
    )

    assert ["Actions took too long"] == [failing.text for failing in page.failings]


def test_a_section_one_level_lower_is_still_a_section() -> None:
    page = "## What did not go well\n\na\n\n### Root causes\n\nb\n\n### Actions\n\nNone"

    assert {S.DID_NOT_GO_WELL: ("a",), S.ROOT_CAUSES: ("b",), S.ACTIONS: ("None",)} == own(page)


def test_after_a_section_inside_of_another_the_outer_one_goes_on() -> None:
    page = "## What did not go well\n\na\n\n### Root causes\n\nb\n\n### Late data\n\nc"

    assert {S.DID_NOT_GO_WELL: ("a", "Late data", "c"), S.ROOT_CAUSES: ("b",)} == own(page)


def test_another_heading_ends_a_section() -> None:
    assert {S.WENT_WELL: ("a",)} == own("## What went well\n\na\n\n## Timeline\n\nb")


def test_a_lower_heading_belongs_to_its_section() -> None:
    assert {S.WENT_WELL: ("a", "Timeline", "b")} == own(
        "## What went well\n\na\n\n### Timeline\n\nb"
    )


def test_a_section_in_two_parts_is_one() -> None:
    page = "## Lessons\n\na\n\n## Context\n\nb\n\n## Lessons\n\nc"

    assert {S.LESSONS: ("a", "c"), S.CONTEXT: ("b",)} == own(page)


def test_a_line_in_bold_stands_for_a_heading_that_is_not_there() -> None:
    page = "## Context\n\na\n\n**What went well**\n\nb\n\n**Lessons:**\n\nc\n"

    assert {S.CONTEXT: ("a",), S.WENT_WELL: ("b",), S.LESSONS: ("c",)} == own(page)


def test_a_line_in_bold_does_not_compete_with_a_heading() -> None:
    page = "## What did not go well\n\n**Root cause**\n\na\n\n## Root causes\n\nb\n"

    assert ("b",) == own(page)[S.ROOT_CAUSES]


def test_sections_that_were_deleted_are_missing() -> None:
    page = read_page("## Actions\n\n## Lessons")

    assert (
        S.CONTEXT,
        S.GROUND_RULES,
        S.WENT_WELL,
        S.DID_NOT_GO_WELL,
        S.ROOT_CAUSES,
        S.OPEN_QUESTIONS,
    ) == page.missing
