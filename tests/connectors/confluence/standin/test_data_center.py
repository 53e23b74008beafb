"""Data Center: the first interface below its context path, and webhooks with thin bodies."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from connectors.confluence.standin import Standin
from connectors.confluence.standin.webhooks import signature
from tests.connectors.confluence.standin.asking import TITLE, Asking, Ear, HandClock

CONTENT = "/rest/api/content"
SECRET = "It's a Secret to Everybody"


def an_edit(number: int, **more: object) -> dict[str, Any]:
    body = {"storage": {"value": "<p>y</p>", "representation": "storage"}}
    return {"type": "page", "title": TITLE, "version": {"number": number}, "body": body, **more}


def test_a_page_is_made_read_and_changed(own: Asking) -> None:
    made = own.a_page("<p>x&nbsp;&ndash;</p>")
    path = f"{CONTENT}/{made['id']}"

    read = own.get(path, expand="body.storage,version,space,ancestors,metadata.labels")
    stale = own.refusal("PUT", path, json=an_edit(1))
    changed = own.put(path, an_edit(2))

    assert "<p>x&nbsp;&ndash;</p>" == read["body"]["storage"]["value"]
    assert ("PM", 1, []) == (read["space"]["key"], read["version"]["number"], read["ancestors"])
    assert "body" not in own.get(path)
    assert 409 == stale[0]
    assert stale[1].endswith("Version must be incremented on update. Current version is: 1")
    assert 2 == changed["version"]["number"]


def test_pages_are_listed_by_space_title_and_status(own: Asking) -> None:
    page_id = own.a_page()["id"]

    def found(**params: str) -> list[str]:
        return [one["id"] for one in own.get(CONTENT, **params)["results"]]

    assert [page_id] == found(spaceKey="PM", title=TITLE, type="page")
    assert 200 == own.send("DELETE", f"{CONTENT}/{page_id}").status_code // 100 * 100
    assert [] == found(spaceKey="PM", title=TITLE)
    assert [page_id] == found(spaceKey="PM", title=TITLE, status="trashed")
    assert [page_id] == found(title=TITLE, status="any")


def test_lists_are_followed_by_start_and_limit(own: Asking) -> None:
    own.a_page()

    first = own.get(CONTENT, limit="3")
    second = own.get(first["_links"]["next"])

    assert (3, 1) == (first["size"], second["size"])
    assert ("/confluence", 3) == (first["_links"]["context"], second["start"])
    assert "next" not in second["_links"]


def test_a_trashed_page_is_shown_only_when_asked_for_and_restored(own: Asking) -> None:
    page_id = own.a_page()["id"]
    path = f"{CONTENT}/{page_id}"
    own.send("DELETE", path)

    assert 404 == own.refusal("GET", path)[0]
    assert "trashed" == own.get(path, status="trashed")["status"]
    restored = own.put(path, {"id": page_id, "status": "current", "version": {"number": 2}})

    assert ("current", 2) == (restored["status"], restored["version"]["number"])
    own.send("DELETE", path)
    assert 204 == own.send("DELETE", path, params={"status": "trashed"}).status_code
    assert 404 == own.refusal("GET", path, params={"status": "any"})[0]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        pytest.param({"type": None}, 400, id="no type"),
        pytest.param({"type": "blogpost"}, 400, id="another type"),
        pytest.param({"space": None}, 400, id="no space"),
        pytest.param({"space": {"key": "XX"}}, 404, id="an unknown space"),
        pytest.param({"title": None}, 400, id="no title"),
        pytest.param({"title": "Kickoff checklist"}, 400, id="a title that is taken"),
        pytest.param({"ancestors": [{"id": "1"}]}, 404, id="an unknown parent"),
        pytest.param({"body": {"x": {}}}, 400, id="an unknown representation"),
    ],
)
def test_malformed_pages_are_refused(own: Asking, change: dict[str, object], status: int) -> None:
    body = {"storage": {"value": "<p/>", "representation": "storage"}}
    page = {"type": "page", "title": TITLE, "space": {"key": "PM"}, "body": body, **change}

    answer = own.send("POST", CONTENT, json={k: v for k, v in page.items() if v is not None})

    assert status == answer.status_code
    assert {"statusCode", "message", "reason"} <= answer.json().keys()


def test_an_update_needs_a_version(own: Asking) -> None:
    page_id = own.a_page()["id"]

    refusal = own.refusal("PUT", f"{CONTENT}/{page_id}", json=an_edit(2, version={}))

    assert 400 == refusal[0]


def test_labels_and_properties_hang_on_pages(own: Asking) -> None:
    path = f"{CONTENT}/{own.a_page()['id']}"

    own.post(f"{path}/label", [{"prefix": "global", "name": "closeout"}])
    own.post(f"{path}/property", {"key": "closeout", "value": {"marker": "m"}})
    twice = own.refusal("POST", f"{path}/property", json={"key": "closeout", "value": 1})
    change = {"key": "closeout", "value": {"marker": "n"}}
    stale = own.refusal(
        "PUT", f"{path}/property/closeout", json={**change, "version": {"number": 1}}
    )
    own.put(f"{path}/property/closeout", {**change, "version": {"number": 2}})
    own.put(f"{path}/property/new", {"key": "new", "value": 1, "version": {"number": 1}})

    assert ["closeout"] == [one["name"] for one in own.get(f"{path}/label")["results"]]
    assert (400, 409) == (twice[0], stale[0])
    assert {"marker": "n"} == own.get(f"{path}/property/closeout")["value"]
    assert ["closeout", "new"] == [one["key"] for one in own.get(f"{path}/property")["results"]]
    assert 404 == own.refusal("GET", f"{path}/property/other")[0]


def test_a_new_version_of_a_file_has_its_own_address(own: Asking) -> None:
    path = f"{CONTENT}/{own.a_page()['id']}/child/attachment"
    headers = {"X-Atlassian-Token": "nocheck"}

    def send(below: str = "") -> int:
        files = {"file": ("a.txt", b"one", "text/plain")}
        return own.send("POST", path + below, files=files, headers=headers).status_code

    assert [200, 400] == [send(), send()]
    (file,) = own.send("GET", path).json()["results"]
    assert 200 == send(f"/{file['id']}/data")
    assert [2] == [one["version"]["number"] for one in own.send("GET", path).json()["results"]]


def test_people_are_known_by_name_and_key(server: Standin, own: Asking) -> None:
    ben = server.control.person("Ben Castro")

    by_key = own.get("/rest/api/user", key=ben.key)
    by_name = own.get("/rest/api/user", username="ben")

    assert by_key == by_name
    assert ("Ben Castro", "ben", ben.key) == (
        by_key["displayName"],
        by_key["username"],
        by_key["userKey"],
    )
    assert "Closeout" == own.get("/rest/api/user/current")["displayName"]
    assert 6 == own.get("/rest/api/user/list")["size"]


def test_a_page_restricted_from_us_is_not_there(server: Standin, own: Asking) -> None:
    page_id = own.a_page()["id"]

    server.control.restrict_document(page_id, editors=["Ada Berg"])
    editing = own.refusal("PUT", f"{CONTENT}/{page_id}", json=an_edit(2))
    server.control.restrict_document(page_id, readers=["Ada Berg"])
    viewing = own.refusal("GET", f"{CONTENT}/{page_id}")

    assert (403, 404) == (editing[0], viewing[0])


def test_search_and_server_information_answer(own: Asking, clock: HandClock) -> None:
    own.a_page()
    clock.ahead(minutes=1)

    found = own.get("/rest/api/search", cql="title ~ nova")["results"]
    content = own.get("/rest/api/content/search", cql="space = PM and title ~ nova")["results"]

    assert [TITLE] == [one["title"] for one in found] == [one["title"] for one in content]
    assert "10.2.14" == own.get("/rest/api/server-information")["version"]


def test_a_signature_is_the_one_that_atlassian_publishes() -> None:
    published = "a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"

    assert f"sha256={published}" == signature(SECRET, b"Hello World!")


def test_a_webhook_tells_thinly_what_happened(server: Standin, own: Asking, ear: Ear) -> None:
    hook = {
        "name": "Closeout",
        "url": ear.url,
        "events": ["page_updated", "page_trashed"],
        "configuration": {"secret": SECRET},
        "active": True,
    }
    own.post("/rest/api/webhooks", hook)
    ada, page_id = server.control.person("Ada Berg"), own.a_page()["id"]

    server.control.write_document(page_id, "text", by="Ada Berg")
    server.deliver_due()

    ((headers, body),) = ear.received
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert f"sha256={expected}" == headers["X-Hub-Signature"]
    assert {
        "timestamp": 1804496400000,
        "event": "page_updated",
        "userKey": ada.key,
        "page": {"id": int(page_id)},
    } == json.loads(body)


def test_a_failed_delivery_is_lost_and_shown_in_the_statistics(
    server: Standin, own: Asking, ear: Ear
) -> None:
    hook = own.post("/rest/api/webhooks", {"name": "x", "url": ear.url, "events": ["page_created"]})
    ear.answers = [503]

    own.a_page()
    server.deliver_due()

    assert ["lost"] == [one.state for one in server.deliveries]
    latest = own.get(f"/rest/api/webhooks/{hook['id']}/latest")
    assert "FAILURE" == latest["result"]["outcome"]
    assert "secret" not in json.dumps(own.get("/rest/api/webhooks"))


def test_webhooks_are_switched_off_changed_and_removed(
    server: Standin, own: Asking, ear: Ear
) -> None:
    hook = own.post("/rest/api/webhooks", {"name": "x", "url": ear.url, "events": ["page_created"]})
    path = f"/rest/api/webhooks/{hook['id']}"

    own.put(path, {"active": False})
    own.a_page()

    assert 0 == server.deliver_due()
    assert 204 == own.delete(path)
    assert 404 == own.refusal("GET", path)[0]
    bad = {"name": "x", "url": ear.url, "events": ["page_exploded"]}
    assert 400 == own.refusal("POST", "/rest/api/webhooks", json=bad)[0]
