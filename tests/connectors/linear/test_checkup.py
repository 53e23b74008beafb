"""What `doctor` and `connect` say, and how to mend it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.linear.tracker import LinearTracker
from connectors.linear.tracker.checkup import RESOURCE_TYPES
from service.ports import Health
from tests.connectors.linear.answers import (
    KEY,
    Reply,
    ScriptedLinear,
    a_refusal,
    a_team,
    a_user,
    nodes,
    settings,
)

HOOK = "https://closeout.example/webhooks/acme-linear"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FORBIDDEN = a_refusal("You need to be an admin", type="forbidden", code="FORBIDDEN")
REGISTERED = {"id": "w1", "url": HOOK, "enabled": True, "resourceTypes": list(RESOURCE_TYPES)}
LABEL = {"id": "l1", "name": "Verified", "team": None}


def lay_down(linear: ScriptedLinear, **changes: object) -> None:
    """Lay down a workspace in which all is well, but for the changes."""
    well: dict[str, object] = {
        "Viewer": {"viewer": a_user("Closeout", admin=True)},
        "Teams": {"teams": nodes(a_team("OPS"))},
        "Webhooks": {"webhooks": nodes(REGISTERED)},
        "LabelsNamed": {"issueLabels": nodes(LABEL)},
        "WebhookCreate": {"webhookCreate": {"success": True}},
        "WebhookUpdate": {"webhookUpdate": {"success": True}},
        "LabelCreate": {"issueLabelCreate": {"success": True}},
    }
    for operation, answer in {**well, **changes}.items():
        linear.on(operation, answer)


def checked(skew: float = 0, **keys: object) -> dict[str, Health]:
    now = NOON + timedelta(seconds=skew)
    tracker = LinearTracker(settings(**keys), clock=lambda: now)
    return {health.name: health for health in tracker.check_up(HOOK)}


def test_when_all_is_well_everything_is_good(linear: ScriptedLinear) -> None:
    lay_down(linear)

    found = checked(tickets_team="OPS")

    assert {name: health.good for name, health in found.items()} == {
        "key": True,
        "permissions": True,
        "clock": True,
        "tickets team": True,
        "webhook": True,
        "label": True,
    }
    assert found["key"].finding == "signed in as Closeout"


def test_a_key_that_does_not_work_is_all_there_is_to_say(linear: ScriptedLinear) -> None:
    lay_down(linear, Viewer=a_refusal(f"no such key {KEY}", 401, type="authentication error"))

    found = checked()

    assert list(found) == ["key"]
    assert found["key"].good is False
    assert found["key"].mend is not None
    assert KEY not in found["key"].finding


def test_no_answer_says_nothing_of_the_key(linear: ScriptedLinear) -> None:
    lay_down(linear, Viewer=Reply("<html>"))

    assert checked()["key"].good is None


def test_a_guest_sees_too_little(linear: ScriptedLinear) -> None:
    lay_down(linear, Viewer={"viewer": a_user(guest=True)})

    assert checked()["permissions"].good is False


@pytest.mark.parametrize(("skew", "good"), [(0, True), (-30, True), (31, False), (-3600, False)])
def test_the_clock_may_differ_by_half_of_what_webhooks_may(
    linear: ScriptedLinear, skew: float, good: bool
) -> None:
    lay_down(linear)

    assert good is checked(skew)["clock"].good


def test_a_team_nobody_sees_is_told(linear: ScriptedLinear) -> None:
    lay_down(linear)

    found = checked(tickets_team="QA")["tickets team"]

    assert found.good is False
    assert "there are: OPS" in found.finding


@pytest.mark.parametrize(
    ("answer", "good", "words"),
    [
        pytest.param({"webhooks": nodes()}, False, "none is registered", id="none"),
        pytest.param(
            {"webhooks": nodes({**REGISTERED, "url": "https://other.example"})},
            False,
            "none is registered",
            id="another address",
        ),
        pytest.param(
            {"webhooks": nodes({**REGISTERED, "enabled": False})}, False, "disabled", id="disabled"
        ),
        pytest.param(
            {"webhooks": nodes({**REGISTERED, "resourceTypes": ["Issue", "Project"]})},
            False,
            "Document, Comment, ProjectUpdate",
            id="deaf to some",
        ),
        pytest.param(
            {"webhooks": nodes({**REGISTERED, "enabled": False}, REGISTERED)},
            True,
            "enabled",
            id="a good one beside a disabled one",
        ),
        pytest.param(FORBIDDEN, None, "cannot be read with this key", id="no admin"),
        pytest.param(Reply("<html>"), None, "without GraphQL", id="no answer"),
    ],
)
def test_the_webhook_is_registered_enabled_and_complete_or_unknown(
    linear: ScriptedLinear, answer: object, good: bool | None, words: str
) -> None:
    lay_down(linear, Webhooks=answer)

    found = checked()["webhook"]

    assert good is found.good
    assert words in found.finding


@pytest.mark.parametrize(
    ("labels", "good"),
    [
        pytest.param([LABEL], True, id="of the workspace"),
        pytest.param([{**LABEL, "team": {"id": "team-ops"}}], False, id="of one team only"),
        pytest.param([{**LABEL, "name": "not verified"}], False, id="another name"),
        pytest.param([], False, id="none"),
    ],
)
def test_the_label_must_stand_for_all_teams(
    linear: ScriptedLinear, labels: list[dict[str, object]], good: bool
) -> None:
    lay_down(linear, LabelsNamed={"issueLabels": nodes(*labels)})

    assert good is checked()["label"].good


def test_a_key_on_the_open_road_is_told(linear: ScriptedLinear) -> None:
    lay_down(linear)

    tracker = LinearTracker(settings(api_url="http://linear.test/graphql"))

    # Nothing answers there, and still the address is what is said first.
    assert tracker.check_up(HOOK)[0].name == "address"


def test_connecting_registers_the_webhook_and_makes_the_label(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    lay_down(linear, Webhooks={"webhooks": nodes()}, LabelsNamed={"issueLabels": nodes()})

    found = tracker.connect(HOOK, "the signing secret")

    assert [(one.name, one.good) for one in found] == [("webhook", True), ("label", True)]
    assert linear.asked("WebhookCreate") == [
        {
            "input": {
                "url": HOOK,
                "secret": "the signing secret",
                "resourceTypes": ["Project", "Issue", "Document", "Comment", "ProjectUpdate"],
                "allPublicTeams": True,
                "enabled": True,
                "label": "Closeout",
            }
        }
    ]
    (label,) = linear.asked("LabelCreate")
    assert (label["input"]["name"], "teamId" not in label["input"]) == ("verified", True)


def test_connecting_twice_leaves_all_as_it_is(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    lay_down(linear)

    found = tracker.connect(HOOK, "the signing secret")

    assert all(one.good for one in found)
    assert linear.operations == ["Webhooks", "LabelsNamed"]


def test_a_disabled_webhook_is_enabled_with_our_secret(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    lay_down(linear, Webhooks={"webhooks": nodes({**REGISTERED, "enabled": False})})

    tracker.connect(HOOK, "the signing secret")

    (asked,) = linear.asked("WebhookUpdate")
    assert (
        asked["id"],
        asked["input"]["enabled"],
        asked["input"]["secret"],
    ) == ("w1", True, "the signing secret")


@pytest.mark.parametrize("operation", ["Webhooks", "WebhookCreate"])
def test_who_may_not_register_is_told_what_to_click(
    linear: ScriptedLinear, tracker: LinearTracker, operation: str
) -> None:
    lay_down(linear, Webhooks={"webhooks": nodes()})
    linear.on(operation, FORBIDDEN)

    found = tracker.connect(HOOK, "the signing secret")[0]

    assert found.good is False
    assert found.mend is not None
    assert HOOK in found.mend
    assert "Settings > API > Webhooks" in found.mend


def test_no_finding_repeats_the_secret(linear: ScriptedLinear, tracker: LinearTracker) -> None:
    echo = a_refusal('Variable "$input" got {secret: "the signing secret"}', type="invalid input")
    lay_down(linear, Webhooks={"webhooks": nodes()}, WebhookCreate=echo)

    found = tracker.connect(HOOK, "the signing secret")

    assert all("the signing secret" not in f"{one.finding} {one.mend}" for one in found)
