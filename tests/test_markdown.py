"""Markdown as people and tools write it, and as Closeout writes it."""

from __future__ import annotations

import pytest

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
    link,
    plain,
    text,
)
from service.markdown import read, write


def a_list(*items: str | ListItem, ordered: bool = False) -> BulletList:
    made = (item if isinstance(item, ListItem) else ListItem(text(item)) for item in items)
    return BulletList(tuple(made), ordered)


def an_item(words: str, *below: Block, checked: bool | None = None) -> ListItem:
    return ListItem(text(words), below, checked)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("* a\n* b", a_list("a", "b")),
        ("- a\n- b", a_list("a", "b")),
        ("+ a\n+ b", a_list("a", "b")),
        ("1. a\n2. b", a_list("a", "b", ordered=True)),
        ("1) a\n2) b", a_list("a", "b", ordered=True)),
        ("- a\n\n- b\n\n\n- c", a_list("a", "b", "c")),
        ("- [ ] a", a_list(an_item("a", checked=False))),
        ("* [x] a", a_list(an_item("a", checked=True))),
        ("+ [X] a", a_list(an_item("a", checked=True))),
        ("- \\[x] a", a_list("[x] a")),
        ("- [x]a", a_list("[x]a")),
        ("- a\n  - b\n    - c", a_list(an_item("a", a_list(an_item("b", a_list("c")))))),
        ("- a\n    - b", a_list(an_item("a", a_list("b")))),
        ("1. a\n   * b", a_list(an_item("a", a_list("b")), ordered=True)),
        ("- a\n\n  b", a_list(an_item("a", Paragraph(text("b"))))),
        ("# a", Heading(1, text("a"))),
        ("###### a ######", Heading(6, text("a"))),
        ("a\n===", Heading(1, text("a"))),
        ("a\nb", Paragraph(text("a", LineBreak(), "b"))),
        ("a  \nb", Paragraph(text("a", LineBreak(), "b"))),
        ("a\\\nb", Paragraph(text("a", LineBreak(), "b"))),
        ("a **b**", Paragraph(text("a ", Text("b", strong=True)))),
        ("_a_", Paragraph((Text("a", emphasis=True),))),
        ("*a*", Paragraph((Text("a", emphasis=True),))),
        ("***a***", Paragraph((Text("a", strong=True, emphasis=True),))),
        ("~~a~~", Paragraph(text("a"))),
        ("`a*b*`", Paragraph((Text("a*b*", code=True),))),
        ("[a](https://x.example/1)", Paragraph((link("a", "https://x.example/1"),))),
        ("[a](<https://x.example/1>)", Paragraph((link("a", "https://x.example/1"),))),
        ("<https://x.example>", Paragraph((link("https://x.example", "https://x.example"),))),
        ("[a](javascript:alert)", Paragraph(text("a"))),
        ("[a](mailto:a@x.example)", Paragraph(text("a"))),
        ("[a]: https://x.example", Paragraph(text("[a]: https://x.example"))),
        ("see ![a](https://x.example/1.png)", Paragraph(text("see a"))),
        ("![](https://x.example/1.png) it", Paragraph(text("https://x.example/1.png it"))),
        ("![a](<https://x.example/1.png>): b", Paragraph(text("a: b"))),
        ("# ![a](https://x.example/1.png)", Heading(1, text("a"))),
        (
            r"\![a](<https://x.example/1.png>)",
            Paragraph(text("!", link("a", "https://x.example/1.png"))),
        ),
        ("<b>a</b> & <!-- c -->", Paragraph(text("<b>a</b> & <!-- c -->"))),
        (
            "<div>\n**a**\n</div>",
            Paragraph(text("<div>", LineBreak(), Text("a", strong=True), LineBreak(), "</div>")),
        ),
        ("    a", Paragraph(text("a"))),
        ("```\na\n  b\n```", Code("a\n  b")),
        ("~~~py\na\n~~~", Code("a")),
        ("~~~ some words\na\n~~~", Code("some words\na")),
        ("---", Rule()),
        ("> a", Paragraph(text("a"))),
        ("a&nbsp;b &amp; c", Paragraph(text("a b & c"))),
        ("|a|b|\n|:-|-:|\n|1|2|", Table((text("a"), text("b")), ((text("1"), text("2")),))),
        ("a | b\n--- | ---\n1 | 2", Table((text("a"), text("b")), ((text("1"), text("2")),))),
        ("| a |\n|---|\n| 1 | 2 |", Table((text("a"),), ((text("1"), text("2")),))),
        ("| a | b |\n|---|---|\n| 1 |", Table((text("a"), text("b")), ((text("1"),),))),
        ("| a |\n|---|\n|  |", Table((text("a"),), (((),),))),
        ("| a |\n|---|\n| 1<br>2 |", Table((text("a"),), ((text("1 2"),),))),
        (
            "| a |\n|---|\n| 1 \\| `2 \\| 3` |",
            Table((text("a"),), ((text("1 | ", Text("2 | 3", code=True)),),)),
        ),
        (
            "- a\n\n  | b |\n  |---|\n  | c |",
            a_list(an_item("a", Table((text("b"),), ((text("c"),),)))),
        ),
    ],
)
def test_markdown_is_read(markdown: str, expected: Block) -> None:
    assert (expected,) == read(markdown).blocks


@pytest.mark.parametrize(
    "picture",
    [
        "![Scope 12, done 9](https://x.example/1.png)",
        "![Scope 12, done 9](<https://x.example/1.png>)",
        "![a \\[b\\] **c**](<https://x.example/1.png> 'title')",
        "![](https://x.example/1.png)",
        "![a](1.png) ![b](2.png)\n![c](3.png)",
        "[![a](1.png)](https://x.example)",
        "**![a](1.png)**",
        "> ![a](1.png)",
        "- ![a](1.png)",
    ],
)
def test_a_picture_by_itself_says_nothing(picture: str) -> None:
    assert read("# b\n\nc") == read(f"# b\n\n{picture}\n\nc")


def test_a_picture_between_lines_of_a_paragraph_keeps_its_words() -> None:
    assert (Paragraph(text("b", LineBreak(), "a", LineBreak(), "c")),) == read(
        "b\n![a](1.png)\nc"
    ).blocks


@pytest.mark.parametrize("markdown", ["", "\n\n", "   ", "-", "#", "[ ]()", "\ufeff"])
def test_what_has_next_to_no_words_is_read_without_fault(markdown: str) -> None:
    assert len(read(markdown).blocks) <= 1


@pytest.mark.parametrize(
    "nested",
    [
        "> " * 500 + "deep",
        "- " * 500 + "deep",
        "".join(f"{'  ' * n}- a\n" for n in range(400)) + "deep",
    ],
    ids=["quotes", "bullets", "levels"],
)
def test_words_are_kept_however_deep_they_stand(nested: str) -> None:
    assert "deep" in write(read(nested))


def test_a_document_nested_deeper_than_the_interpreter_is_written() -> None:
    block: Block = Paragraph(text("deep"))
    for level in range(3000):
        block = a_list(an_item(str(level), block))

    written = write(Document((block,)))

    assert "deep" in written
    assert "2999" in written


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("R&D: 20% (v1.4)", "R&D: 20% (v1.4)"),
        ("# not a heading", r"\# not a heading"),
        ("- not a bullet", r"\- not a bullet"),
        ("1. not a number", r"1\. not a number"),
        ("> not a quote", r"\> not a quote"),
        ("a_b *c* `d`", r"a\_b \*c\* \`d\`"),
        ("[a](https://x.example)", r"\[a\](https://x.example)"),
        ("<b>bold</b> <!-- x -->", r"\<b>bold\</b> \<!-- x -->"),
        ("&amp; and &#42;", r"\&amp; and \&#42;"),
        ("~~gone~~", r"\~\~gone\~\~"),
        ("a\nb\tc  d", "a b c d"),
        ("a\x00b\ud800c\x1bd", "a\ufffdb\ufffdc\ufffdd"),
        ("@everyone, mail a@x.example", "@\u2060everyone, mail a@x.example"),
        ("C:\\new", r"C:\\new"),
    ],
)
def test_text_is_escaped_where_it_could_be_markup(title: str, expected: str) -> None:
    assert f"{expected}\n" == write(Document((Paragraph(text(title)),)))


def test_a_mention_reads_back_as_it_was() -> None:
    document = read(write(Document((Paragraph(text("ask @sarah")),))))

    assert (Paragraph(text("ask @sarah")),) == document.blocks


def test_a_page_is_written_flat_and_plain() -> None:
    document = Document(
        (
            Heading(2, text("Actions")),
            Paragraph(
                text("See ", link("the page", "https://x.example/a b(1)"), LineBreak(), "now.")
            ),
            a_list(an_item("One", a_list(Text("Why: a").text)), an_item("Two", checked=True)),
            a_list("First", "Second", ordered=True),
            Table(
                (text("Change"), text("Due")), ((text("a | b"), text("2027-03-28")), (text("c"),))
            ),
            Code("`x`\n```"),
            Rule(),
        )
    )

    expected = (
        "## Actions\n\nSee [the page](https://x.example/a%20b%281%29)\\\nnow.\n\n"
        "- One\n  - Why: a\n- [x] Two\n\n1. First\n2. Second\n\n"
        "| Change | Due |\n| --- | --- |\n| a \\| b | 2027-03-28 |\n| c |\n\n"
        "````\n`x`\n```\n````\n\n***\n"
    )
    assert expected == write(document)


def test_a_table_below_a_bullet_is_written_as_bullets() -> None:
    table = Table((text("Change"), text("Due")), ((text("a"), text("b")),))

    written = write(Document((a_list(an_item("One", table)),)))

    assert "- One\n  - Change | Due\n  - a | b\n" == written


@pytest.mark.parametrize(
    ("before", "style", "after"),
    [
        ("a", Text("b", strong=True), "c"),
        ("a", Text("b", emphasis=True), "c"),
        ("a", Text("(b)", strong=True), "c"),
        ("a", Text("“b”", emphasis=True), "c"),
        ("é", Text("*b*", strong=True, emphasis=True), "ß"),
        ("a", Text("`b`", code=True, strong=True), "c"),
    ],
)
def test_a_style_inside_of_a_word_survives(before: str, style: Text, after: str) -> None:
    content = text(before, style, after)

    assert (Paragraph(content),) == read(write(Document((Paragraph(content),)))).blocks


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:text/html,x", "ftp://x.example", "//x.example", ""]
)
def test_an_address_that_is_not_of_the_web_becomes_words(href: str) -> None:
    written = write(Document((Paragraph((Text("here", href=href),)),)))

    assert "here\n" == written


@pytest.mark.parametrize("piece", ["[", "![", "**a", "<a ", "a`", "|a", "_*", "\\", "~~a", "&#"])
def test_a_long_hostile_text_is_read_whole(piece: str) -> None:
    (block,) = read(piece * 3000).blocks

    assert isinstance(block, Paragraph)
    assert len(plain(block.content)) > 1000
