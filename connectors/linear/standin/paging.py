"""Connections: pages of a list, newest first, with opaque cursors."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.linear.standin.behaviour import Behaviour
from connectors.linear.standin.errors import bad_argument
from connectors.linear.standin.kinds import Record

DEFAULT_PAGE = 50
_ORDER_FIELDS = {"createdAt": "created_at", "updatedAt": "updated_at", "startedAt": "started_at"}


@dataclass(frozen=True, slots=True)
class Edge:
    """A record with the cursor that leads behind it."""

    cursor: str
    node: Any


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Whether there is more, and from where."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """What a field of type `…Connection` resolves to."""

    nodes: list[Any]
    order: str
    more_before: bool
    more_after: bool

    @property
    def edges(self) -> list[Edge]:
        return [Edge(_cursor(node, self.order), node) for node in self.nodes]

    @property
    def page_info(self) -> PageInfo:
        return PageInfo(
            has_next_page=self.more_after,
            has_previous_page=self.more_before,
            start_cursor=_cursor(self.nodes[0], self.order) if self.nodes else None,
            end_cursor=_cursor(self.nodes[-1], self.order) if self.nodes else None,
        )


def page(
    records: Iterable[Any],
    args: Mapping[str, Any],
    behaviour: Behaviour,
    *,
    order: str | None = None,
) -> Page:
    """Cut a page out of the records.

    - Newest first, by `createdAt` or `updatedAt`: seen live, although not documented.
    - 50 records unless `first` or `last` say otherwise; 1 to `largest_page` are allowed [live].
    - A cursor holds the sort key and not a position, so records that come and go between two
      pages neither repeat nor hide others.

    Raises Refused ("Argument Validation Error").
    """
    order = order or args.get("orderBy") or "createdAt"
    name = _ORDER_FIELDS[order]
    size = _size(args, behaviour.largest_page)
    oldest_first = behaviour.oldest_first
    ordered = sorted(records, key=lambda r: (getattr(r, name), r.seq), reverse=not oldest_first)
    keys = [(_millis(getattr(r, name)), r.seq) for r in ordered]
    start, end = 0, len(ordered)
    if args.get("after") is not None:
        after = _key(args["after"], "after")
        start = sum(key <= after if oldest_first else key >= after for key in keys)
        start -= min(start, size - 1, behaviour.page_overlap)
    if args.get("before") is not None:
        before = _key(args["before"], "before")
        end = sum(key < before if oldest_first else key > before for key in keys)
    if args.get("last") is not None and args.get("first") is None:
        start = max(start, end - size)
    else:
        end = min(end, start + size)
    return Page(
        nodes=ordered[start:end],
        order=order,
        more_before=start > 0,
        more_after=end < len(ordered),
    )


def _size(args: Mapping[str, Any], largest: int) -> int:
    for name in ("first", "last"):
        size = args.get(name)
        if size is None:
            continue
        if size > largest:
            raise bad_argument(name, "max", f"{name} must not be greater than {largest}")
        if size < 1:
            raise bad_argument(name, "min", f"{name} must not be less than 1")
        return int(size)
    return DEFAULT_PAGE


def _millis(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _cursor(record: Record, order: str) -> str:
    key = [_millis(getattr(record, _ORDER_FIELDS[order])), record.seq]
    return base64.b64encode(json.dumps({"key": key}).encode()).decode()


def _key(cursor: str, argument: str) -> tuple[int, int]:
    try:
        at, seq = json.loads(base64.b64decode(cursor, validate=True))["key"]
        return int(at), int(seq)
    except (ValueError, KeyError, TypeError):
        raise bad_argument(argument, "isCursor", f"{argument} is not a valid cursor") from None
