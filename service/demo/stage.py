"""What the stories are played on: the stand-ins, a configuration of its own, and Closeout itself."""

from __future__ import annotations

import json
import secrets
import socket
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from service import logs
from service import settings as configuration
from service.demo.telling import StoryStopped
from service.demo.tool import Tool, page_keeper, standin
from service.demo.wire import ask
from service.doctor import signing_secret, webhook_url
from service.embedded import Embedded
from service.storage import upgrade

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from types import TracebackType
    from typing import Self, TextIO

    from service.demo.tool import Standin

LOOPBACK = "127.0.0.1"

POLICIES = {
    "demo": (
        "# The rules of the default policy; only the wait for a page to come to rest is shorter.\n"
        "settle_seconds = 2\n"
    ),
    "demo-by-hand": (
        "# The same, and whoever leads the project closes it when everything is met.\n"
        "settle_seconds = 2\n"
        "close_when_met = false\n"
    ),
}
CONFIGURATION = """\
[closeout]
public_url   = "http://localhost:{port}"
database_url = "sqlite:///{folder}/closeout.db"
policy       = "demo"
timezone     = "Europe/Berlin"
api_tokens   = ["file:{folder}/api-token"]

[clock]
sweep_every = "1m"
pages_every = "3s"
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One story to be played: with which tracker, and whether its own rule refuses closings."""

    tracker: str
    veto: bool = False

    @property
    def title(self) -> str:
        """What the story is called."""
        how = "the tracker itself refuses" if self.veto else "Closeout moves it back"
        return f"{self.tracker.capitalize()}: {how}"


@dataclass(frozen=True, slots=True)
class Scene:
    """A part with everything its story needs: the tools, and Closeout's API for its project."""

    part: Part
    workspace: str
    tool: Tool
    url: str
    token: str

    def gate(self) -> Any:  # noqa: ANN401  (JSON)
        """Return the verdict as Closeout's API gives it now."""
        return ask(self._api("gate"), send={}, token=self.token)

    def figures(self) -> Any:  # noqa: ANN401  (JSON)
        """Return the metrics snapshot as Closeout's API gives it."""
        return ask(self._api("metrics"), token=self.token)

    def _api(self, what: str) -> str:
        key = quote(self.tool.project_id, safe="")
        return f"{self.url}/api/v1/projects/{self.workspace}/{key}/{what}"


class Stage:
    """Everything running, inside of `with`; nothing of it is left behind.

    - `scenes` are the parts, each with its tools; `link` signs in to Closeout's pages once.
    - Log lines go to a file, so that the story stays readable.
    """

    scenes: tuple[Scene, ...]
    link: str
    url: str
    file: Path

    def __init__(self, parts: Sequence[Part], clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._parts = parts
        self._open = ExitStack()
        self._token = secrets.token_urlsafe(24)

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            made = tempfile.TemporaryDirectory(prefix="closeout-demo-")
            folder = Path(opening.enter_context(made))
            port = free_port()
            self.file = self._write(folder, port)
            tools = [self._set(part, opening) for part in self._parts]
            log = opening.enter_context((folder / "closeout.log").open("w", encoding="utf-8"))
            running = self._start(opening, log, port)
            self.scenes = tuple(
                self._open_scene(part, tool, running)
                for part, tool in zip(self._parts, tools, strict=True)
            )
            self._open = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def _write(self, folder: Path, port: int) -> Path:
        """Begin the configuration, as somebody would who tries it by hand."""
        self._keep(folder / "api-token", self._token)
        (folder / "policies").mkdir()
        for name, text in POLICIES.items():
            (folder / "policies" / f"{name}.toml").write_text(text, encoding="utf-8")
        file = folder / "closeout.toml"
        file.write_text(CONFIGURATION.format(folder=folder, port=port), encoding="utf-8")
        return file

    def _set(self, part: Part, opening: ExitStack) -> Tool:
        """Start the tools of a part, and point workspaces at them."""
        name = _workspace(part)
        tracker = self._begin(part.tracker, opening)
        keeper = page_keeper(part.tracker)
        pages = self._begin(keeper, opening) if keeper else None
        keys = {"mode": "enforce", "policy": "demo-by-hand" if part.veto else "demo"}
        if keeper and pages:
            self._point(f"{name}-pages", keeper, pages, {})
            keys["pages"] = f"{name}-pages"
        self._point(name, part.tracker, tracker, keys, secret=secrets.token_hex(24))
        return Tool(tracker.base_url, pages.base_url if pages else None)

    def _begin(self, tool: str, opening: ExitStack) -> Standin:
        running = standin(tool, self.clock).start()
        opening.callback(running.stop)
        return running

    def _point(
        self,
        workspace: str,
        tool: str,
        running: Standin,
        keys: Mapping[str, str],
        secret: str | None = None,
    ) -> None:
        """Add a workspace to the configuration."""
        lines = [f"\n[workspaces.{workspace}]", f'connector = "{tool}"']
        lines += [f"{key} = {json.dumps(value)}" for key, value in running.workspace().items()]
        for key, value in running.secrets().items():
            lines.append(f'{key} = "{self._keep(self.file.parent / f"{workspace}-{key}", value)}"')
        if secret is not None:
            kept = self._keep(self.file.parent / f"{workspace}-webhook-secret", secret)
            lines.append(f'webhook_secret = ["{kept}"]')
        lines += [f'{key} = "{value}"' for key, value in keys.items()]
        with self.file.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    @staticmethod
    def _keep(file: Path, secret: str) -> str:
        """Keep a secret beside the configuration; return how that names it."""
        file.write_text(secret, encoding="utf-8")
        file.chmod(0o600)
        return f"file:{file}"

    def _start(self, opening: ExitStack, log: TextIO, port: int) -> Embedded:
        settings = configuration.load(self.file, {})
        opening.enter_context(logs.kept())
        logs.configure(configuration.secrets(settings), stream=log, terminal=False)
        upgrade(settings.closeout.database_url)
        running = Embedded(settings, LOOPBACK, port)
        running.start()
        opening.callback(running.stop)
        self.url, self.link = running.url, running.sign_in_link()
        return running

    def _open_scene(self, part: Part, tool: Tool, running: Embedded) -> Scene:
        """Connect a part's workspace, and install the tracker's own rule where it is to refuse."""
        workspace, services = _workspace(part), running.services
        secret = signing_secret(running.settings.workspaces[workspace])
        found = services.tracker(workspace).connect(
            webhook_url(running.settings, workspace), secret
        )
        gate = services.gate(workspace) if part.veto else None
        if part.veto and gate is None:
            raise StoryStopped(f"{part.tracker} has no rules of its own that could refuse")
        if gate is not None:
            found = [*found, *gate.apply(services.gate_sentence(gate))]
            services.audit(workspace)
        for health in found:
            if health.good is False:
                raise StoryStopped(f"connecting failed: {health.finding}")
        return Scene(part, workspace, tool, self.url, self._token)


def _workspace(part: Part) -> str:
    return f"demo-{part.tracker}"


def free_port() -> int:
    """Return a port nobody listens on right now: the configuration names it before we do."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
