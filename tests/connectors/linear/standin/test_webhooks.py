"""Webhooks: what they tell, how they are signed, and what happens when nobody answers."""

from __future__ import annotations

import hashlib
import hmac
import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from connectors.linear.standin import Standin
from connectors.linear.standin.entities import Webhook
from tests.connectors.linear.standin.asking import APOLLO, Asking, Ear, HandClock, listening

SECRET = "our secret"


@pytest.fixture
def hook(standin: Standin, ear: Ear) -> Webhook:
    return standin.control.register_webhook(ear.url, SECRET)


def test_a_closure_tells_the_new_status_the_old_one_and_leaves_nulls_out(
    standin: Standin, ear: Ear, hook: Webhook
) -> None:
    project = standin.control.project(APOLLO)
    old, updated_at = project.status_id, project.updated_at

    standin.control.close_project(APOLLO, by="Ben")
    standin.deliver_due()

    event = ear.received[0].json
    completed = standin.control.status("completed")
    assert ("update", "Project") == (event["action"], event["type"])
    assert {
        "id": completed.id,
        "color": completed.color,
        "name": "Completed",
        "type": "completed",
    } == event["data"]["status"]
    assert "2026-03-02T09:00:00.000Z" == event["data"]["completedAt"]
    assert {
        "statusId": old,
        "completedAt": None,
        "updatedAt": f"{updated_at:%Y-%m-%dT%H:%M:%S}.000Z",
    } == event["updatedFrom"]
    assert not {"canceledAt", "archivedAt", "startDateResolution"} & event["data"].keys()
    assert project.id == event["data"]["id"]
    assert standin.world.organization.id == event["organizationId"]
    assert hook.id == event["webhookId"]
    assert "2026-03-02T09:00:00.000Z" == event["createdAt"]
    actor = event["actor"]
    assert ("user", "Ben Castro", standin.control.person("Ben").id) == (
        actor["type"],
        actor["name"],
        actor["id"],
    )


def test_a_reopening_tells_when_it_was_completed(standin: Standin, ear: Ear, hook: Webhook) -> None:
    standin.control.close_project(APOLLO)
    standin.control.reopen_project(APOLLO)
    standin.deliver_due()

    event = ear.received[1].json

    assert "started" == event["data"]["status"]["type"]
    assert "completedAt" not in event["data"]
    assert "2026-03-02T09:00:00.000Z" == event["updatedFrom"]["completedAt"]


def test_other_updates_give_nulls_and_cleared_relations_lose_their_keys(
    standin: Standin, ear: Ear, hook: Webhook
) -> None:
    standin.control.rename_project(APOLLO, "Apollo")
    standin.control.lead_project("Apollo")
    standin.deliver_due()

    renamed, without_lead = (one.json for one in ear.received)

    assert renamed["data"]["completedAt"] is None
    assert renamed["data"]["archivedAt"] is None
    assert APOLLO == renamed["updatedFrom"]["name"]
    assert not {"leadId", "lead"} & without_lead["data"].keys()
    assert "leadId" in without_lead["updatedFrom"]


def test_an_update_that_changed_nothing_follows_every_new_project(
    standin: Standin, ear: Ear, hook: Webhook, linear: Asking
) -> None:
    linear.data(
        'mutation($t: String!) { projectCreate(input: {name: "New", teamIds: [$t]}) { success } }',
        t=standin.control.team("OPS").id,
    )
    standin.deliver_due()

    first, second = (one.json for one in ear.received)

    assert ("create", "update", {}) == (first["action"], second["action"], second["updatedFrom"])
    assert "updatedFrom" not in first
    assert ("2026-03-02T09:00:00.000Z", "2026-03-02T09:00:00.012Z") == (
        first["createdAt"],
        second["createdAt"],
    )


def test_a_delivery_is_signed_over_its_raw_bytes_and_stamped_when_sent(
    standin: Standin, ear: Ear, hook: Webhook, clock: HandClock
) -> None:
    standin.control.close_project(APOLLO)
    clock.ahead(seconds=1)
    standin.deliver_due()

    got = ear.received[0]
    headers = {name.lower(): value for name, value in got.headers.items()}
    expected = hmac.new(SECRET.encode(), got.body, hashlib.sha256).hexdigest()
    assert expected == headers["linear-signature"]
    assert "Project" == headers["linear-event"]
    assert "Linear-Webhook" == headers["user-agent"]
    assert "application/json; charset=utf-8" == headers["content-type"]
    assert 4 == uuid.UUID(headers["linear-delivery"]).version
    assert clock.now.timestamp() * 1000 == got.json["webhookTimestamp"]


def test_each_kind_of_thing_has_its_events(standin: Standin, ear: Ear, hook: Webhook) -> None:
    document = standin.control.create_document(APOLLO, "Notes", "text")
    standin.control.append_to_document(document.id, "more")
    on_document = standin.control.comment(document.id, "Hm")
    on_issue = standin.control.comment("OPS-1", "Hm")
    standin.control.move_issue("OPS-1", "Done")
    standin.control.trash("OPS-1")
    standin.control.trash(document.id)
    standin.control.restore(document.id)
    standin.control.report(APOLLO, "Late", "offTrack")
    standin.deliver_due()

    events = [one.json for one in ear.received]

    assert [
        ("Document", "create"),
        ("Document", "update"),
        ("Comment", "create"),
        ("Comment", "create"),
        ("Issue", "update"),
        ("Issue", "remove"),
        ("Document", "remove"),
        ("Document", "update"),
        ("ProjectUpdate", "create"),
        ("Project", "update"),
    ] == [(one["type"], one["action"]) for one in events]
    comments = {one["data"]["id"]: one["data"] for one in events if one["type"] == "Comment"}
    assert document.document_content_id == comments[on_document.id]["documentContentId"]
    assert not {"projectId", "issueId", "document"} & comments[on_document.id].keys()
    assert "OPS-1" == comments[on_issue.id]["issue"]["identifier"]
    assert "completed" == events[4]["data"]["state"]["type"]
    assert {"stateId", "completedAt", "updatedAt"} == events[4]["updatedFrom"].keys()
    assert {"health": "onTrack"} == events[9]["updatedFrom"]


def test_only_what_was_subscribed_to_is_sent(standin: Standin, ear: Ear) -> None:
    ops = standin.control.register_webhook(ear.url, SECRET, types=["Issue"], team="OPS")
    standin.control.move_issue("OPS-1", "Done")
    standin.control.move_issue("Detail view", "Todo")
    standin.control.comment("OPS-1", "Hm")
    standin.deliver_due()
    standin.control.enable_webhook(ops.id, on=False)
    standin.control.move_issue("OPS-2", "Done")
    standin.deliver_due()

    assert ["OPS-1"] == [one.json["data"]["identifier"] for one in ear.received]


def test_private_teams_tell_nothing_to_a_webhook_for_public_ones(
    standin: Standin, ear: Ear, hook: Webhook
) -> None:
    standin.control.team("OPS").private = True

    standin.control.move_issue("OPS-1", "Done")

    assert 0 == standin.deliver_due()


def test_a_program_registers_changes_and_removes_its_webhook(
    standin: Standin, ear: Ear, linear: Asking
) -> None:
    made = linear.data(
        "mutation($url: String!) { webhookCreate(input: {url: $url, allPublicTeams: true,"
        ' resourceTypes: ["Project"], secret: "first"}) { webhook { id enabled secret } } }',
        url=ear.url,
    )["webhookCreate"]["webhook"]
    change = (
        "mutation($id: String!, $input: WebhookUpdateInput!)"
        " { webhookUpdate(id: $id, input: $input) { webhook { enabled resourceTypes } } }"
    )
    linear.data(change, id=made["id"], input={"secret": "second", "resourceTypes": ["Issue"]})
    standin.control.close_project(APOLLO)
    standin.control.move_issue("OPS-1", "Done")
    standin.deliver_due()
    listed = linear.data("{ webhooks { nodes { id url enabled resourceTypes } } }")["webhooks"]
    linear.data(f'mutation {{ webhookDelete(id: "{made["id"]}") {{ success }} }}')

    got = ear.received[0]
    expected = hmac.new(b"second", got.body, hashlib.sha256).hexdigest()
    assert ["Issue"] == ear.types()
    assert expected == got.headers["Linear-Signature"]
    assert [(ear.url, True)] == [(one["url"], one["enabled"]) for one in listed["nodes"]]
    assert not standin.world.webhooks


def test_what_is_not_answered_with_200_is_tried_again_after_1_minute_1_hour_and_6_hours(
    standin: Standin, ear: Ear, hook: Webhook, clock: HandClock
) -> None:
    ear.answers = [500, 202, 404, 503]
    standin.control.close_project(APOLLO)
    tried = [standin.deliver_due()]
    for wait in (timedelta(seconds=59), timedelta(seconds=1), timedelta(hours=1)):
        clock.now += wait
        tried.append(standin.deliver_due())
    still_enabled = hook.enabled
    clock.now += timedelta(hours=6)
    tried.append(standin.deliver_due())
    clock.now += timedelta(days=9)
    tried.append(standin.deliver_due())

    assert [1, 0, 1, 1, 1, 0] == tried
    assert (True, False) == (still_enabled, hook.enabled)
    assert [500, 202, 404, 503] == [one.status for one in standin.deliveries[0].attempts]
    assert "lost" == standin.deliveries[0].state
    stamps = [one.json["webhookTimestamp"] for one in ear.received]
    assert sorted(set(stamps)) == stamps
    assert 1 == len({one.headers["Linear-Delivery"] for one in ear.received})
    assert 4 == len({one.headers["Linear-Signature"] for one in ear.received})


def test_a_failed_delivery_does_not_stop_the_next_one(
    standin: Standin, ear: Ear, hook: Webhook, clock: HandClock
) -> None:
    ear.answers = [500]
    standin.control.close_project(APOLLO)
    standin.control.move_issue("OPS-1", "Done")
    standin.deliver_due()
    clock.ahead(minutes=1)
    standin.deliver_due()

    assert ["Project", "Issue", "Project"] == ear.types()
    assert ["delivered", "delivered"] == [one.state for one in standin.deliveries]


def test_a_retry_may_carry_a_new_delivery_id(
    standin: Standin, ear: Ear, hook: Webhook, clock: HandClock
) -> None:
    standin.control.switch("new_delivery_id_on_retry", value=True)
    ear.answers = [500]
    standin.control.close_project(APOLLO)
    standin.deliver_due()
    clock.ahead(minutes=1)
    standin.deliver_due()

    assert 2 == len({one.headers["Linear-Delivery"] for one in ear.received})


def test_an_address_where_nobody_listens_is_a_failed_attempt(
    standin: Standin, clock: HandClock
) -> None:
    with listening() as gone:
        url = gone.url
    standin.control.register_webhook(url, SECRET)
    standin.control.register_webhook("ftp://nowhere", SECRET)

    standin.control.close_project(APOLLO)
    standin.deliver_due()

    problems = [one.attempts[0].problem or "" for one in standin.deliveries]
    assert problems[0].startswith("ConnectionRefusedError")
    assert "not an http address" in problems[1]


def test_dropped_and_switched_off_webhooks_are_never_told(
    standin: Standin, ear: Ear, hook: Webhook
) -> None:
    standin.control.drop_webhooks(1)
    standin.control.close_project(APOLLO)
    standin.control.webhooks(on=False)
    standin.control.reopen_project(APOLLO)
    standin.control.webhooks(on=True)
    standin.control.move_issue("OPS-1", "Done")
    standin.deliver_due()

    assert ["Issue"] == ear.types()


def test_deliveries_can_be_doubled_and_turned_round(
    standin: Standin, ear: Ear, hook: Webhook
) -> None:
    standin.control.hold_webhooks()
    standin.control.close_project(APOLLO)
    standin.control.move_issue("OPS-1", "Done")
    assert 0 == standin.deliver_due()

    standin.control.release_webhooks(backwards=True)
    standin.deliver_due()
    standin.control.redeliver(standin.deliveries[0].id)
    standin.deliver_due()

    assert ["Issue", "Project", "Project"] == ear.types()
    first, again = ear.received[1:]
    assert first.headers["Linear-Delivery"] == again.headers["Linear-Delivery"]


def test_threads_send_in_order_without_holding_up_the_api(ear: Ear) -> None:
    let_go = threading.Event()

    class Slow(Ear):
        def verify_request(self, request: object, client_address: object) -> bool:
            return let_go.wait(10)

    with listening(Slow) as slow, Standin.seeded(lambda: datetime.now(UTC)) as standin:
        standin.control.register_webhook(slow.url, SECRET)
        standin.control.register_webhook(ear.url, SECRET)
        for state in ("In Progress", "Done", "Todo"):
            standin.control.move_issue("OPS-1", state)
        with Asking(standin) as linear:
            answered = linear.data("{ viewer { name } }")
        waiting = standin.settle(timeout=0.05)
        let_go.set()
        settled = standin.settle()

    states = [[one.json["data"]["state"]["name"] for one in e.received] for e in (slow, ear)]
    assert [["In Progress", "Done", "Todo"]] * 2 == states
    assert {"viewer": {"name": "Closeout"}} == answered
    assert (False, True) == (waiting, settled)


def test_a_thread_retries_when_the_clock_is_pushed_ahead(ear: Ear, clock: HandClock) -> None:
    ear.answers = [500]
    with Standin.seeded(clock) as standin:
        standin.control.register_webhook(ear.url, SECRET)
        standin.control.close_project(APOLLO)
        standin.settle()
        standin.control.advance(seconds=60)
        standin.settle()

        assert "delivered" == standin.deliveries[0].state
    assert 2 == len(ear.received)
