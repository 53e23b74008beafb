"""Data Center's webhook: signed, thin, and only about pages."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.confluence.webhook import ConfluenceWebhook
from service.ports import BadSignature, Event, Subject, UnknownEvent, Unreadable
from tests.connectors.confluence.answers import SECRET, own_settings

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EDITED = {
    "timestamp": 1_795_176_000_000,
    "event": "page_updated",
    "userKey": "ff80808154510724015451074c160001",
    "page": {"id": 777},
}


def webhook(*secrets: str) -> ConfluenceWebhook:
    return ConfluenceWebhook.from_settings(own_settings(webhook_secret=list(secrets)))


def body(**changes: object) -> bytes:
    return json.dumps({**EDITED, **changes}).encode()


def signed(content: bytes, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
    return {"x-hub-signature": f"sha256={digest}"}


def test_a_signed_body_is_taken_under_the_hash_of_its_bytes() -> None:
    found = webhook(SECRET).verify(signed(body()), body(), NOW)

    assert hashlib.sha256(body()).hexdigest() == found


def test_the_published_vector_of_the_signature_holds() -> None:
    secret, content = "It's a Secret to Everybody", b"Hello World!"
    digest = "a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"

    webhook(secret).verify({"X-Hub-Signature": f"sha256={digest}"}, content, NOW)


def test_each_of_several_secrets_is_taken() -> None:
    for secret in ("old", "new"):
        webhook("old", "new").verify(signed(body(), secret), body(), NOW)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no signature"),
        pytest.param({"X-Hub-Signature": ""}, id="an empty one"),
        pytest.param({"X-Hub-Signature": "sha256="}, id="only the method"),
        pytest.param({"X-Hub-Signature": "sha256=é"}, id="beyond ASCII"),
        pytest.param(signed(body(), "another"), id="another secret"),
        pytest.param(signed(body() + b" "), id="another body"),
        pytest.param(
            {"X-Hub-Signature": signed(body())["x-hub-signature"].removeprefix("sha256=")},
            id="no method",
        ),
        pytest.param(
            {"X-Hub-Signature": signed(body())["x-hub-signature"].replace("sha256", "sha1")},
            id="another method",
        ),
    ],
)
def test_anything_else_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        webhook(SECRET).verify(headers, body(), NOW)


def test_without_a_secret_nothing_is_taken() -> None:
    with pytest.raises(BadSignature):
        webhook().verify(signed(body(), ""), body(), NOW)


@pytest.mark.parametrize(
    "kind",
    ["page_created", "page_updated", "page_trashed", "page_restored", "page_removed", "page_moved"],
)
def test_whatever_happens_to_a_page_is_a_reason_to_look_at_it(kind: str) -> None:
    content = body(event=kind)

    found = webhook().event(content)

    key = hashlib.sha256(content).hexdigest()
    assert Event(Subject.PAGE, "777", key, NOW) == found


def test_an_id_may_be_written_as_text() -> None:
    found = webhook().event(body(page={"id": "777"}))

    assert found is not None
    assert "777" == found.id


@pytest.mark.parametrize("kind", ["space_updated", "comment_created", "user_deactivated"])
def test_what_changes_no_page_is_ignored(kind: str) -> None:
    assert webhook().event(body(event=kind)) is None


def test_a_test_of_the_connection_is_ignored() -> None:
    assert webhook().event(b'{"test": true}') is None


def test_a_kind_nobody_knows_is_named() -> None:
    with pytest.raises(UnknownEvent, match=r"of kind moon_\?landed"):
        webhook().event(body(event="moon_\nlanded"))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"x", id="no JSON"),
        pytest.param(b"[]", id="no object"),
        pytest.param(b"{}", id="no event"),
        pytest.param(body(page=None), id="no page"),
        pytest.param(body(page={"id": True}), id="no id"),
        pytest.param(body(page={"id": "7 OR 1"}), id="odd id"),
        pytest.param(body(timestamp="now"), id="no instant"),
        pytest.param(body(timestamp=10**18), id="beyond time"),
    ],
)
def test_a_body_of_another_shape_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        webhook().event(content)


@given(
    st.binary() | st.dictionaries(st.text(), st.integers()).map(lambda d: json.dumps(d).encode())
)
def test_no_body_raises_anything_else(content: bytes) -> None:
    with contextlib.suppress(UnknownEvent, Unreadable):
        webhook().event(content)
