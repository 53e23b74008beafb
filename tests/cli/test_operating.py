"""doctor, connect, replay, sweep, db upgrade, verify and waive."""

from __future__ import annotations

import pytest

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

    result = console.run(
        "waive", WORKSPACE, stage.project.id, "session-set",
        "--who", "Elif Fox", "--reason", "the client moved it", "--until", "2030-01-31",
    )  # fmt: skip

    assert 0 == result.exit_code, result.output
    assert "session-set is waived by Elif Fox until 31 Jan 2030" in result.stdout
    (waiver,) = stage.services.store.waivers(stage.closeout.id)
    assert "session-set" == waiver.check


def test_a_waiver_of_no_check_is_refused_and_names_those_there_are(
    stage: Stage, console: Console
) -> None:
    stage.presses_done()
    stage.works()

    result = console.run(
        "waive", WORKSPACE, stage.project.id, "nonsense",
        "--who", "Elif Fox", "--reason", "no", "--until", "2030-01-31",
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
    stage.presses_done()
    stage.works()
    stage.fills_the_page()
    stage.works()
    stage.passes(seconds=30)
    for ticket in stage.tickets:
        stage.finishes(ticket)
    stage.works()
    action = stage.services.store.actions(stage.closeout.id)[0]

    result = console.run("verify", action.id, "--who", who, "--evidence", "read the checklist")

    assert code == result.exit_code, result.output
    assert words in result.output


def test_verifying_no_action_is_failed(console: Console) -> None:
    result = console.run("verify", "nothing-1", "--who", "Ada", "--evidence", "seen")

    assert 1 == result.exit_code
    assert "there is no action nothing-1" in result.stderr
