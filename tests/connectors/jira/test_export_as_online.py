"""An issue read from an export is the one that is read from Jira: two readers, one meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from connectors.jira.mapping import history, issue
from connectors.jira.mapping.context import Context
from connectors.jira.mapping.fields import Fields
from service.domain.tracking import Change, Issue, Person
from tests.connectors.jira.building import an_item
from tests.connectors.jira.exporting import (
    ONE_ZERO,
    Raw,
    an_exported,
    issues_of,
    read,
    tagged,
    told,
    written,
)
from tests.importers.sample import ISSUES, PRESENT, WHY_NOT, documents

FIELDS = Fields(
    points=("customfield_1",),
    sprint="customfield_3",
    flagged="customfield_4",
    ids={"story points": "customfield_1", "sprint": "customfield_3", "flagged": "customfield_4"},
)
NAMES = {"customfield_1": "Story Points", "customfield_3": "Sprint", "customfield_4": "Flagged"}


def online(raws: list[Raw], about: str) -> dict[str, Issue]:
    """Map documents as the tracker does when it has them from Jira."""
    context = Context(
        fields=FIELDS,
        points="customfield_1",
        ids=dict(_ids(raws)),
        kinds=issue.kinds(raws),
        waits=issue.waits(raws),
        about=about,
    )
    return {
        raw["key"]: issue.issue(
            raw,
            history.ordered(raw["changelog"]["histories"]),
            context,
            url=f"{raw['self'].partition('/rest/')[0]}/browse/{raw['key']}",
        )
        for raw in raws
    }


def _ids(raws: list[Raw]) -> Iterator[tuple[str, str]]:
    for raw in raws:
        yield from ((key, raw["id"]) for key in issue.keys(raw, history.ordered([])))
        project = raw["fields"]["project"]
        yield project["key"], project["id"]


def alike(one: Issue) -> Issue:
    """Leave out what an export leaves out on purpose: names of people, the order in a history."""
    person = one.assignee
    return replace(
        one,
        assignee=Person(person.id, person.id) if person is not None else None,
        changes=tuple(sorted(map(_bare, one.changes), key=str)),
    )


def _bare(change: Change) -> Change:
    return change._replace(id=change.id.partition(".")[0])


@cache
def sample() -> list[Raw]:
    return list(documents(ISSUES)) if PRESENT else []


@pytest.mark.skipif(not PRESENT, reason=WHY_NOT)
@pytest.mark.parametrize(
    ("kind", "word"), [("version", "Fedora 3.4"), ("version", "Fedora 3.7"), ("project", "FCREPO")]
)
def test_real_issues_read_from_an_export_are_those_read_from_jira(kind: str, word: str) -> None:
    exported = read(ISSUES, **{kind: word})

    found = issues_of(exported)
    expected = online(sample(), exported.project.ref.key)
    assert len(found) > 50
    assert {key: alike(expected[key]) for key in found} == {
        key: alike(one) for key, one in found.items()
    }


def test_every_field_of_a_made_up_issue_is_the_same(tmp_path: Path) -> None:
    blocks = {"name": "Blocks", "inward": "wartet auf"}
    rich = an_exported(
        1,
        told(
            tagged(ONE_ZERO),
            an_item("Story Points", "3", "5", text=True),
            an_item("timeoriginalestimate", "3600", "5400"),
            an_item("Sprint", "12", "12, 15"),
            an_item("Flagged", None, "[10019]", was="", became="Impediment"),
            an_item("Link", None, "NOVA-2", became="Dieser Vorgang wartet auf NOVA-2"),
            an_item("issuetype", "5", "6", was="Story", became="Defect"),
            an_item("labels", None, None, was="old", became="old new"),
            an_item("summary", "Pay", "Payment"),
            an_item("duedate", "2026-11-10 00:00:00.0", "2026-11-20 00:00:00.0", text=True),
            an_item("assignee", "bob", "ada"),
            an_item("Project", "20000", "10000", was="Vega", became="Nova"),
            an_item("Key", "VEGA-3", "NOVA-1", text=True),
        ),
        told(
            an_item("status", "3", "1", was="In Progress", became="To Do"),
            an_item("resolution", "2", None, was="Won't Fix", became=None),
            at="11-04 09",
            number=30002,
        ),
        names=NAMES,
        customfield_1=5.0,
        customfield_3=[{"id": 12}, {"id": 15}],
        customfield_4=[{"value": "Impediment"}],
        timeoriginalestimate=5400,
        issuelinks=[{"type": blocks, "inwardIssue": {"id": "2", "key": "NOVA-2"}}],
        issuetype={"id": "6", "name": "Bug"},
        labels=["old", "new"],
        duedate="2026-11-20",
        assignee={"accountId": "ada", "displayName": "Ada Berg"},
        components=[{"name": "Shop"}],
        fixVersions=[ONE_ZERO],
        parent={"id": "50", "key": "NOVA-50"},
    )
    raws = [rich, an_exported(2, fixVersions=[ONE_ZERO])]

    exported = read(written(tmp_path, raws), version="1.0")

    expected = online(raws, "version:70")
    assert {key: alike(one) for key, one in expected.items()} == {
        key: alike(one) for key, one in issues_of(exported).items()
    }


@pytest.mark.skipif(not PRESENT, reason=WHY_NOT)
def test_no_real_history_counts_as_cut_short() -> None:
    found = read(ISSUES, project="FCREPO").issues.issues

    assert [] == [one.key for one in found if not one.complete_history]
