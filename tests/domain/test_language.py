from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.language import Language, LanguageError, unproven, unspecific, vague
from tests.domain.gate_builders import CHANGES, CHECK, ENGLISH

REFUSED = (
    "Be better at estimating.",
    "Be more careful with data quality.",
    "Communicate better with clients.",
    "Try harder next time.",
    "we'll do better",
    "improve monitoring",
    "communicate better",
    "be more careful",
    "look into",
    "improve X",
    "we need better communication",
)
PASSING = (
    (
        "Discovery template gains a checklist that audits data quality. Sarah, 28 March; "
        "proof: page version in Notion, read by the delivery lead."
    ),
    (
        "Kickoff checklist requires a data assessment with minimum sample size and "
        "representativeness. Sarah, 15 March; proof: checklist page, checked by the ops lead; "
        "effect: audit of three kickoffs."
    ),
    (
        "Every two weeks work is compared with the SOW; the client signs each addition. Marcus, "
        "1 March; proof: first report, checked by the delivery lead; effect: reports of a quarter."
    ),
    "Team Alpha sets a database-memory alert (over 80% for 5 minutes) with runbook by end of Q2.",
)
CALL = (
    "A quarter-hour call each week with the client's data lead caught three integration faults "
    "early."
)
# Our own, as people write them.
ALSO_REFUSED = (
    "Documentation",
    "Better onboarding docs",
    "Write better documentation",
    "Improve our code review and test process",
    "Ensure quality",
    "Investigate why staging holds so little data",
    "Pay more attention to scope",
    "Make sure it does not happen again",
    "Raise awareness for data quality among the team",
    "Estimate more carefully",
    "Be proactive about risks",
    "Avoid scope creep",
    "There was no data checkpoint",
    "Strengthen collaboration between design and engineering",
    "Discuss the estimation approach",
    "Going forward, everybody keeps an eye on the budget",
)
ALSO_PASSING = (
    *CHANGES,
    "Improve monitoring by adding an alert over 80% memory",
    "Add a runbook",
    "Move the ETL to Airflow",
    "Make sure the client signs each addition",
    "Staging holds as much data as production",
    "Limit experiments to five per SOW",
    "Discuss each change request in the weekly call and record it in the register",
    "Have the data lead join the weekly client call",
    "Deployment needs two approvals from now on",
    "Split the discovery phase into two invoices",
)


@pytest.mark.parametrize("text", [*REFUSED, *ALSO_REFUSED])
def test_a_vague_action_is_refused_with_a_hint_how_to_write_it(text: str) -> None:
    reason = vague(text, ENGLISH)

    assert reason is not None
    assert any(hint in reason for hint in ("Say ", "Write ", "lesson", "open question"))


@pytest.mark.parametrize("text", [*PASSING, *ALSO_PASSING])
def test_a_specific_action_passes(text: str) -> None:
    assert vague(text, ENGLISH) is None


def test_a_finding_is_refused_as_an_action_and_pointed_to_the_lessons() -> None:
    text = "We consistently underweight workflow fit when selecting pilot use cases"

    reason = vague(text, ENGLISH)

    assert reason is not None
    assert "lesson" in reason


@pytest.mark.parametrize("text", ["", "-", "n/a", "TBD", "…", "none"])
def test_a_placeholder_is_no_change(text: str) -> None:
    assert "No change is written" in (vague(text, ENGLISH) or "")


def test_a_refusal_names_the_words_it_is_about_and_no_others() -> None:
    reason = vague("Sam should communicate better with Alex", ENGLISH)

    assert reason is not None
    assert "“better”" in reason
    assert "Sam" not in reason
    assert "Alex" not in reason


@pytest.mark.parametrize(
    "text",
    [
        "Communication was good",
        "Users did not adopt it",
        "Team collaboration was really good throughout the project",
        "Daily standups worked well",
        "Great work by everyone!",
        "none",
        "",
    ],
)
def test_an_impression_is_unspecific(text: str) -> None:
    assert "what came of it" in (unspecific(text, ENGLISH) or "")


@pytest.mark.parametrize(
    "text",
    [
        CALL,
        "Sales ops had to change CRM steps while quotas stayed the same.",
        "Pair programming caught bugs early",
        "The memory alarm fired twenty minutes before the outage",
        "The weekly demo was good: the client found two wrong fields before launch",
    ],
)
def test_a_concrete_case_is_specific(text: str) -> None:
    assert unspecific(text, ENGLISH) is None


@pytest.mark.parametrize(
    "text",
    ["", "n/a", "N/A.", "-", "?", "tbd", "ok", "looks good", "Check", "better communication"],
)
def test_a_check_that_nobody_can_repeat_is_refused(text: str) -> None:
    assert "Write what another person looks at" in (unproven(text, ENGLISH) or "")


@pytest.mark.parametrize(
    "text",
    [
        CHECK,
        "PR merged",
        "Audit of three kickoffs",
        "Alert fires in the test",
        "First report signed",
    ],
)
def test_a_check_that_another_person_can_repeat_passes(text: str) -> None:
    assert unproven(text, ENGLISH) is None


@given(st.text(max_size=200))
def test_any_text_gets_the_same_answer_twice(text: str) -> None:
    first = (vague(text, ENGLISH), unproven(text, ENGLISH), unspecific(text, ENGLISH))

    again = (vague(text, ENGLISH), unproven(text, ENGLISH), unspecific(text, ENGLISH))

    assert first == again


def test_a_whole_page_is_read_in_less_than_fifty_milliseconds() -> None:
    page = [*REFUSED, *PASSING, *ALSO_REFUSED, *ALSO_PASSING]
    started = time.process_time()

    for text in page:
        vague(text, ENGLISH)

    assert time.process_time() - started < 0.05


def test_the_lists_of_two_languages_are_joined() -> None:
    german = {"wishes": [{"phrases": ["verbesser*"], "hint": "Was ändert sich?"}]}

    both = Language.from_toml({"owner": {"groups": ["team"]}}, german)

    assert "Was ändert sich?" in (vague("Kommunikation mit Kunden verbessern", both) or "")
    assert both.groups == {"team"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"wish": []}, "unknown table 'wish'; there are: wishes, openings, findings, change"),
        ({"change": {"verb": []}}, "unknown list change.verb; there are: verbs, objects, measures"),
        ({"change": {"verbs": "add"}}, "change.verbs must be a list of words"),
        ({"change": []}, "change must be a table"),
        ({"wishes": {}}, "wishes must be written as [[wishes]]"),
        ({"wishes": [{"phrases": ["x"]}]}, "each [[wishes]] needs phrases and a hint"),
    ],
)
def test_a_wrong_word_list_is_refused_with_its_key(table: dict[str, object], said: str) -> None:
    with pytest.raises(LanguageError) as refused:
        Language.from_toml(table)

    assert said in str(refused.value)
