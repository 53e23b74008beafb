"""The working time on issues: all of it, for as few requests as it takes, or why not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from connectors.jira.mapping import worklogs as mapping
from connectors.jira.tracker.worklogs import NOT_TRACKED, recorded
from service.domain.tracking import ProjectIssues, TimeEntry
from service.ports import NotAllowed, Unavailable
from tests.connectors.jira.building import FLAVOURS, Site, a_site
from tests.connectors.jira.scripted import (
    Reply,
    ScriptedJira,
    a_client,
    a_data_center_client,
    an_issue,
    missing,
    refused,
)

BULK = "POST /issue/bulkfetch"
EACH_FLAVOUR = pytest.mark.parametrize("flavour", FLAVOURS)
HOUR = 3600


@pytest.fixture
def jira() -> Iterator[ScriptedJira]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield ScriptedJira(mock)


def spent(hours: int | None, issue_id: str = "20012", **fields: Any) -> dict[str, Any]:  # noqa: ANN401 (what Jira shows)
    return an_issue(issue_id=issue_id, timespent=hours and hours * HOUR, **fields)


def a_worklog(number: int = 1, **changes: object) -> dict[str, Any]:
    return {
        "id": str(number),
        "author": {"accountId": "ben", "displayName": "Ben"},
        "started": "2026-11-02T09:00:00.000+0100",
        "created": "2026-11-02T18:00:00.000+0100",
        "timeSpentSeconds": HOUR,
        **changes,
    }


def a_page(*numbers: int, total: int | None = None) -> dict[str, Any]:
    shown = [a_worklog(number) for number in numbers]
    return {"startAt": 0, "maxResults": 20, "total": total or len(shown), "worklogs": shown}


def carrying(page: dict[str, Any], issue_id: str = "20012") -> dict[str, Any]:
    return {"issues": [an_issue(issue_id=issue_id, worklog=page)]}


def _numbers(entries: tuple[TimeEntry, ...] | None) -> list[str]:
    assert entries is not None
    return [one.id for one in entries]


def test_a_worklog_says_who_worked_when_and_how_long() -> None:
    (entry,) = mapping.entries([a_worklog()], "20012")

    assert (
        TimeEntry(
            id="1",
            at=datetime(2026, 11, 2, 8, tzinfo=UTC),
            seconds=HOUR,
            issue_id="20012",
            person_id="ben",
            recorded_at=datetime(2026, 11, 2, 17, tzinfo=UTC),
        )
        == entry
    )


def test_a_worklog_of_a_deleted_account_is_nobodys() -> None:
    """Edge case 15. Edge case 16."""
    (entry,) = mapping.entries([a_worklog(author=None, created=None)], None)

    assert (None, None, None) == (entry.person_id, entry.recorded_at, entry.issue_id)


@pytest.mark.parametrize("broken", [{"timeSpentSeconds": None}, {"started": "soon"}, {"id": None}])
def test_a_worklog_that_cannot_be_read_is_not_left_out(broken: dict[str, object]) -> None:
    raw = a_worklog() | broken

    with pytest.raises(Unavailable):
        mapping.entries([raw], None)


def test_issues_without_working_time_cost_no_request(jira: ScriptedJira) -> None:
    found = recorded(a_client(), [spent(None), spent(0, "20013")], [])

    assert ((), None, frozenset()) == (found.entries, found.unknown, found.partial)
    assert [] == jira.calls


def test_worklogs_that_an_issue_carries_whole_cost_one_request_for_a_hundred(
    jira: ScriptedJira,
) -> None:
    ids = [str(30_000 + number) for number in range(101)]
    jira.on(
        BULK,
        lambda call: {
            "issues": [an_issue(issue_id=one, worklog=a_page(int(one))) for one in
                       call.body["issueIdsOrKeys"]]
        },
    )  # fmt: skip

    found = recorded(a_client(), [spent(1, one) for one in ids], [])

    assert ids == _numbers(found.entries)
    assert [100, 1] == [len(body["issueIdsOrKeys"]) for body in jira.asked(BULK)]
    assert all(["worklog"] == body["fields"] for body in jira.asked(BULK))
    assert 2 == len(jira.calls)


def test_an_issue_with_more_than_it_carries_is_paged_through(jira: ScriptedJira) -> None:
    jira.on(BULK, carrying(a_page(1, 2, total=5)))
    jira.on("GET /issue/20012/worklog", a_page(1, 2, 3, total=5), a_page(4, 5, total=5))

    found = recorded(a_client(), [spent(5)], [])

    assert ["1", "2", "3", "4", "5"] == _numbers(found.entries)
    assert ["0", "3"] == [one.query["startAt"] for one in jira.calls[1:]]
    assert frozenset() == found.partial


def test_pages_that_overlap_count_nothing_twice(jira: ScriptedJira) -> None:
    """Edge case 16."""
    jira.on(BULK, carrying(a_page(1, total=3)))
    jira.on("GET /issue/20012/worklog", a_page(1, 2, total=3), a_page(2, total=3))

    found = recorded(a_client(), [spent(2)], [])

    assert ["1", "2"] == _numbers(found.entries)


def test_an_issue_that_gives_less_than_it_has_is_named(jira: ScriptedJira) -> None:
    jira.on(BULK, carrying(a_page(1, total=3)))
    jira.on("GET /issue/20012/worklog", a_page(1, 2, total=3), a_page(total=3))

    found = recorded(a_client(), [spent(2)], [])

    assert (["1", "2"], frozenset({"NOVA-12"})) == (_numbers(found.entries), found.partial)


def test_an_issue_whose_worklogs_are_less_than_what_it_counts_is_named(jira: ScriptedJira) -> None:
    """Edge case 16."""
    jira.on(BULK, carrying(a_page(1)))

    found = recorded(a_client(), [spent(3)], [])

    assert (["1"], frozenset({"NOVA-12"})) == (_numbers(found.entries), found.partial)


def test_worklogs_that_are_gone_meanwhile_leave_what_the_issue_carried(jira: ScriptedJira) -> None:
    jira.on(BULK, carrying(a_page(1, total=3)))
    jira.on("GET /issue/20012/worklog", missing())

    found = recorded(a_client(), [spent(3)], [])

    assert (["1"], frozenset({"NOVA-12"})) == (_numbers(found.entries), found.partial)


def test_time_on_the_closing_issue_itself_is_the_projects(jira: ScriptedJira) -> None:
    jira.on(BULK, carrying(a_page(7)))

    found = recorded(a_client(), [], [spent(1)])

    assert found.entries is not None
    assert [("7", None)] == [(one.id, one.issue_id) for one in found.entries]


def test_where_time_is_not_tracked_it_is_unknown_and_not_nothing(jira: ScriptedJira) -> None:
    found = recorded(a_client(), [an_issue()], [])

    assert (None, NOT_TRACKED, frozenset()) == (found.entries, found.unknown, found.partial)
    assert [] == jira.calls


def test_where_our_account_may_not_see_working_time_it_is_unknown(jira: ScriptedJira) -> None:
    """Edge case 16."""
    jira.on(BULK, refused("No.", status=403))
    jira.on("GET /myself", {"accountId": "me"})

    found = recorded(a_client(), [spent(1)], [])

    assert found.entries is None
    assert found.unknown is not None
    assert found.unknown.startswith("Jira does not show working time to our account")


def test_a_token_that_is_revoked_in_the_middle_is_no_missing_permission(
    jira: ScriptedJira,
) -> None:
    jira.on(BULK, refused("No.", status=403))
    jira.on("GET /myself", Reply(status=401))

    with pytest.raises(NotAllowed):
        recorded(a_client(), [spent(1)], [])


def test_a_data_center_carries_them_with_its_search_and_gives_more_at_once(
    jira: ScriptedJira,
) -> None:
    jira.on("GET /issue/20013/worklog", a_page(2, 3))
    raws = [spent(1, worklog=a_page(1)), spent(2, "20013", worklog=a_page(2, total=2))]

    found = recorded(a_data_center_client(), raws, [])

    assert ["1", "2", "3"] == _numbers(found.entries)
    assert [("/issue/20013/worklog", {})] == [(one.path, one.query) for one in jira.calls]


# Against a site that behaves as Jira does.


@EACH_FLAVOUR
def test_working_time_is_read_with_the_issues_of_an_epic(flavour: str) -> None:
    with a_site(flavour) as site:
        first, second, third = _members(site)[:3]
        _works(site, first, 3, started="2026-11-18T09:00:00+01:00")
        _works(site, second, 1, role="Administrators")
        for _ in range(23):
            _works(site, third, 1)
        _works(site, site.epic, 2)

        found = _read(site)

    assert found.time is not None
    hours = dict.fromkeys((first, second, third, None), 0.0)
    for entry in found.time:
        hours[entry.issue_id] += entry.seconds / HOUR
    assert {first: 3, second: 0, third: 23, None: 2} == hours
    assert datetime(2026, 11, 18, 8, tzinfo=UTC) == found.time[0].at
    hidden = next(one.key for one in found.issues if one.id == second)
    assert (frozenset({hidden}), None) == (found.time_partial, found.time_unknown)


@EACH_FLAVOUR
def test_working_time_costs_a_request_only_where_there_is_any(flavour: str) -> None:
    with a_site(flavour) as site:
        _read(site)  # what changes slowly is kept from now on
        before = site.reads_of(lambda: _read(site))
        _works(site, _members(site)[0], 1)

        after = site.reads_of(lambda: _read(site))

    assert (1 if flavour != "data-center" else 0) == after - before


@EACH_FLAVOUR
def test_a_site_that_tracks_no_time_says_so(flavour: str) -> None:
    with a_site(flavour) as site:
        site.standin.control.switch("time_tracking", False)

        found = _read(site)

    assert (None, NOT_TRACKED) == (found.time, found.time_unknown)


@EACH_FLAVOUR
def test_working_time_of_what_is_no_member_is_not_counted(flavour: str) -> None:
    with a_site(flavour) as site:
        inside = _members(site)[0]
        outside = site.standin.control.create_issue("NOVA", "Elsewhere")
        _works(site, inside, 1)
        _works(site, outside.id, 1)

        found = _read(site)

    assert found.time is not None
    assert [inside] == [one.issue_id for one in found.time]


def _read(site: Site) -> ProjectIssues:
    tracker = site.tracker
    return tracker.issues(tracker.project(site.epic))


def _members(site: Site) -> list[str]:
    world = site.standin.world
    return [one.id for one in world.children(site.epic.removeprefix("issue:"))]


def _works(
    site: Site, issue: str, hours: int, *, started: str | None = None, role: str | None = None
) -> None:
    site.standin.control.log_work(issue, f"{hours}h", by="Dev", started=started, role=role)
