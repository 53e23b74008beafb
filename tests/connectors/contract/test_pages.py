"""What every page store does, whatever its tool is."""

from __future__ import annotations

import pytest

from service import markdown
from service.domain.document import BulletList, Heading, Table
from service.domain.remote import Page, Presence
from service.ports import TicketCell, Unavailable
from tests.connectors.contract.cast import BODY, Cast, marker, refused
from tests.stories.stage import LEAD


def a_page(cast: Cast, title: str = "Post-mortem: a page") -> Page:
    return cast.pages.ensure_page(cast.project, marker(), title, BODY)


def test_a_page_reads_back_as_it_was_written(cast: Cast) -> None:
    made = a_page(cast)

    found = cast.pages.page(made.id)

    assert (made.id, made.title, made.url) == (found.id, found.title, found.url)
    assert Presence.PRESENT is found.presence
    assert found.content is not None
    assert made.content == found.content
    heading, points, table = (one for one in found.content.blocks)
    assert isinstance(heading, Heading)
    assert isinstance(points, BulletList)
    assert 2 == len(points.items)
    assert isinstance(table, Table)
    assert ["Change", "Owner"] == ["".join(_said(cell)) for cell in table.header]
    assert [["Check it", "Ben"]] == [["".join(_said(c)) for c in row] for row in table.rows]


def test_a_page_hangs_on_its_project_where_the_tool_knows_that(cast: Cast) -> None:
    assert a_page(cast).project_key in (cast.key, None)


def test_a_page_in_the_trash_says_so(cast: Cast) -> None:
    made = a_page(cast)

    cast.tool.trashes_page(made.id, by=LEAD)

    found = cast.pages.page(made.id)
    assert cast.tool.page_away is found.presence
    assert found.content is None


def test_a_page_that_is_not_there_is_missing(cast: Cast) -> None:
    for page_id in cast.tool.no_pages:
        assert Presence.MISSING is cast.pages.page(page_id).presence


def test_a_stamp_changes_with_an_edit_and_with_nothing_else(cast: Cast) -> None:
    one, other = a_page(cast, "Post-mortem: one"), a_page(cast, "Post-mortem: other")
    ids = [one.id, other.id, *cast.tool.no_pages]
    before = cast.pages.stamps(ids)
    assert before == cast.pages.stamps(ids)

    cast.now = cast.now.replace(hour=10)
    cast.tool.writes_page(one.id, "# Context\n\nNobody knew.", by=LEAD)
    after = cast.pages.stamps(ids)

    assert {one.id, other.id} == before.keys() == after.keys()
    assert before[one.id] != after[one.id]
    assert before[other.id] == after[other.id]


def test_the_stamps_of_many_pages_are_read_to_the_end(cast: Cast) -> None:
    made = {cast.tool.another_page(f"Notes {number}") for number in range(260)}
    cast.now = cast.now.replace(hour=10)

    assert made == cast.pages.stamps(sorted(made)).keys()


def test_a_page_on_the_list_is_as_new_as_the_page_itself(cast: Cast) -> None:
    made = a_page(cast)
    cast.tool.writes_page(made.id, "# Context\n\nSomebody knew.", by=LEAD)

    found = cast.pages.page(made.id)

    assert found.content is not None
    assert "Somebody knew." in str(found.content)


@pytest.mark.parametrize("mode", ["500", "503", "reset", "html-200", "empty-200", "truncated"])
def test_an_answer_that_cannot_be_believed_is_no_missing_page(cast: Cast, mode: str) -> None:
    made = a_page(cast)
    pages = cast.pages
    cast.tool.wiki.control.fail(mode, times=10)

    assert isinstance(refused(lambda: pages.page(made.id)), Unavailable)
    assert isinstance(refused(lambda: pages.stamps([made.id])), Unavailable)


def test_tickets_put_into_the_page_twice_change_nothing_the_second_time(cast: Cast) -> None:
    table = markdown.read(
        "## Actions\n\n| Change | Owner | Due | How it is verified | Ticket |\n"
        "| --- | --- | --- | --- | --- |\n| Check it | Ben | 2027-04-01 | It is dry | |\n"
    )
    made = cast.pages.ensure_page(cast.project, marker(), "Post-mortem: tickets", table)
    cells = [TicketCell("Check it", "OPS-1", "https://acme.example/browse/OPS-1")]
    cast.pages.ensure_ticket_cells(made.id, cells)
    before = cast.pages.page(made.id), cast.pages.stamps([made.id])

    cast.now = cast.now.replace(hour=10)
    cast.pages.ensure_ticket_cells(made.id, cells)

    assert before == (cast.pages.page(made.id), cast.pages.stamps([made.id]))


def _said(cell: tuple[object, ...]) -> list[str]:
    return [str(getattr(one, "text", "")) for one in cell]
