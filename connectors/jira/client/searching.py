"""Searching for issues, whole: every page, or an error that says why not.

Cloud's index lags behind what was written by seconds to minutes, Cloud gives fewer on a page than
asked, and a search without rights is an empty one: an answer is believed only where it says that
it is complete, and an empty one only while Jira still knows our account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.jira.mapping import raw as read
from service.ports import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.jira.client import JiraClient, Raw

MOST_ON_A_PAGE = 5000  # Cloud gives as many where only ids are asked for
WITH_HISTORIES = 250  # of Data Center, whose issues come with their whole changelog
MOST_RECONCILED = 50
_LONGEST_WARNING = 200


def search(
    client: JiraClient,
    jql: str,
    fields: Sequence[str],
    *,
    reconcile: Sequence[str] = (),
    histories: bool = False,
) -> list[Raw]:
    """Return every issue a query finds, each once.

    - `reconcile` are ids of issues that the index must know as they are now (Cloud, at most 50).
    - `histories`: each with its changelog (Data Center only: Cloud would cut it short).
    - Raises Unavailable where the answer is not whole, NotAllowed where an empty one may only be
      what a visitor without account sees.
    """
    if client.cloud:
        pages = _cloud_pages(client, jql, fields, reconcile)
    else:
        pages = _data_center_pages(client, jql, fields, histories=histories)
    found = {read.ident(one, "id"): one for one in pages}
    if not found:
        client.me()
    return list(found.values())


def quoted(text: str) -> str:
    """Return a text as one value of JQL."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def listed(values: Sequence[str]) -> str:
    """Return ids or texts as a list of JQL."""
    return ", ".join(one if one.isdecimal() else quoted(one) for one in values)


def _cloud_pages(
    client: JiraClient, jql: str, fields: Sequence[str], reconcile: Sequence[str]
) -> Iterator[Raw]:
    body: dict[str, Any] = {"jql": jql, "fields": list(fields), "maxResults": MOST_ON_A_PAGE}
    if reconcile:
        body["reconcileIssues"] = [int(one) for one in reconcile[:MOST_RECONCILED]]
    seen: set[str] = set()
    while True:
        answer = client.http.post(f"{client.api}/search/jql", body).object
        _refuse_warnings(read.parts(answer, "warnings"))
        yield from _issues(answer)
        token = read.maybe_text(answer, "nextPageToken")
        if token is None:
            if answer.get("isLast") is False:
                raise Unavailable("Jira's search has more issues and does not say how to get them")
            return
        if token in seen:
            raise Unavailable("Jira's search gives the same page again and again")
        seen.add(token)
        body["nextPageToken"] = token


def _data_center_pages(
    client: JiraClient, jql: str, fields: Sequence[str], *, histories: bool
) -> Iterator[Raw]:
    """Page by offset in the order of ids, and look at the end whether the sum is right."""
    seen: set[str] = set()
    start = 0
    while True:
        body = {
            "jql": f"{jql} ORDER BY id ASC",
            "startAt": start,
            "maxResults": WITH_HISTORIES if histories else MOST_ON_A_PAGE,
            "fields": list(fields),
            **({"expand": ["changelog"]} if histories else {}),
        }
        answer = client.http.post(f"{client.api}/search", body).object
        _refuse_warnings([{"message": told} for told in read.texts(answer, "warningMessages")])
        page = _issues(answer)
        yield from page
        seen.update(read.ident(one, "id") for one in page)
        start += len(page)
        total = read.maybe_number(answer, "total")
        if total is None:
            raise Unavailable("Jira's search does not say how many issues there are")
        if start >= total or not page:
            if len(seen) < total:
                raise Unavailable(
                    f"Jira's search says {total:.0f} issues and shows {len(seen)}: they may have "
                    "changed meanwhile"
                )
            return


def _issues(answer: Raw) -> list[Raw]:
    found = answer.get("issues")
    if not isinstance(found, list):
        raise Unavailable("Jira's answer to a search has no issues in it")
    return [one for one in found if isinstance(one, dict)]


def _refuse_warnings(warnings: Sequence[Any]) -> None:
    """Raise Unavailable where Jira warns: it left a part of the question out, or of the answer."""
    told = [read.maybe_text(one, "message") or read.maybe_text(one, "type") for one in warnings]
    if warnings:
        text = "; ".join(one for one in told if one)[:_LONGEST_WARNING]
        raise Unavailable(f"Jira's search is not complete: {text or 'it warns without a reason'}")
