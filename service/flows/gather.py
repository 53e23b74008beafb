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
    from collections.abc import Callable, Mapping, Sequence

    from service.domain.closeout import ActionRecord, Closeout, Verification
    from service.domain.tracking import Person, Project
    from service.flows.directory import Accounts
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
    accounts = known_accounts(tools) if content else None
    return Facts(
        now=tools.now(),
        today=tools.today(),
        project=project,
        closeout=closeout,
        page=page,
        post_mortem=read_post_mortem(content, own, tools.today()) if content else None,
        people=people_of(accounts),
        team_names=_team_names(accounts),
        actions=_actions(records, given, tools),
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


def known_accounts(tools: Tools) -> Accounts | Unread:
    """Return the accounts and teams of the workspace that keeps the tickets."""
    return _try(lambda: tools.directory.accounts(tools.tickets_workspace, tools.tickets))


def people_of(accounts: Accounts | Unread | None) -> tuple[Person, ...] | Unread:
    """Return the people of the accounts, nobody where they were not asked for."""
    if accounts is None or isinstance(accounts, Unread):
        return accounts or ()
    return accounts.people


def _page(closeout: Closeout | None, tools: Tools) -> Page | Unread | None:
    if closeout is None or closeout.page_id is None:
        return None
    page_id = closeout.page_id
    return _try(lambda: tools.pages.page(page_id))


def _actions(
    records: Sequence[ActionRecord], given: Mapping[str, Verification], tools: Tools
) -> tuple[ActionFacts, ...]:
    """Put each action together with its ticket as it stands and its latest verification."""
    ids = [record.ticket_id for record in records if record.ticket_id]
    tickets = _try(lambda: tools.tickets.tickets(ids)) if ids else {}
    return tuple(
        ActionFacts(record, _ticket(record, tickets), given.get(record.id)) for record in records
    )


def _ticket(record: ActionRecord, tickets: Mapping[str, Ticket] | Unread) -> Ticket | Unread | None:
    if record.ticket_id is None:
        return None
    if isinstance(tickets, Unread):
        return tickets
    ticket = tickets[record.ticket_id]
    if ticket.presence is Presence.MISSING:
        # The tool has forgotten what it was called; people have not.
        return replace(
            ticket, key=record.ticket_key or ticket.key, url=record.ticket_url or ticket.url
        )
    return ticket


def _team_names(accounts: Accounts | Unread | None) -> frozenset[str]:
    if accounts is None or isinstance(accounts, Unread):
        return frozenset()
    return frozenset(name for team in accounts.teams for name in (team.name, team.key))


def _try(read: Callable[[], Found]) -> Found | Unread:
    try:
        return read()
    except (Unavailable, NotAllowed, Rejected) as failure:
        return Unread(str(failure))
