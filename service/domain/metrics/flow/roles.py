"""What is done in a status: whether work in it is active, in review, waiting or blocked."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.domain.metrics.basis import Basis


class Role(Enum):
    """What somebody said that happens in a status in progress."""

    ACTIVE = "active"
    REVIEW = "review"  # active, but by somebody else
    WAITING = "waiting"
    BLOCKED = "blocked"


def roles_of(basis: Basis) -> dict[str, Role]:
    """Return the role of each status that has one, by id; an id that is named beats a name.

    What is named is taken for an id too: its status may be in no list any more.
    """
    return basis.once(_roles)


def _roles(basis: Basis) -> dict[str, Role]:
    sets = basis.sets
    ended = sets.done | sets.dropped
    named: dict[str, Role | None] = dict.fromkeys((one.casefold() for one in ended), None)
    for role, names in (
        (Role.ACTIVE, sets.active),
        (Role.REVIEW, sets.review),
        (Role.WAITING, sets.waiting),
        (Role.BLOCKED, sets.blocked),
    ):
        named |= dict.fromkeys((one.casefold() for one in names), role)
    found = {id_: role for id_, role in named.items() if role is not None}
    for id_, status in basis.statuses.items():
        role_of_name = named.get(status.name.casefold())
        role_of_id = named.get(id_.casefold(), role_of_name)
        if role_of_id is not None:
            found[id_] = role_of_id
    return found
