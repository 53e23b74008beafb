"""Builders of the facts of one closeout: everything is met, unless a test says otherwise.

The project is Nova. Today is 19 March 2027; the four actions belong to Sara, Lee, Ada and Noor.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from service.domain.closeout import ActionRecord, Closeout, CloseoutStatus, Verification, Waiver
from service.domain.document import Document
from service.domain.facts import ActionFacts, Facts
from service.domain.gate import evaluate
from service.domain.language import Language
from service.domain.policy import Policy
from service.domain.postmortem import ActionRow, Failing, PostMortem, Section, SectionText
from service.domain.remote import LabelChange, Page, Presence, StatusMove, Ticket
from service.domain.tracking import Person, Project, ProjectRef, Status, StatusCategory
from service.domain.verdict import Outcome, Verdict

CONFIG = Path(__file__).resolve().parents[2] / "config"
ENGLISH = Language.from_toml(
    tomllib.loads((CONFIG / "language" / "english.toml").read_text(encoding="utf-8"))
)

NOW = datetime(2027, 3, 19, 13, 2, tzinfo=UTC)
TODAY = date(2027, 3, 19)
DAY = timedelta(days=1)

OPEN = Status("s-open", "In progress", StatusCategory.IN_PROGRESS)
DONE = Status("s-done", "Done", StatusCategory.DONE)
CANCELLED = Status("s-cancelled", "Cancelled", StatusCategory.CANCELLED)
DELIVERED = Status("s-delivered", "Delivered", StatusCategory.DONE)

SARA = Person("p-sara", "Sara Lindt", "sara@acme.example", "sara")
LEE = Person("p-lee", "Lee Wong", "lee@acme.example", "lee")
ADA = Person("p-ada", "Ada Berg", "ada@acme.example", "ada")
NOOR = Person("p-noor", "Noor Haddad", "noor@acme.example", "noor")
KIM = Person("p-kim", "Kim Okafor", "kim@acme.example", "kim")
ROBIN = Person("p-robin", "Robin Vega", "robin@acme.example", "robin")
PEOPLE = (SARA, LEE, ADA, NOOR, KIM, ROBIN)
OWNERS = (SARA, LEE, ADA, NOOR)

CHANGES = (
    "Discovery template gains a checklist that audits data quality",
    "Load tests run against data of production size",
    "The client signs each addition to the SOW",
    "Memory alert over 80% for 5 minutes, with a runbook",
)
CHECK = "Page version, read by the delivery lead"
PAGE_URL = "https://pages.example/nova"


def a_row(number: int = 1, /, **cells: str) -> ActionRow:
    """Return a complete row; `cells` replaces cells."""
    usual = {
        "change": CHANGES[(number - 1) % 4],
        "owner": OWNERS[(number - 1) % 4].name,
        "due": "2027-03-28",
        "check": CHECK,
        "ticket": "",
    }
    return ActionRow(number, **(usual | cells))


def a_record(number: int = 1, /, **fields: object) -> ActionRecord:
    """Return the kept action of `a_row(number)`, with its ticket."""
    owner = OWNERS[(number - 1) % 4]
    record = ActionRecord(
        id=f"a-{number}",
        closeout_id="c-1",
        number=number,
        change=CHANGES[(number - 1) % 4],
        owner_id=owner.id,
        owner_name=owner.name,
        due_on=date(2027, 3, 28),
        check=CHECK,
        ticket_id=f"t-{number}",
        ticket_key=f"OPS-{number}",
        ticket_url=f"https://tracker.example/OPS-{number}",
    )
    return replace(record, **fields)  # type: ignore[arg-type]  # the fields are the caller's


def a_move(after: Status, at: datetime, before: Status | None = OPEN) -> StatusMove:
    """Return one move of a ticket."""
    return StatusMove(at, before, after, by=None)


def a_ticket(number: int = 1, /, **fields: object) -> Ticket:
    """Return the done ticket of action `number`, done three days ago."""
    ticket = Ticket(
        id=f"t-{number}",
        key=f"OPS-{number}",
        url=f"https://tracker.example/OPS-{number}",
        title=CHANGES[(number - 1) % 4],
        presence=Presence.PRESENT,
        status=DONE,
        assignee=OWNERS[(number - 1) % 4],
        due_on=date(2027, 3, 28),
        status_moves=(a_move(DONE, NOW - 3 * DAY),),
    )
    return replace(ticket, **fields)  # type: ignore[arg-type]  # the fields are the caller's


def a_label(by: Person | None, at: datetime, label: str = "Verified") -> dict[str, object]:
    """Return the ticket fields of a label that was put on."""
    return {"labels": (label,), "label_changes": (LabelChange(label, added=True, at=at, by=by),)}


def a_verification(number: int = 1, by: Person = KIM, at: datetime = NOW - DAY) -> Verification:
    """Return somebody's word that action `number` is in place."""
    return Verification(f"a-{number}", by.id, by.name, at, "https://evidence.example", "web")


def an_action(number: int = 1, /, **ticket: object) -> ActionFacts:
    """Return a kept action, done and not verified."""
    return ActionFacts(a_record(number), a_ticket(number, **ticket))


def a_verified_action(number: int = 1) -> ActionFacts:
    """Return a kept action, done and verified by Kim."""
    return replace(an_action(number), verification=a_verification(number))


def a_waiver(check: str = "actions-verified", by: str = "Robin Vega", days: int = 7) -> Waiver:
    """Return a waiver that holds for so many days from today."""
    reason = "The client moved the audit."
    return Waiver("w-1", "c-1", check, by, reason, TODAY + days * DAY, NOW - DAY)


def a_post_mortem(**fields: object) -> PostMortem:
    """Return a page as people wrote it, with nothing missing."""
    sections = {
        section: SectionText(section.value.replace("_", " ").capitalize(), ("none",))
        for section in Section
    }
    page = PostMortem(
        session_on=date(2027, 3, 12),
        session_text="2027-03-12",
        sections=sections,
        missing=(),
        successes=("A weekly call with the client's data lead caught three faults early",),
        failings=(Failing(1, "Staging fell over", ("It was small",), "No line in the checklist"),),
        root_causes=("No line in the checklist",),
        rows=tuple(a_row(number) for number in (1, 2, 3, 4)),
        not_understood=(),
    )
    return replace(page, **fields)  # type: ignore[arg-type]  # the fields are the caller's


def a_page(**fields: object) -> Page:
    """Return the page of Nova, in place."""
    page = Page(
        id="page-1",
        url=PAGE_URL,
        title="Post-mortem: Nova",
        presence=Presence.PRESENT,
        content=Document(()),
        updated_at=NOW - DAY,
        project_key="nova",
    )
    return replace(page, **fields)  # type: ignore[arg-type]  # the fields are the caller's


def facts(**fields: object) -> Facts:
    """Return the facts of a project that may close."""
    project = Project(
        ref=ProjectRef("acme", "nova"),
        name="Nova",
        url="https://tracker.example/nova",
        status=OPEN,
        created_at=NOW - 90 * DAY,
        updated_at=NOW,
    )
    closeout = Closeout(
        id="c-1",
        project=project.ref,
        project_name="Nova",
        project_url=project.url,
        ordinal=1,
        status=CloseoutStatus.IN_REVIEW,
        requested_at=NOW - 13 * DAY,
        delivered_at=NOW - 13 * DAY,
        closing_into=DELIVERED,
        page_id="page-1",
        page_url=PAGE_URL,
    )
    usual = Facts(
        now=NOW,
        today=TODAY,
        project=project,
        closeout=closeout,
        page=a_page(),
        post_mortem=a_post_mortem(),
        people=PEOPLE,
        team_names=frozenset({"Platform", "Team Alpha"}),
        actions=tuple(a_verified_action(number) for number in (1, 2, 3, 4)),
        linked=True,
    )
    return replace(usual, **fields)  # type: ignore[arg-type]  # the fields are the caller's


def with_page(**fields: object) -> Facts:
    """Return facts whose page reads differently."""
    return facts(post_mortem=a_post_mortem(**fields))


def with_action(action: ActionFacts, **fields: object) -> Facts:
    """Return facts whose first action is this one; the others are verified."""
    rest = tuple(a_verified_action(number) for number in (2, 3, 4))
    return facts(actions=(action, *rest), **fields)


def judge(given: Facts, policy: Policy | None = None) -> Verdict:
    """Evaluate the gate with the shipped words."""
    return evaluate(policy or Policy(), given, ENGLISH)


def part(verdict: Verdict, *names: str) -> Verdict:
    """Return a part of a verdict by the names on the way to it."""
    for name in names:
        verdict = next(child for child in verdict.children if child.name == name)
    return verdict


def blocked(verdict: Verdict) -> set[str]:
    """Return the names of the checks that are unmet."""
    return {child.name for child in verdict.children if child.outcome is Outcome.BLOCKED}


def outcomes(verdict: Verdict) -> dict[str, Outcome]:
    """Return each check's outcome by name."""
    return {child.name: child.outcome for child in verdict.children}


def walk(verdict: Verdict) -> Sequence[Verdict]:
    """Return a verdict and all its parts."""
    return [verdict, *(found for child in verdict.children for found in walk(child))]
