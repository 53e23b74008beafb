"""Builders of everything behind the web door: settings, services, and cases to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from service import settings as configuration
from service.bootstrap import Services
from service.domain.closeout import (
    ActionRecord,
    ActionStatus,
    Closeout,
    CloseoutStatus,
    Verification,
    Waiver,
)
from service.domain.facts import ActionFacts
from service.domain.policy import Policy
from service.domain.postmortem import Section, SectionText
from service.domain.tracking import ProjectRef
from service.domain.verdict import Verdict, carry
from service.records import EffectState, Note, Store
from service.settings import General, Web, Workspace
from tests.domain import gate_builders as gate
from tests.web.desk import DELIVERED, STARTED, Desk, a_desk_ticket, connector

NOW = datetime(2027, 3, 19, 13, 2, tzinfo=UTC)
DAY = timedelta(days=1)
UNVERIFIED_ONE, OPEN_ONE = 3, 4
TOKEN = "token-of-the-automation-0123456789"
ACME = ProjectRef("acme", "nova")
HOSTILE = "<script>alert(1)</script> @everyone\n\"'>{{ 7*7 }}\x00\ud800\u202e ok"


@dataclass
class House:
    """The services with what a test turns: the tools behind, the time, and how often it rang."""

    services: Services
    store: Store
    desks: Mapping[str, Desk]
    now: datetime = NOW
    rings: int = 0

    def clock(self) -> datetime:
        return self.now

    def ring(self) -> None:
        self.rings += 1


@dataclass
class Building:
    """What a house is built from; tests replace parts of it."""

    general: General = field(
        default_factory=lambda: General(
            public_url="http://localhost:8080",
            timezone=ZoneInfo("Europe/Berlin"),
            api_tokens=(TOKEN,),
        )
    )
    web: Web = field(default_factory=Web)
    mode: str = "enforce"
    max_body: int = 100_000


def a_house(store: Store, desk: Desk | None = None, building: Building | None = None) -> House:
    """Wire the real services to tools that live in memory: workspaces `acme` and `other`."""
    plan = building or Building()
    desks = {"acme": desk or Desk(), "other": Desk()}
    bare = configuration.parse({}, Path(), {})
    spaces = {
        name: Workspace(name, "desk", plan.mode, name, name, Policy(), options=None)  # type: ignore[arg-type]  # the mode is one of the three
        for name in desks
    }
    settings = replace(bare, closeout=plan.general, web=plan.web, workspaces=spaces)
    services = Services(settings, store)
    house = House(services, store, desks)
    services.clock, services.ring = house.clock, house.ring
    services.connectors = {
        name: connector(found, max_body=plan.max_body) for name, found in desks.items()
    }
    for name in desks:
        store.enrol(name, NOW - 30 * DAY)
    return house


def a_closeout(
    house: House, project: ProjectRef = ACME, name: str = "Nova: audit portal for the data team"
) -> Closeout:
    """Open a closeout that is held open since 13 days, with its page."""
    desk = house.desks[project.workspace]
    desk.add(project.key, name, workspace=project.workspace)
    closeout = house.store.open_closeout(
        project,
        name=name,
        url=f"https://tracker.example/{project.key}",
        delivered_at=NOW - 13 * DAY,
        closing_into=DELIVERED,
        return_to=STARTED,
        at=NOW - 13 * DAY,
        reason=f"{name} was moved to Delivered",
    )
    house.store.add_hold(closeout.id, NOW - 13 * DAY + timedelta(seconds=2), DELIVERED, STARTED)
    closeout = house.store.move(
        closeout,
        CloseoutStatus.IN_REVIEW,
        reason="moved back from Delivered to In progress",
        at=NOW - 13 * DAY + timedelta(seconds=2),
    )
    desk.pages["page-1"] = replace(gate.a_page(), project_key=project.key)
    with_page = replace(closeout, page_id="page-1", page_url="https://pages.example/nova")
    house.store.save_closeout(with_page)
    effect = house.store.intend(closeout.id, "page", "post-mortem", NOW - 13 * DAY)
    house.store.record(
        effect,
        EffectState.DONE,
        NOW - 13 * DAY + timedelta(seconds=6),
        remote_id="page-1",
        remote_url="https://pages.example/nova",
    )
    return with_page


def a_record(closeout: Closeout, number: int, **fields: object) -> ActionRecord:
    """Return an agreed action of a closeout, with its ticket."""
    usual = replace(gate.a_record(number), id=f"{closeout.id}-{number}", closeout_id=closeout.id)
    return replace(usual, **fields)  # type: ignore[arg-type]  # the fields are the caller's


def a_judged_case(house: House, project: ProjectRef = ACME, **closeout: str) -> Closeout:
    """Build a blocked case as real life has it: 4 actions, 2 verified, a waiver, gaps on the page."""
    case = a_closeout(house, project, **closeout)
    verdict = _blocked_verdict(house, case)
    before = carry(None, verdict, NOW - 6 * DAY)
    house.store.save_verdict(case.id, carry(before, verdict, NOW), NOW, "default, version 7")
    house.store.save_figures(case.id, FIGURES, NOW - 13 * DAY)
    house.store.note(Note(NOW - 12 * DAY, "4 actions agreed, tickets made", case.id))
    return case


def a_closed_case(house: House, project: ProjectRef, name: str) -> Closeout:
    """Build a case that has ended well."""
    case = a_closeout(house, project, name)
    desk = house.desks[project.workspace]
    shown = desk.projects[project.key]
    desk.projects[project.key] = replace(shown, status=DELIVERED, closed_at=NOW - DAY)
    house.store.save_verdict(case.id, gate.judge(gate.facts()), NOW, "default, version 7")
    ended = replace(case, closed_at=NOW - DAY)
    house.store.save_closeout(ended)
    return house.store.move(ended, CloseoutStatus.CLOSED, reason="met", at=NOW - DAY)


def _blocked_verdict(house: House, case: Closeout) -> Verdict:
    """Judge the case by the real gate: two actions verified, one done, one open; gaps on the page."""
    actions = tuple(_an_action(house, case, number) for number in (1, 2, 3, 4))
    waiver = Waiver(
        f"w-{case.id}",
        case.id,
        "sections-filled",
        "Robin Vega",
        "The client session is next week; open questions are asked there.",
        date(2027, 3, 26),
        NOW - 3 * DAY,
    )
    house.store.add_waiver(waiver)
    page = gate.a_post_mortem()
    sections = {**page.sections, Section.OPEN_QUESTIONS: SectionText("Open questions", ())}
    facts = gate.facts(
        actions=actions,
        waivers=(waiver,),
        post_mortem=replace(page, session_on=None, session_text=None, sections=sections),
        closeout=case,
        project=house.desks[case.project.workspace].projects[case.project.key],
    )
    return gate.judge(facts)


def _an_action(house: House, case: Closeout, number: int) -> ActionFacts:
    """Keep an action with its ticket: the first two are verified, the last is open."""
    ended = {OPEN_ONE: ActionStatus.OPEN, UNVERIFIED_ONE: ActionStatus.DONE}
    record = a_record(case, number, status=ended.get(number, ActionStatus.VERIFIED))
    ticket = a_desk_ticket(number, STARTED if number == OPEN_ONE else gate.DONE)
    house.store.save_action(record)
    house.desks[case.project.workspace].kept_tickets[ticket.id] = ticket
    if number in (OPEN_ONE, UNVERIFIED_ONE):
        return ActionFacts(record, ticket)
    evidence = "https://evidence.example/template-v3"
    given = Verification(record.id, gate.KIM.id, gate.KIM.name, NOW - 2 * DAY, evidence, "web")
    house.store.add_verification(given)
    return ActionFacts(record, ticket, given)


def _leaf(value: object, unit: str, n: int, **more: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "value": value,
        "unit": unit,
        "n": n,
        "excluded": [],
        "issues": [f"NOVA-{number}" for number in range(1, n + 1)],
        "formula": "members at the kick-off, less those that were dropped",
        "reason": None,
    }
    return {**usual, **more}


FIGURES: Mapping[str, object] = {
    "headline": [
        {
            "label": "Planned finish at kick-off",
            "planned": "28 Feb 2027",
            "actual": None,
            "reason": "kick-off 4 Jan 2027: the day it was started",
        },
        {
            "label": "Re-plans",
            "planned": None,
            "actual": "1: 28 Feb 2027 → 5 Mar 2027 (on 12 Feb 2027)",
            "reason": "last plan: 5 Mar 2027",
        },
        {
            "label": "Actual finish",
            "planned": "28 Feb 2027",
            "actual": "6 Mar 2027",
            "reason": None,
        },
        {"label": "Slip", "planned": None, "actual": "6 days late", "reason": None},
        {"label": "Scope at kick-off", "planned": "38 issues", "actual": None, "reason": None},
        {
            "label": "Added after kick-off",
            "planned": None,
            "actual": "9 issues",
            "reason": "2 more came and went in between",
        },
        {
            "label": "Cycle time",
            "planned": None,
            "actual": "half within 3.5 days, 85 % within 8.0 days",
            "reason": "41 of 44 finished issues measured; 3 never in progress before done",
        },
        {
            "label": "Budget",
            "planned": "unknown: the tracker keeps no budget",
            "actual": "unknown: no hours were logged",
            "reason": None,
        },
    ],
    "snapshot": {
        "window": {"baseline": "2027-01-04T09:00:00Z", "close": "2027-03-06T16:00:00Z"},
        "catalogue": "1",
        "quality": [
            {"issue": None, "field": None, "finding": "points of 2 teams are added up"},
            {"issue": "NOVA-7", "field": "status", "finding": "closed twice within a minute"},
        ],
        "metrics": {
            "scope": {
                "base": _leaf(38, "issues", 38),
                "added": _leaf(
                    9, "issues", 9, excluded=[{"issue": "NOVA-99", "reason": "archived"}]
                ),
                "transient": _leaf(2, "issues", 2),
            },
            "effort": {
                "mdmre": _leaf(None, "ratio", 0, reason="no issue has both a size and hours"),
            },
        },
    },
}
