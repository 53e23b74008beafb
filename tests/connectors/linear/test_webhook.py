"""Is it from Linear, is it fresh, and which thing should we look at?"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.linear.webhook import LinearWebhook
from service.ports import BadSignature, Event, Subject, UnknownEvent, Unreadable
from tests.connectors.linear.answers import NOON_MS, OTHER_PROJECT, PROJECT, SECRET, settings

PAYLOADS = Path(__file__).parent / "payloads"
NOON = datetime.fromtimestamp(NOON_MS / 1000, UTC)
DELIVERY = "7c0b0f5e-0000-4000-8000-00000000000d"
HOOK = LinearWebhook.from_settings(settings())
SEVERAL = LinearWebhook.from_settings(settings(webhook_secret=["the next secret", SECRET]))

THE_PROJECT = (Subject.PROJECT, PROJECT)
THE_OTHER = (Subject.PROJECT, OTHER_PROJECT)


def payload(name: str) -> bytes:
    return (PAYLOADS / f"{name}.json").read_bytes()


def signature(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def headers(body: bytes, **changes: str | None) -> dict[str, str]:
    given = {
        "Linear-Delivery": DELIVERY,
        "Linear-Event": "Project",
        "Linear-Signature": signature(body),
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    return {name: value for name, value in given.items() if value is not None}


def a_body(**changes: object) -> bytes:
    return orjson.dumps({**orjson.loads(payload("project_completed")), **changes})


def a_body_without(key: str) -> bytes:
    raw = orjson.loads(payload("project_completed"))
    del raw[key]
    return orjson.dumps(raw)


def told(body: bytes, delivery: str = DELIVERY, *, cut: bytes = b": 1795176000000") -> str:
    """Return the delivery id a body is to have: with the hash of it without its instant."""
    assert body.count(cut) == 1
    return f"{delivery}:{hashlib.sha256(body.replace(cut, b'')).hexdigest()[:16]}"


def test_a_rightly_signed_and_fresh_body_gives_its_delivery_id() -> None:
    body = payload("project_completed")

    found = HOOK.verify(headers(body), body, NOON)

    assert found == told(body)
    assert found.startswith(f"{DELIVERY}:")


def test_the_signature_is_lowercase_hex_of_hmac_sha256() -> None:
    # Worked out with: printf '{"webhookTimestamp":1795176000000}' | openssl dgst -sha256 -hmac k
    hook = LinearWebhook((b"k",))
    body = b'{"webhookTimestamp":1795176000000}'
    vector = "bc8486a3082e07fd81aabb48ab6cd1361cf5658fcd49f078f57af124baf20b07"

    found = hook.verify(headers(body, Linear_Signature=vector), body, NOON)

    assert found == told(body, cut=b":1795176000000")


def test_header_names_may_be_written_in_any_case() -> None:
    body = payload("project_completed")
    shouted = {name.upper(): value for name, value in headers(body).items()}

    assert HOOK.verify(shouted, body, NOON) == told(body)


@pytest.mark.parametrize("secret", [SECRET, "the next secret"])
def test_both_secrets_are_good_during_a_rotation(secret: str) -> None:
    body = payload("project_completed")
    signed = headers(body, Linear_Signature=signature(body, secret))

    assert SEVERAL.verify(signed, body, NOON) == told(body)


RIGHT = signature(payload("project_completed"))


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(None, id="missing"),
        pytest.param("", id="empty"),
        pytest.param(signature(payload("project_completed"), "wrong"), id="wrong key"),
        pytest.param(("0" if RIGHT[0] != "0" else "1") + RIGHT[1:], id="one digit changed"),
        pytest.param(RIGHT.upper(), id="upper case"),
        pytest.param(RIGHT[:-1], id="cut off"),
        pytest.param(f" {RIGHT}", id="padded"),
        pytest.param(f"{RIGHT}, {RIGHT}", id="header twice"),
        pytest.param(f"sha256={RIGHT}", id="another tool's form"),
        pytest.param(base64.b64encode(bytes.fromhex(RIGHT)).decode(), id="base64"),
        pytest.param("é" * 64, id="non-ASCII"),
        pytest.param("\udc80" * 64, id="lone surrogates"),
    ],
)
def test_any_other_signature_is_refused(given: str | None) -> None:
    body = payload("project_completed")

    with pytest.raises(BadSignature):
        HOOK.verify(headers(body, Linear_Signature=given), body, NOON)


def test_a_changed_body_is_refused() -> None:
    body = payload("project_completed")

    with pytest.raises(BadSignature):
        HOOK.verify(headers(body), body.replace(b"Apollo", b"Gemini"), NOON)


def test_without_a_secret_nothing_is_rightly_signed() -> None:
    hook = LinearWebhook.from_settings(settings(webhook_secret=["", ""]))
    body = payload("project_completed")

    with pytest.raises(BadSignature):
        hook.verify(headers(body, Linear_Signature=signature(body, "")), body, NOON)


@pytest.mark.parametrize("seconds", [-60, -1, 0, 1, 60])
def test_a_minute_is_fresh(seconds: int) -> None:
    body = payload("project_completed")

    assert HOOK.verify(headers(body), body, NOON + timedelta(seconds=seconds)) == told(body)


@pytest.mark.parametrize("seconds", [-86_400, -61, 61, 7 * 3600])
def test_more_than_a_minute_is_stale(seconds: int) -> None:
    body = payload("project_completed")

    with pytest.raises(BadSignature):
        HOOK.verify(headers(body), body, NOON + timedelta(seconds=seconds))


def test_the_tolerance_is_configured() -> None:
    hook = LinearWebhook.from_settings(settings(webhook_tolerance=300))
    body = payload("project_completed")

    assert hook.verify(headers(body), body, NOON + timedelta(seconds=299)) == told(body)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"not JSON", id="not JSON"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe\x00", id="not UTF-8"),
        pytest.param(b"[" * 100_000, id="bottomless"),
        pytest.param(b'{"webhookTimestamp": NaN}', id="not a number"),
        pytest.param(b'{"a": "\\ud800"}', id="lone surrogate"),
        pytest.param(b"[]", id="a list"),
        pytest.param(a_body_without("webhookTimestamp"), id="no timestamp"),
        pytest.param(a_body(webhookTimestamp="soon"), id="timestamp in words"),
        pytest.param(a_body(webhookTimestamp=True), id="timestamp true"),
        pytest.param(a_body(webhookTimestamp=None), id="timestamp null"),
    ],
)
def test_a_signed_body_whose_age_nobody_can_tell_is_kept_once_and_never_acted_on(
    body: bytes,
) -> None:
    first = HOOK.verify(headers(body), body, NOON)
    later = HOOK.verify(headers(body, Linear_Delivery="another"), body, NOON + timedelta(days=1))

    assert hashlib.sha256(body).hexdigest() == first == later
    with pytest.raises(Unreadable):
        HOOK.event(body)


def test_a_huge_timestamp_is_stale_and_no_accident() -> None:
    body = payload("project_completed").replace(str(NOON_MS).encode(), b"9" * 300)

    with pytest.raises(BadSignature):
        HOOK.verify(headers(body), body, NOON)


@pytest.mark.parametrize(
    ("name", "subject", "subject_id", "also", "left"),
    [
        ("project_started", Subject.PROJECT, PROJECT, (), "status-planned"),
        ("project_completed", Subject.PROJECT, PROJECT, (), "status-started"),
        ("project_canceled", Subject.PROJECT, PROJECT, (), "status-started"),
        ("project_completed_by_us", Subject.PROJECT, PROJECT, (), "status-started"),
        ("project_reopened", Subject.PROJECT, PROJECT, (), "status-completed"),
        ("project_created_closed", Subject.PROJECT, PROJECT, (), None),
        ("project_just_created", Subject.PROJECT, PROJECT, (), None),
        ("project_renamed_with_null_dates", Subject.PROJECT, PROJECT, (), None),
        ("project_lead_removed", Subject.PROJECT, PROJECT, (), None),
        ("project_health_changed", Subject.PROJECT, PROJECT, (), None),
        ("project_archived", Subject.PROJECT, PROJECT, (), None),
        ("project_by_nobody", Subject.PROJECT, PROJECT, (), "status-started"),
        ("project_update_posted", Subject.PROJECT, PROJECT, (), None),
        ("comment_on_project", Subject.PROJECT, PROJECT, (), None),
        ("issue_done", Subject.ISSUE, "issue-1", (THE_PROJECT,), None),
        ("issue_moved_to_project", Subject.ISSUE, "issue-1", (THE_PROJECT, THE_OTHER), None),
        ("issue_left_project", Subject.ISSUE, "issue-1", (THE_PROJECT,), None),
        ("issue_without_project", Subject.ISSUE, "issue-1", (), None),
        ("issue_removed", Subject.ISSUE, "issue-1", (THE_PROJECT,), None),
        ("document_edited", Subject.PAGE, "document-1", (THE_PROJECT,), None),
        ("document_moved", Subject.PAGE, "document-1", (THE_OTHER, THE_PROJECT), None),
        ("document_trashed", Subject.PAGE, "document-1", (THE_PROJECT,), None),
    ],
)
def test_an_event_says_what_to_look_at(
    name: str,
    subject: Subject,
    subject_id: str,
    also: tuple[tuple[Subject, str], ...],
    left: str | None,
) -> None:
    event = HOOK.event(payload(name))

    assert isinstance(event, Event)
    assert (subject, subject_id, also, left) == (
        event.subject,
        event.id,
        event.also,
        event.left_status_id,
    )
    assert datetime(2026, 11, 20, 11, 59, 59, 400_000, UTC) == event.at


@pytest.mark.parametrize(
    "name",
    [
        "comment_on_document",
        "comment_on_issue",
        "label_created",
        "cycle_started",
        "issue_sla_breached",
    ],
)
def test_what_changes_nothing_for_us_is_ignored(name: str) -> None:
    assert HOOK.event(payload(name)) is None


def test_a_kind_nobody_knows_is_told() -> None:
    with pytest.raises(UnknownEvent, match="Galaxy"):
        HOOK.event(payload("kind_nobody_knows"))


def test_every_payload_is_in_a_test() -> None:
    here = Path(__file__).read_text(encoding="utf-8")

    unused = [path.stem for path in PAYLOADS.iterdir() if f'"{path.stem}"' not in here]

    assert unused == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(a_body_without("type"), id="no type"),
        pytest.param(a_body_without("action"), id="no action"),
        pytest.param(a_body_without("data"), id="no data"),
        pytest.param(a_body_without("createdAt"), id="no instant"),
        pytest.param(a_body(createdAt="yesterday"), id="no readable instant"),
        pytest.param(a_body(data=[]), id="data is a list"),
        pytest.param(a_body(data={}), id="no id"),
        pytest.param(a_body(data={"id": 7}), id="id is a number"),
        pytest.param(a_body(data={"id": ""}), id="id is empty"),
        pytest.param(a_body(data={"id": "a\0b"}), id="id with NUL"),
        pytest.param(a_body(data={"id": "x" * 101}), id="id too long"),
        pytest.param(a_body(type="ProjectUpdate", data={"id": "u"}), id="update of no project"),
    ],
)
def test_a_body_of_another_shape_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        HOOK.event(body)


def _key(**changes: object) -> str:
    event = HOOK.event(a_body(**changes))
    assert event is not None
    return event.key


def test_a_retry_has_the_key_of_the_first_try() -> None:
    # Sent again an hour later, with another order of keys.
    retried = a_body(
        webhookTimestamp=NOON_MS + 3_600_000,
        updatedFrom={
            "updatedAt": "2026-11-20T11:00:00.000Z",
            "completedAt": None,
            "statusId": "status-started",
        },
    )

    assert _key() == getattr(HOOK.event(retried), "key", None)


@pytest.mark.parametrize(
    "changes",
    [
        {"organizationId": "another"},
        {"action": "create"},
        {"createdAt": "2026-11-20T11:59:59.401Z"},
        {"updatedFrom": {"statusId": "another"}},
        {"data": {"id": "another"}},
    ],
)
def test_another_event_has_another_key(changes: dict[str, Any]) -> None:
    assert _key() != _key(**changes)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
ENVELOPES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["Project", "Issue", "Document", "Comment", "ProjectUpdate"])
        | JSON,
        "action": st.sampled_from(["create", "update"]) | JSON,
        "createdAt": st.just("2026-11-20T11:59:59.400Z") | JSON,
        "webhookTimestamp": st.just(NOON_MS) | JSON,
        "data": st.fixed_dictionaries({"id": st.just("x") | JSON, "project": JSON}) | JSON,
        "updatedFrom": JSON,
    },
)


@given(ENVELOPES.map(lambda raw: json.dumps(raw).encode()) | st.binary(max_size=64))
def test_no_body_whatever_does_more_than_the_port_says(body: bytes) -> None:
    try:
        HOOK.verify(headers(body), body, NOON)
        HOOK.event(body)
    except (BadSignature, Unreadable, UnknownEvent):
        pass


@given(st.dictionaries(st.sampled_from(["Linear-Signature", "linear-delivery"]), st.text()))
def test_no_header_whatever_does_more_than_refuse(given: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        HOOK.verify(given, payload("project_completed"), NOON)
