"""Jira's `issue?expand=changelog` documents, one a line, as our issues: for tests on real data.

Written for the Server 5/6 era of the sample: `from`/`to` may be null with the value only in
`fromString`/`toString` (due dates, story points, keys). Versions are the closing objects, so the
ids of an issue's fix versions are its membership.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import orjson

from service.domain.tracking import (
    Change,
    Field,
    Issue,
    Person,
    ProjectIssues,
    Status,
    StatusCategory,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Document = dict[str, Any]

CATEGORIES = {
    "new": StatusCategory.TODO,
    "indeterminate": StatusCategory.IN_PROGRESS,
    "done": StatusCategory.DONE,
}
FIELDS = {
    "status": Field.STATUS,
    "Fix Version": Field.MEMBERSHIP,
    "assignee": Field.ASSIGNEE,
    "Story Points": Field.ESTIMATE,
    "duedate": Field.DUE_ON,
}
#: Fields whose text is the value; in the others the text is only a name that may change later.
TEXT_IS_VALUE = {Field.ESTIMATE, Field.DUE_ON}


def documents(path: Path) -> Iterator[Document]:
    """Yield the documents of an `.ndjson` or `.ndjson.gz` file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as lines:
        for line in lines:
            yield orjson.loads(line)


@dataclass
class Importer:
    """Turns documents into issues, and learns the statuses on the way.

    - `points` is the id of the custom field that holds story points, None where there is none.
    - `statuses` gives statuses that are in no document's present, or overrules their category.
    """

    points: str | None = None
    statuses: Mapping[str, Status] = field(default_factory=dict)

    def read(self, documents: Iterable[Document]) -> ProjectIssues:
        """Return all issues; a status that only histories name counts as not started."""
        every = list(documents)
        seen: dict[str, Status] = {}
        for document in every:
            for item in _items(document, "status"):
                for id_, name in ((item["from"], "fromString"), (item["to"], "toString")):
                    seen.setdefault(id_, Status(id_, item[name], StatusCategory.TODO))
        seen |= {status.id: status for status in map(status_of, every)}
        return ProjectIssues(
            issues=tuple(self.issue(document) for document in every),
            statuses=seen | dict(self.statuses),
        )

    def issue(self, document: Document) -> Issue:
        """Return one issue with its whole history."""
        fields = document["fields"]
        changelog = document["changelog"]
        return Issue(
            id=document["id"],
            key=document["key"],
            title=fields["summary"],
            url=document["self"],
            status=status_of(document),
            created_at=instant(fields["created"]),
            kind=fields["issuetype"]["name"],
            assignee=person_of(fields.get("assignee")),
            estimate=fields.get(self.points) if self.points else None,
            due_on=date.fromisoformat(fields["duedate"]) if fields.get("duedate") else None,
            membership=frozenset(version["id"] for version in fields["fixVersions"]),
            changes=tuple(changes_of(document)),
            complete_history=changelog["total"] <= len(changelog["histories"]),
            parent_id=fields["parent"]["id"] if fields.get("parent") else None,
        )


def changes_of(document: Document) -> Iterator[Change]:
    """Yield every change of a field we keep; one history may hold several."""
    for history in document["changelog"]["histories"]:
        person = person_of(history.get("author"))
        for index, item in enumerate(history["items"]):
            kind = FIELDS.get(item["field"])
            if kind is not None:
                yield Change(
                    at=instant(history["created"]),
                    id=f"{history['id']}.{index:03}",
                    field=kind,
                    before=value_of(kind, item["from"], item["fromString"]),
                    after=value_of(kind, item["to"], item["toString"]),
                    actor_id=person.id if person else None,
                )


def value_of(kind: Field, value: str | None, text: str | None) -> str | None:
    """Return `from` if present, else `fromString`; dates lose the time Jira writes behind them."""
    if kind in TEXT_IS_VALUE:
        value = value or text or None
    if kind is Field.DUE_ON and value:
        return re.split(r"[ T]", value)[0]
    return value or None


def status_of(document: Document) -> Status:
    """Return the status an issue stands in now."""
    raw = document["fields"]["status"]
    return Status(raw["id"], raw["name"], CATEGORIES[raw["statusCategory"]["key"]])


def person_of(raw: Mapping[str, Any] | None) -> Person | None:
    """Return the account; Cloud has `accountId`, Server `key` or only `name`."""
    if not raw:
        return None
    account = raw.get("accountId") or raw.get("key") or raw["name"]
    return Person(id=account, name=raw.get("displayName", account))


def instant(text: str) -> datetime:
    """Read `2007-02-09T10:54:45.000-0600`; offsets differ inside one issue."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _items(document: Document, name: str) -> Iterator[Mapping[str, Any]]:
    for history in document["changelog"]["histories"]:
        for item in history["items"]:
            if item["field"] == name:
                yield item
