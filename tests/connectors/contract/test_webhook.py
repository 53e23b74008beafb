"""What every webhook does: nobody else is believed, nothing unknown is silent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.ports import BadSignature, Subject, UnknownEvent, Unreadable
from tests.connectors.contract.cast import Cast, Ear
from tests.stories.stage import LEAD

Delivery = tuple[dict[str, str], bytes]


@pytest.fixture
def told(cast: Cast, ear: Ear) -> Delivery:
    """What the tool sends when somebody closes the project."""
    cast.tool.closes(cast.key, by=LEAD)
    cast.tool.settle()
    return ear.heard[0]


def test_a_closure_names_its_project_and_when(cast: Cast, told: Delivery) -> None:
    headers, body = told

    delivery = cast.webhook.verify(headers, body, cast.now)
    event = cast.webhook.event(body)

    assert delivery
    assert event is not None
    assert (Subject.PROJECT, cast.key) in ((event.subject, event.id), *event.also)
    assert event.at == cast.now
    assert event.at.utcoffset() is not None


def test_names_of_headers_are_read_in_any_case(cast: Cast, told: Delivery) -> None:
    headers, body = told

    ways = [
        cast.webhook.verify(
            {change(name): value for name, value in headers.items()}, body, cast.now
        )
        for change in (str, str.lower, str.upper)
    ]

    assert 1 == len(set(ways))


def test_another_body_is_not_believed(cast: Cast, told: Delivery) -> None:
    headers, body = told

    for other in (body + b" ", body[:-1], b"", b"{}"):
        with pytest.raises(BadSignature):
            cast.webhook.verify(headers, other, cast.now)


def test_a_delivery_without_a_signature_is_not_believed(cast: Cast, told: Delivery) -> None:
    headers, body = told
    without = {k: v for k, v in headers.items() if "signature" not in k.lower()}
    assert len(without) < len(headers)

    with pytest.raises(BadSignature):
        cast.webhook.verify(without, body, cast.now)


@pytest.mark.parametrize("signature", ["", "0" * 64, "sha256=" + "0" * 64, "sha1=1234", "ä", "="])
def test_a_wrong_signature_is_not_believed(cast: Cast, told: Delivery, signature: str) -> None:
    headers, body = told
    forged = {k: signature if "signature" in k.lower() else v for k, v in headers.items()}

    with pytest.raises(BadSignature):
        cast.webhook.verify(forged, body, cast.now)


def test_the_same_delivery_again_has_the_same_id(cast: Cast, ear: Ear) -> None:
    cast.tool.closes(cast.key, by=LEAD)
    cast.tool.settle()
    first = len(ear.heard)
    cast.now += timedelta(seconds=20)
    cast.tool.standin.control.redeliver(cast.tool.standin.deliveries[0].id)
    cast.tool.settle()

    ids = [cast.webhook.verify(*one, cast.now) for one in (ear.heard[0], ear.heard[first])]

    assert ids[0] == ids[1]


def test_the_same_event_to_two_subscriptions_has_one_key(cast: Cast, ear: Ear) -> None:
    cast.tool.registers_the_webhook(lambda name: f"{ear.url}/again/{name}", cast.secret)

    cast.tool.closes(cast.key, by=LEAD)
    cast.tool.settle()
    events = [cast.webhook.event(body) for _, body in ear.heard]

    keys = [one.key for one in events if one is not None]
    assert 2 * len(set(keys)) == len(keys)


def test_everything_that_happens_can_be_read(cast: Cast, ear: Ear) -> None:
    cast.tool.closes(cast.key, by=LEAD)
    cast.tool.reopens(cast.key, by=LEAD)
    cast.tool.comments(cast.key, "Well done.", by=LEAD)
    issue = cast.tool.another_issue("One more")
    cast.tool.labels(issue, "verified", by=LEAD)
    cast.tool.deletes(issue, by=LEAD)
    cast.tool.settle()

    for headers, body in ear.heard:
        cast.webhook.verify(headers, body, cast.now)
        cast.webhook.event(body)

    assert len(ear.heard) >= 5


def test_a_kind_of_event_that_nobody_knows_is_loud(cast: Cast, told: Delivery) -> None:
    with pytest.raises(UnknownEvent, match="flying"):
        cast.webhook.event(cast.tool.of_another_kind(told[1]))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"type": 1}', b"null"])
def test_a_body_that_is_no_event_is_unreadable(cast: Cast, body: bytes) -> None:
    with pytest.raises(Unreadable):
        cast.webhook.event(body)
