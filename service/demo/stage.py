"""What the story is played on: the stand-in, a configuration of its own, and Closeout itself."""

from __future__ import annotations

import secrets
import socket
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from service import logs
from service import settings as configuration
from service.demo.telling import StoryStopped
from service.demo.tool import Tool, standin
from service.demo.wire import ask
from service.doctor import signing_secret, webhook_url
from service.embedded import Embedded
from service.storage import upgrade

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType
    from typing import Self, TextIO

    from service.demo.tool import Standin

TOOL = "linear"
WORKSPACE = "demo"
LOOPBACK = "127.0.0.1"

POLICY = """\
# The rules of the default policy; only the wait for a page to come to rest is shorter here.
settle_seconds = 2
"""
CONFIGURATION = """\
[closeout]
public_url   = "http://localhost:{port}"
database_url = "sqlite:///{folder}/closeout.db"
policy       = "demo"
timezone     = "Europe/Berlin"
api_tokens   = ["file:{folder}/api-token"]

[clock]
sweep_every = "1m"
pages_every = "30s"

[workspaces.{workspace}]
connector      = "{tool}"
api_url        = "{api_url}"
api_key        = "file:{folder}/api-key"
webhook_secret = ["file:{folder}/webhook-secret"]
mode           = "enforce"
tickets_team   = "OPS"
"""


class Stage:
    """Everything running, inside of `with`; nothing of it is left behind.

    - `tool` is the stand-in as people use it, `link` signs in to Closeout's pages once.
    - Log lines go to a file, so that the story stays readable.
    """

    tool: Tool
    link: str
    url: str
    page: str

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._open = ExitStack()
        self._token = secrets.token_urlsafe(24)

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            folder = Path(
                opening.enter_context(tempfile.TemporaryDirectory(prefix="closeout-demo-"))
            )
            tool = standin(TOOL, self.clock).start()
            opening.callback(tool.stop)
            self.tool = Tool(tool.base_url)
            self.page = tool.base_url
            port = free_port()
            self.file = self._write(folder, tool, port)
            log = opening.enter_context((folder / "closeout.log").open("w", encoding="utf-8"))
            self._start(opening, log, port)
            self._open = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def gate(self) -> Any:  # noqa: ANN401  (JSON)
        """Return the verdict as Closeout's API gives it now."""
        return ask(self._api("gate"), send={}, token=self._token)

    def figures(self) -> Any:  # noqa: ANN401  (JSON)
        """Return the metrics snapshot as Closeout's API gives it."""
        return ask(self._api("metrics"), token=self._token)

    def _api(self, what: str) -> str:
        key = quote(self.tool.project_id, safe="")
        return f"{self.url}/api/v1/projects/{WORKSPACE}/{key}/{what}"

    def _write(self, folder: Path, tool: Standin, port: int) -> Path:
        """Write the configuration as somebody would who tries it by hand."""
        for name, secret in (
            ("api-token", self._token),
            ("api-key", tool.api_key),
            ("webhook-secret", secrets.token_hex(24)),
        ):
            (folder / name).write_text(secret, encoding="utf-8")
            (folder / name).chmod(0o600)
        (folder / "policies").mkdir()
        (folder / "policies" / "demo.toml").write_text(POLICY, encoding="utf-8")
        file = folder / "closeout.toml"
        text = CONFIGURATION.format(
            folder=folder, port=port, workspace=WORKSPACE, tool=TOOL, api_url=tool.url
        )
        file.write_text(text, encoding="utf-8")
        return file

    def _start(self, opening: ExitStack, log: TextIO, port: int) -> None:
        settings = configuration.load(self.file, {})
        opening.enter_context(logs.kept())
        logs.configure(configuration.secrets(settings), stream=log, terminal=False)
        upgrade(settings.closeout.database_url)
        running = Embedded(settings, LOOPBACK, port)
        running.start()
        opening.callback(running.stop)
        self.url, self.link = running.url, running.sign_in_link()
        tracker = running.services.tracker(WORKSPACE)
        secret = signing_secret(settings.workspaces[WORKSPACE])
        for health in tracker.connect(webhook_url(running.settings, WORKSPACE), secret):
            if health.good is False:
                raise StoryStopped(f"connecting failed: {health.finding}")


def free_port() -> int:
    """Return a port nobody listens on right now: the configuration names it before we do."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
