"""Linear: projects, tickets and pages in one tool."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import orjson
import requests

from connectors.linear import standin as linear
from tests.stories.tools import Clock, Tool

_NOBODY = "0c105e00-0000-4000-8000-000000000000"
_STATES = {"todo": "Todo", "done": "Done", "progress": "In Progress", "cancelled": "Canceled"}
_WRITES = {
    "projectUpdate": "move",
    "documentCreate": "page",
    "entityExternalLinkCreate": "link",
    "commentCreate": "comment",
    "issueCreate": "ticket",
    "attachmentCreate": "link",
    "issueRelationCreate": "relation",
}


class Linear(Tool):
    """A project of Linear's, its status in the word of its kind: started, paused, completed, …"""

    workspace: ClassVar[str] = "acme-linear"
    nowhere: ClassVar[tuple[str, ...]] = (_NOBODY, "nothing-0123456789ab", "")
    no_tickets: ClassVar[tuple[str, ...]] = (_NOBODY,)
    no_pages: ClassVar[tuple[str, ...]] = (_NOBODY,)

    def __init__(self, clock: Clock) -> None:
        self.standin = self.wiki = linear.Standin.seeded(clock).start()
        self.project = next(p for p in self.board.projects() if p.name == "Apollo: shared views")

    def workspaces(self) -> dict[str, dict[str, object]]:
        return {self.workspace: {"connector": "linear", "tickets_team": "OPS"}}

    def environ(self, secret: str) -> dict[str, str]:
        prefix = "CLOSEOUT_WORKSPACES_ACME_LINEAR_"
        return {
            f"{prefix}API_URL": self.standin.url,
            f"{prefix}API_KEY": self.standin.api_key,
            f"{prefix}WEBHOOK_SECRET": secret,
        }

    def registers_the_webhook(self, address: Callable[[str], str], secret: str) -> None:
        self.standin.control.register_webhook(address(self.workspace), secret)

    def cancels(self, project_id: str, by: str) -> None:
        self.standin.control.cancel_project(project_id, by=by)

    def pauses(self, project_id: str, by: str) -> str:
        self.standin.control.set_project_status(project_id, "Paused", by=by)
        return "paused"

    def creates(self, title: str, project_id: str | None, estimate: float | None, by: str) -> str:
        made = self.standin.control.create_issue(
            "APO", title, by=by, project=project_id, state="Todo", estimate=estimate
        )
        return str(made.id)

    def ways_to_write(self, project_id: str) -> list[str]:
        shown = self.standin.world.projects[project_id]
        return [shown.slug_id, shown.url, shown.url.split("/")[-1]]

    def another_project(self, name: str) -> str:
        shown = self.standin.control.project(self.project.id)
        given = {"name": name, "teamIds": list(shown.team_ids), "statusId": shown.status_id}
        text = "mutation($i: ProjectCreateInput!) { projectCreate(input: $i) { project { id } } }"
        made = requests.post(
            self.standin.url,
            json={"query": text, "variables": {"i": given}},
            headers={"Authorization": self.standin.api_key},
            timeout=10,
        ).json()
        project_id = str(made["data"]["projectCreate"]["project"]["id"])
        self.standin.control.lead_project(project_id, "Ada Berg")
        return project_id

    def another_page(self, title: str) -> str:
        made = self.standin.control.create_document(self.project.id, title, "Notes of my own.")
        return str(made.id)

    def moves(self, ticket_id: str, to: str, by: str) -> None:
        self.standin.control.move_issue(ticket_id, _STATES[to], by=by)

    def moves_elsewhere(self, ticket_id: str, by: str) -> None:
        teams = self.standin.world.teams.values()
        other = next(one for one in teams if one.key != "OPS")
        self.standin.control.move_issue_to_team(ticket_id, other.key, by=by)

    def status(self, project_id: str) -> str:
        world = self.standin.world
        return str(world.project_statuses[world.projects[project_id].status_id].type)

    def relations(self, one: str, other: str) -> int:
        pair = {one, other}
        found = self.standin.world.relations.values()
        return sum({each.issue_id, each.related_issue_id} == pair for each in found)

    def of_another_kind(self, body: bytes) -> bytes:
        return orjson.dumps({**orjson.loads(body), "type": "flying"})

    def written(self) -> list[str]:
        log = self.standin.world.log
        return [_WRITES.get(one.action, one.action) for one in log if one.via == "api"]
