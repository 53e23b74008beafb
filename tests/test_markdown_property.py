"""Whatever the words, Markdown keeps them words: properties over all documents and strings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
    plain,
)
from service.markdown import normalised, read, write

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

#: Pieces that mean something to Markdown, HTML, chat tools or databases, mixed with any text.
HOSTILE = (
    *("*", "**", "_", "__", "~~", "`", "```", "~~~", "[", "](", ")", "![", "<", ">", "&", "&amp;"),
    *(
        "#",
        "# ",
        "- ",
        "+ ",
        "1. ",
        "1) ",
        "* ",
        "> ",
        "---",
        "===",
        "|",
        "\\|",
        ":--",
        "[ ] ",
        "[x] ",
    ),
    *("\\", "\\\\", "\n", "\r\n", "\n\n", "  \n", "\t", "    ", " ", "\u00a0", "\u2028", "\u2060"),
    *(
        "\x00",
        "\ud800",
        "\udfff",
        "\ufffe",
        "\x1b",
        "\x85",
        "@",
        "@everyone",
        "<!here>",
        "a",
        "9",
        "é",
    ),
    *(
        "<b>",
        "<!-- x -->",
        "<br>",
        "<script>",
        "https://a.example/x",
        "<https://a.example>",
        "{{figures}}",
    ),
    *("!", "[a]: http://a.example", "$x$", ":smile:", "&#42;", "Why: "),
)
words = st.one_of(
    st.text(max_size=12),
    st.lists(st.sampled_from(HOSTILE), max_size=6).map("".join),
    st.text(st.characters(categories=["Cs", "Cc", "Zs", "Po", "Ll"]), max_size=6),
)
addresses = st.one_of(
    st.none(),
    words,
    words.map(lambda end: f"https://a.example/{end}"),
)
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

thorough = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


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
@given(words)
def test_any_text_stays_one_paragraph_of_text(title: str) -> None:
    document = read(write(Document((Paragraph((Text(title),)),))))

    kinds = {type(part) for block in document.blocks for part in _content(block)}
    assert len(document.blocks) <= 1
    assert kinds <= {Text}


@thorough
@given(
    st.one_of(
        words,
        st.lists(st.sampled_from(HOSTILE), max_size=40).map("".join),
        st.binary().map(lambda b: b.decode("latin-1")),
    )
)
def test_any_string_can_be_read(markdown: str) -> None:
    document = read(markdown)

    assert normalised(document) == read(write(document))


@thorough
@given(documents)
def test_only_web_addresses_become_links(document: Document) -> None:
    written = write(document)

    for href in _addresses(read(written).blocks):
        assert href.lower().startswith(("http://", "https://"))
        assert href.isascii()


def _content(block: Block) -> tuple[Inline, ...]:
    return block.content if isinstance(block, Paragraph) else (LineBreak(),)


def _addresses(blocks: tuple[Block, ...]) -> list[str]:
    found: list[str] = []
    for block in blocks:
        parts: list[Inline] = []
        match block:
            case Heading(_, content) | Paragraph(content):
                parts += content
            case Table(header, rows):
                parts += [part for row in (header, *rows) for cell in row for part in cell]
            case BulletList(items):
                for item in items:
                    parts += item.content
                    found += _addresses(item.children)
            case _:
                pass
        found += [part.href for part in parts if isinstance(part, Text) and part.href]
    return found


def test_the_words_of_a_plain_line_survive() -> None:
    line = 'Beta (v1.4) – 20% "faster" <- a_b * c | d & e'

    document = read(write(Document((Paragraph((Text(line),)),))))

    assert [line] == [
        plain(block.content) for block in document.blocks if isinstance(block, Paragraph)
    ]
