"""Jira behind the shell: its REST interface, and what people see and do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from connectors._standin.control import Action
from connectors._standin.messages import Answer, Request, Value
from connectors._standin.shown import shown
from connectors._standin.webhooks import Sender
from connectors.jira.standin import html, view
from connectors.jira.standin.control import Control, actions
from connectors.jira.standin.gateway import CONTEXT, Asked, Gateway

_CLICKED = ("/browse/", "/projects/")


class JiraTool:
    """Fills the shell's Tool."""

    server_version = "Jira-Standin"

    def __init__(self, gateway: Gateway, sender: Sender, control: Control) -> None:
        self._gateway = gateway
        self._sender = sender
        self.control = control

    def serves(self, path: str) -> bool:
        """Say whether a path belongs to Jira's own interface."""
        return self._gateway.serves(path)

    def read(self, request: Request) -> Asked | Answer:
        """Find the operation."""
        return self._gateway.read(request)

    def answer(self, asked: Asked, request: Request) -> Answer:
        """Do it."""
        return self._gateway.answer(asked, request)

    def limited(self, asked: Asked, request: Request) -> Answer:
        """Refuse it as one too many."""
        return self._gateway.limited(asked, request)

    def note(
        self, asked: Asked, request: Request, fault: str | None, answer: Answer | None
    ) -> None:
        """Remember the call, and tell of it."""
        self._gateway.note(asked, request, fault, answer)

    def lost(self, request: Request, answer: Answer) -> None:
        """Tell of a call of what there is not."""
        self._gateway.lost(request, answer)

    def actions(self) -> Mapping[str, Action]:
        """Return what can be done from behind."""
        return actions()

    def views(self) -> Mapping[str, Callable[[], Value]]:
        """Return what can be looked at from behind."""
        world = self._gateway.world
        return {
            "board": lambda: shown(view.board_view(world)),
            "log": lambda: shown(list(world.log)),
            "calls": lambda: shown(list(self._gateway.calls)),
            "deliveries": lambda: shown(list(self._sender.deliveries)),
        }

    def page(self, problem: str | None = None) -> str:
        """Return the page for people."""
        return html.page(self._gateway.world, problem)

    def clicked(self, request: Request) -> str | None:
        """Lead from Jira's addresses to the place on the page."""
        path = request.path.removeprefix(CONTEXT)
        if not path.startswith(_CLICKED):
            return None
        return f"/#{path.split('/')[-1]}"
