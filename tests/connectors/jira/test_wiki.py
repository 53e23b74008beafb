"""Jira wiki markup: whatever the words they stay words, and what people write is read."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectors.jira.mapping.wiki import normalised, read, write
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
    plain,
    text,
)
from service.domain.reading.lines import lines_of
from service.markdown.normal import inline
from tests.test_markdown_property import documents, words

thorough = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])

#: Pieces that mean something to Jira's renderer.
HOSTILE = (
    *("*", "_", "-", "+", "^", "~", "??", "{", "}", "[", "]", "|", "||", "!", "\\", "\\\\", "#"),
    *(
        "{{",
        "}}",
        "{*}",
        "{_}",
        "{code}",
        "{noformat}",
        "{quote}",
        "{color:red}",
        "{panel:title=x}",
    ),
    *("h1. ", "bq. ", "----", "* ", "# ", "- ", "(/)", "(y)", ":)", ";)", ":D", "(c)", "&amp;"),
    *(
        "&#42;",
        "&",
        "[~ada]",
        "[a|http://b.example]",
        "!a.png!",
        "https://a.example/x_y",
        "\n",
        " ",
    ),
    *("a", "9", "é", "(", ")", ":"),
)
TICKET = "https://a.example/browse/OPS-1"

LONG = 10  # seconds; looking for each mark's end anew takes much longer

hostile = st.lists(st.sampled_from(HOSTILE), max_size=8).map("".join)


@pytest.mark.parametrize("name", ["center", "code", "noformat", "panel:title=x", "quote"])
def test_a_run_of_code_with_the_name_of_a_macro_stays_one(name: str) -> None:
    run = Text(name, code=True)
    page = Document((Paragraph((run,)), Paragraph((Text("as "), run, Text(" says")))))

    assert page == read(write(page))


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
@given(words | hostile, hostile, st.sampled_from(["paragraph", "heading", "item", "cell"]))
@example("0", "# ", "paragraph")
def test_any_words_stay_words_wherever_they_stand(title: str, other: str, where: str) -> None:
    runs = (
        Text(title),
        LineBreak(),
        Text(other, strong=True),
        Text(title, href="https://a.example"),
    )
    blocks: dict[str, Block] = {
        "paragraph": Paragraph(runs),
        "heading": Heading(2, runs),
        "item": BulletList((ListItem(runs),)),
        "cell": Table((runs, runs), ((runs, runs),)),
    }

    document = Document((blocks[where],))

    assert normalised(document) == read(write(document))


@thorough
@given(words | hostile)
def test_any_string_can_be_read(markup: str) -> None:
    document = read(markup)

    assert normalised(document) == document
    assert document == read(write(document))


@thorough
@given(hostile)
def test_the_words_of_a_line_survive(line: str) -> None:
    document = read(write(Document((Paragraph((Text(line),)),))))

    assert [plain(inline((Text(line),)))] * bool(line.strip()) == list(lines_of(document.blocks))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("a*b*", r"a\*b\*", id="stars"),
        pytest.param("snake_case-name", "snake_case-name", id="within a word"),
        pytest.param("-x- _y_", r"\-x\- \_y\_", id="around words"),
        pytest.param("{code}", r"\{code\}", id="a macro"),
        pytest.param("[~ada]", r"\[\~ada\]", id="a mention"),
        pytest.param("a|b", r"a\|b", id="a bar"),
        pytest.param("C:\\*", r"C:&#92;\*", id="a backslash"),
        pytest.param("AT&amp;T & Co", "AT&#38;amp;T & Co", id="a reference"),
        pytest.param("h1. x", "h1&#46; x", id="a heading"),
        pytest.param("# x", r"\# x", id="a numbered item"),
        pytest.param("done (/) :)", r"done \(/) :\)", id="pictures"),
        pytest.param("??who??", r"\??who\??", id="a citation"),
        pytest.param("wow! !x.png!", r"wow! \!x.png\!", id="an image"),
    ],
)
def test_what_could_be_markup_is_escaped(words: str, expected: str) -> None:
    assert expected == write(Document((Paragraph((Text(words),)),)))


def test_a_page_is_written_as_jira_shows_it() -> None:
    document = Document(
        (
            Heading(2, text("Actions")),
            Paragraph(
                (
                    Text("See "),
                    Text("the page", href="https://a.example/p"),
                    LineBreak(),
                    *text("x"),
                )
            ),
            BulletList(
                (ListItem(text("one"), (BulletList((ListItem(text("two")),), ordered=True),)),)
            ),
            Table((text("Owner"), text("Due")), ((text("Ada"), ()),)),
            Code("a *b*"),
            Rule(),
        )
    )

    assert (
        "h2. Actions\n\n"
        "See [the page|https://a.example/p]\nx\n\n"
        "* one\n*# two\n\n"
        "||Owner||Due||\n|Ada| |\n\n"
        "{noformat}\na *b*\n{noformat}\n\n"
        "----"
    ) == write(document)


def test_marks_in_the_middle_of_a_word_are_written_in_braces() -> None:
    runs = (Text("a"), Text("b", strong=True), Text(" "), Text("c", emphasis=True))

    assert "a{*}b{*} _c_" == write(Document((Paragraph(runs),)))


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param(
            "*bold* and _slanted_",
            (Text("bold", strong=True), Text(" and "), Text("slanted", emphasis=True)),
            id="marks",
        ),
        pytest.param("2026-12-01 - a_b_c * d", text("2026-12-01 - a_b_c * d"), id="no marks"),
        pytest.param("-gone- +new+ ??who??", text("gone new who"), id="marks that say nothing"),
        pytest.param("{{a*b*c}}", (Text("a*b*c", code=True),), id="monospaced"),
        pytest.param(
            f"[OPS-1|{TICKET}|smart-link]", (Text("OPS-1", href=TICKET),), id="a smart link"
        ),
        pytest.param(f"[{TICKET}]", (Text(TICKET, href=TICKET),), id="a bare link"),
        pytest.param(
            "[~ada.berg], [mailto:ada@a.example]", text("@ada.berg, ada@a.example"), id="people"
        ),
        pytest.param(
            "[not a link] {color:red}red{color} {unknown:x}",
            text("[not a link] red {unknown:x}"),
            id="other brackets",
        ),
        pytest.param("a !shot.png|thumbnail! b", text("a b"), id="a picture"),
        pytest.param(r"a \\ b", (*text("a"), LineBreak(), *text("b")), id="a forced break"),
        pytest.param(
            "https://a.example/-x-/_y_", text("https://a.example/-x-/_y_"), id="an address"
        ),
    ],
)
def test_people_s_runs_are_read(markup: str, expected: tuple[Text, ...]) -> None:
    assert Document((Paragraph(expected),)) == read(markup)


def test_people_s_blocks_are_read() -> None:
    document = read(
        "h2. Actions\r\n"
        "first line\r\n"
        "second line\r\n"
        "{panel:title=Note|borderStyle=dashed}\r\ninside\r\n{panel}\r\n"
        "bq. quoted\r\n"
        "- dash\r\n"
        "* one\r\nmore of one\r\n** two\r\n"
        "{code:java}\r\nint *a*;\r\n{code}\r\n"
        "||Change||Owner||\r\n|[a\\|b|https://x.example]|[~ada]\r\nand Ben|\r\n"
        "----\r\n"
    )

    assert [
        Heading(2, text("Actions")),
        Paragraph((*text("first line"), LineBreak(), *text("second line"))),
        Paragraph(text("Note")),
        Paragraph(text("inside")),
        Paragraph(text("quoted")),
        BulletList(
            (
                ListItem(text("dash")),
                ListItem(
                    (*text("one"), LineBreak(), *text("more of one")),
                    (BulletList((ListItem(text("two")),)),),
                ),
            )
        ),
        Code("int *a*;"),
        Table(
            (text("Change"), text("Owner")),
            (
                (
                    (Text("a|b", href="https://x.example"),),
                    (*text("@ada"), LineBreak(), *text("and Ben")),
                ),
            ),
        ),
        Rule(),
    ] == list(document.blocks)


def test_a_table_with_headers_in_its_first_column_has_no_header_row() -> None:
    document = read("||Owner|Ada|\n||Due|x|")

    rows = ((text("Owner"), text("Ada")), (text("Due"), text("x")))
    assert Document((Table(((), ()), rows),)) == document


def test_a_document_that_nests_too_deep_keeps_its_words() -> None:
    block: Block = Paragraph(text("bottom"))
    for _ in range(2000):
        block = BulletList((ListItem(text("x"), (block,)),))

    assert "bottom" in list(lines_of(read(write(Document((block,)))).blocks))


def test_many_marks_that_nothing_closes_are_read_in_no_time() -> None:
    line = "*a _b " * 5000
    started = time.monotonic()

    document = read(line)

    assert [line.strip()] == list(lines_of(document.blocks))
    assert time.monotonic() - started < LONG
