"""What people read in comments: each thing once, in plain words, with who can see to it."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from service import markdown, rendering
from service.domain.closeout import Hold
from service.domain.document import Document
from service.domain.facts import Facts
from service.domain.policy import CheckSpec, Policy
from service.ports import Enforcement
from tests.domain.gate_builders import (
    ADA,
    DAY,
    DELIVERED,
    NOW,
    OPEN,
    PAGE_URL,
    TODAY,
    a_post_mortem,
    a_record,
    a_row,
    a_waiver,
    an_action,
    facts,
    judge,
    with_action,
    with_page,
)
from tests.domain.pages import fresh_page, read_page

BERLIN = ZoneInfo("Europe/Berlin")
RULES = "default (0ff67de4)"
HOLD = Hold(1, NOW, DELIVERED, OPEN)


def a_case(
    given: Facts | None = None, name: str = "Nova", policy: Policy | None = None
) -> rendering.Case:
    return rendering.Case(
        name=name,
        verdict=judge(given or facts(), policy),
        at=NOW,
        timezone=BERLIN,
        enforcement=Enforcement.UNDO,
        policy=RULES,
        delivered_at=NOW - 13 * DAY,
        page_url=PAGE_URL,
        case_url="https://closeout.example/projects/acme/nova",
        closes_itself=True,
    )


def written(document: Document) -> str:
    return markdown.write(document)


def refused(given: Facts, policy: Policy | None = None) -> str:
    return written(rendering.refusal(a_case(given, policy=policy), HOLD))


def waived(*checks: str) -> Facts:
    waivers = tuple(replace(a_waiver(check), id=check) for check in checks)
    return replace(with_action(an_action(), waivers=waivers), today=TODAY)


def test_while_the_page_is_not_made_one_line_says_so() -> None:
    comment = refused(facts(page=None, post_mortem=None, actions=()))

    assert 1 == comment.count("Closeout makes the page by itself (Closeout)")
    assert 1 == comment.count("**Unmet: ")
    assert (
        "**Unmet, and comes with the above:** Page and project linked · Session set · Sections "
        "filled · Successes specific · Root causes named · Actions agreed · Tickets exist · "
        "Actions verified\n"
    ) in comment


def test_what_one_wrong_owner_leaves_undone_takes_one_line() -> None:
    rows = (a_row(1, owner="Platform"), *(a_row(number) for number in (2, 3, 4)))

    comment = refused(facts(post_mortem=a_post_mortem(rows=rows), actions=()))

    assert 1 == comment.count("**Unmet: ")
    assert "**Unmet, and comes with the above:** Tickets exist · Actions verified\n" in comment


def test_what_follows_is_left_out_beside_what_somebody_can_do() -> None:
    rows = (a_row(1, owner="Platform"), *(a_row(number) for number in (2, 3, 4)))
    actions = tuple(an_action(number, status=OPEN, status_moves=()) for number in (2, 3, 4))

    comment = refused(facts(post_mortem=a_post_mortem(rows=rows), actions=actions))

    assert "Finish OPS-2" in comment
    assert "Complete the row of action 1" not in comment


def test_what_follows_from_nothing_shown_is_shown_itself() -> None:
    policy = Policy(checks=(CheckSpec("session-set"), CheckSpec("tickets-exist")))

    comment = refused(facts(actions=()), policy)

    assert "comes with the above" not in comment
    assert "Wait: Closeout makes the ticket by itself (Closeout)" in comment


def test_bullets_instead_of_rows_are_each_named_once_and_quoted_once() -> None:
    lines = ("Add a checklist", "Move the demo to Friday", "Send the report weekly")
    bullets = "\n".join(f"- {line}" for line in lines)
    page = read_page(fresh_page().replace("## Lessons", f"{bullets}\n\n## Lessons"), TODAY)

    comment = refused(facts(post_mortem=page, actions=()))

    assert "““" not in comment
    assert "Not understood" not in comment
    for line in lines:
        assert 1 == comment.count(f"“{line}”")
        assert f"“{line}” is not read as an action: write it as a row" in comment


def test_a_waiver_is_told_once() -> None:
    comment = written(rendering.closing(a_case(waived("actions-verified")), by_itself=True))

    assert (
        "**Waived: Actions verified.** By Robin Vega until 26 Mar 2027: The client moved the "
        "audit. Without the waiver: 3 of 4 verified; OPS-1 done, waits for somebody other than "
        "Sara Lindt to verify. [open]"
    ) in comment
    assert 1 == comment.casefold().count("robin vega")
    assert ".." not in comment


@pytest.mark.parametrize("by_itself", [True, False])
def test_a_closing_with_waivers_is_not_called_complete(by_itself: bool) -> None:
    one = written(rendering.closing(a_case(waived("actions-verified")), by_itself=by_itself))
    given = replace(waived("actions-verified", "session-set"), post_mortem=None)
    given = replace(given, post_mortem=a_post_mortem(session_on=None))
    two = written(rendering.closing(a_case(given), by_itself=by_itself))

    assert (
        "**Closeout: Nova is closed with 1 check waived (9 of 9 met, 1 of them by waiver).**" in one
    )
    assert "is closed with 2 checks waived (9 of 9 met, 2 of them by waiver)" in two
    assert "complete" not in one
    assert ("met or waived when it was closed" in one) is not by_itself


def test_a_closing_with_all_met_is_complete() -> None:
    comment = written(rendering.closing(a_case(), by_itself=False))

    assert "**Closeout: Nova is closed. Its post-mortem is complete (9 of 9 met).**" in comment
    assert "Everything asked for was met when it was closed." in comment


def test_a_terminal_tells_a_waiver_once() -> None:
    verdict = judge(waived("actions-verified"))

    lines = list(rendering.plain_lines(verdict, BERLIN))

    assert "    waived by Robin Vega until 26 Mar 2027: The client moved the audit." in lines
    assert 1 == sum("Robin Vega" in line for line in lines)


def test_the_rules_are_named_at_the_end_alone() -> None:
    comment = refused(with_page(session_on=None))

    assert 1 == comment.count(RULES)
    assert comment.rstrip().endswith(f"Rules: {RULES}")
    assert "because of what is unmet above; nothing in this tracker refuses" in comment


def test_a_project_that_was_closed_again_and_again_is_told_in_plain_words() -> None:
    comment = written(rendering.contested(a_case(with_page(session_on=None)), 3))

    assert "Closeout: Nova was closed again and again (8 of 9 met)." in comment
    assert "contested" not in comment


def test_a_project_without_a_name_is_called_so_everywhere() -> None:
    case = a_case(name="  ")
    tickets = (a_record(1),)

    comments = [
        written(rendering.refusal(case, HOLD)),
        written(rendering.warning(case)),
        written(rendering.may_close(case)),
        written(rendering.closing(case, by_itself=True)),
        written(rendering.ticketed(case, tickets)),
        written(rendering.ticket(tickets[0], " ", PAGE_URL, "https://tracker.example/nova")),
    ]

    for comment in comments:
        assert "(project without a name)" in comment


def test_the_lead_is_asked_by_name() -> None:
    given = with_page(session_on=None)

    comment = refused(replace(given, project=replace(given.project, lead=ADA)))

    assert "Write the day of the session on the page (Ada Berg, project lead)" in comment
    assert "facilitator" not in comment
