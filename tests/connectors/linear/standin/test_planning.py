"""What people plan with: milestones, cycles, what waits for what; and what Linear does itself."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from connectors._standin.control import Unclear
from connectors.linear.standin import Standin, issue_changes
from tests.connectors.linear.standin.asking import APOLLO, Asking, HandClock

ISSUE = """
query($id: String!) {
  issue(id: $id) {
    identifier cycle { number } projectMilestone { name } state { type } autoClosedAt
    inverseRelations(first: 5) { nodes { type createdAt issue { identifier } } }
    history(first: 5) {
      nodes {
        actorId fromCycleId toCycleId fromProjectMilestone { name } toProjectMilestone { name }
        fromTitle toTitle updatedDescription archived autoArchived autoClosed toStateId
      }
    }
  }
}
"""
ISSUES = """
query($first: Int!, $after: String) {
  issues(first: $first, after: $after, includeArchived: true) {
    nodes { identifier createdAt } pageInfo { hasNextPage endCursor }
  }
}
"""


def an_issue(standin: Standin, clock: HandClock, title: str = "Wanderer") -> str:
    """Create one in the project, a while ago."""
    made = standin.control.create_issue("APO", title, project=APOLLO)
    clock.ahead(hours=1)
    return made.id


def entries(linear: Asking, issue: str) -> list[dict[str, Any]]:
    """Return what stands in its history, newest first, without what is null."""
    found = linear.data(ISSUE, id=issue)["issue"]["history"]["nodes"]
    return [{k: v for k, v in one.items() if v is not None} for one in found]


def test_an_issue_goes_from_cycle_to_cycle(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    issue = an_issue(standin, clock)
    first = standin.control.plan_cycle("APO", "2026-03-02", "2026-03-16")
    second = standin.control.plan_cycle("APO", "2026-03-16", "2026-03-30")

    standin.control.put_issue_in_cycle(issue, 1)
    clock.ahead(hours=1)
    standin.control.put_issue_in_cycle(issue, 2)

    assert {"number": 2} == linear.data(ISSUE, id=issue)["issue"]["cycle"]
    newest, oldest = entries(linear, issue)
    assert (first.id, second.id) == (newest["fromCycleId"], newest["toCycleId"])
    assert (None, first.id) == (oldest.get("fromCycleId"), oldest["toCycleId"])


def test_an_issue_gets_a_milestone_of_its_project(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    issue = an_issue(standin, clock)

    standin.control.put_issue_in_milestone(issue, "Pilot")
    clock.ahead(hours=1)
    standin.control.put_issue_in_milestone(issue)

    assert linear.data(ISSUE, id=issue)["issue"]["projectMilestone"] is None
    newest, oldest = entries(linear, issue)
    assert ("Pilot", "Pilot") == (
        newest["fromProjectMilestone"]["name"],
        oldest["toProjectMilestone"]["name"],
    )


def test_there_are_no_other_milestones_and_cycles(standin: Standin, clock: HandClock) -> None:
    issue = an_issue(standin, clock)

    with pytest.raises(Unclear, match="Everybody, Pilot"):
        standin.control.put_issue_in_milestone(issue, "Nowhere")
    with pytest.raises(Unclear, match="no cycle 7"):
        standin.control.put_issue_in_cycle(issue, 7)
    with pytest.raises(Unclear, match="no cycle lasts"):
        standin.control.plan_cycle("APO", "2026-03-16", "2026-03-16")


def test_an_edit_of_the_words_is_told_and_the_description_is_not_kept(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    issue = an_issue(standin, clock)

    standin.control.edit_issue(issue, title="Wayfarer")
    clock.ahead(hours=1)
    standin.control.edit_issue(issue, description="On foot.")

    newest, oldest = entries(linear, issue)
    assert newest["updatedDescription"] is True
    assert ("Wanderer", "Wayfarer") == (oldest["fromTitle"], oldest["toTitle"])


def test_an_issue_shows_what_it_waits_for(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    issue, blocker = an_issue(standin, clock), an_issue(standin, clock, "In the way")

    made = standin.control.block_issue(issue, blocker)

    (relation,) = linear.data(ISSUE, id=issue)["issue"]["inverseRelations"]["nodes"]
    identifier = standin.world.issues[blocker].identifier
    assert ("blocks", identifier) == (relation["type"], relation["issue"]["identifier"])
    assert made.created_at.isoformat()[:19] == relation["createdAt"][:19]


def test_what_linear_does_by_itself_names_nobody(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    issue = an_issue(standin, clock)

    standin.control.auto_close_issue(issue)
    clock.ahead(hours=1)
    with standin.control.act(None) as act:
        found = standin.world.issues[issue]
        issue_changes.archive_issue(act, found, trashed=False, auto=True)

    shown = linear.data(ISSUE, id=issue)["issue"]
    assert "canceled" == shown["state"]["type"]
    assert shown["autoClosedAt"] is not None
    archived, closed = entries(linear, issue)
    assert {"archived": True, "autoArchived": True} == archived
    assert ({"autoClosed", "toStateId"}, True) == (set(closed), closed["autoClosed"])


def test_all_of_it_can_be_done_over_http(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    issue, blocker = an_issue(standin, clock), an_issue(standin, clock, "In the way")

    for action, given in (
        ("plan_cycle", {"team": "APO", "starts": "2026-03-02", "ends": "2026-03-16"}),
        ("put_issue_in_cycle", {"issue": issue, "cycle": 1}),
        ("put_issue_in_milestone", {"issue": issue, "milestone": "Pilot"}),
        ("edit_issue", {"issue": issue, "description": "On foot."}),
        ("block_issue", {"issue": issue, "blocker": blocker}),
        ("auto_close_issue", {"issue": issue}),
    ):
        assert 200 == linear.control(action, **given).status_code, action


def pages(linear: Asking, first: int) -> list[list[str]]:
    """Read all issues, so many in a page."""
    found: list[list[str]] = []
    after = None
    while not found or after is not None:
        page = linear.data(ISSUES, first=first, after=after)["issues"]
        found.append([one["identifier"] for one in page["nodes"]])
        after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
    return found


def test_lists_can_begin_with_the_oldest(standin: Standin, linear: Asking) -> None:
    newest_first = [*chain(*pages(linear, 5))]

    standin.control.switch("oldest_first", value=True)

    assert newest_first[::-1] == [*chain(*pages(linear, 5))]


@pytest.mark.parametrize("first", [2, 5])
def test_pages_can_overlap_and_still_lead_to_the_end(
    standin: Standin, linear: Asking, first: int
) -> None:
    every = set(chain(*pages(linear, 250)))

    standin.control.switch("page_overlap", value=1)

    found = pages(linear, first)
    assert every == set(chain(*found))
    assert all(found[at][-1] == found[at + 1][0] for at in range(len(found) - 1))
