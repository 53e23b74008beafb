"""What a new site comes with: fields, issue types, statuses, resolutions and workflows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.jira.standin.entities import Context, Field, LinkType
from connectors.jira.standin.world import World

_JIRA = "com.atlassian.jira.plugin.system.customfieldtypes:"
_AGILE = "com.pyxis.greenhopper.jira:"

DONE, WONT_DO, DUPLICATE = "10000", "10001", "10003"
RESOLUTIONS = {
    DONE: "Done",
    WONT_DO: "Won't Do",
    "10002": "Cannot Reproduce",
    DUPLICATE: "Duplicate",
}
PRIORITIES = {"3": "Medium", "1": "Highest", "2": "High", "4": "Low", "5": "Lowest"}
LINK_TYPES = (
    LinkType("10000", "Blocks", "is blocked by", "blocks"),
    LinkType("10001", "Cloners", "is cloned by", "clones"),
    LinkType("10002", "Duplicate", "is duplicated by", "duplicates"),
    LinkType("10003", "Relates", "relates to", "relates to"),
)

_SYSTEM = (
    ("summary", "Summary", "text", "string", None),
    ("description", "Description", "rich", "string", None),
    ("environment", "Environment", "rich", "string", None),
    ("issuetype", "Issue Type", "issuetype", "issuetype", None),
    ("project", "Project", "project", "project", None),
    ("status", "Status", "status", "status", None),
    ("statuscategorychangedate", "Status Category Changed", "datetime", "datetime", None),
    ("priority", "Priority", "priority", "priority", None),
    ("resolution", "Resolution", "resolution", "resolution", None),
    ("resolutiondate", "Resolved", "datetime", "datetime", None),
    ("assignee", "Assignee", "user", "user", None),
    ("reporter", "Reporter", "user", "user", None),
    ("creator", "Creator", "creator", "user", None),
    ("labels", "Labels", "labels", "array", "string"),
    ("fixVersions", "Fix versions", "versions", "array", "version"),
    ("versions", "Affects versions", "versions", "array", "version"),
    ("components", "Components", "components", "array", "component"),
    ("duedate", "Due date", "date", "date", None),
    ("created", "Created", "datetime", "datetime", None),
    ("updated", "Updated", "datetime", "datetime", None),
    ("parent", "Parent", "parent", "issuelink", None),
    ("timeoriginalestimate", "Original estimate", "seconds", "number", None),
    ("timeestimate", "Remaining Estimate", "seconds", "number", None),
    ("timespent", "Time Spent", "seconds", "number", None),
    ("aggregatetimeoriginalestimate", "Σ Original Estimate", "derived", "number", None),
    ("aggregatetimeestimate", "Σ Remaining Estimate", "derived", "number", None),
    ("aggregatetimespent", "Σ Time Spent", "derived", "number", None),
    ("timetracking", "Time tracking", "derived", "timetracking", None),
    ("issuelinks", "Linked Issues", "derived", "array", "issuelinks"),
    ("subtasks", "Sub-tasks", "derived", "array", "issuelinks"),
    ("comment", "Comment", "derived", "comments-page", None),
    ("worklog", "Log Work", "derived", "array", "worklog"),
    ("attachment", "Attachment", "derived", "array", "attachment"),
)
_CLOUD_ONLY = (("statusCategory", "Status Category", "derived", "statusCategory", None),)

_CUSTOM_CLOUD = (
    ("10011", "Epic Name", "text", "string", f"{_AGILE}gh-epic-label"),
    ("10014", "Epic Link", "epic", "any", f"{_AGILE}gh-epic-link"),
    ("10015", "Start date", "date", "date", f"{_JIRA}datepicker"),
    ("10016", "Story point estimate", "number", "number", f"{_AGILE}jsw-story-points"),
    ("10020", "Sprint", "sprint", "array", f"{_AGILE}gh-sprint"),
    ("10021", "Flagged", "flags", "array", f"{_JIRA}multicheckboxes"),
    ("10026", "Story Points", "number", "number", f"{_JIRA}float"),
)
_CUSTOM_DATA_CENTER = (
    ("10101", "Epic Link", "epic", "any", f"{_AGILE}gh-epic-link"),
    ("10103", "Epic Name", "text", "string", f"{_AGILE}gh-epic-label"),
    ("10104", "Sprint", "sprint", "array", f"{_AGILE}gh-sprint"),
    ("10105", "Flagged", "flags", "array", f"{_JIRA}multicheckboxes"),
    ("10106", "Story Points", "number", "number", f"{_JIRA}float"),
    ("10110", "Start date", "date", "date", f"{_JIRA}datepicker"),
)
_ITEMS = {"sprint": "json", "flags": "option"}

#: The one box that the field Flagged has: its id and its name.
FLAG_ID, FLAG = "10019", "Impediment"


def add_fields(world: World) -> None:
    """Give a site its fields."""
    for field_id, name, kind, type_, items in _SYSTEM + (_CLOUD_ONLY if world.cloud else ()):
        on_screen = kind not in ("seconds", "resolution")
        world.fields[field_id] = Field(field_id, name, kind, type_, items, on_screen=on_screen)
    for number, name, kind, type_, custom in _CUSTOM_CLOUD if world.cloud else _CUSTOM_DATA_CENTER:
        world.fields[f"customfield_{number}"] = Field(
            f"customfield_{number}",
            name,
            kind,
            type_,
            _ITEMS.get(kind),
            custom,
            contexts=[Context(f"1{number}", "Default Configuration Scheme")],
        )


def field_named(world: World, name: str) -> str:
    """Return the id of a field by its name."""
    return next(f.id for f in world.fields.values() if f.name == name)


def points_field(world: World) -> str:
    """Return the id of the field that story points stand in."""
    own = world.flavour.value == "cloud-team"
    return field_named(world, "Story point estimate" if own else "Story Points")


# Workflows.


def transition(
    number: int,
    name: str,
    to: str,
    sources: Sequence[str] = (),
    *,
    initial: bool = False,
    resolution: str | None = "",
    screen: str | None = None,
) -> dict[str, Any]:
    """Return a transition in the vendor's shape; without sources it leads out of any status.

    `resolution`: the id it sets, "" to clear it, None to leave it as it is.
    """
    kind = "INITIAL" if initial else "DIRECTED" if sources else "GLOBAL"
    links = [{"fromStatusReference": one, "fromPort": 0, "toPort": 1} for one in sources]
    made: dict[str, Any] = {
        "id": str(number),
        "name": name,
        "description": "",
        "type": kind,
        "toStatusReference": to,
        "links": links,
        "actions": [],
        "validators": [],
        "triggers": [],
        "properties": {},
    }
    if resolution is not None and not initial:
        made["actions"].append(
            {
                "id": f"action-{number}",
                "ruleKey": "system:update-field",
                "parameters": {"field": "resolution", "value": resolution, "mode": "replace"},
            }
        )
    if screen is not None:
        made["transitionScreen"] = {
            "id": f"screen-{number}",
            "ruleKey": "system:transition-screen",
            "parameters": {"screenId": screen},
        }
    return made


def workflow(
    world: World,
    name: str,
    status_ids: Sequence[str],
    transitions: Sequence[Mapping[str, Any]],
    project_id: str | None = None,
) -> str:
    """Add a workflow to a site; returns its id."""
    scope: dict[str, Any] = {"type": "GLOBAL"}
    if project_id is not None:
        scope = {"type": "PROJECT", "project": {"id": project_id}}
    made: dict[str, Any] = {
        "id": world.ids.uuid(),
        "name": name,
        "description": "",
        "isEditable": True,
        "scope": scope,
        "startPointLayout": {"x": -100.0, "y": -150.0},
        "statuses": [
            {
                "statusReference": one,
                "deprecated": False,
                "layout": {"x": 150.0 * place, "y": 0.0},
                "properties": {},
            }
            for place, one in enumerate(status_ids)
        ],
        "transitions": [dict(one) for one in transitions],
        "version": {"id": world.ids.uuid(), "versionNumber": 0},
    }
    world.workflows[made["id"]] = made
    return str(made["id"])
