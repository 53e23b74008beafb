"""Reading whole closing objects off a site that behaves as Jira does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors.jira.standin import issue_changes
from connectors.jira.standin.entities import Change, Item
from connectors.jira.tracker import JiraTracker
from service.domain.history import History, findings
from service.domain.metrics import snapshot
from service.domain.tracking import Field, Issue, ProjectIssues
from service.ports import NotAllowed, Unavailable
from tests.connectors.jira.building import FLAVOURS, NOON, Site, a_site, a_sub_task, acting

HISTORIES = 24  # of an issue, as counted in real projects
CHANGES = 100  # at least, of all issues of the seeded epic
TWO = ("Payment step", "Address form")
EACH_FLAVOUR = pytest.mark.parametrize("flavour", FLAVOURS)
# The same story as the one seeded for the other tracker, told there with the same figures; done
# counts the one that was closed by a resolution that says it was dropped, delivered does not.
FIGURES = {
    "base": 13,
    "base_points": 56.0,
    "added": 11,
    "added_points": 35.0,
    "removed": 2,
    "removed_points": 8.0,
    "final": 22,
    "final_points": 88.0,
    "done": 21,
    "done_points": 85.0,
    "delivered": 20,
    "delivered_points": 83.0,
    "dropped": 1,
    "carried_over": 1,
    "reestimated_points": 5.0,
}


@pytest.fixture
def site() -> Iterator[Site]:
    with a_site() as one:
        yield one


def _read(tracker: JiraTracker, key: str) -> ProjectIssues:
    return tracker.issues(tracker.project(key))


def _issue(found: ProjectIssues, title: str) -> Issue:
    return next(one for one in found.issues if one.title == title)


@EACH_FLAVOUR
def test_the_seeded_epic_gives_the_same_figures_on_every_jira(flavour: str) -> None:
    with a_site(flavour) as site:
        tracker = site.tracker
        project = tracker.project(site.epic)
        issues = tracker.issues(project)

        figures = snapshot(project, issues, now=NOON)

    scope = figures.metrics["scope"]
    assert FIGURES == {name: scope[name].value for name in FIGURES}
    assert () == figures.quality
    assert 0 == issues.unaccounted_removals


@EACH_FLAVOUR
def test_every_status_of_a_history_is_known(flavour: str) -> None:
    with a_site(flavour) as site:
        found = _read(site.tracker, site.epic)

    mentioned = {one for issue in found.issues for one in History(issue).mentioned(Field.STATUS)}
    assert mentioned | {issue.status.id for issue in found.issues} == set(found.statuses)


@EACH_FLAVOUR
@pytest.mark.parametrize(("key", "count"), [("NOVA:1.4", 5), ("NOVA", 25)])
def test_versions_and_projects_are_read_with_their_issues(
    flavour: str, key: str, count: int
) -> None:
    with a_site(flavour) as site:
        tracker = site.tracker
        canonical = tracker.canonical_key(key)

        found = _read(tracker, canonical)

    assert count == len(found.issues)
    assert all(
        canonical in issue.membership or canonical in History(issue).mentioned(Field.MEMBERSHIP)
        for issue in found.issues
    )


@EACH_FLAVOUR
def test_an_issue_that_left_a_version_is_found(flavour: str) -> None:
    """Edge case 3."""
    with a_site(flavour) as site:
        tracker = site.tracker
        version = tracker.canonical_key("NOVA:1.4")
        member = _read(tracker, version).issues[0]
        _edit(site, member.id, fixVersions=[])

        found = _read(tracker, version)

    left = next(one for one in found.issues if one.id == member.id)
    assert version not in left.membership
    assert version in History(left).mentioned(Field.MEMBERSHIP)


@EACH_FLAVOUR
def test_a_sub_task_is_in_the_epic_exactly_while_its_parent_is(flavour: str) -> None:
    with a_site(flavour) as site:
        tracker = site.tracker
        parent = _issue(_read(tracker, site.epic), "Payment step")
        sub = a_sub_task(site, parent.id, "Card numbers")
        site.standin.control.advance(hours=2)
        _edit(site, parent.id, parent=None)

        found = _read(tracker, site.epic)

    below = _issue(found, "Card numbers")
    stay = History(below).member(Field.MEMBERSHIP, site.epic)
    assert (sub, parent.id) == (below.id, below.parent_id)
    assert stay.at(NOON + timedelta(hours=1))
    assert not stay.at(NOON + timedelta(hours=3))
    assert site.epic not in below.membership


@EACH_FLAVOUR
def test_what_an_issue_is_and_was_is_read_with_every_field(flavour: str) -> None:
    with a_site(flavour) as site:
        control = site.standin.control
        one, other = (_issue(_read(site.tracker, site.epic), title).id for title in TWO)
        for time in ("2d", "3h"):
            control.estimate_work(one, time)
        control.flag_issue(one)
        control.block_issue(one, other)
        control.unblock_issue(one, other)
        control.block_issue(other, one)
        for sprints in (["1", "2"], ["2"]):
            control.plan_issue_into_sprints(one, sprints)

        found = _read(site.tracker, site.epic)

    first, second = (_issue(found, title) for title in TWO)
    past = History(first)
    assert (3.0, True, frozenset({"2"}), "Story") == (
        first.hours,
        first.flagged,
        first.sprints,
        first.kind,
    )
    assert [None, 16.0, 3.0] == list(past.hours.values)
    assert [False, True] == list(past.flagged.values)
    assert [False, True, False] == list(past.member(Field.SPRINTS, "1").values)
    assert [False, True, False] == list(past.member(Field.BLOCKED_BY, other).values)
    assert frozenset({one}) == second.blocked_by
    assert not [finding for issue in found.issues for finding in findings(History(issue))]


@pytest.mark.parametrize("flavour", ["cloud-company", "cloud-team"])
@pytest.mark.parametrize(("page", "repeated"), [(2, 0), (2, 1), (7, 3), (1000, 0)])
def test_how_the_changelogs_are_parted_into_pages_changes_nothing(
    flavour: str, page: int, repeated: int
) -> None:
    with a_site(flavour) as site:
        whole = _read(site.tracker, site.epic)
        site.standin.control.switch("changelog_page", page)
        site.standin.control.switch("changelog_repeats", repeated)

        parted = _read(site.tracker, site.epic)
        asked = sum(call.path.endswith("/changelog/bulkfetch") for call in site.standin.calls)

    assert whole == parted
    assert asked > CHANGES / page


@pytest.mark.parametrize("size", [2, 1000])
def test_how_a_data_center_parts_its_search_into_pages_changes_nothing(size: int) -> None:
    with a_site("data-center") as site:
        whole = _read(site.tracker, site.epic)
        site.standin.control.switch("search_max", size)

        parted = _read(site.tracker, site.epic)

    assert whole == parted


@pytest.mark.parametrize("flavour", ["cloud-company", "data-center"])
def test_a_thousand_issues_with_their_histories_take_at_most_fifteen_reads(flavour: str) -> None:
    with a_site(flavour) as site:
        _fill(site, 1000)
        tracker = site.tracker

        reads = site.reads_of(lambda: _counted(tracker, site.epic, 1000))

    assert reads <= 15


def _counted(tracker: JiraTracker, key: str, least: int) -> None:
    found = _read(tracker, key)
    assert len(found.issues) >= least
    assert all(issue.complete_history for issue in found.issues)
    assert sum(len(issue.changes) for issue in found.issues) >= HISTORIES * least


def test_no_read_on_cloud_asks_for_changelogs_that_are_cut_short(site: Site) -> None:
    """Edge case 2."""
    _read(site.tracker, site.epic)

    asked = [f"{call.path} {call.query} {call.request_body!r}" for call in site.standin.calls]
    assert not [one for one in asked if "expand" in one and "changelog" in one]


def test_an_index_that_lags_hides_no_issue_of_an_epic(site: Site) -> None:
    site.standin.control.lag(lists=120)
    made = site.standin.control.create_issue("NOVA", "Just made", project=site.epic)
    member = _issue(_read(site.tracker, site.epic), "Payment step")
    _edit(site, member.id, parent=None)

    found = _read(site.tracker, site.epic)

    just_made, just_left = (_issue(found, title) for title in ("Just made", "Payment step"))
    assert made.id == just_made.id
    assert site.epic in just_made.membership
    assert site.epic not in just_left.membership


def test_a_deleted_issue_is_a_removal_that_cannot_be_followed(site: Site) -> None:
    """Edge case 9."""
    member = _issue(_read(site.tracker, site.epic), "Payment step")
    site.standin.control.delete(member.id)

    found = _read(site.tracker, site.epic)

    assert 1 == found.unaccounted_removals


def test_a_token_that_is_revoked_in_the_middle_makes_nothing_empty(site: Site) -> None:
    tracker = site.tracker
    project = tracker.project(site.epic)
    site.standin.control.revoke_api_key()

    with pytest.raises(NotAllowed):
        tracker.issues(project)
    with pytest.raises(NotAllowed):
        tracker.closed_since(NOON - timedelta(days=1))


@EACH_FLAVOUR
def test_an_archived_project_shows_itself_and_says_that_it_hides_its_issues(flavour: str) -> None:
    with a_site(flavour) as site:
        tracker = site.tracker
        key = tracker.canonical_key("NOVA")
        site.standin.control.close_project(key)
        project = tracker.project(key)

        with pytest.raises(Unavailable, match="archived"):
            tracker.issues(project)

    assert project.closed


@pytest.mark.parametrize("path", ["search/jql", "issue/bulkfetch", "changelog/bulkfetch"])
@pytest.mark.parametrize("mode", ["500", "truncated", "html-200", "reset", "rate-limited"])
def test_a_read_that_fails_on_the_way_is_no_smaller_epic(site: Site, path: str, mode: str) -> None:
    tracker = site.tracker
    project = tracker.project(site.epic)
    site.standin.control.fail(mode, only=f"POST /rest/api/3/{path}")

    with pytest.raises(Unavailable):
        tracker.issues(project)


def _edit(site: Site, issue_id: str, **changes: object) -> None:
    world = site.standin.world
    with world.lock:
        issue_changes.edit(acting(site), world.issues[issue_id], changes)


def _fill(site: Site, count: int) -> None:
    """Put so many issues under the epic, each with a history as long as they are in real life."""
    world = site.standin.world
    epic = world.issues[site.epic.removeprefix("issue:")]
    project = world.projects[epic.project_id]
    model = next(one for one in world.issues.values() if one.parent_id == epic.id)
    act = acting(site)
    with world.lock:
        for number in range(count):
            given = {"summary": f"Part {number}", "issuetype": model.type_id, "parent": epic.id}
            issue = issue_changes.create(act, project, given, model.status_id)
            issue.values["labels"] = []
            for step in range(HISTORIES):
                item = Item("labels", "jira", "labels", None, *_labels(step))
                at = act.at + timedelta(minutes=step)
                number_of = world.ids.number("change", 30_001)
                issue.history.append(Change(number_of, at, act.actor.id, (item,), None))


def _labels(step: int) -> tuple[str, None, str]:
    before, after = ("", "urgent") if step % 2 == 0 else ("urgent", "")
    return before, None, after
