"""Reads the bytes of a request: never more than allowed, never a part taken for the whole."""

from __future__ import annotations

from flask import Request


class TooLarge(Exception):
    """The body is larger than what is taken here."""


def read_body(request: Request, limit: int) -> bytes:
    """Return the whole raw body, or raise TooLarge; an honest length is refused unread.

    Flask's own MAX_CONTENT_LENGTH is not used: below some servers it cuts a chunked body off at
    the limit and hands it over as if it were whole.
    """
    declared = request.content_length
    if declared is not None:
        if declared > limit:
            raise TooLarge
        return request.get_data(cache=False)
    if not request.environ.get("wsgi.input_terminated"):
        return b""
    body: bytes = request.environ["wsgi.input"].read(limit + 1)
    if len(body) > limit:
        raise TooLarge
    return body
