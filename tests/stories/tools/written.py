"""What Closeout wrote into stand-ins of a REST interface, in the words of the stories."""

from __future__ import annotations

import re
from http import HTTPStatus

from connectors._standin.exchange import Exchange, observers

_KINDS = (
    ("jira", "POST", r"/rest/api/\w+/issue/[^/]+/transitions", "move"),
    ("jira", "PUT", r"/rest/api/\w+/version/\d+", "move"),
    ("jira", "(POST|PUT)", r"/rest/api/\w+/project/[^/]+/restore", "move"),
    ("jira", "POST", r"/rest/api/\w+/issue", "ticket"),
    ("jira", "POST", r"/rest/api/\w+/issue/[^/]+/comment", "comment"),
    ("jira", "POST", r"/rest/api/\w+/issue/[^/]+/remotelink", "link"),
    ("jira", "POST", r"/rest/api/\w+/issueLink", "relation"),
    ("confluence", "POST", r"(/wiki)?/api/v2/pages", "page"),
    ("confluence", "POST", r"/rest/api/content", "page"),
)
_PAGE = re.compile(rb'"summary":\s*"Post-mortem')


class Written:
    """Looks on from when it is made until it is closed."""

    def __init__(self) -> None:
        self._exchanges: list[Exchange] = []
        self._observer = self._exchanges.append
        observers.append(self._observer)

    def close(self) -> None:
        """Look away."""
        observers.remove(self._observer)

    def __call__(self) -> list[str]:
        """Name the writes that took effect, oldest first."""
        return [_kind(one) for one in self._exchanges if one.writes and _took_effect(one)]


def _took_effect(exchange: Exchange) -> bool:
    if exchange.fault is not None and exchange.status is None:
        return exchange.fault.startswith("do-then")
    return exchange.status is not None and exchange.status < HTTPStatus.BAD_REQUEST


def _kind(exchange: Exchange) -> str:
    for tool, method, path, kind in _KINDS:
        if (
            tool == exchange.tool
            and re.fullmatch(method, exchange.method)
            and re.fullmatch(path, exchange.path)
        ):
            return "page" if kind == "ticket" and _PAGE.search(exchange.request_body) else kind
    return f"{exchange.method} {exchange.path}"
