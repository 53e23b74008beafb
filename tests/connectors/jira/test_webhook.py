"""Jira's webhooks: whether they are Jira's, and where they tell us to look."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.jira.settings import JiraSettings
from connectors.jira.standin.world import Happening
from connectors.jira.webhook import JiraWebhook
from service.ports import BadSignature, Event, Subject, UnknownEvent, Unreadable
from tests.connectors.jira.building import (
    CLOSES,
    DOING,
    DONE,
    NOON,
    Site,
    a_site,
    an_issue,
    an_item,
)

SECRET = "It's a Secret to Everybody"
OTHER = "another secret"
STAMP = 1_795_176_000_000
EPIC_TYPE = {"id": "6", "name": "Epic", "hierarchyLevel": 1}


def a_webhook(**settings: object) -> JiraWebhook:
    given = {
        "site_url": "https://acme.test",
        "api_url": "https://acme.test",
        "api_token": "t",
        "webhook_secret": [OTHER, SECRET],
        "closes": CLOSES,
    }
    return JiraWebhook.from_settings(JiraSettings.model_validate({**given, **settings}))


def signed(body: bytes, secret: str = SECRET, **headers: str) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature": f"sha256={digest}", **headers}


def a_body(kind: str, **more: object) -> bytes:
    return orjson.dumps({"timestamp": STAMP, "webhookEvent": kind, **more})


def an_issue_event(raw: dict[str, Any], *items: dict[str, Any], **more: object) -> bytes:
    changelog = {"id": "30001", "items": list(items)}
    return a_body("jira:issue_updated", issue=raw, changelog=changelog, **more)


def _event(body: bytes, **settings: object) -> Event:
    found = a_webhook(**settings).event(body)
    assert found is not None
    return found


def test_the_published_vector_is_a_good_signature() -> None:
    given = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"

    found = a_webhook().verify({"x-hub-signature": given}, b"Hello World!", NOON)

    assert hashlib.sha256(b"Hello World!").hexdigest() == found


@pytest.mark.parametrize("secret", [SECRET, OTHER])
def test_each_of_several_secrets_is_good_during_a_rotation(secret: str) -> None:
    assert a_webhook().verify(signed(b"{}", secret), b"{}", NOON)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        "sha256=00",
        "sha1=" + hmac.new(SECRET.encode(), b"{}", "sha1").hexdigest(),
        "sha512=" + hmac.new(SECRET.encode(), b"{}", hashlib.sha512).hexdigest(),
        "sha512=" + hmac.new(SECRET.encode(), b"{}", hashlib.sha256).hexdigest(),
        hmac.new(SECRET.encode(), b"{}", hashlib.sha256).hexdigest(),
        "sha256=ünïcode",
    ],
)
def test_any_other_signature_is_refused(header: str | None) -> None:
    headers = {} if header is None else {"X-Hub-Signature": header}

    with pytest.raises(BadSignature):
        a_webhook().verify(headers, b"{}", NOON)


def test_without_a_secret_every_delivery_is_refused() -> None:
    with pytest.raises(BadSignature):
        a_webhook(webhook_secret=[]).verify(signed(b"{}", ""), b"{}", NOON)


def test_a_retry_is_the_same_delivery() -> None:
    first = signed(b"{}", **{"X-Atlassian-Webhook-Identifier": "abc"})
    again = {**first, "X-Atlassian-Webhook-Retry": "2"}
    webhook = a_webhook()

    assert webhook.verify(first, b"{}", NOON) == webhook.verify(again, b"{}", NOON)


def test_an_identifier_on_another_signed_body_hides_nothing() -> None:
    identifier = {"X-Atlassian-Webhook-Identifier": "abc"}
    webhook = a_webhook()

    one = webhook.verify(signed(b"{}", **identifier), b"{}", NOON)
    other = webhook.verify(signed(b"[]", **identifier), b"[]", NOON)

    assert one.startswith("abc:")
    assert one != other


@pytest.mark.parametrize("identifier", ["", "two words", "x" * 181, "a\x00b"])
def test_an_identifier_that_is_none_is_left_out(identifier: str) -> None:
    headers = signed(b"{}", **{"X-Atlassian-Webhook-Identifier": identifier})

    assert hashlib.sha256(b"{}").hexdigest() == a_webhook().verify(headers, b"{}", NOON)


def test_a_closing_issue_is_looked_at_and_tells_which_status_it_left() -> None:
    raw = an_issue(DONE, "20012", issuetype=EPIC_TYPE)
    items = (an_item("resolution", None, "1"), an_item("status", "3", "9"))

    found = _event(an_issue_event(raw, *items))

    assert (Subject.PROJECT, "issue:20012", "3") == (found.subject, found.id, found.left_status_id)
    assert datetime(2026, 11, 20, 12, tzinfo=UTC) == found.at
    assert not [key for subject, key in found.also if subject is Subject.PROJECT]


def test_a_closing_type_may_be_given_by_its_id() -> None:
    raw = an_issue(DONE, "20012", issuetype={"id": "6", "name": "Epos"})

    found = _event(an_issue_event(raw), closes=[{"issue_types": ["6"]}])

    assert Subject.PROJECT is found.subject


def test_an_epic_made_a_story_and_closed_is_still_looked_at() -> None:
    raw = an_issue(DONE, "20012")
    items = (an_item("issuetype", "6", "5", was="Epic", became="Story"),)

    found = _event(an_issue_event(raw, *items))

    assert (Subject.PROJECT, "issue:20012") == (found.subject, found.id)


def test_any_other_issue_tells_what_it_is_in_and_what_it_left() -> None:
    parent = {"id": "500", "fields": {"issuetype": EPIC_TYPE}}
    raw = an_issue(DOING, "101", parent=parent, fixVersions=[{"id": "7"}])
    items = (an_item("Epic Link", "499", "500"), an_item("Fix Version", "6", None))

    found = _event(an_issue_event(raw, *items))

    assert (Subject.ISSUE, "101", None) == (found.subject, found.id, found.left_status_id)
    around = {key for subject, key in found.also if subject is Subject.PROJECT}
    assert {"issue:500", "issue:499", "version:7", "version:6", "project:10000"} == around


def test_only_what_closes_here_is_named() -> None:
    story = {"id": "500", "fields": {"issuetype": {"id": "5", "name": "Story"}}}
    raw = an_issue(DOING, "101", parent=story, fixVersions=[{"id": "7"}])

    found = _event(an_issue_event(raw), closes=[{"issue_types": ["Epic"]}])

    assert () == found.also


def test_an_issue_that_may_hold_a_post_mortem_is_a_page_too() -> None:
    raw = an_issue(DOING, "101", issuetype={"id": "8", "name": "Post-mortem"})

    found = _event(an_issue_event(raw), page_type="Post-mortem")

    assert (Subject.PAGE, "101") in found.also


@pytest.mark.parametrize(
    ("kind", "part", "expected", "left"),
    [
        ("jira:version_released", "version", "version:10500", "unreleased"),
        ("jira:version_unreleased", "version", "version:10500", "released"),
        ("jira:version_updated", "version", "version:10500", None),
        ("jira:version_deleted", "version", "version:10500", None),
        ("jira:version_merged", "version", "version:10500", None),
        ("project_archived", "project", "project:10500", "live"),
        ("project_restored_archived", "project", "project:10500", "archived"),
        ("project_soft_deleted", "project", "project:10500", None),
        ("project_deleted", "project", "project:10500", None),
        ("project_updated", "project", "project:10500", None),
    ],
)
@pytest.mark.parametrize("id_", ["10500", 10500])
def test_versions_and_projects_are_looked_at_where_they_close_here(
    kind: str, part: str, expected: str, left: str | None, id_: object
) -> None:
    body = a_body(kind, **{part: {"id": id_, "name": "1.4", "projectId": 10000}})

    found = _event(body)

    assert (Subject.PROJECT, expected, left) == (found.subject, found.id, found.left_status_id)
    assert a_webhook(closes=[{"issue_types": ["Epic"]}]).event(body) is None


def test_comments_and_worklogs_tell_of_their_issue() -> None:
    comment = a_body("comment_created", comment={"id": "1"}, issue=an_issue(DOING, "101"))
    worklog = a_body("worklog_updated", worklog={"id": "2", "issueId": "101"})

    for body in (comment, worklog):
        found = _event(body)
        assert (Subject.ISSUE, "101") == (found.subject, found.id)


@pytest.mark.parametrize(
    "kind",
    [
        "sprint_closed",
        "board_created",
        "issuelink_created",
        "user_deleted",
        "option_voting_changed",
        "jira_expression_evaluation_failed",
        "project_created",
        "jira:version_created",
    ],
)
def test_known_kinds_that_change_nothing_for_us_are_none(kind: str) -> None:
    assert a_webhook().event(a_body(kind)) is None


def test_an_unknown_kind_is_loud() -> None:
    with pytest.raises(UnknownEvent, match="release_train_left"):
        a_webhook().event(a_body("release_train_left"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no JSON",
        b"[]",
        b"{}",
        a_body("jira:issue_updated"),
        a_body("jira:issue_updated", issue={"id": "NOVA-1", "fields": {}}),
        a_body("jira:version_released", version={"name": "1.4"}),
        a_body("worklog_created", worklog={}),
        orjson.dumps({"webhookEvent": "worklog_created", "worklog": {"issueId": "7"}}),
        orjson.dumps(
            {"webhookEvent": "worklog_created", "worklog": {"issueId": "7"}, "timestamp": 1e300}
        ),
    ],
)
def test_a_body_that_is_not_what_jira_documents_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        a_webhook().event(body)


def test_two_deliveries_of_one_event_have_one_key() -> None:
    raw = an_issue(DONE, "20012", issuetype=EPIC_TYPE)
    one = _event(an_issue_event(raw, an_item("status", "3", "9")))
    same = _event(an_issue_event(raw, an_item("status", "3", "9"), user={"accountId": "ada"}))
    other = _event(a_body("jira:issue_deleted", issue=raw))

    assert one.key == same.key
    assert one.key != other.key


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["issue", "fields", "id", "changelog", "items", "parent", "fixVersions"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(["jira:issue_updated", "comment_created", "project_archived"]), JSON, JSON)
def test_no_body_is_a_surprise(kind: str, thing: object, changelog: object) -> None:
    body = a_body(kind, issue=thing, project=thing, changelog=changelog)

    try:
        found = a_webhook().event(body)
    except Unreadable:
        return

    assert found is not None
    assert found.id


@pytest.mark.parametrize("flavour", ["cloud-company", "cloud-team", "data-center"])
def test_what_the_site_sends_is_taken(flavour: str) -> None:
    with a_site(flavour, webhook_secret=[SECRET]) as site:
        control, world = site.standin.control, site.standin.world
        control.close_project(site.epic)
        before = world.issues[site.epic.removeprefix("issue:")]

        found = _sent(site, lambda: control.reopen_project(site.epic))

    assert {("issue:" + before.id)} == {one.id for one in found if one.subject is Subject.PROJECT}
    assert all(one.left_status_id for one in found if one.subject is Subject.PROJECT)


def _sent(site: Site, deed: Callable[[], object]) -> list[Event]:
    """Return the events that the site's own bodies tell of a deed."""
    bodies: list[bytes] = []

    def take(happening: Happening) -> None:
        stamp = round(happening.at.timestamp() * 1000)
        body = {"timestamp": stamp, "webhookEvent": happening.event, **happening.body}
        bodies.append(orjson.dumps(body))

    site.standin.world.listeners.append(take)
    deed()
    webhook = JiraWebhook.from_settings(site.settings)
    return [event for body in bodies if (event := webhook.event(body)) is not None]
