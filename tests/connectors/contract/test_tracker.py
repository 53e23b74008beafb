"""What every tracker does, whatever its tool is: looked at in the tool itself afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.domain.remote import Presence
from service.domain.tracking import StatusCategory
from service.ports import NotAllowed, NotFound, Unavailable
from tests.connectors.contract.cast import BODY, LONG_AGO, Cast, instants, marker, refused
from tests.stories.stage import LEAD

HOUR = timedelta(hours=1)


def test_a_project_is_known_by_every_way_to_write_it(cast: Cast) -> None:
    tracker = cast.tracker

    for way in (cast.key, *cast.tool.ways_to_write(cast.key)):
        assert cast.key == tracker.canonical_key(way), way


def test_a_project_that_is_not_there_is_not_found(cast: Cast) -> None:
    for key in cast.tool.nowhere:
        with pytest.raises(NotFound):
            cast.tracker.canonical_key(key)
    with pytest.raises(NotFound):
        cast.tracker.project(cast.tool.nowhere[0])


def test_every_instant_has_a_zone(cast: Cast) -> None:
    cast.tool.closes(cast.key, by=LEAD)
    tracker, project = cast.tracker, cast.project

    found = list(
        instants(
            [
                project,
                tracker.issues(project),
                *tracker.closed_since(cast.now - HOUR),
                tracker.ensure_ticket(project, marker(), cast.a_draft()),
                cast.pages.ensure_page(project, marker(), "Post-mortem", BODY),
            ]
        )
    )

    assert len(found) > 20
    assert [] == [one for one in found if one.utcoffset() is None]


def test_history_is_oldest_first(cast: Cast) -> None:
    issues = cast.tracker.issues(cast.project).issues

    assert sum(len(one.changes) for one in issues) > 10
    for issue in issues:
        assert sorted(one.at for one in issue.changes) == [one.at for one in issue.changes]


def test_every_status_of_a_history_is_explained(cast: Cast) -> None:
    found = cast.tracker.issues(cast.project)

    named = {
        status
        for issue in found.issues
        for change in issue.changes
        if change.field == "status"
        for status in (change.before, change.after)
        if status is not None
    }
    assert named
    assert set() == named - found.statuses.keys()


def test_a_project_of_many_pages_is_read_to_its_end(cast: Cast) -> None:
    before = {one.id for one in cast.tracker.issues(cast.project).issues}
    made = {cast.tool.another_issue(f"One of many, {number}") for number in range(130)}

    found = {one.id for one in cast.tracker.issues(cast.project).issues}

    assert before | made == found


def test_a_closed_project_is_found_by_a_sweep_and_an_open_one_is_not(cast: Cast) -> None:
    assert [] == list(cast.tracker.closed_since(cast.now - HOUR))

    cast.now += timedelta(minutes=1)
    cast.tool.closes(cast.key, by=LEAD)
    found = cast.tracker.closed_since(cast.now - HOUR)

    assert [(cast.key, cast.now)] == [(one.key, one.closed_at) for one in found]
    assert cast.project.closed_at == cast.now
    cast.tool.reopens(cast.key, by=LEAD)
    assert [] == list(cast.tracker.closed_since(cast.now - HOUR))


def test_a_sweep_of_many_is_read_to_its_end(cast: Cast) -> None:
    made = {cast.tool.another_project(f"One of many, {number}") for number in range(110)}
    cast.now += timedelta(minutes=1)
    for key in made:
        cast.tool.closes(key, by=LEAD)

    found = [one.key for one in cast.tracker.closed_since(cast.now - HOUR)]

    assert len(found) == len(set(found))
    assert made == set(found)


def test_moving_back_is_done_once_and_leaves_an_open_project_alone(cast: Cast) -> None:
    before = cast.project.status
    cast.tool.closes(cast.key, by=LEAD)

    first, second = (cast.tracker.ensure_open(cast.key, before) for _ in range(2))

    assert before == first == second == cast.project.status
    assert not cast.tool.board.project(cast.key).closed
    assert 1 == cast.tool.written().count("move")


def test_moving_back_without_a_known_way_goes_to_an_open_status(cast: Cast) -> None:
    cast.tool.closes(cast.key, by=LEAD)

    moved_to = cast.tracker.ensure_open(cast.key, None)

    assert not moved_to.category.closed
    assert not cast.tool.board.project(cast.key).closed


def test_closing_is_done_once_and_goes_to_finished_work_by_itself(cast: Cast) -> None:
    first, second = (cast.tracker.ensure_closed(cast.key, None) for _ in range(2))

    assert first == second == cast.project.status
    assert StatusCategory.DONE is first.category
    assert cast.tool.board.project(cast.key).closed
    assert 1 == cast.tool.written().count("move")


def test_closing_takes_the_status_it_is_given(cast: Cast) -> None:
    cast.tool.closes(cast.key, by=LEAD)
    into = cast.project.status
    cast.tool.reopens(cast.key, by=LEAD)

    assert into == cast.tracker.ensure_closed(cast.key, into)
    assert cast.tool.board.project(cast.key).closed


def test_everybody_is_listed_and_we_are_one_of_them(cast: Cast) -> None:
    cast.tool.deactivates("Dev Emre")

    people = {one.name: one for one in cast.tracker.people()}

    assert people.keys() >= {"Ada Berg", "Ben Castro", "Chiara Dunn"}
    assert people["Ada Berg"].active
    assert "Dev Emre" not in people or not people["Dev Emre"].active
    assert "Closeout" == cast.tracker.me().name


def test_a_ticket_that_is_not_there_is_missing(cast: Cast) -> None:
    ticket = cast.tracker.ensure_ticket(cast.project, marker(), cast.a_draft())
    cast.tool.deletes(ticket.id, by=LEAD)

    found = cast.tracker.tickets([ticket.id, *cast.tool.no_tickets])

    assert {ticket.id, *cast.tool.no_tickets} == found.keys()
    assert {Presence.MISSING} == {one.presence for one in found.values()}


def test_tickets_are_read_as_they_stand_with_who_changed_them(cast: Cast) -> None:
    made = [
        cast.tracker.ensure_ticket(cast.project, marker(), cast.a_draft(f"Change {number}"))
        for number in range(3)
    ]
    cast.now += HOUR
    cast.tool.moves(made[0].id, "done", by="Ben Castro")
    cast.tool.labels(made[0].id, "verified", by="Chiara Dunn")

    found = cast.tracker.tickets([one.id for one in made])

    ticket = found[made[0].id]
    assert [f"Change {number}" for number in range(3)] == [found[one.id].title for one in made]
    assert StatusCategory.DONE is ticket.status.category
    assert "verified" in ticket.labels
    (move,) = [one for one in ticket.status_moves if one.after.category.closed]
    (label,) = [one for one in ticket.label_changes if one.label == "verified"]
    assert ("Ben Castro", cast.now) == (move.by and move.by.name, move.at)
    assert ("Chiara Dunn", cast.now, True) == (label.by and label.by.name, label.at, label.added)


def test_a_ticket_has_what_its_draft_says_and_is_outside_of_the_project(cast: Cast) -> None:
    draft = cast.a_draft()

    ticket = cast.tracker.ensure_ticket(cast.project, marker(), draft)

    assert (draft.title, draft.due_on) == (ticket.title, ticket.due_on)
    assert ticket.assignee is not None
    assert ("Ben Castro", Presence.PRESENT) == (ticket.assignee.name, ticket.presence)
    assert not ticket.status.category.closed
    assert ticket.id not in {one.id for one in cast.tracker.issues(cast.project).issues}


@pytest.mark.parametrize(
    "mode", ["500", "503", "reset", "html-200", "empty-200", "wrong-charset", "truncated"]
)
def test_an_answer_that_cannot_be_believed_is_an_error_and_never_nothing(
    cast: Cast, mode: str
) -> None:
    project = cast.project
    tracker = cast.tracker
    asks = {
        "project": lambda: tracker.project(cast.key),
        "issues": lambda: tracker.issues(project),
        "closed_since": lambda: tracker.closed_since(cast.now - HOUR),
        "people": tracker.people,
        "me": tracker.me,
        "tickets": lambda: tracker.tickets([cast.tool.no_tickets[0]]),
    }

    for name, ask in asks.items():
        cast.tool.standin.control.fail(mode, times=40)
        assert isinstance(refused(ask), Unavailable), name
        cast.tool.standin.control.clear_faults()


def test_a_limit_says_when_to_come_again(cast: Cast) -> None:
    cast.tool.standin.control.fail("rate-limited", times=1)

    error = refused(lambda: cast.tracker.project(cast.key))

    assert isinstance(error, Unavailable)
    assert error.retry_after is not None
    assert error.retry_after >= timedelta(seconds=1)


def test_a_revoked_key_is_not_allowed_and_never_shows_an_empty_tool(cast: Cast) -> None:
    project, tracker = cast.project, cast.tracker
    key = cast.tool.standin.api_key
    cast.tool.standin.control.revoke_api_key()

    for ask in (
        lambda: tracker.project(cast.key),
        lambda: tracker.issues(project),
        lambda: tracker.closed_since(cast.now - HOUR),
        tracker.people,
        tracker.me,
        lambda: tracker.tickets([cast.tool.no_tickets[0]]),
    ):
        with pytest.raises(NotAllowed) as refusal:
            ask()
        assert key not in str(refusal.value)


def test_what_was_tried_long_ago_and_never_came_is_made(cast: Cast) -> None:
    planted = marker()

    ticket = cast.tracker.ensure_ticket(cast.project, planted, cast.a_draft(), tried=LONG_AGO)

    assert ticket.id in cast.tool.tickets()
