"""The control interface over HTTP, what people do by hand, the board, and the page for people."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests

from connectors._standin.control import Unclear
from connectors._standin.exchange import Exchange, observers
from connectors._standin.messages import Value
from connectors.jira.standin import Standin
from connectors.jira.standin.control import actions
from tests.connectors.jira.standin.asking import EPIC, Asking, HandClock

PAGE = "# Post-mortem\n\n| Change | Owner |\n| - | - |\n| Checklist | Ben Castro |\n\n- [ ] read"


def board(standin: Standin) -> Value:
    return requests.get(f"{standin.base_url}/control/board", timeout=10).json()


def project(standin: Standin, key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in board(standin)["projects"] if one["key"] == key)
    return found


@pytest.mark.parametrize(
    ("name", "key", "status"),
    [
        (EPIC, EPIC, "Done"),
        ("Checkout redesign", EPIC, "Done"),
        ("NOVA:1.4", "NOVA:1.4", "Released"),
        ("version:10501", "NOVA:1.4", "Released"),
        ("NOVA", "NOVA", "Archived"),
    ],
)
def test_whatever_can_be_closed_is_closed_and_reopened_by_any_name_of_it(
    jira: Asking, name: str, key: str, status: str
) -> None:
    standin = jira.standin

    closed = jira.control("close_project", project=name, by="Ada Berg")
    there = project(standin, key)
    jira.control("reopen_project", project=name, by="Ada Berg")

    assert 200 == closed.status_code
    assert (status, "done", True) == (there["status"], there["category"], there["closed"])
    assert not project(standin, key)["closed"]
    assert ["Ada Berg"] * 2 == [one["by"] for one in board(standin)["deeds"]]


def test_the_board_shows_what_can_be_closed_in_the_words_of_all_tools(
    standin: Standin, jira: Asking
) -> None:
    standin.control.comment(EPIC, "All **fine**", by="Ben")
    link = {"url": "https://w.example/1", "title": "Post-mortem"}
    jira.post(f"/issue/{EPIC}/remotelink", globalId="closeout:1", object=link)

    epic = project(standin, EPIC)
    issues = {one["key"]: one for one in board(standin)["issues"]}

    assert f"issue:{standin.control.issue(EPIC).id}" == epic["id"]
    assert ("NOVA-1 Checkout redesign", "In Progress", "in_progress", "Ada Berg") == (
        epic["name"],
        epic["status"],
        epic["category"],
        epic["lead"],
    )
    assert [{"by": "Ben Castro", "text": "All **fine**"}] == epic["comments"]
    assert [{"label": "Post-mortem", "url": "https://w.example/1"}] == epic["links"]
    assert {"Ben Castro", "Dev Emre"} <= set(epic["members"])
    assert ("Chiara Dunn", "Done", "done") == tuple(
        issues["NOVA-3"][one] for one in ("owner", "state", "category")
    )
    assert "cancelled" in {one["category"] for one in issues.values()}
    assert ["addComment", "createOrUpdateRemoteIssueLink"] == [
        one["action"] for one in board(standin)["deeds"]
    ]


@pytest.mark.parametrize("flavour", ["cloud-company", "data-center"])
def test_a_page_is_an_issue_with_headings_and_is_written_in_markdown(
    standin: Standin, jira: Asking
) -> None:
    key = jira.a_task()
    standin.control.write_document(key, PAGE, by="Ben")
    standin.control.edit_document(key, "Checklist", "Kickoff checklist", by="Ben")
    jira.post(
        "/issueLink",
        type={"name": "Relates"},
        inwardIssue={"key": key},
        outwardIssue={"key": EPIC},
    )

    (page,) = board(standin)["pages"]

    assert "| Kickoff checklist | Ben Castro |" in page["content"]
    assert page["content"].startswith("# Post-mortem")
    assert f"issue:{standin.control.issue(EPIC).id}" == page["project"]


def test_the_editor_adds_ids_and_turns_addresses_into_cards(standin: Standin, jira: Asking) -> None:
    standin.control.write_document("OPS-1", "# T\n\nSee https://w.example/1 now", by="Ben")

    heading, line = jira.get("/issue/OPS-1")["fields"]["description"]["content"]

    assert "localId" in heading["attrs"]
    assert ["text", "inlineCard", "text"] == [one["type"] for one in line["content"]]
    assert "https://w.example/1" == line["content"][1]["attrs"]["url"]


def test_people_plan_estimate_assign_and_log_by_hand(standin: Standin, jira: Asking) -> None:
    control = standin.control
    control.plan_project(EPIC, "2026-02-01", "2026-04-01", by="Ada")
    control.plan_project("NOVA:1.4", target_date="2026-04-02", by="Ada")
    control.lead_project(EPIC, "Ben Castro", by="Ada")
    control.rename_project(EPIC, "Checkout", by="Ada")
    made = control.create_issue("OPS", "Tidy", by="Ada", project=EPIC, state="Done", estimate=3)
    control.assign_issue(made.id, "Dev", by="Ada")
    control.schedule_issue(made.id, "2026-03-09", by="Ada")
    control.log_work(made.id, "2h", by="Dev")
    control.put_issue_in_version(made.id, by="Ada")
    other = control.create_epic("NOVA", "Next", by="Ada", lead="Ada Berg")
    control.mark_duplicate("OPS-1", "OPS-2", by="Ada")

    fields = jira.get(f"/issue/{EPIC}")["fields"]
    tidy = jira.get(f"/issue/{made.key}")["fields"]
    assert ("Checkout", "2026-02-01", "2026-04-01", "Ben Castro") == (
        fields["summary"],
        fields["customfield_10015"],
        fields["duedate"],
        fields["assignee"]["displayName"],
    )
    assert ("Done", EPIC, 3.0, 7200) == (
        tidy["status"]["name"],
        tidy["parent"]["key"],
        tidy["customfield_10026"],
        tidy["timespent"],
    )
    assert "In Progress" == jira.get(f"/issue/{other.key}")["fields"]["status"]["name"]
    assert "Duplicate" == jira.get("/issue/OPS-1")["fields"]["resolution"]["name"]


@pytest.mark.parametrize(
    ("action", "parameters", "said"),
    [
        ("explode", {}, "no action 'explode'; there are: add_label"),
        ("close_project", {}, "close_project needs 'project'"),
        ("close_project", {"project": "Zeus"}, "nothing that can be closed is called 'Zeus'"),
        ("close_project", {"project": EPIC, "by": "Zoe"}, "no person 'Zoe'; there are:"),
        ("cancel_project", {"project": "NOVA"}, "only issues can be closed as not done"),
        ("plan_project", {"project": EPIC, "target_date": "soon"}, "Error parsing date"),
        ("comment", {"on": "NOVA:1.4", "text": "x"}, "have no comments"),
        ("restore", {"thing": "NOVA"}, "is not archived or deleted"),
        ("deny", {"person": "Ben", "permission": "FLY"}, "no permission 'FLY'; there are:"),
        ("register_webhook", {"url": "http://x", "types": ["y"]}, "no events y; there are:"),
        ("switch", {"name": "mood", "value": 1}, "no switch 'mood'; there are:"),
    ],
)
def test_an_action_that_cannot_be_done_says_what_can(
    jira: Asking, action: str, parameters: dict[str, Value], said: str
) -> None:
    answer = jira.control(action, **parameters)

    assert 400 == answer.status_code
    assert said in answer.json()["error"]


def test_a_rule_of_the_workflow_refuses_a_person_in_its_own_words(
    standin: Standin, jira: Asking
) -> None:
    kind = "com.atlassian.jira.plugin.system.customfieldtypes:textfield"
    field = jira.post("/field", name="Closeout approval", type=kind)["id"]
    _guard(standin, field, "Post-mortem incomplete: https://c.example/p")

    refused = jira.control("close_project", project=EPIC, by="Ada Berg")
    jira.put(f"/issue/{EPIC}", fields={field: "approved"})
    passed = jira.control("close_project", project=EPIC, by="Ada Berg")

    assert (400, {"error": "Post-mortem incomplete: https://c.example/p"}) == (
        refused.status_code,
        refused.json(),
    )
    assert 200 == passed.status_code


def _guard(standin: Standin, field: str, sentence: str) -> None:
    workflow = next(w for w in standin.world.workflows.values() if w["name"] == "Epic workflow")
    done = next(t for t in workflow["transitions"] if t["name"] == "Done")
    done["validators"] = [
        {
            "ruleKey": "system:validate-field-value",
            "parameters": {
                "ruleType": "fieldRequired",
                "fieldsRequired": field,
                "ignoreContext": "false",
                "errorMessage": sentence,
            },
        }
    ]


def test_every_action_is_explained(standin: Standin) -> None:
    listed = requests.get(f"{standin.base_url}/control", timeout=10).json()

    assert actions().keys() == listed.keys()
    assert all(listed.values())


def test_calls_deliveries_and_the_log_are_shown_without_secrets(
    standin: Standin, jira: Asking
) -> None:
    jira.control("register_webhook", url="http://127.0.0.1:1/", secret="hidden-from-all")
    jira.control("close_project", project=EPIC)
    jira.get("/myself")

    shown = {
        name: requests.get(f"{standin.base_url}/control/{name}", timeout=10)
        for name in ("log", "calls", "deliveries", "board")
    }

    assert not any("hidden-from-all" in one.text for one in shown.values())
    assert not any(standin.api_key in one.text for one in shown.values())
    (call,) = shown["calls"].json()
    assert ("GET", "/rest/api/3/myself", 200) == (call["method"], call["path"], call["status"])
    assert ["createWebhook", "doTransition"] == [one["action"] for one in shown["log"].json()]


def test_whoever_looks_on_is_told_of_every_exchange(jira: Asking) -> None:
    seen: list[Exchange] = []
    look: Callable[[Exchange], None] = seen.append
    observers.append(look)
    try:
        jira.get("/myself", expand="groups")
        jira.standin.control.fail("reset", only="GET */myself")
        with pytest.raises(requests.RequestException):
            jira("GET", "/myself")
    finally:
        observers.remove(look)

    assert [("jira", "cloud-company", 200, None), ("jira", "cloud-company", None, "reset")] == [
        (one.tool, one.flavour, one.status, one.fault) for one in seen
    ]
    assert (("expand", "groups"),) == seen[0].query
    assert "authorization" not in seen[0].headers


@pytest.mark.parametrize(
    ("only", "codes"),
    [
        ("write", [200, 500]),
        ("read", [500, 201]),
        ("create_issue", [200, 500]),
        ("POST /rest/api/3/issue", [200, 500]),
        ("POST /rest/api/{v}/issue", [200, 500]),
        ("POST /rest/api/3/search/*", [200, 201]),
    ],
)
def test_a_fault_is_for_the_calls_it_is_meant_for(
    jira: Asking, only: str, codes: list[int]
) -> None:
    jira.standin.control.fail("500", only=only)
    fields = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "x"}

    got = [
        jira("GET", "/myself").status_code,
        jira("POST", "/issue", json={"fields": fields}).status_code,
    ]

    assert codes == got


def test_a_lost_answer_was_applied(jira: Asking) -> None:
    jira.standin.control.fail("do-then-500", only="write")
    fields = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "x"}

    answer = jira("POST", "/issue", json={"fields": fields})

    assert 500 == answer.status_code
    assert ["OPS-3"] == jira.found("summary ~ x and project = OPS")


# The page.


def test_the_page_shows_everything_and_escapes_it(standin: Standin) -> None:
    nasty = "<script>alert('x')</script>\"&"
    standin.control.rename_project(EPIC, nasty)
    standin.control.comment(EPIC, nasty)
    standin.control.write_document("OPS-1", f"# T\n\n</textarea>{nasty}")

    answer = requests.get(standin.base_url, timeout=10)

    assert 200 == answer.status_code
    assert "<script" not in answer.text
    assert answer.text.count("</textarea>") == answer.text.count("<textarea")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_person_plays_by_forms(standin: Standin) -> None:
    text = requests.get(standin.base_url, timeout=10).text
    epic = standin.control.issue(EPIC)
    forms = {
        "move_issue": {"issue": "OPS-1", "state": "Done", "by": "Ben Castro"},
        "add_label": {"issue": "OPS-1", "label": "verified", "by": "Chiara Dunn"},
        "assign_issue": {"issue": "OPS-1", "assignee": "Dev Emre", "by": "Ben Castro"},
        "close_project": {"project": f"issue:{epic.id}", "by": "Ada Berg"},
    }

    answers = [
        requests.post(
            f"{standin.base_url}/act/{name}", data=given, timeout=10, allow_redirects=False
        )
        for name, given in forms.items()
    ]

    assert [303] * 4 == [one.status_code for one in answers]
    assert forms.keys() <= set(re.findall(r'action="/act/(\w+)"', text)) <= actions().keys()
    assert ["verified"] == standin.control.issue("OPS-1").values["labels"]
    assert "Done" == standin.world.statuses[epic.status_id].name


def test_what_people_click_can_lead_to_the_page_itself(clock: HandClock) -> None:
    with (
        Standin.seeded(clock, flavour="data-center", local_links=True) as standin,
        Asking(standin) as jira,
    ):
        info = jira.get("/serverInfo")
        clicked = requests.get(
            f"{info['baseUrl']}/browse/{EPIC}", timeout=10, allow_redirects=False
        )
        page = requests.get(standin.base_url, timeout=10).text

    assert ("/#NOVA-1", 302) == (clicked.headers["Location"], clicked.status_code)
    assert f'id="{EPIC}"' in page


def test_nobody_is_asked_who_is_not_there(standin: Standin) -> None:
    with pytest.raises(Unclear, match="no project 'X'; there are: NOVA, OPS"):
        standin.control.team("X")
