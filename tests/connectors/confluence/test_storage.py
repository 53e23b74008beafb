"""Whatever the words, storage format keeps them words: properties over all documents and strings."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.confluence.mapping import parsing, reading, storage
from service.domain.document import (
    Block,
    BulletList,
    Code,
    Document,
    Heading,
    Inline,
    LineBreak,
    ListItem,
    Paragraph,
    Rule,
    Table,
    Text,
    text,
)

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

MARKER = "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d"

#: Pieces that mean something to XML, HTML or Confluence, mixed with any text.
HOSTILE = (
    *("<", ">", "&", "&amp;", "&nbsp;", "&#60;", "&lt;b&gt;", '"', "'", "]]>", "<![CDATA[", "-->"),
    *("<b>", "</p>", "<br />", "<!-- x -->", "<!DOCTYPE x>", "<?php ?>", "&x;", "<script>", "%x;"),
    *("<ac:link>", '<ac:structured-macro ac:name="html">', "<ri:user />", "{html}", "[~ada]", "@"),
    *("\x00", "\x0b", "\x0c", "\x1f", "\x85", "\ufffe", "\ufdd0", "\ud800", "\U0001f600", "\u2028"),
    *("\n", "\r\n", "\r", "\t", " ", "\u00a0", "a", "9", "é", "closeout-"),
)
words = st.one_of(
    st.text(max_size=12),
    st.lists(st.sampled_from(HOSTILE), max_size=6).map("".join),
    st.text(st.characters(categories=["Cs", "Cc", "Zs", "Po", "Ll"]), max_size=6),
)
addresses = st.one_of(st.none(), words, words.map(lambda end: f"https://a.example/{end}"))
runs: SearchStrategy[Inline] = st.one_of(
    st.builds(Text, words),
    st.builds(Text, words, st.booleans(), st.booleans(), st.booleans(), addresses),
    st.just(LineBreak()),
)
contents = st.lists(runs, max_size=5).map(tuple)
leaves: SearchStrategy[Block] = st.one_of(
    st.builds(Paragraph, contents),
    st.builds(Heading, st.integers(-1, 9), contents),
    st.builds(Code, words),
    st.just(Rule()),
    st.builds(
        Table,
        st.lists(contents, max_size=3).map(tuple),
        st.lists(st.lists(contents, max_size=4).map(tuple), max_size=3).map(tuple),
    ),
)


def _lists(blocks: SearchStrategy[Block]) -> SearchStrategy[Block]:
    boxes = st.sampled_from((None, None, True, False))
    items = st.builds(ListItem, contents, st.lists(blocks, max_size=3).map(tuple), boxes)
    return st.builds(BulletList, st.lists(items, max_size=3).map(tuple), st.booleans())


blocks = st.recursive(leaves, _lists, max_leaves=8)
documents = st.lists(blocks, max_size=4).map(tuple).map(Document)

thorough = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@thorough
@given(documents)
def test_what_is_written_reads_back_as_the_normal_form(document: Document) -> None:
    written = storage.write(document, MARKER)

    assert storage.normalised(document) == reading.read(parsing.parse(written))


@thorough
@given(words)
def test_any_text_leaves_the_skeleton_as_it_is(title: str) -> None:
    plain = parsing.parse(storage.write(_page("x"), MARKER))

    hostile = parsing.parse(storage.write(_page(f"x{title}x"), MARKER))

    assert _skeleton(plain) == _skeleton(hostile)


@thorough
@given(documents)
def test_only_elements_and_attributes_from_the_list_are_written(document: Document) -> None:
    root = parsing.parse(storage.write(document, MARKER))

    for element in (one for one in root.iter() if one is not root):
        allowed = storage.ELEMENTS[parsing.name(element)]
        assert {key.replace("{", "").replace("}", ":") for key in element.attrib} <= allowed


@thorough
@given(documents)
def test_only_web_addresses_become_links(document: Document) -> None:
    root = parsing.parse(storage.write(document))

    for element in root.iter("a"):
        assert str(element.get("href")).lower().startswith(("http://", "https://"))


@thorough
@given(documents)
def test_only_the_page_made_with_a_marker_bears_it(document: Document) -> None:
    made = parsing.anchors(parsing.parse(storage.write(document, MARKER)))
    other = parsing.anchors(parsing.parse(storage.write(document)))

    assert [True] == [storage.is_mark(one, MARKER) for one in made]
    assert () == other


def test_an_element_that_is_not_on_the_list_is_refused() -> None:
    with pytest.raises(ValueError, match="not an element we write: script"):
        storage.Node("script", ("alert(1)",))


def test_an_attribute_that_is_not_on_the_list_is_refused() -> None:
    with pytest.raises(ValueError, match="onclick"):
        storage.Node("p", ("x",), (("onclick", "alert(1)"),))


def test_a_page_is_written_in_the_elements_confluence_documents() -> None:
    document = Document(
        (
            Heading(2, text("Actions")),
            Table(
                (text("Change"), text("Owner")),
                ((text(Text("Add alert", strong=True)), text("Ada <Berg>")),),
            ),
            BulletList((ListItem(text("one")), ListItem(text("done"), (), checked=True))),
            Code("a ]]> b"),
        )
    )

    assert (
        "<h2>Actions</h2>"
        "<table><tbody><tr><th><p>Change</p></th><th><p>Owner</p></th></tr>"
        "<tr><td><p><strong>Add alert</strong></p></td><td><p>Ada &lt;Berg&gt;</p></td></tr>"
        "</tbody></table>"
        "<ul><li><p>one</p></li></ul>"
        "<ac:task-list><ac:task><ac:task-id>1</ac:task-id>"
        "<ac:task-status>complete</ac:task-status><ac:task-body>done</ac:task-body></ac:task>"
        "</ac:task-list>"
        '<ac:structured-macro ac:name="code" ac:schema-version="1">'
        "<ac:plain-text-body><![CDATA[a ]]]]><![CDATA[> b]]></ac:plain-text-body>"
        "</ac:structured-macro>"
        '<p><ac:structured-macro ac:name="anchor" ac:schema-version="1">'
        f'<ac:parameter ac:name="">closeout-{MARKER}</ac:parameter></ac:structured-macro></p>'
    ) == storage.write(document, MARKER)


def _page(title: str) -> Document:
    """A page with a text in every place that a text can have."""
    styled = Text(title, strong=True, emphasis=True, href="https://a.example/x")
    return Document(
        (
            Heading(1, text(title)),
            Paragraph(text("a ", styled, " b")),
            BulletList((ListItem(text(title), (Paragraph(text(title)),)),)),
            BulletList((ListItem(text(title), (), checked=True),)),
            Table((text(title),), ((text(title),),)),
            Code(title),
        )
    )


def _skeleton(element: Element) -> tuple[object, ...]:
    """The elements within one another, without their text."""
    return (element.tag, sorted(element.attrib), *map(_skeleton, element))
