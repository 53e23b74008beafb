"""What people do with issues by hand: each is made as the person named in `by`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from connectors._standin.control import Unclear
from connectors._standin.messages import Value
from connectors.jira.standin import hanging, issue_changes, texts, transitions, values
from connectors.jira.standin.catalogue import FLAG, field_named, points_field
from connectors.jira.standin.entities import (
    Comment,
    Issue,
    IssueLink,
    IssueType,
    LinkType,
    Project,
    Version,
)
from connectors.jira.standin.errors import Problem
from connectors.jira.standin.lookup import Lookup, named
from connectors.jira.standin.values import Unfit
from connectors.jira.standin.world import Act

_CATEGORIES = {
    "todo": "new",
    "in_progress": "indeterminate",
    "started": "indeterminate",
    "done": "done",
    "completed": "done",
}
_DROPPED = frozenset({"canceled", "cancelled", "won't do"})


class Desk(Lookup):
    """The issues, as people handle them."""

    def create_issue(
        self,
        team: str,
        title: str,
        by: str | None = None,
        project: str | None = None,
        assignee: str | None = None,
        state: str | None = None,
        estimate: float | None = None,
        description: str | None = None,
    ) -> Issue:
        """Create a task in a Jira project, under an epic or in a version if one is named."""
        of = self.team(team)
        chosen = self._type(of, "Task")
        given: dict[str, Value] = {
            "summary": title,
            "issuetype": chosen.id,
            "assignee": self.person(assignee).id if assignee else None,
        }
        if estimate is not None:
            given[points_field(self.world)] = float(estimate)
        if description is not None:
            given["description"] = texts.written(description, cloud=self.world.cloud)
        given |= self._into(project) if project else {}
        with self.act(by) as act:
            first = transitions.initial(self.world, of, chosen.id)
            issue = issue_changes.create(act, of, given, str(first["toStatusReference"]))
            if state is not None:
                self._move(act, issue, state)
            return issue

    def create_epic(
        self,
        team: str,
        title: str,
        by: str | None = None,
        lead: str | None = None,
        kind: str = "Epic",
    ) -> Issue:
        """Create an epic, or something else that can be closed, and start it."""
        of = self.team(team)
        chosen = self._type(of, kind)
        given: dict[str, Value] = {
            "summary": title,
            "issuetype": chosen.id,
            "assignee": self.person(lead).id if lead else None,
        }
        with self.act(by) as act:
            first = transitions.initial(self.world, of, chosen.id)
            issue = issue_changes.create(act, of, given, str(first["toStatusReference"]))
            self._move(act, issue, "in_progress")
            return issue

    def _type(self, of: Project, name: str) -> IssueType:
        types = [self.world.issue_types[one] for one in of.issue_type_ids]
        return named(types, name, ("id", "name"), "issue type")

    def _into(self, project: str) -> dict[str, Value]:
        found = self.closing(project)
        if isinstance(found, Issue):
            return {"parent": found.id}
        if isinstance(found, Version):
            return {"fixVersions": [found.id]}
        return {}

    def move_issue(self, issue: str, state: str, by: str | None = None) -> Issue:
        """Move an issue to a status, given by name or category, as its workflow allows."""
        found = self.issue(issue)
        with self.act(by) as act:
            self._move(act, found, state)
        return found

    def _move(self, act: Act, issue: Issue, state: str) -> None:
        way = self._way(act, issue, state)
        screen = transitions.screen(self.world, way)
        fields = {}
        if "resolution" in screen:
            fields["resolution"] = next(iter(self.world.resolutions))
        refused(lambda: transitions.take(act, issue, way["id"], fields))

    def _way(self, act: Act, issue: Issue, state: str) -> dict[str, Any]:
        """Return the transition that a person would take to get there. Raises Unclear."""
        ways = transitions.available(self.world, issue, act.actor)
        wanted = state.casefold()
        statuses = {w["id"]: self.world.statuses[str(w["toStatusReference"])] for w in ways}
        dropped = wanted in _DROPPED
        for way in ways:
            name = way["name"].casefold()
            status = statuses[way["id"]]
            if dropped and name == "won't do":
                return way
            if not dropped and wanted in (status.name.casefold(), status.id) and name != "won't do":
                return way
        category = "done" if dropped else _CATEGORIES.get(wanted)
        for way in ways:
            if category is not None and statuses[way["id"]].category == category:
                return way
        known = ", ".join(sorted({s.name for s in statuses.values()}))
        raise Unclear(
            f"{issue.key} cannot be moved to {state!r} by {act.actor.display_name}; "
            f"it can be moved to: {known or 'nothing'}"
        )

    def assign_issue(self, issue: str, assignee: str | None = None, by: str | None = None) -> Issue:
        """Assign an issue, or take its assignee away."""
        user = self.person(assignee).id if assignee else None
        return self._edit(issue, {"assignee": user}, by)

    def estimate_issue(
        self, issue: str, estimate: float | None = None, by: str | None = None
    ) -> Issue:
        """Give an issue story points, or take them away."""
        points = None if estimate is None else float(estimate)
        return self._edit(issue, {points_field(self.world): points}, by)

    def schedule_issue(
        self, issue: str, due_date: str | None = None, by: str | None = None
    ) -> Issue:
        """Set the day an issue is due, `YYYY-MM-DD`, or none."""
        return self._edit(issue, {"duedate": day(due_date)}, by)

    def put_issue_in_project(
        self, issue: str, project: str | None = None, by: str | None = None
    ) -> Issue:
        """Put an issue under an epic or into a version, or take it out of its epic."""
        changes = self._into(project) if project else {"parent": None}
        return self._edit(issue, changes, by)

    def put_issue_in_version(
        self, issue: str, version: str | None = None, by: str | None = None
    ) -> Issue:
        """Give an issue a fix version, or none."""
        held = [self.version(version).id] if version else []
        return self._edit(issue, {"fixVersions": held}, by)

    def move_issue_to_team(self, issue: str, team: str, by: str | None = None) -> Issue:
        """Move an issue to another Jira project, where it gets another key."""
        found, of = self.issue(issue), self.team(team)
        with self.act(by) as act:
            refused(lambda: issue_changes.writable(self.world, found))
            issue_changes.move(act, found, of)
        return found

    def add_label(self, issue: str, label: str, by: str | None = None) -> Issue:
        """Put a label on an issue."""
        labels = set(self.issue(issue).values["labels"])
        return self._edit(issue, {"labels": sorted(labels | {label})}, by)

    def remove_label(self, issue: str, label: str, by: str | None = None) -> Issue:
        """Take a label off an issue."""
        labels = set(self.issue(issue).values["labels"])
        return self._edit(issue, {"labels": sorted(labels - {label})}, by)

    def set_field(self, issue: str, field: str, value: str, by: str | None = None) -> Issue:
        """Set a field of text by its name, as somebody who has it on a screen."""
        fields = self.world.fields.values()
        return self._edit(issue, {named(fields, field, ("id", "name"), "field").id: value}, by)

    def mark_duplicate(self, issue: str, of: str, by: str | None = None) -> IssueLink:
        """Close an issue as a duplicate of another one."""
        source, other = self.issue(issue), self.issue(of)
        kind = next(t for t in self.world.link_types.values() if t.name == "Duplicate")
        with self.act(by) as act:
            self._move(act, source, "won't do")
            resolutions = self.world.resolutions
            duplicate = next(k for k, name in resolutions.items() if name == "Duplicate")
            issue_changes.edit(act, source, {"resolution": duplicate})
            return hanging.link_issues(act, kind, source, other)

    def log_work(
        self,
        issue: str,
        time: str,
        by: str | None = None,
        started: str | None = None,
        role: str | None = None,
    ) -> None:
        """Log work on an issue, as in `3h 30m`, begun now or at an ISO instant.

        With a role, only who has it in the project may see the entry.
        """
        found = self.issue(issue)
        with self.act(by) as act:
            length = refused(lambda: values.seconds(time))
            begun = datetime.fromisoformat(started) if started else act.at
            hanging.add_worklog(act, found, length or 0, begun, role=role)

    def estimate_work(self, issue: str, time: str | None = None, by: str | None = None) -> Issue:
        """Say how long the work on an issue will take, as in `2d 4h`, or take that away."""
        length = refused(lambda: values.seconds(time))
        return self._edit(issue, {"timeoriginalestimate": length, "timeestimate": length}, by)

    def flag_issue(self, issue: str, by: str | None = None) -> Issue:
        """Mark an issue as held up."""
        return self._edit(issue, {field_named(self.world, "Flagged"): [FLAG]}, by)

    def unflag_issue(self, issue: str, by: str | None = None) -> Issue:
        """Take the mark away."""
        return self._edit(issue, {field_named(self.world, "Flagged"): []}, by)

    def plan_issue_into_sprints(
        self, issue: str, sprints: list[str], by: str | None = None
    ) -> Issue:
        """Plan an issue into sprints by their ids, and out of all others."""
        known = [named(self.world.sprints.values(), one, ("id",), "sprint").id for one in sprints]
        return self._edit(issue, {field_named(self.world, "Sprint"): known}, by)

    def block_issue(self, issue: str, blocker: str, by: str | None = None) -> IssueLink:
        """Say that an issue waits for another one."""
        with self.act(by) as act:
            return hanging.link_issues(act, self._blocks(), self.issue(blocker), self.issue(issue))

    def unblock_issue(self, issue: str, blocker: str, by: str | None = None) -> None:
        """Say that an issue does not wait for another one any more."""
        ends = (self._blocks().id, self.issue(blocker).id, self.issue(issue).id)
        with self.act(by) as act:
            links = list(self.world.issue_links.values())
            found = [x for x in links if (x.type_id, x.inward_id, x.outward_id) == ends]
            if not found:
                raise Unclear(f"{issue} does not wait for {blocker}")
            hanging.unlink_issues(act, found[0])

    def _blocks(self) -> LinkType:
        return next(one for one in self.world.link_types.values() if one.name == "Blocks")

    def comment(self, on: str, text: str, by: str | None = None) -> Comment:
        """Comment on an issue, in Markdown."""
        issue = self.closing(on)
        if not isinstance(issue, Issue):
            raise Unclear("versions and Jira projects have no comments")
        with self.act(by) as act:
            refused(lambda: issue_changes.writable(self.world, issue))
            body = texts.written(text, cloud=self.world.cloud)
            return hanging.add_comment(act, issue, body)

    def _edit(self, ref: str, changes: dict[str, Value], by: str | None) -> Issue:
        issue = self.issue(ref)
        with self.act(by) as act:
            refused(lambda: issue_changes.writable(self.world, issue))
            issue_changes.edit(act, issue, changes)
        return issue


def refused(step: Any) -> Any:  # noqa: ANN401 (whatever the step returns)
    """Do something as a person; a refusal is told in the tool's own words. Raises Unclear."""
    try:
        return step()
    except (Problem, Unfit) as problem:
        raise Unclear(str(problem)) from None


def day(text: str | None) -> Value:
    """Read a date. Raises Unclear."""
    return refused(lambda: values.as_day(text))
