"""Pages as people and editors leave them, read as storage format."""

from __future__ import annotations

import pytest

from connectors.confluence.mapping import parsing, reading
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
from service.ports import Rejected


def read(page: str, **names: str) -> Document:
    known = {name.replace("_", ":"): value for name, value in names.items()}
    return reading.read(parsing.parse(page), known)


def block(page: str, **names: str) -> Block:
    (found,) = read(page, **names).blocks
    return found


def words(page: str, **names: str) -> str:
    found = block(page, **names)
    assert isinstance(found, Paragraph)
    return plain(found.content)


def table(page: str, **names: str) -> list[list[str]]:
    found = block(page, **names)
    assert isinstance(found, Table)
    return [[plain(cell) for cell in row] for row in (found.header, *found.rows)]


EDITED = (
    '<table data-table-width="760" data-layout="default" ac:local-id="8a6b-0001"><colgroup>'
    '<col style="width: 226.0px;" /><col style="width: 178.0px;" /><col /><col /></colgroup><tbody>'
    '<tr ac:local-id="r1"><th><p local-id="5f"><strong>Change</strong></p></th>'
    "<th><p><strong>Owner</strong></p></th><th><p><strong>Due</strong></p></th>"
    "<th><p><strong>Ticket</strong></p></th></tr>"
    '<tr><td><p>Add&nbsp;an alert</p></td><td><p><ac:link><ri:user ri:account-id="712020:ab" '
    'ri:local-id="u1" /></ac:link> </p></td><td><p><time datetime="2026-12-01" /></p></td>'
    '<td><p><a href="https://a.example/browse/OPS-12" data-card-appearance="inline">'
    "https://a.example/browse/OPS-12</a></p></td></tr></tbody></table>"
)


def test_a_table_the_editor_rewrote_reads_like_the_one_that_was_written() -> None:
    assert [
        ["Change", "Owner", "Due", "Ticket"],
        ["Add an alert", "@Ada Berg", "2026-12-01", "https://a.example/browse/OPS-12"],
    ] == table(EDITED, **{"712020_ab": "Ada Berg"})


def test_a_smart_link_keeps_its_address() -> None:
    found = block(EDITED)

    assert isinstance(found, Table)
    address = "https://a.example/browse/OPS-12"
    assert (link(address, address),) == found.rows[0][3]


def test_a_smart_link_is_shown_by_its_address_and_not_by_a_title_of_then() -> None:
    page = '<p><a href="https://a.example/1" data-card-appearance="block">Old title</a></p>'

    assert "https://a.example/1" == words(page)


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        pytest.param('ri:account-id="712020:ab"', "@Ada Berg", id="account id"),
        pytest.param('ri:userkey="ff80"', "@Ben Castro", id="user key"),
        pytest.param('ri:username="chiara"', "@Chiara Dunn", id="user name"),
        pytest.param('ri:account-id="712020:xy"', "@712020:xy", id="nobody we know"),
    ],
)
def test_a_mention_is_read_by_name_else_by_its_id(user: str, expected: str) -> None:
    page = f"<p><ac:link><ri:user {user} /></ac:link></p>"
    names = {"712020_ab": "Ada Berg", "ff80": "Ben Castro", "chiara": "Chiara Dunn"}

    assert expected == words(page, **names)


def test_a_mention_nobody_knows_keeps_the_words_it_has() -> None:
    page = (
        '<p><ac:link><ri:user ri:userkey="ff80" />'
        "<ac:plain-text-link-body><![CDATA[Ben C.]]></ac:plain-text-link-body></ac:link></p>"
    )

    assert "Ben C." == words(page)
    assert "@Ben Castro" == words(page, ff80="Ben Castro")


def test_everybody_mentioned_is_listed_once() -> None:
    user = '<ac:link><ri:user ri:account-id="712020:ab" /></ac:link>'
    root = parsing.parse(f'<p>{user}{user}<ri:user ri:userkey="ff80" /></p>')

    assert (
        parsing.Mention("account-id", "712020:ab"),
        parsing.Mention("userkey", "ff80"),
    ) == parsing.mentions(root)


def test_a_cell_merged_over_columns_leaves_the_others_empty() -> None:
    page = (
        "<table><tbody><tr><th>Change</th><th>Owner</th><th>Due</th></tr>"
        '<tr><td>Add an alert</td><td colspan="2">Ada, next week</td></tr></tbody></table>'
    )

    assert [
        ["Change", "Owner", "Due"],
        ["Add an alert", "Ada, next week", ""],
    ] == table(page)


def test_a_cell_merged_over_rows_counts_for_each() -> None:
    page = (
        "<table><tbody><tr><th>Change</th><th>Owner</th></tr>"
        '<tr><td>Add an alert</td><td rowspan="2">Ada</td></tr><tr><td>Test it</td></tr>'
        "</tbody></table>"
    )

    assert [
        ["Change", "Owner"],
        ["Add an alert", "Ada"],
        ["Test it", "Ada"],
    ] == table(page)


def test_a_row_with_more_cells_than_the_header_keeps_them() -> None:
    page = (
        "<table><tbody><tr><th>Change</th><th>Owner</th></tr>"
        "<tr><td>Add an alert</td><td>Ada</td><td>beside</td></tr></tbody></table>"
    )

    assert ["Add an alert", "Ada", "beside"] == table(page)[1]


def test_a_header_that_was_switched_off_is_the_first_row() -> None:
    page = "<table><tbody><tr><td>Change</td><td>Owner</td></tr></tbody></table>"

    assert [["", ""], ["Change", "Owner"]] == table(page)


def test_a_head_of_its_own_is_the_header() -> None:
    page = (
        "<table><thead><tr><td>Change</td></tr></thead><tbody><tr><td>Add</td></tr></tbody></table>"
    )

    assert [["Change"], ["Add"]] == table(page)


def test_lists_and_lines_in_a_cell_are_lines() -> None:
    page = (
        "<table><tbody><tr><th>Change</th></tr>"
        "<tr><td><p>One</p><ul><li><p>two</p></li></ul><p>three<br />four</p></td></tr>"
        "</tbody></table>"
    )

    found = block(page)

    assert isinstance(found, Table)
    assert (
        text(
            "One",
            LineBreak(),
            "two",
            LineBreak(),
            "three",
            LineBreak(),
            "four",
        ),
    ) == found.rows[0]


def test_tasks_are_items_with_a_box() -> None:
    page = (
        '<ac:task-list ac:task-list-id="x"><ac:task><ac:task-id>4</ac:task-id>'
        "<ac:task-uuid>0f</ac:task-uuid><ac:task-status>complete</ac:task-status><ac:task-body>"
        '<span class="placeholder-inline-tasks">Add an alert <time datetime="2026-12-01" /></span>'
        "</ac:task-body></ac:task><ac:task><ac:task-id>5</ac:task-id>"
        "<ac:task-status>incomplete</ac:task-status><ac:task-body>Test it</ac:task-body></ac:task>"
        "<ac:task-list><ac:task><ac:task-id>6</ac:task-id><ac:task-status>incomplete"
        "</ac:task-status><ac:task-body>on Monday</ac:task-body></ac:task></ac:task-list>"
        "</ac:task-list>"
    )

    monday = BulletList((ListItem(text("on Monday"), (), checked=False),))
    assert BulletList(
        (
            ListItem(text("Add an alert 2026-12-01"), (), checked=True),
            ListItem(text("Test it"), (monday,), checked=False),
        )
    ) == block(page)


def test_lists_keep_their_levels() -> None:
    page = (
        "<ul><li><p>Deploy failed</p><ul><li><p>Why: no test</p><ol><li>Why: no time</li></ol></li>"
        "</ul></li><li>Two<ul><li>three</li></ul></li></ul>"
    )

    inner = BulletList((ListItem(text("Why: no time")),), ordered=True)
    why = BulletList((ListItem(text("Why: no test"), (inner,)),))
    three = BulletList((ListItem(text("three")),))
    assert BulletList(
        (ListItem(text("Deploy failed"), (why,)), ListItem(text("Two"), (three,)))
    ) == block(page)


@pytest.mark.parametrize(
    ("macro", "expected"),
    [
        pytest.param(
            '<ac:structured-macro ac:name="status" ac:schema-version="1" ac:macro-id="6f">'
            '<ac:parameter ac:name="title">DONE</ac:parameter>'
            '<ac:parameter ac:name="colour">Green</ac:parameter></ac:structured-macro>',
            "DONE",
            id="status",
        ),
        pytest.param(
            '<ac:structured-macro ac:name="jira" ac:schema-version="1">'
            '<ac:parameter ac:name="server">System Jira</ac:parameter>'
            '<ac:parameter ac:name="serverId">1-2</ac:parameter>'
            '<ac:parameter ac:name="key">OPS-12</ac:parameter></ac:structured-macro>',
            "OPS-12",
            id="jira",
        ),
        pytest.param(
            '<ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">top</ac:parameter>'
            "</ac:structured-macro>here",
            "here",
            id="anchor",
        ),
        pytest.param(
            '<ac:emoticon ac:name="blue-star" ac:emoji-shortname=":tada:" ac:emoji-fallback="🎉" />',
            "🎉",
            id="emoji",
        ),
        pytest.param("<ac:placeholder>Type here</ac:placeholder>said", "said", id="placeholder"),
        pytest.param(
            '<ac:link><ri:page ri:content-title="Sales &amp; more" /></ac:link>',
            "Sales & more",
            id="link to a page",
        ),
        pytest.param(
            '<ac:link><ri:page ri:content-title="x" /><ac:link-body>the <em>plan</em></ac:link-body>'
            "</ac:link>",
            "the plan",
            id="link with words",
        ),
        pytest.param(
            '<ac:inline-comment-marker ac:ref="1">late</ac:inline-comment-marker> again',
            "late again",
            id="commented words",
        ),
        pytest.param("<u>one</u> <s>two</s> <custom:x>three</custom:x>", "one two three", id="any"),
    ],
)
def test_what_stands_in_a_line_is_read_by_what_it_shows(macro: str, expected: str) -> None:
    assert expected == words(f"<p>{macro}</p>")


def test_a_macro_keeps_its_title_and_its_text() -> None:
    page = (
        '<p><ac:structured-macro ac:name="expand" ac:schema-version="1">'
        '<ac:parameter ac:name="title">Details</ac:parameter><ac:rich-text-body><p>It rained.</p>'
        '<ac:structured-macro ac:name="unheard-of"><ac:parameter ac:name="x">no words</ac:parameter>'
        "<ac:plain-text-body><![CDATA[a < b &nbsp; c]]></ac:plain-text-body></ac:structured-macro>"
        "</ac:rich-text-body></ac:structured-macro></p>"
    )

    assert (
        Paragraph(text("Details")),
        Paragraph(text("It rained.")),
        Code("a < b &nbsp; c"),
    ) == read(page).blocks


def test_columns_of_a_layout_are_read_one_after_the_other() -> None:
    page = (
        '<ac:layout><ac:layout-section ac:type="two_equal"><ac:layout-cell><h2>Left</h2>'
        "</ac:layout-cell><ac:layout-cell><p>right</p><hr /></ac:layout-cell></ac:layout-section>"
        "</ac:layout>"
    )

    assert (Heading(2, text("Left")), Paragraph(text("right")), Rule()) == read(page).blocks


def test_a_panel_of_the_new_editor_is_read_once() -> None:
    page = (
        '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note'
        "</ac:adf-attribute><ac:adf-content><p>Remember</p></ac:adf-content></ac:adf-node>"
        "<ac:adf-fallback><p>Remember</p></ac:adf-fallback></ac:adf-extension>"
    )

    assert (Paragraph(text("Remember")),) == read(page).blocks


def test_decisions_are_items() -> None:
    page = (
        '<ac:adf-extension><ac:adf-node type="decision-list">'
        '<ac:adf-node type="decision-item"><ac:adf-attribute key="state">DECIDED</ac:adf-attribute>'
        "<ac:adf-content>Ship on Monday</ac:adf-content></ac:adf-node></ac:adf-node>"
        "</ac:adf-extension>"
    )

    assert BulletList((ListItem(text("Ship on Monday")),)) == block(page)


def test_entities_of_html_are_characters() -> None:
    assert "a – b & c" == words("<p>a&nbsp;&ndash; b &amp; c</p>")


def test_an_entity_nobody_knows_stays_as_it_is_written() -> None:
    assert "a &nosuch; b" == words("<p>a &nosuch; b</p>")


def test_prefixes_that_are_declared_mean_the_same() -> None:
    page = (
        '<x:link xmlns:x="http://atlassian.com/content" '
        'xmlns:y="http://atlassian.com/resource/identifier"><y:user y:userkey="ff80" /></x:link>'
    )

    assert "@Ben" == words(page, ff80="Ben")


def test_styles_add_up() -> None:
    expected = text(
        Text("bold", strong=True),
        " ",
        Text("both", strong=True, emphasis=True),
        " ",
        link("x", "https://a.example"),
    )

    assert Paragraph(expected) == block(
        '<p><strong>bold <em>both</em></strong> <a href="https://a.example">x</a></p>'
    )


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("<p>a</b>", id="not closed"),
        pytest.param('<!DOCTYPE x [<!ENTITY a "b">]><p>&a;</p>', id="document type"),
        pytest.param("<p>&#0;</p>", id="no character"),
    ],
)
def test_a_page_that_is_not_well_formed_is_refused_in_words(page: str) -> None:
    with pytest.raises(Rejected, match="storage format cannot be read"):
        parsing.parse(page)


@pytest.mark.parametrize("tag", ["div", "span", "ul", "strong", "blockquote", "td"])
def test_what_nests_too_deep_keeps_its_words(tag: str) -> None:
    page = f"<{tag}>" * 5_000 + "deep" + f"</{tag}>" * 5_000

    assert "deep" in repr(read(page))


def test_an_empty_page_is_an_empty_document() -> None:
    assert Document(()) == read("")
