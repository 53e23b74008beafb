"""From behind: the board, the page for people, and what people do."""

from __future__ import annotations

import pytest
import requests

from connectors._standin.control import Unclear
from connectors.confluence.standin import Standin
from tests.connectors.confluence.standin.asking import TITLE, Asking, HandClock

CONTENT = """\
## Context

**Session date:**

## Actions

| Change | Owner | Due | How it is verified | Ticket |
| --- | --- | --- | --- | --- |
|  |  |  |  |  |

## Lessons

*Lines like this one are prompts.*

* one
  * Why: two

* [x] three
  * four
"""


def test_the_board_shows_pages_as_markdown(standin: Standin, wiki: Asking) -> None:
    page_id = wiki.a_page()["id"]
    standin.control.write_document(page_id, CONTENT, by="Ben Castro")

    board = requests.get(f"{standin.base_url}/control/board", timeout=10).json()

    (page,) = [one for one in board["pages"] if one["id"] == page_id]
    assert CONTENT == page["content"]
    assert (TITLE, None) == (page["title"], page["project"])
    assert page["url"].startswith("https://acme.atlassian.net/wiki/spaces/PM/pages/")
    assert ["Ada Berg", "Ben Castro", "Chiara Dunn", "Dev Emre", "Elif Fox"] == [
        one["name"] for one in board["people"]
    ]
    assert [("Closeout", "create"), ("Ben Castro", "update")] == [
        (one["by"], one["action"]) for one in board["deeds"]
    ]
    assert [] == board["projects"] == board["issues"]


def test_actions_are_called_over_http(standin: Standin, wiki: Asking) -> None:
    page_id = wiki.a_page()["id"]

    def act(action: str, **given: object) -> requests.Response:
        return requests.post(f"{standin.base_url}/control/{action}", json=given, timeout=10)

    written = act("write_document", document=TITLE, content="It went well.", by="ada")
    unknown = act("write_document", document="No such page", content="x")

    assert 200 == written.status_code
    assert "It went well.\n" == standin.control.content_of(page_id)
    assert (400, True) == (unknown.status_code, "no page" in unknown.json()["error"])
    assert {"trash", "trash_document", "advance", "fail"} <= requests.get(
        f"{standin.base_url}/control", timeout=10
    ).json().keys()
    for view in ("world", "log", "calls", "deliveries"):
        assert requests.get(f"{standin.base_url}/control/{view}", timeout=10).ok


def test_people_edit_on_the_page_of_the_stand_in(clock: HandClock) -> None:
    with Standin.seeded(clock, threads=False, local_links=True) as standin, Asking(standin) as wiki:
        page = wiki.a_page("<p>a &lt;b&gt;</p>")
        shown = requests.get(standin.base_url, timeout=10).text
        form = {"document": page["id"], "content": "New.", "by": "Ada Berg"}
        saved = requests.post(f"{standin.base_url}/act/write_document", data=form, timeout=10)
        link = standin.site_url + page["_links"]["webui"]
        clicked = requests.get(link, timeout=10, allow_redirects=False)

        assert "a \\&lt;b&gt;" in shown
        assert 200 == saved.status_code
        assert "New.\n" == standin.control.content_of(page["id"])
        assert f"/#page-{page['id']}" == clicked.headers["Location"]


def test_a_page_is_archived_moved_and_deleted_by_people(standin: Standin, wiki: Asking) -> None:
    page_id = wiki.a_page()["id"]
    control = standin.control

    control.move_document(page_id, "Post-mortems")
    parent = wiki.get(f"/api/v2/pages/{page_id}/ancestors")["results"][-1]["id"]
    control.archive_document(page_id)
    archived = wiki.get(f"/api/v2/pages/{page_id}")["status"]
    control.restore(page_id)
    control.delete(page_id)

    assert control.document("Post-mortems").id == parent
    assert "archived" == archived
    assert 404 == wiki.refusal("GET", f"/api/v2/pages/{page_id}")[0]


def test_what_people_cannot_do_is_said(standin: Standin, wiki: Asking) -> None:
    page_id = wiki.a_page()["id"]
    control = standin.control

    with pytest.raises(Unclear, match="A page with this title already exists"):
        control.rename(page_id, "Kickoff checklist")
    control.trash_document(page_id)
    with pytest.raises(Unclear, match="is trashed"):
        control.write_document(page_id, "x")
    with pytest.raises(Unclear, match="no person 'Zoe'"):
        control.person("Zoe")
    with pytest.raises(Unclear, match="Cloud has no webhooks"):
        control.register_webhook("http://localhost")


def test_people_can_be_those_of_another_stand_in(clock: HandClock) -> None:
    people = {"Ada Berg": "712020:ada", "Gina Holm": "712020:gina"}

    standin = Standin.seeded(clock, people=people)

    assert "712020:ada" == standin.control.person("Ada Berg").id
    assert "712020:gina" == standin.control.person("Gina Holm").id
    assert standin.control.person("Ben Castro").id.startswith("712020:")


def test_two_runs_are_alike(clock: HandClock) -> None:
    first, second = (Standin.seeded(clock) for _ in range(2))

    assert list(first.world.pages) == list(second.world.pages)
    assert first.api_key == second.api_key
