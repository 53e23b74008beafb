"""The control interface over HTTP, and the page for people."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from connectors._standin.control import Unclear
from connectors.linear.standin import Standin
from connectors.linear.standin.control import actions
from tests.connectors.linear.standin.asking import APOLLO, Asking, HandClock


def test_a_project_is_closed_over_http_as_a_person(standin: Standin, linear: Asking) -> None:
    answer = linear.control("close_project", project=APOLLO, by="ben@acme.example")

    assert 200 == answer.status_code
    assert "2026-03-02T09:00:00.000Z" == answer.json()["completedAt"]
    assert [("person", "Ben Castro", "projectUpdate")] == [
        (one.via, one.actor, one.action) for one in standin.world.log
    ]


def test_dashes_are_as_good_as_underscores(linear: Asking) -> None:
    assert 200 == linear.control("add-label", issue="OPS-1", label="verified").status_code


@pytest.mark.parametrize(
    ("action", "parameters", "said"),
    [
        ("explode", {}, "no action 'explode'; there are: add_label"),
        ("close_project", {}, "close_project needs 'project'"),
        ("close_project", {"projekt": "x"}, "has no parameter 'projekt'; there are: project, by"),
        ("close_project", {"project": 7}, "project cannot be 7"),
        ("close_project", {"project": "Zeus"}, "no project 'Zeus'; there are:"),
        ("close_project", {"project": APOLLO, "by": "Zoe"}, "no person 'Zoe'"),
        ("move_issue", {"issue": "OPS-1", "state": "Flying"}, "no state 'Flying'; there are:"),
        ("plan_project", {"project": APOLLO, "target_date": "soon"}, "not a date"),
        ("switch", {"name": "speed", "value": 1}, "no switch 'speed'; there are:"),
        ("switch", {"name": "conflict_status", "value": "500"}, "there are: 200, 400, alternate"),
        ("drop_webhooks", {"n": True}, "n cannot be True"),
        ("redeliver", {"delivery": "x"}, "no delivery 'x'"),
    ],
)
def test_an_action_that_cannot_be_done_says_what_can(
    linear: Asking, action: str, parameters: dict[str, Any], said: str
) -> None:
    answer = linear.control(action, **parameters)

    assert 400 == answer.status_code
    assert said in answer.json()["error"]


def test_every_action_is_explained(standin: Standin) -> None:
    listed = requests.get(f"{standin.base_url}/control", timeout=10).json()

    assert actions().keys() == listed.keys()
    assert all(listed.values())


def test_the_world_is_shown_without_secrets(standin: Standin, linear: Asking) -> None:
    linear.control("register_webhook", url="http://127.0.0.1:1/", secret="hidden-from-all")
    linear.control("comment", on=APOLLO, text="Seen")

    text = requests.get(f"{standin.base_url}/control/world", timeout=10).text
    world = requests.get(f"{standin.base_url}/control/world", timeout=10).json()
    log = requests.get(f"{standin.base_url}/control/log", timeout=10).json()
    deliveries = requests.get(f"{standin.base_url}/control/deliveries", timeout=10).json()

    assert "hidden-from-all" not in text
    assert standin.api_key not in text
    assert [APOLLO] == [one["name"] for one in world["projects"]]
    assert ["webhookCreate", "commentCreate"] == [one["action"] for one in log]
    assert [("Comment", "waiting")] == [(one["type"], one["state"]) for one in deliveries]


def test_the_board_shows_everything_in_the_words_of_all_tools(
    standin: Standin, linear: Asking
) -> None:
    document = standin.control.create_document(APOLLO, "Notes", "# Text")
    linear.control("comment", on=APOLLO, text="Seen", by="Ben Castro")
    linear.control("close_project", project=APOLLO, by="Ada Berg")

    board = requests.get(f"{standin.base_url}/control/board", timeout=10).json()

    (project,) = board["projects"]
    issues = {one["key"]: one for one in board["issues"]}
    assert (APOLLO, "Completed", "done", True, "Ada Berg") == tuple(
        project[name] for name in ("name", "status", "category", "closed", "lead")
    )
    assert [{"by": "Ben Castro", "text": "Seen"}] == project["comments"]
    assert [(document.id, "# Text", project["id"])] == [
        (one["id"], one["content"], one["project"]) for one in board["pages"]
    ]
    assert ("Elif Fox", "todo") == (issues["OPS-1"]["owner"], issues["OPS-1"]["category"])
    assert "Closeout" not in [one["name"] for one in board["people"]]
    assert ["documentCreate", "commentCreate", "projectUpdate"] == [
        one["action"] for one in board["deeds"]
    ]


def test_the_clock_goes_ahead_and_never_back(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    now = linear.control("advance", days=1, hours=2).json()["now"]

    assert "2026-03-03T11:00:00.000Z" == now
    with pytest.raises(ValueError, match="does not run back"):
        standin.control.advance(seconds=-1)


def test_a_fast_clock_runs_so_many_times_faster(clock: HandClock) -> None:
    standin = Standin.seeded(clock, speed=60)

    before = standin.clock()
    clock.ahead(minutes=1)

    assert 3600 == (standin.clock() - before).total_seconds()
    assert 1 == standin.clock.seconds_until(standin.clock() + (clock.now - before))


def test_control_takes_json_only_and_trusts_no_other_site(standin: Standin) -> None:
    url = f"{standin.base_url}/control/close_project"
    body = f'{{"project": "{APOLLO}"}}'

    as_form = requests.post(url, data=body, timeout=10)
    foreign = requests.post(
        url,
        data=body,
        headers={"Content-Type": "application/json", "Origin": "http://evil"},
        timeout=10,
    )
    rebound = requests.get(f"{standin.base_url}/", headers={"Host": "evil.example"}, timeout=10)

    assert (400, 403, 403) == (as_form.status_code, foreign.status_code, rebound.status_code)
    assert not standin.world.log


def test_the_page_shows_the_world_and_escapes_everything(standin: Standin) -> None:
    nasty = "<script>alert('x')</script>\"&"
    standin.control.rename_project(APOLLO, nasty)
    standin.control.create_document(nasty, nasty, f"</textarea>{nasty}")
    standin.control.comment(nasty, nasty)
    standin.control.create_issue("OPS", nasty, project=nasty)

    answer = requests.get(standin.base_url, timeout=10)

    assert 200 == answer.status_code
    assert "<script" not in answer.text
    assert answer.text.count("</textarea>") == answer.text.count("<textarea")
    assert "&lt;script&gt;" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_person_closes_a_project_edits_a_document_and_moves_a_ticket_by_forms(
    standin: Standin,
) -> None:
    document = standin.control.create_document(APOLLO, "Notes", "old")
    project = standin.control.project(APOLLO)
    forms = {
        "set_project_status": {"project": project.id, "status": "Completed", "by": "Ben Castro"},
        "write_document": {"document": document.id, "content": "new\r\ntext", "by": "Ben Castro"},
        "move_issue": {"issue": "OPS-1", "state": "Done", "by": "Ben Castro"},
        "add_label": {"issue": "OPS-1", "label": "verified", "by": "Chiara Dunn"},
    }

    answers = [
        requests.post(
            f"{standin.base_url}/act/{name}", data=given, timeout=10, allow_redirects=False
        )
        for name, given in forms.items()
    ]

    assert [303] * 4 == [one.status_code for one in answers]
    assert project.completed_at is not None
    assert "new\ntext" == document.content
    issue = standin.control.issue("OPS-1")
    assert issue.completed_at is not None
    assert standin.control.label("verified").id in issue.label_ids


def test_every_form_on_the_page_is_an_action_with_its_parameters(standin: Standin) -> None:
    standin.control.create_document(APOLLO, "Notes", "old")
    text = requests.get(standin.base_url, timeout=10).text

    named = set(re.findall(r'action="/act/(\w+)"', text))

    assert named <= actions().keys()
    assert {"set_project_status", "write_document", "move_issue", "add_label", "comment"} <= named


def test_a_form_that_cannot_be_done_says_so_on_the_page(standin: Standin) -> None:
    answer = requests.post(
        f"{standin.base_url}/act/move_issue",
        data={"issue": "OPS-1", "state": "<b>Flying</b>"},
        timeout=10,
    )

    assert 400 == answer.status_code
    assert "no state &#x27;&lt;b&gt;Flying" in answer.text


def test_a_thing_is_found_by_any_of_its_names(standin: Standin) -> None:
    project = standin.control.project(APOLLO)

    found = {standin.control.thing(ref).id for ref in (project.id, project.slug_id, APOLLO.upper())}

    assert {project.id} == found
    with pytest.raises(Unclear, match="no project, issue or document"):
        standin.control.thing("nothing")


def test_what_people_click_can_lead_to_the_page_itself(clock: HandClock) -> None:
    with Standin.seeded(clock, local_links=True) as standin:
        document = standin.control.create_document(APOLLO, "Notes", "text")
        project, issue = standin.control.project(APOLLO), standin.control.issue("OPS-1")
        urls = [project.url, issue.url, document.url]
        page = requests.get(standin.base_url, timeout=10).text

        places = [
            requests.get(one, timeout=10, allow_redirects=False).headers["Location"] for one in urls
        ]

    assert all(one.startswith("http://127.0.0.1:") for one in urls)
    assert all(f'id="{place.removeprefix("/#")}"' in page for place in places)
