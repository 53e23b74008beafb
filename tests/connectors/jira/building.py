"""Issues, histories and sites as the tests of reading need them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.jira.client import JiraClient
from connectors.jira.mapping.context import Context
from connectors.jira.mapping.fields import Fields
from connectors.jira.settings import JiraSettings
from connectors.jira.standin import Standin, issue_changes
from connectors.jira.standin.world import Act
from connectors.jira.tracker import JiraTracker
from service.domain.tracking import Status, StatusCategory

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FLAVOURS = ("cloud-company", "cloud-team", "data-center")
CLOSES = [{"issue_types": ["Epic"]}, {"versions": True}, {"projects": True}]
EPIC = "issue:500"

TODO = Status("1", "To Do", StatusCategory.TODO)
DOING = Status("3", "In Progress", StatusCategory.IN_PROGRESS)
DONE = Status("9", "Done", StatusCategory.DONE)
KNOWN = {status.id: status for status in (TODO, DOING, DONE)}
FIELDS = Fields(
    points=("cf_points", "cf_estimate"),
    epic_link="cf_epic",
    target_end="cf_target",
    ids={"story points": "cf_points", "story point estimate": "cf_estimate"},
)


def a_context(**changes: object) -> Context:
    given: dict[str, Any] = {"fields": FIELDS, "points": "cf_points", "known": KNOWN, **changes}
    return Context(**given)


def an_item(field: str, before: str | None, after: str | None, **more: object) -> dict[str, Any]:
    """Return an item with the values as ids; `text=True`: as texts only; `id`: the field's id."""
    text = more.pop("text", False)
    shown = {
        "field": field,
        "fieldtype": "jira",
        **({"fieldId": more["id"]} if "id" in more else {}),
    }
    ids = (None, None) if text else (before, after)
    return {
        **shown,
        "from": ids[0],
        "fromString": more.get("was", before),
        "to": ids[1],
        "toString": more.get("became", after),
    }


def a_history(at: str, *items: dict[str, Any], number: int = 30001) -> dict[str, Any]:
    """Return a history; `at` is a day and an hour, such as `11-03 09`."""
    return {
        "id": str(number),
        "created": f"2026-{at}:00:00.000+0000".replace(" ", "T"),
        "author": {"accountId": "ada", "displayName": "Ada Berg"},
        "items": list(items),
    }


def an_issue(status: Status = TODO, id_: str = "101", **fields: object) -> dict[str, Any]:
    keys = {TODO.category: "new", DOING.category: "indeterminate", DONE.category: "done"}
    raw_status = {
        "id": status.id,
        "name": status.name,
        "statusCategory": {"key": keys[status.category]},
    }
    given: dict[str, Any] = {
        "summary": "Payment step",
        "status": raw_status,
        "resolution": None,
        "issuetype": {"id": "5", "name": "Story", "hierarchyLevel": 0},
        "project": {"id": "10000", "key": "NOVA", "name": "Nova"},
        "created": "2026-10-01T09:00:00.000+0000",
        "fixVersions": [],
        "labels": [],
    }
    return {"id": id_, "key": f"NOVA-{id_}", "fields": {**given, **fields}}


def blocking(id_: str, key: str, *, inward: str = "is blocked by") -> dict[str, Any]:
    """Return the link of an issue that waits for another one."""
    return {
        "id": "10300",
        "type": {"id": "1", "name": "Blocks", "inward": inward, "outward": "blocks"},
        "inwardIssue": {"id": id_, "key": key},
    }


@dataclass
class Site:
    """A stand-in with the connector that talks to it."""

    standin: Standin
    settings: JiraSettings

    @property
    def tracker(self) -> JiraTracker:
        return JiraTracker(self.settings, self.standin.clock)

    @property
    def client(self) -> JiraClient:
        return JiraClient(self.settings, self.standin.clock)

    @property
    def epic(self) -> str:
        """The canonical key of the seeded epic."""
        world = self.standin.world
        found = next(i for i in world.issues.values() if world.issue_types[i.type_id].level == 1)
        return f"issue:{found.id}"

    def reads_of(self, action: Callable[[], object]) -> int:
        """Return how many requests something takes."""
        before = len(self.standin.calls)
        action()
        return len(self.standin.calls) - before


@contextmanager
def a_site(
    flavour: str = "cloud-company", *, scoped: bool = False, **settings: object
) -> Iterator[Site]:
    """Run a seeded stand-in of that flavour."""
    standin = Standin.seeded(lambda: NOON, flavour=flavour, scoped=scoped, threads=False)
    with standin:
        given = {
            "site_url": standin.site_url,
            "api_url": standin.url,
            "email": standin.email,
            "api_token": standin.api_key,
            "closes": CLOSES,
            "tickets_project": "OPS",
        }
        yield Site(standin, JiraSettings.model_validate({**given, **settings}))


def acting(site: Site) -> Act:
    """Return somebody who changes the site now."""
    world = site.standin.world
    user = next(one for one in world.users.values() if one.display_name == "Ada Berg")
    return Act(world, user, "person", world.clock())


def a_sub_task(site: Site, parent_id: str, title: str) -> str:
    """Make a sub-task and return its id."""
    world = site.standin.world
    parent = world.issues[parent_id]
    project = world.projects[parent.project_id]
    kind = next(one for one in project.issue_type_ids if world.issue_types[one].level < 0)
    given = {"summary": title, "issuetype": kind, "parent": parent_id}
    status = next(iter(world.statuses))
    return issue_changes.create(acting(site), project, given, status).id
