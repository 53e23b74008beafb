"""The approval field: found or made, and for which issues it exists (its contexts)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.http import segment
from service.ports import NotAllowed, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from connectors.jira.client import JiraClient
    from connectors.jira.gate.survey import Scope

    Raw = dict[str, Any]

OUR_CONTEXT = "Closeout"
_TYPES = "com.atlassian.jira.plugin.system.customfieldtypes:"
_TEXT = f"{_TYPES}textfield"
_DESCRIPTION = (
    "Closeout writes here that an issue may be closed, and the workflow asks for it. "
    "Put it on no screen: whoever can fill it in passes by the gate."
)


@dataclass(frozen=True, slots=True)
class Context:
    """Where a custom field exists: for which projects and issue types, None meaning all."""

    id: str
    name: str
    projects: frozenset[str] | None
    types: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class ApprovalField:
    """The field in which Closeout writes its approval.

    `screens` are the names of the screens it stands on, None where that cannot be read.
    """

    id: str
    name: str
    contexts: tuple[Context, ...] = ()
    screens: tuple[str, ...] | None = ()

    def context_of(self, project_id: str) -> Context | None:
        """Return the context that counts in a project: its own before the one for all."""
        own = [c for c in self.contexts if c.projects is not None and project_id in c.projects]
        everywhere = [c for c in self.contexts if c.projects is None]
        return next(iter((*own, *everywhere)), None)

    def exists_for(self, scope: Scope) -> bool:
        """Whether issues of a scope have the field."""
        context = self.context_of(scope.place.id)
        return context is not None and (context.types is None or scope.type_id in context.types)


def find(client: JiraClient, *, contexts: bool = True) -> ApprovalField | None:
    """Find the field by the configured name or id; None where the site has no such field."""
    raw = _found(client)
    if raw is None:
        return None
    found = ApprovalField(str(raw["id"]), str(raw["name"]))
    if not contexts:
        return found
    return ApprovalField(found.id, found.name, _contexts(client, found.id), _screens(client, found))


def make(client: JiraClient) -> ApprovalField:
    """Create the field, a line of text on no screen, and return it."""
    body = {
        "name": client.settings.approval_field,
        "description": _DESCRIPTION,
        "type": _TEXT,
        "searcherKey": f"{_TYPES}textsearcher",
    }
    raw = client.http.post(f"{client.api}/field", json=body).object
    client.forget("fields")
    field_id = str(raw["id"])
    return ApprovalField(field_id, str(raw["name"]), _contexts(client, field_id))


def confine(
    client: JiraClient, field: ApprovalField, projects: Sequence[str], types: Iterable[str]
) -> None:
    """Let the field exist, in these projects, for these issue types only.

    A context of its own for the projects: the one for all projects can be neither narrowed nor
    deleted (Atlassian's CHANGE-3019, April 2026).
    """
    wanted = sorted(types)
    ours = our_context(field)
    path = f"{client.api}/field/{segment(field.id)}/context"
    if ours is None:
        body = {"name": OUR_CONTEXT, "projectIds": list(projects), "issueTypeIds": wanted}
        client.http.post(path, json=body)
        return
    if more := [one for one in projects if one not in (ours.projects or ())]:
        client.http.put(f"{path}/{segment(ours.id)}/project", json={"projectIds": more}, plain=True)
    if lacking := [one for one in wanted if one not in (ours.types or ())]:
        body = {"issueTypeIds": lacking}
        client.http.put(f"{path}/{segment(ours.id)}/issuetype", json=body, plain=True)


def our_context(field: ApprovalField) -> Context | None:
    """Return the context that we made for projects whose workflow is shared by issue types."""
    named = (c for c in field.contexts if c.name == OUR_CONTEXT and c.projects is not None)
    return next(named, None)


def _found(client: JiraClient) -> Raw | None:
    wanted = client.settings.approval_field
    if (raw := _named(client.http.get(f"{client.api}/field").list, wanted)) is not None:
        return raw
    if not client.cloud:
        return None
    # GET /field leaves out what is associated to no field configuration; this one does not.
    params = {"type": "custom", "query": wanted}
    return _named(client.pages(f"{client.api}/field/search", params), wanted)


def _named(raw: Iterable[Raw], wanted: str) -> Raw | None:
    word = wanted.casefold()
    fields = list(raw)
    by_id = (one for one in fields if str(one.get("id")).casefold() == word)
    by_name = (one for one in fields if str(one.get("name")).casefold() == word)
    return next(by_id, None) or next(by_name, None)


def _contexts(client: JiraClient, field_id: str) -> tuple[Context, ...]:
    path = f"{client.api}/field/{segment(field_id)}/context"
    contexts = list(client.pages(path))
    types = _mapped(client, f"{path}/issuetypemapping", "issueTypeId")
    projects = _mapped(client, f"{path}/projectmapping", "projectId")
    return tuple(
        Context(
            id=str(one["id"]),
            name=str(one.get("name")),
            projects=None
            if one.get("isGlobalContext")
            else projects.get(str(one["id"]), frozenset()),
            types=None if one.get("isAnyIssueType") else types.get(str(one["id"]), frozenset()),
        )
        for one in contexts
    )


def _mapped(client: JiraClient, path: str, name: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for one in client.pages(path):
        if name in one:
            context = str(one["contextId"])
            found[context] = found.get(context, frozenset()) | {str(one[name])}
    return found


def _screens(client: JiraClient, field: ApprovalField) -> tuple[str, ...] | None:
    path = f"{client.api}/field/{segment(field.id)}/screens"
    try:
        return tuple(str(one.get("name")) for one in client.pages(path))
    except (NotAllowed, NotFound):
        return None
