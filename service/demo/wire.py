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
    """What was asked for was refused; `told` are the answer's own words."""

    def __init__(self, message: str, told: str = "") -> None:
        super().__init__(message)
        self.told = told


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
        said = text.decode("utf-8", "replace")
        raise NoAnswer(f"{url} answered {answer.status}: {said}", _words(said))
    return json.loads(text) if text else None


def _words(said: str) -> str:
    """Return the words of a refusal, without the JSON around them."""
    try:
        found = json.loads(said)
    except ValueError:
        return said
    return str(found.get("error", said)) if isinstance(found, dict) else said
