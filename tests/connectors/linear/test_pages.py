"""Documents as pages: written once, read as they stand."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.linear.pages import LinearPages
from service.domain.document import BulletList, Document, Heading, ListItem, Paragraph, text
from service.domain.remote import Presence
from service.ports import Unavailable
from tests.connectors.linear.answers import (
    APOLLO,
    MARKER,
    OTHER_PROJECT,
    PROJECT,
    Reply,
    ScriptedLinear,
    a_conflict,
    a_document,
    not_found,
)

TITLE = "Apollo: post-mortem"
BODY = Document((Heading(1, text("Context")), Paragraph(text("We flew."))))
AS_READ = Document(
    (
        Heading(1, text("Context")),
        BulletList((ListItem(text("First point")),)),
    )
)


def test_a_page_is_made_under_our_id_on_the_project_and_comes_back_as_it_reads(
    linear: ScriptedLinear, pages: LinearPages
) -> None:
    linear.on("Document", not_found("Document"), {"document": a_document()})
    linear.on("DocumentCreate", {"documentCreate": {"success": True, "document": a_document()}})

    found = pages.ensure_page(APOLLO, MARKER, TITLE, BODY)

    (asked,) = linear.asked("DocumentCreate")
    content = asked["input"].pop("content")
    assert asked["input"] == {"id": MARKER, "projectId": PROJECT, "title": TITLE}
    assert content.startswith("# Context")
    assert (found.id, found.project_key, found.content) == (MARKER, PROJECT, AS_READ)


def test_a_page_reads_without_its_pictures(linear: ScriptedLinear, pages: LinearPages) -> None:
    shown = "# Context\n\n![Scope 12](<https://uploads.linear.test/1>)\n\n* First point\n"
    linear.on("Document", {"document": a_document(content=shown)})

    assert AS_READ == pages.page(MARKER).content


def test_a_page_that_is_there_is_neither_made_nor_written_again(
    linear: ScriptedLinear, pages: LinearPages
) -> None:
    linear.on("Document", {"document": a_document(content="people wrote this")})

    found = pages.ensure_page(APOLLO, MARKER, TITLE, BODY)

    assert linear.operations == ["Document"]
    assert Document((Paragraph(text("people wrote this")),)) == found.content


def test_a_page_made_by_a_lost_answer_is_read_back(
    linear: ScriptedLinear, pages: LinearPages
) -> None:
    linear.on("Document", not_found("Document"), {"document": a_document()})
    linear.on("DocumentCreate", a_conflict("Document", MARKER))

    assert pages.ensure_page(APOLLO, MARKER, TITLE, BODY).presence is Presence.PRESENT


def test_a_query_that_is_behind_the_write_does_not_hide_the_page(
    linear: ScriptedLinear, pages: LinearPages
) -> None:
    linear.on("Document", not_found("Document"))
    linear.on("DocumentCreate", {"documentCreate": {"success": True, "document": a_document()}})

    assert pages.ensure_page(APOLLO, MARKER, TITLE, BODY).content == AS_READ


def test_a_page_whose_id_is_taken_and_which_is_not_shown_is_looked_for_later(
    linear: ScriptedLinear, pages: LinearPages
) -> None:
    linear.on("Document", not_found("Document"))
    linear.on("DocumentCreate", a_conflict("Document", MARKER))

    with pytest.raises(Unavailable, match="does not show it yet"):
        pages.ensure_page(APOLLO, MARKER, TITLE, BODY)


@pytest.mark.parametrize(
    ("changes", "presence", "project"),
    [
        pytest.param({}, Presence.PRESENT, PROJECT, id="as it was"),
        pytest.param({"trashed": True}, Presence.TRASHED, PROJECT, id="in the trash"),
        pytest.param(
            {"archivedAt": "2026-04-03T08:00:00Z"}, Presence.ARCHIVED, PROJECT, id="archived"
        ),
        pytest.param(
            {"project": {"id": OTHER_PROJECT}}, Presence.PRESENT, OTHER_PROJECT, id="moved"
        ),
        pytest.param({"project": None}, Presence.PRESENT, None, id="taken off the project"),
    ],
)
def test_a_page_says_what_became_of_it(
    linear: ScriptedLinear,
    pages: LinearPages,
    changes: dict[str, Any],
    presence: Presence,
    project: str | None,
) -> None:
    linear.on("Document", {"document": a_document(**changes)})

    found = pages.page(MARKER)

    assert (presence, project) == (found.presence, found.project_key)


def test_a_page_that_is_not_there_is_missing_and_no_error(
    linear: ScriptedLinear, pages: LinearPages
) -> None:
    linear.on("Document", not_found("Document"))

    assert pages.page(MARKER).presence is Presence.MISSING


def test_a_page_that_could_not_be_read_is_not_missing(
    linear: ScriptedLinear, pages: LinearPages
) -> None:
    linear.on("Document", Reply("<html>"))

    with pytest.raises(Unavailable):
        pages.page(MARKER)


def test_an_empty_page_has_empty_content(linear: ScriptedLinear, pages: LinearPages) -> None:
    linear.on("Document", {"document": a_document(content=None)})

    assert Document(()) == pages.page(MARKER).content
