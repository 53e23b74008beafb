"""Markdown comes back as Linear was reported to give it back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.linear.standin.markdown import rewrite

CASES = {
    "bullets become stars": ("- one\n+ two\n* three", "* one\n* two\n* three"),
    "nested bullets, too": ("- one\n  - two", "* one\n  * two"),
    "emphasis becomes stars": ("an _odd_ word", "an *odd* word"),
    "strong becomes stars": ("an __odd__ word", "an **odd** word"),
    "names with underscores stay": ("snake_case_name", "snake_case_name"),
    "bare addresses are wrapped": ("see https://a.example/x.", "see <https://a.example/x>."),
    "wrapped addresses stay": ("<https://a.example/x_y_z>", "<https://a.example/x_y_z>"),
    "link targets are wrapped": ("[t](https://a.example/p_q_r)", "[t](<https://a.example/p_q_r>)"),
    "targets of pictures are wrapped": (
        "![a_b_c](https://a.example/p_q_r)",
        "![a_b_c](<https://a.example/p_q_r>)",
    ),
    "wrapped targets of pictures stay": ("![t](<https://a.example/p_q>)",) * 2,
    "the padding of tables collapses": (
        "|  a   | b |\n|:-----|---|\n|  1 |   2  |",
        "| a | b |\n| :--- | --- |\n| 1 | 2 |",
    ),
    "hard breaks go": ("one  \ntwo", "one\ntwo"),
    "comments go": ("a<!-- marker -->b\n<!-- two\nlines -->\nc", "ab\n\nc"),
    "bold over a line break becomes two": ("**one\ntwo**", "**one**\n**two**"),
    "inline code stays": ("`- _x_  <!-- y -->  https://z`", "`- _x_  <!-- y -->  https://z`"),
    "fenced code stays": (
        "```\n- _x_ <!-- y -->  \n| a  |\n```\n- z",
        "```\n- _x_ <!-- y -->  \n| a  |\n```\n* z",
    ),
    "tildes fence, too": ("~~~\n- x\n~~~", "~~~\n- x\n~~~"),
    "a table under a bullet loses first characters": (
        "- item\n  | ab | cd |\n  | --- | --- |\n  | ef | gh |",
        "* item\n  | b | d |\n  | --- | --- |\n  | f | h |",
    ),
    "a table below a list keeps them": (
        "- item\n\ntext\n\n| ab |\n| --- |",
        "* item\n\ntext\n\n| ab |\n| --- |",
    ),
    "a big check becomes a small one": ("- [X] done\n- [ ] not", "* [x] done\n* [ ] not"),
    "rules become dashes": ("a\n\n***\n\nb", "a\n\n---\n\nb"),
    "headings and numbers stay": ("# One\n\n1. two\n2. three", "# One\n\n1. two\n2. three"),
}


@pytest.mark.parametrize(("written", "read"), CASES.values(), ids=CASES.keys())
def test_markdown_is_rewritten(written: str, read: str) -> None:
    assert read == rewrite(written)


def test_a_body_of_20_kilobytes_survives() -> None:
    body = "\n\n".join(f"Paragraph {number} with some words in it." for number in range(500))

    assert body == rewrite(body)


words = st.text("abcxyz ", min_size=1, max_size=12).map(str.strip).filter(bool)
lines = st.one_of(
    words,
    words.map("- {}".format),
    words.map("# {}".format),
    words.map("_{}_".format),
    words.map("`{}_`".format),
    words.map(lambda word: f"| {word} | b |"),
    words.map(lambda word: f"[{word}](https://a.example/{len(word)})"),
    st.just("<!-- gone -->"),
    st.just("**bold\nover**"),
    st.just("```\n- code _x_\n```"),
    st.just(""),
)


@given(st.lists(lines, max_size=12).map("\n".join))
def test_what_was_read_back_is_written_without_change(text: str) -> None:
    once = rewrite(text)

    assert once == rewrite(once)


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    assert isinstance(rewrite(text), str)
