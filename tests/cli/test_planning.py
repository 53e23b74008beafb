"""baseline, budget, cost and metrics --against-report: what they take, print and refuse."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cli.console import Console
from tests.stories.stage import LEAD, WORKSPACE, Stage

WHY = ("--by", "Robin Vega", "--reason", "the contract")


def held(stage: Stage) -> str:
    """Close the project so that its figures are kept; return its key."""
    stage.presses_done()
    stage.works()
    return str(stage.project.id)


def test_a_kick_off_is_chosen_and_taken_back(stage: Stage, console: Console) -> None:
    key = held(stage)
    before = console.json("metrics", WORKSPACE, key)["window"]

    chosen = console.run("baseline", WORKSPACE, key, "2027-03-01", *WHY)
    after = console.json("metrics", WORKSPACE, key)["window"]
    cleared = console.run("baseline", WORKSPACE, key, "--clear", *WHY)

    # The beginning of that day in Berlin.
    assert "Recorded: the kick-off is 2027-02-28T23:00:00Z." in chosen.stdout
    assert "worked out anew; its page is as it was" in chosen.stdout
    assert "2027-02-28T23:00:00Z" == after["baseline"]
    assert after["reasons"]["baseline"].endswith(": the contract")
    assert 0 == cleared.exit_code
    assert before == console.json("metrics", WORKSPACE, key)["window"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        pytest.param((), "give INSTANT, or --clear", id="neither"),
        pytest.param(("2027-03-01", "--clear"), "give INSTANT, or --clear", id="both"),
        pytest.param(("soon",), "'soon' is no instant", id="no instant"),
    ],
)
def test_what_is_no_choice_is_wrong_use(
    words: tuple[str, ...], complaint: str, stage: Stage, console: Console
) -> None:
    result = console.run("baseline", WORKSPACE, stage.project.id, *words, *WHY)

    assert 64 == result.exit_code
    assert complaint in result.stderr


def test_a_kick_off_after_the_close_is_refused(stage: Stage, console: Console) -> None:
    result = console.run("baseline", WORKSPACE, held(stage), "2027-04-01", *WHY)

    assert 1 == result.exit_code
    assert "choose one before" in result.stderr


def test_budget_and_cost_are_recorded_with_their_currency(stage: Stage, console: Console) -> None:
    key = held(stage)

    budget = console.json(
        "budget", WORKSPACE, key, "120000 EUR", "--approved", "2027-01-04", "--by", "Robin Vega"
    )
    cost = console.run(
        "cost", WORKSPACE, key, "4500 EUR", "--on", "2027-02-01", "--what", "a licence",
        "--by", "Robin Vega",
    )  # fmt: skip

    assert {
        "project": f"{WORKSPACE}/{key}",
        "recorded": "the budget is 120000 EUR",
        "who": "Robin Vega",
        "figures_worked_out_anew": True,
    } == budget
    assert "Recorded: 4500 EUR on 2027-02-01: a licence." in cost.stdout


def test_an_amount_without_a_currency_is_wrong_use(stage: Stage, console: Console) -> None:
    result = console.run("budget", WORKSPACE, stage.project.id, "120000", "--by", "Robin Vega")

    assert 64 == result.exit_code
    assert "such as 120000 EUR" in result.stderr


def test_a_report_that_is_what_the_figures_are_says_so(stage: Stage, console: Console) -> None:
    key = held(stage)

    result = console.run("metrics", WORKSPACE, key, "--against-report")
    body = console.json("metrics", WORKSPACE, key, "--against-report")

    assert "The report is what the figures are today." in result.stdout
    assert [] == body["differs"]
    assert "report" in body


def test_what_changed_since_the_report_is_listed(stage: Stage, console: Console) -> None:
    key = held(stage)
    stage.tool.plans(key, date(2027, 1, 1), date(2027, 6, 30), by=LEAD)

    result = console.run("metrics", WORKSPACE, key, "--against-report")
    body = console.json("metrics", WORKSPACE, key, "--against-report")

    assert 0 == result.exit_code, result.output
    assert "changed since: the plan" in result.stdout
    assert "plan" in {one["name"] for one in body["differs"] if one["kind"] == "input"}


def test_a_project_without_a_report_has_nothing_to_compare_with(
    stage: Stage, console: Console
) -> None:
    result = console.run("metrics", WORKSPACE, stage.project.id, "--against-report")

    assert 1 == result.exit_code
    assert "has no report to compare with" in result.stderr


def test_a_comparison_needs_a_project(console: Console) -> None:
    result = console.run("metrics", "--against-report")

    assert 64 == result.exit_code
    assert "needs WORKSPACE and KEY" in result.stderr
