"""What a site is and who is on it, over REST: server, accounts, fields, statuses and the like."""

from __future__ import annotations

from typing import Any

from connectors._standin.messages import Answer, Value, as_json
from connectors.jira.standin import wire
from connectors.jira.standin.api import ADMINISTER, CLOUD, DATA_CENTER, Call, on, paged
from connectors.jira.standin.api_issues import names
from connectors.jira.standin.entities import Status, User
from connectors.jira.standin.errors import Problem, no_issue, no_project, not_signed_in
from connectors.jira.standin.values import instant_text
from connectors.jira.standin.world import CLOUD_ID

PERMISSIONS = {
    "BROWSE_PROJECTS": "Browse Projects",
    "CREATE_ISSUES": "Create Issues",
    "EDIT_ISSUES": "Edit Issues",
    "DELETE_ISSUES": "Delete Issues",
    "TRANSITION_ISSUES": "Transition Issues",
    "LINK_ISSUES": "Link Issues",
    "ADD_COMMENTS": "Add Comments",
    "WORK_ON_ISSUES": "Work On Issues",
    "ASSIGN_ISSUES": "Assign Issues",
    "RESOLVE_ISSUES": "Resolve Issues",
    "MOVE_ISSUES": "Move Issues",
    "ADMINISTER_PROJECTS": "Administer Projects",
    "ADMINISTER": "Administer Jira",
    "SYSTEM_ADMIN": "System Administration",
    "USER_PICKER": "Browse users and groups",
}
_VERSIONS = {9: (9, 12, 27), 10: (10, 3, 14), 11: (11, 3, 8)}


@on("GET", "/serverInfo", anonymous=True)
def get_server_info(call: Call) -> Answer:
    """Say which Jira this is."""
    world = call.world
    shown: dict[str, Any] = {
        "baseUrl": world.site,
        "serverTime": instant_text(world.clock()),
        "serverTitle": "Acme",
        "buildDate": "2026-10-01T00:00:00.000+0000",
    }
    if world.cloud:
        shown |= {
            "displayUrl": world.site,
            "version": "1001.0.0-SNAPSHOT",
            "versionNumbers": [1001, 0, 0],
            "deploymentType": "Cloud",
            "buildNumber": 100290,
            "scmInfo": "9b1f0e2",
            "serverTimeZone": "Europe/Berlin",
            "defaultLocale": {"locale": "en_US"},
        }
    else:
        numbers = _VERSIONS.get(world.behaviour.version, (world.behaviour.version, 0, 0))
        shown |= {
            "version": ".".join(map(str, numbers)),
            "versionNumbers": list(numbers),
            "deploymentType": "Server",
            "buildNumber": numbers[0] * 100_000,
            "scmInfo": "9b1f0e2",
        }
    return as_json(shown)


@on("GET", "/tenant_info", where=CLOUD, anonymous=True, base="/_edge")
def tenant_info(_call: Call) -> Answer:
    """Say the site's cloudId."""
    return as_json({"cloudId": CLOUD_ID})


# Accounts.


@on("GET", "/myself")
def get_current_user(call: Call) -> Answer:
    """Say who asks."""
    return as_json(_user(call, call.actor))


def _user(call: Call, one: User) -> Value:
    shown = wire.user(call.world, one, call.version)
    return {**(shown or {}), "locale": "en_US"}


@on("GET", "/user")
def get_user(call: Call) -> Answer:
    """Read an account by its id, key or name."""
    ask = call.request
    wanted = ask.one("accountId") or ask.one("username") or ask.one("key")
    call.actor  # noqa: B018 (raises where nobody asks)
    for one in call.world.users.values():
        if wanted and wanted in (one.id, one.name):
            return as_json(_user(call, one))
    raise Problem(
        404,
        f"The user with the accountId {wanted} does not exist or you do not have "
        "permission to view them.",
    )


@on("GET", "/users/search", "/users", where=CLOUD)
def get_all_users(call: Call) -> Answer:
    """List every account, deactivated ones and programs included."""
    return _list(call, list(call.world.users.values()))


@on("GET", "/user/search")
def find_users(call: Call) -> Answer:
    """Find active accounts by name or address; on Data Center `.` finds all of them."""
    ask = call.request
    wanted = ask.one("query" if call.world.cloud else "username").lower()
    anybody = not call.world.cloud and wanted == "."
    inactive = ask.one("includeInactive") == "true"
    found = [
        one
        for one in call.world.users.values()
        if (one.active or inactive)
        and (anybody or any(wanted in x.lower() for x in (one.name, one.display_name, one.email)))
    ]
    return _list(call, found)


def _list(call: Call, found: list[User]) -> Answer:
    call.need("USER_PICKER")
    start, most = call.whole("startAt", 0), min(call.whole("maxResults", 50), 1000)
    page = found[start : start + most]
    return as_json([wire.user(call.world, one, call.version) for one in page])


@on("GET", "/mypermissions", anonymous=True)
def get_my_permissions(call: Call) -> Answer:
    """Say which permissions the caller has; on Cloud they must be named."""
    ask = call.request
    wanted = names(ask.all("permissions")) if call.world.cloud else []
    if call.world.cloud and not wanted:
        raise Problem(400, "The 'permissions' query parameter is required.")
    for one in wanted:
        if one not in PERMISSIONS:
            raise Problem(400, f"Unrecognized permission: {one}")
    if ref := ask.one("projectKey") or ask.one("projectId"):
        found = call.world.project(ref)
        if found is None or not call.may("BROWSE_PROJECTS"):
            raise no_project(ref)
    if (ref := ask.one("issueKey") or ask.one("issueId")) and call.world.issue(ref) is None:
        raise no_issue()
    shown = {key: _permission(call, key, n) for n, key in enumerate(wanted or PERMISSIONS, 10)}
    return as_json({"permissions": shown})


def _permission(call: Call, key: str, number: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "key": key,
        "name": PERMISSIONS[key],
        "type": "GLOBAL" if key in ADMINISTER else "PROJECT",
        "description": "",
        "havePermission": call.may(key),
    }


# What issues are made of.


@on("GET", "/issuetype", anonymous=True)
def get_issue_all_types(call: Call) -> Answer:
    """List the issue types."""
    world = call.world
    if call.user is None:
        return as_json([])
    return as_json([wire.issue_type(world, t, call.version) for t in world.issue_types.values()])


@on("GET", "/status", anonymous=True)
def get_statuses(call: Call) -> Answer:
    """List the statuses."""
    world = call.world
    if call.user is None:
        return as_json([])
    return as_json([wire.status(world, s, call.version) for s in world.statuses.values()])


@on("GET", "/status/{ref}", anonymous=True)
def get_status(call: Call, ref: str) -> Answer:
    """Read a status by id or name."""
    for one in call.world.statuses.values():
        if ref in (one.id, one.name):
            return as_json(wire.status(call.world, one, call.version))
    raise Problem(404, "The status does not exist.")


@on("GET", "/statuscategory", anonymous=True)
def get_status_categories(call: Call) -> Answer:
    """List the categories of statuses."""
    return as_json([wire.category(call.world, key, call.version) for key in wire.CATEGORIES])


@on("GET", "/statuses/search", where=CLOUD)
def search_statuses(call: Call) -> Answer:
    """Page through the statuses as the workflow editor knows them."""
    call.actor  # noqa: B018 (raises where nobody asks)
    return as_json(paged(call, list(call.world.statuses.values()), editor_status, 200))


@on("GET", "/statuses", where=CLOUD)
def get_statuses_by_id(call: Call) -> Answer:
    """Read statuses by id as the workflow editor knows them."""
    call.actor  # noqa: B018 (raises where nobody asks)
    wanted = call.request.all("id")
    found = [s for s in call.world.statuses.values() if s.id in wanted]
    return as_json([editor_status(s) for s in found])


def editor_status(one: Status) -> dict[str, Any]:
    """Show a status as the workflow editor does."""
    scope: dict[str, Any] = {"type": "GLOBAL"}
    if one.project_id is not None:
        scope = {"type": "PROJECT", "project": {"id": one.project_id}}
    categories = {"new": "TODO", "indeterminate": "IN_PROGRESS", "done": "DONE"}
    return {
        "id": one.id,
        "name": one.name,
        "statusCategory": categories[one.category],
        "scope": scope,
        "description": one.description,
    }


@on("GET", "/project/{ref}/statuses", anonymous=True)
def get_project_statuses(call: Call, ref: str) -> Answer:
    """List the statuses of each issue type of a project."""
    world, project = call.world, call.project(ref)
    shown = []
    for type_id in project.issue_type_ids:
        workflow = world.workflow_of(project, type_id)
        ids = [str(s["statusReference"]) for s in workflow["statuses"]]
        one = wire.issue_type(world, world.issue_types[type_id], call.version)
        told = [wire.status(world, world.statuses[s], call.version) for s in ids]
        kept = {key: one[key] for key in ("self", "id", "name", "subtask")}
        shown.append({**kept, "statuses": told})
    return as_json(shown)


@on("GET", "/resolution", anonymous=True)
def get_resolutions(call: Call) -> Answer:
    """List the resolutions."""
    base = wire.api(call.world, call.version)
    return as_json(
        [
            {"self": f"{base}/resolution/{key}", "id": key, "name": name, "description": ""}
            for key, name in call.world.resolutions.items()
        ]
    )


@on("GET", "/priority", anonymous=True)
def get_priorities(call: Call) -> Answer:
    """List the priorities."""
    base = wire.api(call.world, call.version)
    return as_json(
        [
            {
                "self": f"{base}/priority/{key}",
                "id": key,
                "name": name,
                "description": "",
                "statusColor": "#cccccc",
                "iconUrl": f"{call.world.site}/images/icons/priority/{key}.png",
            }
            for key, name in call.world.priorities.items()
        ]
    )


# The audit log.


@on("GET", "/auditing/record", where=CLOUD)
def get_audit_records(call: Call) -> Answer:
    """List what was changed on projects and versions, latest first."""
    call.need("ADMINISTER")
    start, most = call.whole("offset", 0), min(call.whole("limit", 1000), 1000)
    kinds = {"project": "projects", "version": "projects"}
    entries = [one for one in reversed(call.world.log) if one.kind in kinds]
    shown = [
        {
            "id": one.seq,
            "summary": one.action,
            "authorAccountId": one.actor_id,
            "created": instant_text(one.at),
            "category": kinds[one.kind],
            "eventSource": "",
            "objectItem": {"id": one.id, "name": one.id, "typeName": one.kind.upper()},
        }
        for one in entries[start : start + most]
    ]
    page = {"offset": start, "limit": most, "total": len(entries)}
    return as_json({**page, "records": shown})


@on("GET", "/searchLimits/maxResultWindow", where=DATA_CENTER)
def get_max_result_window(call: Call) -> Answer:
    """Say how far a search reaches."""
    if call.user is None:
        raise not_signed_in()
    return as_json(10_000)
