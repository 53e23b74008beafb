"""The same page read as ADF and as storage format is the same document, and the same post-mortem.

The stand-in derives its ADF from the stored tree by itself, so that neither reader is tested
against its own mistakes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import orjson
import pytest

from connectors.confluence.mapping import adf, parsing, reading, storage
from connectors.confluence.standin import Standin
from connectors.confluence.standin.bodies import body_in
from service import template
from service.domain.document import Document
from service.domain.postmortem import PostMortem
from service.domain.reading import read_post_mortem
from tests.conftest import PROJECT
from tests.connectors.confluence.answers import MARKER, a_project

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TEMPLATE = (PROJECT / "config/templates/post-mortem.md").read_text(encoding="utf-8")
HEADER = ("Change", "Owner", "Due", "How it is verified", "Ticket")
TICKET = "https://acme.atlassian.net/browse/OPS-12"
SMART = f'<a href="{TICKET}" data-card-appearance="inline">{TICKET}</a>'
DAY = '<time datetime="2026-12-01" />'
STATUS = (
    '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">DONE</ac:parameter>'
    '<ac:parameter ac:name="colour">Green</ac:parameter></ac:structured-macro>'
)
JIRA = (
    '<ac:structured-macro ac:name="jira"><ac:parameter ac:name="server">System Jira'
    '</ac:parameter><ac:parameter ac:name="key">OPS-12</ac:parameter></ac:structured-macro>'
)


@pytest.fixture
def site() -> Standin:
    """A site whose pages are looked at without any exchange."""
    return Standin.seeded(lambda: NOW, threads=False)


def row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def actions(*rows: str) -> str:
    """A page with a table of actions."""
    header = "".join(f"<th>{name}</th>" for name in HEADER)
    return f"<h2>Actions</h2><table><tbody><tr>{header}</tr>{''.join(rows)}</tbody></table>"


def mention(site: Standin, who: str) -> str:
    return f'<ac:link><ri:user ri:account-id="{site.control.person(who).id}" /></ac:link>'


def both_ways(site: Standin, page: str) -> tuple[Document, Document]:
    """Save a page in the editor, and read it in both formats."""
    made = site.control.create_document("A page")
    site.control.write_storage(made.id, page)
    stored = site.world.pages[made.id].storage
    names = {user.id: user.name for user in site.world.users.values()}
    tree = orjson.loads(body_in(site.world, stored, "atlas_doc_format"))
    return adf.read(tree, names), reading.read(parsing.parse(stored), names)


def post_mortem(document: Document) -> PostMortem:
    return read_post_mortem(document, template.own_lines(TEMPLATE), NOW.date())


def read(site: Standin, page: str) -> PostMortem:
    """Read a page as a post-mortem, once it is seen that both ways agree."""
    by_adf, by_storage = both_ways(site, page)
    assert by_adf == by_storage
    return post_mortem(by_adf)


def test_the_page_as_we_write_it_is_the_same_both_ways(site: Standin) -> None:
    rows = [{"label": "Lead time", "planned": "10 days", "actual": "14 days"}]
    context = template.PageContext.of(
        a_project(),
        {"headline": rows, "details": rows},
        delivered_on=date(2026, 11, 20),
        case_url="https://closeout.example/closeouts/1",
    )
    page = template.render(TEMPLATE, context)

    by_adf, by_storage = both_ways(site, storage.write(page, MARKER))

    assert by_adf == by_storage
    found = post_mortem(by_storage)
    assert () == found.missing
    assert () == found.rows
    assert () == found.not_understood
    assert found == post_mortem(storage.normalised(page))


def test_the_actions_people_wrote_are_read_both_ways(site: Standin) -> None:
    ada = mention(site, "Ada Berg")

    found = read(site, actions(row("Add an&nbsp;alert", ada, DAY, "Alert fires", SMART)))

    (action,) = found.rows
    assert ("Add an alert", "@Ada Berg", "2026-12-01", "Alert fires", TICKET) == (
        action.change,
        action.owner,
        action.due,
        action.check,
        action.ticket,
    )
    assert () == found.not_understood


def test_a_cell_merged_over_rows_counts_for_each_action(site: Standin) -> None:
    ada = mention(site, "Ada Berg")
    page = actions(
        f'<tr><td>One</td><td rowspan="2">{ada}</td><td>{DAY}</td><td>a</td><td></td></tr>',
        row("Two", DAY, "b", JIRA),
    )

    found = read(site, page)

    assert [("One", "@Ada Berg", ""), ("Two", "@Ada Berg", "OPS-12")] == [
        (one.change, one.owner, one.ticket) for one in found.rows
    ]


def test_a_cell_merged_over_columns_loses_nothing(site: Standin) -> None:
    page = actions('<tr><td>One</td><td colspan="2">Ada, in May</td><td>a</td><td></td></tr>')

    (action,) = read(site, page).rows

    assert ("One", "Ada, in May", "", "a") == (
        action.change,
        action.owner,
        action.due,
        action.check,
    )


def test_a_row_with_a_cell_too_many_is_reported_and_not_dropped(site: Standin) -> None:
    found = read(site, actions(row("One", "Ada", DAY, "a", "", "beside")))

    assert () == found.rows
    (told,) = found.not_understood
    assert "One" in told
    assert "beside" in told


def test_a_column_people_added_changes_nothing(site: Standin) -> None:
    page = actions(row("One", "Ada", DAY, "a", "")).replace(
        "<th>Ticket</th>", "<th>Effort</th><th>Ticket</th>"
    )
    page = page.replace("<td>a</td><td></td>", f"<td>a</td><td>{STATUS}</td><td>{JIRA}</td>")

    (action,) = read(site, page).rows

    assert ("One", "a", "OPS-12") == (action.change, action.check, action.ticket)


def test_a_header_that_was_switched_off_is_still_the_header(site: Standin) -> None:
    page = actions(row("One", "Ada", DAY, "a", ""))

    found = read(site, page.replace("<th>", "<td>").replace("</th>", "</td>"))

    assert ["One"] == [one.change for one in found.rows]


def test_a_table_that_is_not_understood_is_reported(site: Standin) -> None:
    page = "<h2>Actions</h2><table><tbody><tr><th>Idea</th></tr><tr><td>Alert</td></tr></tbody></table>"

    found = read(site, page)

    assert ["“Alert”"] == [told.split(" stands")[0] for told in found.not_understood]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("<p>a <strong>b</strong> <em>c</em> <code>d</code><br />e</p>", id="styles"),
        pytest.param("<h3>One <strong>two</strong></h3><hr /><p></p><p>&nbsp;</p>", id="blocks"),
        pytest.param("<ul><li>a<ul><li>b</li></ul></li></ul><ol><li>c</li></ol>", id="lists"),
        pytest.param('<p><a href="https://a.example">x</a> <a href="mailto:a@b">y</a></p>', id="a"),
        pytest.param(f"<p>{STATUS} {JIRA} {DAY}</p>", id="inline macros"),
        pytest.param("<blockquote><p>said</p></blockquote><pre>a\n b</pre>", id="quotes"),
        pytest.param(
            '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[a\n  b]]>'
            "</ac:plain-text-body></ac:structured-macro>",
            id="code",
        ),
        pytest.param(
            '<ac:structured-macro ac:name="info"><ac:rich-text-body><p>read</p><ul><li>me</li></ul>'
            "</ac:rich-text-body></ac:structured-macro>",
            id="panel",
        ),
        pytest.param(
            '<ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">More</ac:parameter>'
            "<ac:rich-text-body><p>inside</p></ac:rich-text-body></ac:structured-macro>",
            id="expand",
        ),
        pytest.param(
            '<ac:structured-macro ac:name="details"><ac:rich-text-body><p>inside</p>'
            "</ac:rich-text-body></ac:structured-macro>",
            id="page properties",
        ),
        pytest.param(
            '<ac:layout><ac:layout-section ac:type="two_equal"><ac:layout-cell><h2>Left</h2>'
            "</ac:layout-cell><ac:layout-cell><p>right</p></ac:layout-cell></ac:layout-section>"
            "</ac:layout>",
            id="layout",
        ),
        pytest.param(
            "<ac:task-list><ac:task><ac:task-status>complete</ac:task-status><ac:task-body>a"
            "</ac:task-body></ac:task><ac:task><ac:task-status>incomplete</ac:task-status>"
            "<ac:task-body>b</ac:task-body></ac:task></ac:task-list>",
            id="tasks",
        ),
        pytest.param(
            "<table><tbody><tr><th>a</th><td>b</td></tr><tr><td><p>c</p><p>d</p></td><td><ul>"
            "<li>e</li><li>f</li></ul></td></tr></tbody></table>",
            id="table",
        ),
        pytest.param(
            '<p><ac:link><ri:page ri:content-title="Plan" /></ac:link> and <ac:link>'
            '<ri:page ri:content-title="x" /><ac:plain-text-link-body><![CDATA[y]]>'
            "</ac:plain-text-link-body></ac:link></p>",
            id="links to pages",
        ),
        pytest.param(
            '<ac:image><ri:attachment ri:filename="a.png" /></ac:image><p>below</p>', id="image"
        ),
    ],
)
def test_whatever_people_put_on_a_page_is_the_same_both_ways(site: Standin, page: str) -> None:
    by_adf, by_storage = both_ways(site, page)

    assert by_adf == by_storage
    assert by_storage.blocks


def test_saving_a_page_in_the_editor_changes_nothing_that_is_read(site: Standin) -> None:
    page = actions(row("One", mention(site, "Ben Castro"), DAY, "a", SMART))
    names = {user.id: user.name for user in site.world.users.values()}
    written = reading.read(parsing.parse(page), names)

    by_adf, _ = both_ways(site, page)

    assert post_mortem(written) == post_mortem(by_adf)
