"""What happens while somebody plays: told as it happens, read from the tools' own logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.demo.wire import NoAnswer

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from service.demo.telling import Telling
    from service.demo.tool import Deed, Tool, View

PAUSE = 0.5  # seconds between two looks


class Live:
    """Follows the tools from the moment it is built."""

    def __init__(self, tools: Sequence[Tool], telling: Telling) -> None:
        self._telling = telling
        self._following = [_Following(tool, telling) for tool in tools]

    def follow(self, stopping: threading.Event) -> None:
        """Tell what happens until told to stop."""
        while not stopping.wait(PAUSE):
            try:
                self.tell()
            except NoAnswer as reason:
                self._telling.line(str(reason))

    def tell(self) -> None:
        """Tell what happened since the last look."""
        for one in self._following:
            one.tell()


class _Following:
    def __init__(self, tool: Tool, telling: Telling) -> None:
        self._tool = tool
        self._telling = telling
        view = tool.look()
        self._told = len(view.deeds())
        self._comments = len(view.project(tool.project_id).comments)

    def tell(self) -> None:
        view = self._tool.look()
        deeds = view.deeds()
        for deed in deeds[self._told :]:
            self._telling.line(f"{deed.at:%H:%M:%S} {deed.by}: {self._words(deed, view)}")
        self._told = len(deeds)
        comments = view.project(self._tool.project_id).comments
        for comment in comments[self._comments :]:
            self._telling.quote(comment.text)
        self._comments = len(comments)

    def _words(self, deed: Deed, view: View) -> str:
        if deed in view.moves(self._tool.project_id):
            return f"moved the project; it is “{view.project(deed.about).status}” now"
        ticket = next((one for one in view.issues() if one.id == deed.about), None)
        if ticket is not None:
            labels = f", {', '.join(ticket.labels)}" if ticket.labels else ""
            return f"{_spaced(deed.action)} {ticket.key}: {ticket.state}, {ticket.owner}{labels}"
        return _spaced(deed.action)


def _spaced(action: str) -> str:
    """Write the tool's name of a change as words: `webhookCreate` is `webhook create`."""
    return "".join(f" {char.lower()}" if char.isupper() else char for char in action)
