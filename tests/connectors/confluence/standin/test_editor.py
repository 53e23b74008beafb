"""The editor: what it makes of a page when somebody saves it, and what people write in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from connectors._standin.ids import Ids
from connectors.confluence.standin import Standin
from connectors.confluence.standin.editor import save
from connectors.confluence.standin.from_markdown import FromMarkdown
from connectors.confluence.standin.to_markdown import ToMarkdown
from connectors.confluence.standin.tree import Node, parse, write
from tests.connectors.confluence.standin.asking import Asking

TABLE = (
    "<table><tbody><tr><th>Change</th><th>Owner</th><th>Due</th></tr>"
    "<tr><td>Add alert</td><td /><td /></tr></tbody></table>"
)
LOCAL_ID = re.compile(r'(?:ac:)?local-id="([^"]+)"')
ACTIONS = """\
| Change | Owner | Due | How it is verified | Ticket |
| --- | --- | --- | --- | --- |
| Add *alert* | @Ben Castro | 2027-04-01 | The alert, 2027-05-01 | https://acme.atlassian.net/browse/OPS-12 |
| Write it down | Ada Berg |  | \\| and [more](<https://a.example/b?c=1&d=2>) |  |
"""


def test_a_program_gets_its_text_back_as_it_wrote_it(wiki: Asking) -> None:
    page_id = wiki.a_page(TABLE)["id"]

    assert TABLE == wiki.storage(page_id)


def test_macros_get_ids_from_the_server(wiki: Asking) -> None:
    macro = '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">DONE'
    page_id = wiki.a_page(f"<p>{macro}</ac:parameter></ac:structured-macro></p>")["id"]

    assert 'ac:schema-version="1" ac:macro-id="' in wiki.storage(page_id)


def test_the_editor_rewrites_tables_when_a_person_saves(standin: Standin, wiki: Asking) -> None:
    page_id = wiki.a_page(f"loose words{TABLE}")["id"]

    standin.control.save_document(page_id, by="Ada Berg")
    storage = wiki.storage(page_id)

    bare = re.sub(r' (?:ac:)?local-id="[^"]+"', "", storage)
    columns = '<col style="width: 253.3px;" />' * 3
    assert (
        '<p>loose words</p><table data-table-width="760" data-layout="default">'
        f"<colgroup>{columns}</colgroup><tbody><tr><th><p><strong>Change</strong></p></th>"
        "<th><p><strong>Owner</strong></p></th><th><p><strong>Due</strong></p></th></tr>"
        "<tr><td><p>Add alert</p></td><td><p /></td><td><p /></td></tr></tbody></table>"
    ) == bare


def test_every_id_is_new_at_every_edit(standin: Standin, wiki: Asking) -> None:
    page_id = wiki.a_page(TABLE)["id"]
    seen: list[set[str]] = []
    for _ in range(2):
        standin.control.save_document(page_id)
        seen.append(set(LOCAL_ID.findall(wiki.storage(page_id))))

    assert 15 == len(seen[0])  # a table, two rows, six cells, a paragraph in each
    assert not seen[0] & seen[1]


def test_a_header_is_made_bold_once(standin: Standin, wiki: Asking) -> None:
    page_id = wiki.a_page(TABLE)["id"]
    for _ in range(3):
        standin.control.save_document(page_id)

    assert "<strong><strong>" not in wiki.storage(page_id)


def test_what_people_write_becomes_mentions_dates_and_smart_links(
    standin: Standin, wiki: Asking
) -> None:
    page_id = wiki.a_page()["id"]
    ben = standin.control.person("Ben Castro")

    standin.control.write_document(page_id, f"## Actions\n\n{ACTIONS}", by="Ada Berg")
    storage = re.sub(r' (?:ac:)?local-id="[^"]+"', "", wiki.storage(page_id))

    assert f'<p><ac:link><ri:user ri:account-id="{ben.id}" /></ac:link></p>' in storage
    assert '<p><time datetime="2027-04-01" /></p>' in storage
    assert "<p>The alert, 2027-05-01</p>" in storage  # a date elsewhere stays text
    assert "<p>Ada Berg</p>" in storage  # and so does a name without the sign
    url = "https://acme.atlassian.net/browse/OPS-12"
    assert f'<a href="{url}" data-card-appearance="inline">{url}</a>' in storage
    assert '<a href="https://a.example/b?c=1&amp;d=2">more</a>' in storage


def test_pages_read_as_adf_what_the_editor_stored(standin: Standin, wiki: Asking) -> None:
    page_id = wiki.a_page()["id"]
    ben = standin.control.person("Ben Castro")
    standin.control.write_document(page_id, f"## Actions\n\n{ACTIONS}", by="Ada Berg")

    heading, table = wiki.adf(page_id)["content"]
    first = table["content"][1]["content"]

    assert ("heading", 2) == (heading["type"], heading["attrs"]["level"])
    header = table["content"][0]["content"][0]
    words = {"type": "text", "text": "Change", "marks": [{"type": "strong"}]}
    assert ("tableHeader", [words]) == (header["type"], header["content"][0]["content"])
    cells = [cell["content"][0].get("content", []) for cell in first]
    assert [{"type": "text", "text": "Add "}] == cells[0][:1]
    mention = {"id": ben.id, "text": "@Ben Castro", "accessLevel": ""}
    assert [{"type": "mention", "attrs": mention}] == cells[1]
    assert [{"type": "date", "attrs": {"timestamp": "1806537600000"}}] == cells[2]
    url = "https://acme.atlassian.net/browse/OPS-12"
    assert [{"type": "inlineCard", "attrs": {"url": url}}] == cells[4]


def test_adf_and_wiki_markup_can_be_written(standin: Standin, wiki: Asking) -> None:
    adf = (
        '{"type":"doc","version":1,"content":[{"type":"taskList","attrs":{"localId":"l"},"content":'
        '[{"type":"taskItem","attrs":{"localId":"i","state":"DONE"},"content":'
        '[{"type":"text","text":"a < b","marks":[{"type":"strong"}]}]}]}]}'
    )
    for representation, value, expected in (
        ("atlas_doc_format", adf, "<strong>a &lt; b</strong></ac:task-body>"),
        (
            "wiki",
            "h2. Context\n* one\n** two\n\n|| A || B ||\n| 1 | *2* |",
            "<ul><li>two</li></ul>",
        ),
    ):
        page = wiki.a_page(title=representation)
        edit = {
            "id": page["id"],
            "status": "current",
            "title": representation,
            "body": {"representation": representation, "value": value},
            "version": {"number": 2},
        }
        wiki.put(f"/api/v2/pages/{page['id']}", edit)

        assert expected in wiki.storage(page["id"])


def test_adf_that_is_none_is_refused(wiki: Asking) -> None:
    page = wiki.a_page()
    body = {
        "representation": "atlas_doc_format",
        "value": '{"type":"doc","version":1,"content":[{}]}',
    }
    edit = {"id": page["id"], "status": "current", "title": "x", "body": body}

    status, words = wiki.refusal(
        "PUT", f"/api/v2/pages/{page['id']}", json={**edit, "version": {"number": 2}}
    )

    assert 400 == status
    assert "cannot be converted" in words


def test_anchors_that_nobody_sees_stay_when_people_write(standin: Standin, wiki: Asking) -> None:
    anchor = (
        '<p><ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">closeout-1'
        "</ac:parameter></ac:structured-macro></p>"
    )
    page_id = wiki.a_page(f"<p>x</p>{anchor}")["id"]

    for text in ("one", "two"):
        standin.control.write_document(page_id, text)

    assert 1 == wiki.storage(page_id).count("closeout-1")
    assert "two\n" == standin.control.content_of(page_id)


def test_the_editor_of_data_center_does_less(server: Standin, own: Asking) -> None:
    page_id = own.a_page(TABLE)["id"]
    ben = server.control.person("Ben Castro")

    server.control.write_document(page_id, ACTIONS, by="Ada Berg")
    read = own.get(f"/rest/api/content/{page_id}", expand="body.storage")
    storage = read["body"]["storage"]["value"]

    assert storage.startswith('<table class="wrapped"><colgroup><col />')
    assert "<th>Change</th>" in storage
    assert f'<td><ac:link><ri:user ri:userkey="{ben.key}" /></ac:link></td>' in storage
    assert "<td><br /></td>" in storage
    assert "data-card-appearance" not in storage
    assert "local-id" not in storage


PEOPLE = {"Ada Berg": "712020:a", "Ben Castro": "712020:b"}
NAMES = {ref: name for name, ref in PEOPLE.items()}
WORDS = st.text(
    st.sampled_from("ab Z19.:-_*`[]()<>&|#+~!\\\"'/@=äß\u00a0\n"), min_size=1, max_size=14
) | st.sampled_from(["@Ada Berg", "2027-04-01", "https://a.example/browse/OPS-1", "1. x", "| |"])


@st.composite
def _trees(draw: st.DrawFn) -> Node:
    def line() -> list[Node | str]:
        children: list[Node | str] = []
        for _ in range(draw(st.integers(1, 3))):
            words = draw(WORDS)
            kind = draw(st.sampled_from(["", "", "strong", "em", "code"]))
            children.append(Node(kind, children=[words]) if kind else words)
        return children

    def rows() -> Iterator[Node]:
        yield Node("tr", children=[Node("th", children=["Owner"]), Node("th", children=["Due"])])
        for _ in range(draw(st.integers(0, 2))):
            yield Node("tr", children=[Node("td", children=line()) for _ in range(2)])

    blocks: list[Node | str] = []
    for _ in range(draw(st.integers(1, 4))):
        match draw(st.sampled_from(["p", "h2", "ul", "ol", "table", "hr"])):
            case "ul" | "ol" as name:
                items = [Node("li", children=line()) for _ in range(draw(st.integers(1, 3)))]
                items[-1].children.append(Node("ul", children=[Node("li", children=line())]))
                blocks.append(Node(name, children=list(items)))
            case "table":
                blocks.append(Node("table", children=[Node("tbody", children=list(rows()))]))
            case "hr":
                blocks.append(Node("hr"))
            case name:
                blocks.append(Node(name, children=line()))
    return Node("", children=blocks)


@given(_trees())
def test_a_page_shown_written_and_shown_again_reads_the_same(tree: Node) -> None:
    reader, writer = ToMarkdown(lambda ref: NAMES.get(ref, "x")), FromMarkdown(PEOPLE, cloud=True)

    def written(markdown: str) -> str:
        root = writer.page(markdown)
        save(root, Ids("x"), cloud=True)
        return reader.page(parse(write(root)))

    once = written(reader.page(tree))

    assert once == written(once)


@given(_trees())
def test_storage_format_written_and_parsed_is_the_same_tree(tree: Node) -> None:
    save(tree, Ids("x"), cloud=True)

    assert write(tree) == write(parse(write(tree)))
