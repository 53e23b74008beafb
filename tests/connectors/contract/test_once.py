"""Doing it twice makes one, and so does doing it again after the answer was lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.domain.remote import Page, Ticket
from service.domain.tracking import Status
from service.ports import Unavailable
from tests.connectors.contract.cast import (
    BODY,
    LONG_AGO,
    Cast,
    marker,
    with_every_answer_lost,
)
from tests.stories.stage import LEAD

URL = "https://wiki.example/the-post-mortem"


def test_a_comment_is_written_once(cast: Cast) -> None:
    planted, other = marker(), marker()

    first, again = (cast.tracker.ensure_comment(cast.key, planted, BODY) for _ in range(2))
    second = cast.tracker.ensure_comment(cast.key, other, BODY)

    assert first == again != second
    assert 2 == len(cast.tool.board.project(cast.key).comments)


def test_a_comment_is_found_behind_hundreds_of_others(cast: Cast) -> None:
    planted = marker()
    first = cast.tracker.ensure_comment(cast.key, planted, BODY)
    for number in range(150):
        cast.tool.comments(cast.key, f"We go on, {number}.", by=LEAD)

    assert first == cast.tracker.ensure_comment(cast.key, planted, BODY)
    assert 151 == len(cast.tool.board.project(cast.key).comments)


def test_a_comment_whose_answer_was_lost_is_there_once(cast: Cast) -> None:
    def write(planted: str, _tried: timedelta | None) -> str:
        return cast.tracker.ensure_comment(cast.key, planted, BODY)

    lost = 0
    for second, third in with_every_answer_lost(cast, write):
        lost += 1
        assert second == third

    assert lost
    # the last try of all loses no answer
    assert lost + 1 == len(cast.tool.board.project(cast.key).comments)


def test_a_link_is_put_once(cast: Cast) -> None:
    planted = marker()

    first, again = (
        cast.tracker.ensure_link(cast.key, planted, URL, "Post-mortem") for _ in range(2)
    )

    assert first == again
    assert [URL] == [one.url for one in cast.project.links if one.url == URL]
    assert 1 == cast.tool.board.project(cast.key).links.count(URL)


def test_a_link_whose_answer_was_lost_is_there_once(cast: Cast) -> None:
    def write(planted: str, _tried: timedelta | None) -> str:
        return cast.tracker.ensure_link(cast.key, planted, f"{URL}/{planted}", "Post-mortem")

    lost = sum(second == third for second, third in with_every_answer_lost(cast, write))

    links = cast.tool.board.project(cast.key).links
    assert lost
    assert len(set(links)) == len(links)
    assert lost + 1 == sum(one.startswith(URL) for one in links)


def test_a_ticket_is_made_once(cast: Cast) -> None:
    planted, before = marker(), len(cast.tool.tickets())

    first, again = (
        cast.tracker.ensure_ticket(cast.project, planted, cast.a_draft(), tried=tried)
        for tried in (None, LONG_AGO)
    )

    assert first.id == again.id
    assert before + 1 == len(cast.tool.tickets())


def test_a_ticket_whose_answer_was_lost_is_there_once(cast: Cast) -> None:
    before = len(cast.tool.tickets())

    def write(planted: str, tried: timedelta | None) -> Ticket:
        return cast.tracker.ensure_ticket(cast.project, planted, cast.a_draft(), tried=tried)

    lost = 0
    for second, third in with_every_answer_lost(cast, write):
        lost += 1
        assert second.id == third.id

    assert lost
    assert before + lost + 1 == len(cast.tool.tickets())


@pytest.mark.parametrize("lag", [0, 100])
def test_a_ticket_asked_for_again_and_again_is_there_once(cast: Cast, lag: int) -> None:
    planted, before = marker(), len(cast.tool.tickets())
    cast.tool.standin.control.lag(lists=lag)
    cast.loses_the_answer(to=0)
    for tried in (None, *(timedelta(seconds=number) for number in range(0, 240, 20))):
        cast.now += timedelta(seconds=20)
        try:
            made = cast.tracker.ensure_ticket(cast.project, planted, cast.a_draft(), tried=tried)
        except Unavailable:
            continue
        assert made.id in cast.tool.tickets()

    assert before + 1 == len(cast.tool.tickets())


def test_two_tickets_are_related_once(cast: Cast) -> None:
    first, second = (
        cast.tracker.ensure_ticket(cast.project, marker(), cast.a_draft(title))
        for title in ("One", "Another")
    )
    planted = marker()

    for _ in range(2):
        cast.tracker.ensure_relation(planted, first.id, second.id)

    assert 1 == cast.tool.relations(first.id, second.id)


def test_a_relation_whose_answer_was_lost_is_there_once(cast: Cast) -> None:
    first, second = (
        cast.tracker.ensure_ticket(cast.project, marker(), cast.a_draft(title))
        for title in ("One", "Another")
    )
    planted = marker()
    cast.loses_the_answer(to=0)

    with pytest.raises(Unavailable):
        cast.tracker.ensure_relation(planted, first.id, second.id)
    cast.tracker.ensure_relation(planted, first.id, second.id)

    assert 1 == cast.tool.relations(first.id, second.id)


@pytest.mark.parametrize("to", ["closed", "open"])
def test_a_move_whose_answer_was_lost_is_made_once(cast: Cast, to: str) -> None:
    before = cast.project.status
    if to == "open":
        cast.tool.closes(cast.key, by=LEAD)

    def move() -> Status:
        tracker = cast.tracker
        if to == "open":
            return tracker.ensure_open(cast.key, before)
        return tracker.ensure_closed(cast.key, None)

    cast.loses_the_answer(to=0)
    with pytest.raises(Unavailable):
        move()

    assert move() == cast.project.status
    assert 1 == cast.tool.written().count("move")


def test_a_page_is_made_once(cast: Cast) -> None:
    planted = marker()

    first, again = (
        cast.pages.ensure_page(cast.project, planted, "Post-mortem: once", BODY, tried=tried)
        for tried in (None, LONG_AGO)
    )

    assert first.id == again.id
    assert 1 == sum("Post-mortem: once" in one.title for one in cast.tool.all_pages())


def test_a_page_whose_answer_was_lost_is_there_once(cast: Cast) -> None:
    def write(planted: str, tried: timedelta | None) -> Page:
        title = f"Post-mortem: {planted}"
        return cast.pages.ensure_page(cast.project, planted, title, BODY, tried=tried)

    lost = 0
    for second, third in with_every_answer_lost(cast, write, wiki=True):
        lost += 1
        assert second.id == third.id
        assert second.content is not None

    titles = [one.title for one in cast.tool.all_pages() if one.title.startswith("Post-mortem: ")]
    assert lost
    assert lost + 1 == len(titles)
    assert len(set(titles)) == len(titles)
