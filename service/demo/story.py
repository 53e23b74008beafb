"""The story of one project, from closed too early to closed for good.

Whatever is told was read back from the tool or from Closeout's API, never from what was meant.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from service.demo import page
from service.demo.telling import StoryStopped
from service.demo.wire import NoAnswer
from service.domain.words import day

if TYPE_CHECKING:
    from service.demo.stage import Scene, Stage
    from service.demo.telling import Telling
    from service.demo.tool import Comment, Deed, Issue, Page, Project, View

Found = TypeVar("Found")

PATIENCE = 20.0  # seconds that each thing that happens by itself gets
PAUSE = 0.1  # seconds between two looks
HEADLINE = 6  # rows of the figures table
LABEL = "verified"
ASKING = "ready-to-close"


class Story:
    """Plays the parts of everybody: the lead closes, the team writes, owners work, one verifies.

    Where the tracker itself refuses, the lead asks for the closing with a label, and presses Done
    again when everything is met.
    """

    def __init__(self, stage: Stage, scene: Scene, telling: Telling) -> None:
        self._stage = stage
        self._place = scene
        self._tool = scene.tool
        self._telling = telling
        self._project = scene.tool.project_id
        self._lead, *others = self._shown().team
        *self._owners, self._facilitator = others
        self._title = ""
        self._told = 0  # comments on the project

    def to_the_refusal(self) -> None:
        """Play until the second refusal, which names the two things that are missing."""
        self._scene()
        if self._place.part.veto:
            self._refused_by_the_tool()
        else:
            self._closed_too_early()
        self._page_and_figures()
        self._session()
        self._refused_again()

    def to_the_end(self) -> None:
        """Play everything."""
        self.to_the_refusal()
        self._completed()
        self._tickets()
        self._done()
        self._own_word()
        self._verified()
        if self._place.part.veto:
            self._closed_by_hand()
        else:
            self._closed()

    # The steps.

    def _scene(self) -> None:
        project = self._shown()
        self._begin(f"“{project.name}” is nearly over")
        tell = self._telling.line
        tell(f"In the tool ({self._tool.address}) it is “{project.status}”.")
        tell(f"Its lead is {self._lead}; with {', '.join((*self._owners, self._facilitator))}.")
        tell(f"Closeout watches it from {self._stage.url}, in mode enforce.")

    def _closed_too_early(self) -> None:
        self._begin(f"{self._lead} closes the project; nobody has looked back yet")
        seconds = self._close()
        self._telling.line(
            f"Held: back in “{self._shown().status}” {seconds:.1f} s after it was closed."
        )
        self._tell_comment()

    def _refused_by_the_tool(self) -> None:
        self._begin(f"{self._lead} presses Done; nobody has looked back yet")
        self._telling.line(f"The tool itself refuses, and it stays “{self._shown().status}”:")
        self._telling.quote(self._refusal())
        self._begin(f"{self._lead} does what it says: the label “{ASKING}”")
        self._tool.do("add_label", self._lead, issue=self._project, label=ASKING)
        self._tell_comment()

    def _tell_comment(self) -> None:
        comment = self._next_comment()
        self._telling.line(f"{comment.by} comments on the project, beginning with:")
        lines = comment.text.splitlines()
        self._telling.quote([line for line in lines if line.startswith(("**", "* "))])

    def _page_and_figures(self) -> None:
        self._begin("The page for the post-mortem is there, with planned against actual")
        document = self._until("the page", lambda view: _first(view.pages(self._project)))
        links = self._until("the link to the page", lambda view: view.project(self._project).links)
        self._telling.line(f"Page: “{document.title}”; the project links to it:")
        label, url = links[0]
        self._telling.line(f"{label} -> {url}")
        rows = page.figures(document.content)
        for cells in rows[1 : HEADLINE + 1]:
            self._telling.quote(_columns(cells))
        added = self._place.figures()["metrics"]["scope"]["added"]
        self._telling.line(
            f"Every figure opens to what is behind it: added were {', '.join(added['issues'])}."
        )

    def _session(self) -> None:
        self._begin("The team meets and fills the page in, all but two things")
        before = self._document()
        content = page.filled(before.content, self._rows())
        self._tool.write(before.id, content, self._facilitator)
        rows = [line for line in self._document().content.splitlines() if _is_action(line)]
        self._telling.line(
            f"{self._facilitator} wrote {len(rows)} actions, among them one undated:"
        )
        self._telling.quote(row.strip("| ") for row in rows)

    def _refused_again(self) -> None:
        if self._place.part.veto:
            self._begin(f"{self._lead} presses Done again; a second try is no way round")
            refusal = self._refusal()
            self._telling.line(f"Refused again: {refusal[:60]}… What is missing, says Closeout:")
            self._telling.quote(self._missing())
            return
        self._begin(f"{self._lead} closes it again; a second close is no way round")
        seconds = self._close()
        self._telling.line(f"Held again after {seconds:.1f} s, and told what is missing:")
        self._telling.quote(self._next_comment().text)

    def _completed(self) -> None:
        self._begin("The two missing things are written")
        today = self._today()
        document = self._document()
        content = page.with_session(document.content, today)
        undated = page.CHANGES[1][0]
        content = page.with_due_date(content, undated, today + timedelta(days=21))
        self._tool.write(document.id, content, self._facilitator)
        written = self._document().content.splitlines()
        told = [line for line in written if "Session date:" in line or undated in line]
        self._telling.line(f"{self._facilitator} wrote:")
        self._telling.quote(line.strip("| ") for line in told)

    def _tickets(self) -> None:
        self._begin("Each agreed action becomes a ticket of the team that does the work")
        wanted = len(page.CHANGES)
        self._until(f"{wanted} tickets", lambda view: len(self._made(view)) == wanted)
        found = self._made(self._tool.look())
        for ticket in found:
            due = day(ticket.due_on) if ticket.due_on else "no date"
            self._telling.line(f"{ticket.key}: {ticket.title} ({ticket.owner}, due {due})")
        self._telling.quote(self._next_comment().text)

    def _done(self) -> None:
        self._begin("The owners do the work and move their tickets to Done")
        before = self._said()
        for ticket in self._made(self._tool.look()):
            self._tool.do("move_issue", ticket.owner, issue=ticket.id, state="Done")
        self._changed(before)
        self._still_open("done is what the owner says, and not yet verified")

    def _own_word(self) -> None:
        mine = self._made(self._tool.look())[0]
        self._begin(f"{mine.owner} puts the label “{LABEL}” on a ticket of their own")
        before = self._said()
        self._tool.do("add_label", mine.owner, issue=mine.id, label=LABEL)
        self._changed(before)
        self._still_open("nobody verifies their own action")

    def _verified(self) -> None:
        self._begin(f"{self._facilitator} looks at each change and puts the label on instead")
        for ticket in self._made(self._tool.look()):
            if LABEL in ticket.labels:
                self._tool.do("remove_label", ticket.owner, issue=ticket.id, label=LABEL)
            self._tool.do("add_label", self._facilitator, issue=ticket.id, label=LABEL)
        for ticket in self._made(self._tool.look()):
            self._telling.line(f"{ticket.key}: {ticket.state}, {', '.join(ticket.labels)}")

    def _closed(self) -> None:
        self._begin("The last check passes, and the project closes by itself")
        self._until("the closing", lambda view: view.project(self._project).closed)
        self._tell_closing()

    def _closed_by_hand(self) -> None:
        self._begin("The last check passes, and the tool lets it close")
        self._telling.quote(self._next_comment().text)
        self._tool.do("close_project", self._lead, project=self._project)
        self._tell_closing()

    def _tell_closing(self) -> None:
        deed = self._moves()[-1]
        self._telling.line(f"{deed.by} moved it to “{self._shown().status}”, and Closeout says:")
        self._telling.quote(self._next_comment().text)
        verdict = self._until("the API's word", lambda _view: _passed(self._place.gate()))
        self._telling.line(f"Closeout's API: {verdict['outcome']}. {verdict['summary']}")

    # What the steps are made of.

    def _begin(self, title: str) -> None:
        self._title = title
        self._telling.step(title)

    def _close(self) -> float:
        """Close the project as its lead; return the seconds until it was moved back."""
        before = len(self._moves())
        self._tool.do("close_project", self._lead, project=self._project)
        self._until("the hold", lambda view: len(self._moves(view)) >= before + 2)
        closing, held = self._moves()[before : before + 2]
        return (held.at - closing.at).total_seconds()

    def _refusal(self) -> str:
        """Try to close the project as its lead; return what the tool says to that."""
        try:
            self._tool.do("close_project", self._lead, project=self._project)
        except NoAnswer as refusal:
            return refusal.told
        raise StoryStopped(f"“{self._title}”: the tool let the project close")

    def _missing(self) -> list[str]:
        """Return what Closeout says is unmet."""
        checks = self._place.gate()["checks"]
        return [
            f"{one['title']}: {one['summary']}" for one in checks if one["outcome"] == "blocked"
        ]

    def _shown(self) -> Project:
        """Return the project as the tool shows it now."""
        return self._tool.look().project(self._project)

    def _moves(self, view: View | None = None) -> Sequence[Deed]:
        """Return each change of the project itself, by whomever."""
        return (view or self._tool.look()).moves(self._project)

    def _next_comment(self) -> Comment:
        """Wait for the first comment on the project that was not told yet."""

        def found(view: View) -> Comment | None:
            return _first(view.project(self._project).comments[self._told :])

        comment = self._until("the comment", found)
        self._told += 1
        return comment

    def _document(self) -> Page:
        return self._tool.look().pages(self._project)[0]

    def _rows(self) -> list[page.Row]:
        today = self._today()
        dates = [today + timedelta(days=14), None, today + timedelta(days=28)]
        return [
            page.Row(change, owner, due_on, check)
            for (change, check), owner, due_on in zip(
                page.CHANGES, self._owners, dates, strict=True
            )
        ]

    def _made(self, view: View) -> list[Issue]:
        """Return the tickets of the agreed actions."""
        changes = [change for change, _check in page.CHANGES]
        found = [issue for issue in view.issues() if issue.title in changes]
        return sorted(found, key=lambda issue: changes.index(issue.title))

    def _today(self) -> date:
        return self._stage.clock().date()

    def _said(self) -> str:
        """Return what Closeout says of the actions' verification."""
        checks = self._place.gate()["checks"]
        return str(next(one["summary"] for one in checks if one["name"] == "actions-verified"))

    def _changed(self, before: str) -> None:
        self._until("another verdict", lambda _view: self._said() != before)

    def _still_open(self, why: str) -> None:
        project = self._shown()
        if project.closed:
            raise StoryStopped(f"“{self._title}”: the project closed, although {why}")
        self._telling.line(f"Still “{project.status}”: {why}. Closeout says:")
        self._telling.quote(self._said())

    def _until(self, what: str, found: Callable[[View], Found | None]) -> Found:
        """Look again and again until something is there. Raises StoryStopped."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            result = found(self._tool.look())
            if result:
                return result
            time.sleep(PAUSE)
        number = len(self._telling.steps)
        raise StoryStopped(
            f"step {number} (“{self._title}”): {what} did not come within {PATIENCE:.0f} s"
        )


def _first(found: Sequence[Found]) -> Found | None:
    return found[0] if found else None


def _passed(verdict: Any) -> Any:  # noqa: ANN401  (JSON)
    return verdict if verdict["outcome"] == "passed" else None


def _is_action(line: str) -> bool:
    return any(change in line for change, _check in page.CHANGES)


def _columns(cells: tuple[str, ...]) -> str:
    """Tell a row on one line; of what is not known the page says why."""
    label, planned, actual, how = (
        cell.partition(":")[0] if cell.startswith("unknown:") else cell for cell in cells
    )
    beside = how.partition(";")[0].strip(" –")
    return f"{label:<12}{planned} → {actual}" + (f" ({beside})" if beside else "")


def hand_over(stage: Stage, telling: Telling) -> None:
    """Say where everything is, and what whoever watches may do next."""
    telling.step("Now it is yours")
    tell = telling.line
    for scene in stage.scenes:
        tell(f"{scene.part.tracker.capitalize()}, where you act as anybody:  {scene.tool.address}")
        if scene.tool.pages != scene.tool.address:
            tell(f"   and its pages:                       {scene.tool.pages}")
    tell(f"Closeout; this link signs in once:   {stage.link}")
    tell(f"On the command line:                 closeout doctor --config {stage.file}")
    tell("Write the session date and the missing due date into the page, and watch the tickets")
    tell(f"appear. Move them to Done, let somebody else put the label “{LABEL}” on each, and the")
    tell(
        "project closes by itself, or lets you close it. Or close it at once, and see what happens."
    )
    tell("Everything Closeout does is told below. Ctrl-C ends it and leaves nothing behind.")
