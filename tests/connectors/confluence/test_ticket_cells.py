"""Tickets into the empty cells of the actions table: exactly there, and over nobody's words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.confluence.mapping import parsing
from connectors.confluence.mapping.cells import with_tickets
from service.ports import TicketCell

KEY = "OPS-1"
URL = "https://acme.atlassian.net/browse/OPS-1"
LINK = f'<p><a href="{URL}" data-card-appearance="inline">{KEY}</a></p>'
ALERT = TicketCell("Add alert", KEY, URL)
HEADER = (
    "<tr><th>Change</th><th>Owner</th><th>Due</th><th>How it is verified</th><th>Ticket</th></tr>"
)
AROUND = "<p>Rain &amp; fog&nbsp;&ndash; <em>all</em> day.</p>"


def row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{one}</td>" for one in cells) + "</tr>"


def an_action(ticket: str, change: str = "Add alert") -> str:
    return row(change, "Ada", "2026-12-01", "It rings", ticket)


def a_table(*rows: str, header: str = HEADER) -> str:
    return f"{AROUND}<table><tbody>{header}{''.join(rows)}</tbody></table>{AROUND}"


def head(*names: str) -> str:
    return "<tr>" + "".join(f"<th>{one}</th>" for one in names) + "</tr>"


HOLE = "@@"


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(a_table(an_action(HOLE)), id="as we wrote it"),
        pytest.param(a_table(an_action(HOLE, " Add \n&nbsp; alert ")), id="spaces"),
        pytest.param(a_table(an_action(HOLE, "<p><strong>Add</strong> alert</p>")), id="markup"),
        pytest.param(
            a_table(
                row("1", HOLE, "Ada", "Add alert", "It rings", "open", "2026-12-01"),
                header=head("No.", "Ticket", "Owner", "Change", "Evidence", "Status", "Due"),
            ),
            id="columns moved and added",
        ),
        pytest.param(
            '<table data-layout="default" ac:local-id="a>b"><colgroup><col style="width: 1px;" />'
            f"</colgroup><tbody>{HEADER.replace('<th>', '<th><p><strong>')}".replace(
                "</th>", "</strong></p></th>"
            )
            + an_action(HOLE)
            + "</tbody></table>",
            id="as the editor writes it",
        ),
        pytest.param(
            a_table(an_action(HOLE), header="").replace(
                "<tbody>", f"<tbody>{HEADER}".replace("th>", "td>")
            ),
            id="a first row that is no header",
        ),
        pytest.param(
            '<!-- <table><tr><td> --><ac:structured-macro ac:name="code"><ac:plain-text-body>'
            "<![CDATA[</td><td><table>]]></ac:plain-text-body></ac:structured-macro>"
            + a_table(an_action(HOLE)),
            id="comments and code",
        ),
        pytest.param(
            a_table(
                row("<table><tbody><tr><td>x</td></tr></tbody></table>", "", "", "", ""),
                an_action(HOLE),
            ),
            id="a table within the table",
        ),
        pytest.param(
            a_table(
                '<tr><td>Other</td><td rowspan="2">Ada</td><td>2026-12-01</td><td>Yes</td><td /></tr>'
                f"<tr><td>Add alert</td><td>2026-12-01</td><td>It rings</td><td>{HOLE}</td></tr>"
            ),
            id="an owner of two rows",
        ),
        pytest.param(
            "<ul><li>Here:" + a_table(an_action(HOLE)) + "</li></ul>", id="below an item of a list"
        ),
        pytest.param(a_table(an_action(HOLE)) + a_table(an_action("", "Other")), id="two tables"),
        pytest.param(a_table(an_action(HOLE)).replace("><", ">\r\n  <"), id="lines and indents"),
    ],
)
@pytest.mark.parametrize(
    "empty",
    ["", "<p />", "<p></p>", '<p local-id="1f" />', "<br/>", "<p><br /></p>", "&nbsp;", " \n "],
)
def test_a_link_is_put_into_the_empty_cell_and_all_else_stays(page: str, empty: str) -> None:
    before, after = page.split(HOLE)

    written = with_tickets(f"{before}{empty}{after}", [ALERT])

    assert before + LINK + after == written
    assert written == with_tickets(written, [ALERT])


def test_a_cell_of_one_tag_keeps_its_attributes() -> None:
    page = a_table(an_action("")).replace("<td></td>", '<td class="x" />')

    written = with_tickets(page, [ALERT])

    assert page.replace('<td class="x" />', f'<td class="x">{LINK}</td>') == written


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(a_table(an_action("OPS-9")), id="words"),
        pytest.param(a_table(an_action("<p>?</p>")), id="a mark"),
        pytest.param(a_table(an_action('<a href="https://x.example/1" />')), id="a link"),
        pytest.param(a_table(an_action("<p><time datetime='2026-12-01' /></p>")), id="a date"),
        pytest.param(a_table(an_action("<ac:image><ri:url ri:value='x' /></ac:image>")), id="image"),
        pytest.param(a_table(an_action("<!-- later -->")), id="a comment"),
        pytest.param(a_table(an_action("<![CDATA[x]]>")), id="words in CDATA"),
        pytest.param(a_table(an_action("<ac:placeholder>key</ac:placeholder>")), id="placeholder"),
        pytest.param(a_table(an_action(""), an_action("")), id="two equal rows"),
        pytest.param(a_table(an_action(""), an_action("OPS-2")), id="one of two equal rows is done"),
        pytest.param(a_table(an_action("")) + a_table(an_action("")), id="two equal tables"),
        pytest.param(a_table(an_action("", "Add an alert")), id="another change"),
        pytest.param(a_table(an_action("", "")), id="no change"),
        pytest.param(a_table(row("Add alert", "Ada", "2026-12-01", "")), id="a cell is missing"),
        pytest.param(
            a_table(row("Add alert", "Ada", "2026-12-01", "It rings"), header=head(
                "Change", "Owner", "Due", "How it is verified")), id="no column for tickets"),
        pytest.param(
            a_table(row("Add alert", "Ada", "", ""), header=head(
                "Change", "Owner", "Due", "Ticket")), id="no table of actions"),
        pytest.param(
            a_table(an_action("").replace("<td></td>", '<td rowspan="2"></td>'),
                an_action("", "Other").replace("<td></td>", "")), id="merged over rows"),
        pytest.param(
            a_table("<tr><td>Add alert</td><td>Ada</td><td>2026-12-01</td><td colspan='2' /></tr>"),
            id="merged over columns"),
        pytest.param(a_table(row(a_table(an_action("")), "", "", "", "")), id="an inner table"),
        pytest.param(
            f"<ac:structured-macro ac:name='code'><ac:plain-text-body><![CDATA["
            f"{a_table(an_action(''))}]]></ac:plain-text-body></ac:structured-macro>", id="code"),
        pytest.param(f"<!-- {a_table(an_action(''))} -->", id="commented out"),
        pytest.param(a_table(an_action("")) + "<p>", id="not well-formed"),
        pytest.param("&LT;table>&LT;/table>" + a_table(an_action("")), id="marks out of entities"),
        pytest.param("", id="nothing"),
    ],
)  # fmt: skip
def test_what_is_filled_in_ambiguous_or_not_there_stays_as_it_is(page: str) -> None:
    assert page == with_tickets(page, [ALERT])


def test_two_tickets_for_one_row_are_none() -> None:
    page = a_table(an_action(""))

    assert page == with_tickets(page, [ALERT, TicketCell("Add  alert", "OPS-2", f"{URL}2")])


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "//x.example"])
def test_no_address_but_one_of_the_web_is_written(url: str) -> None:
    page = a_table(an_action(""))

    assert page == with_tickets(page, [TicketCell("Add alert", KEY, url)])


def test_a_key_and_an_address_never_become_markup() -> None:
    key, url = "<b>&amp;]]>", 'https://x.example/?a=1&b="><script>'

    written = with_tickets(a_table(an_action("")), [TicketCell("Add alert", key, url)])

    (link,) = (one for one in parsing.parse(written).iter() if one.tag == "a")
    assert (key, url) == (link.text, link.get("href"))


def test_people_are_called_by_their_names_in_a_change() -> None:
    mention = 'Ask <ac:link><ri:user ri:account-id="7:a" /></ac:link>'
    page = a_table(an_action("", mention))

    written = with_tickets(page, [TicketCell("Ask @Ben", KEY, URL)], {"7:a": "Ben"})

    assert LINK in written


WORDS = st.text("abc é<&>\"'\n]", max_size=8).map(
    lambda words: words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
)
NOISE = st.one_of(
    WORDS.map(lambda words: f"<p>{words}</p>"),
    WORDS.map(lambda words: f"<h2 title='a>b'>{words}</h2>"),
    st.sampled_from(
        [
            "<!-- <td> -->",
            "<p><![CDATA[</td></tr></table>]]></p>",
            "<hr/>",
            "<table><tbody><tr><td><p /></td></tr></tbody></table>",
            (
                '<ac:structured-macro ac:name="info"><ac:rich-text-body><p>i</p>'
                "</ac:rich-text-body></ac:structured-macro>"
            ),
        ]
    ),
)
EMPTY = st.sampled_from(["", "<p />", "<p></p>", "<br />", "&nbsp;"])
FULL = st.sampled_from(["<p>OPS-7</p>", "<a href='https://x.example'>x</a>", "-", "<!-- -->"])


@given(
    st.lists(NOISE, max_size=4), st.lists(st.tuples(st.booleans(), EMPTY, FULL), max_size=5), NOISE
)
def test_whatever_stands_outside_of_the_cells_is_untouched(
    noise: list[str], given_rows: list[tuple[bool, str, str]], inner: str
) -> None:
    def page(fill: Callable[[int, str], str]) -> str:
        rows = [
            row(f"Change {n}", inner, "2026-12-01", "It rings", fill(n, empty) if free else full)
            for n, (free, empty, full) in enumerate(given_rows)
        ]
        return "".join(noise) + a_table(*rows) + "".join(noise)

    def link(number: int, _empty: str) -> str:
        return LINK.replace(KEY, f"OPS-{number}")

    cells = [
        TicketCell(f"Change {n}", f"OPS-{n}", URL.replace(KEY, f"OPS-{n}"))
        for n in range(len(given_rows))
    ]

    assert page(link) == with_tickets(page(lambda _, empty: empty), cells)
