"""A plain and slow replay of Jira's documents, written apart from the product, to compare with.

It works on the raw texts: for each question the changelog is undone from the present anew.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

Raw = dict[str, Any]

DONE = {"Resolved", "Closed"}
ACTIVE = {"In Progress", "In Review", "Patch Available"}
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    """Read an instant."""
    return datetime.fromisoformat(text).astimezone(UTC)


def items(raw: Raw, field: str) -> list[tuple[datetime, Raw]]:
    """Return the changes of a field, oldest first."""
    found = [
        (at(one["created"]), int(one["id"]), number, item)
        for one in raw["changelog"]["histories"]
        for number, item in enumerate(one["items"])
        if item["field"] == field
    ]
    return [(when, item) for when, _, _, item in sorted(found, key=lambda one: one[:3])]


def versions(raw: Raw, when: datetime) -> set[str]:
    """Return the ids of the versions an issue carried at an instant; none before it was made."""
    if when < at(raw["fields"]["created"]):
        return set()
    held = {version["id"] for version in raw["fields"]["fixVersions"]}
    for changed, item in reversed(items(raw, "Fix Version")):
        if changed > when:
            held.discard(item["to"])
            held |= {item["from"]} - {None}
    return held


def status(raw: Raw, when: datetime) -> str:
    """Return the name of the status an issue stood in."""
    held: str = raw["fields"]["status"]["name"]
    for changed, item in reversed(items(raw, "status")):
        if changed > when:
            held = item["fromString"]
    return held


def entries(raw: Raw, into: set[str], by: datetime) -> list[datetime]:
    """Return when an issue came into a group of statuses from outside of it."""
    return [
        when
        for when, item in items(raw, "status")
        if item["toString"] in into and item["fromString"] not in into and when <= by
    ]


@dataclass(frozen=True)
class Release:
    """A version, and the issues that carried it at any time, epics left out."""

    id: str
    name: str
    release_on: date | None
    issues: tuple[Raw, ...]

    def instants(self) -> Iterator[datetime]:
        """Yield every instant at which the version of any of them may have changed."""
        for raw in self.issues:
            yield at(raw["fields"]["created"])
            yield from (when for when, _ in items(raw, "Fix Version"))

    def members(self, when: datetime) -> set[str]:
        """Return the keys of those that carried it at an instant."""
        return {raw["key"] for raw in self.issues if self.id in versions(raw, when)}


def releases(documents: Iterable[Raw]) -> list[Release]:
    """Return every version that an issue carries now, by id."""
    every = list(documents)
    newest: dict[str, tuple[bool, datetime, Raw]] = {}
    for raw in every:
        for version in raw["fields"]["fixVersions"]:
            seen = ("releaseDate" in version, at(raw["fields"]["updated"]), version)
            if version["id"] not in newest or seen[:2] > newest[version["id"]][:2]:
                newest[version["id"]] = seen
    return [_release(version, every) for _, (_, _, version) in sorted(newest.items())]


def _release(version: Raw, every: Iterable[Raw]) -> Release:
    id_ = version["id"]
    touched = [
        raw
        for raw in every
        if raw["fields"]["issuetype"]["name"] != "Epic"
        and (
            id_ in {one["id"] for one in raw["fields"]["fixVersions"]}
            or any(id_ in {item["from"], item["to"]} for _, item in items(raw, "Fix Version"))
        )
    ]
    day = version.get("releaseDate")
    return Release(id_, version["name"], day and date.fromisoformat(day), tuple(touched))


def figures(release: Release, start: datetime, end: datetime) -> dict[str, object]:
    """Return what the reference has, worked out from the texts."""
    base, final = release.members(start), release.members(end)
    between = {when for when in release.instants() if start < when < end}
    ever = set().union(*(release.members(when) for when in between)) if between else set()
    of_final = [raw for raw in release.issues if raw["key"] in final]
    done = [raw for raw in of_final if status(raw, end) in DONE]
    finished = {raw["key"]: _finish(raw, end) for raw in done}
    started = {raw["key"]: min(entries(raw, ACTIVE, end), default=None) for raw in done}
    cycles = {
        key: (finished[key] - begun) / DAY
        for key, begun in started.items()
        if begun is not None and begun < finished[key]
    }
    last = max(finished.values(), default=None)
    return {
        "scope.base": len(base),
        "scope.added": len(final - base),
        "scope.removed": len(base - final),
        "scope.transient": len(ever - base - final),
        "scope.final": len(final),
        "scope.done": len(done),
        "schedule.slip_days": (
            (last.date() - release.release_on).days if last and release.release_on else None
        ),
        "flow.cycle_time_n": len(cycles),
        "flow.never_started_n": len(done) - len(cycles),
        "flow.cycle_time_p50_days": _percentile(cycles.values(), 50),
        "flow.cycle_time_p85_days": _percentile(cycles.values(), 85),
        "flow.reopened": sum(_exits(raw, end) for raw in of_final) if of_final else None,
        "flow.handoffs": (
            sum(_handoffs(raw, started[raw["key"]], finished[raw["key"]])
                for raw in done if raw["key"] in cycles)
            if cycles else None
        ),
    }  # fmt: skip


def _finish(raw: Raw, end: datetime) -> datetime:
    return max(entries(raw, DONE, end), default=at(raw["fields"]["created"]))


def _exits(raw: Raw, end: datetime) -> int:
    return sum(
        item["fromString"] in DONE and item["toString"] not in DONE
        for when, item in items(raw, "status")
        if when <= end
    )


def _handoffs(raw: Raw, start: datetime | None, end: datetime) -> int:
    return sum(
        bool(item["from"] and item["to"]) and item["from"] != item["to"]
        for when, item in items(raw, "assignee")
        if start is not None and start <= when <= end
    )


def _percentile(values: Iterable[float], percent: int) -> float | None:
    """Return the nearest rank; of fewer than five values none."""
    ordered = sorted(values)
    if len(ordered) < 5:
        return None
    return round(ordered[math.ceil(percent * len(ordered) / 100) - 1], 6)
