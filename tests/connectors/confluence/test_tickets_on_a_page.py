"""Tickets on the pages of a site: written once, after whatever people wrote meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

import pytest

from connectors.confluence.client import Client, http_of, open_client
from connectors.confluence.mapping import Stored
from connectors.confluence.pages import ConfluencePages, tickets
from connectors.confluence.settings import ConfluenceSettings
from connectors.confluence.standin import Standin
from service import markdown
from service.ports import TicketCell, Unavailable
from tests.connectors.confluence.answers import (
    MARKER,
    PAGES,
    Scripted,
    a_page,
    a_project,
    as_storage,
    pages,
)
from tests.connectors.confluence.test_standin_story import START
from tests.connectors.confluence.test_ticket_cells import ALERT, URL, a_table, an_action

TABLE = markdown.read(
    "## Actions\n\n| Change | Owner | Due | How it is verified | Ticket |\n"
    "| --- | --- | --- | --- | --- |\n"
    "| Add alert | Ada | 2026-12-01 | It rings | |\n"
    "| Drain <tank> & test | Ben | 2026-12-01 | It is dry | |\n"
)
TANK = TicketCell("Drain <tank> & test", "OPS-2", f"{URL}?a=1&b=2")


@dataclass
class Site:
    """A site with one of our pages."""

    standin: Standin
    settings: ConfluenceSettings

    @property
    def pages(self) -> ConfluencePages:
        return ConfluencePages.from_settings(self.settings)

    def make(self) -> str:
        return self.pages.ensure_page(a_project(), MARKER, "Post-mortem", TABLE).id

    def text(self, page_id: str) -> str:
        return self.standin.world.pages[page_id].storage

    def version(self, page_id: str) -> int:
        return self.standin.world.pages[page_id].version.number


@pytest.fixture(params=["cloud", "data-center"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    with Standin.seeded(lambda: START, flavour=request.param, threads=False) as standin:
        given_: dict[str, object] = {
            "site_url": standin.site_url,
            "api_url": standin.url,
            "api_token": standin.api_key,
            "space": "PM",
        }
        if request.param == "cloud":
            given_["email"] = standin.email
        yield Site(standin, ConfluenceSettings.model_validate(given_))


class Hurried:
    """A client between whose reading and writing somebody saves the page, so many times."""

    def __init__(self, site: Site, save: Callable[[int], object], times: int) -> None:
        self.reads = 0
        self._client = open_client(site.settings, http_of(site.settings))
        self._save, self._times = save, times

    def __getattr__(self, name: str) -> object:
        return getattr(self._client, name)

    def text(self, page_id: str) -> Stored:
        found = self._client.text(page_id)
        self.reads += 1
        if self.reads <= self._times:
            self._save(self.reads)
        return found


def test_tickets_are_written_once(site: Site) -> None:
    page_id = site.make()
    title, parent = (
        site.standin.world.pages[page_id].title,
        site.standin.world.pages[page_id].parent_id,
    )

    site.pages.ensure_ticket_cells(page_id, [ALERT, TANK])
    first = site.text(page_id)
    site.pages.ensure_ticket_cells(page_id, [ALERT, TANK])

    assert 2 == site.version(page_id)
    assert first == site.text(page_id)
    assert 2 == first.count('data-card-appearance="inline"')
    stored = site.standin.world.pages[page_id]
    assert (title, parent, "current") == (stored.title, stored.parent_id, stored.status)
    assert "Closeout: tickets" == stored.version.message


def test_the_page_reads_as_before_but_for_the_tickets(site: Site) -> None:
    page_id = site.make()
    site.standin.control.save_document(page_id, by="Ada Berg")
    before = str(site.pages.page(page_id).content)

    site.pages.ensure_ticket_cells(page_id, [TANK])

    after = site.pages.page(page_id)
    assert TANK.ticket_url in str(after.content)
    assert before.count("Text(") + 1 == str(after.content).count("Text(")


def test_a_cell_with_a_persons_text_stays(site: Site) -> None:
    page_id = site.make()
    control = site.standin.control
    control.edit_document(page_id, "| It rings |", "| It rings | soon", by="Ada Berg")
    before, version = site.text(page_id), site.version(page_id)
    assert "soon" in before

    site.pages.ensure_ticket_cells(page_id, [ALERT])

    assert (before, version) == (site.text(page_id), site.version(page_id))


@pytest.mark.parametrize("times", [1, 2])
def test_what_people_save_meanwhile_is_kept(site: Site, times: int) -> None:
    page_id = site.make()

    def save(number: int) -> None:
        site.standin.control.append_to_document(page_id, f"Word {number}.", by="Ada Berg")

    hurried = Hurried(site, save, times)
    tickets.ensure(cast("Client", hurried), page_id, [ALERT])

    found = site.text(page_id)
    assert f"Word {times}." in found
    assert "OPS-1" in found
    assert times + 2 == site.version(page_id)


def test_somebody_who_saves_all_the_time_is_left_alone_for_now(site: Site) -> None:
    page_id = site.make()

    def save(number: int) -> None:
        site.standin.control.append_to_document(page_id, f"Word {number}.", by="Ada Berg")

    hurried = Hurried(site, save, 99)
    with pytest.raises(Unavailable, match="is being edited"):
        tickets.ensure(cast("Client", hurried), page_id, [ALERT])

    assert 3 == hurried.reads
    assert "OPS-1" not in site.text(page_id)
    assert 4 == site.version(page_id)


def test_a_lost_answer_is_made_up_for_without_a_second_version(site: Site) -> None:
    page_id = site.make()
    site.standin.control.fail("do-then-reset", times=1, only="write")

    with pytest.raises(Unavailable):
        site.pages.ensure_ticket_cells(page_id, [ALERT])
    site.pages.ensure_ticket_cells(page_id, [ALERT])

    assert 2 == site.version(page_id)


def test_a_page_that_is_put_away_or_gone_stays_so(site: Site) -> None:
    page_id = site.make()
    site.standin.control.trash_document(page_id, by="Ada Berg")

    site.pages.ensure_ticket_cells(page_id, [ALERT])
    site.pages.ensure_ticket_cells("999999999", [ALERT])

    assert (1, "trashed") == (site.version(page_id), site.standin.world.pages[page_id].status)


def test_a_live_page_has_no_version_to_check_and_stays(cloud: Scripted) -> None:
    cloud.on("GET", f"{PAGES}/777", a_page(subtype="live", **as_storage(a_table(an_action("")))))

    pages().ensure_ticket_cells("777", [ALERT])

    assert [] == cloud.written
