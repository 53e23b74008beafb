"""Tickets of actions: made once, outside the closing object, linked to the page and to it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import structlog

from connectors.http import Declined, segment
from connectors.jira.mapping import raw as read
from connectors.jira.mapping import statuses
from connectors.jira.mapping import tickets as mapping
from connectors.jira.mapping.context import Context
from connectors.jira.mapping.keys import Kind, maybe_closing
from connectors.jira.tracker import links, making
from service.domain.document import Paragraph, Text, link, text
from service.ports import NotAllowed, NotFound, Rejected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import timedelta

    from connectors.jira.client import JiraClient, Raw
    from connectors.jira.mapping.keys import Closing
    from service.domain.document import Document
    from service.domain.remote import Ticket
    from service.domain.tracking import Project
    from service.ports import TicketDraft

log = structlog.get_logger(__name__)

PAGE_LABEL = "Post-mortem"
PROJECT_LABEL = "Project"
ISSUES = 100  # in one request, with fields of several values
CHANGELOGS = 1000  # issues in one request
HISTORIES = 1000  # entries in one answer


def ensure_ticket(
    client: JiraClient,
    project: Project,
    marker: str,
    draft: TicketDraft,
    tried: timedelta | None = None,
) -> Ticket:
    """Make the ticket once, with its links; return it as it stands.

    - Somebody who may not be assigned, and a due date the screen does not have, are left out.
    - A link that is refused is left at that: the ticket says the addresses in its text too.
    """
    target = own(client, project)
    home = _home(client, target, project)
    optional: dict[str, Any] = {"duedate": draft.due_on.isoformat()}
    if assignee := _assignee(client, draft.assignee_id):
        optional["assignee"] = assignee
    issue = making.IssueDraft(
        project=home,
        kind=client.settings.tickets_type,
        summary=draft.title,
        body=_body(draft),
        optional=optional,
    )
    issue_id = making.ensure_issue(client, marker, issue, tried)
    _link(client, issue_id, f"closeout:{marker}:page", draft.page_url, PAGE_LABEL)
    _link(client, issue_id, f"closeout:{marker}:project", draft.project_url, PROJECT_LABEL)
    if target is not None and target.kind is Kind.ISSUE:
        softly("link to the closing issue", lambda: relate(client, issue_id, target.id))
    return tickets(client, [issue_id])[issue_id]


def ensure_relation(client: JiraClient, marker: str, ticket_id: str, related_id: str) -> None:
    """Relate two tickets once; Jira keeps one link of a type between two issues."""
    log.debug("jira.relation", marker=marker, ticket=ticket_id, related=related_id)
    relate(client, ticket_id, related_id)


def relate(client: JiraClient, issue_id: str, other_id: str) -> None:
    """Link two issues as related, where they are not linked so yet."""
    asked = client.http.get(
        f"{client.api}/issue/{segment(issue_id)}", params={"fields": "issuelinks"}
    )
    held = read.parts(read.part(asked.object, "fields"), "issuelinks")
    sides = (read.maybe_part(one, side) for one in held for side in ("inwardIssue", "outwardIssue"))
    if any(side and read.maybe_ident(side, "id") == other_id for side in sides):
        return
    body = {
        "type": {"name": _link_type(client)},
        "inwardIssue": {"id": other_id},
        "outwardIssue": {"id": issue_id},
    }
    client.http.post(f"{client.api}/issueLink", body, plain=True)


def tickets(client: JiraClient, ticket_ids: Sequence[str]) -> dict[str, Ticket]:
    """Read tickets by their ids: a hundred in a request, their histories in another.

    What is not listed is asked for by its id before it is called missing: the index may lag, and
    does not know what is archived.
    """
    wanted = list(dict.fromkeys(ticket_ids))
    verified = client.fields.id_of(client.settings.verified_field)
    fields = [*mapping.FIELDS, *([verified] if verified else [])]
    raws = {read.ident(raw, "id"): raw for raw in _listed(client, wanted, fields)}
    for one in wanted:
        if one not in raws and (raw := _alone(client, one, fields)) is not None:
            raws[one] = raw
    if not raws:
        return {one: mapping.missing(one) for one in wanted}
    histories = _histories(client, raws)
    context = _context(client)
    return {
        one: mapping.ticket(
            raws[one],
            histories.get(one, ()),
            context,
            url=client.browse(read.text(raws[one], "key")),
            verified_field=verified,
        )
        if one in raws
        else mapping.missing(one)
        for one in wanted
    }


def own(client: JiraClient, project: Project) -> Closing | None:
    """Return the closing object, None where the project is another tool's or another site's."""
    here = project.url.startswith(f"{client.settings.site_url}/")
    return maybe_closing(project.ref.key) if here else None


def _context(client: JiraClient) -> Context:
    known = (statuses.status(one) for one in client.statuses())
    return Context(
        fields=client.fields,
        known={one.id: one for one in known},
        resolution_is_done=client.settings.resolution_is_done,
    )


def _home(client: JiraClient, target: Closing | None, project: Project) -> str:
    """Return the Jira project that gets the tickets; never the one that is being closed."""
    wanted = client.settings.tickets_project
    if wanted is None and target is None:
        raise Rejected(
            f"{project.name} is not of this Jira: set tickets_project to the key of the Jira"
            " project that is to get its tickets"
        )
    if target is not None and target.kind is Kind.PROJECT:
        if wanted is None or read.ident(making.project_of(client, wanted), "id") == target.id:
            raise Rejected(
                f"the tickets of {project.name} cannot live in it, as it is being archived: set"
                " tickets_project to the key of another Jira project"
            )
        return wanted
    return wanted or project_of(client, target)


def project_of(client: JiraClient, target: Closing | None) -> str:
    """Return the id of the Jira project that a closing object is in."""
    if target is None:
        raise Rejected("set tickets_project to the key of a Jira project")
    if target.kind is Kind.VERSION:
        version = client.http.get(f"{client.api}/version/{target.id}").object
        return read.ident(version, "projectId")
    asked = client.http.get(f"{client.api}/issue/{target.id}", params={"fields": "project"})
    return read.ident(read.part(read.part(asked.object, "fields"), "project"), "id")


def _assignee(client: JiraClient, account: str) -> dict[str, str] | None:
    """Return how an assignee is named: by the account id, on Data Center by the user name."""
    if not account:
        return None
    if client.cloud:
        return {"id": account}
    try:
        user = client.http.get(f"{client.api}/user", params={"key": account}).object
    except (Rejected, NotAllowed):  # no such key, or not shown: then its id is likely the name
        return {"name": account}
    return {"name": read.maybe_text(user, "name") or account}


def _body(draft: TicketDraft) -> Document:
    """Return the text with both addresses in it, unless they are there already."""
    there = {
        part.href
        for block in draft.body.blocks
        if isinstance(block, Paragraph)
        for part in block.content
        if isinstance(part, Text)
    }
    if {draft.page_url, draft.project_url} <= there:
        return draft.body
    both = text(link(PAGE_LABEL, draft.page_url), " · ", link(PROJECT_LABEL, draft.project_url))
    return type(draft.body)((*draft.body.blocks, Paragraph(both)))


def _link(client: JiraClient, issue_id: str, global_id: str, url: str, label: str) -> None:
    if url:
        softly(f"link: {label}", lambda: links.remote_link(client, issue_id, global_id, url, label))


def softly(what: str, write: Callable[[], object]) -> None:
    """Do a write that the rest is good without, and say so where it is refused."""
    try:
        write()
    except (Rejected, NotAllowed) as refusal:
        log.warning("jira.part_left_out", part=what, reason=str(refusal))


def _link_type(client: JiraClient) -> str:
    """Return the link type to relate issues with: their names are each site's own."""
    types = client.link_types()
    for words in ("relates", "relates to", "related"):
        for one in types:
            said = (one.get("name"), one.get("inward"), one.get("outward"))
            if words in {word.casefold() for word in said if isinstance(word, str)}:
                return read.text(one, "name")
    if not types:
        raise Rejected("this Jira has no types of issue links; an admin can switch linking on")
    return read.text(types[0], "name")


def _listed(client: JiraClient, wanted: Sequence[str], fields: list[str]) -> Iterator[Raw]:
    """Yield the issues that lists of them show; none where Jira refuses the list."""
    for ids in _chunks(wanted, ISSUES):
        try:
            if client.cloud:
                body: Raw = {"issueIdsOrKeys": ids, "fields": fields}
                answer = client.http.post(f"{client.api}/issue/bulkfetch", body).object
            else:
                answer = _search(client, ids, fields)
        except Declined as refusal:
            log.warning("jira.asked_one_by_one", what="tickets", reason=str(refusal))
            continue
        yield from map(dict, read.parts(answer, "issues"))


def _search(client: JiraClient, ids: list[str], fields: list[str]) -> Raw:
    body: Raw = {
        "jql": f"id in ({','.join(ids)}) ORDER BY id",
        "fields": fields,
        "expand": ["changelog"],
        "maxResults": ISSUES,
        "validateQuery": False,  # else one id that is gone refuses them all
    }
    found: Raw = client.http.post(f"{client.api}/search", body).object
    return found


def _alone(client: JiraClient, ticket_id: str, fields: list[str]) -> Raw | None:
    params = {"fields": ",".join(fields)} | ({} if client.cloud else {"expand": "changelog"})
    try:
        found: Raw = client.http.get(
            f"{client.api}/issue/{segment(ticket_id)}", params=params
        ).object
    except NotFound:
        return None
    return found


def _histories(client: JiraClient, raws: Mapping[str, Raw]) -> Mapping[str, list[Raw]]:
    """Return each issue's history: on Data Center it came with the issue."""
    if not client.cloud:
        logs = {key: read.maybe_part(raw, "changelog") or {} for key, raw in raws.items()}
        return {key: list(map(dict, read.parts(one, "histories"))) for key, one in logs.items()}
    found: dict[str, list[Raw]] = {}
    for ids in _chunks(list(raws), CHANGELOGS):
        for one in _changelogs(client, ids):
            entries = map(dict, read.parts(one, "changeHistories"))
            found.setdefault(read.ident(one, "issueId"), []).extend(entries)
    return found


def _changelogs(client: JiraClient, ids: list[str]) -> Iterator[Mapping[str, Any]]:
    """Yield the changelogs of issues; one issue's may be split over several answers."""
    body: Raw = {"issueIdsOrKeys": ids, "maxResults": HISTORIES}
    while True:
        answer = client.http.post(f"{client.api}/changelog/bulkfetch", body).object
        yield from read.parts(answer, "issueChangeLogs")
        token = read.maybe_text(answer, "nextPageToken")
        if token is None:
            return
        body = {**body, "nextPageToken": token}


def _chunks(ids: Iterable[str], size: int) -> Iterator[list[str]]:
    rest = iter(ids)
    while chunk := list(islice(rest, size)):
        yield chunk
