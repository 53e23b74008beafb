"""Issues over REST: create, read, edit, move through the workflow, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors._standin.messages import Answer, Value, as_json
from connectors.jira.standin import issue_changes, transitions, values, wire, wire_issue
from connectors.jira.standin.api import CLOUD, Call, on, paged, wrote
from connectors.jira.standin.entities import Issue, Project
from connectors.jira.standin.errors import Problem
from connectors.jira.standin.inputs import Inputs

_MOST_IN_BULK = 100
_MOST_HISTORIES = 100  # that a read of one issue shows on Cloud
_MOST_WITH_FEW_FIELDS = 1000


@on("POST", "/issue")
def create_issue(call: Call) -> Answer:
    """Create an issue, with properties and a transition if so wanted."""
    body = call.body
    with call.act() as act:
        project = _project_for(call, body)
        inputs = Inputs(call.world, project, None, call.version)
        given = inputs.create(body)
        initial = transitions.initial(call.world, project, str(given["issuetype"]))
        issue = issue_changes.draft(act, project, given, str(initial["toStatusReference"]))
        way = _way(body)
        if way is not None:
            transitions.check(act, issue, way, {})
        _put_properties(issue, body)
        issue_changes.add(act, issue)
        if way is not None:
            transitions.take(act, issue, way, {})
    made = {
        "id": issue.id,
        "key": issue.key,
        "self": f"{wire.api(call.world, call.version)}/issue/{issue.id}",
    }
    return wrote(made, 201)


def _project_for(call: Call, body: Mapping[str, Any]) -> Project:
    given = body.get("fields", {}).get("project") if isinstance(body.get("fields"), dict) else None
    ref = (given.get("id") or given.get("key")) if isinstance(given, dict) else None
    found = call.world.project(str(ref)) if ref else None
    if found is None or not call.sees(found):
        raise Problem(400, errors={"project": "Specify a valid project ID or key"})
    if not found.live:
        raise Problem(400, errors={"project": "You cannot create issues in an archived project."})
    if not call.may("CREATE_ISSUES"):
        raise Problem(
            400, errors={"project": "You do not have permission to create issues in this project."}
        )
    return found


def _way(body: Mapping[str, Any]) -> str | None:
    """Return the id of the transition that comes with a create or an edit."""
    given = body.get("transition")
    return str(given["id"]) if isinstance(given, dict) and "id" in given else None


def _put_properties(issue: Issue, body: Mapping[str, Any]) -> None:
    for one in body.get("properties") or ():
        issue.properties[str(one["key"])] = one["value"]


@on("GET", "/issue/{key}", anonymous=True)
def get_issue(call: Call, key: str) -> Answer:
    """Read an issue as it stands."""
    issue = call.issue(key)
    wanted = names(call.request.all("fields")) or ["*all"]
    shown = wire_issue.issue(call.world, issue, wanted, call.version)
    if "changelog" in names(call.request.all("expand")):
        shown["changelog"] = history(call, issue, _MOST_HISTORIES)
    kept = names(call.request.all("properties"))
    if kept:
        every = "*all" in kept
        shown["properties"] = {k: v for k, v in issue.properties.items() if every or k in kept}
    return as_json(shown)


def names(given: list[str]) -> list[str]:
    """Return the names of a list that comes comma-separated, repeated, or both."""
    return [one.strip() for part in given for one in part.split(",") if one.strip()]


def history(call: Call, issue: Issue, most: int) -> dict[str, Any]:
    """Show the latest entries of a history, newest first on Cloud, oldest first elsewhere."""
    entries = issue.history[::-1][:most] if call.world.cloud else issue.history
    return {
        "startAt": 0,
        "maxResults": len(entries),
        "total": len(issue.history),
        "histories": [wire.change(call.world, one, call.version) for one in entries],
    }


@on("PUT", "/issue/{key}")
def edit_issue(call: Call, key: str) -> Answer:
    """Edit an issue; all or nothing."""
    body, issue = call.body, call.issue(key)
    with call.act() as act:
        issue_changes.writable(call.world, issue)
        call.need("EDIT_ISSUES")
        project = call.world.projects[issue.project_id]
        inputs = Inputs(call.world, project, issue, call.version)
        changes, way = inputs.edit(body), _way(body)
        if way is not None:
            transitions.check(act, issue, way, {})
        issue_changes.edit(act, issue, changes, metadata=body.get("historyMetadata"))
        inputs.apply_others(act)
        _put_properties(issue, body)
        if way is not None:
            transitions.take(act, issue, way, {})
    if call.request.one("returnIssue") == "true":
        return wrote(wire_issue.issue(call.world, issue, ["*all"], call.version))
    return wrote()


@on("DELETE", "/issue/{key}")
def delete_issue(call: Call, key: str) -> Answer:
    """Delete an issue; one with sub-tasks only if those may go too."""
    issue = call.issue(key)
    with call.act() as act:
        issue_changes.writable(call.world, issue)
        call.need("DELETE_ISSUES")
        subtasks = [
            c for c in call.world.children(issue.id) if call.world.issue_types[c.type_id].level < 0
        ]
        if subtasks and call.request.one("deleteSubtasks") != "true":
            raise Problem(
                400,
                f"The issue '{issue.key}' has subtasks. You must specify the 'deleteSubtasks' "
                "parameter to delete this issue and all its subtasks.",
            )
        issue_changes.delete(act, issue)
    return wrote()


# Transitions.


@on("GET", "/issue/{key}/transitions", anonymous=True)
def get_transitions(call: Call, key: str) -> Answer:
    """List what this account may do now; with what it may not, on request (Cloud)."""
    issue = call.issue(key)
    world, user = call.world, call.actor
    now = transitions.available(world, issue, user)
    shown = now
    if world.cloud and call.request.one("includeUnavailableTransitions") == "true":
        shown = transitions.leading_out(world, issue)
    only = call.request.one("transitionId")
    with_fields = "transitions.fields" in names(call.request.all("expand"))
    found = [
        _transition(call, issue, one, available=one in now, with_fields=with_fields)
        for one in shown
        if not only or one["id"] == only
    ]
    return as_json({"expand": "transitions", "transitions": found})


def _transition(
    call: Call, issue: Issue, one: dict[str, Any], *, available: bool, with_fields: bool
) -> dict[str, Any]:
    screen = transitions.screen(call.world, one)
    shown: dict[str, Any] = {
        "id": one["id"],
        "name": one["name"],
        "to": wire.status(
            call.world, call.world.statuses[str(one["toStatusReference"])], call.version
        ),
    }
    if call.world.cloud:
        shown |= {
            "hasScreen": bool(screen),
            "isGlobal": one["type"] == "GLOBAL",
            "isInitial": False,
            "isAvailable": available,
            "isConditional": bool((one.get("conditions") or {}).get("conditions")),
            "isLooped": str(one["toStatusReference"]) == issue.status_id,
        }
    if with_fields:
        shown["fields"] = {f: _field_of_screen(call, f, one) for f in screen}
    return shown


def _field_of_screen(call: Call, field_id: str, transition: dict[str, Any]) -> dict[str, Any]:
    field = call.world.fields[field_id]
    shown: dict[str, Any] = {
        "required": transitions.screen(call.world, transition)[field_id],
        "schema": {"type": field.type, "system": field_id},
        "name": field.name,
        "key": field_id,
        "fieldId": field_id,
        "hasDefaultValue": False,
        "operations": ["set"],
    }
    if field.kind == "resolution":
        base = wire.api(call.world, call.version)
        shown["allowedValues"] = [
            {"self": f"{base}/resolution/{key}", "id": key, "name": name}
            for key, name in call.world.resolutions.items()
        ]
    if not call.world.cloud:
        del shown["key"]
    return shown


@on("POST", "/issue/{key}/transitions")
def do_transition(call: Call, key: str) -> Answer:
    """Move an issue, with fields of the transition's screen and other updates."""
    body, issue = call.body, call.issue(key)
    given = body.get("transition")
    if not isinstance(given, dict) or "id" not in given:
        raise Problem(400, "Missing 'transition' identifier")
    with call.act() as act:
        project = call.world.projects[issue.project_id]
        inputs = Inputs(call.world, project, issue, call.version)
        fields = inputs.transition(body)
        transitions.take(act, issue, str(given["id"]), fields, body.get("historyMetadata"))
        inputs.apply_others(act)
        _put_properties(issue, body)
    return wrote()


# History and many at once: only on Cloud.


@on("GET", "/issue/{key}/changelog", where=CLOUD, anonymous=True)
def get_change_logs(call: Call, key: str) -> Answer:
    """Page through a history, oldest first, 100 at a time."""
    issue = call.issue(key)

    def show(one: Value) -> Value:
        return wire.change(call.world, one, call.version)

    page = paged(call, issue.history, show, 100)
    return as_json({"self": f"{wire.api(call.world, call.version)}/issue/{key}/changelog", **page})


@on("POST", "/changelog/bulkfetch", where=CLOUD, reads=True, anonymous=True)
def get_bulk_changelogs(call: Call) -> Answer:
    """Return the histories of many issues, by date, in pages that may part an issue."""
    body = call.body
    refs = body.get("issueIdsOrKeys")
    if not isinstance(refs, list) or not 1 <= len(refs) <= _MOST_WITH_FEW_FIELDS:
        raise Problem(400, "issueIdsOrKeys must hold between 1 and 1000 issues.")
    wanted = body.get("fieldIds") or []
    if len(wanted) > 10:  # noqa: PLR2004 (published)
        raise Problem(400, "fieldIds must hold at most 10 fields.")
    issues = {i.id: i for ref in refs if (i := _seen(call, str(ref))) is not None}
    levers = call.world.behaviour
    most = min(int(body.get("maxResults") or 1000), 10_000, levers.changelog_page)
    start = int(body.get("nextPageToken") or 0)
    found = sorted(
        (
            (change.at, int(issue.id), int(change.id), change, issue.id)
            for issue in issues.values()
            for change in issue.history
            if not wanted or any(x.field_id in wanted for x in change.items)
        ),
        key=lambda one: one[:3],
    )
    page: dict[str, list[dict[str, Any]]] = {}
    for *_, change, issue_id in found[start : start + most]:
        shown = wire.change(call.world, change, call.version)
        if levers.instants_in_bulk == "number":
            shown["created"] = round(change.at.timestamp() * 1000)
        if wanted:
            shown["items"] = [wire.item(x) for x in change.items if x.field_id in wanted]
        page.setdefault(issue_id, []).append(shown)
    logs = [{"issueId": one, "changeHistories": entries} for one, entries in page.items()]
    answer: dict[str, Any] = {"issueChangeLogs": logs}
    if start + most < len(found):
        answer["nextPageToken"] = str(start + most - min(levers.changelog_repeats, most - 1))
    return as_json(answer)


def _seen(call: Call, ref: str) -> Issue | None:
    issue = call.world.issue(ref)
    return issue if issue and call.sees(call.world.projects[issue.project_id]) else None


@on("POST", "/issue/bulkfetch", where=CLOUD, reads=True, anonymous=True)
def bulk_fetch_issues(call: Call) -> Answer:
    """Read many issues by id; the order is that of the ids, missing ones are named."""
    body = call.body
    refs = body.get("issueIdsOrKeys")
    wanted = [str(one) for one in body.get("fields") or []]
    heavy = {"comment", "worklog", "attachment", "*all", "*navigable"}
    few = wanted and len(wanted) <= _MOST_IN_BULK and not heavy & set(wanted)
    most = _MOST_WITH_FEW_FIELDS if few and not body.get("expand") else _MOST_IN_BULK
    if not isinstance(refs, list) or not refs:
        raise Problem(400, "issueIdsOrKeys must not be empty.")
    if len(refs) > most:
        raise Problem(400, f"issueIdsOrKeys must hold at most {most} issues.")
    found: dict[str, Issue] = {}
    missing: list[dict[str, Any]] = []
    for ref in refs:
        issue = _seen(call, str(ref))
        if issue is None:
            missing.append(
                {
                    "id": str(ref),
                    "errorMessage": "Issue does not exist or you do not have permission to see it.",
                }
            )
        else:
            found[issue.id] = issue
    kept = [str(one) for one in body.get("properties") or []]
    shown = []
    for issue in sorted(found.values(), key=lambda i: int(i.id)):
        one = wire_issue.issue(call.world, issue, wanted or ["*navigable"], call.version)
        if kept:
            one["properties"] = {k: v for k, v in issue.properties.items() if k in kept}
        shown.append(one)
    return as_json({"expand": "schema,names", "issues": shown, "issueErrors": missing})


# Kinds of issues that may be created.


@on("GET", "/issue/createmeta/{project}/issuetypes")
def get_create_issue_meta_issue_types(call: Call, project: str) -> Answer:
    """List the issue types that may be created in a project."""
    found = call.project(project)
    types = [call.world.issue_types[one] for one in found.issue_type_ids]
    page = paged(call, types, lambda one: wire.issue_type(call.world, one, call.version))
    if call.world.cloud:
        page["issueTypes"] = page.pop("values")
        del page["isLast"]
    return as_json(page)


@on("GET", "/issue/createmeta/{project}/issuetypes/{kind}")
def get_create_issue_meta_fields(call: Call, project: str, kind: str) -> Answer:
    """List the fields that may be set when an issue of a type is created."""
    found = call.project(project)
    if kind not in found.issue_type_ids:
        raise Problem(404, "The issue type could not be found.")
    fields = [
        f for f in call.world.fields.values() if f.on_screen and f.kind not in values.SET_BY_JIRA
    ]
    required = {"summary", "issuetype", "project"}

    def show(field: Value) -> Value:
        return {
            "required": field.id in required,
            "schema": {"type": field.type, "system": field.id},
            "name": field.name,
            "key": field.id,
            "fieldId": field.id,
            "hasDefaultValue": False,
            "operations": ["set"],
        }

    page = paged(call, fields, show)
    if call.world.cloud:
        page["fields"] = page.pop("values")
        del page["isLast"]
    return as_json(page)
