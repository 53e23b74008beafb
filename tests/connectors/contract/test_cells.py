"""A ticket's cell on the page: written where it is empty, and nothing else on the page."""

from __future__ import annotations

from dataclasses import replace

from service import markdown
from service.domain.document import Document, Table
from service.ports import TicketCell
from tests.connectors.contract.cast import Cast, marker
from tests.stories.stage import LEAD

PAGE = """\
# Context

Test data came late. <b>&nbsp;

## Actions

| Change | Owner | Due | How it is verified | Ticket |
| --- | --- | --- | --- | --- |
| Kickoff checklist gains a line | Ben Castro | 2027-03-28 | The checklist page | |
| Release runbook | Dev Emre | 2027-04-02 | The runbook \\| page | |
| Nobody asked | Ada Berg | 2027-04-02 | By hand | mine |

## Open questions

* None.
"""
FIRST = TicketCell("Kickoff checklist gains a line", "OPS-3", "https://tool.example/OPS-3")
TAKEN = TicketCell("Nobody asked", "OPS-4", "https://tool.example/OPS-4")
ELSEWHERE = TicketCell("Not on this page at all", "OPS-5", "https://tool.example/OPS-5")


def without_cells(document: Document) -> Document:
    """Leave the last cell of each row out."""
    return Document(
        tuple(
            replace(one, rows=tuple(row[:-1] for row in one.rows))
            if isinstance(one, Table)
            else one
            for one in document.blocks
        )
    )


def cells(document: Document) -> list[str]:
    """Return what stands in the last cell of each row."""
    (table,) = (one for one in document.blocks if isinstance(one, Table))
    return ["".join(getattr(piece, "text", "") for piece in row[-1]) for row in table.rows]


def content(cast: Cast, page_id: str) -> Document:
    found = cast.pages.page(page_id).content
    assert found is not None
    return found


def a_page(cast: Cast) -> str:
    body = markdown.read(PAGE)
    return cast.pages.ensure_page(cast.project, marker(), "Post-mortem: cells", body).id


def test_only_the_empty_cell_of_the_row_is_written(cast: Cast) -> None:
    page_id = a_page(cast)
    before = content(cast, page_id)

    cast.pages.ensure_ticket_cells(page_id, [FIRST, TAKEN, ELSEWHERE])

    after = content(cast, page_id)
    assert without_cells(before) == without_cells(after)
    first, second, third = cells(after)
    assert first in ("", FIRST.ticket_key, FIRST.ticket_url)
    assert ("", "mine") == (second, third)


def test_writing_it_again_changes_nothing(cast: Cast) -> None:
    page_id = a_page(cast)
    cast.pages.ensure_ticket_cells(page_id, [FIRST])
    before, stamp = content(cast, page_id), cast.pages.stamps([page_id])

    cast.now = cast.now.replace(hour=10)
    cast.pages.ensure_ticket_cells(page_id, [FIRST])

    assert before == content(cast, page_id)
    assert stamp == cast.pages.stamps([page_id])


def test_what_people_wrote_since_stays(cast: Cast) -> None:
    page_id = a_page(cast)
    cast.tool.writes_page(page_id, PAGE.replace("Test data", "All test data"), by=LEAD)

    cast.pages.ensure_ticket_cells(page_id, [FIRST])

    assert "All test data" in str(content(cast, page_id))


def test_a_page_that_is_away_is_left_away(cast: Cast) -> None:
    page_id = a_page(cast)
    cast.tool.trashes_page(page_id, by=LEAD)

    cast.pages.ensure_ticket_cells(page_id, [FIRST])

    assert cast.tool.page_away is cast.pages.page(page_id).presence
