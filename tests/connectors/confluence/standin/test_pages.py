"""Pages of Cloud: made, read, listed, changed, thrown away and brought back."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.confluence.standin import Standin
from tests.connectors.confluence.standin.asking import TITLE, Asking, HandClock, an_edit, new_page

PAGES = "/api/v2/pages"


def test_a_page_is_made_below_the_homepage_and_read_back(standin: Standin, wiki: Asking) -> None:
    (space,) = standin.world.spaces.values()

    made = wiki.a_page("<p>one &amp; two</p>")
    read = wiki.get(f"{PAGES}/{made['id']}", **{"body-format": "storage"})

    assert space.homepage_id == read["parentId"]
    assert (TITLE, "current", 1) == (read["title"], read["status"], read["version"]["number"])
    assert "<p>one &amp; two</p>" == read["body"]["storage"]["value"]
    assert f"/spaces/PM/pages/{made['id']}/" in read["_links"]["webui"]
    assert "https://acme.atlassian.net/wiki" == read["_links"]["base"]


def test_a_page_at_the_root_has_no_parent(standin: Standin, wiki: Asking) -> None:
    made = wiki.post(f"{PAGES}?root-level=true", new_page(standin))

    assert made["parentId"] is None


def test_a_body_comes_only_in_the_format_that_was_asked_for(wiki: Asking) -> None:
    page_id = wiki.a_page()["id"]

    bare = wiki.get(f"{PAGES}/{page_id}")
    view = wiki.get(f"{PAGES}/{page_id}", **{"body-format": "view"})

    assert {} == bare["body"]
    assert "<p>x</p>" == view["body"]["view"]["value"]


@pytest.mark.parametrize("number", [1, 3], ids=["the same version", "one too far"])
def test_a_version_that_is_not_the_next_one_is_a_conflict(wiki: Asking, number: int) -> None:
    page = wiki.a_page()

    refusal = wiki.refusal("PUT", f"{PAGES}/{page['id']}", json=an_edit(page, number))

    assert (409, "Version must be incremented on update. Current version is: 1") == refusal
    assert "<p>x</p>" == wiki.storage(page["id"])


def test_an_update_replaces_the_text_and_old_versions_stay(wiki: Asking, clock: HandClock) -> None:
    page = wiki.a_page()
    clock.ahead(hours=1)

    wiki.put(f"{PAGES}/{page['id']}", an_edit(page, 2))
    old = wiki.get(f"{PAGES}/{page['id']}", **{"body-format": "storage", "version": 1})
    versions = wiki.get(f"{PAGES}/{page['id']}/versions")["results"]

    assert "<p>y</p>" == wiki.storage(page["id"])
    assert ("<p>x</p>", "historical") == (old["body"]["storage"]["value"], old["status"])
    assert [2, 1] == [one["number"] for one in versions]
    assert "2027-03-08T10:00:00.000Z" == versions[0]["createdAt"]


@pytest.mark.parametrize("kept_by", ["current", "archived", "trashed"])
def test_a_title_is_taken_whatever_became_of_the_page_that_has_it(
    standin: Standin, wiki: Asking, kept_by: str
) -> None:
    page = standin.control.take_title(TITLE, by="Ben Castro")
    if kept_by == "archived":
        standin.control.archive_document(page.id)
    elif kept_by == "trashed":
        standin.control.trash_document(page.id)

    status, words = wiki.refusal("POST", PAGES, json=new_page(standin, title=TITLE.upper()))

    assert 400 == status
    assert words.startswith("A page with this title already exists")


def test_a_title_in_the_trash_can_be_free_where_a_site_does_so(
    standin: Standin, wiki: Asking
) -> None:
    standin.control.trash_document(standin.control.take_title(TITLE).id)
    standin.control.switch("trashed_titles_taken", value=False)

    assert TITLE == wiki.a_page()["title"]


def test_a_rename_is_a_version_and_respects_titles(standin: Standin, wiki: Asking) -> None:
    page = wiki.a_page()
    renamed = {"status": "current", "title": "Kickoff checklist"}

    refusal = wiki.refusal("PUT", f"{PAGES}/{page['id']}/title", json=renamed)
    after = wiki.put(f"{PAGES}/{page['id']}/title", {"status": "current", "title": "Another"})

    assert 400 == refusal[0]
    assert ("Another", 2) == (after["title"], after["version"]["number"])


def test_a_trashed_page_is_shown_as_such_restored_and_purged(
    standin: Standin, wiki: Asking
) -> None:
    page = wiki.a_page()
    path = f"{PAGES}/{page['id']}"

    assert 204 == wiki.delete(path)
    assert "trashed" == wiki.get(path)["status"]
    assert 404 == wiki.refusal("GET", path, params={"status": "current"})[0]

    assert "current" == wiki.put(path, an_edit(page, 2))["status"]
    assert "<p>x</p>" == wiki.storage(page["id"])

    assert 400 == wiki.refusal("DELETE", path, params={"purge": "true"})[0]
    assert [204, 204] == [wiki.delete(path), wiki.delete(path, purge="true")]
    assert 404 == wiki.refusal("GET", path)[0]


def test_pages_below_a_trashed_one_move_up(standin: Standin, wiki: Asking) -> None:
    page = wiki.a_page()
    child = wiki.post(PAGES, {**new_page(standin, title="Below"), "parentId": page["id"]})

    wiki.delete(f"{PAGES}/{page['id']}")

    assert page["parentId"] == wiki.get(f"{PAGES}/{child['id']}")["parentId"]


def test_pages_are_listed_by_ids_title_and_status(standin: Standin, wiki: Asking) -> None:
    page, gone = wiki.a_page(), wiki.a_page(title="Gone")
    wiki.delete(f"{PAGES}/{gone['id']}")
    (space,) = standin.world.spaces.values()

    def titles(**params: str) -> list[str]:
        return [one["title"] for one in wiki.get(PAGES, **params)["results"]]

    both = f"{page['id']},{gone['id']}"
    assert [TITLE] == titles(id=both)
    assert [TITLE, "Gone"] == titles(id=both, status="current,archived,trashed")
    assert [TITLE] == titles(**{"space-id": space.id, "title": TITLE.lower()})
    assert [] == titles(title="Gone")


def test_a_long_list_is_followed_by_its_links(wiki: Asking) -> None:
    for number in range(5):
        wiki.a_page(title=f"Page {number}")
    site = wiki.base.removesuffix("/wiki")

    found: list[Any] = []
    path: str | None = "/wiki/api/v2/pages?limit=3&sort=-id"
    while path is not None:
        answer = wiki.session.get(site + path, auth=wiki.auth, timeout=10)
        found += [one["title"] for one in answer.json()["results"]]
        path = answer.json()["_links"].get("next")
        assert (path is not None) == ('rel="next"' in answer.headers.get("Link", ""))

    assert [f"Page {number}" for number in (4, 3, 2, 1, 0)] == found[:5]
    assert 8 == len(found)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        pytest.param("/abc", "is not the correct type. Expected type is long", id="no number"),
        pytest.param("?limit=251", "'limit' must be between 1 and 250", id="too many"),
        pytest.param(f"?id={','.join(map(str, range(251)))}", "at most 250", id="251 ids"),
        pytest.param("?status=deletd", "is not one of", id="no such status"),
        pytest.param("?body-format=view", "is not one of", id="no such format in lists"),
        pytest.param("?cursor=!", "Invalid cursor", id="no cursor"),
    ],
)
def test_malformed_reads_are_refused(wiki: Asking, path: str, words: str) -> None:
    status, said = wiki.refusal("GET", PAGES + path)

    assert 400 == status
    assert words in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"spaceId": None}, "'spaceId' is required", id="no space"),
        pytest.param({"spaceId": "PM"}, "Expected type is long", id="the key of a space"),
        pytest.param({"title": None}, "'title' is required", id="no title"),
        pytest.param({"title": "x" * 256}, "longer than 255", id="a long title"),
        pytest.param({"status": "trashed"}, "is not one of current, draft", id="a wrong status"),
        pytest.param({"body": {"representation": "view", "value": ""}}, "view", id="view"),
        pytest.param(
            {"body": {"representation": "storage", "value": "<p>x<br></p>"}},
            "Error parsing xhtml",
            id="HTML that is no XML",
        ),
        pytest.param(
            {"body": {"representation": "storage", "value": "<!DOCTYPE x><p/>"}},
            "Error parsing xhtml",
            id="a document type",
        ),
        pytest.param(
            {"body": {"representation": "atlas_doc_format", "value": {"type": "doc"}}},
            "must be a string",
            id="ADF as an object",
        ),
    ],
)
def test_malformed_pages_are_refused(
    standin: Standin, wiki: Asking, change: dict[str, object], words: str
) -> None:
    body = {k: v for k, v in {**new_page(standin), **change}.items() if v is not None}

    status, said = wiki.refusal("POST", PAGES, json=body)

    assert 400 == status
    assert words in said


def test_more_than_five_megabytes_are_refused(standin: Standin, wiki: Asking) -> None:
    body = new_page(standin, f"<p>{'x' * 5_000_000}</p>")

    assert 413 == wiki.refusal("POST", PAGES, json=body)[0]


def test_what_is_not_json_is_refused(wiki: Asking) -> None:
    headers = {"Content-Type": "application/json"}

    assert 400 == wiki.refusal("POST", PAGES, data=b"{", headers=headers)[0]
    assert 415 == wiki.refusal("POST", PAGES, data=b"{}")[0]


def test_the_first_interface_no_longer_makes_pages(wiki: Asking) -> None:
    assert 410 == wiki.refusal("POST", "/rest/api/content", json={"type": "page"})[0]
    assert 410 == wiki.refusal("GET", "/rest/api/content/1")[0]


def test_a_draft_is_its_authors_and_takes_no_title(standin: Standin, wiki: Asking) -> None:
    draft = wiki.post(PAGES, {**new_page(standin), "status": "draft"})

    assert 404 == wiki.refusal("GET", f"{PAGES}/{draft['id']}")[0]
    assert "draft" == wiki.get(f"{PAGES}/{draft['id']}", **{"get-draft": "true"})["status"]
    assert "current" == wiki.a_page()["status"]


def test_a_draft_is_published_as_its_first_version_where_its_title_is_free(
    standin: Standin, wiki: Asking
) -> None:
    draft = wiki.post(PAGES, {**new_page(standin), "status": "draft"})
    path = f"{PAGES}/{draft['id']}"
    standin.control.take_title(TITLE)

    taken = wiki.refusal("PUT", path, json=an_edit(draft, 1))
    published = wiki.put(path, an_edit({**draft, "title": "Another"}, 1))

    assert 400 == taken[0]
    assert ("current", 1) == (published["status"], published["version"]["number"])
    assert "<p>y</p>" == wiki.storage(draft["id"])
