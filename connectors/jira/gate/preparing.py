"""What our rule needs before it may stand in a workflow: the field and where it exists, the role."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.jira.gate import field, role, words
from service.ports import Health, NotAllowed, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.jira.client import JiraClient
    from connectors.jira.gate.drawing import Draft, Drawing, Tool
    from connectors.jira.gate.survey import Place


def steps(draft: Draft, client: JiraClient) -> Iterator[str]:
    """Say what has to be made or changed before any workflow is."""
    settings, tool = client.settings, draft.tool
    changing = any(one.changed for one in draft.drawings)
    if changing and tool.mode == "approval" and tool.field is None:
        yield f"Create the field {settings.approval_field!r}, a line of text on no screen"
    if changing and tool.mode == "role" and tool.role_id is None:
        yield f"Create the role {settings.gate_role!r}"
    for place in draft.joining:
        yield f"Put our account into the role {settings.gate_role!r} in {place}"
    if _to_confine(draft):
        flows = [one.flow for one in draft.drawings if one.confines]
        kept = words.scopes([scope for flow in flows for scope in flow.scopes])
        yield f"Let the field exist only for {kept}, so that others in the workflow pass"


def prepared(client: JiraClient, draft: Draft) -> tuple[Tool | None, list[Health]]:
    """Make the field or the role where something is to be gated, and put us into the role.

    Returns what the gate is made with, None where it could not be made, and what was done.
    """
    settings, tool = client.settings, draft.tool
    changing = any(one.changed for one in draft.drawings)
    done: list[Health] = []
    try:
        if changing and tool.mode == "approval" and tool.field is None:
            tool = replace(tool, field=field.make(client))
            told = f"the field {settings.approval_field!r} was created, on no screen"
            done.append(Health("approval field", good=True, finding=told))
        if changing and tool.mode == "role" and tool.role_id is None:
            tool = replace(tool, role_id=role.make(client))
            told = f"the role {settings.gate_role!r} was created"
            done.append(Health("role", good=True, finding=told))
        for place in draft.joining if tool.role_id else ():
            role.join(client, tool.role_id or "", place)
            told = f"our account is now in the role in {place}"
            done.append(Health("role", good=True, finding=told))
    except (Rejected, NotAllowed) as refusal:
        return None, [*done, _not_made(client, refusal)]
    return tool, done


def confined(client: JiraClient, draft: Draft) -> list[Health]:
    """Let the approval field exist for the closing issue types only, where others share."""
    projects, found = _to_confine(draft), draft.tool.field
    if found is None or not projects:
        return []
    field.confine(client, found, projects, draft.confined[1])
    told = "it exists for the closing issue types only, where others share their workflow"
    return [Health("approval field", good=True, finding=told)]


def unconfined(draft: Draft, refusal: Exception) -> Health:
    """Say what follows where the field could not be kept to the closing issue types."""
    mend = words.own_workflow(next(one.flow for one in draft.drawings if one.confines))
    finding = (
        f"the field could not be kept to the closing issue types ({refusal}), so workflows that "
        "others share were left as they are"
    )
    return Health("approval field", good=False, finding=finding, mend=mend)


def places_to_join(client: JiraClient, tool: Tool, drawings: Sequence[Drawing]) -> Iterator[Place]:
    """Yield the projects in which our account must be in our role, and is not."""
    if tool.mode != "role":
        return
    flows = [one.flow for one in drawings if one.changed or not one.obstacles]
    places = dict.fromkeys(s.place for f in flows if not f.team_managed for s in f.scopes)
    for place in places:
        if tool.role_id is None or not role.members(client, tool.role_id, place).us:
            yield place


def _to_confine(draft: Draft) -> list[str]:
    """Return the projects in which the field exists otherwise than it has to."""
    if draft.tool.mode != "approval":
        return []
    found = draft.tool.field
    projects, types = draft.confined
    flows = [one.flow for one in draft.drawings if one.confines]
    others = {scope.type_id for flow in flows for scope in flow.others}

    def right(project: str) -> bool:
        context = found.context_of(project) if found else None
        return bool(
            context and context.types and types <= context.types and not context.types & others
        )

    return [project for project in projects if not right(project)]


def _not_made(client: JiraClient, refusal: Exception) -> Health:
    settings = client.settings
    if settings.gate == "approval":
        mend = (
            "give our account Administer Jira, or as a Jira admin: Settings > Work items > Fields "
            f"> Create: a short text {settings.approval_field!r} on no screen; then try again"
        )
    else:
        mend = (
            "give our account Administer Jira, or as a Jira admin: Settings > System > Project "
            f"roles: add {settings.gate_role!r}, and our account to it in each project; "
            "then try again"
        )
    finding = f"{refusal}; no workflow was changed"
    return Health("workflow rule", good=False, finding=finding, mend=mend)
