"""Tickets of actions: made once, outside the project, linked to the page and the project."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from connectors.linear import mapping, queries
from connectors.linear.mapping import raw as read
from connectors.linear.tracker.parts import optional
from connectors.linear.tracker.projects import UUID
from service import markdown
from service.domain.document import Paragraph, Text, link, text
from service.domain.tracking import Team
from service.ports import NotAllowed, NotFound, Rejected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.linear.client import LinearClient, Raw
    from service.domain.remote import Ticket
    from service.domain.tracking import Project
    from service.ports import TicketDraft

log = structlog.get_logger(__name__)

PAGE = 50
ISSUE_TEAMS = 250
HISTORY = 250
TICKETS = 8  # in one request, each with its labels and a hundred changes
PAGE_LABEL = "Post-mortem"
PROJECT_LABEL = "Project"


def ticket(client: LinearClient, ticket_id: str) -> Ticket:
    """Read a ticket with its status and label changes; one that is not there is MISSING."""
    raw = client.find(queries.TICKET, "issue", ticket_id)
    return mapping.missing_ticket(ticket_id) if raw is None else _whole(client, raw)


def tickets(client: LinearClient, ticket_ids: Sequence[str]) -> dict[str, Ticket]:
    """Read tickets by their ids, eight in a request; what is not shown there is asked for alone.

    A list may lag behind, so that a ticket is not taken for deleted before it was asked for by id.
    """
    wanted = list(dict.fromkeys(ticket_ids))
    listed = _listed(client, wanted) if wanted else {}
    return {
        one: _whole(client, listed[one]) if one in listed else ticket(client, one) for one in wanted
    }


def _listed(client: LinearClient, wanted: Sequence[str]) -> dict[str, Raw]:
    """Return the issues a list of them shows; those it showed before it was refused, if it is."""
    found: dict[str, Raw] = {}
    try:
        for raw in client.nodes(queries.TICKETS, "issues", first=TICKETS, ids=wanted):
            found[read.text(raw, "id")] = raw
    except (Rejected, NotAllowed) as refusal:
        log.warning("linear.asked_one_by_one", what="tickets", reason=str(refusal))
    return found


def ensure_ticket(
    client: LinearClient, project: Project, marker: str, draft: TicketDraft, team: str | None
) -> Ticket:
    """Create the issue under the marker's id, once, with both links; return it as it stands.

    - One that is in the trash was removed by hand: it is not made again.
    - Somebody who may not be assigned (left, no member of the team) is left out: the ticket comes
      back without an assignee.
    """
    raw = client.find(queries.TICKET, "issue", marker)
    if raw is None:
        made = _create(client, project, marker, draft, team)
        if made is not None:
            _attach(client, marker, draft, there=set())
            return mapping.ticket(made)
        raw = client.find_made(queries.TICKET, "issue", marker)
    if not raw.get("trashed"):
        there = client.nodes(queries.TICKET_ATTACHMENTS, "issue.attachments", first=PAGE, id=marker)
        _attach(client, marker, draft, there={read.text(one, "url") for one in there})
    return _whole(client, raw)


def ensure_relation(client: LinearClient, marker: str, ticket_id: str, related_id: str) -> None:
    """Relate two issues once."""
    if client.find(queries.RELATION, "issueRelation", marker) is None:
        fields = {
            "id": marker,
            "issueId": ticket_id,
            "relatedIssueId": related_id,
            "type": "related",
        }
        client.create(queries.RELATION_CREATE, "issueRelationCreate", fields)


def _whole(client: LinearClient, raw: Raw) -> Ticket:
    key = read.text(raw, "id")
    labels = client.rest(
        raw.get("labels"), queries.ISSUE_LABELS, "issue.labels", first=PAGE, id=key
    )
    entries = client.rest(
        raw.get("history"), queries.TICKET_HISTORY, "issue.history", first=HISTORY, id=key
    )
    return mapping.ticket(raw, labels, entries)


def _create(
    client: LinearClient, project: Project, marker: str, draft: TicketDraft, team: str | None
) -> Raw | None:
    """Create the issue; None where its id is taken already, so that it is there."""
    fields = {
        "id": marker,
        "teamId": team_for(client, project, team).id,
        "title": draft.title,
        "description": _description(draft),
        "dueDate": draft.due_on.isoformat(),
    }
    try:
        payload = client.create(
            queries.ISSUE_CREATE, "issueCreate", {**fields, "assigneeId": draft.assignee_id}
        )
    except Rejected as refusal:
        if "assign" not in str(refusal).casefold():
            raise
        log.warning("linear.not_assignable", ticket=marker, reason=str(refusal))
        payload = client.create(queries.ISSUE_CREATE, "issueCreate", fields)
    return None if payload is None else _made(client, payload, marker)


def _made(client: LinearClient, payload: Raw, marker: str) -> Raw:
    issue = payload.get("issue")
    return issue if isinstance(issue, dict) else client.entity(queries.TICKET, "issue", id=marker)


def _description(draft: TicketDraft) -> str:
    links = Paragraph(
        text(link(PAGE_LABEL, draft.page_url), " · ", link(PROJECT_LABEL, draft.project_url))
    )
    there = {
        part.href
        for block in draft.body.blocks
        if isinstance(block, Paragraph)
        for part in block.content
        if isinstance(part, Text)
    }
    linked = {draft.page_url, draft.project_url} <= there
    blocks = draft.body.blocks if linked else (*draft.body.blocks, links)
    return markdown.write(replace(draft.body, blocks=blocks))


def _attach(client: LinearClient, issue_id: str, draft: TicketDraft, there: set[str]) -> None:
    """Link the page and the project; Linear keeps one attachment for each address of an issue."""
    for title, url in ((PAGE_LABEL, draft.page_url), (PROJECT_LABEL, draft.project_url)):
        if url and url not in there:
            fields = {"issueId": issue_id, "url": url, "title": title}
            client.change(queries.ATTACHMENT_CREATE, "attachmentCreate", input=fields)


def team_for(client: LinearClient, project: Project, wanted: str | None) -> Team:
    """Return the team that gets the tickets: the configured one, else the busiest of the project.

    Raises Rejected where there is none, and where none can be read.
    """
    if wanted is not None:
        return _configured(client, project, wanted)
    if len(project.teams) == 1:
        return project.teams[0]
    counted = optional("teams of the issues", lambda: _issue_teams(client, project))
    if counted:
        return min(counted, key=lambda team: (-counted[team], team.key))
    if project.teams:
        return min(project.teams, key=lambda team: team.key)
    raise Rejected(
        f"Linear shows no team of {project.name} that could get its tickets: "
        "set tickets_team to the key of the team that is to get them"
    )


def _configured(client: LinearClient, project: Project, wanted: str) -> Team:
    """Return the configured team; by its id also where the teams cannot be listed."""
    every = optional("teams", lambda: teams(client))
    if every is not None:
        return named(every, wanted)
    if UUID.fullmatch(wanted):
        return Team(wanted, wanted, wanted)
    try:
        return named(list(project.teams), wanted)
    except NotFound:
        raise Rejected(
            f"tickets_team: Linear does not show this key which team {wanted!r} is; set it to the "
            "team's id, a UUID, or give the account access to the team"
        ) from None


def _issue_teams(client: LinearClient, project: Project) -> Counter[Team]:
    """Count the project's issues by their team."""
    nodes = client.nodes(
        queries.PROJECT_ISSUE_TEAMS, "project.issues", first=ISSUE_TEAMS, id=project.ref.key
    )
    return Counter(mapping.team(read.part(raw, "team")) for raw in nodes)


def teams(client: LinearClient) -> list[Team]:
    """List every team this key may see."""
    return [mapping.team(raw) for raw in client.nodes(queries.TEAMS, "teams", first=PAGE)]


def named(every: list[Team], wanted: str) -> Team:
    """Return the team with that id, key or name. Raises NotFound, naming those there are."""
    word = wanted.casefold()
    for name in ("id", "key", "name"):
        for team in every:
            if getattr(team, name).casefold() == word:
                return team
    there = ", ".join(sorted(team.key for team in every)) or "none"
    raise NotFound(f"tickets_team: no team {wanted!r} is shown to this key; there are: {there}")
