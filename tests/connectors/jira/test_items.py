"""Items of a changelog → what changed: hours, types, flags, links, sprints, resolutions, texts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.jira.mapping import history, issue, items
from connectors.jira.mapping.context import BLOCKED_BY
from connectors.jira.mapping.fields import Fields, discover
from service.domain.history import History, findings
from service.domain.tracking import Field, Issue
from tests.connectors.jira.building import (
    DOING,
    a_context,
    a_history,
    an_issue,
    an_item,
    blocking,
)

SITE = Fields(
    points=("cf_points",),
    sprint="cf_sprint",
    flagged="cf_flag",
    ids={"sprint": "cf_sprint", "flagged": "cf_flag"},
)
BORN = datetime(2026, 10, 5, tzinfo=UTC)
SERVER_SPRINT = (
    "com.atlassian.greenhopper.service.sprint.Sprint@1f2e3d[id={},rapidViewId=7,state=CLOSED,"
    "name=Sprint 1, id=9,startDate=<null>,sequence=12,goal=]"
)
Told = tuple[Field, str | None, str | None]


def _read(raw: dict[str, Any], *histories: dict[str, Any], **context: object) -> Issue:
    given = a_context(**{"fields": SITE, **context})
    return issue.issue(raw, history.ordered(histories), given, url="https://acme.test/browse/X")


def _told(*changed: dict[str, Any], **context: object) -> list[Told]:
    found = _read(an_issue(DOING), a_history("11-03 09", *changed), **context)
    return [(one.field, one.before, one.after) for one in found.changes]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        pytest.param(
            an_item("timeoriginalestimate", None, "28800", id="timeoriginalestimate"),
            (Field.HOURS, None, "8"),
            id="an original estimate is told in seconds",
        ),
        pytest.param(
            an_item("timeoriginalestimate", "5400", "3660"),
            (Field.HOURS, "1.5", repr(3660 / 3600)),
            id="parts of an hour lose nothing",
        ),
        pytest.param(
            an_item("timeoriginalestimate", "soon", None, text=True),
            (Field.HOURS, "soon", None),
            id="an estimate that is no number stays as it is",
        ),
        pytest.param(
            an_item("issuetype", "1", "5", was="Bug", became="Story"),
            (Field.KIND, "Bug", "Story"),
            id="a type by its name",
        ),
        pytest.param(
            an_item("Issue Type", "1", "5", was="Bug", became="Story"),
            (Field.KIND, "Bug", "Story"),
            id="a type under its old name",
        ),
        pytest.param(
            an_item("Flagged", "", "[10019]", was="", became="Impediment", id="cf_flag"),
            (Field.FLAGGED, None, "true"),
            id="a flag that was set",
        ),
        pytest.param(
            an_item("Flagged", "[10019]", None, was="Impediment", became=""),
            (Field.FLAGGED, "true", None),
            id="a flag that was cleared, as Data Center tells it",
        ),
        pytest.param(
            an_item("Impedido", "", "[1]", was="", became="Impedimento", id="cf_flag"),
            (Field.FLAGGED, None, "true"),
            id="a flag in another language, by the field's id",
        ),
        pytest.param(
            an_item("resolution", "1", "2", was="Done", became="Won't Do"),
            (Field.DROPPED, None, "true"),
            id="a resolution that drops",
        ),
        pytest.param(
            an_item("resolution", "2", None, was="Duplicate", became=None),
            (Field.DROPPED, "true", None),
            id="a dropped issue that is taken up again",
        ),
        pytest.param(
            an_item("summary", "Old words", "New words", text=True),
            (Field.TEXT, None, None),
            id="of a title only that it was edited",
        ),
        pytest.param(
            an_item("description", "Old words", "New words", text=True, id="description"),
            (Field.TEXT, None, None),
            id="of a description too",
        ),
    ],
)
def test_an_item_becomes_a_change(item: dict[str, Any], expected: Told) -> None:
    assert [expected] == _told(item)


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(an_item("Rank", None, None, became="Ranked higher"), id="a rank"),
        pytest.param(an_item("timeestimate", "3600", "60"), id="what remains to do"),
        pytest.param(an_item("timespent", None, "60"), id="what was spent, which worklogs tell"),
        pytest.param(an_item("resolution", None, "1", became="Done"), id="a plain resolution"),
        pytest.param(an_item("Flagged", "", None, was="", became=None), id="from no flag to none"),
        pytest.param(an_item("Sprint", "", None, was=None, became=None), id="no sprint to none"),
    ],
)
def test_what_is_no_change_of_ours_is_none(item: dict[str, Any]) -> None:
    assert [] == _told(item)


def test_sprints_are_told_one_by_one_though_jira_writes_the_whole_list() -> None:
    """Edge case 20."""
    item = an_item("Sprint", "7, 8", "8,12", was="One, Two", became="Two, Three")

    assert [(Field.SPRINTS, "7", None), (Field.SPRINTS, None, "12")] == _told(item)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param([{"id": 37, "name": "S"}, {"id": 38, "name": "T"}], {"37", "38"}, id="Cloud"),
        pytest.param([SERVER_SPRINT.format(37), SERVER_SPRINT.format(8)], {"37", "8"}, id="Server"),
        pytest.param(SERVER_SPRINT.format(37), {"37"}, id="one that is no list"),
        pytest.param(
            ["Sprint@1[rapidViewId=7,id=37,state=ACTIVE]"], {"37"}, id="Server, another order"
        ),
        pytest.param(None, set(), id="none"),
        pytest.param([], set(), id="an empty list"),
    ],
)
def test_the_sprints_an_issue_is_in_are_read_however_they_are_written(
    value: object, expected: set[str]
) -> None:
    """Edge case 20."""
    assert expected == items.sprints(value)


def test_a_link_says_that_the_issue_waits_and_for_whom() -> None:
    joined = an_item("Link", None, "NOVA-7", was=None, became="This issue is blocked by NOVA-7")
    left = an_item("Link", "NOVA-7", None, was="This issue is blocked by NOVA-7", became=None)

    assert [(Field.BLOCKED_BY, None, "107")] == _told(joined, ids={"NOVA-7": "107"})
    assert [(Field.BLOCKED_BY, "NOVA-7", None)] == _told(left)


@pytest.mark.parametrize(
    "sentence",
    [
        "This issue blocks NOVA-7",
        "This issue is related to NOVA-7",
        "This issue depends on NOVA-7",
        "",
    ],
)
def test_a_link_that_does_not_say_so_is_no_waiting(sentence: str) -> None:
    assert [] == _told(an_item("Link", None, "NOVA-7", was=None, became=sentence))


def test_the_words_of_the_sites_own_type_blocks_count_in_any_language() -> None:
    raws = [an_issue(issuelinks=[blocking("107", "NOVA-7", inward="wird blockiert durch")])]
    item = an_item("Link", None, "NOVA-7", became="Dieser Vorgang wird blockiert durch NOVA-7")

    waits = issue.waits(raws)

    assert {BLOCKED_BY, "wird blockiert durch"} == waits
    assert [(Field.BLOCKED_BY, None, "NOVA-7")] == _told(item, waits=waits)


def test_a_link_in_force_is_known_by_the_id_that_its_change_gets_too() -> None:
    joined = an_item("Link", None, "OUT-7", became="This issue is blocked by OUT-7")
    raw = an_issue(issuelinks=[blocking("107", "OUT-7")])

    found = _read(raw, a_history("11-03 09", joined))

    assert frozenset({"107"}) == found.blocked_by
    assert ["107"] == [one.after for one in found.changes]
    assert [] == findings(History(found))


def test_an_issue_does_not_wait_for_what_it_blocks() -> None:
    outward = {
        "id": "1",
        "type": {"name": "Blocks", "inward": BLOCKED_BY, "outward": "blocks"},
        "outwardIssue": {"id": "108", "key": "NOVA-8"},
    }

    assert frozenset() == _read(an_issue(issuelinks=[outward])).blocked_by


def test_a_type_keeps_the_name_that_its_id_has_today() -> None:
    raw = an_issue(issuetype={"id": "6", "name": "Feature", "hierarchyLevel": 1})
    renamed = an_item("issuetype", "5", "6", was="Story", became="Old epic name")

    found = _read(raw, a_history("11-03 09", renamed), kinds=issue.kinds([raw]))

    assert ("Epic", [("Story", "Epic")]) == (
        found.kind,
        [(one.before, one.after) for one in found.changes],
    )


def test_values_that_were_there_at_the_creation_are_found_by_undoing() -> None:
    """Edge case 1."""
    raw = an_issue(
        timeoriginalestimate=14_400,
        cf_flag=[{"id": "10019", "value": "Impediment"}],
        cf_sprint=[{"id": 8, "name": "Two"}],
        components=[{"id": "1", "name": "Shop"}],
    )
    changed = (
        an_item("timeoriginalestimate", "28800", "14400"),
        an_item("Sprint", "7", "8"),
        an_item("issuetype", "1", "5", was="Bug", became="Story"),
    )

    found = _read(raw, a_history("11-03 09", *changed))

    past = History(found)
    assert (8.0, 4.0) == (past.hours.at(BORN), found.hours)
    assert (frozenset({"7"}), frozenset({"8"})) == (
        past.members(Field.SPRINTS, BORN),
        found.sprints,
    )
    assert ("Bug", True) == (past.kind.at(BORN), past.flagged.at(BORN))
    assert ("Shop",) == found.components
    assert [] == findings(past)


def test_an_estimate_of_nothing_is_one() -> None:
    """Edge case 5."""
    assert 0.0 == _read(an_issue(timeoriginalestimate=0)).hours
    assert _read(an_issue()).hours is None


def test_a_key_that_an_issue_had_before_it_moved_is_known_too() -> None:
    """Edge case 3."""
    raw = an_issue()
    moved = a_history("11-03 09", an_item("Key", "OLD-1", "NOVA-101", text=True))

    assert ["NOVA-101", "OLD-1"] == list(issue.keys(raw, history.ordered([moved])))


def test_the_flag_is_found_by_its_type_and_name() -> None:
    boxes = "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"
    raw: list[dict[str, Any]] = [
        {"id": "customfield_1", "name": "Flagged", "schema": {"custom": "text"}},
        {"id": "customfield_2", "name": "Browsers", "schema": {"custom": boxes}},
        {"id": "customfield_3", "name": "Markiert", "clauseNames": ["Flagged"]},
        {
            "id": "customfield_4",
            "name": "Markiert",
            "clauseNames": ["cf[4]", "Flagged"],
            "schema": {"custom": boxes},
        },
    ]

    found = discover(raw)

    assert "customfield_4" == found.flagged
    assert "customfield_4" in found.read
    assert discover([]).flagged is None


@pytest.mark.parametrize(
    ("id_", "name", "expected"),
    [
        ("status", "Status", "status"),
        (None, "Flagged", "cf_flag"),
        (None, "Fix Version", "fixversions"),
        ("fixVersions", "Lösungsversion", "fixversions"),
        (None, "IssueParentAssociation", "parent"),
        (None, "Key", "key"),
        (None, "Something else", "something else"),
        (None, None, ""),
    ],
)
def test_what_an_item_is_about_is_told_by_its_field(
    id_: str | None, name: str | None, expected: str
) -> None:
    assert expected == SITE.name_of(id_, name)
