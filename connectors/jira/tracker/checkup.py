"""What `doctor` and `connect` say of a Jira workspace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connectors.jira.mapping import raw as read
from connectors.jira.mapping.people import person
from connectors.jira.tracker import making, webhooks
from service.ports import Health, NotAllowed, NotFound, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from connectors.jira.client import JiraClient, Raw

LARGEST_SKEW = 60  # seconds; beyond it what was first and what was later is told wrong

_FAILURES = (NotAllowed, Rejected, Unavailable)
_LOOPBACK = re.compile(r"http://(localhost|127(\.\d+){3}|\[::1\])[:/]")
_CREDENTIALS_MEND = (
    "make a new token for the account (Cloud: id.atlassian.com > Security > API tokens; Data"
    " Center: profile > Personal Access Tokens) and set api_token; a token with scopes needs"
    " api_url = https://api.atlassian.com/ex/jira/<cloudId>"
)
_OF_ITS_OWN = re.compile(r"closeout|\bbot\b|robot|service|automation", re.IGNORECASE)

#: What each permission is needed for, by Jira's key of it.
_IN_PROJECTS = {
    "BROWSE_PROJECTS": "reading",
    "CREATE_ISSUES": "making tickets",
    "EDIT_ISSUES": "keeping its own marks on issues",
    "LINK_ISSUES": "links between issues",
    "ADD_COMMENTS": "saying what is missing",
    "ASSIGN_ISSUES": "giving tickets to their owners",
    "TRANSITION_ISSUES": "moving issues back",
}
_ADMINISTER_PROJECTS = "taking back a release, and links on versions and projects"
_ADMINISTER = "restoring an archived project"
_USER_PICKER = "finding the owners of actions by their names"


def check_up(client: JiraClient, webhook_url: str, clock: Callable[[], datetime]) -> list[Health]:
    """Say whether credentials, permissions, clock, projects and webhook are as they must be."""
    found, me = _token(client)
    if me is None:
        return found
    return [
        *found,
        _account(me),
        _clock(client, clock()),
        _deployment(client),
        *_permissions(client),
        *_closing_types(client),
        *_tickets(client),
        webhooks.health(client, webhook_url),
    ]


def connect(client: JiraClient, webhook_url: str, secret: str) -> list[Health]:
    """Register the webhook, or say what to click."""
    return [webhooks.connect(client, webhook_url, secret)]


def token(client: JiraClient) -> Health:
    """Say whether the credentials count."""
    return _token(client)[0][-1]


def _token(client: JiraClient) -> tuple[list[Health], Raw | None]:
    found = []
    api_url = client.settings.api_url
    if api_url.startswith("http://") and not _LOOPBACK.match(f"{api_url}/"):
        told = f"{api_url} is not encrypted: everybody on the way can read the token"
        found.append(Health("address", good=None, finding=told, mend="use an https address"))
    try:
        me = client.me()
        finding = f"signed in as {person(me).name}"
    except (NotAllowed, Rejected) as refusal:
        bad = Health("token", good=False, finding=str(refusal), mend=_CREDENTIALS_MEND)
        return [*found, bad], None
    except Unavailable as failure:
        mend = "check the network and api_url, then try again"
        return [*found, Health("token", good=None, finding=str(failure), mend=mend)], None
    return [*found, Health("token", good=True, finding=finding)], me


def _account(me: Raw) -> Health:
    """Say whether the account is one of its own: what a person does by hand would look like ours."""
    names = " ".join(str(me.get(key) or "") for key in ("displayName", "name", "emailAddress"))
    if me.get("accountType") == "app" or _OF_ITS_OWN.search(names):
        return Health("account", good=True, finding="is one of its own")
    finding = "looks like a person's: nothing tells what that person does by hand from what we do"
    mend = "use a service account, or an account that nobody else works with"
    return Health("account", good=None, finding=finding, mend=mend)


def _clock(client: JiraClient, now: datetime) -> Health:
    theirs = client.http.server_time
    if theirs is None:
        return Health("clock", good=None, finding="Jira did not say what time it is")
    seconds = abs((now - theirs).total_seconds())
    finding = f"our clock and Jira's differ by {seconds:.0f} s"
    good = seconds <= LARGEST_SKEW
    return Health("clock", good, finding, None if good else "set this machine's clock by NTP")


def _deployment(client: JiraClient) -> Health:
    try:
        version = ".".join(map(str, client.version))
        if client.cloud:
            finding = (
                "Jira Cloud: closings are undone, and issues can be kept from closing by a rule in"
                " their workflow (closeout connect … --install-gate)"
            )
        else:
            finding = (
                f"Jira Data Center {version}: closings are undone; a rule in a workflow can only be"
                " set by hand"
            )
    except _FAILURES as failure:
        return Health("deployment", good=None, finding=str(failure))
    return Health("deployment", good=True, finding=finding)


def _permissions(client: JiraClient) -> Iterator[Health]:
    """Say what the account may not do, and what does not work without it."""
    settings = client.settings
    needed = dict(_IN_PROJECTS)
    if settings.closes_versions or settings.closes_projects:
        needed["ADMINISTER_PROJECTS"] = _ADMINISTER_PROJECTS
    if settings.closes_projects:
        needed["ADMINISTER"] = _ADMINISTER
    needed["USER_PICKER"] = _USER_PICKER
    yield _may(client, "permissions", needed, {})
    if settings.tickets_project is not None:
        wanted = ("BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES", "LINK_ISSUES")
        yield _may(
            client,
            f"permissions in {settings.tickets_project}",
            {key: _IN_PROJECTS[key] for key in wanted},
            {"projectKey": settings.tickets_project},
        )


def _may(
    client: JiraClient, name: str, needed: Mapping[str, str], where: Mapping[str, str]
) -> Health:
    params = {**where, "permissions": ",".join(needed)} if client.cloud else dict(where)
    try:
        answer = client.http.get(f"{client.api}/mypermissions", params=params).object
        held = read.part(answer, "permissions")
    except _FAILURES as failure:
        return Health(name, good=None, finding=str(failure))
    lacking = [key for key in needed if not _has(held, key)]
    if not lacking:
        return Health(name, good=True, finding="the account has all that are needed")
    said = "; ".join(f"{key} ({needed[key]})" for key in lacking)
    mend = "give these to the account in the permission scheme of the projects"
    if set(lacking) & {"ADMINISTER", "USER_PICKER"}:
        mend += "; ADMINISTER and USER_PICKER are global: Settings > System > Global permissions"
    return Health(name, good=False, finding=f"the account lacks: {said}", mend=mend)


def _has(held: Mapping[str, object], key: str) -> bool:
    found = held.get(key)
    return isinstance(found, dict) and found.get("havePermission") is True


def _closing_types(client: JiraClient) -> Iterator[Health]:
    """Say of each issue type that is to be held whether there is one."""
    wanted = client.settings.issue_types
    if not wanted:
        return
    try:
        types = client.issue_types()
    except _FAILURES as failure:
        yield Health("closes", good=None, finding=str(failure))
        return
    known = {str(one.get(key)).casefold() for one in types for key in ("id", "name")}
    missing = sorted(wanted - known)
    if not missing:
        yield Health("closes", good=True, finding=f"issues of type {', '.join(sorted(wanted))}")
        return
    there = ", ".join(sorted({str(one.get("name")) for one in types}))
    finding = f"Jira has no issue type {', '.join(missing)}: nothing of it is ever held"
    yield Health("closes", good=False, finding=finding, mend=f"set closes to one of: {there}")


def _tickets(client: JiraClient) -> Iterator[Health]:
    """Say whether the tickets' project and issue type are there."""
    project = client.settings.tickets_project
    if project is None:
        finding = "go to the Jira project of each closing object"
        good = None if client.settings.closes_projects else True
        mend = "set tickets_project: an archived project cannot hold its own" if not good else None
        yield Health("tickets", good, finding, mend)
        return
    yield target(client, "tickets", project, client.settings.tickets_type, "tickets")


def target(client: JiraClient, name: str, project: str, kind: str, setting: str) -> Health:
    """Say whether a project is there and takes issues of a type; `setting` starts their keys."""
    try:
        shown = making.project_of(client, project)
        making.issue_type(shown, kind)
    except NotFound as missing:
        mend = f"set {setting}_project to a project's key, or let the account browse it"
        return Health(name, good=False, finding=f"{project}: {missing}", mend=mend)
    except Rejected as refusal:
        key = "page_type" if setting == "pages" else "tickets_type"
        mend = f"set {key} to one of these"
        return Health(name, good=False, finding=str(refusal), mend=mend)
    except (NotAllowed, Unavailable) as failure:
        return Health(name, good=None, finding=str(failure))
    if shown.get("archived"):
        finding = f"the project {project} is archived, so that nothing can be made there"
        return Health(
            name, good=False, finding=finding, mend=f"set {setting}_project to a live one"
        )
    return Health(name, good=True, finding=f"{name} go to {project} as {kind}")
