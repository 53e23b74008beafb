"""The page for people who try the stand-in alone: what there is, and small forms to change it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from connectors.linear.standin.entities import Comment, Document, Issue, Project
from connectors.linear.standin.kinds import Value
from connectors.linear.standin.scalars import instant_text
from connectors.linear.standin.world import World

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem;
       color: #222; background: #fff }
h1, h2, h3 { line-height: 1.2 } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid #ddd;
         vertical-align: top }
form { display: inline-flex; gap: .4rem; align-items: center; flex-wrap: wrap; margin: .15rem 0 }
textarea { width: 100%; min-height: 16rem; font: 14px/1.4 ui-monospace, monospace }
pre { white-space: pre-wrap; background: #f6f6f6; padding: .6rem }
section { border-top: 2px solid #222; margin-top: 2rem } .past { color: #666 }
.wide { display: block }
"""
_INTRODUCTION = (
    "What you do below, you do as the person you choose; webhooks are sent as Linear would."
)


def page(world: World, problem: str | None = None) -> str:
    """Return the page; everything from the records is escaped."""
    with world.lock:
        projects = sorted(world.projects.values(), key=lambda p: p.seq)
        parts = [
            f"<h1>{_e(world.organization.name)} in Linear (stand-in)</h1>",
            f"<p>It is {_e(instant_text(world.clock()))} here. {_INTRODUCTION}</p>",
            f'<p role="alert"><strong>{_e(problem)}</strong></p>' if problem else "",
            *(_project(world, project) for project in projects),
            _other_issues(world),
            _log(world),
        ]
    body = "\n".join(part for part in parts if part)
    title = _e(world.organization.name)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body>{body}</body></html>"
    )


def _project(world: World, project: Project) -> str:
    status = world.project_statuses[project.status_id]
    lead = world.users.get(project.lead_id or "")
    gone = " (in the trash)" if project.trashed else " (archived)" if project.archived_at else ""
    closed = project.completed_at or project.canceled_at
    closed_text = f"; closed since {_e(instant_text(closed))}" if closed else ""
    statuses = [s.name for s in world.project_statuses.values() if s.archived_at is None]
    issues = [i for i in world.issues.values() if i.project_id == project.id]
    documents = [d for d in world.documents.values() if d.project_id == project.id]
    comments = [c for c in world.comments.values() if c.project_id == project.id]
    updates = [u for u in world.project_updates.values() if u.project_id == project.id]
    links = [x for x in world.links.values() if x.project_id == project.id]
    return "".join(
        [
            f'<section id="{_anchor(project.url)}"><h2>{_e(project.name)}{gone}</h2>',
            f"<p><strong>{_e(status.name)}</strong>{closed_text}.",
            f" Lead: {_e(lead.name if lead else 'nobody')}.",
            f" Planned: {_e(project.start_date or '?')} to {_e(project.target_date or '?')}.",
            f" Id: <code>{_e(project.id)}</code></p>",
            _form(
                world,
                "set_project_status",
                "Set status",
                _hidden("project", project.id) + _choice("status", statuses, status.name),
            ),
            "<h3>Documents</h3>",
            "".join(_document(world, one) for one in documents) or "<p>None.</p>",
            "<h3>Comments</h3>",
            _comments(world, comments),
            _comment_form(world, project.id),
            "<h3>Links</h3>",
            _list(f'<a href="{_href(x.url)}">{_e(x.label)}</a>' for x in links),
            "<h3>Reports</h3>",
            _list(f"{_e(u.health)}: {_e(u.body)}" for u in updates),
            "<h3>Issues</h3>",
            _issues(world, issues),
            "</section>",
        ]
    )


def _document(world: World, document: Document) -> str:
    gone = " (in the trash)" if document.trashed else ""
    comments = [
        c for c in world.comments.values() if c.document_content_id == document.document_content_id
    ]
    field = (
        f'<label class="wide">Content<textarea name="content">\n{_e(document.content)}</textarea>'
        "</label>"
    )
    inputs = _hidden("document", document.id)
    return "".join(
        [
            f'<details id="{_anchor(document.url)}" open>',
            f"<summary>{_e(document.title)}{gone}</summary>",
            _form(world, "write_document", "Save", inputs + field),
            _form(world, "restore", "Restore", _hidden("thing", document.id))
            if document.trashed
            else _form(world, "trash", "Trash", _hidden("thing", document.id)),
            _comments(world, comments),
            _comment_form(world, document.id),
            "</details>",
        ]
    )


def _other_issues(world: World) -> str:
    issues = [i for i in world.issues.values() if i.project_id is None]
    return f"<section><h2>Issues outside of projects</h2>{_issues(world, issues)}</section>"


def _issues(world: World, issues: list[Issue]) -> str:
    if not issues:
        return "<p>None.</p>"
    rows = "".join(_issue(world, one) for one in sorted(issues, key=lambda i: -i.seq))
    head = "<tr><th>Issue</th><th>Assignee</th><th>State</th><th>Labels</th></tr>"
    return f"<table>{head}{rows}</table>"


def _issue(world: World, issue: Issue) -> str:
    state = world.workflow_states[issue.state_id]
    assignee = world.users.get(issue.assignee_id or "")
    labels = [world.issue_labels[one].name for one in issue.label_ids if one in world.issue_labels]
    others = [x.name for x in world.issue_labels.values() if x.team_id in (None, issue.team_id)]
    states = [s.name for s in world.states_of(issue.team_id)]
    gone = " (in the trash)" if issue.trashed else " (archived)" if issue.archived_at else ""
    this = _hidden("issue", issue.id)
    move = _form(world, "move_issue", "Move", this + _choice("state", states, state.name))
    put = _form(world, "add_label", "Add label", this + _choice("label", others, "verified"))
    take = "".join(
        _form(world, "remove_label", f"Remove {name}", this + _hidden("label", name))
        for name in labels
    )
    due = f"<br>due {_e(issue.due_date)}" if issue.due_date else ""
    return (
        f'<tr id="{_e(issue.identifier)}"><td>'
        f"{_e(issue.identifier)} {_e(issue.title)}{gone}{due}</td>"
        f"<td>{_e(assignee.name if assignee else 'nobody')}</td>"
        f"<td>{_e(state.name)}<br>{move}</td><td>{_e(', '.join(labels))}<br>{put}{take}</td></tr>"
    )


def _comments(world: World, comments: list[Comment]) -> str:
    def one(comment: Comment) -> str:
        user = world.users.get(comment.user_id or "")
        who = _e(user.name if user else "nobody")
        when = _e(instant_text(comment.created_at))
        return f"{who}, {when}<pre>{_e(comment.body)}</pre>"

    return _list(one(comment) for comment in comments)


def _comment_form(world: World, on: str) -> str:
    field = '<label>Comment <input name="text" required size="50"></label>'
    return _form(world, "comment", "Comment", _hidden("on", on) + field)


def _log(world: World) -> str:
    items = [
        f"{_e(instant_text(x.at))} {_e(x.actor)} ({_e(x.via)}): {_e(x.action)} {_e(x.kind)} "
        f"<code>{_e(x.id)}</code>"
        for x in reversed(world.log[-50:])
    ]
    return f"<section><h2>What was changed lately</h2>{_list(items)}</section>"


def _form(world: World, action: str, button: str, inputs: str) -> str:
    people = [u.name for u in world.users.values() if u.active and u.display_name != "closeout"]
    return (
        f'<form method="post" action="/act/{_e(action)}">{inputs}'
        f"{_choice('by', people, people[0], label='as')}<button>{_e(button)}</button></form>"
    )


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{_e(name)}" value="{_e(value)}">'


def _choice(name: str, options: Iterable[str], chosen: str, label: str | None = None) -> str:
    written = "".join(
        f"<option{' selected' if one == chosen else ''}>{_e(one)}</option>" for one in options
    )
    return f'<label>{_e(label or name)} <select name="{_e(name)}">{written}</select></label>'


def _list(items: Iterable[str]) -> str:
    written = "".join(f"<li>{one}</li>" for one in items)
    return f"<ul>{written}</ul>" if written else "<p>None.</p>"


def _anchor(url: str) -> str:
    """The part of an address that follows `/project/` or `/document/`."""
    return _e(url.rsplit("/", 1)[1])


def _href(url: str) -> str:
    return _e(url) if url.startswith(("http://", "https://")) else "#"


def _e(value: Value) -> str:
    return escape(str(value), quote=True)
