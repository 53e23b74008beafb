"""Which deliveries are one: by the id in the header and what the signed body says."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.connectors.linear.answers import NOON_MS
from tests.connectors.linear.test_webhook import HOOK, NOON, headers, payload


def test_another_body_under_a_delivery_id_that_was_used_is_another_delivery() -> None:
    body, other = payload("project_completed"), payload("project_canceled")

    ids = {HOOK.verify(headers(one), one, NOON) for one in (body, other)}

    assert len(ids) == 2


def test_the_same_body_under_another_delivery_id_is_another_delivery() -> None:
    body = payload("project_completed")

    ids = {
        HOOK.verify(headers(body, Linear_Delivery=one), body, NOON) for one in ("first", "second")
    }

    assert len(ids) == 2


@pytest.mark.parametrize(
    "stamped",
    [
        b'{"data":{"id":"x"},"webhookTimestamp":%s,"webhookId":"w"}',
        b'{"webhookTimestamp" : %s , "data":{"id":"x"}}',
        b'{"data":{"id":"x"},\n  "webhookTimestamp":\n%s}',
        b'{"data":{"title":"not \\"webhookTimestamp\\":7"},"webhookTimestamp":%s}',
        b'{"webhookTimestamp":%s,"data":{"title":"not \\"webhookTimestamp\\":7"}}',
    ],
)
def test_a_retry_stamped_anew_is_the_same_delivery(stamped: bytes) -> None:
    instants = (b"1795176000000", b"1795176059999", b"1.795176000001e12")

    ids = {HOOK.verify(headers(body), body, NOON) for body in (stamped % one for one in instants)}

    assert len(ids) == 1


@pytest.mark.parametrize(
    "bodies",
    [
        (b'{"webhookTimestamp":%d,"a":1}', b'{"webhookTimestamp":%d,"a":2}'),
        (b'{"a":1,"webhookTimestamp":%d}', b'{"a":2,"webhookTimestamp":%d}'),
        (
            b'{"webhookTimestamp":%d,"a":"\\"webhookTimestamp\\":1"}',
            b'{"webhookTimestamp":%d,"a":"\\"webhookTimestamp\\":2"}',
        ),
    ],
)
def test_nothing_but_the_instant_of_sending_is_left_out(bodies: tuple[bytes, bytes]) -> None:
    ids = {HOOK.verify(headers(body), body, NOON) for body in (shape % NOON_MS for shape in bodies)}

    assert len(ids) == 2


@given(st.text(alphabet=st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1))
def test_a_delivery_id_is_short_and_printable(given: str) -> None:
    body = payload("project_completed")

    found = HOOK.verify(headers(body, Linear_Delivery=given), body, NOON)

    assert len(found) <= 200
    assert found.isascii()
    assert found.isprintable()


@pytest.mark.parametrize(
    "given", [None, "", "two words", "é", "x" * 181, "line\nbreak", "nul\0", "\udc80"]
)
def test_a_delivery_id_that_is_no_token_gives_way_to_the_hash_of_the_body(
    given: str | None,
) -> None:
    body = payload("project_completed")

    found = HOOK.verify(headers(body, Linear_Delivery=given), body, NOON)

    assert hashlib.sha256(body).hexdigest() == found
