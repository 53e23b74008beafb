"""Atlassian Document Format: whatever the words they stay words, and nothing people wrote is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service import markdown
from service.adf import normalised, read, write
from service.domain.document import (
    Block,
    BulletList,
    Code,
    Document,
    Heading,
    LineBreak,
    ListItem,
    Paragraph,
    Rule,
    Table,
    Text,
    text,
)
from service.domain.reading.lines import lines_of
from tests.test_markdown_property import blocks, documents, words

thorough = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

INLINE_ONLY = {"paragraph", "heading", "taskItem"}
CONTAINERS = (
    *("paragraph", "heading", "bulletList", "listItem", "taskList", "taskItem", "codeBlock"),
    *("table", "tableRow", "tableHeader", "tableCell", "expand", "panel", "novel"),
)


@thorough
@given(documents)
def test_what_is_written_reads_back_as_the_normal_form(document: Document) -> None:
    assert normalised(document) == read(write(document))


@thorough
@given(documents)
def test_the_normal_form_is_its_own_normal_form(document: Document) -> None:
    once = normalised(document)

    assert once == normalised(once)
    assert write(once) == write(document)


@thorough
@given(documents)
def test_a_page_says_the_same_lines_through_either_format(document: Document) -> None:
    through_markdown = markdown.read(markdown.write(document))

    assert normalised(through_markdown) == read(write(through_markdown))
    assert list(lines_of(normalised(through_markdown).blocks)) == list(
        lines_of(read(write(through_markdown)).blocks)
    )


@thorough
@given(documents)
def test_what_is_written_keeps_to_the_schema(document: Document) -> None:
    assert list(_offences(write(document))) == []


@thorough
@given(words)
def test_any_text_stays_one_paragraph_of_text(title: str) -> None:
    document = read(write(Document((Paragraph((Text(title),)),))))

    runs = [block.content for block in document.blocks if isinstance(block, Paragraph)]
    assert len(runs) == len(document.blocks) <= 1
    assert all(type(part) is Text for content in runs for part in content)


nodes = st.recursive(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(
                ["text", "mention", "date", "rule", "media", "novel", "inlineCard"]
            )
        },
        optional={"text": words, "attrs": st.dictionaries(words, words | st.none(), max_size=2)},
    ),
    lambda inner: st.fixed_dictionaries(
        {
            "type": st.sampled_from(CONTAINERS),
            "content": st.lists(inner, max_size=3) | st.just("no list"),
        },
        optional={"attrs": st.dictionaries(st.just("level"), st.integers() | words)},
    ),
    max_leaves=12,
)


@thorough
@given(st.lists(nodes, max_size=3))
def test_any_nodes_can_be_read(content: list[Any]) -> None:
    document = read({"type": "doc", "content": content})

    assert document == normalised(document)


@pytest.mark.parametrize("depth", [30, 200, 2000])
def test_however_deep_words_lie_they_are_read(depth: int) -> None:
    node: dict[str, Any] = _p("bottom")
    for _ in range(depth):
        node = {"type": "bulletList", "content": [{"type": "listItem", "content": [node]}]}

    document = read({"type": "doc", "content": [node]})

    assert ["bottom"] == list(lines_of(document.blocks))


def test_a_document_that_nests_too_deep_is_written_all_the_same() -> None:
    block: Block = Paragraph(text("bottom"))
    for _ in range(2000):
        block = BulletList((ListItem((), (block,)),))

    written = write(Document((block,)))

    assert ["bottom"] == list(lines_of(read(written).blocks))


def test_marks_are_written_around_their_words() -> None:
    runs = (Text("a", strong=True), Text("b", emphasis=True), Text("c", code=True))
    href = "https://acme.example/x"

    node = write(Document((Paragraph((*runs, Text("d", href=href))),)))

    assert [
        {"type": "text", "text": "a", "marks": [{"type": "strong"}]},
        {"type": "text", "text": "b", "marks": [{"type": "em"}]},
        {"type": "text", "text": "c", "marks": [{"type": "code"}]},
        {"type": "text", "text": "d", "marks": [{"type": "link", "attrs": {"href": href}}]},
    ] == node["content"][0]["content"]


def test_tasks_keep_their_state_and_what_is_nested_in_them() -> None:
    tasks = BulletList(
        (
            ListItem(
                text("outer"), (BulletList((ListItem(text("inner"), (), checked=False),)),), True
            ),
            ListItem(text("last"), (), checked=False),
        )
    )

    node = write(Document((tasks,)))

    (written,) = node["content"]
    assert ["taskItem", "taskList", "taskItem"] == [child["type"] for child in written["content"]]
    assert ["DONE", "TODO"] == [
        child["attrs"]["state"] for child in written["content"] if child["type"] == "taskItem"
    ]
    assert Document((tasks,)) == read(node)


def test_items_with_and_without_a_box_stay_one_list() -> None:
    mixed = BulletList(
        (ListItem(text("plain")), ListItem(text("boxed"), (), checked=True), ListItem(text("end")))
    )

    assert Document((mixed,)) == read(write(Document((mixed,))))


def test_people_dates_cards_and_lozenges_are_read_as_words() -> None:
    document = read(
        _doc(
            {
                "type": "paragraph",
                "content": [
                    {"type": "mention", "attrs": {"id": "1", "text": "@Ada Berg"}},
                    _t(" by "),
                    {"type": "date", "attrs": {"timestamp": "1796083200000"}},
                    _t(" "),
                    {"type": "status", "attrs": {"text": "DONE", "color": "green"}},
                    {"type": "emoji", "attrs": {"shortName": ":tada:", "text": "🎉"}},
                ],
            },
        )
    )

    assert Document((Paragraph(text("@Ada Berg by 2026-12-01 DONE🎉")),)) == document


@pytest.mark.parametrize(
    ("attrs", "expected"),
    [
        pytest.param({"id": "712020:a", "text": "@Ada Berg"}, "@Ada Berg", id="named"),
        pytest.param({"id": "712020:a", "text": ""}, "@Ada Berg", id="left out, but known"),
        pytest.param({"id": "712020:b"}, "@712020:b", id="left out and unknown"),
    ],
)
def test_a_mention_is_read_with_the_name_it_means(attrs: dict[str, str], expected: str) -> None:
    node = {"type": "paragraph", "content": [{"type": "mention", "attrs": attrs}]}

    document = read(_doc(node), {"712020:a": "Ada Berg"})

    assert Document((Paragraph(text(expected)),)) == document


@pytest.mark.parametrize("kind", ["inlineCard", "blockCard", "embedCard"])
def test_a_smart_link_is_a_link_with_its_address(kind: str) -> None:
    url = "https://acme.example/browse/OPS-12"

    document = read(_doc({"type": kind, "attrs": {"url": url}}))

    assert Document((Paragraph((Text(url, href=url),)),)) == document


def test_what_containers_hold_is_kept_in_order() -> None:
    document = read(
        _doc(
            {"type": "panel", "attrs": {"panelType": "info"}, "content": [_p("one")]},
            {"type": "expand", "attrs": {"title": "two"}, "content": [_p("three")]},
            {
                "type": "layoutSection",
                "content": [
                    {"type": "layoutColumn", "content": [_p("four")]},
                    {"type": "layoutColumn", "content": [_p("five")]},
                ],
            },
            {
                "type": "mediaSingle",
                "content": [{"type": "media", "attrs": {"url": "https://a.example/x.png"}}],
            },
            {"type": "somethingNew", "attrs": {"text": "six"}, "content": [_p("seven")]},
            {"type": "blockquote", "content": [_p("eight")]},
        )
    )

    assert ["one", "two", "three", "four", "five", "six", "seven", "eight"] == list(
        lines_of(document.blocks)
    )


def test_the_macro_that_shows_an_issue_is_read_as_its_key() -> None:
    parameters = {"macroParams": {"key": {"value": "OPS-12"}}}

    document = read(
        _doc({"type": "extension", "attrs": {"extensionKey": "jira", "parameters": parameters}})
    )

    assert ["OPS-12"] == list(lines_of(document.blocks))


def test_paragraphs_in_one_cell_are_lines_of_the_cell() -> None:
    document = read(_doc(_table([_h("Owner")], [_c(_p("Ada"), _bullets("Ben", "Dev"))])))

    cell = (*text("Ada"), LineBreak(), *text("Ben"), LineBreak(), *text("Dev"))
    assert Document((Table((text("Owner"),), ((cell,),)),)) == document


def test_a_table_without_a_header_row_leaves_it_empty() -> None:
    document = read(_doc(_table([_h("Change"), _c(_p("a"))], [_h("Owner"), _c(_p("b"))])))

    rows = ((text("Change"), text("a")), (text("Owner"), text("b")))
    assert Document((Table(((), ()), rows),)) == document


def test_a_cell_merged_over_rows_counts_in_each_of_them() -> None:
    wide = {**_c(_p("both")), "attrs": {"colspan": 2}}
    tall = {**_c(_p("Ada")), "attrs": {"rowspan": 2}}

    document = read(
        _doc(
            _table(
                [_h("Change"), _h("Owner"), _h("Due")],
                [_c(_p("a")), tall, _c(_p("x"))],
                [_c(_p("b")), _c(_p("y"))],
                [wide, _c(_p("z"))],
            )
        )
    )

    (table,) = document.blocks
    assert isinstance(table, Table)
    assert (
        (text("a"), text("Ada"), text("x")),
        (text("b"), text("Ada"), text("y")),
        (text("both"), (), text("z")),
    ) == table.rows


def test_preformatted_text_keeps_its_lines() -> None:
    document = read(_doc({"type": "codeBlock", "content": [_t("a\n  b")]}))

    assert Document((Code("a\n  b"),)) == document


def test_nothing_is_an_empty_document() -> None:
    assert Document(()) == read(None)
    assert Document(()) == read(write(Document(())))


@thorough
@given(st.lists(blocks, max_size=2))
def test_no_block_below_a_bullet_is_one_that_editors_refuse(children: list[Block]) -> None:
    document = normalised(Document((BulletList((ListItem(text("a"), tuple(children)),)),)))

    below = document.blocks[0]
    assert isinstance(below, BulletList)
    assert not any(isinstance(b, Heading | Table | Rule) for b in below.items[0].children)


def _offences(node: dict[str, Any]) -> Iterator[str]:
    """Name what the published schema refuses: the few rules that our nodes could break."""
    kind, content = node["type"], node.get("content", [])
    kinds = {child["type"] for child in content}
    if kind == "text" and not node["text"]:
        yield "an empty text"
    marks = [mark["type"] for mark in node.get("marks", [])]
    if "code" in marks and set(marks) - {"code", "link"}:
        yield f"code that is {marks}"
    if kind == "listItem":
        if not content or content[0]["type"] not in {"paragraph", "codeBlock"}:
            yield "an item that begins with something else than words"
        allowed = {"paragraph", "bulletList", "orderedList", "taskList", "codeBlock"}
        yield from (f"{one} in an item" for one in kinds - allowed)
    if kind in INLINE_ONLY:
        yield from (f"{one} in {kind}" for one in kinds - {"text", "hardBreak"})
    if kind == "taskList" and (kinds - {"taskItem", "taskList"} or not content):
        yield f"{kinds} in a list of tasks"
    if kind in {"tableCell", "tableHeader", "tableRow", "bulletList", "orderedList"}:
        yield from [f"an empty {kind}"] * (not content)
    for child in content:
        yield from _offences(child)


def _doc(*content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": list(content)}


def _t(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def _p(words: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [_t(words)]}


def _bullets(*lines: str) -> dict[str, Any]:
    items = [{"type": "listItem", "content": [_p(line)]} for line in lines]
    return {"type": "bulletList", "content": items}


def _h(words: str) -> dict[str, Any]:
    return {"type": "tableHeader", "content": [_p(words)]}


def _c(*content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "tableCell", "content": list(content)}


def _table(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "table", "content": [{"type": "tableRow", "content": row} for row in rows]}
