"""A file of exported issues: what is in it, whom it belongs to, and what is refused."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import pytest

from connectors.jira.export import read_export
from service.domain.history import Finding, state
from service.domain.tracking import Field
from service.exports import UnusableFile, Wanted
from service.ports import NotFound
from tests.connectors.jira.building import DOING, DONE, an_item
from tests.connectors.jira.exporting import (
    ONE_ZERO,
    TWO_ZERO,
    Raw,
    an_exported,
    issues_of,
    read,
    tagged,
    told,
    written,
)

BEFORE = datetime(2026, 11, 1, tzinfo=UTC)


# --- Files ------------------------------------------------------------------------------------


def _two() -> list[Raw]:
    return [an_exported(1, fixVersions=[ONE_ZERO]), an_exported(2, fixVersions=[ONE_ZERO])]


def _lines(folder: Path) -> Path:
    return written(folder, _two())


def _zipped(folder: Path) -> Path:
    path = folder / "issues.ndjson.gz"
    path.write_bytes(gzip.compress(written(folder, _two()).read_bytes()))
    return path


def _blank_lines(folder: Path) -> Path:
    path = _lines(folder)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\n\n"))
    return path


def _array(folder: Path) -> Path:
    path = folder / "issues.json"
    path.write_bytes(orjson.dumps(_two(), option=orjson.OPT_INDENT_2))
    return path


def _page(folder: Path) -> Path:
    path = folder / "search.json"
    path.write_bytes(orjson.dumps({"startAt": 0, "issues": _two()}, option=orjson.OPT_INDENT_2))
    return path


def _pages(folder: Path) -> Path:
    path = folder / "pages.ndjson"
    path.write_bytes(b"".join(orjson.dumps({"issues": [one]}) + b"\n" for one in _two()))
    return path


@pytest.mark.parametrize("write", [_lines, _zipped, _blank_lines, _array, _page, _pages])
def test_an_export_has_one_of_these_forms(write: Callable[[Path], Path], tmp_path: Path) -> None:
    found = read(write(tmp_path), version="1.0")

    assert {"NOVA-1", "NOVA-2"} == set(issues_of(found))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        pytest.param(b"{no json", "line 2: this is not JSON", id="no JSON"),
        pytest.param(b"\xff\xfe{}", "line 2: this is not JSON", id="another encoding"),
        pytest.param(b'{"key": "NOVA-1"', "line 2: this is not JSON", id="a line cut short"),
        pytest.param(b'["NOVA-1"]', "line 2: this is no issue: Expected `object`", id="a list"),
        pytest.param(b'{"name": "x"}', "line 2: this is no issue: Object missing", id="no issue"),
        pytest.param(
            orjson.dumps(an_exported(1) | {"key": 5}),
            "line 2: this is no issue: field key: Expected `str`",
            id="a field of another type",
        ),
        pytest.param(
            orjson.dumps(an_exported(1, created="yesterday")),
            "line 2: NOVA-1: field created: 'yesterday' is no instant",
            id="no instant",
        ),
        pytest.param(
            orjson.dumps(an_exported(1, created="2026-10-01T09:00:00.000")),
            "line 2: NOVA-1: field created: the instant '2026-10-01T09:00:00.000' has no time zone",
            id="no time zone",
        ),
        pytest.param(
            orjson.dumps(an_exported(1, duedate="soon", fixVersions=[ONE_ZERO])),
            "line 2: NOVA-1: field duedate: 'soon' is no date",
            id="no date",
        ),
        pytest.param(
            orjson.dumps(
                {key: value for key, value in an_exported(1).items() if key != "changelog"}
            ),
            "line 2: the issue has no changelog; export it with expand=changelog",
            id="no changelog",
        ),
    ],
)
def test_what_is_no_issue_is_refused_with_file_line_and_field(
    line: bytes, why: str, tmp_path: Path
) -> None:
    path = written(tmp_path, [an_exported(2, fixVersions=[ONE_ZERO])])
    path.write_bytes(path.read_bytes() + line + b"\n")

    with pytest.raises(UnusableFile) as refusal:
        read(path, version="1.0")

    assert str(refusal.value).startswith(f"{path}, {why}")


def test_an_archive_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    path = _zipped(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(UnusableFile, match="cannot be read"):
        read(path, version="1.0")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, [])

    with pytest.raises(UnusableFile, match="holds no issues"):
        read(path, version="1.0")


def test_whoever_watches_hears_of_the_whole_file(tmp_path: Path) -> None:
    path = _lines(tmp_path)
    heard: list[int] = []

    read_export(path, Wanted("version", "1.0"), None, heard.append)

    assert path.stat().st_size == heard[-1]


# --- Versions ---------------------------------------------------------------------------------


def test_a_version_holds_what_carries_and_what_carried_it(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        [
            an_exported(1, fixVersions=[ONE_ZERO]),
            an_exported(2, told(tagged(ONE_ZERO, removed=True)), fixVersions=[TWO_ZERO]),
            an_exported(3, fixVersions=[TWO_ZERO]),
        ],
    )

    found = issues_of(read(path, version="1.0"))

    assert {"NOVA-1", "NOVA-2"} == set(found)
    before = state(found["NOVA-2"], BEFORE)
    assert before is not None
    assert {"version:70"} == before.membership
    assert frozenset() == found["NOVA-2"].membership


def test_what_left_a_version_when_it_was_called_otherwise_is_found_further_up(
    tmp_path: Path,
) -> None:
    left = told(tagged(ONE_ZERO, removed=True, name="Apollo"))
    path = written(tmp_path, [an_exported(1, left), an_exported(2, fixVersions=[ONE_ZERO])])

    found = read(path, version="1.0")

    assert {"NOVA-1", "NOVA-2"} == set(issues_of(found))


@pytest.mark.parametrize("word", ["1.0", "70", "NOVA:1.0"])
def test_a_version_is_named_by_its_name_its_id_or_its_project_too(
    word: str, tmp_path: Path
) -> None:
    path = written(tmp_path, [an_exported(1, fixVersions=[ONE_ZERO])])

    found = read(path, version=word)

    assert ("version:70", "1.0") == (found.project.ref.key, found.project.name)


def _of_another_project() -> Raw:
    other = {"id": "20000", "key": "VEGA", "name": "Vega"}
    return an_exported(2, key="VEGA-2", project=other, fixVersions=[{"id": "80", "name": "1.0"}])


def test_one_name_of_two_versions_is_refused_and_each_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, [an_exported(1, fixVersions=[ONE_ZERO]), _of_another_project()])

    with pytest.raises(NotFound) as refusal:
        read(path, version="1.0")

    assert (
        "2 versions are called '1.0': 70 (1.0 in NOVA), 80 (1.0 in VEGA); give one by its id"
        == str(refusal.value)
    )


def test_a_project_before_the_name_tells_two_versions_apart(tmp_path: Path) -> None:
    path = written(tmp_path, [an_exported(1, fixVersions=[ONE_ZERO]), _of_another_project()])

    found = read(path, version="VEGA:1.0")

    assert {"VEGA-2"} == set(issues_of(found))


def test_an_unknown_version_is_refused_with_the_closest_first(tmp_path: Path) -> None:
    versions = [{"id": str(80 + n), "name": f"Apollo {n}.0"} for n in range(12)]
    path = written(tmp_path, [an_exported(1, fixVersions=[ONE_ZERO, *versions])])

    with pytest.raises(NotFound) as refusal:
        read(path, version="Apolo 7.0")

    assert str(refusal.value).startswith(
        "the export has no version 'Apolo 7.0'; there are: Apollo 7.0, "
    )
    assert str(refusal.value).endswith(" and 3 more")


def test_a_deleted_version_of_the_same_name_is_not_looked_at_and_said(tmp_path: Path) -> None:
    deleted = {"id": "69", "name": "1.0"}
    gone = an_exported(2, told(tagged(deleted, removed=True)))
    path = written(tmp_path, [an_exported(1, fixVersions=[ONE_ZERO]), gone])

    found = read(path, version="1.0")

    text = "another version was called 1.0 in histories only, 69, and is not looked at"
    assert {"NOVA-1"} == set(issues_of(found))
    assert (Finding(None, Field.MEMBERSHIP, text),) == found.findings


def test_the_newest_release_date_counts_where_documents_are_of_different_days(
    tmp_path: Path,
) -> None:
    planned = {**ONE_ZERO, "released": False, "releaseDate": "2026-10-31"}
    undated = {**ONE_ZERO, "released": False, "releaseDate": None}
    days = {"2026-11-20": ONE_ZERO, "2026-10-02": planned, "2026-11-25": undated}
    path = written(
        tmp_path,
        [
            an_exported(number, fixVersions=[version], updated=f"{day}T09:00:00.000+0000")
            for number, (day, version) in enumerate(days.items(), 1)
        ],
    )

    found = read(path, version="1.0")

    assert date(2026, 11, 30) == found.project.target_on


# --- Jira projects ----------------------------------------------------------------------------


def _moved(key: str, *, into: bool) -> Raw:
    """Return a history of a move between VEGA (20000) and NOVA (10000)."""
    sides = [("20000", "Vega", key), ("10000", "Nova", "NOVA-9")]
    (left, was, old), (joined, became, new) = sides if into else reversed(sides)
    return told(
        an_item("Key", old, new, text=True),
        an_item("Project", left, joined, was=was, became=became),
    )


def test_a_project_holds_what_moved_in_and_what_moved_out(tmp_path: Path) -> None:
    vega = {"id": "20000", "key": "VEGA", "name": "Vega"}
    path = written(
        tmp_path,
        [
            an_exported(9, _moved("VEGA-3", into=True)),
            an_exported(3, _moved("VEGA-7", into=False), key="VEGA-7", project=vega),
            an_exported(4, key="VEGA-4", project=vega),
        ],
    )

    found = issues_of(read(path, project="nova"))

    assert {"NOVA-9", "VEGA-7"} == set(found)
    assert {"project:10000"} == found["NOVA-9"].membership
    moved_in, moved_out = (state(found[key], BEFORE) for key in ("NOVA-9", "VEGA-7"))
    assert moved_in is not None
    assert moved_out is not None
    assert frozenset() == moved_in.membership
    assert {"project:10000"} == moved_out.membership
    assert ("20000", "10000") == (moved_in.team, moved_out.team)


def test_a_project_that_everything_left_is_found_by_the_keys_of_that_time(tmp_path: Path) -> None:
    path = written(tmp_path, [an_exported(9, _moved("VEGA-3", into=True)), an_exported(10)])

    found = read(path, project="VEGA")

    assert ("project:20000", {"NOVA-9"}) == (found.project.ref.key, set(issues_of(found)))


def test_a_move_that_is_told_by_the_key_alone_is_one(tmp_path: Path) -> None:
    by_key = told(an_item("Key", "VEGA-3", "NOVA-9", text=True))
    path = written(tmp_path, [an_exported(9, by_key)])

    found = issues_of(read(path, project="NOVA"))

    before = state(found["NOVA-9"], BEFORE)
    assert before is not None
    assert frozenset() == before.membership


def test_an_unknown_project_is_refused_with_those_there_are(tmp_path: Path) -> None:
    path = written(tmp_path, [an_exported(1)])

    with pytest.raises(NotFound, match="no project 'VEGA'; there are: NOVA"):
        read(path, project="VEGA")


# --- Epics ------------------------------------------------------------------------------------

EPIC = {"id": "50", "key": "NOVA-50"}
EPIC_TYPE = {"id": "8", "name": "Epic", "hierarchyLevel": 1}


def test_an_epic_holds_its_children_theirs_and_those_that_left(tmp_path: Path) -> None:
    left = told(an_item("IssueParentAssociation", "50", None, was="NOVA-50", became=None))
    path = written(
        tmp_path,
        [
            an_exported(3, parent={"id": "2", "key": "NOVA-2"}),
            an_exported(1, left),
            an_exported(2, parent=EPIC),
            an_exported(50, issuetype=EPIC_TYPE),
            an_exported(4, parent={"id": "9", "key": "NOVA-9"}),
        ],
    )

    found = issues_of(read(path, epic="NOVA-50"))

    assert {"NOVA-1", "NOVA-2", "NOVA-3"} == set(found)
    assert {"issue:50"} == found["NOVA-3"].membership
    before = state(found["NOVA-1"], BEFORE)
    assert before is not None
    assert {"issue:50"} == before.membership


def test_an_epic_link_that_is_told_with_the_parent_is_one_change(tmp_path: Path) -> None:
    twice = told(
        an_item("IssueParentAssociation", None, "50", was=None, became="NOVA-50"),
        an_item("Epic Link", None, "50", was=None, became="NOVA-50"),
    )
    path = written(
        tmp_path, [an_exported(50, issuetype=EPIC_TYPE), an_exported(2, twice, parent=EPIC)]
    )

    found = issues_of(read(path, epic="NOVA-50"))

    moves = [one for one in found["NOVA-2"].changes if one.field is Field.MEMBERSHIP]
    assert [(None, "issue:50")] == [(one.before, one.after) for one in moves]


@pytest.mark.parametrize("by_name", [True, False], ids=["the field is named", "by its history"])
def test_the_epic_link_of_a_data_center_is_a_parent(by_name: bool, tmp_path: Path) -> None:
    joined = told(an_item("Epic Link", None, "50", was=None, became="NOVA-50"))
    names = {"customfield_7": "Epic Link"} if by_name else None
    child = an_exported(2, joined, names=names, customfield_7="NOVA-50")
    path = written(tmp_path, [child, an_exported(50, issuetype={"id": "8", "name": "Epic"})])

    found = issues_of(read(path, epic="NOVA-50"))

    assert {"NOVA-2": {"issue:50"}} == {key: one.membership for key, one in found.items()}


def test_an_epic_is_known_by_its_former_key_too(tmp_path: Path) -> None:
    renamed = told(an_item("Key", "VEGA-1", "NOVA-50", text=True))
    path = written(
        tmp_path, [an_exported(2, parent=EPIC), an_exported(50, renamed, issuetype=EPIC_TYPE)]
    )

    found = read(path, epic="VEGA-1")

    assert {"NOVA-2"} == set(issues_of(found))


def test_the_plan_of_an_epic_is_its_due_date_with_every_change(tmp_path: Path) -> None:
    moved = told(an_item("duedate", "2026-11-10", "2026-11-20", text=True))
    started = told(an_item("status", "1", "3", was="To Do", became="In Progress"), number=30002)
    closed = told(an_item("status", "3", "9", was="In Progress", became="Done"), at="11-18 10")
    epic = an_exported(
        50, moved, started, closed | {"id": "30003"}, issuetype=EPIC_TYPE, status=DONE,
        duedate="2026-11-20",
    )  # fmt: skip
    path = written(tmp_path, [epic, an_exported(2, parent=EPIC, status=DOING)])

    project = read(path, epic="NOVA-50").project

    assert date(2026, 11, 20) == project.target_on
    assert project.plan_changes is not None
    assert [(date(2026, 11, 10), date(2026, 11, 20))] == [
        (one.before, one.after) for one in project.plan_changes
    ]
    assert datetime(2026, 11, 3, 9, tzinfo=UTC) == project.started_at
    assert datetime(2026, 11, 18, 10, tzinfo=UTC) == project.closed_at


def test_an_epic_that_is_not_in_the_export_itself_still_holds_its_children(tmp_path: Path) -> None:
    path = written(tmp_path, [an_exported(2, parent=EPIC)])

    found = read(path, epic="NOVA-50")

    assert ("issue:50", None) == (found.project.ref.key, found.project.target_on)
    assert {"NOVA-2"} == set(issues_of(found))


def test_an_unknown_epic_is_refused_with_the_issues_that_have_others_below_them(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, [an_exported(2, parent=EPIC)])

    with pytest.raises(NotFound, match="no issue NOVA-51 and nothing below it; there are: NOVA-50"):
        read(path, epic="NOVA-51")
