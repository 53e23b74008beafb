"""Linear behind the shell: its one endpoint, its files, and what people see and do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus

from connectors._standin.control import Action
from connectors._standin.messages import PLAIN, Answer, Request, Value
from connectors._standin.shown import shown
from connectors._standin.webhooks import Sender
from connectors.linear.standin import html, uploads, view
from connectors.linear.standin.control import Control, actions
from connectors.linear.standin.gateway import Asked, Gateway, Unanswerable
from connectors.linear.standin.uploads import Transfer

_CLICKED = ("/project/", "/document/", "/issue/")


class LinearTool:
    """Fills the shell's Tool."""

    server_version = "Linear-Standin"

    def __init__(self, gateway: Gateway, sender: Sender, control: Control) -> None:
        self._gateway = gateway
        self._sender = sender
        self.control = control

    def serves(self, path: str) -> bool:
        """The one endpoint is Linear's own, and where files are put and shown."""
        return path.rstrip("/") == "/graphql" or uploads.serves(path)

    def read(self, request: Request) -> Asked | Transfer | Answer:
        """Read a request; what cannot be read costs nothing."""
        if uploads.serves(request.path):
            return uploads.read(request)
        if request.method != "POST":
            return Answer(405, b"POST only.", content_type=PLAIN)
        try:
            return self._gateway.read(request.body)
        except Unanswerable as unanswerable:
            return self._gateway.refuse(unanswerable, request.headers.get("authorization"))

    def answer(self, asked: Asked | Transfer, request: Request) -> Answer:
        """Run the operation, or move the file."""
        if isinstance(asked, Transfer):
            return uploads.answer(self._gateway.world, asked, request)
        return self._gateway.answer(asked, request.headers.get("authorization"))

    def limited(self, asked: Asked | Transfer, request: Request) -> Answer:
        """Answer as if the account's requests were used up; they stay used up."""
        if isinstance(asked, Transfer):
            return Answer(HTTPStatus.TOO_MANY_REQUESTS, b"SlowDown", content_type=PLAIN)
        return self._gateway.exhausted(request.headers.get("authorization"))

    def note(
        self, asked: Asked | Transfer, request: Request, fault: str | None, answer: Answer | None
    ) -> None:
        """Count the call. The schema checks each one, so nobody else has to be told of it."""
        self._gateway.note(asked, fault)

    def lost(self, request: Request, answer: Answer) -> None:
        """Tell nobody: a document that cannot be read is no operation."""

    def actions(self) -> Mapping[str, Action]:
        """Return what can be done from behind."""
        return actions()

    def views(self) -> Mapping[str, Callable[[], Value]]:
        """Return what can be looked at from behind."""
        world = self._gateway.world
        return {
            "board": lambda: shown(view.board_view(world)),
            "world": lambda: view.world_view(world),
            "log": lambda: shown(list(world.log)),
            "calls": lambda: shown(list(self._gateway.calls)),
            "deliveries": lambda: shown(list(self._sender.deliveries)),
        }

    def page(self, problem: str | None = None) -> str:
        """Return the page for people."""
        return html.page(self._gateway.world, problem)

    def clicked(self, request: Request) -> str | None:
        """Lead from Linear's addresses to the place on the page."""
        if not request.path.startswith(_CLICKED):
            return None
        return f"/#{request.path.split('/')[2]}"
