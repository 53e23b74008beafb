"""The role that keeps the last step to Closeout: found or made, and who is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.http import segment

if TYPE_CHECKING:
    from connectors.jira.client import JiraClient
    from connectors.jira.gate.survey import Place

    Raw = dict[str, Any]

_DESCRIPTION = (
    "The account of Closeout, which alone does the last step into Done. "
    "In an emergency add a person here, and take them out again."
)


@dataclass(frozen=True, slots=True)
class Members:
    """Who is in the role in a project: whether we are, and how many others."""

    us: bool
    others: int


def find(client: JiraClient) -> str | None:
    """Return the id of the role by the configured name or id; None where there is no such role."""
    wanted = client.settings.gate_role.casefold()
    roles = client.http.get(f"{client.api}/role").list
    by_id = (r for r in roles if str(r.get("id")) == wanted)
    by_name = (r for r in roles if str(r.get("name")).casefold() == wanted and not r.get("scope"))
    found = next(by_id, None) or next(by_name, None)
    return None if found is None else str(found["id"])


def make(client: JiraClient) -> str:
    """Define the role for all projects and return its id."""
    body = {"name": client.settings.gate_role, "description": _DESCRIPTION}
    return str(client.http.post(f"{client.api}/role", json=body).object["id"])


def members(client: JiraClient, role_id: str, place: Place) -> Members:
    """Read who is in the role in a project."""
    actors = client.http.get(_path(client, role_id, place)).object.get("actors") or ()
    accounts = [str((actor.get("actorUser") or {}).get("accountId")) for actor in actors]
    ours = accounts.count(client.my_id)
    return Members(us=ours > 0, others=len(accounts) - ours)


def join(client: JiraClient, role_id: str, place: Place) -> None:
    """Put our account into the role in a project."""
    client.http.post(_path(client, role_id, place), json={"user": [client.my_id]})


def _path(client: JiraClient, role_id: str, place: Place) -> str:
    return f"{client.api}/project/{segment(place.id)}/role/{segment(role_id)}"
