"""Where a custom field exists and which screens show it, over REST (Cloud only)."""

from __future__ import annotations

from typing import Any

from connectors._standin.messages import Answer, as_json
from connectors.jira.standin.api import CLOUD, Call, on, paged, wrote
from connectors.jira.standin.entities import Context, Field
from connectors.jira.standin.errors import Problem

Raw = dict[str, Any]


@on("GET", "/field/{field_id}/context/issuetypemapping", where=CLOUD)
def get_issue_type_mappings_for_contexts(call: Call, field_id: str) -> Answer:
    """List the issue types of each context."""
    call.need("ADMINISTER")
    found: list[Raw] = []
    for one in _field(call, field_id).contexts:
        if not one.issue_type_ids:
            found.append({"contextId": one.id, "isAnyIssueType": True})
        found += [{"contextId": one.id, "issueTypeId": t} for t in one.issue_type_ids]
    return as_json(paged(call, found, lambda x: x))


@on("PUT", "/field/{field_id}/context/{context_id}/issuetype", where=CLOUD)
def add_issue_types_to_context(call: Call, field_id: str, context_id: str) -> Answer:
    """Let a context hold for further issue types; that for all projects takes none any more."""
    call.need("ADMINISTER")
    context = _own_context(_field(call, field_id), context_id)
    given = [str(one) for one in call.body.get("issueTypeIds") or ()]
    with call.act() as act:
        if set(given) & set(context.issue_type_ids):
            raise Problem(400, "An issue type is in the context already.")
        context.issue_type_ids += given
        act.record("addIssueTypesToContext", "field", field_id)
    return wrote()


@on("PUT", "/field/{field_id}/context/{context_id}/project", where=CLOUD)
def assign_projects_to_custom_field_context(call: Call, field_id: str, context_id: str) -> Answer:
    """Let a context hold in further projects; that for all projects takes none."""
    call.need("ADMINISTER")
    field = _field(call, field_id)
    context = _own_context(field, context_id)
    given = [str(one) for one in call.body.get("projectIds") or ()]
    with call.act() as act:
        if any(set(given) & set(one.project_ids) for one in field.contexts):
            raise Problem(400, "A project has a context of this field already.")
        context.project_ids += given
        act.record("assignProjectsToCustomFieldContext", "field", field_id)
    return wrote()


@on("GET", "/field/{field_id}/screens", where=CLOUD)
def get_screens_for_field(call: Call, field_id: str) -> Answer:
    """List the screens that show a field."""
    call.need("ADMINISTER")
    found: list[Raw] = []
    if _field(call, field_id).on_screen:
        tab = {"id": 10_000, "name": "Field Tab"}
        found = [{"id": 1, "name": "Default Screen", "description": "", "tab": tab}]
    return as_json(paged(call, found, lambda x: x))


def _field(call: Call, field_id: str) -> Field:
    found = call.world.fields.get(field_id)
    if found is None or found.custom is None:
        raise Problem(404, "The custom field was not found.")
    return found


def _own_context(field: Field, context_id: str) -> Context:
    found = next((one for one in field.contexts if one.id == context_id), None)
    if found is None:
        raise Problem(404, "The context was not found.")
    if not found.project_ids:
        raise Problem(400, "The global context cannot be changed.")  # CHANGE-3019, April 2026
    return found
