"""The page as a whole: untouched, filled in, and as the tools rewrite it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from service import markdown
from service.domain.document import Document
from service.domain.postmortem import ActionRow, PostMortem, Section
from service.domain.reading import read_post_mortem
from tests.domain.pages import ACTION_HEADER, EMPTY_ROW, TODAY, fresh_page, read_page

SUCCESS = (
    "A quarter-hour call each week with the data lead of the client caught three faults early."
)
FAILING = "Accuracy was 12 points under target"
WHYS = (
    "the labels were noisy, which showed only in week four",
    "nobody looked at the data before the offer",
    "discovery has no such checkpoint",
)
CAUSE = "the discovery template was written for ordinary software"
ROW = (
    "Discovery template gains an audit of the data",
    "Sarah",
    "2027-03-28",
    "page version, read by the delivery lead",
)


def filled_in() -> str:
    """Fill in the page as people do: prompts left, deleted, answered behind or overwritten."""
    page = fresh_page()
    page = page.replace("**Session date:**", "**Session date:** 2026-11-26 10:00")
    page = page.replace(
        "- _Which result did the client", f"- {SUCCESS}\n- _Which result did the client"
    )
    start = page.index("- _What happened, in one sentence?_")
    end = page.index("_Where to look:_")
    failing = "\n".join(
        (f"- {FAILING}", *(f"  - Why: {why}" for why in WHYS), f"  - Root cause: {CAUSE}")
    )
    page = f"{page[:start]}{failing}\n\n{page[end:]}"
    page = page.replace("## Actions", f"1: {CAUSE}\n\n## Actions")
    page = page.replace(EMPTY_ROW, f"| {' | '.join(ROW)} |  |\n", 1)
    page = page.replace(
        "## Open questions", "Data is looked at before the offer.\n\n## Open questions"
    )
    return f"{page}\nNone\n"


def expected_of_filled_in(page: PostMortem) -> None:
    assert date(2026, 11, 26) == page.session_on
    assert (SUCCESS,) == page.successes
    assert [(1, FAILING, WHYS, CAUSE)] == [
        (f.number, f.text, f.whys, f.cause) for f in page.failings
    ]
    assert (CAUSE,) == page.root_causes
    assert (ActionRow(1, *ROW, ticket=""),) == page.rows
    assert ("Data is looked at before the offer.",) == page.sections[Section.LESSONS].own
    assert ("None",) == page.sections[Section.OPEN_QUESTIONS].own
    assert () == page.missing
    assert () == page.not_understood


def test_an_untouched_page_holds_nothing_of_peoples_own() -> None:
    page = read_page(fresh_page())

    assert dict.fromkeys(Section, ()) == {
        section: text.own for section, text in page.sections.items()
    }
    assert page.session_on is None
    assert page.session_text is None
    assert ((), (), (), (), ()) == (
        page.successes,
        page.failings,
        page.root_causes,
        page.rows,
        page.not_understood,
    )


def test_a_filled_page_reads_fully() -> None:
    expected_of_filled_in(read_page(filled_in()))


@pytest.mark.parametrize(
    "words",
    [
        *(
            "TBD",
            "tbd.",
            "...",
            "…",
            "-",
            "n/a",
            "N/A.",
            "?",
            "xxx",
            "XX",
            "todo",
            "To do:",
            "TBC later",
        ),
        *("to be defined", "fill in", "Lorem ipsum dolor sit amet, consectetur.", "- TBD\n- TBD"),
    ],
)
def test_a_placeholder_is_nothing_written(words: str) -> None:
    page = read_page(f"## Lessons\n\n{words}\n")

    assert () == page.sections[Section.LESSONS].own


@pytest.mark.parametrize(
    "words",
    ["none", "None.", "nothing", "No lessons", "not applicable", "TBD: who pays the licence?"],
)
def test_an_explicit_none_is_written(words: str) -> None:
    page = read_page(f"## Lessons\n\n{words}\n")

    assert (words,) == page.sections[Section.LESSONS].own


def _italics(page: str) -> str:
    return re.sub(r"(?m)(^|\s)_([^_\n]+)_$", r"\1*\2*", page)


def _bullets(page: str) -> str:
    return re.sub(r"(?m)^(\s*)- ", r"\1* ", page)


def _bracketed_links(page: str) -> str:
    return re.sub(r"\]\((https?://[^)]+)\)", r"](<\1>)", page)


def _collapsed(page: str) -> str:
    return re.sub(r"(?m)^\|.*$", lambda row: re.sub(r" *\| *", "|", row[0]), page)


def _padded(page: str) -> str:
    return re.sub(r"(?m)^\|.*$", lambda row: row[0].replace(" | ", "    |   "), page)


def _without_italics(page: str) -> str:
    return re.sub(r"(?m)(^|\s)_([^_\n]+)_$", r"\1\2", page)


def _smart(page: str) -> str:
    return page.replace("'", "’").replace('"No actions"', "“No actions”")


def _four_spaces(page: str) -> str:
    return re.sub(r"(?m)^  - ", "    - ", page)


def _loose(page: str) -> str:
    return re.sub(r"(?m)^(\s*- .*)$", r"\1\n", page)


def _no_headings_marks(page: str) -> str:
    return re.sub(r"(?m)^## (.*)$", r"### \1", page)


def _windows(page: str) -> str:
    return page.replace("\n", "\r\n")


REWRITINGS: dict[str, Callable[[str], str]] = {
    "italics with stars": _italics,
    "bullets with stars": _bullets,
    "links in angle brackets": _bracketed_links,
    "collapsed padding": _collapsed,
    "padded tables": _padded,
    "italics lost": _without_italics,
    "typographic quotes": _smart,
    "nested by four spaces": _four_spaces,
    "loose lists": _loose,
    "headings one level lower": _no_headings_marks,
    "line ends of another system": _windows,
}


@pytest.mark.parametrize("rewrite", REWRITINGS.values(), ids=REWRITINGS.keys())
def test_a_page_reads_the_same_however_a_tool_rewrites_it(rewrite: Callable[[str], str]) -> None:
    page = rewrite(filled_in())

    assert page != filled_in()
    expected_of_filled_in(read_page(page))


@pytest.mark.parametrize("rewrite", REWRITINGS.values(), ids=REWRITINGS.keys())
def test_an_untouched_page_stays_untouched_however_a_tool_rewrites_it(
    rewrite: Callable[[str], str],
) -> None:
    page = read_page(rewrite(fresh_page()))

    assert [()] * len(Section) == [text.own for text in page.sections.values()]


def test_all_rewritings_together_change_nothing() -> None:
    page = filled_in()
    for rewrite in REWRITINGS.values():
        page = rewrite(page)

    expected_of_filled_in(read_page(page))


def test_written_once_more_a_filled_page_reads_the_same() -> None:
    again = markdown.write(markdown.read(filled_in()))

    expected_of_filled_in(read_page(again))


def test_an_empty_page_misses_every_section() -> None:
    page = read_post_mortem(Document(()), frozenset(), TODAY)

    assert tuple(Section) == page.missing
    assert {} == page.sections


def test_an_answer_behind_its_prompt_is_peoples_and_the_prompt_is_not() -> None:
    page = read_page(
        fresh_page().replace(
            "thank or praise us for?_", "thank or praise us for?_ The dashboard, on 3 November."
        )
    )

    assert ("The dashboard, on 3 November.",) == page.sections[Section.WENT_WELL].own
    assert ("The dashboard, on 3 November.",) == page.successes


def test_an_answer_below_its_prompt_is_peoples() -> None:
    page = read_page(
        fresh_page().replace(
            "thank or praise us for?_",
            "thank or praise us for?_\n  - The dashboard, on 3 November.",
        )
    )

    assert ("The dashboard, on 3 November.",) == page.successes


def test_a_failing_written_into_the_prompts_reads_with_its_cause() -> None:
    page = read_page(
        fresh_page()
        .replace("in one sentence?_", "in one sentence?_ Launch was 12 days late.")
        .replace("directly led to it?_", "directly led to it?_ Data came in week four.")
        .replace("keeps it like that?_", "keeps it like that?_\n    - No checkpoint in discovery")
    )

    (failing,) = page.failings
    assert (
        "Launch was 12 days late.",
        ("Data came in week four.",),
        "No checkpoint in discovery",
    ) == (
        failing.text,
        failing.whys,
        failing.cause,
    )


def test_facts_filled_in_by_the_template_are_not_peoples_even_when_they_changed() -> None:
    page = read_page(fresh_page().replace("- Delivered: 20 Nov 2026", "- Delivered: 21 Nov 2026"))

    assert () == page.sections[Section.CONTEXT].own


def test_a_fact_added_to_the_context_is_peoples() -> None:
    page = read_page(
        fresh_page().replace("## Ground rules", "The client renewed.\n\n## Ground rules")
    )

    assert ("The client renewed.",) == page.sections[Section.CONTEXT].own


def test_a_line_that_begins_like_a_fact_is_peoples_outside_of_the_context() -> None:
    page = read_page("## What went well\n\n- Project plan held to the day\n")

    assert ("Project plan held to the day",) == page.successes


def test_rows_are_numbered_over_all_tables_of_the_page() -> None:
    row = "| Kickoff checklist asks for a sample | Marcus | 2027-03-01 | checklist page | OPS-7 |\n"
    page = read_page(
        f"{ACTION_HEADER}{row}\n## Actions\n\n{ACTION_HEADER}{row}{EMPTY_ROW}{row}\nMore:\n\n{ACTION_HEADER}{row}"
    )

    assert [1, 2, 3, 4] == [row.number for row in page.rows]
    assert {"OPS-7"} == {row.ticket for row in page.rows}
