"""Turn the complete rows of the actions table into tickets, once each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from service import rendering
from service.domain.actions import resolve
from service.domain.closeout import ActionRecord
from service.domain.facts import ActionFacts, Unread
from service.flows.effects import once
from service.ports import NotAllowed, Rejected, TicketCell, TicketDraft, Unavailable
from service.records import EffectState, Note

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from service.domain.actions import ResolvedAction
    from service.domain.closeout import Closeout
    from service.domain.facts import Facts
    from service.domain.tracking import Person
    from service.flows.tools import Tools

log = structlog.get_logger()


def agree(facts: Facts, *, tools: Tools) -> tuple[Facts, Exception | None]:
    """Keep each complete row as an action and make its ticket; return the facts with them.

    - Waits until the page has read the same for a while, so that no row is taken half-typed.
    - A ticket that could not be made is an unknown fact, and its failure the second value.
    """
    closeout = facts.closeout
    if closeout is None or not tools.writes or not settled(facts, tools):
        return facts, None
    actions = _register(closeout, facts, tools)
    made: list[ActionFacts] = []
    failure: Exception | None = None
    for known in actions:
        try:
            made.append(_with_ticket(closeout, known, actions, tools))
        except (Unavailable, NotAllowed, Rejected) as error:
            made.append(replace(known, ticket=Unread(str(error))))
            failure = failure or error
    _show_on_page(closeout, [known.record for known in made], tools)
    return replace(facts, actions=tuple(made)), failure


def settles_at(facts: Facts, tools: Tools) -> datetime | None:
    """Return when the page will have read the same for long enough, None without a page."""
    seen_at = facts.closeout.page_seen_at if facts.closeout else None
    return seen_at + timedelta(seconds=tools.policy.settle_seconds) if seen_at else None


def settled(facts: Facts, tools: Tools) -> bool:
    """Whether the page was read, and has read the same for long enough."""
    at = settles_at(facts, tools)
    return facts.post_mortem is not None and at is not None and facts.now >= at


def _register(closeout: Closeout, facts: Facts, tools: Tools) -> tuple[ActionFacts, ...]:
    """Keep the page's complete rows as actions: new ones added, reworded ones followed."""
    if facts.post_mortem is None or isinstance(facts.people, Unread):
        return facts.actions
    by_id = {known.record.id: known for known in facts.actions}
    rows = resolve(
        facts.post_mortem.rows,
        facts.people,
        facts.team_names,
        facts.today,
        tools.language,
        records=[known.record for known in facts.actions],
        maximum=tools.policy.actions_max,
    )
    for row in rows:
        if not row.complete or row.owner is None or row.due_on is None:
            continue
        if row.record is not None:
            record = _worded(row.record, row, row.owner, row.due_on)
            by_id[record.id] = replace(by_id[record.id], record=record)
        elif len(by_id) < tools.policy.actions_max:
            record = _new(closeout, len(by_id) + 1, row, row.owner, row.due_on)
            by_id[record.id] = ActionFacts(record, None)
        else:
            continue
        tools.store.save_action(record)
    return tuple(by_id.values())


def _new(
    closeout: Closeout, number: int, row: ResolvedAction, owner: Person, due_on: date
) -> ActionRecord:
    blank = ActionRecord(
        id=f"{closeout.id}-{number}",
        closeout_id=closeout.id,
        number=number,
        change="",
        owner_id="",
        owner_name="",
        due_on=due_on,
        check="",
    )
    return _worded(blank, row, owner, due_on)


def _worded(record: ActionRecord, row: ResolvedAction, owner: Person, due_on: date) -> ActionRecord:
    """Follow the words of the page; a ticket that exists stays as people have it."""
    return replace(
        record,
        change=row.row.change,
        owner_id=owner.id,
        owner_name=owner.name,
        due_on=due_on,
        check=row.row.check,
    )


def _with_ticket(
    closeout: Closeout, known: ActionFacts, actions: Sequence[ActionFacts], tools: Tools
) -> ActionFacts:
    record = known.record
    if record.ticket_id is not None:
        _relate(closeout, record, actions, tools)
        return known
    draft = TicketDraft(
        title=record.change,
        body=rendering.ticket(
            record, closeout.project_name, closeout.page_url or "", closeout.project_url
        ),
        assignee_id=record.owner_id,
        due_on=record.due_on,
        page_url=closeout.page_url or "",
        project_url=closeout.project_url,
    )
    project = tools.project(closeout.project)
    effect = once(
        closeout,
        "ticket",
        str(record.number),
        lambda attempt: tools.tickets.ensure_ticket(
            project, attempt.marker, draft, tried=attempt.tried
        ),
        lambda ticket: (ticket.id, ticket.url),
        tools=tools,
    )
    ticket_id = effect.remote_id or ""
    ticket = tools.tickets.tickets([ticket_id])[ticket_id]
    tools.still_ours()
    record = replace(record, ticket_id=ticket.id, ticket_key=ticket.key, ticket_url=ticket.url)
    tools.store.save_action(record)
    tools.store.note(Note(tools.now(), f"Ticket {ticket.key} made: {record.change}", closeout.id))
    _relate(closeout, record, actions, tools)
    return replace(known, record=record, ticket=ticket)


def _show_on_page(closeout: Closeout, actions: Sequence[ActionRecord], tools: Tools) -> None:
    """Write the tickets into the page's table, where its tool allows that exactly.

    The page is as good without: what goes wrong is logged, and keeps nothing from happening.
    """
    ticketed = [one for one in actions if one.ticket_key and one.ticket_url]
    page_id, subject = closeout.page_id, ",".join(str(one.number) for one in ticketed)
    before = tools.store.effect(closeout.id, "ticket-cells", subject)
    if page_id is None or not ticketed or (before and before.state is not EffectState.INTENDED):
        return
    cells = [TicketCell(one.change, one.ticket_key or "", one.ticket_url or "") for one in ticketed]
    try:
        once(
            closeout,
            "ticket-cells",
            subject,
            lambda _attempt: tools.pages.ensure_ticket_cells(page_id, cells),
            lambda _none: (page_id, closeout.page_url),
            tools=tools,
        )
    except (Unavailable, NotAllowed, Rejected) as failure:
        log.warning("page.tickets_not_shown", reason=str(failure))


def _relate(
    closeout: Closeout, record: ActionRecord, actions: Sequence[ActionFacts], tools: Tools
) -> None:
    """Relate the ticket with the closeout's first one, so that each leads to the others.

    A refused relation is left at that: the ticket is good without it.
    """
    before = tools.store.effect(closeout.id, "relation", str(record.number))
    if before is not None and before.state is not EffectState.INTENDED:
        return
    first = tools.store.action(actions[0].record.id)
    if first is None or first.ticket_id is None or first.id == record.id or not record.ticket_id:
        return
    ticket_id, first_id = record.ticket_id, first.ticket_id
    once(
        closeout,
        "relation",
        str(record.number),
        lambda attempt: tools.tickets.ensure_relation(attempt.marker, ticket_id, first_id),
        lambda _none: (first_id, None),
        tools=tools,
    )
