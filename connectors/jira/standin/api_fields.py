"""Fields over REST: the list, new custom ones, and where they exist."""

from __future__ import annotations

from typing import Any

from connectors._standin.messages import Answer, Value, as_json
from connectors.jira.standin.api import CLOUD, Call, on, paged, wrote
from connectors.jira.standin.api_issues import names
from connectors.jira.standin.entities import Context, Field
from connectors.jira.standin.errors import Problem
from connectors.jira.standin.wire_issue import TIME_FIELDS

_PREFIX = "com.atlassian.jira.plugin.system.customfieldtypes:"
_KINDS = {
    f"{_PREFIX}textfield": ("text", "string"),
    f"{_PREFIX}readonlyfield": ("text", "string"),
    f"{_PREFIX}textarea": ("rich", "string"),
    f"{_PREFIX}float": ("number", "number"),
    f"{_PREFIX}datepicker": ("date", "date"),
    f"{_PREFIX}select": ("option", "option"),
    f"{_PREFIX}userpicker": ("user", "user"),
}


@on("GET", "/field", anonymous=True)
def get_fields(call: Call) -> Answer:
    """List every field at once."""
    seen = call.world.fields.values()
    hidden = frozenset() if call.world.behaviour.time_tracking else TIME_FIELDS
    return as_json(
        [
            _shown(call, one)
            for one in seen
            if (call.user is not None or not one.custom) and one.id not in hidden
        ]
    )


def _shown(call: Call, one: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": one.type}
    if one.items is not None:
        schema["items"] = one.items
    if one.custom is not None:
        schema |= {"custom": one.custom, "customId": one.number}
    else:
        schema["system"] = one.id
    shown: dict[str, Any] = {
        "id": one.id,
        "name": one.name,
        "custom": one.custom is not None,
        "orderable": one.on_screen,
        "navigable": True,
        "searchable": True,
        "clauseNames": [f"cf[{one.number}]", one.name] if one.custom else [one.id.lower()],
        "schema": schema,
    }
    if call.world.cloud:
        shown["key"] = one.id
        if one.custom:
            shown["untranslatedName"] = one.name
    return shown


@on("POST", "/field")
def create_custom_field(call: Call) -> Answer:
    """Make a custom field; it stands on no screen, and exists everywhere."""
    body = call.body
    with call.act() as act:
        call.need("ADMINISTER")
        kind = str(body.get("type") or "")
        if not body.get("name") or kind not in _KINDS:
            raise Problem(400, errors={"type": "The custom field type is not valid."})
        number = call.world.ids.number("field", 10_200)
        context = Context(call.world.ids.number("context", 10_025), "Default Configuration Scheme")
        field = Field(
            id=f"customfield_{number}",
            name=str(body["name"]),
            kind=_KINDS[kind][0],
            type=_KINDS[kind][1],
            custom=kind,
            on_screen=False,
            description=str(body.get("description") or ""),
            contexts=[context],
        )
        call.world.fields[field.id] = field
        act.record("createCustomField", "field", field.id, name=field.name)
    return wrote(_shown(call, field), 201)


@on("GET", "/field/search", where=CLOUD)
def get_fields_paginated(call: Call) -> Answer:
    """Page through fields."""
    call.actor  # noqa: B018 (raises where nobody asks)
    ids, wanted = set(names(call.request.all("id"))), call.request.one("query").lower()
    found = [
        f
        for f in call.world.fields.values()
        if (not ids or f.id in ids) and wanted in f.name.lower()
    ]

    def show(one: Value) -> Value:
        shown = _shown(call, one)
        kept = {k: shown[k] for k in ("id", "name", "key", "schema")}
        return {**kept, "description": one.description}

    return as_json(paged(call, found, show))


@on("DELETE", "/field/{field_id}", where=CLOUD)
def delete_custom_field(call: Call, field_id: str) -> Answer:
    """Delete a custom field."""
    with call.act() as act:
        call.need("ADMINISTER")
        if call.world.fields.get(field_id) is None:
            raise Problem(404, "The custom field was not found.")
        del call.world.fields[field_id]
        act.record("deleteCustomField", "field", field_id)
    return wrote()


def _field(call: Call, field_id: str) -> Field:
    found = call.world.fields.get(field_id)
    if found is None or found.custom is None:
        raise Problem(404, "The custom field was not found.")
    return found


@on("GET", "/field/{field_id}/context", where=CLOUD)
def get_contexts_for_field(call: Call, field_id: str) -> Answer:
    """List where a custom field exists."""
    call.need("ADMINISTER")

    def show(one: Context) -> Value:
        return {
            "id": one.id,
            "name": one.name,
            "description": "",
            "isGlobalContext": not one.project_ids,
            "isAnyIssueType": not one.issue_type_ids,
        }

    return as_json(paged(call, _field(call, field_id).contexts, show))


@on("GET", "/field/{field_id}/context/projectmapping", where=CLOUD)
def get_project_context_mapping(call: Call, field_id: str) -> Answer:
    """List the projects of each context."""
    call.need("ADMINISTER")
    found: list[dict[str, Any]] = []
    for one in _field(call, field_id).contexts:
        if not one.project_ids:
            found.append({"contextId": one.id, "isGlobalContext": True})
        found += [{"contextId": one.id, "projectId": p} for p in one.project_ids]
    return as_json(paged(call, found, lambda x: x))


@on("POST", "/field/{field_id}/context", where=CLOUD)
def create_custom_field_context(call: Call, field_id: str) -> Answer:
    """Let a custom field exist in projects or for issue types."""
    body, field = call.body, _field(call, field_id)
    with call.act() as act:
        call.need("ADMINISTER")
        projects = [str(p) for p in body.get("projectIds") or ()]
        types = [str(t) for t in body.get("issueTypeIds") or ()]
        number = call.world.ids.number("context", 10_025)
        context = Context(number, str(body.get("name") or ""), projects, types)
        field.contexts.append(context)
        act.record("createCustomFieldContext", "field", field.id)
    made = {"id": context.id, "name": context.name, "description": ""}
    return wrote({**made, "projectIds": projects, "issueTypeIds": types}, 201)
