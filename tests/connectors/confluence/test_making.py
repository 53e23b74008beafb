"""A page is made once: looked for, made, marked, and never made over a stranger's."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.confluence.mapping import storage
from service.domain.document import Document, Heading, Paragraph, text
from service.domain.remote import Page, Presence
from service.ports import NotAllowed, Rejected, Unavailable
from tests.connectors.confluence.answers import (
    AT,
    FORBIDDEN,
    LONG_TITLE,
    MARK,
    MARKER,
    MISSING,
    OTHER,
    PAGES,
    PROJECT,
    SITE,
    SPACE,
    TAKEN,
    TITLE,
    V2,
    Reply,
    Scripted,
    a_page,
    a_project,
    an_own_page,
    as_adf,
    as_storage,
    listing,
    marked,
    own_pages,
    pages,
)

BODY = Document((Heading(1, text("Context")), Paragraph(text("It rained."))))
ADF = as_adf(
    {"type": "heading", "attrs": {"level": 1}, "content": [{"type": "text", "text": "Context"}]},
    {"type": "paragraph", "content": [{"type": "text", "text": "It rained."}]},
)
LABELS = "/rest/api/content/777/label"
PROPERTIES = f"{PAGES}/777/properties"


def ensured(**changes: object) -> Page:
    return pages(**changes).ensure_page(a_project(), MARKER, "Post-mortem: NOVA-12", BODY)


def ours(page_id: str = "777", **changes: object) -> dict[str, Any]:
    """A page of ours as a look-up by title shows it."""
    return a_page(page_id, **{**as_storage(storage.write(BODY, MARKER)), **changes})


def takes_pages(site: Scripted) -> None:
    """Let a site take the page 777 and all that hangs on it."""
    site.on("POST", PAGES, a_page())
    site.on("POST", LABELS, listing())
    site.on("POST", PROPERTIES, {"id": "9", "key": "closeout", "value": MARK})
    site.on("GET", PROPERTIES, listing())
    site.on("GET", f"{PAGES}/777", a_page(**ADF, **marked()))


def test_a_page_is_looked_for_made_labelled_and_marked(cloud: Scripted) -> None:
    takes_pages(cloud)

    page = ensured()

    assert (
        Page(
            "777",
            f"{SITE}/pages/viewpage.action?pageId=777",
            TITLE,
            Presence.PRESENT,
            BODY,
            page.updated_at,
            PROJECT,
        )
        == page
    )
    assert [f"POST {PAGES}", f"POST {LABELS}", f"POST {PROPERTIES}"] == cloud.written
    assert [TITLE, LONG_TITLE] == [one.query["title"] for one in cloud.asked("GET", PAGES)]
    assert "current,archived,trashed" == cloud.asked("GET", PAGES)[0].query["status"]


def test_a_page_is_made_as_storage_format_with_its_marker_in_the_body(cloud: Scripted) -> None:
    takes_pages(cloud)

    ensured()

    (made,) = cloud.asked("POST", PAGES)
    assert {
        "spaceId": "65540",
        "status": "current",
        "title": TITLE,
        "body": {"representation": "storage", "value": storage.write(BODY, MARKER)},
    } == made.body


def test_a_page_carries_our_labels_and_the_property(cloud: Scripted) -> None:
    takes_pages(cloud)

    ensured()

    (labels,), (mark,) = cloud.asked("POST", LABELS), cloud.asked("POST", PROPERTIES)
    assert ["closeout", "post-mortem", "closeout-1a2b3c4d5e6f"] == [
        one["name"] for one in labels.body
    ]
    assert {"key": "closeout", "value": MARK} == mark.body


def test_our_page_is_found_again_and_nothing_is_written(cloud: Scripted) -> None:
    takes_pages(cloud)
    cloud.on("GET", PAGES, listing(ours()))
    cloud.on("GET", PROPERTIES, listing({"id": "9", "key": "closeout", "value": MARK}))

    page = ensured()

    assert "777" == page.id
    assert [] == cloud.written


def test_a_page_that_people_rewrote_is_known_by_its_property(cloud: Scripted) -> None:
    takes_pages(cloud)
    cloud.on("GET", PAGES, listing(ours(**as_storage("<p>all new</p>"))))
    cloud.on("GET", PROPERTIES, listing({"id": "9", "key": "closeout", "value": MARK}))

    assert "777" == ensured().id
    assert [] == cloud.written


def test_a_page_without_its_property_is_known_by_its_body_and_finished(cloud: Scripted) -> None:
    takes_pages(cloud)
    cloud.on("GET", PAGES, listing(ours()))

    assert "777" == ensured().id
    assert [f"POST {LABELS}", f"POST {PROPERTIES}"] == cloud.written


@pytest.mark.parametrize(
    "mark",
    [
        pytest.param([], id="no property"),
        pytest.param(
            [{"id": "9", "key": "closeout", "value": {"marker": OTHER, "project": "x"}}],
            id="another marker",
        ),
        pytest.param([{"id": "9", "key": "closeout", "value": "x"}], id="nonsense"),
    ],
)
def test_a_strangers_page_is_left_alone_and_ours_gets_a_longer_title(
    cloud: Scripted, mark: list[object]
) -> None:
    takes_pages(cloud)
    theirs = listing(a_page("666", **as_storage("<p>mine</p>")))
    cloud.on("GET", PAGES, theirs, listing(), theirs)
    cloud.on("GET", f"{PAGES}/666/properties", listing(*mark))
    cloud.on("POST", PAGES, TAKEN, a_page(title=LONG_TITLE))
    cloud.on("GET", f"{PAGES}/777", a_page(title=LONG_TITLE, **ADF, **marked()))

    page = ensured()

    assert ("777", LONG_TITLE) == (page.id, page.title)
    assert [TITLE, LONG_TITLE] == [one.body["title"] for one in cloud.asked("POST", PAGES)]


def test_nonsense_in_the_property_makes_our_page_no_strangers(cloud: Scripted) -> None:
    takes_pages(cloud)
    cloud.on("GET", PAGES, listing(ours()))
    cloud.on("GET", PROPERTIES, listing({"id": "9", "key": "closeout", "value": {"marker": 7}}))

    assert "777" == ensured().id
    assert [] == cloud.written


def test_a_title_taken_meanwhile_by_our_own_first_try_is_that_page(cloud: Scripted) -> None:
    takes_pages(cloud)
    cloud.on("POST", PAGES, TAKEN)
    cloud.on("GET", PAGES, listing(), listing(), listing(ours()))

    assert "777" == ensured().id
    assert 1 == len(cloud.asked("POST", PAGES))


def test_titles_that_are_all_taken_are_named(cloud: Scripted) -> None:
    cloud.on("POST", PAGES, TAKEN)

    with pytest.raises(Rejected, match=r"space PM has other pages called .*rename or delete them"):
        ensured()


def test_a_page_in_the_trash_is_not_made_again(cloud: Scripted) -> None:
    takes_pages(cloud)
    cloud.on("GET", PAGES, listing(ours(status="trashed")))
    cloud.on("GET", PROPERTIES, MISSING)

    page = ensured()

    assert (Presence.TRASHED, None, PROJECT) == (page.presence, page.content, page.project_key)
    assert [] == cloud.written


def test_a_page_in_place_comes_before_one_in_the_trash(cloud: Scripted) -> None:
    takes_pages(cloud)
    cloud.on("GET", PAGES, listing(ours("666", status="trashed"), ours("777")))
    cloud.on("GET", PROPERTIES, listing({"id": "9", "key": "closeout", "value": MARK}))

    assert "777" == ensured().id


def test_a_page_stands_without_labels_where_they_are_refused(cloud: Scripted) -> None:
    takes_pages(cloud)
    cloud.on("POST", LABELS, FORBIDDEN)

    assert "777" == ensured().id
    assert 1 == len(cloud.asked("POST", PROPERTIES))


def test_a_page_without_the_property_is_not_finished(cloud: Scripted) -> None:
    takes_pages(cloud)
    cloud.on("POST", PROPERTIES, Reply(503, {"message": "later"}))

    with pytest.raises(Unavailable, match="later"):
        ensured()


def test_a_page_that_does_not_show_yet_is_what_was_written(cloud: Scripted) -> None:
    takes_pages(cloud)
    cloud.on("GET", f"{PAGES}/777", MISSING)

    page = ensured()

    assert ("777", BODY, PROJECT) == (page.id, page.content, page.project_key)


def test_a_parent_is_given_by_its_id(cloud: Scripted) -> None:
    takes_pages(cloud)

    ensured(parent="4711")

    assert "4711" == cloud.asked("POST", PAGES)[0].body["parentId"]


def test_a_parent_is_found_by_its_title(cloud: Scripted) -> None:
    takes_pages(cloud)
    trashed, parent = a_page("4710", status="trashed"), a_page("4711", title="Post-mortems")
    cloud.on("GET", PAGES, listing(), listing(), listing(trashed, parent))

    ensured(parent="Post-mortems")

    assert "4711" == cloud.asked("POST", PAGES)[0].body["parentId"]


def test_a_parent_that_is_not_there_is_named(cloud: Scripted) -> None:
    with pytest.raises(Rejected, match="space PM has no page called “Post-mortems”: set parent"):
        ensured(parent="Post-mortems")

    assert [] == cloud.written


def test_a_space_that_is_not_shown_is_named(cloud: Scripted) -> None:
    cloud.on("GET", f"{V2}/spaces", listing())

    with pytest.raises(Rejected, match="no space PM"):
        ensured()


def test_a_long_title_keeps_the_piece_of_the_marker(cloud: Scripted) -> None:
    takes_pages(cloud)

    pages().ensure_page(a_project(), MARKER, "x\n" * 200 + "\x00", BODY)

    title = cloud.asked("POST", PAGES)[0].body["title"]
    assert 255 >= len(title)
    assert title.startswith("x x x")
    assert title.endswith(" (1a2b3c4d)")


def test_what_is_refused_for_another_reason_is_told(cloud: Scripted) -> None:
    cloud.on("POST", PAGES, Reply(400, {"errors": [{"title": "The body is too odd"}]}))

    with pytest.raises(Rejected, match="The body is too odd"):
        ensured()


def test_data_center_gets_the_same_page_in_its_own_words(own: Scripted) -> None:
    body = as_storage(storage.write(BODY, MARKER))
    own.on("POST", "/rest/api/content", an_own_page())
    own.on("POST", LABELS, listing())
    own.on("POST", "/rest/api/content/777/property", {"key": "closeout", "value": MARK})
    own.on("GET", "/rest/api/content/777/property/closeout", {"key": "closeout", "value": MARK})
    own.on("GET", "/rest/api/content/777", an_own_page(**body))

    page = own_pages(parent="4711").ensure_page(a_project(), MARKER, "Post-mortem: NOVA-12", BODY)

    assert ("777", BODY, PROJECT) == (page.id, page.content, page.project_key)
    assert page.updated_at is not None
    assert AT[:19] == page.updated_at.isoformat()[:19]
    (made,) = own.asked("POST", "/rest/api/content")
    assert {
        "type": "page",
        "title": TITLE,
        "space": {"key": "PM"},
        "ancestors": [{"id": "4711"}],
        **body_of(storage.write(BODY, MARKER)),
    } == made.body
    asked = own.asked("GET", "/rest/api/content")[0].query
    assert ("PM", TITLE, "any") == (asked["spaceKey"], asked["title"], asked["status"])


def test_a_token_that_counts_for_nothing_makes_no_page(cloud: Scripted) -> None:
    seen = Reply(200, listing(SPACE), {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"})
    cloud.on("GET", f"{V2}/spaces", seen)

    with pytest.raises(NotAllowed, match="unknown visitor"):
        ensured()


def body_of(value: str) -> dict[str, Any]:
    """A body as Data Center takes it."""
    return {"body": {"storage": {"value": value, "representation": "storage"}}}
