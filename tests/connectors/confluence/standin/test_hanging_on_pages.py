"""What hangs on a page of Cloud: properties, labels, files, restrictions and tasks."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.confluence.standin import Standin
from tests.connectors.confluence.standin.asking import Asking, HandClock

FILE = {"file": ("burnup.png", b"\x89PNG\r\n\x1a\n\x00\r\n--", "image/png")}
NOCHECK = {"X-Atlassian-Token": "nocheck"}
TASKS = (
    "<ac:task-list><ac:task><ac:task-body>Ask <ac:link>"
    '<ri:user ri:account-id="{ben}" /></ac:link> by <time datetime="2027-04-01" />'
    "</ac:task-body></ac:task></ac:task-list>"
)


def test_a_property_is_added_once_and_changed_by_versions(wiki: Asking) -> None:
    path = f"/api/v2/pages/{wiki.a_page()['id']}/properties"

    made = wiki.post(path, {"key": "closeout", "value": {"marker": "m"}})
    status, words = wiki.refusal("POST", path, json={"key": "closeout", "value": 1})
    change = {"key": "closeout", "value": {"marker": "n"}, "version": {"number": 2}}
    stale = wiki.refusal("PUT", f"{path}/{made['id']}", json={**change, "version": {"number": 1}})
    changed = wiki.put(f"{path}/{made['id']}", change)

    assert (409, True) == (status, "already exists" in words)
    assert 409 == stale[0]
    assert ({"marker": "n"}, 2) == (changed["value"], changed["version"]["number"])
    assert [changed] == wiki.get(path, key="closeout")["results"]
    assert [] == wiki.get(path, key="other")["results"]
    assert 204 == wiki.delete(f"{path}/{made['id']}")
    assert [] == wiki.get(path)["results"]


def test_properties_and_labels_can_ride_on_the_page(wiki: Asking) -> None:
    page_id = wiki.a_page()["id"]
    wiki.post(f"/api/v2/pages/{page_id}/properties", {"key": "k", "value": [1]})
    wiki.post(f"/rest/api/content/{page_id}/label", [{"prefix": "global", "name": "Closeout"}])

    page = wiki.get(
        f"/api/v2/pages/{page_id}", **{"include-properties": "true", "include-labels": "true"}
    )

    assert [[1]] == [one["value"] for one in page["properties"]["results"]]
    assert ["closeout"] == [one["name"] for one in page["labels"]["results"]]


def test_labels_are_lower_case_and_stay_once(wiki: Asking) -> None:
    page_id = wiki.a_page()["id"]
    path = f"/rest/api/content/{page_id}/label"

    for _ in range(2):
        wiki.post(path, [{"prefix": "global", "name": "Post-Mortem"}])
    refusal = wiki.refusal("POST", path, json=[{"prefix": "global", "name": "two words"}])

    names = [one["name"] for one in wiki.get(f"/api/v2/pages/{page_id}/labels")["results"]]
    assert ["post-mortem"] == names
    assert 400 == refusal[0]
    assert [204, 404] == [wiki.delete(f"{path}/post-mortem"), wiki.delete(f"{path}/post-mortem")]


def test_a_file_is_put_byte_for_byte_and_again_as_a_new_version(
    standin: Standin, wiki: Asking
) -> None:
    page_id = wiki.a_page()["id"]
    path = f"/rest/api/content/{page_id}/child/attachment"

    for _ in range(2):
        form = {"minorEdit": "true"}
        assert 200 == wiki.send("PUT", path, files=FILE, data=form, headers=NOCHECK).status_code
    found = wiki.get(f"/api/v2/pages/{page_id}/attachments")["results"]

    assert [("burnup.png", 2)] == [(one["title"], one["version"]["number"]) for one in found]
    assert FILE["file"][1] == standin.world.pages[page_id].attachments["burnup.png"].data


def test_a_file_without_the_token_header_is_taken_for_a_forgery(wiki: Asking) -> None:
    path = f"/rest/api/content/{wiki.a_page()['id']}/child/attachment"

    answer = wiki.send("PUT", path, files=FILE, data={"minorEdit": "true"})

    assert 403 == answer.status_code
    assert answer.json()["message"].endswith("XSRF check failed")


def test_a_new_file_of_a_known_name_is_refused(wiki: Asking) -> None:
    path = f"/rest/api/content/{wiki.a_page()['id']}/child/attachment"
    given: dict[str, Any] = {"files": FILE, "data": {"minorEdit": "true"}, "headers": NOCHECK}

    statuses = [wiki.send("POST", path, **given).status_code for _ in range(2)]

    assert [200, 400] == statuses


def test_a_page_restricted_from_us_is_not_there_for_us(standin: Standin, wiki: Asking) -> None:
    page, child = wiki.a_page(), wiki.a_page(title="Below")
    standin.control.move_document(child["id"], page["id"])
    standin.control.restrict_document(page["id"], by="Ada Berg")

    for one in (page, child):
        assert 404 == wiki.refusal("GET", f"/api/v2/pages/{one['id']}")[0]
        assert [] == wiki.get("/api/v2/pages", id=one["id"])["results"]

    standin.control.unrestrict_document(page["id"])
    assert page["id"] == wiki.get(f"/api/v2/pages/{page['id']}")["id"]


def test_a_page_we_may_only_view_cannot_be_labelled(standin: Standin, wiki: Asking) -> None:
    page_id = wiki.a_page()["id"]
    standin.control.restrict_document(page_id, editors=["Ada Berg"])
    label = [{"prefix": "global", "name": "x"}]

    assert page_id == wiki.get(f"/api/v2/pages/{page_id}")["id"]
    assert 403 == wiki.refusal("POST", f"/rest/api/content/{page_id}/label", json=label)[0]


def test_restrictions_are_set_by_programs_too(standin: Standin, wiki: Asking) -> None:
    page_id = wiki.a_page()["id"]
    us, ada = standin.control.person("Closeout"), standin.control.person("Ada Berg")
    path = f"/rest/api/content/{page_id}/restriction"

    def only(*ids: str) -> list[dict[str, Any]]:
        users = [{"type": "known", "accountId": one} for one in ids]
        return [{"operation": "read", "restrictions": {"user": users}}]

    assert 400 == wiki.refusal("PUT", path, json=only(ada.id))[0]
    answer = wiki.put(path, only(us.id, ada.id))

    shown = answer["results"][0]["restrictions"]["user"]["results"]
    assert ["Closeout", "Ada Berg"] == [one["displayName"] for one in shown]
    assert [us.id, ada.id] == standin.world.pages[page_id].readers


def test_tasks_are_numbered_listed_and_ticked(
    standin: Standin, wiki: Asking, clock: HandClock
) -> None:
    ben = standin.control.person("Ben Castro")
    page_id = wiki.a_page(TASKS.format(ben=ben.id))["id"]
    clock.ahead(minutes=5)

    (task,) = wiki.get("/api/v2/tasks", **{"page-id": page_id, "body-format": "storage"})["results"]
    ticked = wiki.put(f"/api/v2/tasks/{task['id']}", {"status": "complete"})

    assert (ben.id, "2027-04-01T00:00:00.000Z") == (task["assignedTo"], task["dueAt"])
    assert task["body"]["storage"]["value"].startswith("Ask <ac:link>")
    assert ("1", "incomplete") == (task["localId"], task["status"])
    assert ("complete", "2027-03-08T09:05:00.000Z") == (ticked["status"], ticked["completedAt"])
    assert "<ac:task-status>complete</ac:task-status>" in wiki.storage(page_id)
    assert [] == wiki.get("/api/v2/tasks", status="incomplete")["results"]


def test_accounts_are_looked_up_by_their_ids(standin: Standin, wiki: Asking) -> None:
    ben = standin.control.person("Ben Castro")

    found = wiki.post("/api/v2/users-bulk", {"accountIds": [ben.id, "712020:nobody"]})["results"]
    single = wiki.get("/rest/api/user", accountId=ben.id)
    me = wiki.get("/rest/api/user/current")

    assert [("Ben Castro", "")] == [(one["displayName"], one["email"]) for one in found]
    assert ["Ben Castro", "Closeout"] == [single["displayName"], me["displayName"]]
    assert 404 == wiki.refusal("GET", "/rest/api/user", params={"accountId": "x"})[0]


@pytest.mark.parametrize(("access", "may"), [("write", True), ("read", False)])
def test_a_space_says_whether_we_may_add_pages(
    standin: Standin, wiki: Asking, access: str, may: bool
) -> None:
    (space,) = standin.world.spaces.values()
    standin.control.limit_access(access)

    allowed = wiki.get(f"/api/v2/spaces/{space.id}/operations")["operations"]

    assert may == ({"operation": "create", "targetType": "page"} in allowed)


def test_a_space_that_is_not_shown_to_us_is_not_listed(standin: Standin, wiki: Asking) -> None:
    assert ["PM"] == [one["key"] for one in wiki.get("/api/v2/spaces", keys="pm")["results"]]

    standin.control.limit_access("none")

    assert [] == wiki.get("/api/v2/spaces", keys="PM")["results"]
    assert [] == wiki.get("/api/v2/pages")["results"]
