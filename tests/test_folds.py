"""Sections that fold: shown closed where the tool can, and read back as what is inside of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connectors.confluence.mapping import parsing, reading, storage
from connectors.jira.mapping import wiki
from connectors.linear.standin.markdown import rewrite
from service import adf, markdown
from service.domain.document import Document, Fold, Paragraph, Picture, Table, text, unfolded
from tests.test_markdown_property import blocks, words

TABLE = Table((text("Figure"), text("Actual")), ((text("Slip"), text("6 days late")),))
PAGE = Document(
    (Paragraph(text("Before")), Fold("All figures", (TABLE,)), Paragraph(text("After")))
)
FILES = {"burn-up": "https://files.example/burn-up"}
OPENED = Document(tuple(unfolded(PAGE.blocks)))

titles = words.filter(lambda title: markdown.normal.folded_title(title) != "More")
inside = st.lists(blocks, max_size=3).map(lambda found: (Paragraph(text("Inside")), *found))
folded = st.builds(Fold, titles, inside).map(
    lambda fold: Document((fold, Paragraph(text("After"))))
)


def test_markdown_writes_a_fold_for_a_reader_that_knows_them() -> None:
    assert markdown.write(PAGE, folds=True) == (
        "Before\n\n+++ All figures\n\n| Figure | Actual |\n| --- | --- |\n| Slip | 6 days late |\n\n"
        "+++\n\nAfter\n"
    )


def test_markdown_for_any_other_reader_stands_open() -> None:
    assert markdown.write(OPENED) == markdown.write(PAGE)


def test_a_fold_in_markdown_reads_as_its_title_and_what_is_inside() -> None:
    written = markdown.write(PAGE, folds=True)

    assert OPENED == markdown.read(written)
    assert OPENED == markdown.read(rewrite(written))


def test_words_that_look_like_the_mark_of_a_fold_stay_words() -> None:
    page = Document((Paragraph(text("+++ we did well")), Paragraph(text("+++"))))

    assert page == markdown.read(markdown.write(page, folds=True))


def test_confluence_and_jira_have_an_element_that_folds() -> None:
    expand = adf.write(PAGE)["content"][1]

    assert (expand["type"], expand["attrs"]) == ("expand", {"title": "All figures"})
    assert 'ac:name="expand"' in storage.write(PAGE)


def test_wiki_markup_stands_open() -> None:
    assert wiki.write(OPENED) == wiki.write(PAGE)


@given(folded)
def test_every_format_reads_back_what_is_inside_of_a_fold(page: Document) -> None:
    opened = Document(tuple(unfolded(page.blocks)))

    assert markdown.read(markdown.write(opened)) == markdown.read(markdown.write(page, folds=True))
    assert adf.read(adf.write(opened)) == adf.read(adf.write(page))
    assert stored(opened) == stored(page)


@given(folded, words)
def test_a_picture_inside_of_a_fold_reads_as_nothing(page: Document, alternative: str) -> None:
    first, *others = page.blocks
    assert isinstance(first, Fold)
    picture = Picture("burn-up", alternative, b"")
    shown = Document((Fold(first.title, (*first.blocks, picture)), picture, *others))

    written = markdown.write(shown, folds=True, addresses=FILES)

    assert 2 == written.count("](<https://files.example/burn-up>)")
    assert markdown.read(markdown.write(page, folds=True)) == markdown.read(written)


def test_a_picture_reads_as_nothing_after_it_was_rewritten() -> None:
    picture = Picture("burn-up", "Burn-up. Scope [12], done 9", b"")
    written = markdown.write(Document((TABLE, picture)), addresses=FILES)

    assert Document((TABLE,)) == markdown.read(rewrite(written))


def stored(page: Document) -> Document:
    """Return a page after a way through Confluence's storage format."""
    return reading.read(parsing.parse(storage.write(page)))


def test_a_page_with_a_name_like_a_prefix_of_markup_can_be_read() -> None:
    page = Document((Paragraph(text("Area A²:0")),))

    assert page == reading.read(parsing.parse(storage.write(page)))
