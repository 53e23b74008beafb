"""Gather everything the gate decides from. A read that fails becomes an unknown fact."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from service.domain.facts import ActionFacts, Facts, Unread
from service.domain.reading import read_post_mortem
from service.domain.remote import Page, Presence, Ticket
from service.ports import NotAllowed, Rejected, Unavailable
from service.template import own_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.domain.closeout import ActionRecord, Closeout, Verification
    from service.domain.tracking import Person, Project
    from service.flows.tools import Tools

Found = TypeVar("Found")


def gather(project: Project, closeout: Closeout | None, *, tools: Tools) -> Facts:
    """Read the page, the tickets and the people; nothing is written outside."""
    page = _page(closeout, tools)
    content = page.content if isinstance(page, Page) else None
    own = own_lines(tools.template)
    store = tools.store
    records = store.actions(closeout.id) if closeout else ()
    given = {word.action_id: word for word in store.verifications(closeout.id)} if closeout else {}
    people = known_people(tools) if content else ()
    return Facts(
        now=tools.now(),
        today=tools.today(),
        project=project,
        closeout=closeout,
        page=page,
        post_mortem=read_post_mortem(content, own, tools.today()) if content else None,
        people=people,
        team_names=_team_names(tools) if content else frozenset(),
        actions=tuple(_action(record, given.get(record.id), tools) for record in records),
        waivers=tuple(store.waivers(closeout.id)) if closeout else (),
        linked=isinstance(page, Page) and any(link.url == page.url for link in project.links),
    )


def without_page(project: Project, closeout: Closeout, *, tools: Tools) -> Facts:
    """Return what is known before a page was ever made, without asking anybody."""
    return Facts(
        now=tools.now(),
        today=tools.today(),
        project=project,
        closeout=closeout,
        page=None,
        post_mortem=None,
        people=(),
        team_names=frozenset(),
        waivers=tuple(tools.store.waivers(closeout.id)),
    )


def remember_page(facts: Facts, *, tools: Tools) -> Facts:
    """Keep the page's fingerprint, and since when it has read like that."""
    closeout, page = facts.closeout, facts.page
    if closeout is None or not isinstance(page, Page) or page.content is None:
        return facts
    fingerprint = hashlib.sha256(repr(page.content).encode("utf-8", "replace")).hexdigest()
    if fingerprint == closeout.page_seen:
        return facts
    seen = replace(closeout, page_seen=fingerprint, page_seen_at=facts.now)
    tools.store.save_closeout(seen)
    return replace(facts, closeout=seen)


def known_people(tools: Tools) -> tuple[Person, ...] | Unread:
    """Read every account of the workspace that keeps the tickets."""
    return _try(lambda: tuple(tools.tickets.people()))


def _page(closeout: Closeout | None, tools: Tools) -> Page | Unread | None:
    if closeout is None or closeout.page_id is None:
        return None
    page_id = closeout.page_id
    return _try(lambda: tools.pages.page(page_id))


def _action(record: ActionRecord, given: Verification | None, tools: Tools) -> ActionFacts:
    ticket_id = record.ticket_id
    ticket = _try(lambda: tools.tickets.ticket(ticket_id)) if ticket_id else None
    if isinstance(ticket, Ticket) and ticket.presence is Presence.MISSING:
        # The tool has forgotten what it was called; people have not.
        ticket = replace(
            ticket, key=record.ticket_key or ticket.key, url=record.ticket_url or ticket.url
        )
    return ActionFacts(record, ticket, given)


def _team_names(tools: Tools) -> frozenset[str]:
    teams = _try(lambda: tuple(tools.tickets.teams()))
    if isinstance(teams, Unread):
        return frozenset()
    return frozenset(name for team in teams for name in (team.name, team.key))


def _try(read: Callable[[], Found]) -> Found | Unread:
    try:
        return read()
    except (Unavailable, NotAllowed, Rejected) as failure:
        return Unread(str(failure))
