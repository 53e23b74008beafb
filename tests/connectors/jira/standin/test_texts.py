"""Formatted text: documents, wiki markup and Markdown say the same."""

from __future__ import annotations

import pytest

from connectors.jira.standin import texts
from connectors.jira.standin.text_adf import to_markdown
from connectors.jira.standin.text_markdown import to_adf
from connectors.jira.standin.text_wiki import from_markdown, wiki_to_markdown

EVERYTHING = """\
## Actions

Some **bold** and _leaning_ words, `code`, a [link](https://a.example/1) and | { [ signs.

* one
  * Why: two
    * three
* four

| Change | Owner | Due |
| - | - | - |
| Say [it](https://a.example) **now** | Ben Castro |  |

> quoted

---

```
plain
```"""


def test_a_document_keeps_what_markdown_says() -> None:
    assert EVERYTHING == to_markdown(to_adf(EVERYTHING))
    assert EVERYTHING == to_markdown(to_adf(EVERYTHING, by_hand=True))
    assert texts.is_adf(to_adf(EVERYTHING, by_hand=True))


def test_wiki_markup_keeps_what_markdown_says() -> None:
    wiki = from_markdown(EVERYTHING)

    assert "h2. Actions" in wiki
    assert "||Change||Owner||Due||" in wiki
    assert "*** three" in wiki
    assert "[link|https://a.example/1]" in wiki
    assert EVERYTHING == wiki_to_markdown(wiki)


@pytest.mark.parametrize(
    ("markdown", "kind"),
    [
        ("- [ ] open\n- [x] done", "taskList"),
        ("1. first\n2. second", "orderedList"),
        ("* a\n* [ ] not all", "bulletList"),
    ],
)
def test_a_list_of_boxes_is_a_list_of_tasks(markdown: str, kind: str) -> None:
    document = to_adf(markdown)

    assert [kind] == [one["type"] for one in document["content"]]
    assert to_markdown(document).splitlines()[0] == markdown.splitlines()[0]


@pytest.mark.parametrize(
    ("node", "shown"),
    [
        ({"type": "mention", "attrs": {"id": "1", "text": "@Ben Castro"}}, "@Ben Castro"),
        ({"type": "date", "attrs": {"timestamp": "1772409600000"}}, "2026-03-02"),
        ({"type": "status", "attrs": {"text": "DONE", "color": "green"}}, "DONE"),
        ({"type": "inlineCard", "attrs": {"url": "https://a.example"}}, "<https://a.example>"),
        ({"type": "hardBreak"}, "\n"),
    ],
)
def test_what_people_put_into_a_line_is_read(node: dict[str, object], shown: str) -> None:
    document = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [node]}]}

    assert shown == to_markdown(document)


@pytest.mark.parametrize(
    "value",
    [
        "text",
        {"type": "doc", "content": []},
        {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{}]}]},
        {
            "type": "doc",
            "version": 1,
            "content": [{"type": "paragraph", "content": [{"type": "text", "text": ""}]}],
        },
    ],
)
def test_what_is_no_document_is_refused(value: object) -> None:
    assert not texts.is_adf(value)
