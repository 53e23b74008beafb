"""What the histories of one reading are understood with. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors.jira.mapping.fields import Fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.tracking import Status

#: How Jira's own type of links reads on the issue that has to wait.
BLOCKED_BY = "is blocked by"


@dataclass(frozen=True, slots=True)
class Context:
    """What the histories of one reading are understood with.

    - `points` is the field whose values are the estimates, None for none.
    - `known` are the statuses by id; `ids` the ids of issues and of Jira projects by their keys.
    - `kinds` are our words for the issue types by id, as far as these are known.
    - `waits` are the words, in small letters, by which links say that an issue waits for another.
    - `about` keeps the membership in this closing object only; None: all of it.
    - `resolution_is_done`: not the status but a resolution says that an issue is done.
    """

    fields: Fields = field(default_factory=Fields)
    points: str | None = None
    known: Mapping[str, Status] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    waits: frozenset[str] = frozenset({BLOCKED_BY})
    about: str | None = None
    resolution_is_done: bool = False
