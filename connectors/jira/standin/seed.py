"""A site in the middle of its work: for the demo, for tests, and for trying things out.

Everything is made by the same changes that people and programs make, at instants in the past,
so that histories and figures fit together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connectors._standin.cast import CAST, Actor
from connectors._standin.messages import Value
from connectors.jira.standin import issue_changes, texts
from connectors.jira.standin.catalogue import (
    DONE,
    LINK_TYPES,
    PRIORITIES,
    RESOLUTIONS,
    WONT_DO,
    add_fields,
    field_named,
    points_field,
    transition,
    workflow,
)
from connectors.jira.standin.entities import (
    Board,
    Issue,
    IssueType,
    Project,
    Role,
    Sprint,
    Status,
    User,
    Version,
)
from connectors.jira.standin.seed_story import EPIC, STORY, Line
from connectors.jira.standin.world import Act, World

CREATED_DAYS_AGO = 42
STARTED_DAYS_AGO = 38
FIRST_DUE_DAYS_AGO = 10
MOVED_DAYS_AGO = 17
DUE_DAYS_AGO = 3
_OLD_LINKS_DAYS_AGO = 25  # older histories of a Cloud site still speak of the epic link
_TYPES = (("Epic", 1), ("Story", 0), ("Task", 0), ("Bug", 0), ("Sub-task", -1))
_STATUSES = (
    ("Backlog", "new"),
    ("To Do", "new"),
    ("In Progress", "indeterminate"),
    ("In Review", "indeterminate"),
    ("Ready to close", "indeterminate"),
    ("Done", "done"),
)
_WORDS = {
    "todo": "To Do",
    "progress": "In Progress",
    "review": "In Review",
    "done": "Done",
    "dropped": "Done",
}
RESOLUTION_SCREEN = "10050"


def seed(world: World, people: Sequence[Actor] = CAST) -> None:
    """Fill an empty site; the log begins after it."""
    _Seeder(world, people).run()
    world.log.clear()


class _Seeder:
    def __init__(self, world: World, people: Sequence[Actor]) -> None:
        self.world = world
        self.cast = people
        self.now = world.clock()
        self.people: dict[str, User] = {}
        self.statuses: dict[tuple[str, str], str] = {}
        self.points = ""

    def run(self) -> None:
        world = self.world
        self._accounts()
        add_fields(world)
        self.points = points_field(world)
        world.resolutions.update(RESOLUTIONS)
        world.priorities.update(PRIORITIES)
        world.link_types.update({one.id: one for one in LINK_TYPES})
        world.screens[RESOLUTION_SCREEN] = {"resolution": True}
        for number, name in (("10002", "Administrators"), ("10003", "Member")):
            world.roles[number] = Role(number, name)
        nova, ops = self._projects()
        self._planning(nova)
        self._operations(ops)
        epic = self._epic(nova)
        for line in sorted(STORY, key=lambda one: -one.made):
            self._issue(line, nova, epic)
        self._plan_version(epic)
        self._in_order()

    def _ago(self, days: float) -> datetime:
        at = self.now - timedelta(days=days)
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    def _act(self, who: str | None, days: float) -> Act:
        return Act(self.world, self.people[who or "Ada"], "person", self._ago(days))

    def _accounts(self) -> None:
        for one in self.cast:
            user = User(
                id=one.account_id if self.world.cloud else f"JIRAUSER{10_100 + len(self.people)}",
                name=one.login,
                display_name=one.name,
                email=one.email,
                active=one.active,
                app=one.app,
                admin=one.admin,
            )
            self.world.users[user.id] = user
            self.people[one.name.split()[0]] = user
        self.world.tokens[f"ATATT-{self.world.ids.secret()[:48]}"] = self.people["Closeout"].id

    # Projects and their workflows.

    def _projects(self) -> tuple[Project, Project]:
        world = self.world
        if world.flavour.value == "cloud-team":
            return self._own_project("NOVA", "Nova"), self._own_project("OPS", "Operations")
        types = self._types(None)
        flows = self._shared_workflows(types)
        return (
            self._project("NOVA", "Nova", list(types.values()), flows),
            self._project("OPS", "Operations", list(types.values()), flows),
        )

    def _project(
        self,
        key: str,
        name: str,
        types: list[str],
        flows: dict[str, str],
        number: str | None = None,
    ) -> Project:
        world = self.world
        project = Project(
            id=number or world.ids.number("project"),
            key=key,
            name=name,
            lead_id=self.people["Ada"].id,
            created_at=self._ago(200),
            style="classic" if number is None else "next-gen",
            issue_type_ids=types,
            workflows=flows,
        )
        project.actors["10002"] = [("user", self.people["Ada"].id)]
        world.projects[project.id] = project
        board = Board(world.ids.number("board", 1), f"{key} board", project.id)
        world.boards[board.id] = board
        return project

    def _types(self, project_id: str | None) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, level in _TYPES:
            one = IssueType(self.world.ids.number("issuetype"), name, level, project_id)
            self.world.issue_types[one.id] = one
            found[name] = one.id
        return found

    def _add_statuses(self, project_id: str | None, names: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, category in _STATUSES:
            if name in names:
                number = self.world.ids.number("status", 10_020)
                self.world.statuses[number] = Status(number, name, category, project_id)
                found[name] = number
        return found

    def _shared_workflows(self, types: dict[str, str]) -> dict[str, str]:
        world = self.world
        ids = self._add_statuses(None, [name for name, _ in _STATUSES])
        steps = [ids[n] for n in ("Backlog", "To Do", "In Progress", "In Review", "Done")]
        ways = [transition(1, "Create", steps[0], initial=True)]
        for number, (name, to) in enumerate(
            zip(("Backlog", "To Do", "In Progress", "In Review", "Done"), steps, strict=True), 1
        ):
            ways.append(
                transition(number * 10 + 1, name, to, resolution=DONE if name == "Done" else "")
            )
        ways.append(transition(61, "Won't do", ids["Done"], resolution=WONT_DO))
        work = workflow(world, "Software workflow", steps, ways)
        epics = self._epic_workflow(ids)
        return {"": work, types["Epic"]: epics}

    def _epic_workflow(self, ids: dict[str, str]) -> str:
        todo, busy, ready, done = (
            ids[n] for n in ("To Do", "In Progress", "Ready to close", "Done")
        )
        screen = None if self.world.cloud else RESOLUTION_SCREEN
        ways = [
            transition(1, "Create", todo, initial=True),
            transition(11, "Start", busy, [todo]),
            transition(21, "Stop", todo, [busy]),
            transition(31, "Done", done, [busy, ready], resolution=DONE, screen=screen),
            transition(41, "Reopen", busy, [done]),
            transition(51, "Ready to close", ready, [busy]),
            transition(61, "Continue", busy, [ready]),
        ]
        return workflow(self.world, "Epic workflow", [todo, busy, ready, done], ways)

    def _own_project(self, key: str, name: str) -> Project:
        world = self.world
        number = world.ids.number("project")
        types = self._types(number)
        names = ("To Do", "In Progress", "In Review", "Done")
        ids = self._add_statuses(number, names)
        ways = [transition(1, "Create", ids["To Do"], initial=True)]
        for place, one in enumerate(names, 1):
            ways.append(transition(place * 10 + 1, one, ids[one], resolution=None))
        ways.append(transition(51, "Won't do", ids["Done"], resolution=WONT_DO))
        label = f"Software workflow for project {number}"
        work = workflow(world, label, list(ids.values()), ways, number)
        return self._project(key, name, list(types.values()), {"": work}, number)

    def _planning(self, nova: Project) -> None:
        world = self.world
        for name, days in (("1.3", 45), ("1.4", DUE_DAYS_AGO)):
            number = world.ids.number("version", 10_500)
            world.versions[number] = Version(
                id=number,
                project_id=nova.id,
                name=name,
                description="Checkout" if name == "1.4" else "",
                released=name == "1.3",
                start_date=self._ago(days + 40).date(),
                release_date=self._ago(days).date(),
            )
        board = next(b for b in world.boards.values() if b.project_id == nova.id)
        for name, state, began, ended in (("1", "closed", 36, 15), ("2", "active", 14, -1)):
            number = world.ids.number("sprint", 1)
            complete = self._ago(ended) if state == "closed" else None
            world.sprints[number] = Sprint(
                number,
                board.id,
                f"NOVA Sprint {name}",
                state,
                self._ago(began),
                self._ago(ended),
                complete,
            )

    # Issues.

    def _operations(self, ops: Project) -> None:
        for title, days in (("Rotate the backups", 60.0), ("Renew the certificates", 20.0)):
            self._create(Line(title, days, 1, "Elif", "", "Task"), ops, None, "Elif")

    def _epic(self, nova: Project) -> Issue:
        world = self.world
        act = self._act("Ada", CREATED_DAYS_AGO)
        goal = "Fewer baskets are left behind.\n\nPilot shops move over first."
        given: dict[str, Value] = {
            "summary": EPIC,
            "issuetype": self._type(nova, "Epic"),
            "assignee": self.people["Ada"].id,
            "description": texts.kept(goal, cloud=world.cloud),
            "duedate": self._ago(FIRST_DUE_DAYS_AGO).date(),
            field_named(world, "Start date"): self._ago(STARTED_DAYS_AGO).date(),
        }
        if world.flavour.value != "cloud-team":
            given[field_named(world, "Epic Name")] = EPIC
        epic = issue_changes.create(act, nova, given, self._status(nova, "To Do"))
        self._move(self._act("Ada", STARTED_DAYS_AGO), epic, "progress")
        due = {"duedate": self._ago(DUE_DAYS_AGO).date()}
        issue_changes.edit(self._act("Ada", MOVED_DAYS_AGO), epic, due)
        return epic

    def _issue(self, line: Line, nova: Project, epic: Issue) -> None:
        who = line.who
        issue = self._create(line, nova, None if line.outside else epic, "Ada")
        for step in line.steps.split():
            what, _, days = step.partition("@")
            act = self._act(who, float(days))
            if what.startswith("who="):
                who, act = what[4:], self._act("Ada", float(days))
            if what in _WORDS:
                self._move(act, issue, what)
            else:
                self._speak_of_links(float(days))
                issue_changes.edit(act, issue, self._change(what, epic))
        self._speak_of_links(0)

    def _speak_of_links(self, days: float) -> None:
        """Write the histories as they were written at that time."""
        if self.world.flavour.value == "cloud-company":
            old = days > _OLD_LINKS_DAYS_AGO
            word = "Epic Link" if old else "IssueParentAssociation"
            self.world.behaviour.parent_in_history = word

    def _change(self, what: str, epic: Issue) -> dict[str, Value]:
        name, _, value = what.partition("=")
        world = self.world
        match name:
            case "est":
                return {self.points: float(value)}
            case "who":
                return {"assignee": self.people[value].id}
            case "fix":
                return {"fixVersions": [v.id for v in world.versions.values() if v.name == value]}
            case "sprint":
                return {field_named(world, "Sprint"): [value]}
            case _:
                return {"parent": epic.id if name == "in" else None}

    def _move(self, act: Act, issue: Issue, word: str) -> None:
        project = self.world.projects[issue.project_id]
        done = {"done": DONE, "dropped": WONT_DO}
        changes = {"resolution": done.get(word)}
        issue_changes.edit(
            act,
            issue,
            changes,
            status_id=self._status(project, _WORDS[word]),
            action="doTransition",
            type_name="issue_generic",
        )

    def _create(self, line: Line, project: Project, epic: Issue | None, by: str) -> Issue:
        given: dict[str, Value] = {
            "summary": line.title,
            "issuetype": self._type(project, line.kind),
            "assignee": self.people[line.who].id if line.who else None,
        }
        if line.points is not None:
            given[self.points] = float(line.points)
        if epic is not None:
            given["parent"] = epic.id
        first = "To Do" if self.world.flavour.value == "cloud-team" else "Backlog"
        act = self._act(by, line.made)
        return issue_changes.create(act, project, given, self._status(project, first))

    def _plan_version(self, epic: Issue) -> None:
        """Put a few issues into the version shortly before it ends."""
        version = next(v.id for v in self.world.versions.values() if v.name == "1.4")
        act = self._act("Ada", 6)
        for issue in self.world.children(epic.id)[:3]:
            issue_changes.edit(act, issue, {"fixVersions": [version]})

    def _in_order(self) -> None:
        """Number all changes by their time, as if they had not been made issue by issue."""
        for issue in self.world.issues.values():
            issue.history.sort(key=lambda one: one.at)
            if issue.history:
                issue.updated_at = issue.history[-1].at
        every = [(c.at, i, n) for i in self.world.issues.values() for n, c in enumerate(i.history)]
        for number, (_, issue, place) in enumerate(
            sorted(every, key=lambda one: (one[0], int(one[1].id), one[2])), 30_001
        ):
            issue.history[place] = replace(issue.history[place], id=str(number))

    def _type(self, project: Project, name: str) -> str:
        types = self.world.issue_types
        return next(t for t in project.issue_type_ids if types[t].name == name)

    def _status(self, project: Project, name: str) -> str:
        own = project.id if project.style == "next-gen" else None
        return next(
            s.id for s in self.world.statuses.values() if s.name == name and s.project_id == own
        )
