"""Sending workflows: what Jira's check says is heard, and its tasks are followed or said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import responses

from connectors.jira.gate import drawing, writing
from connectors.jira.gate.drawing import Drawing
from service.ports import Rejected, Unavailable
from tests.connectors.jira.gate.building import (
    APPROVAL,
    RESERVED,
    SENTENCE,
    a_rule,
    a_survey,
    a_transition,
    a_workflow,
)
from tests.connectors.jira.scripted import ScriptedJira, a_client, refused

CHECKED, SENT, TASK = "POST /workflows/update/validation", "POST /workflows/update", "GET /task/77"
SURVEY = a_survey(a_workflow(a_transition("31", "3", "2", name="Finish")))
OFFERED: dict[str, dict[str, Any]] = {
    APPROVAL.key: {"ruleType": "Validator", "isAvailableForInitialTransition": True},
    RESERVED.key: {"ruleType": "Condition", "incompatibleRuleKeys": ["system:other"]},
}


@pytest.fixture
def jira() -> Iterator[ScriptedJira]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        found = ScriptedJira(mock)
        found.on(CHECKED, {"errors": []})
        found.on(SENT, {"workflows": [], "statuses": [], "taskId": None})
        yield found


def _drawn() -> Drawing:
    return drawing.installation(SURVEY.flows[0], SURVEY, APPROVAL, OFFERED, shared=False)


def test_the_whole_workflow_goes_back_under_its_version_with_its_statuses(
    jira: ScriptedJira,
) -> None:
    done = writing.write(a_client(), [_drawn()], SURVEY)

    sent = jira.asked(SENT)[0]
    assert {"id": "v", "versionNumber": 3} == sent["workflows"][0]["version"]
    assert ["1", "2", "3"] == [one["id"] for one in sent["statuses"]]
    assert sent == jira.asked(CHECKED)[0]["payload"]
    assert [True] == [one.good for one in done]
    assert SENTENCE in done[0].finding


def test_a_workflow_that_jira_objects_to_is_left_and_its_words_are_told(
    jira: ScriptedJira,
) -> None:
    error = {
        "level": "ERROR",
        "message": "No such field.",
        "elementReference": {"transitionId": "31"},
    }
    jira.on(CHECKED, {"errors": [error, {"level": "WARNING", "message": "hm"}]})

    done = writing.write(a_client(), [_drawn()], SURVEY)

    assert [] == jira.asked(SENT)
    assert [False] == [one.good for one in done]
    assert "left as it is, because Jira objects: transition “Finish”: No such field." == (
        done[0].finding
    )


def test_another_running_task_is_unavailable_with_words(jira: ScriptedJira) -> None:
    jira.on(SENT, refused("Another update is running.", status=409))

    with pytest.raises(Unavailable) as raised:
        writing.write(a_client(), [_drawn()], SURVEY)

    assert "Jira is changing workflows at this moment" in str(raised.value)
    assert "Another update is running." in str(raised.value)
    assert writing.BUSY_FOR == raised.value.retry_after


def test_another_refusal_is_handed_on(jira: ScriptedJira) -> None:
    jira.on(SENT, refused("Bad workflow."))

    with pytest.raises(Rejected) as raised:
        writing.write(a_client(), [_drawn()], SURVEY)

    assert "Bad workflow." in str(raised.value)


@pytest.mark.parametrize(
    ("task", "good", "words"),
    [
        ({"status": "COMPLETE", "progress": 100}, True, "refuse with"),
        ({"status": "RUNNING", "progress": 40}, None, "still at it (task 77: running, 40 %)"),
        ({"status": "FAILED", "message": "Disk full."}, False, "did not finish it (task 77: Disk"),
        (refused("None.", status=404), None, "Jira does not show it to us"),
    ],
    ids=["complete", "running", "failed", "hidden"],
)
def test_a_task_is_followed_or_said(
    jira: ScriptedJira, task: object, good: bool | None, words: str
) -> None:
    jira.on(SENT, {"workflows": [], "statuses": [], "taskId": "77"})
    jira.on(TASK, task)

    done = writing.write(a_client(), [_drawn()], SURVEY)

    assert [good] == [one.good for one in done]
    assert words in done[0].finding


def test_a_rule_that_jira_does_not_offer_for_a_workflow_is_an_obstacle() -> None:
    found = drawing.installation(SURVEY.flows[0], SURVEY, APPROVAL, {}, shared=False)

    assert found.changed is None
    assert "Jira does not offer the rule system:validate-field-value here" in found.obstacles[0]
    assert "closing is undone afterwards instead" in found.obstacles[0]


def test_a_rule_that_ours_does_not_go_with_is_named_and_other_ways_get_theirs() -> None:
    clashing = a_transition("41", "3", "2", name="Close", actions=[a_rule("system:other")])
    survey = a_survey(a_workflow(a_transition("31", "3", "2"), clashing))

    found = drawing.installation(survey.flows[0], survey, RESERVED, OFFERED, shared=False)

    assert ["transition “way 31”" in one for one in found.steps] == [True]
    assert (
        "“Close” (Busy → Done): Jira does not take our rule beside system:other"
        in (found.obstacles[0])
    )
