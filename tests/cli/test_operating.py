"""doctor, connect, replay, sweep, db upgrade, verify and waive."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.bootstrap import utc_now
from service.domain.closeout import ActionRecord
from service.domain.words import day
from service.records import DeliveryState
from tests.cli.console import Console
from tests.stories.stage import WORKSPACE, Stage


def test_doctor_is_good_after_connect(stage: Stage, console: Console) -> None:
    connected = console.run("connect", WORKSPACE)

    result = console.run("doctor")

    assert 0 == connected.exit_code, connected.output
    assert 0 == result.exit_code, result.output
    assert "undo: Linear cannot refuse a closure" in result.stdout
    assert f"http://localhost:8080/webhooks/{WORKSPACE}" in result.stdout
    assert stage.standin.api_key not in result.output


def test_doctor_without_a_webhook_is_failed_and_says_how_to_mend_it(console: Console) -> None:
    result = console.run("doctor")

    assert 1 == result.exit_code
    assert "BAD" in result.stdout
    assert "closeout connect" in result.stdout


def test_doctor_does_not_know_where_the_tool_does_not_answer(
    stage: Stage, console: Console
) -> None:
    stage.standin.stop()

    result = console.run("doctor")

    assert 3 == result.exit_code, result.output
    assert "??" in result.stdout


def test_doctor_in_json_lists_each_finding(console: Console) -> None:
    found = console.json("doctor")

    assert all({"about", "name", "good", "finding", "mend"} == set(one) for one in found)
    assert {"closeout", WORKSPACE} == {one["about"] for one in found}


def test_doctor_finds_no_fault_with_a_file_that_serve_will_make(console: Console) -> None:
    text = console.file.read_text(encoding="utf-8")
    console.file.write_text(text.replace("closeout.db", "later.db"), encoding="utf-8")

    result = console.run("doctor")

    assert "`closeout serve` makes or upgrades it by itself" in result.stdout


def test_doctor_names_the_command_that_makes_the_schema(
    console: Console, postgres_database: str
) -> None:
    console.environ["CLOSEOUT_DATABASE_URL"] = postgres_database

    result = console.run("doctor")

    assert 1 == result.exit_code
    assert "closeout db upgrade" in result.stdout


def test_connect_without_a_signing_secret_is_wrong_configuration(console: Console) -> None:
    lines = console.file.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("webhook_secret")]
    console.file.write_text("\n".join(kept), encoding="utf-8")

    result = console.run("connect", WORKSPACE)

    assert 64 == result.exit_code
    assert f"workspaces.{WORKSPACE}.webhook_secret is missing" in result.stderr


def test_a_sweep_finds_what_no_webhook_told_of(stage: Stage, console: Console) -> None:
    stage.standin.control.webhooks(on=False)
    stage.passes(minutes=1)
    stage.presses_done()

    found = console.json("sweep")

    assert {WORKSPACE: 1} == found
    stage.works()
    assert "started" == stage.status


def test_a_replayed_delivery_makes_its_project_due_again(stage: Stage, console: Console) -> None:
    stage.presses_done()
    stage.works()
    delivery = stage.services.store.delivery("1")
    assert delivery is not None

    found = console.json("replay", delivery.id)

    assert 1 == found["number"]
    assert found["state"] in set(DeliveryState)
    assert stage.services.store.due_count(stage.services.store.next_due_at() or stage.now) >= 1


def test_replay_of_no_delivery_is_failed(console: Console) -> None:
    result = console.run("replay", "17")

    assert 1 == result.exit_code
    assert "there is no delivery 17" in result.stderr


def test_upgrade_says_whether_there_was_anything_to_do(console: Console) -> None:
    text = console.file.read_text(encoding="utf-8")
    console.file.write_text(text.replace("closeout.db", "later.db"), encoding="utf-8")

    first, second = console.json("db", "upgrade"), console.json("db", "upgrade")

    assert ({"upgraded": True}, {"upgraded": False}) == (first, second)


def test_a_waiver_is_recorded_with_its_last_day(stage: Stage, console: Console) -> None:
    stage.presses_done()
    stage.works()
    until = (utc_now() + timedelta(days=30)).date()  # a command goes by the machine's clock

    result = console.run(
        "waive", WORKSPACE, stage.project.id, "session-set",
        "--who", "Chiara Dunn", "--reason", "the client moved it", "--until", until.isoformat(),
    )  # fmt: skip

    assert 0 == result.exit_code, result.output
    assert f"session-set is waived by Chiara Dunn until {day(until)}" in result.stdout
    (waiver,) = stage.services.store.waivers(stage.closeout.id)
    assert "session-set" == waiver.check


def test_a_waiver_of_no_check_is_refused_and_names_those_there_are(
    stage: Stage, console: Console
) -> None:
    stage.presses_done()
    stage.works()

    result = console.run(
        "waive", WORKSPACE, stage.project.id, "nonsense",
        "--who", "Chiara Dunn", "--reason", "no", "--until", "2027-05-31",
    )  # fmt: skip

    assert 1 == result.exit_code
    assert "session-set" in result.stderr


@pytest.mark.parametrize(
    ("who", "code", "words"),
    [
        pytest.param("Ben Castro", 1, "Ben Castro", id="its owner"),
        pytest.param("Chiara Dunn", 0, "is verified by Chiara Dunn", id="somebody else"),
    ],
)
def test_an_action_is_verified_by_anybody_but_its_owner(
    who: str, code: int, words: str, stage: Stage, console: Console
) -> None:
    action = an_action_that_is_done(stage)

    result = console.run("verify", action.id, "--who", who, "--evidence", "read the checklist")

    assert code == result.exit_code, result.output
    assert words in result.output


@pytest.mark.parametrize("named", ["{ticket}", "{id}", "{key} {number}", "{key} action-{number}"])
def test_an_action_goes_by_its_ticket_its_id_or_its_number_in_the_project(
    named: str, stage: Stage, console: Console
) -> None:
    action = an_action_that_is_done(stage)
    words = named.format(
        ticket=(action.ticket_key or "").lower(),
        id=action.id,
        key=f"{WORKSPACE} {stage.project.id}",
        number=action.number,
    )

    result = console.run("verify", *words.split(), "--who", "Chiara Dunn", "--evidence", "read it")

    assert 0 == result.exit_code, result.output
    (given,) = stage.services.store.verifications(stage.closeout.id)
    assert action.id == given.action_id


def test_an_unknown_action_of_a_project_is_told_which_there_are(
    stage: Stage, console: Console
) -> None:
    action = an_action_that_is_done(stage)

    result = console.run(
        "verify", WORKSPACE, stage.project.id, "9", "--who", "Chiara Dunn", "--evidence", "read it"
    )

    assert 1 == result.exit_code
    assert f"{action.number} ({action.ticket_key})" in result.stderr


def test_verifying_no_action_is_failed_and_says_how_to_name_one(console: Console) -> None:
    result = console.run("verify", "nothing-1", "--who", "Ada", "--evidence", "seen")

    assert 1 == result.exit_code
    assert "there is no action nothing-1" in result.stderr
    assert "closeout verify WORKSPACE KEY ACTION" in result.stderr


def an_action_that_is_done(stage: Stage) -> ActionRecord:
    """Let a project be closed, its page be filled, and the tickets of its actions be done."""
    stage.presses_done()
    stage.works()
    stage.fills_the_page()
    stage.works()
    stage.passes(seconds=30)
    for ticket in stage.tickets:
        stage.finishes(ticket)
    stage.works()
    return stage.services.store.actions(stage.closeout.id)[0]
