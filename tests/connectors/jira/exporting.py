"""Exports as the tests of reading them need them: issues with changelogs, written to files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from connectors.jira.export import read_export
from service.domain.tracking import Issue
from service.exports import Exported, Wanted
from tests.connectors.jira.building import a_history, an_issue, an_item

Raw = dict[str, Any]

ONE_ZERO = {"id": "70", "name": "1.0", "released": True, "releaseDate": "2026-11-30"}
TWO_ZERO = {"id": "71", "name": "2.0", "released": False}


def an_exported(
    number: int,
    *histories: Raw,
    total: int | None = None,
    names: Raw | None = None,
    **more: Any,  # noqa: ANN401  (fields, as they are)
) -> Raw:
    """Return an issue NOVA-`number` as an export has it; `total` histories are said to be there."""
    key = more.pop("key", f"NOVA-{number}")
    changelog = {
        "startAt": 0,
        "total": len(histories) if total is None else total,
        "histories": list(histories),
    }
    return {
        **an_issue(id_=str(number), **more),
        "key": key,
        "self": f"https://jira.example/rest/api/2/issue/{number}",
        "changelog": changelog,
        **({"names": names} if names is not None else {}),
    }


def told(*items: Raw, at: str = "11-03 09", number: int = 30001) -> Raw:
    """Return a history of these items."""
    return a_history(at, *items, number=number)


def tagged(version: Raw, *, removed: bool = False, name: str | None = None) -> Raw:
    """Return an item that puts an issue into a version, called `name` then, or takes it out."""
    was = name or version["name"]
    if removed:
        return an_item("Fix Version", version["id"], None, was=was, became=None)
    return an_item("Fix Version", None, version["id"], was=None, became=was)


def written(folder: Path, documents: Iterable[Raw]) -> Path:
    """Write an export with one document a line."""
    path = folder / "issues.ndjson"
    path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in documents))
    return path


def read(path: Path, *, points: str | None = None, **wanted: str) -> Exported:
    """Read `version=`, `epic=` or `project=` from a file."""
    ((kind, word),) = wanted.items()
    return read_export(path, Wanted(kind, word), points, _unwatched)  # type: ignore[arg-type]  # the words of the port


def issues_of(found: Exported) -> dict[str, Issue]:
    """Return the issues by key."""
    return {one.key: one for one in found.issues.issues}


def _unwatched(_done: int) -> None:
    """Nobody watches."""
