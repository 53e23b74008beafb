"""Working time, flags, sprints and links between issues, as people leave them behind."""

from __future__ import annotations

import pytest

from connectors._standin.control import Unclear
from connectors._standin.messages import Value
from connectors.jira.standin import Standin
from tests.connectors.jira.standin.asking import COMPANY, DATA_CENTER, EPIC, Asking

FIRST, SECOND = "NOVA-2", "NOVA-3"


def _items(jira: Asking, key: str, name: str) -> list[tuple[Value, Value, Value, Value]]:
    """Return what the history of an issue says of a field, as `from` and `to` with their texts."""
    shown = jira.get(f"/issue/{key}", expand="changelog", fields="status")
    histories = sorted(shown["changelog"]["histories"], key=lambda one: int(one["id"]))
    return [
        (item["from"], item["fromString"], item["to"], item["toString"])
        for history in histories
        for item in history["items"]
        if item["field"] == name
    ]


def test_an_issue_carries_twenty_worklogs_and_shows_the_others_by_themselves(
    any_jira: Asking,
) -> None:
    for _ in range(21):
        any_jira.standin.control.log_work(FIRST, "1h", by="Dev")

    carried = any_jira.get(f"/issue/{FIRST}")["fields"]["worklog"]
    whole = any_jira.get(f"/issue/{FIRST}/worklog")

    assert (20, 20, 21) == (len(carried["worklogs"]), carried["maxResults"], carried["total"])
    assert 21 == len(whole["worklogs"])


def test_cloud_gives_worklogs_in_pages(jira: Asking) -> None:
    jira.standin.control.switch("worklog_page", 2)
    for _ in range(3):
        jira.standin.control.log_work(FIRST, "1h", by="Dev")

    pages = [jira.get(f"/issue/{FIRST}/worklog", startAt=start) for start in (0, 2)]

    assert [2, 1] == [len(page["worklogs"]) for page in pages]


def test_work_that_was_begun_earlier_is_written_down_now(any_jira: Asking) -> None:
    any_jira.standin.control.log_work(FIRST, "2h", started="2026-02-27T15:00:00+01:00")

    (shown,) = any_jira.get(f"/issue/{FIRST}/worklog")["worklogs"]

    assert ("2026-02-27T14:00:00.000+0000", 7200) == (shown["started"], shown["timeSpentSeconds"])
    assert shown["created"] > shown["started"]


def test_a_worklog_for_a_role_is_counted_and_not_shown(any_jira: Asking) -> None:
    any_jira.standin.control.log_work(FIRST, "2h", role="Administrators")

    fields = any_jira.get(f"/issue/{FIRST}")["fields"]

    assert (7200, 0, []) == (
        fields["timespent"],
        fields["worklog"]["total"],
        any_jira.get(f"/issue/{FIRST}/worklog")["worklogs"],
    )


def test_without_time_tracking_nothing_shows_or_takes_working_time(any_jira: Asking) -> None:
    any_jira.standin.control.switch("time_tracking", False)

    fields = any_jira.get(f"/issue/{FIRST}")["fields"]
    listed = {one["id"] for one in any_jira.get("/field")}

    assert not {"timespent", "timeoriginalestimate", "worklog", "timetracking"} & fields.keys()
    assert not {"timespent", "worklog"} & listed
    assert 404 == any_jira("GET", f"/issue/{FIRST}/worklog").status_code
    assert 404 == any_jira("POST", f"/issue/{FIRST}/worklog", json={"timeSpent": "1h"}).status_code


def test_an_estimate_of_work_is_told_in_seconds(any_jira: Asking) -> None:
    any_jira.standin.control.estimate_work(FIRST, "1d 2h")
    any_jira.standin.control.estimate_work(FIRST)

    assert [(None, None, "36000", "36000"), ("36000", "36000", None, None)] == _items(
        any_jira, FIRST, "timeoriginalestimate"
    )


def test_a_flag_is_a_box_with_one_name(any_jira: Asking) -> None:
    control = any_jira.standin.control
    flag = next(one["id"] for one in any_jira.get("/field") if one["name"] == "Flagged")
    control.flag_issue(FIRST)
    shown = any_jira.get(f"/issue/{FIRST}")["fields"][flag]
    control.unflag_issue(FIRST)

    assert ["Impediment"] == [one["value"] for one in shown]
    assert any_jira.get(f"/issue/{FIRST}")["fields"][flag] is None
    assert [("", "", "[10019]", "Impediment"), ("[10019]", "Impediment", "", "")] == _items(
        any_jira, FIRST, "Flagged"
    )


def test_both_ends_tell_of_a_link_that_came_and_went(any_jira: Asking) -> None:
    control = any_jira.standin.control
    control.block_issue(FIRST, SECOND)
    link = any_jira.get(f"/issue/{FIRST}")["fields"]["issuelinks"][0]
    deleted = any_jira("DELETE", f"/issueLink/{link['id']}")

    waits, blocks = f"This issue is blocked by {SECOND}", f"This issue blocks {FIRST}"
    assert ("Blocks", SECOND) == (link["type"]["name"], link["inwardIssue"]["key"])
    assert deleted.ok
    assert [(None, None, SECOND, waits), (SECOND, waits, None, None)] == _items(
        any_jira, FIRST, "Link"
    )
    assert [(None, None, FIRST, blocks), (FIRST, blocks, None, None)] == _items(
        any_jira, SECOND, "Link"
    )
    with pytest.raises(Unclear, match="does not wait"):
        control.unblock_issue(FIRST, SECOND)


def test_sprints_are_told_as_the_whole_list(any_jira: Asking) -> None:
    control = any_jira.standin.control
    control.plan_issue_into_sprints(EPIC, ["1", "2"])
    control.plan_issue_into_sprints(EPIC, ["2"])

    assert [
        ("", "", "1, 2", "NOVA Sprint 1, NOVA Sprint 2"),
        ("1, 2", "NOVA Sprint 1, NOVA Sprint 2", "2", "NOVA Sprint 2"),
    ] == _items(any_jira, EPIC, "Sprint")


@pytest.mark.parametrize("flavour", [COMPANY])
def test_changelogs_in_bulk_may_come_in_small_pages_that_overlap(
    standin: Standin, jira: Asking
) -> None:
    whole = _changelogs(jira)
    standin.control.switch("changelog_page", 2)
    standin.control.switch("changelog_repeats", 1)

    parted = _changelogs(jira)

    assert len(whole) < len(parted)
    assert set(whole) == set(parted)


@pytest.mark.parametrize("flavour", [DATA_CENTER])
def test_a_data_center_has_no_changelogs_in_bulk(jira: Asking) -> None:
    assert 404 == jira("POST", "/changelog/bulkfetch", json={}).status_code


def _changelogs(jira: Asking) -> list[str]:
    """Return the ids of the changes of two issues, page by page."""
    found: list[str] = []
    body: dict[str, Value] = {"issueIdsOrKeys": [FIRST, SECOND]}
    while True:
        page = jira.post("/changelog/bulkfetch", **body)
        found += [one["id"] for log in page["issueChangeLogs"] for one in log["changeHistories"]]
        if "nextPageToken" not in page:
            return found
        body["nextPageToken"] = page["nextPageToken"]
