"""Searching by CQL: it finds late, and parses strictly."""

from __future__ import annotations

import pytest

from connectors.confluence.standin import Standin
from tests.connectors.confluence.standin.asking import TITLE, Asking, HandClock


def _titles(wiki: Asking, cql: str) -> list[str]:
    return [one["title"] for one in wiki.get("/rest/api/search", cql=cql)["results"]]


def test_the_index_learns_of_a_page_a_while_later(
    standin: Standin, wiki: Asking, clock: HandClock
) -> None:
    standin.control.index_lag(30)
    page_id = wiki.a_page()["id"]
    wiki.post(f"/rest/api/content/{page_id}/label", [{"prefix": "global", "name": "closeout"}])
    cql = 'label = "closeout" and space = PM'

    before = _titles(wiki, cql)
    clock.ahead(seconds=30)

    assert [] == before
    assert [TITLE] == _titles(wiki, cql)


def test_the_index_forgets_a_page_a_while_later(
    standin: Standin, wiki: Asking, clock: HandClock
) -> None:
    page_id = wiki.a_page()["id"]
    clock.ahead(minutes=1)
    standin.control.trash_document(page_id)

    assert [TITLE] == _titles(wiki, "title ~ checkout")
    clock.ahead(minutes=1)
    assert [] == _titles(wiki, "title ~ checkout")


@pytest.mark.parametrize(
    ("cql", "expected"),
    [
        (f'title = "{TITLE}"', [TITLE]),
        ('text ~ "needle" and type = page', [TITLE]),
        ('space in ("PM", "XX") and title ~ "kickoff"', ["Kickoff checklist"]),
        ('type = page and not title ~ "kickoff" and (label = a or title ~ nova)', [TITLE]),
        ('lastmodified >= "2027-03-08" order by title desc', [TITLE]),
        ('created < now("-30d") and title ~ kickoff', ["Kickoff checklist"]),
        ("label != a and title !~ kickoff and created > 2027-01-01", [TITLE]),
    ],
)
def test_queries_find_what_they_say(
    wiki: Asking, clock: HandClock, cql: str, expected: list[str]
) -> None:
    wiki.a_page("<p>a needle</p>")
    clock.ahead(minutes=1)

    assert expected == _titles(wiki, cql)


@pytest.mark.parametrize(
    "cql", ["", "title", "title = ", "creator = x", "(title = x", "title > x", "a b c", 'x = "']
)
def test_what_cannot_be_parsed_is_refused(wiki: Asking, cql: str) -> None:
    status, words = wiki.refusal("GET", "/rest/api/search", params={"cql": cql})

    assert 400 == status
    assert "Could not parse cql" in words


def test_results_come_in_pages(wiki: Asking, clock: HandClock) -> None:
    for number in range(3):
        wiki.a_page(title=f"Page {number}")
    clock.ahead(minutes=1)

    first = wiki.get("/rest/api/search", cql="title ~ page order by title", limit=2)
    second = wiki.get(first["_links"]["next"])

    assert ["Page 0", "Page 1"] == [one["title"] for one in first["results"]]
    assert (["Page 2"], 3) == ([one["title"] for one in second["results"]], second["totalSize"])
    assert "next" not in second["_links"]


def test_content_is_found_by_the_same_queries(wiki: Asking, clock: HandClock) -> None:
    wiki.a_page()
    clock.ahead(minutes=1)

    found = wiki.get("/rest/api/content/search", cql="title ~ nova", expand="version,space")

    assert [(TITLE, 1, "PM")] == [
        (one["title"], one["version"]["number"], one["space"]["key"]) for one in found["results"]
    ]
