"""Pieces of storage format in the other representations: ADF, view, Markdown."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.confluence.standin import Standin
from connectors.confluence.standin.from_adf import storage_of_adf
from connectors.confluence.standin.rendered import rendered
from connectors.confluence.standin.to_adf import adf_of
from connectors.confluence.standin.to_markdown import ToMarkdown
from connectors.confluence.standin.tree import parse
from tests.connectors.confluence.standin.asking import Asking

CODE = (
    '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">sql</ac:parameter>'
    "<ac:plain-text-body><![CDATA[a < b && c]]></ac:plain-text-body></ac:structured-macro>"
)
PANEL = (
    '<ac:structured-macro ac:name="info"><ac:rich-text-body><p>Read me</p></ac:rich-text-body>'
    "</ac:structured-macro>"
)
STATUS = (
    '<p><ac:structured-macro ac:name="status"><ac:parameter ac:name="title">DONE</ac:parameter>'
    '<ac:parameter ac:name="colour">Grey</ac:parameter></ac:structured-macro></p>'
)
IMAGE = '<ac:image ac:width="760"><ri:attachment ri:filename="burn_up.png" /></ac:image>'
LAYOUT = (
    '<ac:layout><ac:layout-section ac:type="two_equal"><ac:layout-cell><p>l</p></ac:layout-cell>'
    "<ac:layout-cell><p>r</p></ac:layout-cell></ac:layout-section></ac:layout>"
)
NESTED = "<ul><li>one<ol><li><p>two</p></li></ol></li></ul>"
MENTION = '<p>Ask <ac:link><ri:user ri:account-id="712020:b" /></ac:link><br />now</p>'
TASK = (
    "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-uuid>u</ac:task-uuid>"
    "<ac:task-status>complete</ac:task-status><ac:task-body>x</ac:task-body></ac:task>"
    "</ac:task-list>"
)


def _name_of(_ref: str) -> str:
    return "Ben Castro"


def _words(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}


@pytest.mark.parametrize(
    ("storage", "expected"),
    [
        pytest.param(
            CODE,
            {
                "type": "codeBlock",
                "attrs": {"language": "sql"},
                "content": [{"type": "text", "text": "a < b && c"}],
            },
            id="code",
        ),
        pytest.param(
            PANEL,
            {"type": "panel", "attrs": {"panelType": "info"}, "content": [_words("Read me")]},
            id="panel",
        ),
        pytest.param(
            STATUS,
            {
                "type": "paragraph",
                "content": [
                    {
                        "type": "status",
                        "attrs": {"text": "DONE", "color": "neutral", "localId": "", "style": ""},
                    }
                ],
            },
            id="status",
        ),
        pytest.param(
            LAYOUT,
            {
                "type": "layoutSection",
                "content": [
                    {"type": "layoutColumn", "attrs": {"width": 50.0}, "content": [_words(side)]}
                    for side in "lr"
                ],
            },
            id="layout",
        ),
        pytest.param(
            NESTED,
            {
                "type": "bulletList",
                "content": [
                    {
                        "type": "listItem",
                        "content": [
                            _words("one"),
                            {
                                "type": "orderedList",
                                "attrs": {"order": 1},
                                "content": [{"type": "listItem", "content": [_words("two")]}],
                            },
                        ],
                    }
                ],
            },
            id="nested lists",
        ),
        pytest.param(
            TASK,
            {
                "type": "taskList",
                "attrs": {"localId": ""},
                "content": [
                    {
                        "type": "taskItem",
                        "attrs": {"localId": "u", "state": "DONE"},
                        "content": [{"type": "text", "text": "x"}],
                    }
                ],
            },
            id="tasks",
        ),
        pytest.param(
            MENTION,
            {
                "type": "paragraph",
                "content": [
                    {"type": "text", "text": "Ask "},
                    {
                        "type": "mention",
                        "attrs": {"id": "712020:b", "text": "@Ben Castro", "accessLevel": ""},
                    },
                    {"type": "hardBreak"},
                    {"type": "text", "text": "now"},
                ],
            },
            id="mention",
        ),
    ],
)
def test_storage_as_adf(storage: str, expected: dict[str, Any]) -> None:
    assert [expected] == adf_of(parse(storage), _name_of)["content"]


def test_a_macro_of_an_app_is_an_extension() -> None:
    macro = '<ac:structured-macro ac:name="roadmap" />'

    (found,) = adf_of(parse(macro), _name_of)["content"]

    assert ("extension", "roadmap") == (found["type"], found["attrs"]["extensionKey"])


@pytest.mark.parametrize("storage", [CODE, PANEL, STATUS, MENTION, TASK, NESTED])
def test_adf_written_back_is_the_same_adf(storage: str) -> None:
    once = adf_of(parse(storage), _name_of)

    again = adf_of(parse(storage_of_adf(once)), _name_of)

    def without_ids(value: object) -> object:
        if isinstance(value, dict):
            return {k: without_ids(v) for k, v in value.items() if k != "localId"}
        return [without_ids(one) for one in value] if isinstance(value, list) else value

    assert without_ids(once) == without_ids(again)


@pytest.mark.parametrize(
    ("storage", "expected"),
    [
        (CODE, "```sql\na < b && c\n```\n"),
        (PANEL, "Read me\n"),
        (STATUS, "DONE\n"),
        (IMAGE, "![burn_up.png](<attachment:burn_up.png>)\n"),
        (LAYOUT, "l\n\nr\n"),
        (NESTED, "* one\n  1. two\n"),
        (MENTION, "Ask @Ben Castro\\\nnow\n"),
        (TASK, "* [x] x\n"),
    ],
)
def test_storage_as_markdown(storage: str, expected: str) -> None:
    assert expected == ToMarkdown(_name_of).page(parse(storage))


def test_nothing_runs_in_what_readers_are_shown() -> None:
    storage = '<p onclick="x()">a<script>b()</script></p><p><a href="javascript:c()">d</a></p>'

    assert '<p>a</p><p><a href="#">d</a></p>' == rendered(parse(storage), _name_of)


def test_people_dates_and_files_are_rendered(wiki: Asking, standin: Standin) -> None:
    ben = standin.control.person("Ben Castro")
    mention = MENTION.replace("712020:b", ben.id)
    page_id = wiki.a_page(f'{mention}<p><time datetime="2027-04-01" /></p>{IMAGE}')["id"]

    found = wiki.get(f"/api/v2/pages/{page_id}", **{"body-format": "view"})["body"]["view"]["value"]

    assert ">Ben Castro</a>" in found
    assert '<time datetime="2027-04-01">01 Apr 2027</time>' in found
    assert '<img src="attachment:burn_up.png"/>' in found


def test_a_site_can_rewrite_what_programs_write(wiki: Asking, standin: Standin) -> None:
    standin.control.switch("editor_on_api_writes", value=True)

    page_id = wiki.a_page("<ul><li>one</li></ul>")["id"]

    assert "<p local-id=" in wiki.storage(page_id)
