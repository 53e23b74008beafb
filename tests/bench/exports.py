"""Exports to measure on: real issues under fresh ids and keys, or made-up ones of the same shape."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from tests.importers.sample import ISSUES, PRESENT, documents

Document = dict[str, Any]

#: What a copy's ids and numbers are moved by; more than the sample has.
APART = 1_000_000

STATUSES = {
    "1": ("Open", "new"),
    "3": ("In Progress", "indeterminate"),
    "5": ("Resolved", "done"),
    "6": ("Closed", "done"),
}
MADE_UP = 1_000


def write(path: Path, count: int) -> None:
    """Write so many issues, one a line."""
    originals = list(documents(ISSUES)) if PRESENT else list(_made_up())
    with path.open("wb") as lines:
        for number in range(count):
            copy, original = divmod(number, len(originals))
            lines.write(orjson.dumps(_moved(originals[original], copy)) + b"\n")


def _moved(document: Document, copy: int) -> Document:
    """Return a copy of a document under an id and a key of its own, below a copy of its parent."""
    if not copy:
        return document
    fields = document["fields"]
    if parent := fields.get("parent"):
        parent = {**parent, "id": _id(parent["id"], copy), "key": _key(parent["key"], copy)}
        fields = {**fields, "parent": parent}
    id_, key = _id(document["id"], copy), _key(document["key"], copy)
    return {**document, "id": id_, "key": key, "fields": fields}


def _id(id_: str, copy: int) -> str:
    return str(int(id_) + copy * APART)


def _key(key: str, copy: int) -> str:
    project, _, number = key.rpartition("-")
    return f"{project}-{int(number) + copy * APART}"


def _made_up() -> Iterator[Document]:
    """Yield issues that are as large as real ones and have as many changes: seeded, so repeatable."""
    chance = random.Random(1)
    for number in range(1, MADE_UP + 1):
        created = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(8760))
        histories = list(_histories(chance, number, created))
        status = histories[-1]["items"][0]["to"] if histories else "1"
        yield {
            "id": str(10_000 + number),
            "self": f"https://jira.example/rest/api/2/issue/{10_000 + number}",
            "key": f"MADE-{number}",
            "fields": {
                "summary": f"Something that is made up, number {number}",
                "issuetype": {"id": "1", "name": "Story", "subtask": False},
                "project": {"id": "100", "key": "MADE", "name": "Made up"},
                "status": _status(status),
                "created": created.isoformat(),
                "updated": histories[-1]["created"] if histories else created.isoformat(),
                "fixVersions": [],
                "description": "word " * chance.randrange(400),
                "comment": {"comments": [_comment(chance) for _ in range(chance.randrange(17))]},
                **{f"customfield_{field}": None for field in range(10_000, 10_060)},
            },
            "changelog": {"total": len(histories), "histories": histories},
        }


def _histories(chance: random.Random, number: int, created: datetime) -> Iterator[Document]:
    at, status = created, "1"
    for index in range(chance.randrange(10)):
        at += timedelta(hours=chance.randrange(1, 200))
        after = chance.choice([one for one in STATUSES if one != status])
        yield {
            "id": f"{number}{index:02}",
            "created": at.isoformat(),
            "author": _person(chance),
            "items": [
                {
                    "field": "status",
                    "fieldtype": "jira",
                    "from": status,
                    "fromString": STATUSES[status][0],
                    "to": after,
                    "toString": STATUSES[after][0],
                },
                {"field": "Rank", "from": None, "fromString": "", "to": None, "toString": "up"},
            ],
        }
        status = after


def _status(id_: str) -> Document:
    name, category = STATUSES[id_]
    return {"id": id_, "name": name, "statusCategory": {"key": category}}


def _comment(chance: random.Random) -> Document:
    body = "word " * chance.randrange(100)
    return {"body": body, "author": _person(chance), "updateAuthor": _person(chance)}


def _person(chance: random.Random) -> Document:
    name = f"person-{chance.randrange(20)}"
    sizes = ("16x16", "24x24", "32x32", "48x48")
    pictures = {size: f"https://jira.example/secure/useravatar?size={size}" for size in sizes}
    return {"name": name, "displayName": name.title(), "active": True, "avatarUrls": pictures}


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
