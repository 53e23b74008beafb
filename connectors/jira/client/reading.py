"""Issues with their whole histories, in as few requests as it takes.

Cloud: the ids by a search, then everything else by id (what is read by id is as it is now, what a
search shows may lag), then the changelogs of a thousand issues at once. Data Center: all of it in
one search. Cloud's `expand=changelog` is never used: it cuts histories short and does not say so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from connectors.http import segment
from connectors.jira.client.searching import listed, search
from connectors.jira.mapping import raw as read
from service.ports import NotFound, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from connectors.jira.client import JiraClient, Raw

log = structlog.get_logger(__name__)

MOST_IDS = 1000
FEW_IDS = 100  # what a site takes at once that does not take a thousand yet
MOST_HISTORIES = 10_000
ASKED_ALONE = 20  # issues that are asked for one by one, where a bulk reading left them out


class Reading:
    """One reading of many issues: `fields` of each, and what changed in them.

    `incomplete` are the ids of issues of whose histories some are missing.
    """

    def __init__(self, client: JiraClient, fields: Sequence[str]) -> None:
        self.incomplete: set[str] = set()
        self._client = client
        self._fields = fields
        self._came_with: dict[str, list[Raw]] = {}  # Data Center: the changelogs of the issues

    def find(
        self, jql: str, *, reconcile: Sequence[str] = (), also: Collection[str] = ()
    ) -> list[Raw]:
        """Return every issue that a query finds, and those with these ids that are there.

        See `searching.search` for `reconcile` and for what it raises.
        """
        if not self._client.cloud:
            raws = self._kept(search(self._client, jql, self._fields, histories=True))
            return [*raws, *self.by_id(set(also) - {read.ident(raw, "id") for raw in raws})]
        found = search(self._client, jql, ["id"], reconcile=reconcile)
        ids = [read.ident(raw, "id") for raw in found]
        try:
            raws_by_id = self._in_bulk([*ids, *also])
        except Rejected as refusal:
            log.warning("jira.no_bulk_reading", reason=str(refusal))
            raws = search(self._client, jql, self._fields, reconcile=reconcile)
            return [*raws, *self._alone(set(also) - {read.ident(raw, "id") for raw in raws})]
        missing = [one for one in ids if one not in raws_by_id]
        if len(missing) > ASKED_ALONE:
            raise Unavailable(f"Jira left {len(missing)} issues out of what was asked for by id")
        gone = sorted(set(also) - raws_by_id.keys() - set(missing))[:ASKED_ALONE]
        return [*raws_by_id.values(), *self._alone([*missing, *gone])]

    def by_id(self, ids: Collection[str]) -> list[Raw]:
        """Return the issues with these ids; those that are not there are left out."""
        wanted = sorted(set(ids), key=lambda one: (len(one), one))
        if not self._client.cloud:
            return self._by_query(wanted)
        try:
            raws = self._in_bulk(wanted)
        except Rejected as refusal:
            log.warning("jira.no_bulk_reading", reason=str(refusal))
            return list(self._alone(wanted))
        # What a bulk reading had no time for is left out like what is not there.
        missing = [one for one in wanted if one not in raws]
        return [*raws.values(), *self._alone(missing[:ASKED_ALONE])]

    def one(self, id_or_key: str) -> Raw:
        """Return one issue. Raises NotFound."""
        params = {"fields": ",".join(self._fields)}
        if not self._client.cloud:
            params["expand"] = "changelog"
        path = f"{self._client.api}/issue/{segment(id_or_key)}"
        raw: Raw = self._client.http.get(path, params=params).object
        return raw if self._client.cloud else self._kept([raw])[0]

    def histories(self, ids: Collection[str]) -> dict[str, list[Raw]]:
        """Return the histories of issues that were read, by id, in any order."""
        if self._client.cloud:
            return changelogs(self._client, ids)
        for one in ids:
            if one in self.incomplete:
                self._kept([self.one(one)])  # by itself it may come whole
        return {one: self._came_with.get(one, []) for one in ids}

    def _in_bulk(self, ids: Sequence[str]) -> dict[str, Raw]:
        """Read issues by id, a thousand at once where the site takes as many. Raises Rejected."""
        if len(ids) > FEW_IDS:
            try:
                return self._in_chunks(ids, MOST_IDS)
            except Rejected as refusal:
                log.info("jira.fewer_at_once", reason=str(refusal))
        return self._in_chunks(ids, FEW_IDS)

    def _in_chunks(self, ids: Sequence[str], size: int) -> dict[str, Raw]:
        found: dict[str, Raw] = {}
        for chunk in _chunks(ids, size):
            body = {"issueIdsOrKeys": chunk, "fields": list(self._fields)}
            answer = self._client.http.post(f"{self._client.api}/issue/bulkfetch", body).object
            found.update((read.ident(raw, "id"), raw) for raw in _parts(answer, "issues"))
        return found

    def _by_query(self, ids: Sequence[str]) -> list[Raw]:
        found: list[Raw] = []
        for chunk in _chunks(ids, FEW_IDS):
            try:
                found += search(
                    self._client, f"id in ({listed(chunk)})", self._fields, histories=True
                )
            except Rejected:  # one that is not there makes the whole query a wrong one
                found += self._alone(chunk)
        return self._kept(found)

    def _alone(self, ids: Iterable[str]) -> Iterator[Raw]:
        for one in ids:
            try:
                yield self.one(one)
            except NotFound:
                log.info("jira.issue_not_there", issue=one)

    def _kept(self, raws: list[Raw]) -> list[Raw]:
        """Keep the changelogs that issues came with, and which of them are cut short."""
        for raw in raws:
            id_, changelog = read.ident(raw, "id"), read.part(raw, "changelog")
            histories = _parts(changelog, "histories")
            total = read.maybe_number(changelog, "total")
            self._came_with[id_] = histories
            self.incomplete.discard(id_)
            if total is not None and total > len(histories):
                self.incomplete.add(id_)
        return raws


def changelogs(client: JiraClient, ids: Collection[str]) -> dict[str, list[Raw]]:
    """Return the histories of issues by their ids (Cloud); an issue may be parted over pages.

    All changes: Jira would leave out those of other fields than ten by their ids, and what it
    keeps of links and parents has no field id.
    """
    found: dict[str, dict[str, Raw]] = {one: {} for one in ids}
    try:
        for chunk in _chunks(ids, MOST_IDS):
            for entry in _changelog_pages(client, chunk):
                of_issue = found.setdefault(read.ident(entry, "issueId"), {})
                histories = _parts(entry, "changeHistories")
                of_issue.update((read.ident(one, "id"), one) for one in histories)
    except NotFound as missing:  # a site that has no such reading
        log.warning("jira.no_bulk_changelogs", reason=str(missing))
        for id_ in found:
            alone = client.pages(f"{client.api}/issue/{segment(id_)}/changelog")
            found[id_] = {read.ident(one, "id"): one for one in alone}
    return {one: list(of_issue.values()) for one, of_issue in found.items()}


def _changelog_pages(client: JiraClient, ids: Sequence[str]) -> Iterator[Raw]:
    body: dict[str, Any] = {"issueIdsOrKeys": list(ids), "maxResults": MOST_HISTORIES}
    seen: set[str] = set()
    while True:
        answer = client.http.post(f"{client.api}/changelog/bulkfetch", body).object
        yield from _parts(answer, "issueChangeLogs")
        token = read.maybe_text(answer, "nextPageToken")
        if token is None:
            return
        if token in seen:
            raise Unavailable("Jira's changelogs give the same page again and again")
        seen.add(token)
        body["nextPageToken"] = token


def _parts(raw: Any, key: str) -> list[Raw]:  # noqa: ANN401  (a part of an answer)
    value = raw.get(key)
    if not isinstance(value, list):
        raise Unavailable(f"Jira's answer lacks {key!r}")
    return [one for one in value if isinstance(one, dict)]


def _chunks(ids: Iterable[str], size: int) -> Iterator[list[str]]:
    every = list(dict.fromkeys(ids))
    yield from (every[start : start + size] for start in range(0, len(every), size))
