"""Closeout as it runs in production, with one stand-in of the tool and one team for each story."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service import bootstrap, settings
from service.domain.closeout import CloseoutStatus
from service.domain.tracking import ProjectRef
from service.storage import upgrade
from tests.servers import LOOPBACK, RedisServer, free_port
from tests.stories.processes import Process, eventually
from tests.stories.stage import ACTIONS, SECRET, Stage
from tests.stories.tools.linear import Linear

SHIPPED = Path(__file__).resolve().parent.parent.parent / "config" / "policies" / "default.toml"
LEASE = 4  # seconds


def utc_now() -> datetime:
    return datetime.now(UTC)


class Team(Stage):
    """The people of one organisation; what is due is worked on elsewhere, in its own time."""

    def __init__(self, workspace: str, tool: Linear) -> None:
        self.tool, self.standin, self.project = tool, tool.standin, tool.project
        self.ref = ProjectRef(workspace, self.project.id)
        self.folder = Path()  # where the processes write what they say

    def fills_the_page_for_today(self) -> None:
        """Fill it as ever, with the session today and the actions due in the days to come."""
        today, actions = utc_now().date(), ACTIONS
        for number, day in enumerate(("2027-03-28", "2027-03-30", "2027-04-02")):
            actions = actions.replace(day, str(today + timedelta(days=20 + number)))
        self.fills_the_page(session=str(today), actions=actions)

    def writes(self, action: str) -> int:
        """Count the writes of a kind that came through the tool's API."""
        log = self.standin.world.log
        return sum(effect.via == "api" and effect.action == action for effect in log)

    @property
    def is_held(self) -> bool:
        """Whether the project was moved back, has its page, and somebody was told why."""
        return self.status == "started" and len(self.pages) == 1 and len(self.comments) == 1

    @property
    def is_ticketed(self) -> bool:
        """Whether each action has its ticket, and somebody was told."""
        return self.writes("issueCreate") == 3 and len(self.comments) == 2

    @property
    def is_over(self) -> bool:
        """Whether the project is closed, here and there."""
        return self.status == "completed" and self.closeout.status is CloseoutStatus.CLOSED

    @property
    def is_quiet(self) -> bool:
        """Whether every delivery is read, and nothing is due or worked on."""
        store, soon = self.services.store, utc_now() + timedelta(minutes=1)
        at = store.next_due_at()
        return not store.delivery_counts().get("new") and (at is None or at > soon)

    @property
    def has_rested(self) -> bool:
        """Whether all is quiet, and has been for longer than a worker rests between two looks."""
        told = [attempt.at for one in self.standin.deliveries for attempt in one.attempts]
        return self.is_quiet and all(at < utc_now() - 3 * bootstrap.REST for at in told)

    def goes_on_to_the_end(self) -> None:
        """From held to closed by itself, each step as soon as the one before is done."""
        self.awaits(lambda: self.is_held, "the project is held and its page is there")
        self.fills_the_page_for_today()
        self.awaits(lambda: self.is_ticketed, "the tickets are made")
        for ticket in self.tickets:
            self.finishes(ticket)
            self.verifies(ticket)
        self.awaits(lambda: self.is_over, "the project closes by itself")
        self.awaits(lambda: self.is_quiet, "nothing is left to do")

    def awaits(self, holds: Callable[[], object], what: str) -> None:
        """Wait until something is true of this team; a failure tells how far it has come."""
        eventually(holds, what, explain=self.account)

    def account(self) -> str:
        """Tell how far the team has come, and what each process said last."""
        store = self.services.store
        lines = [
            f"status {self.status}, closeout {self.closeout}",
            f"comments: {self.comments}",
            f"deliveries {store.delivery_counts()}, due next at {store.next_due_at()}",
            *(f"{one.at:%H:%M:%S} {one.via} {one.action}" for one in self.standin.world.log),
            *(f"delivery {one.state}: {one.attempts}" for one in self.standin.deliveries),
        ]
        for log in sorted(self.folder.glob("*.log")):
            lines += [log.name, *log.read_text(encoding="utf-8").splitlines()[-40:]]
        return "\n".join(lines)

    def seconds_to_hold(self) -> float:
        """Close the project when nobody has looked at it for a while; return how long it is closed."""
        self.awaits(lambda: self.has_rested, "nothing is left to do, and nothing was done lately")
        holds = self.writes("projectUpdate")
        self.presses_done()
        self.awaits(lambda: self.writes("projectUpdate") > holds, "the project is held")
        log = self.standin.world.log
        closed_at = max(one.at for one in log if one.via != "api" and one.id == self.project.id)
        held_at = max(one.at for one in log if one.action == "projectUpdate" and one.via == "api")
        return float((held_at - closed_at).total_seconds())


class House:
    """The processes, the servers they meet through, and the teams they work for."""

    def __init__(self, folder: Path, environ: dict[str, str], port: int) -> None:
        self.folder, self.environ, self.port = folder, environ, port
        self.teams: dict[str, Team] = {}
        self.workers: list[Process] = []
        self.redis: RedisServer | None = None
        self._open = ExitStack()

    def start(self, *words: str, **environ: str) -> Process:
        """Start one command; it ends with the house."""
        process = Process(self.folder, {**self.environ, **environ}, *words)
        self._open.callback(lambda: process.stop() if process.runs else None)
        return process

    def hires(self) -> Process:
        """Start another worker."""
        worker = self.start("worker")
        self.workers.append(worker)
        return worker

    def close(self) -> None:
        """End every process and connection."""
        self._open.close()
        for team in self.teams.values():
            team.tool.stop()
            team.services.store.close()


@contextmanager
def a_house(
    folder: Path,
    teams: Collection[str],
    *,
    database_url: str,
    redis_url: str = "",
    **clock: str,
) -> Iterator[House]:
    """Prepare everything but the processes: the configuration, the schema, and the teams."""
    port = free_port()
    linears = {name: Linear(utc_now) for name in teams}
    environ = {"CLOSEOUT_DATABASE_URL": database_url, "CLOSEOUT_REDIS_URL": redis_url}
    for name, tool in linears.items():
        prefix = f"CLOSEOUT_WORKSPACES_{name.upper()}_"
        environ |= {
            f"{prefix}API_URL": tool.standin.url,
            f"{prefix}API_KEY": tool.standin.api_key,
            f"{prefix}WEBHOOK_SECRET": SECRET,
        }
    _write(folder, teams, port, {"lease": f"{LEASE}s", "holds_per_hour": 50, **clock})
    upgrade(database_url)
    services = bootstrap.build(settings.load(folder / "closeout.toml", environ))
    house = House(folder, environ, port)
    for name, tool in linears.items():
        team = Team(name, tool)
        team.services, team.folder = services, folder
        house.teams[name] = team
        address = f"http://{LOOPBACK}:{port}/webhooks/{name}"
        tool.standin.control.register_webhook(address, SECRET)
    try:
        yield house
    finally:
        house.close()


def _write(folder: Path, teams: Collection[str], port: int, clock: dict[str, object]) -> None:
    """Write the configuration; a page counts as settled after a second."""
    (folder / "policies").mkdir()
    policy = SHIPPED.read_text(encoding="utf-8").replace(
        "settle_seconds = 10", "settle_seconds = 1"
    )
    (folder / "policies" / "default.toml").write_text(policy, encoding="utf-8")
    text = f'[closeout]\npublic_url = "http://{LOOPBACK}:{port}"\n[clock]\n'
    text += "".join(f"{key} = {_toml(value)}\n" for key, value in clock.items())
    for name in teams:
        text += f'[workspaces.{name}]\nconnector = "linear"\ntickets_team = "OPS"\n'
    (folder / "closeout.toml").write_text(text, encoding="utf-8")


def _toml(value: object) -> str:
    return str(value) if isinstance(value, int) else f'"{value}"'
