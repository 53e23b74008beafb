"""The page for people who try the stand-in alone: what there is, and small forms to change it."""

from __future__ import annotations

from connectors._standin.html import alert, bullets, choice, document, form, hidden, href, text
from connectors.linear.standin.entities import Comment, Document, Issue, Project
from connectors.linear.standin.scalars import instant_text
from connectors.linear.standin.world import World

_INTRODUCTION = (
    "What you do below, you do as the person you choose; webhooks are sent as Linear would."
)


def page(world: World, problem: str | None = None) -> str:
    """Return the page; everything from the records is escaped."""
    with world.lock:
        projects = sorted(world.projects.values(), key=lambda p: p.seq)
        parts = [
            f"<h1>{text(world.organization.name)} in Linear (stand-in)</h1>",
            f"<p>It is {text(instant_text(world.clock()))} here. {_INTRODUCTION}</p>",
            alert(problem),
            *(_project(world, project) for project in projects),
            _other_issues(world),
            _files(world),
            _log(world),
        ]
    return document(world.organization.name, parts)


def _project(world: World, project: Project) -> str:
    status = world.project_statuses[project.status_id]
    lead = world.users.get(project.lead_id or "")
    gone = " (in the trash)" if project.trashed else " (archived)" if project.archived_at else ""
    closed = project.completed_at or project.canceled_at
    closed_text = f"; closed since {text(instant_text(closed))}" if closed else ""
    statuses = [s.name for s in world.project_statuses.values() if s.archived_at is None]
    issues = [i for i in world.issues.values() if i.project_id == project.id]
    documents = [d for d in world.documents.values() if d.project_id == project.id]
    comments = [c for c in world.comments.values() if c.project_id == project.id]
    updates = [u for u in world.project_updates.values() if u.project_id == project.id]
    links = [x for x in world.links.values() if x.project_id == project.id]
    return "".join(
        [
            f'<section id="{_anchor(project.url)}"><h2>{text(project.name)}{gone}</h2>',
            f"<p><strong>{text(status.name)}</strong>{closed_text}.",
            f" Lead: {text(lead.name if lead else 'nobody')}.",
            f" Planned: {text(project.start_date or '?')} to {text(project.target_date or '?')}.",
            f" Id: <code>{text(project.id)}</code></p>",
            _form(
                world,
                "set_project_status",
                "Set status",
                hidden("project", project.id) + choice("status", statuses, status.name),
            ),
            "<h3>Documents</h3>",
            "".join(_document(world, one) for one in documents) or "<p>None.</p>",
            "<h3>Comments</h3>",
            _comments(world, comments),
            _comment_form(world, project.id),
            "<h3>Links</h3>",
            bullets(f'<a href="{href(x.url)}">{text(x.label)}</a>' for x in links),
            "<h3>Reports</h3>",
            bullets(f"{text(u.health)}: {text(u.body)}" for u in updates),
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
        f'<label class="wide">Content<textarea name="content">\n{text(document.content)}</textarea>'
        "</label>"
    )
    inputs = hidden("document", document.id)
    return "".join(
        [
            f'<details id="{_anchor(document.url)}" open>',
            f"<summary>{text(document.title)}{gone}</summary>",
            _form(world, "write_document", "Save", inputs + field),
            _form(world, "restore", "Restore", hidden("thing", document.id))
            if document.trashed
            else _form(world, "trash", "Trash", hidden("thing", document.id)),
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
    this = hidden("issue", issue.id)
    move = _form(world, "move_issue", "Move", this + choice("state", states, state.name))
    put = _form(world, "add_label", "Add label", this + choice("label", others, "verified"))
    take = "".join(
        _form(world, "remove_label", f"Remove {name}", this + hidden("label", name))
        for name in labels
    )
    due = f"<br>due {text(issue.due_date)}" if issue.due_date else ""
    return (
        f'<tr id="{text(issue.identifier)}"><td>'
        f"{text(issue.identifier)} {text(issue.title)}{gone}{due}</td>"
        f"<td>{text(assignee.name if assignee else 'nobody')}</td>"
        f"<td>{text(state.name)}<br>{move}</td><td>{text(', '.join(labels))}<br>{put}{take}</td></tr>"
    )


def _comments(world: World, comments: list[Comment]) -> str:
    def one(comment: Comment) -> str:
        user = world.users.get(comment.user_id or "")
        who = text(user.name if user else "nobody")
        when = text(instant_text(comment.created_at))
        return f"{who}, {when}<pre>{text(comment.body)}</pre>"

    return bullets(one(comment) for comment in comments)


def _comment_form(world: World, on: str) -> str:
    field = '<label>Comment <input name="text" required size="50"></label>'
    return _form(world, "comment", "Comment", hidden("on", on) + field)


def _files(world: World) -> str:
    if not world.uploads:
        return ""
    items = (
        f'<a href="{href(one.asset_url)}">{text(one.filename)}</a>, {one.size} bytes'
        f"{'' if one.id in world.files else ' (never came)'}"
        for one in world.uploads.values()
    )
    return f"<section><h2>Files</h2>{bullets(items)}</section>"


def _log(world: World) -> str:
    items = [
        f"{text(instant_text(x.at))} {text(x.actor)} ({text(x.via)}): {text(x.action)} {text(x.kind)} "
        f"<code>{text(x.id)}</code>"
        for x in reversed(world.log[-50:])
    ]
    return f"<section><h2>What was changed lately</h2>{bullets(items)}</section>"


def _form(world: World, action: str, button: str, inputs: str) -> str:
    people = [u.name for u in world.users.values() if u.active and u.display_name != "closeout"]
    return form(action, button, inputs, people)


def _anchor(url: str) -> str:
    """The part of an address that follows `/project/` or `/document/`."""
    return text(url.rsplit("/", 1)[1])
