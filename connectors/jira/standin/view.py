"""The site in the words that all stand-ins share: `GET /control/board`."""

from __future__ import annotations

from connectors._standin import board
from connectors._standin.messages import Value
from connectors.jira.standin import texts
from connectors.jira.standin.entities import Issue, Project, User, Version
from connectors.jira.standin.world import World

_DROPPED = frozenset(
    {"won't do", "won't fix", "duplicate", "cannot reproduce", "declined", "cancelled"}
)
_CATEGORY = {"new": "todo", "indeterminate": "in_progress", "done": "done"}


def board_view(world: World) -> board.Board:
    """Return everything at this instant: what can be closed first epics, then the rest."""
    with world.lock:
        epics = [i for i in world.issues.values() if world.issue_types[i.type_id].level >= 1]
        versions = list(world.versions.values())
        projects = [p for p in world.projects.values() if p.deleted_at is None]
        return board.Board(
            people=[
                board.Person(u.id, u.display_name)
                for u in world.users.values()
                if u.active and not u.app
            ],
            projects=[
                *(_epic(world, one) for one in epics),
                *(_version(world, one) for one in versions),
                *(_project(world, one) for one in projects),
            ],
            issues=[_issue(world, one) for one in world.issues.values()],
            pages=[_page(world, i) for i in world.issues.values() if is_page(i)],
            deeds=[board.Deed(x.at, x.actor, x.action, x.id, x.detail) for x in world.log],
        )


def is_page(issue: Issue) -> bool:
    """Say whether an issue's description is a document: one with headings."""
    return texts.has_headings(issue.values.get("description"))


def _name(world: World, user_id: str | None) -> str | None:
    user: User | None = world.users.get(user_id or "")
    return user.display_name if user else None


def _links(bodies: list[dict[str, Value]]) -> list[board.Link]:
    found = []
    for body in bodies:
        shown = body.get("object") or body
        words = (shown.get(name) for name in ("title", "name", "label"))
        address = shown.get("url") or shown.get("link") or ""
        found.append(board.Link(str(next((w for w in words if w), "")), str(address)))
    return found


def _members(world: World, issues: list[Issue]) -> list[str]:
    names = (_name(world, i.values.get("assignee")) for i in issues)
    return list(dict.fromkeys(n for n in names if n))


def _epic(world: World, one: Issue) -> board.Project:
    status = world.statuses[one.status_id]
    comments = [
        board.Comment(_name(world, c.author_id) or "", texts.markdown(c.body)) for c in one.comments
    ]
    return board.Project(
        id=f"issue:{one.id}",
        key=one.key,
        name=f"{one.key} {one.summary}",
        url=world.browse(one.key),
        status=status.name,
        category=category(world, one),
        closed=status.category == "done",
        lead=_name(world, one.values.get("assignee")),
        members=_members(world, world.children(one.id)),
        links=_links([x.body for x in one.links]),
        comments=comments,
    )


def category(world: World, one: Issue) -> str:
    """Return todo, in_progress, done or cancelled."""
    found = _CATEGORY[world.statuses[one.status_id].category]
    resolution = world.resolutions.get(one.values.get("resolution") or "", "")
    return "cancelled" if found == "done" and resolution.lower() in _DROPPED else found


def _version(world: World, one: Version) -> board.Project:
    project = world.projects[one.project_id]
    held = [i for i in world.issues.values() if one.id in (i.values.get("fixVersions") or ())]
    return board.Project(
        id=f"version:{one.id}",
        key=f"{project.key}:{one.name}",
        name=f"{project.key} {one.name}",
        url=f"{world.site}/projects/{project.key}/versions/{one.id}",
        status="Released" if one.released else "Unreleased",
        category="done" if one.released else "in_progress",
        closed=one.released,
        lead=_name(world, one.driver_id or project.lead_id),
        members=_members(world, held),
        links=_links([x.body for x in one.links]),
    )


def _project(world: World, one: Project) -> board.Project:
    kept = one.properties.get("closeout-links")  # a Jira project has no links of its own
    links = kept.get("links", []) if isinstance(kept, dict) else []
    return board.Project(
        id=f"project:{one.id}",
        key=one.key,
        name=one.name,
        url=f"{world.site}/projects/{one.key}",
        status="Active" if one.archived_at is None else "Archived",
        category="in_progress" if one.archived_at is None else "done",
        closed=one.archived_at is not None,
        lead=_name(world, one.lead_id),
        members=_members(world, world.issues_in(one.id)),
        links=_links(links),
    )


def _issue(world: World, one: Issue) -> board.Issue:
    return board.Issue(
        id=one.id,
        key=one.key,
        title=one.summary,
        owner=_name(world, one.values.get("assignee")),
        state=world.statuses[one.status_id].name,
        category=category(world, one),
        due_on=one.values.get("duedate"),
        labels=list(one.values.get("labels") or ()),
        made_by=_name(world, one.creator_id),
        url=world.browse(one.key),
    )


def _page(world: World, one: Issue) -> board.Page:
    return board.Page(
        id=one.id,
        title=one.summary,
        content=texts.markdown(one.values.get("description")),
        project=_belongs_to(world, one),
        url=world.browse(one.key),
    )


def _belongs_to(world: World, page: Issue) -> str | None:
    """Return the epic that a page is linked with."""
    for link in world.issue_links.values():
        ends = {link.inward_id, link.outward_id}
        if page.id in ends:
            (other,) = ends - {page.id} or {page.id}
            if world.issue_types[world.issues[other].type_id].level >= 1:
                return f"issue:{other}"
    return None
