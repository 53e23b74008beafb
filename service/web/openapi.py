"""The description of `/api/v1`, made from the same models as its bodies.

Each operation is named by the view that serves it, so a test can hold it against the routes.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from service.web import bodies

TEMPLATE = "#/components/schemas/{model}"
PROJECT = "/api/v1/projects/{workspace}/{key}"
ACTION = "The id that `actions` gives, the number there or in the gate, or its ticket's key."
KEY = "Any way to write the key: the tool's id, its short form, or the end of its address."

_MODELS: tuple[type[BaseModel], ...] = (
    bodies.GateBody,
    bodies.MetricsBody,
    bodies.ActionsBody,
    bodies.VerificationRequest,
    bodies.VerificationBody,
    bodies.WaiverRequest,
    bodies.WaiverBody,
    bodies.BaselineRequest,
    bodies.BudgetRequest,
    bodies.CostRequest,
    bodies.RecordedBody,
    bodies.ErrorBody,
)
_ERRORS = {
    "400": "The body cannot be understood, or names a check, a day or an amount that cannot be",
    "401": "No valid token",
    "403": "The API is closed: no token is configured",
    "404": "No such project, or no such action in it",
    "409": "Against a rule; the error says which",
    "413": "The body is too large",
    "415": "The body is not JSON",
    "502": "The tool refused, with its own message",
    "503": "The tool did not answer or did not let us in; Retry-After where trying again helps",
}
_READING = ("401", "403", "404", "502", "503")
_WRITING = ("400", "401", "403", "404", "409", "413", "415", "502", "503")


def description(public_url: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description, ready for JSON."""
    _, schemas = models_json_schema(
        [(model, "serialization") for model in _MODELS], ref_template=TEMPLATE
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Closeout",
            "version": "1",
            "description": "May a project close, what is missing, and what was planned and done.",
        },
        "servers": [{"url": public_url.rstrip("/")}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _paths() -> dict[str, Any]:
    gate = {
        "get": _read(
            "gate", "The verdict as last found; found now where there is none", "GateBody"
        ),
        "post": _act("evaluate", "Evaluate now, and make the tracker agree", "GateBody", "200"),
    }
    verification = _act(
        "verify",
        "Record that somebody other than the owner found the action in place",
        "VerificationBody",
        "201",
        takes="VerificationRequest",
    )
    waiver = _act(
        "waive", "Let a check pass until a day", "WaiverBody", "201", takes="WaiverRequest"
    )
    baseline = _act(
        "baseline",
        "Choose the kick-off that the figures begin at, or take the choice back",
        "RecordedBody",
        "200",
        takes="BaselineRequest",
    )
    budget = _act("budget", "Tell the budget", "RecordedBody", "200", takes="BudgetRequest")
    cost = _act(
        "cost", "Add a cost besides working time", "RecordedBody", "201", takes="CostRequest"
    )
    paths: dict[str, dict[str, Any]] = {
        f"{PROJECT}/gate": gate,
        f"{PROJECT}/metrics": {"get": _read("metrics", "The metrics snapshot", "MetricsBody")},
        f"{PROJECT}/actions": {"get": _read("actions", "The agreed actions", "ActionsBody")},
        f"{PROJECT}/actions/{{action_id}}/verification": {"post": verification},
        f"{PROJECT}/waivers": {"post": waiver},
        f"{PROJECT}/baseline": {"put": baseline},
        f"{PROJECT}/budget": {"put": budget},
        f"{PROJECT}/costs": {"post": cost},
    }
    for path, item in paths.items():
        item["parameters"] = [_parameter("workspace", "The name in the configuration")]
        item["parameters"].append(_parameter("key", KEY))
        if "{action_id}" in path:
            item["parameters"].append(_parameter("action_id", ACTION))
    return paths


def _read(name: str, summary: str, model: str) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "responses": {"200": _content("Found", model), **_errors(_READING)},
    }


def _act(
    name: str, summary: str, model: str, status: str, takes: str | None = None
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "responses": {
            status: _content("Done", model),
            **_errors(_WRITING if takes else _READING),
        },
    }
    if takes:
        operation["requestBody"] = {"required": True, **_content("What to record", takes)}
    return operation


def _errors(statuses: tuple[str, ...]) -> dict[str, Any]:
    return {status: _content(_ERRORS[status], "ErrorBody") for status in statuses}


def _content(words: str, model: str) -> dict[str, Any]:
    schema = {"$ref": TEMPLATE.format(model=model)}
    return {"description": words, "content": {"application/json": {"schema": schema}}}


def _parameter(name: str, words: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": words,
        "schema": {"type": "string"},
    }
