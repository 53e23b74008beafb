"""Webhooks: what they tell, how they are signed, and what happens when nobody answers."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import pytest

from connectors._standin.messages import Value
from connectors.jira.standin import Standin
from connectors.jira.standin.entities import Webhook
from connectors.jira.standin.webhooks import signature
from tests.connectors.jira.standin.asking import (
    DATA_CENTER,
    EPIC,
    Asking,
    Ear,
    HandClock,
    adf,
    listening,
)

SECRET = "our secret"
only_data_center = pytest.mark.parametrize("flavour", [DATA_CENTER])


@pytest.fixture
def hook(standin: Standin, ear: Ear) -> Webhook:
    return standin.control.register_webhook(ear.url, SECRET)


def test_the_signature_is_the_published_one() -> None:
    expected = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"

    assert expected == signature("It's a Secret to Everybody", b"Hello World!")


def test_a_closure_tells_who_moved_what_with_the_resolution_first(
    standin: Standin, ear: Ear, hook: Webhook
) -> None:
    standin.control.close_project(EPIC, by="Ben")
    standin.deliver_due()

    (got,) = ear.received
    event = got.json
    assert ("jira:issue_updated", 1772442000000) == (event["webhookEvent"], event["timestamp"])
    assert "Ben Castro" == event["user"]["displayName"]
    assert [("resolution", "resolution"), ("status", "status")] == [
        (one["field"], one["fieldId"]) for one in event["changelog"]["items"]
    ]
    fields = event["issue"]["fields"]
    assert "done" == fields["status"]["statusCategory"]["key"]
    assert isinstance(fields["description"], str)
    number = event["issue"]["id"]
    assert event["issue"]["self"].endswith(f"/rest/api/2/{number}")
    expected = hmac.new(SECRET.encode(), got.body, hashlib.sha256).hexdigest()
    assert f"sha256={expected}" == got.headers["x-hub-signature"]
    assert "Primary" == got.headers["x-atlassian-webhook-flow"]
    assert "x-atlassian-webhook-retry" not in got.headers


def test_the_category_of_new_issues_has_another_name_in_webhooks(
    standin: Standin, ear: Ear, hook: Webhook, jira: Asking
) -> None:
    key = jira.a_task()
    standin.deliver_due()

    told = ear.received[0].json["issue"]["fields"]["status"]["statusCategory"]
    read = jira.get(f"/issue/{key}")["fields"]["status"]["statusCategory"]
    assert [("new", "New"), ("new", "To Do")] == [(one["key"], one["name"]) for one in (told, read)]


def test_a_release_and_an_archive_tell_no_actor(standin: Standin, ear: Ear, hook: Webhook) -> None:
    standin.control.close_project("NOVA:1.4", by="Ben")
    standin.control.reopen_project("NOVA:1.4", by="Ben")
    standin.control.close_project("NOVA", by="Ada")
    standin.control.reopen_project("NOVA", by="Ada")
    standin.deliver_due()

    events = [one.json for one in ear.received]
    assert [
        "jira:version_released",
        "jira:version_unreleased",
        "project_archived",
        "project_restored_archived",
    ] == ear.events()
    assert not any("user" in one for one in events)
    version, project = events[0]["version"], events[2]["project"]
    assert (str, int, True) == (
        type(version["id"]),
        type(version["projectId"]),
        version["released"],
    )
    assert (int, "NOVA") == (type(project["id"]), project["key"])


def test_each_kind_of_thing_has_its_events(
    standin: Standin, ear: Ear, hook: Webhook, jira: Asking
) -> None:
    key = jira.a_task()
    comment = jira.post(f"/issue/{key}/comment", body=adf("x"))["id"]
    jira("DELETE", f"/issue/{key}/comment/{comment}")
    jira.post(
        "/issueLink",
        type={"name": "Relates"},
        inwardIssue={"key": key},
        outwardIssue={"key": EPIC},
    )
    jira.post(f"/issue/{key}/worklog", timeSpent="1h")
    jira("DELETE", f"/issue/{key}")
    jira("DELETE", "/project/OPS")
    standin.deliver_due()

    assert [
        "jira:issue_created",
        "comment_created",
        "comment_deleted",
        "jira:issue_updated",
        "jira:issue_updated",
        "issuelink_created",
        "jira:issue_updated",
        "worklog_created",
        "jira:issue_deleted",
        "project_soft_deleted",
    ] == ear.events()
    worklog = ear.received[7].json
    assert "issue" not in worklog
    assert isinstance(worklog["worklog"]["issueId"], str)


def test_a_merge_arrives_as_a_deletion(standin: Standin, ear: Ear, hook: Webhook) -> None:
    standin.control.merge_versions("1.4", "1.3")
    standin.deliver_due()

    last = ear.received[-1].json
    assert ("jira:version_deleted", "1.4", "1.3") == (
        last["webhookEvent"],
        last["version"]["name"],
        last["mergedTo"]["name"],
    )


def test_only_what_was_asked_for_and_passes_the_filter_is_sent(standin: Standin, ear: Ear) -> None:
    one = standin.control.register_webhook(
        ear.url, SECRET, types=["jira:issue_updated"], team="OPS"
    )
    standin.control.move_issue("OPS-1", "Done")
    standin.control.move_issue("NOVA-24", "Done")
    standin.control.comment("OPS-1", "Hm")
    standin.deliver_due()
    standin.control.enable_webhook(one.id, on=False)
    standin.control.move_issue("OPS-2", "Done")
    standin.deliver_due()

    assert ["OPS-1"] == [got.json["issue"]["key"] for got in ear.received]


def test_up_to_5_retries_carry_the_same_identifier_and_bytes(
    standin: Standin, ear: Ear, hook: Webhook, clock: HandClock
) -> None:
    ear.answers = [500, 429, 503, 408, 500, 500, 500]
    standin.control.close_project(EPIC)
    for _ in range(7):
        standin.deliver_due()
        clock.now += timedelta(minutes=15)

    heads = [one.headers for one in ear.received]
    assert [None, "1", "2", "3", "4", "5"] == [
        one.get("x-atlassian-webhook-retry") for one in heads
    ]
    assert 1 == len({one["x-atlassian-webhook-identifier"] for one in heads})
    assert 1 == len({one.body for one in ear.received})
    assert "lost" == standin.deliveries[0].state
    assert hook.enabled


@pytest.mark.parametrize(("answer", "state"), [(204, "delivered"), (400, "lost"), (404, "lost")])
def test_what_will_not_pass_is_not_tried_again(
    standin: Standin, ear: Ear, hook: Webhook, clock: HandClock, answer: int, state: str
) -> None:
    ear.answers = [answer]
    standin.control.close_project(EPIC)
    standin.deliver_due()
    clock.ahead(hours=2)
    standin.deliver_due()

    assert (1, state) == (len(ear.received), standin.deliveries[0].state)


def test_where_nobody_listens_it_is_tried_again(standin: Standin, clock: HandClock) -> None:
    with listening() as gone:
        url = gone.url
    standin.control.register_webhook(url, SECRET)

    standin.control.close_project(EPIC)
    standin.deliver_due()

    assert "waiting" == standin.deliveries[0].state
    assert (standin.deliveries[0].attempts[0].problem or "").startswith("ConnectionRefusedError")


def test_deliveries_can_be_lost_held_doubled_and_turned_round(
    standin: Standin, ear: Ear, hook: Webhook
) -> None:
    standin.control.drop_webhooks(1)
    standin.control.close_project(EPIC)
    standin.control.hold_webhooks()
    standin.control.reopen_project(EPIC)
    standin.control.close_project("NOVA:1.4")
    assert 0 == standin.deliver_due()
    standin.control.release_webhooks(backwards=True)
    standin.deliver_due()
    standin.control.redeliver(standin.deliveries[1].id)
    standin.deliver_due()

    assert ["jira:version_released", "jira:issue_updated", "jira:issue_updated"] == ear.events()
    again, once_more = ear.received[1:]
    assert (
        again.headers["x-atlassian-webhook-identifier"]
        == (once_more.headers["x-atlassian-webhook-identifier"])
    )


# Registering them.


def body(url: str, **more: Value) -> dict[str, Value]:
    filters = {"issue-related-events-section": "project = OPS"}
    return {
        "name": "Closeout",
        "url": url,
        "events": ["jira:issue_updated"],
        "filters": filters,
    } | more


def test_a_program_registers_changes_and_removes_an_admin_webhook(
    standin: Standin, ear: Ear, jira: Asking
) -> None:
    path = "/rest/webhooks/1.0/webhook"
    made = jira.post(path, **body(ear.url, excludeBody=False, secret="first"))
    where = f"{path}/{made['self'].rpartition('/')[2]}"
    jira.put(where, **body(ear.url, secret="second"))
    standin.control.move_issue("OPS-1", "Done")
    standin.deliver_due()
    (listed,) = jira.get(path)
    jira("DELETE", where)

    got = ear.received[0]
    assert signature("second", got.body) == got.headers["x-hub-signature"]
    assert (True, True, ["jira:issue_updated"]) == (
        listed["isSigned"],
        listed["enabled"],
        listed["events"],
    )
    assert "secret" not in listed
    assert [] == jira.get(path)


def test_who_does_not_administer_jira_registers_none(standin: Standin, jira: Asking) -> None:
    standin.control.deny("Closeout", "ADMINISTER")

    assert 403 == jira("GET", "/rest/webhooks/1.0/webhook").status_code


@pytest.mark.parametrize(
    ("version", "old", "new", "signed"), [(9, 200, 404, False), (10, 404, 200, True)]
)
@only_data_center
def test_data_center_10_moved_the_interface_and_began_to_sign(
    standin: Standin, ear: Ear, jira: Asking, version: int, old: int, new: int, *, signed: bool
) -> None:
    standin.world.behaviour.version = version
    standin.control.register_webhook(ear.url, SECRET)
    ear.answers = [500]
    standin.control.close_project(EPIC)
    standin.deliver_due()

    codes = [
        jira("GET", path).status_code
        for path in ("/rest/webhooks/1.0/webhook", "/rest/jira-webhook/1.0/webhooks")
    ]
    (got,) = ear.received
    assert [old, new] == codes
    assert signed == ("x-hub-signature" in got.headers)
    assert "x-atlassian-webhook-identifier" not in got.headers
    assert "lost" == standin.deliveries[0].state
    assert f"{version}." in jira.get("/serverInfo")["version"]


@only_data_center
def test_a_data_center_keeps_switches_of_a_webhook_as_words(ear: Ear, jira: Asking) -> None:
    path = "/rest/jira-webhook/1.0/webhooks"
    made = jira.post(path, **body(ear.url, active="false", configuration={"EXCLUDE_BODY": "true"}))

    assert ("false", "true") == (made["active"], made["configuration"]["EXCLUDE_BODY"])
