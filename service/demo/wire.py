"""JSON over HTTP to what runs on this machine."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 15  # seconds


class NoAnswer(Exception):
    """What was asked for was refused; the text is the answer's own."""


def ask(url: str, *, send: Mapping[str, object] | None = None, token: str | None = None) -> Any:  # noqa: ANN401  (JSON)
    """GET a JSON body, or POST one where `send` is given. Raises NoAnswer."""
    parts = urlsplit(url)
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        body = None if send is None else json.dumps(send)
        connection.request("GET" if send is None else "POST", parts.path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
    except OSError as error:
        raise NoAnswer(f"{url} does not answer: {error}") from error
    finally:
        connection.close()
    if answer.status >= HTTPStatus.BAD_REQUEST:
        raise NoAnswer(f"{url} answered {answer.status}: {text.decode('utf-8', 'replace')}")
    return json.loads(text) if text else None
