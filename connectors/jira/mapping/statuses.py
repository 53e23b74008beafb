"""What a status means: by the key of its category, and by the resolution. Pure.

Names are free text and translated, and a category's name differs between Jira's surfaces; its key
does not. Work that was dropped stands in a done status too: only the resolution tells. An issue
keeps its status and says beside it that it was dropped; what a ticket or a closing object stands
in is one word, so there the resolution makes a cancelled status of a done one (`standing`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from connectors.jira.mapping import raw as read
from service.domain.tracking import Status, StatusCategory

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

log = structlog.get_logger(__name__)

CATEGORIES = {
    "undefined": StatusCategory.TODO,
    "new": StatusCategory.TODO,
    "indeterminate": StatusCategory.IN_PROGRESS,
    "done": StatusCategory.DONE,
    # As the interfaces for workflows and statuses write them.
    "todo": StatusCategory.TODO,
    "in_progress": StatusCategory.IN_PROGRESS,
}
DROPPED = frozenset({
    "won't do", "wont do", "won't fix", "wont fix", "duplicate", "cannot reproduce", "declined",
    "cancelled", "canceled", "incomplete", "invalid", "not a bug", "rejected", "abandoned", "obsolete",
})  # fmt: skip

RELEASED = Status("released", "Released", StatusCategory.DONE)
UNRELEASED = Status("unreleased", "Unreleased", StatusCategory.IN_PROGRESS)
ARCHIVED = Status("archived", "Archived", StatusCategory.DONE)
LIVE = Status("live", "Active", StatusCategory.IN_PROGRESS)
#: What versions and Jira projects stand in, by id: Jira has no statuses for them.
PSEUDO = {status.id: status for status in (RELEASED, UNRELEASED, ARCHIVED, LIVE)}

_SUFFIXES = {
    "dropped": StatusCategory.CANCELLED,
    "resolved": StatusCategory.DONE,
    "unresolved": StatusCategory.IN_PROGRESS,
}


def status(raw: Mapping[str, Any]) -> Status:
    """Map a status by itself, whatever the resolution."""
    return Status(read.ident(raw, "id"), read.text(raw, "name"), category(raw))


def category(raw: Mapping[str, Any]) -> StatusCategory:
    """Return what a status means; an unknown category counts as in progress, never as closed."""
    told = raw.get("statusCategory")
    key = told.get("key") if isinstance(told, dict) else told
    found = CATEGORIES.get(key.casefold()) if isinstance(key, str) else None
    if found is None:
        log.warning("jira.unknown_category", category=key, taken_as="in_progress")
        return StatusCategory.IN_PROGRESS
    return found


def dropped(resolution: str | None) -> bool:
    """Whether a resolution (its name) says that the work was not done."""
    return (resolution or "").replace("’", "'").strip().casefold() in DROPPED


def resolution_of(fields: Mapping[str, Any]) -> str | None:
    """Return the name of an issue's resolution, None while it has none."""
    found = read.maybe_part(fields, "resolution")
    return read.text(found, "name") if found else None


def standing(fields: Mapping[str, Any], *, resolution_is_done: bool = False) -> Status:
    """Map what an issue or a ticket stands in: its status, and what the resolution makes of it."""
    found = status(read.part(fields, "status"))
    return qualified(found, found.id, resolution_of(fields), resolution_is_done=resolution_is_done)


def qualified(
    known: Status, id_: str, resolution: str | None, *, resolution_is_done: bool = False
) -> Status:
    """Return a status as the resolution qualifies it, under the status's own id."""
    suffix = _suffix(known, resolution, resolution_is_done)
    return Status(id_, known.name, _SUFFIXES[suffix]) if suffix else known


def standing_id(
    status_id: str, known: Status | None, resolution: str | None, *, resolution_is_done: bool
) -> str:
    """Return the id under which a history keeps a status together with its resolution."""
    return _suffixed(status_id, _suffix(known, resolution, resolution_is_done))


def resolved_id(status_id: str, known: Status | None, resolution: str | None) -> str:
    """Return the id of a status where only a resolution says what is done."""
    return _suffixed(status_id, _truth(known, resolution))


def resolved(known: Status, resolution: str | None) -> Status:
    """Return what an issue stands in where only a resolution says what is done."""
    named = resolved_id(known.id, known, resolution)
    return of_ids([named], {known.id: known})[named]


def of_ids(ids: Iterable[str], known: Mapping[str, Status]) -> dict[str, Status]:
    """Map every id of a history to its status; one that is not known is left out."""
    found = {}
    for one in ids:
        bare, _, suffix = one.partition(":")
        if (base := known.get(bare)) is not None:
            named = f"{base.name}, {suffix}" if suffix else base.name
            found[one] = Status(one, named, _SUFFIXES.get(suffix, base.category))
    return found


def _suffixed(status_id: str, suffix: str | None) -> str:
    return f"{status_id}:{suffix}" if suffix else status_id


def _suffix(known: Status | None, resolution: str | None, resolution_is_done: bool) -> str | None:  # noqa: FBT001
    done = known is not None and known.category.closed
    if dropped(resolution) and (done or resolution_is_done):
        return "dropped"
    return _truth(known, resolution) if resolution_is_done else None


def _truth(known: Status | None, resolution: str | None) -> str | None:
    """Return what a resolution, or that there is none, makes of a status."""
    done = known is not None and known.category.closed
    if resolution is None:
        return "unresolved" if done else None
    return None if done else "resolved"
