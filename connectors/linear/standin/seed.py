"""An organisation in the middle of its work: for the demo, for tests, and for trying things out.

Everything is made by the same changes that people and programs make, at instants in the past,
so histories, spans and weekly series fit together.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connectors.linear.standin.entities import (
    Issue,
    Label,
    Project,
    ProjectMilestone,
    ProjectStatus,
    ProjectUpdate,
    Team,
    User,
    WorkflowState,
)
from connectors.linear.standin.issue_changes import (
    archive_issue,
    create_issue,
    issue_url,
    next_identifier,
    update_issue,
)
from connectors.linear.standin.project_changes import (
    add_milestone,
    create_project,
    post_update,
    update_project,
)
from connectors.linear.standin.seed_story import STORY, Line
from connectors.linear.standin.text_changes import create_label
from connectors.linear.standin.world import Act, World

PEOPLE = ("Ada Berg", "Ben Castro", "Chiara Dunn", "Dev Emre", "Elif Fox", "Finn Gray")
DEACTIVATED = "Finn Gray"
STATUSES = (
    ("Backlog", "backlog"),
    ("Planned", "planned"),
    ("In Progress", "started"),
    ("Paused", "paused"),
    ("Completed", "completed"),
    ("Canceled", "canceled"),
)
STATES = (
    ("Backlog", "backlog"),
    ("Todo", "unstarted"),
    ("In Progress", "started"),
    ("In Review", "started"),
    ("Done", "completed"),
    ("Canceled", "canceled"),
    ("Duplicate", "duplicate"),
)
LABELS = ("Bug", "Feature", "Improvement", "verified")
PROJECT_NAME = "Apollo: shared views"
CREATED_DAYS_AGO = 42
STARTED_DAYS_AGO = 38
FIRST_TARGET_DAYS_AGO = 10
TARGET_DAYS_AGO = 3
_STATE_NAMES = {
    "backlog": "Backlog",
    "todo": "Todo",
    "progress": "In Progress",
    "review": "In Review",
    "done": "Done",
    "canceled": "Canceled",
}


def seed(world: World) -> None:
    """Fill an empty organisation; the log begins after it."""
    _Seeder(world).run()
    world.log.clear()


class _Seeder:
    def __init__(self, world: World) -> None:
        self.world = world
        self.now = world.clock()
        self.founded = self._ago(200)
        self.people: dict[str, User] = {}
        self.states: dict[tuple[str, str], WorkflowState] = {}
        self.statuses: dict[str, ProjectStatus] = {}
        self.labels: dict[str, Label] = {}
        self.milestones: list[ProjectMilestone] = []

    def run(self) -> None:
        self.world.organization.created_at = self.founded
        self._people()
        apollo, ops = self._team("Apollo", "APO"), self._team("Operations", "OPS")
        self._vocabulary()
        self._operations(ops)
        project = self._project(apollo)
        for line in STORY:
            self._issue(line, apollo, project)
        self._reports(project)

    def _ago(self, days: float) -> datetime:
        at = self.now - timedelta(days=days)
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    def _act(self, who: str | None, days: float) -> Act:
        actor = self.people[who or "Ada"]
        return Act(self.world, actor, "person", self._ago(days))

    def _base(self, at: datetime) -> dict[str, Any]:
        return {"id": self.world.ids.uuid(), "created_at": at, "updated_at": at}

    def _people(self) -> None:
        for name in ("Closeout", *PEOPLE):
            first = name.split()[0].lower()
            user = User(
                **self._base(self.founded),
                name=name,
                email=f"{first}@acme.example",
                display_name=first,
                url=f"{self.world.site}/profiles/{first}",
                admin=name in ("Closeout", "Ada Berg"),
                active=name != DEACTIVATED,
            )
            self.world.add(user)
            self.people[name.split()[0]] = user
        key = f"lin_api_{self.world.ids.secret()[:40]}"
        self.world.api_keys[key] = self.people["Closeout"].id

    def _team(self, name: str, key: str) -> Team:
        members = [u.id for u in self.people.values() if u.active]
        team = Team(**self._base(self.founded), name=name, key=key, member_ids=members)
        self.world.add(team)
        for position, (state_name, kind) in enumerate(STATES):
            state = WorkflowState(
                **self._base(self.founded),
                name=state_name,
                type=kind,
                position=float(position),
                team_id=team.id,
            )
            self.world.add(state)
            self.states[team.id, state_name] = state
        return team

    def _vocabulary(self) -> None:
        for position, (name, kind) in enumerate(STATUSES):
            status = ProjectStatus(
                **self._base(self.founded), name=name, type=kind, position=float(position)
            )
            self.world.add(status)
            self.statuses[kind] = status
        self.world.add(
            ProjectStatus(
                **self._base(self.founded),
                name="Shipped",
                type="completed",
                position=99.0,
                archived_at=self._ago(120),
            )
        )
        act = self._act("Ada", 199)
        for name in LABELS:
            label = Label(**self._base(act.at), name=name, creator_id=act.actor.id)
            self.labels[name] = create_label(act, label)

    def _operations(self, ops: Team) -> None:
        for title, days in (("Rotate the backups", 60.0), ("Renew the certificates", 20.0)):
            self._create(Line(title, days, 1, "Elif", ""), ops, None, self._act("Elif", days))

    def _project(self, team: Team) -> Project:
        act = self._act("Ada", CREATED_DAYS_AGO)
        slug = self.world.ids.short()
        project = Project(
            **self._base(act.at),
            name=PROJECT_NAME,
            slug_id=slug,
            url=f"{self.world.site}/project/apollo-shared-views-{slug}",
            status_id=self.statuses["planned"].id,
            creator_id=act.actor.id,
            team_ids=[team.id],
            document_content_id=self.world.ids.uuid(),
            description="Views that a team can share",
            content="# Goal\n\n- People see the same list\n- Pilot accounts move over",
            lead_id=self.people["Ada"].id,
            member_ids=[self.people[n].id for n in ("Ada", "Ben", "Chiara", "Dev", "Elif")],
            start_date=self._ago(STARTED_DAYS_AGO).date(),
            target_date=self._ago(FIRST_TARGET_DAYS_AGO).date(),
        )
        create_project(act, project)
        for number, (name, days) in enumerate((("Pilot", 21), ("Everybody", TARGET_DAYS_AGO))):
            milestone = ProjectMilestone(
                **self._base(act.at),
                name=name,
                project_id=project.id,
                target_date=self._ago(days).date(),
                sort_order=float(number),
            )
            self.milestones.append(add_milestone(act, milestone))
        started = {"status_id": self.statuses["started"].id}
        update_project(self._act("Ada", STARTED_DAYS_AGO), project, started)
        return project

    def _issue(self, line: Line, team: Team, project: Project) -> None:
        who = line.who
        issue = self._create(line, team, project, self._act("Ada", line.made))
        for step in line.steps.split():
            what, _, days = step.partition("@")
            act = self._act(who, float(days))
            if what == "archive":
                archive_issue(act, issue, trashed=False)
                continue
            if what.startswith("who="):
                who, act = what[4:], self._act("Ada", float(days))
            update_issue(act, issue, self._change(what, team, project))

    def _change(self, what: str, team: Team, project: Project) -> dict[str, Any]:
        if what.startswith("est="):
            return {"estimate": float(what[4:])}
        if what.startswith("who="):
            return {"assignee_id": self.people[what[4:]].id}
        if what in ("in", "out"):
            return {"project_id": project.id if what == "in" else None}
        return {"state_id": self.states[team.id, _STATE_NAMES[what]].id}

    def _create(self, line: Line, team: Team, project: Project | None, act: Act) -> Issue:
        inside = project is not None and not line.outside
        number, identifier = next_identifier(team)
        issue = Issue(
            **self._base(act.at),
            number=number,
            identifier=identifier,
            title=line.title,
            url=issue_url(act, identifier, line.title),
            team_id=team.id,
            state_id=self.states[team.id, "Backlog"].id,
            creator_id=act.actor.id,
            assignee_id=self.people[line.who].id if line.who else None,
            estimate=None if line.estimate is None else float(line.estimate),
            label_ids=[self.labels[line.label].id],
            project_id=project.id if project is not None and inside else None,
            project_milestone_id=self.milestones[line.milestone].id if inside else None,
            sort_order=-float(number),
        )
        return create_issue(act, issue)

    def _reports(self, project: Project) -> None:
        self._report(project, 24, "onTrack", "Import works, views are next.")
        moved = {"target_date": self._ago(TARGET_DAYS_AGO).date()}
        update_project(self._act("Ada", 17), project, moved)
        self._report(project, 16.9, "atRisk", "Search takes longer, so we need another week.")
        self._report(project, 3, "onTrack", "Pilot accounts are moving over.")

    def _report(self, project: Project, days: float, health: str, body: str) -> None:
        act = self._act("Ada", days)
        slug = self.world.ids.short()
        update = ProjectUpdate(
            **self._base(act.at),
            body=body,
            health=health,
            project_id=project.id,
            user_id=act.actor.id,
            slug_id=slug,
            url=f"{project.url}/updates#project-update-{slug}",
        )
        post_update(act, update)
