from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from service.domain.facts import ActionFacts, Facts, Unread
from service.domain.gate import evaluate
from service.domain.policy import CheckSpec, Level, Policy
from service.domain.postmortem import Failing, Section, SectionText
from service.domain.remote import Page, Presence
from service.domain.verdict import Outcome
from tests.domain.gate_builders import (
    DAY,
    ENGLISH,
    NOW,
    OPEN,
    TODAY,
    a_move,
    a_page,
    a_post_mortem,
    a_row,
    a_ticket,
    blocked,
    facts,
    judge,
    outcomes,
    part,
    walk,
    with_page,
)


def _page(given: Facts, **fields: object) -> Facts:
    assert given.post_mortem is not None
    return replace(given, post_mortem=replace(given.post_mortem, **fields))  # type: ignore[arg-type]  # a builder


def _no_link(given: Facts) -> Facts:
    return replace(given, linked=False)


def _no_session(given: Facts) -> Facts:
    return _page(given, session_on=None, session_text=None)


def _no_lessons(given: Facts) -> Facts:
    assert given.post_mortem is not None
    empty = {Section.LESSONS: SectionText("Lessons", ())}
    return _page(given, sections=given.post_mortem.sections | empty)


def _no_success(given: Facts) -> Facts:
    return _page(given, successes=("Communication was good",))


def _no_cause(given: Facts) -> Facts:
    return _page(given, failings=(Failing(1, "Staging fell over", (), None),))


def _no_check(given: Facts) -> Facts:
    return _page(given, rows=(a_row(1, check=""), a_row(2), a_row(3), a_row(4)))


def _no_verification(given: Facts) -> Facts:
    actions = (*given.actions[:3], replace(given.actions[3], verification=None))
    return replace(given, actions=actions)


CONDITIONS = {
    "page-linked": _no_link,
    "session-set": _no_session,
    "sections-filled": _no_lessons,
    "success-specific": _no_success,
    "failings-caused": _no_cause,
    "actions-agreed": _no_check,
    "actions-verified": _no_verification,
}


@pytest.mark.parametrize("size", range(len(CONDITIONS) + 1))
def test_exactly_the_unmet_conditions_are_listed_for_every_subset_of_them(size: int) -> None:
    for unmet in combinations(CONDITIONS, size):
        given = facts()
        for name in unmet:
            given = CONDITIONS[name](given)

        verdict = judge(given)

        assert set(unmet) == blocked(verdict)
        assert f"{9 - size} of 9 met" in verdict.summary
        assert (Outcome.BLOCKED if unmet else Outcome.PASSED) is verdict.outcome
        for name in unmet:
            check = part(verdict, name)
            assert check.needs
            assert all(need.who and need.url for need in check.needs), name


def test_all_met_says_so() -> None:
    verdict = judge(facts())

    assert verdict.summary == "Nova may close: 9 of 9 met"
    assert verdict.name == "gate"
    assert not [need for each in walk(verdict) for need in each.needs]


def test_a_missing_ticket_leaves_its_action_unverified_too() -> None:
    first = replace(facts().actions[0], ticket=a_ticket(1, presence=Presence.MISSING))

    verdict = judge(facts(actions=(first, *facts().actions[1:])))

    assert {"tickets-exist", "actions-verified"} == blocked(verdict)


@pytest.mark.parametrize(
    ("page", "todo"),
    [
        (a_page(presence=Presence.TRASHED, content=None), "Restore the page from the trash"),
        (a_page(presence=Presence.ARCHIVED, content=None), "Take the page out of the archive"),
        (a_page(presence=Presence.MISSING, content=None), "Restore the page, or give Closeout acc"),
        (None, "Wait: Closeout makes the page by itself"),
    ],
)
def test_a_page_that_is_not_there_blocks_and_says_what_to_do(page: Page | None, todo: str) -> None:
    verdict = judge(facts(page=page, post_mortem=None))

    assert Outcome.BLOCKED is verdict.outcome
    assert todo in part(verdict, "page-exists").needs[0].what
    assert {"page-exists", "page-linked", "session-set", "sections-filled"} < blocked(verdict)
    assert {"tickets-exist", "actions-verified"}.isdisjoint(blocked(verdict))
    for name in blocked(verdict):
        assert part(verdict, name).needs


def test_a_page_that_could_not_be_read_is_unknown_with_the_reason() -> None:
    verdict = judge(facts(page=Unread("the page store answered 503"), post_mortem=None))

    assert Outcome.UNKNOWN is verdict.outcome
    assert verdict.summary == "Whether Nova may close is not known yet: 0 of 9 met, 9 not known"
    for check in verdict.children:
        assert check.outcome in {Outcome.UNKNOWN, Outcome.SKIPPED}
    assert "503" in part(verdict, "sections-filled").summary


def test_blocked_beats_unknown_and_both_are_told() -> None:
    given = facts(page=Unread("503"), post_mortem=None, linked=False)

    verdict = judge(given)

    assert Outcome.BLOCKED is verdict.outcome
    assert {"page-linked"} == blocked(verdict)
    assert verdict.summary == "Nova cannot close yet: 0 of 9 met, 8 not known"


def test_a_page_that_is_there_without_content_is_unknown() -> None:
    verdict = judge(facts(page=a_page(content=None), post_mortem=None))

    assert Outcome.PASSED is part(verdict, "page-exists").outcome
    assert Outcome.UNKNOWN is part(verdict, "sections-filled").outcome


@pytest.mark.parametrize(
    ("key", "where"), [(None, "on no project"), ("apollo", "on another project")]
)
def test_a_page_that_was_moved_is_to_be_moved_back(key: str | None, where: str) -> None:
    check = part(judge(facts(page=a_page(project_key=key))), "page-linked")

    assert Outcome.BLOCKED is check.outcome
    assert where in check.summary
    assert [need.what for need in check.needs] == ["Move the page back to Nova"]


def test_a_session_text_that_is_no_day_is_quoted() -> None:
    check = part(judge(with_page(session_on=None, session_text="next Thursday")), "session-set")

    assert "“next Thursday” is not a day" in check.summary


def test_each_section_is_a_part_and_a_lost_heading_is_told_from_an_empty_one() -> None:
    page = a_post_mortem(missing=(Section.LESSONS,))
    page.sections[Section.WENT_WELL] = SectionText("What went well", ())
    del page.sections[Section.LESSONS]

    check = part(judge(facts(post_mortem=page)), "sections-filled")

    assert check.summary == "2 of 4 sections filled; still open: “What went well” and “Lessons”."
    assert "Empty" in part(check, "went_well").summary
    assert "heading is gone" in part(check, "lessons").summary


def test_one_concrete_success_is_enough_and_the_others_do_not_count() -> None:
    good = a_post_mortem().successes[0]

    check = part(judge(with_page(successes=("Great work", good))), "success-specific")

    assert Outcome.PASSED is check.outcome
    assert Outcome.SKIPPED is part(check, "success-1").outcome


def test_a_policy_can_ask_that_every_success_is_concrete() -> None:
    good = a_post_mortem().successes[0]
    policy = Policy(checks=(CheckSpec("success-specific", minimum=1, every=True),))

    verdict = judge(with_page(successes=("Great work", good)), policy)

    assert {"success-specific"} == blocked(verdict)


def test_a_page_without_any_success_is_not_complete() -> None:
    assert {"success-specific"} == blocked(judge(with_page(successes=())))


def test_findings_without_a_cause_are_named_by_their_number() -> None:
    failings = (
        Failing(1, "a", (), "cause"),
        Failing(2, "b", (), None),
        Failing(3, "c", (), None),
    )

    check = part(judge(with_page(failings=failings)), "failings-caused")

    assert check.summary == "The root cause is missing for finding 2 and finding 3 of 3."
    assert Outcome.PASSED is part(check, "finding-1").outcome


@pytest.mark.parametrize(
    ("loose", "words"),
    [
        (("a b", "c d"), "has 2 lines that name no finding: begin each with the number"),
        (("a b",), "has 1 line that names no finding: begin it with the number"),
    ],
)
def test_causes_that_name_no_finding_are_said_and_not_guessed(
    loose: tuple[str, ...], words: str
) -> None:
    failings = (Failing(1, "a", (), None), Failing(2, "b", (), None))

    check = part(judge(with_page(failings=failings, loose_causes=loose)), "failings-caused")

    assert f"The section “Root causes” {words} of its finding (1: …)." in check.summary
    assert ["Begin each line of “Root causes” with its finding’s number (1: …)"] == [
        need.what for need in check.needs
    ]


def test_without_a_failing_there_is_no_cause_to_ask_for() -> None:
    verdict = judge(with_page(failings=()))

    assert Outcome.SKIPPED is part(verdict, "failings-caused").outcome
    assert "8 of 8 met" in verdict.summary


def test_too_few_actions_block() -> None:
    verdict = judge(facts(post_mortem=a_post_mortem(rows=(a_row(1), a_row(2)))))

    check = part(verdict, "actions-agreed")
    assert Outcome.BLOCKED is check.outcome
    assert "at least 3 are needed" in check.summary
    assert check.needs[0].what == "Agree 1 more action, or ask for a waiver"


def test_no_actions_is_no_answer_unless_the_policy_lets_it_be() -> None:
    given = facts(post_mortem=a_post_mortem(rows=()), actions=())

    assert {"actions-agreed"} == blocked(judge(given))
    assert Outcome.PASSED is judge(given, Policy(actions_min=0)).outcome


def test_a_sixth_action_blocks_and_is_to_be_parked() -> None:
    rows = (
        *(a_row(number) for number in (1, 2, 3, 4)),
        a_row(5, change="Demo every second Friday for the sponsor", owner="Kim Okafor"),
        a_row(6, change="Rollback script is rehearsed before launch", owner="Kim Okafor"),
    )

    check = part(judge(facts(post_mortem=a_post_mortem(rows=rows))), "actions-agreed")

    assert Outcome.BLOCKED is check.outcome
    assert "at most 5 are taken" in check.summary
    assert "park it as a lesson" in part(check, "row-6").summary


def test_six_rows_are_too_many_also_while_one_is_not_complete() -> None:
    rows = (*(a_row(number) for number in (1, 2, 3, 4)), a_row(5, change=""), a_row(6, change=""))

    check = part(judge(facts(post_mortem=a_post_mortem(rows=rows))), "actions-agreed")

    assert check.needs[0].what == "Park 1 action as a lesson"


def test_a_line_that_could_not_be_read_as_an_action_blocks_and_is_named() -> None:
    said = "“Audit step | Sara” has 2 cells where the header has 5: give each column one cell."

    check = part(judge(with_page(not_understood=(said,))), "actions-agreed")

    assert Outcome.BLOCKED is check.outcome
    assert check.summary == (
        "4 of 4 actions complete. 1 line among the actions could not be read as an action."
    )
    assert [said.removesuffix(".")] == [need.what for need in check.needs]
    assert said == part(check, "not-understood-1").summary


def test_without_the_list_of_accounts_the_owners_are_unknown() -> None:
    verdict = judge(facts(people=Unread("the tracker answered 503")))

    assert Outcome.UNKNOWN is part(verdict, "actions-agreed").outcome
    assert "503" in part(verdict, "actions-agreed").summary
    assert set() == blocked(verdict)


def test_complete_rows_wait_for_their_tickets() -> None:
    check = part(judge(facts(actions=())), "tickets-exist")

    assert Outcome.BLOCKED is check.outcome
    assert check.summary == (
        "0 of 4 ticketed; Action 1, Action 2, Action 3 and Action 4: gets its ticket once the page "
        "has read the same for 10 seconds."
    )


def test_a_new_row_beside_verified_actions_is_neither_ticketed_nor_verified() -> None:
    new = a_row(5, change="Demo every second Friday for the sponsor", owner="Kim Okafor")
    rows = (*(a_row(number) for number in (1, 2, 3, 4)), new)

    verdict = judge(facts(post_mortem=a_post_mortem(rows=rows)))

    assert {"tickets-exist", "actions-verified"} == blocked(verdict)
    assert (
        part(verdict, "actions-verified").summary
        == "4 of 5 verified; Action 5 waits for its ticket."
    )


LEVELS = {
    Level.SCHEDULED: {"page-exists", "page-linked", "session-set"},
    Level.HELD: {"page-exists", "page-linked", "session-set", "session-held"},
    Level.COMPLETE: {"page-exists", "page-linked", "session-set"}
    | {"sections-filled", "success-specific", "failings-caused", "actions-agreed"},
}
LEVELS[Level.TICKETED] = LEVELS[Level.COMPLETE] | {"tickets-exist"}
LEVELS[Level.VERIFIED] = LEVELS[Level.TICKETED] | {"actions-verified"}


@pytest.mark.parametrize("level", Level)
def test_a_level_asks_its_own_checks_and_skips_the_others_with_a_reason(level: Level) -> None:
    verdict = judge(facts(), Policy(level=level))

    asked = {name for name, outcome in outcomes(verdict).items() if outcome is not Outcome.SKIPPED}
    assert LEVELS[level] == asked
    assert f"{len(asked)} of {len(asked)} met" in verdict.summary
    for check in verdict.children:
        if check.outcome is Outcome.SKIPPED:
            assert check.summary.startswith("Not asked")


def test_a_session_to_come_is_not_held_yet() -> None:
    given = with_page(session_on=TODAY + DAY)

    assert {"session-held"} == blocked(judge(given, Policy(level=Level.HELD)))
    assert set() == blocked(judge(given, Policy(level=Level.SCHEDULED)))


def test_a_session_today_counts_as_held() -> None:
    verdict = judge(with_page(session_on=TODAY), Policy(level=Level.HELD))

    assert Outcome.PASSED is verdict.outcome


def test_a_policy_whose_level_asks_for_no_check_lets_nothing_pass() -> None:
    policy = Policy(level=Level.SCHEDULED, checks=(CheckSpec("actions-verified", label="x"),))

    verdict = judge(facts(), policy)

    assert Outcome.UNKNOWN is verdict.outcome
    assert "asks for no check" in verdict.summary


def test_nobody_is_named_but_those_who_can_act() -> None:
    page = a_post_mortem(
        successes=("Great work by Zed",),
        failings=(Failing(1, "Zed deleted the table", ("Zed was tired",), None),),
        root_causes=("Zed",),
    )
    done = facts().actions
    assert done[0].verification is not None
    by_zed = replace(done[0].verification, by_name="Zed Zander", by_id="p-zed")
    open_ticket = a_ticket(2, status=OPEN, status_moves=(a_move(OPEN, NOW - DAY, None),))
    actions: tuple[ActionFacts, ...] = (
        replace(done[0], verification=by_zed),
        replace(done[1], ticket=open_ticket, verification=None),
        *done[2:],
    )

    verdict = evaluate(Policy(), facts(post_mortem=page, actions=actions), ENGLISH)

    told = " ".join(
        f"{each.summary} {' '.join(f'{need.what} {need.who}' for need in each.needs)}"
        for each in walk(verdict)
    )
    assert "Zed" not in told
    assert "Lee Wong" in told
    for name in ("Sara", "Ada", "Noor", "Kim"):
        assert name not in told
