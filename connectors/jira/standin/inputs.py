"""The bodies of create, edit and transition: `fields` and `update`, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors._standin.messages import Value
from connectors.jira.standin import hanging, values
from connectors.jira.standin.entities import Field, Issue, Project
from connectors.jira.standin.errors import Problem
from connectors.jira.standin.values import Unfit
from connectors.jira.standin.world import Act, World

_MANY = frozenset({"labels", "versions", "components"})
_OTHERS = frozenset({"comment", "issuelinks", "worklog"})


class Inputs:
    """What one request wants to change. Every method raises Problem with an error per field."""

    def __init__(self, world: World, project: Project, issue: Issue | None, version: int) -> None:
        self._world, self._project, self._issue = world, project, issue
        self._version = version
        self._reading = values.Reading(world, project, version)
        self._moving = False
        self._errors: dict[str, str] = {}
        self._found: dict[str, Value] = {}
        self._others: list[tuple[str, dict[str, Any]]] = []

    def create(self, body: Mapping[str, Any]) -> dict[str, Value]:
        """Return the values of a new issue."""
        self._fields(body.get("fields"), creating=True)
        self._update(body.get("update"))
        for field_id, sentence in _NEEDED.items():
            if not self._found.get(field_id) and field_id not in self._errors:
                self._errors[field_id] = sentence
        self._check_family()
        self._check()
        return self._found

    def edit(self, body: Mapping[str, Any]) -> dict[str, Value]:
        """Return the values that an edit changes."""
        if not body.get("fields") and not body.get("update") and not body.get("properties"):
            raise Problem(400, "one of 'fields' or 'update' required")
        self._fields(body.get("fields"))
        self._update(body.get("update"))
        self._check()
        return self._found

    def transition(self, body: Mapping[str, Any]) -> dict[str, Value]:
        """Return the values that a transition's screen was filled with.

        Which fields are on it is the transition's own matter.
        """
        self._moving = True
        self._fields(body.get("fields"))
        self._update(body.get("update"))
        self._check()
        return self._found

    def apply_others(self, act: Act) -> None:
        """Add the comments that came with the change."""
        if self._issue is None:
            return
        for kind, given in self._others:
            if kind == "comment":
                hanging.add_comment(act, self._issue, given["body"])

    def _check(self) -> None:
        if self._errors:
            raise Problem(400, errors=self._errors)

    def _fields(self, given: Value, *, creating: bool = False) -> None:
        for name, raw in (given or {}).items():
            if name == "project" and creating:
                continue
            if name == "timetracking":
                self._try(name, lambda raw=raw: self._time_tracking(raw))
            else:
                self._try(name, lambda name=name, raw=raw: self._set(name, raw))

    def _update(self, given: Value) -> None:
        for name, operations in (given or {}).items():
            for operation in operations:
                for verb, raw in operation.items():
                    self._try(name, lambda n=name, v=verb, r=raw: self._operate(n, v, r))

    def _try(self, name: str, step: Any) -> None:  # noqa: ANN401 (a closure)
        try:
            step()
        except Unfit as unfit:
            self._errors[name] = str(unfit)

    def _set(self, name: str, raw: Value) -> None:
        field = self._field(name)
        value = values.read(self._reading, field, raw)
        if name == "summary" and not value:
            raise Unfit("You must specify a summary of the issue.")
        self._found[self._kept_as(field)] = value

    def _field(self, name: str) -> Field:
        field = self._world.fields.get(name)
        creating_or_dc = self._issue is None or not self._world.cloud
        guarded = creating_or_dc and not self._moving
        hidden = field is not None and guarded and not field.on_screen
        if field is None or hidden or field.kind in values.SET_BY_JIRA:
            raise Unfit(values.unknown_field(name))
        if field.contexts and not any(
            not c.project_ids or self._project.id in c.project_ids for c in field.contexts
        ):
            raise Unfit(values.unknown_field(name))
        return field

    def _kept_as(self, field: Field) -> str:
        return "parent" if field.kind in ("epic", "parent") else field.id

    def _operate(self, name: str, verb: str, raw: Value) -> None:
        if name in _OTHERS:
            self._other(name, verb, raw)
            return
        field = self._field(name)
        if verb == "set":
            self._set(name, raw)
        elif field.kind in _MANY and verb in ("add", "remove"):
            had = self._found.get(name)
            if had is None:
                had = list(self._issue.values.get(name) or []) if self._issue else []
            (one,) = values.read(self._reading, field, [raw])
            left = [x for x in had if x != one]
            after = [*left, one] if verb == "add" else left
            self._found[name] = sorted(after) if field.kind == "labels" else after
        else:
            raise Unfit(f"Field with id '{name}' does not support operation '{verb}'")

    def _other(self, name: str, verb: str, raw: Value) -> None:
        if name != "comment" or verb != "add":
            raise Unfit(f"Field with id '{name}' does not support operation '{verb}'")
        body = hanging.comment_body(self._world, raw.get("body"), self._version)
        self._others.append((name, {"body": body}))

    def _time_tracking(self, raw: Value) -> None:
        for word, field_id in (
            ("originalEstimate", "timeoriginalestimate"),
            ("remainingEstimate", "timeestimate"),
        ):
            if word in raw:
                self._found[field_id] = values.seconds(raw[word])
        spent = self._issue is not None and self._issue.values.get("timespent")
        if "originalEstimate" in raw and "remainingEstimate" not in raw and not spent:
            self._found["timeestimate"] = self._found["timeoriginalestimate"]

    def _check_family(self) -> None:
        """A sub-task needs a parent of level 0; anything else may have one a level above it."""
        type_id = self._found.get("issuetype")
        if type_id is None:
            return
        level = self._world.issue_types[type_id].level
        parent = self._world.issues.get(self._found.get("parent") or "")
        if level < 0 and parent is None:
            self._errors["issuetype"] = (
                "Issue type is a sub-task but parent issue key or id not specified."
            )
        elif parent is not None and self._world.issue_types[parent.type_id].level != level + 1:
            self._errors["parentId"] = (
                "Given parent issue does not belong to appropriate hierarchy."
            )


_NEEDED = {
    "summary": "You must specify a summary of the issue.",
    "issuetype": "Specify an issue type",
}
