"""Reading pages: in place, put away, gone or out of sight; by people's names; and their stamps."""

from __future__ import annotations

import pytest

from service.domain.document import Code, Document, Paragraph, plain, text
from service.domain.remote import Page, Presence
from service.ports import NotAllowed, Rejected, Unavailable
from tests.connectors.confluence.answers import (
    FORBIDDEN,
    MISSING,
    PAGES,
    PROJECT,
    SITE,
    V2,
    WIKI,
    Reply,
    Scripted,
    a_page,
    an_own_page,
    as_adf,
    as_storage,
    listing,
    marked,
    own_pages,
    pages,
)

PAGE = f"{PAGES}/777"
OWN_PAGE = "/rest/api/content/777"
USERS = f"{V2}/users-bulk"
WORDS = as_adf({"type": "paragraph", "content": [{"type": "text", "text": "It rained."}]})
MENTION = as_adf(
    {
        "type": "paragraph",
        "content": [
            {"type": "mention", "attrs": {"id": "712020:ab", "text": "@Ada Old-Name"}},
            {"type": "text", "text": " and "},
            {"type": "mention", "attrs": {"id": "712020:xy", "text": ""}},
        ],
    }
)


def words(page: Page) -> str:
    assert page.content is not None
    (found,) = page.content.blocks
    assert isinstance(found, Paragraph)
    return plain(found.content)


def test_a_page_is_read_in_one_request(cloud: Scripted) -> None:
    cloud.on("GET", PAGE, a_page(**WORDS, **marked()))

    page = pages().page("777")

    assert ("777", Presence.PRESENT, PROJECT) == (page.id, page.presence, page.project_key)
    assert "It rained." == words(page)
    assert page.updated_at is not None
    assert 1 == len(cloud.calls)


def test_the_address_of_a_page_stays_when_it_is_renamed_or_moved(cloud: Scripted) -> None:
    moved = a_page(title="Other", spaceId="1", _links={"webui": "/spaces/X/pages/777/Other"})
    cloud.on("GET", PAGE, {**moved, **WORDS})

    page = pages().page("777")

    assert (f"{SITE}/pages/viewpage.action?pageId=777", "Other") == (page.url, page.title)


@pytest.mark.parametrize(
    ("status", "presence"),
    [
        pytest.param("trashed", Presence.TRASHED, id="in the trash"),
        pytest.param("archived", Presence.ARCHIVED, id="in the archive"),
        pytest.param("deleted", Presence.MISSING, id="deleted"),
    ],
)
def test_a_page_that_is_put_away_has_no_content(
    cloud: Scripted, status: str, presence: Presence
) -> None:
    cloud.on("GET", PAGE, a_page(status=status, **WORDS, **marked()))

    page = pages().page("777")

    assert (presence, None, PROJECT) == (page.presence, page.content, page.project_key)


def test_a_status_nobody_has_published_is_not_guessed(cloud: Scripted) -> None:
    cloud.on("GET", PAGE, a_page(status="frozen", **WORDS))

    with pytest.raises(Unavailable, match="unknown status: frozen"):
        pages().page("777")


def test_a_page_that_is_not_shown_is_missing(cloud: Scripted) -> None:
    cloud.on("GET", PAGE, MISSING)

    assert Page("777", "", "", Presence.MISSING, None, None, None) == pages().page("777")


def test_a_space_that_is_not_shown_is_no_missing_page(cloud: Scripted) -> None:
    cloud.on("GET", PAGE, MISSING)
    cloud.on("GET", f"{V2}/spaces", listing())

    with pytest.raises(NotAllowed, match="does not show space PM to our account any more"):
        pages().page("777")


def test_a_restricted_page_is_told_in_confluences_words(cloud: Scripted) -> None:
    cloud.on("GET", PAGE, FORBIDDEN)

    with pytest.raises(NotAllowed, match="You may not look at this page"):
        pages().page("777")


def test_a_visitors_answer_is_no_missing_page(cloud: Scripted) -> None:
    headers = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
    cloud.on("GET", PAGE, Reply(404, MISSING.body, headers))

    with pytest.raises(NotAllowed, match="unknown visitor"):
        pages().page("777")


def test_a_page_without_adf_is_read_as_storage_format(cloud: Scripted) -> None:
    cloud.on("GET", PAGE, a_page(), a_page(**as_storage("<p>It rained.</p>"), **marked()))

    page = pages().page("777")

    assert ("It rained.", PROJECT) == (words(page), page.project_key)
    formats = [one.query["body-format"] for one in cloud.asked("GET", PAGE)]
    assert ["atlas_doc_format", "storage"] == formats


def test_a_page_that_is_shown_without_its_text_is_no_empty_page(cloud: Scripted) -> None:
    cloud.on("GET", PAGE, a_page(), a_page())

    with pytest.raises(Unavailable, match="without its text"):
        pages().page("777")


def test_people_are_called_what_they_are_called_now(cloud: Scripted) -> None:
    cloud.on("GET", PAGE, a_page(**MENTION))
    found = [
        {"accountId": "712020:ab", "displayName": "Ada Berg"},
        {"accountId": "712020:xy", "displayName": None, "publicName": "Ben C."},
    ]
    cloud.on("POST", USERS, {"results": found})

    assert "@Ada Berg and @Ben C." == words(pages().page("777"))
    (asked,) = cloud.asked("POST", USERS)
    assert {"accountIds": ["712020:ab", "712020:xy"]} == asked.body


def test_people_keep_the_name_on_the_page_else_their_id_where_nobody_knows_them(
    cloud: Scripted,
) -> None:
    cloud.on("GET", PAGE, a_page(**MENTION))
    cloud.on("POST", USERS, FORBIDDEN)

    assert "@Ada Old-Name and @712020:xy" == words(pages().page("777"))


def test_people_who_cannot_be_asked_for_now_make_the_page_unreadable_now(cloud: Scripted) -> None:
    cloud.on("GET", PAGE, a_page(**MENTION))
    cloud.on("POST", USERS, Reply(503, {"message": "later"}))

    with pytest.raises(Unavailable, match="later"):
        pages().page("777")


def test_macros_say_in_adf_what_they_say_in_storage_format(cloud: Scripted) -> None:
    jira = {"macroParams": {"key": {"value": "OPS-12"}, "server": {"value": "System Jira"}}}
    anchor = {"macroParams": {"": {"value": "closeout-1"}}}
    plain_text = {"macroParams": {"__bodyContent": {"value": "a < b"}}}
    cloud.on(
        "GET",
        PAGE,
        a_page(
            **as_adf(
                {
                    "type": "paragraph",
                    "content": [
                        {
                            "type": "inlineExtension",
                            "attrs": {"extensionKey": "jira", "parameters": jira},
                        },
                        {
                            "type": "inlineExtension",
                            "attrs": {"extensionKey": "anchor", "parameters": anchor, "text": "x"},
                        },
                    ],
                },
                {"type": "extension", "attrs": {"extensionKey": "x", "parameters": plain_text}},
                {
                    "type": "bodiedExtension",
                    "attrs": {
                        "extensionKey": "details",
                        "parameters": {"macroParams": {"title": {"value": "Facts"}}},
                    },
                    "content": [
                        {"type": "paragraph", "content": [{"type": "text", "text": "One"}]}
                    ],
                },
            )
        ),
    )

    assert (
        Document(
            (
                Paragraph(text("OPS-12")),
                Code("a < b"),
                Paragraph(text("Facts")),
                Paragraph(text("One")),
            )
        )
        == pages().page("777").content
    )


def test_data_center_is_read_as_storage_format_with_its_property(own: Scripted) -> None:
    user = '<p><ac:link><ri:user ri:userkey="ff80" /></ac:link> rained.</p>'
    own.on("GET", OWN_PAGE, an_own_page(**as_storage(user)))
    own.on("GET", f"{OWN_PAGE}/property/closeout", {"key": "closeout", "value": {"project": "p"}})
    own.on("GET", "/rest/api/user", {"type": "known", "displayName": "Ada Berg"})

    page = own_pages().page("777")

    assert ("@Ada Berg rained.", "p") == (words(page), page.project_key)
    assert f"{WIKI}/pages/viewpage.action?pageId=777" == page.url
    assert {"key": "ff80"} == own.asked("GET", "/rest/api/user")[0].query


def test_a_person_who_left_data_center_is_shown_by_the_id(own: Scripted) -> None:
    user = '<p><ac:link><ri:user ri:username="ada" /></ac:link></p>'
    own.on("GET", OWN_PAGE, an_own_page(**as_storage(user)))
    own.on("GET", f"{OWN_PAGE}/property/closeout", MISSING)
    own.on("GET", "/rest/api/user", MISSING)

    page = own_pages().page("777")

    assert ("@ada", None) == (words(page), page.project_key)


def test_a_page_without_its_space_at_data_center_is_missing(own: Scripted) -> None:
    own.on("GET", OWN_PAGE, MISSING)

    assert Presence.MISSING is own_pages().page("777").presence

    own.on("GET", "/rest/api/space/PM", MISSING)
    with pytest.raises(NotAllowed, match="does not show space PM"):
        own_pages().page("777")


def test_a_body_that_is_not_well_formed_is_refused_in_words(own: Scripted) -> None:
    own.on("GET", OWN_PAGE, an_own_page(**as_storage("<p>")))
    own.on("GET", f"{OWN_PAGE}/property/closeout", MISSING)

    with pytest.raises(Rejected, match="storage format cannot be read"):
        own_pages().page("777")


def test_stamps_of_250_pages_are_one_request(cloud: Scripted) -> None:
    ids = [str(number) for number in range(1, 302)]
    cloud.on(
        "GET", PAGES, listing(a_page("1"), a_page("2", status="archived")), listing(a_page("300"))
    )

    found = pages().stamps([*ids, "1", "not-a-page"])

    assert {"1": "current:1", "2": "archived:1", "300": "current:1"} == found
    asked = [one.query for one in cloud.asked("GET", PAGES)]
    assert [250, 51] == [len(one["id"].split(",")) for one in asked]
    assert {"250"} == {one["limit"] for one in asked}


def test_stamps_follow_the_pages_of_the_list(cloud: Scripted) -> None:
    following = "/wiki/api/v2/pages?id=1,2&limit=250&cursor=abc%3D"
    cloud.on("GET", PAGES, listing(a_page("1"), following=following), listing(a_page("2")))

    assert {"1", "2"} == pages().stamps(["1", "2"]).keys()
    assert "abc=" == cloud.asked("GET", PAGES)[1].query["cursor"]


def test_a_list_that_goes_round_ends(cloud: Scripted) -> None:
    following = "/wiki/api/v2/pages?id=1&cursor=x"
    cloud.on("GET", PAGES, listing(a_page("1"), following=following))

    with pytest.raises(Unavailable, match="does not end"):
        pages().stamps(["1"])


def test_an_answer_without_results_is_no_empty_list(cloud: Scripted) -> None:
    cloud.on("GET", PAGES, {"_links": {}})

    with pytest.raises(Unavailable, match="lacks 'results'"):
        pages().stamps(["1"])


def test_no_pages_have_no_stamps_and_cost_nothing(cloud: Scripted) -> None:
    assert {} == pages().stamps([])
    assert [] == cloud.calls


def test_stamps_at_data_center_are_asked_of_the_index_and_else_of_the_page(own: Scripted) -> None:
    own.on("GET", "/rest/api/content/search", listing(an_own_page("1")))
    own.on("GET", "/rest/api/content/2", an_own_page("2", version={"number": 4}))
    own.on("GET", "/rest/api/content/3", MISSING)
    own.on("GET", "/rest/api/content/4", an_own_page("4", status="trashed"))

    assert {"1": "current:1", "2": "current:4"} == own_pages().stamps(["1", "2", "3", "4"])
    (asked,) = own.asked("GET", "/rest/api/content/search")
    assert "id in (1,2,3,4)" == asked.query["cql"]
