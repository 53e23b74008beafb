"""The page for people who try the stand-in alone: what there is, and small forms to change it."""

from __future__ import annotations

from connectors._standin import board
from connectors._standin.html import alert, bullets, choice, document, form, hidden, href, text
from connectors._standin.shown import instant_text
from connectors.jira.standin import transitions
from connectors.jira.standin.entities import Issue
from connectors.jira.standin.view import board_view, is_page
from connectors.jira.standin.world import World

_INTRODUCTION = (
    "What you do below, you do as the person you choose; webhooks are sent as Jira would."
)


def page(world: World, problem: str | None = None) -> str:
    """Return the page; everything from the records is escaped."""
    with world.lock:
        shown = board_view(world)
        parts = [
            f"<h1>Acme in Jira, {text(world.flavour)} (stand-in)</h1>",
            f"<p>It is {text(instant_text(world.clock()))} here. {_INTRODUCTION}</p>",
            alert(problem),
            *(_project(world, one) for one in shown.projects),
            f"<section><h2>Issues</h2>{_issues(world, shown)}</section>",
            _pages(world, shown),
            _log(world),
        ]
    return document("Acme in Jira", parts)


def _people(world: World) -> list[str]:
    return [u.display_name for u in world.users.values() if u.active and not u.app]


def _project(world: World, one: board.Project) -> str:
    this = hidden("project", one.id)
    people = _people(world)
    anchor = one.key if one.id.startswith("issue:") else one.id.partition(":")[2]
    again = form("reopen_project", "Reopen", this, people) if one.closed else ""
    comments = (f"{text(c.by)}<pre>{text(c.text)}</pre>" for c in one.comments)
    on = hidden("on", one.id) + '<label>Comment <input name="text" required size="50"></label>'
    return "".join(
        [
            f'<section id="{text(anchor)}"><h2>{text(one.name)}</h2>',
            f"<p><strong>{text(one.status)}</strong>. Lead: {text(one.lead or 'nobody')}. ",
            f"Id: <code>{text(one.id)}</code></p>",
            form("close_project", "Done", this, people) + again,
            "<h3>Links</h3>",
            bullets(f'<a href="{href(x.url)}">{text(x.label)}</a>' for x in one.links),
            f"<h3>Comments</h3>{bullets(comments)}{form('comment', 'Comment', on, people)}"
            if one.id.startswith("issue:")
            else "",
            "</section>",
        ]
    )


def _issues(world: World, shown: board.Board) -> str:
    rows = "".join(_issue(world, one) for one in shown.issues)
    head = "<tr><th>Issue</th><th>Assignee</th><th>Status</th><th>Labels</th></tr>"
    return f"<table>{head}{rows}</table>"


def _issue(world: World, one: board.Issue) -> str:
    people, this = _people(world), hidden("issue", one.id)
    issue = world.issues[one.id]
    move = form("move_issue", "Move", this + choice("state", _states(world, issue), ""), people)
    owners = choice("assignee", people, one.owner or "")
    label = '<label>label <input name="label" required size="12" value="verified"></label>'
    take = "".join(
        form("remove_label", f"Remove {name}", this + hidden("label", name), people)
        for name in one.labels
    )
    due = f"<br>due {text(one.due_on)}" if one.due_on else ""
    return (
        f'<tr id="{text(one.key)}"><td>{text(one.key)} {text(one.title)}{due}</td>'
        f"<td>{text(one.owner or 'nobody')}<br>"
        f"{form('assign_issue', 'Assign', this + owners, people)}</td>"
        f"<td>{text(one.state)}<br>{move}</td><td>{text(', '.join(one.labels))}<br>"
        f"{form('add_label', 'Add label', this + label, people)}{take}</td></tr>"
    )


def _states(world: World, issue: Issue) -> list[str]:
    ways = transitions.leading_out(world, issue)
    names = (world.statuses[str(w["toStatusReference"])].name for w in ways)
    return list(dict.fromkeys(names))


def _pages(world: World, shown: board.Board) -> str:
    found = [one for one in shown.pages if is_page(world.issues[one.id])]
    if not found:
        return ""
    written = "".join(
        f"<h3>{text(one.title)}</h3>"
        + form(
            "write_document",
            "Save",
            hidden("document", one.id)
            + '<label class="wide">Text<textarea name="content">\n'
            + f"{text(one.content)}</textarea></label>",
            _people(world),
        )
        for one in found
    )
    return f"<section><h2>Pages</h2>{written}</section>"


def _log(world: World) -> str:
    items = (
        f"{text(instant_text(x.at))} {text(x.actor)} ({text(x.via)}): {text(x.action)} "
        f"{text(x.kind)} <code>{text(x.id)}</code>"
        for x in reversed(world.log[-50:])
    )
    return f"<section><h2>What was changed lately</h2>{bullets(items)}</section>"
