"""Whatever stands on a page: reading never fails, and no row of an action is ever dropped."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from service import markdown
from service.domain.document import (
    Block,
    BulletList,
    Document,
    Heading,
    ListItem,
    Paragraph,
    Table,
    text,
)
from service.domain.postmortem import ACTION_COLUMNS, Section
from service.domain.reading import comparable, read_post_mortem
from service.template import own_lines
from tests.domain.pages import TEMPLATE, TODAY, fresh_page

LINES = (
    *(
        "# Actions",
        "## What did not go well",
        "## Root causes",
        "### Actions took too long",
        "**Lessons**",
    ),
    *(
        "- Late <- no data",
        "  - Why: a",
        "  - Root cause:",
        "    - b",
        "1. c",
        "1: d",
        "Session date: 1/1/26",
    ),
    *(
        "| Change | Owner | Due | Check |",
        "|---|---|---|---|",
        "| a | b | c | d |",
        "| a |",
        "",
        "---",
        "```",
    ),
    *(
        "Why?",
        "Because",
        "(root) x",
        "Issue 9: y",
        "None",
        "- [ ] e",
        "> f",
        "{{figures}}",
        "<br>",
        "\x00",
    ),
)
OWN = own_lines(TEMPLATE)

pages = st.one_of(
    st.text(),
    st.lists(st.sampled_from(LINES), max_size=25).map("\n".join),
    st.lists(st.sampled_from(fresh_page().splitlines()), max_size=40).map("\n".join),
)
cells = st.text(st.sampled_from("ab1 -|*\\é"), max_size=6)


@settings(max_examples=200)
@given(pages)
def test_any_page_can_be_read(page: str) -> None:
    read = read_post_mortem(markdown.read(page), OWN, TODAY)

    assert set(Section) == {*read.sections, *read.missing}
    assert list(range(1, len(read.failings) + 1)) == [failing.number for failing in read.failings]
    assert list(range(1, len(read.rows) + 1)) == [row.number for row in read.rows]
    assert all(failing.text for failing in read.failings)


@settings(max_examples=100)
@given(st.lists(st.lists(cells, min_size=1, max_size=7), max_size=6))
def test_every_filled_row_is_read_or_named(rows: list[list[str]]) -> None:
    table = Table(tuple(map(text, ACTION_COLUMNS)), tuple(tuple(map(text, row)) for row in rows))

    read = read_post_mortem(Document((Heading(2, text("Actions")), table)), OWN, TODAY)

    filled = [row for row in rows if any(map(comparable, row))]
    assert len(filled) == len(read.rows) + len(read.not_understood)


def test_a_page_nested_deeper_than_the_interpreter_is_read() -> None:
    block: Block = Paragraph(text("deep"))
    for level in range(3000):
        block = BulletList((ListItem(text(f"Why: {level}"), (block,)),))
    headings = [
        Heading(2, text(name)) for name in ("What did not go well", "Root causes", "Actions")
    ]

    read = read_post_mortem(
        Document(tuple(part for heading in headings for part in (heading, block))), OWN, TODAY
    )

    assert "deep" in read.sections[Section.DID_NOT_GO_WELL].own
    assert 1 == len(read.failings)
