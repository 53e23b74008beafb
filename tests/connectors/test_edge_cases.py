"""The edge cases of the catalogue that come with how Jira and Linear tell their histories.

From what a tracker answers to the figures; the same cases in our own words stand with the domain.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.jira.mapping import history as jira_history
from connectors.jira.mapping import issue as jira_issue
from connectors.jira.mapping import people, statuses, worklogs
from connectors.jira.mapping.fields import Fields
from connectors.linear.mapping import history as linear
from service.domain.history import History
from service.domain.metrics import Chosen, Snapshot, snapshot
from service.domain.tracking import Field, Issue, ProjectIssues, Status
from tests.connectors.jira.building import (
    DOING,
    DONE,
    KNOWN,
    TODO,
    a_context,
    a_history,
    an_issue,
    an_item,
)
from tests.connectors.linear import answers
from tests.domain.builders import a_project

START, END = datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
VERSION = "version:7"
MEMBER: dict[str, Any] = {"fixVersions": [{"id": "7", "name": "1.4"}]}


def read(raw: dict[str, Any], *histories: dict[str, Any], **context: object) -> Issue:
    log = jira_history.ordered(histories)
    return jira_issue.issue(raw, log, a_context(**context), url="https://acme.test/browse/X")


def report(
    *issues: Issue,
    project: str = VERSION,
    known: dict[str, Status] | None = None,
    window: tuple[datetime, datetime] = (START, END),
    **given: object,
) -> Snapshot:
    told: dict[str, Any] = {"unaccounted_removals": 0, **given}
    return snapshot(
        a_project(key=project, started=window[0], target="2026-11-13"),
        ProjectIssues(issues, known or KNOWN, **told),
        now=END,
        baseline=Chosen(window[0]),
        close=Chosen(window[1]),
    )


def texts(found: Snapshot) -> list[str]:
    return [one.text for one in found.quality]


def to(status: Status, at: str, number: int, *more: dict[str, Any], was: Status) -> dict[str, Any]:
    """Return a history by which an issue went to a status."""
    return a_history(at, an_item("status", was.id, status.id), *more, number=number)


WORK = (to(DOING, "11-03 09", 1, was=TODO), to(DONE, "11-06 09", 2, was=DOING))


def test_a_version_set_at_creation_is_found_though_no_history_tells_of_it() -> None:
    """Edge case 1: 60 % of the values of a fix version were set so."""
    found = report(read(an_issue(**MEMBER)))

    assert ("NOVA-101",) == found["scope.base"].issues


def test_an_issue_of_which_a_history_was_cut_off_is_left_out_and_named() -> None:
    """Edge case 2: by the chain, though no total tells of it. Fault F12 of the peers."""
    cut = read(an_issue(DONE, **MEMBER), to(DOING, "11-03 09", 1, was=TODO))

    found = report(cut)

    assert 0 == found["scope.final"].n
    assert ["NOVA-101"] == [one.issue for one in found["scope.final"].excluded]
    assert "left out: the tracker gave only a part of its history" in texts(found)


def test_an_issue_that_was_moved_out_of_a_project_and_renamed_is_one_that_left_it() -> None:
    """Edge case 3: by the undone project, not by the prefix of the key."""
    moved = a_history(
        "11-06 09",
        an_item("project", "10000", "10001", was="Nova", became="Ares"),
        an_item("Key", "NOVA-7", "ARES-3", text=True),
    )
    raw = {**an_issue(project={"id": "10001", "key": "ARES", "name": "Ares"}), "key": "ARES-3"}

    found = report(read(raw, moved), project="project:10000")

    assert ("ARES-3",) == found["scope.base"].issues == found["scope.removed"].issues
    assert {"ARES-3", "NOVA-7"} == {*jira_issue.keys(raw, jira_history.ordered([moved]))}


def test_an_issue_that_linear_moved_to_another_project_is_one_that_left() -> None:
    """Edge case 3."""
    moved = answers.an_entry(
        at="2026-11-06T09:00:00Z",
        fromProjectId=answers.PROJECT,
        toProjectId=answers.OTHER_PROJECT,
    )
    raw = {**answers.an_issue(), "project": {"id": answers.OTHER_PROJECT}}

    found = report(linear.issue(raw, [], [], [moved]), project=answers.PROJECT)

    assert ("ENG-1",) == found["scope.base"].issues == found["scope.removed"].issues


def test_what_jira_adds_up_over_sub_tasks_is_never_read() -> None:
    """Edge case 4: `aggregate*` never."""
    raw = an_issue(
        timeoriginalestimate=3600,
        aggregatetimeoriginalestimate=360_000,
        aggregatetimespent=360_000,
        aggregatetimeestimate=360_000,
        **MEMBER,
    )

    found = report(read(raw))

    assert 1 == found["scope.final_hours"].value


def test_a_jump_from_open_to_closed_is_no_cycle_time_of_zero() -> None:
    """Edge case 6: 82 % of what was finished never was in progress. Fault F1 of the peers."""
    jumped = to(DONE, "11-06 09", 1, was=TODO)

    found = report(read(an_issue(DONE, **MEMBER), jumped))

    cycle = found["flow.cycle_time_p50_days"]
    assert (None, "no finished issue was in progress before it was done") == (
        cycle.value,
        cycle.reason,
    )
    assert 1 == found["flow.never_started_n"].value


def test_resolved_without_a_resolution_is_done_by_its_status() -> None:
    """Edge case 7."""
    found = report(read(an_issue(DONE, resolution=None, **MEMBER), *WORK))

    assert ("NOVA-101",) == found["scope.delivered"].issues


def test_a_resolution_without_a_change_of_the_status_is_not_done() -> None:
    """Edge case 7: such as FCREPO-417, which was given one while it stayed open."""
    resolved = a_history("11-06 09", an_item("resolution", None, "6", became="Fixed"))
    raw = an_issue(DOING, resolution={"id": "6", "name": "Fixed"}, **MEMBER)

    found = report(read(raw, to(DOING, "11-03 09", 1, was=TODO), resolved))

    assert ("NOVA-101",) == found["scope.carried_over"].issues
    assert 0 == found["scope.done"].value


def test_done_is_when_the_status_says_and_not_the_date_of_the_resolution() -> None:
    """Edge case 7; fault F14 of the peers: 27 of 2,859 differ, and count for the wrong sprint."""
    raw = an_issue(DONE, resolutiondate="2026-11-19T09:00:00.000+0000", **MEMBER)

    found = report(read(raw, *WORK))

    assert "2026-11-06" == found["schedule.actual_finish"].as_json()["value"]
    early = report(read(raw, *WORK), window=(START, datetime(2026, 11, 7, tzinfo=UTC)))
    assert ("NOVA-101",) == early["scope.delivered"].issues


@pytest.mark.parametrize(
    "resolution", ["Won't Fix", "Won’t Fix", "Duplicate", "Cannot Reproduce", "Won't Do"]
)
def test_what_a_resolution_drops_is_no_delivered_value(resolution: str) -> None:
    """Edge case 8."""
    raw = an_issue(DONE, resolution={"id": "2", "name": resolution}, **MEMBER)
    dropped = an_item("resolution", None, "2", became=resolution)

    found = report(read(raw, WORK[0], to(DONE, "11-06 09", 2, dropped, was=DOING)))

    assert ("NOVA-101",) == found["scope.dropped"].issues
    assert () == found["scope.delivered"].issues == found["earned_value.ev"].issues
    assert 0 == found["earned_value.ev"].value


def test_what_linear_put_into_the_bin_left_then() -> None:
    """Edge case 9."""
    binned = answers.an_entry(at="2026-11-06T09:00:00Z", trashed=True)
    raw = {**answers.an_issue(state=answers.a_status("started")), "trashed": True}

    found = report(linear.issue(raw, [], [], [binned]), project=answers.PROJECT)

    assert ("ENG-1",) == found["scope.base"].issues == found["scope.removed"].issues


def test_what_linear_closed_by_itself_is_named() -> None:
    """Edge case 9: not completion by people; the other one was completed by somebody."""
    known = {
        "status-started": Status("status-started", "Started", DOING.category),
        "status-completed": Status("status-completed", "Completed", DONE.category),
    }
    move = {"fromStateId": "status-started", "toStateId": "status-completed"}
    robot = answers.an_entry(1, "2026-11-06T09:00:00Z", autoClosed=True, **move)
    person = answers.an_entry(2, "2026-11-07T09:00:00Z", **move)
    issues = [
        linear.issue(answers.an_issue(number), [], [], [entry])
        for number, entry in ((1, robot), (2, person))
    ]

    found = report(*issues, project=answers.PROJECT, known=known)

    assert [("ENG-1", "became done by no account: a rule of the tracker may have closed it")] == [
        (one.issue, one.text) for one in found.quality
    ]


def test_offsets_that_vary_inside_one_issue_are_one_line_of_time() -> None:
    """Edge case 10: +0000, -0500, -0600; each is one hour after the one before."""
    moves = [
        {**to(DOING, "11-03 09", 3, was=TODO), "created": "2026-11-03T09:00:00.000+0000"},
        {**to(DONE, "11-03 09", 2, was=DOING), "created": "2026-11-03T05:00:00.000-0500"},
        {**to(DOING, "11-03 09", 1, was=DONE), "created": "2026-11-03T05:00:00.000-0600"},
    ]

    found = History(read(an_issue(DOING), *moves)).status

    assert ("1", "3", "9", "3") == found.values
    assert [9, 10, 11] == [at.hour for at in found.instants]
    assert () == found.breaks


def test_a_migration_of_the_workflow_changes_nothing() -> None:
    """Edge case 12: 1,598 items of real histories are of the field `Workflow`."""
    migration = a_history("11-05 09", an_item("Workflow", "12", "13", was="old", became="new"))
    raw = an_issue(DONE, **MEMBER)

    assert report(read(raw, *WORK)).as_json() == report(read(raw, *WORK, migration)).as_json()


def test_a_status_is_known_by_its_id_and_category_whatever_it_is_called_and_was() -> None:
    """Edge case 12: renamed since, and not in English."""
    done = Status("9", "Fertig", DONE.category)
    told = {"id": "9", "name": "Fertig", "statusCategory": {"key": "done", "name": "Fertig"}}
    renamed = a_history("11-06 09", an_item("status", "3", "9", was="In Arbeit", became="Zu"))
    raw = an_issue(DONE, **MEMBER)
    raw["fields"]["status"] = told

    found = report(
        read(raw, WORK[0], renamed),
        known={**KNOWN, "9": done},
    )

    assert done == statuses.status(told)
    assert ("NOVA-101",) == found["scope.delivered"].issues


def test_two_statuses_of_one_name_are_kept_apart_by_their_ids() -> None:
    """Edge case 12: projects that are managed by their teams have statuses of their own."""
    other = Status("10042", "Done", DOING.category)
    raw = an_issue(DONE, **MEMBER)
    own = a_history("11-05 09", an_item("status", "3", "10042", was="In Progress", became="Done"))
    back = a_history(
        "11-06 09", an_item("status", "10042", "9", was="Done", became="Done"), number=3
    )

    found = report(read(raw, WORK[0], own, back), known={**KNOWN, other.id: other})

    assert "2026-11-06" == found["schedule.actual_finish"].as_json()["value"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"accountId": "5b1", "key": "ada", "name": "ada.b"}, "5b1"),
        ({"key": "JIRAUSER10100", "name": "ada.b"}, "JIRAUSER10100"),
        ({"name": "ada.b", "displayName": "Ada"}, "ada.b"),
        ({"displayName": "Former user"}, None),
        (None, None),
    ],
)
def test_a_person_is_the_account_else_the_key_and_nobody_where_neither_is_told(
    raw: dict[str, Any] | None, expected: str | None
) -> None:
    """Edge case 15."""
    assert expected == people.account_id(raw)


def test_a_history_without_an_author_is_kept() -> None:
    """Edge case 15."""
    found = read(an_issue(DONE), *({**one, "author": None} for one in WORK))

    assert [None, None] == [change.actor_id for change in found.changes]
    assert 2 == len(found.changes)


def test_time_that_was_written_down_after_the_close_counts_and_is_named() -> None:
    """Edge case 16: `started` before, `created` after; and time that is negative is subtracted."""
    raw = {"author": {"accountId": "ada"}, "started": "2026-11-05T09:00:00.000+0000"}
    late = {**raw, "id": "1", "timeSpentSeconds": 7200, "created": "2026-12-01T09:00:00.000+0000"}
    wrong = {**raw, "id": "2", "timeSpentSeconds": -3600, "created": "2026-11-05T10:00:00.000+0000"}

    found = report(
        read(an_issue(DONE, **MEMBER), *WORK), time=worklogs.entries([late, wrong], "101")
    )

    assert [
        "2 hours of work before the close recorded after it; counted",
        "negative working time is recorded (-1 hours); subtracted",
    ] == texts(found)
    assert 1 == found["effort.actual_hours"].value


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(
            [
                "com.atlassian.greenhopper.Sprint@1f[id=31,name=One]",
                "com.atlassian.greenhopper.Sprint@2a[rapidViewId=4,id=32,name=Two]",
            ],
            id="texts of a server",
        ),
        pytest.param([{"id": 31, "name": "One"}, {"id": 32, "name": "Two"}], id="objects of Cloud"),
    ],
)
def test_an_issue_in_two_sprints_was_added_to_the_second_when_the_list_grew(value: object) -> None:
    """Edge case 20."""
    fields = Fields(sprint="cf_sprint", ids={"sprint": "cf_sprint"})
    grew = a_history("11-05 09", an_item("Sprint", "31", "31, 32", was="One", became="One, Two"))

    found = read(an_issue(cf_sprint=value), grew, fields=fields)

    past = History(found)
    assert frozenset({"31"}) == past.members(Field.SPRINTS, datetime(2026, 11, 4, tzinfo=UTC))
    assert frozenset({"31", "32"}) == past.members(Field.SPRINTS, END) == found.sprints


def test_the_cycles_that_linear_tells_of_are_sprints() -> None:
    """Edge case 20: carried over to the next one when the first was over."""
    carried = answers.an_entry(at="2026-11-06T09:00:00Z", fromCycleId="c1", toCycleId="c2")

    found = linear.issue({**answers.an_issue(), "cycle": {"id": "c2"}}, [], [], [carried])

    assert frozenset({"c1"}) == History(found).members(Field.SPRINTS, START)
    assert frozenset({"c2"}) == History(found).members(Field.SPRINTS, END)
