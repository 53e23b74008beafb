"""Lists: pages, order, archived records, filters, and the sweep for closed projects."""

from __future__ import annotations

from typing import Any

from connectors.linear.standin import Standin
from tests.connectors.linear.standin.asking import APOLLO, Asking, HandClock

PAGE = """
query($first: Int, $after: String, $archived: Boolean) {
  issues(first: $first, after: $after, includeArchived: $archived) {
    nodes { identifier createdAt } pageInfo { hasNextPage endCursor }
  }
}
"""
SWEEP = """
query Sweep($since: DateTimeOrDuration!, $after: String) {
  projects(first: 50, after: $after, includeArchived: true, orderBy: updatedAt,
           filter: {updatedAt: {gte: $since}, status: {type: {in: ["completed", "canceled"]}}}) {
    nodes { id name status { type } completedAt canceledAt } pageInfo { hasNextPage endCursor }
  }
}
"""


def test_pages_lead_through_the_whole_list_newest_first(standin: Standin, linear: Asking) -> None:
    found: list[dict[str, Any]] = []
    after = None
    for _ in range(20):
        page = linear.data(PAGE, first=5, after=after, archived=True)["issues"]
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    instants = [one["createdAt"] for one in found]
    assert sorted(instants, reverse=True) == instants
    assert {i.identifier for i in standin.world.issues.values()} == {
        one["identifier"] for one in found
    }
    assert len(standin.world.issues) == len(found)


def test_a_list_holds_50_records_unless_told_otherwise(standin: Standin, linear: Asking) -> None:
    for number in range(40):
        standin.control.create_issue("OPS", f"More {number}")

    page = linear.data(PAGE, archived=True)["issues"]

    assert 50 == len(page["nodes"])
    assert page["pageInfo"]["hasNextPage"] is True


def test_archived_records_are_left_out_unless_asked_for(linear: Asking) -> None:
    without = {one["identifier"] for one in linear.data(PAGE)["issues"]["nodes"]}
    with_archived = {
        one["identifier"] for one in linear.data(PAGE, archived=True)["issues"]["nodes"]
    }

    assert without < with_archived


def test_a_page_must_hold_1_to_250_records(linear: Asking) -> None:
    large, small = linear.error(PAGE, first=251), linear.error(PAGE, first=0)

    assert "Argument Validation Error" == large["message"] == small["message"]
    assert {"max": "first must not be greater than 250"} == _constraints(large)
    assert {"min": "first must not be less than 1"} == _constraints(small)


def test_a_made_up_cursor_is_a_bad_argument(linear: Asking) -> None:
    assert "INVALID_INPUT" == linear.error(PAGE, after="nonsense")["extensions"]["code"]


def test_a_record_that_comes_between_two_pages_hides_no_other(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    first = linear.data(PAGE, first=10, archived=True)["issues"]
    clock.ahead(seconds=1)
    standin.control.create_issue("OPS", "Just now")

    second = linear.data(PAGE, first=10, after=first["pageInfo"]["endCursor"], archived=True)

    names = [one["identifier"] for one in first["nodes"] + second["issues"]["nodes"]]
    assert len(set(names)) == len(names) == 20


def test_the_last_records_can_be_asked_for(linear: Asking) -> None:
    everything = linear.data(PAGE, archived=True)["issues"]["nodes"]

    last = linear.data(
        "{ issues(last: 3, includeArchived: true) { edges { node { identifier } } } }"
    )

    assert [one["identifier"] for one in everything[-3:]] == [
        one["node"]["identifier"] for one in last["issues"]["edges"]
    ]


def test_the_sweep_finds_projects_closed_since_then_archived_ones_included(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    assert not linear.data(SWEEP, since="-P7D")["projects"]["nodes"]
    clock.ahead(hours=1)
    standin.control.cancel_project(APOLLO)
    standin.control.archive(APOLLO)

    found = linear.data(SWEEP, since="2026-03-02T09:30:00Z")["projects"]["nodes"]
    too_late = linear.data(SWEEP, since="2026-03-02T10:30:00Z")["projects"]["nodes"]

    assert [("canceled", "2026-03-02T10:00:00.000Z")] == [
        (one["status"]["type"], one["canceledAt"]) for one in found
    ]
    assert not too_late


def test_issues_are_filtered_by_team_project_state_label_and_person(linear: Asking) -> None:
    counts = {
        name: len(
            linear.data(f"{{ issues(filter: {text}) {{ nodes {{ id }} }} }}")["issues"]["nodes"]
        )
        for name, text in {
            "team": '{team: {key: {eq: "OPS"}}}',
            "number": '{team: {key: {eq: "APO"}}, number: {in: [1, 2, 999]}}',
            "label": '{labels: {name: {eq: "Bug"}}}',
            "label in any": '{labels: {some: {name: {in: ["Bug", "verified"]}}}}',
            "nobody": "{assignee: {null: true}}",
            "person": '{assignee: {email: {eq: "finn@acme.example"}}}',
            "no project": '{project: {null: true}, team: {key: {eq: "APO"}}}',
            "state": '{state: {type: {eq: "canceled"}}}',
            "either": '{or: [{title: {startsWith: "Audit"}}, {title: {containsIgnoreCase: "CSV"}}]}',
            "estimate": "{estimate: {gte: 8}}",
        }.items()
    }

    assert {
        "team": 2,
        "number": 2,
        "label": 5,
        "label in any": 5,
        "nobody": 2,
        "person": 0,
        "no project": 2,
        "state": 2,
        "either": 2,
        "estimate": 3,
    } == counts


def test_comments_are_filtered_by_what_they_are_on(standin: Standin, linear: Asking) -> None:
    document = standin.control.create_document(APOLLO, "Notes", "text")
    standin.control.comment(document.id, "On the document")
    standin.control.comment(APOLLO, "On the project")

    def found(text: str) -> list[str]:
        nodes = linear.data(f"{{ comments(filter: {text}) {{ nodes {{ body }} }} }}")["comments"]
        return [one["body"] for one in nodes["nodes"]]

    on_document = f'{{documentContent: {{id: {{eq: "{document.document_content_id}"}}}}}}'
    assert ["On the document"] == found(on_document)
    assert ["On the project"] == found('{project: {name: {startsWith: "Apollo"}}}')
    assert ["On the project"] == found("{documentContent: {null: true}}")


def test_deactivated_people_are_left_out_unless_asked_for(linear: Asking) -> None:
    active = linear.data("{ users { nodes { name active } } }")["users"]["nodes"]
    everybody = linear.data("{ users(includeDisabled: true) { nodes { name active } } }")

    assert {"Finn Gray"} == {one["name"] for one in everybody["users"]["nodes"]} - {
        one["name"] for one in active
    }


def test_lists_can_lag_behind_reads_by_id(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    standin.control.lag(lists=120)
    made = standin.control.create_issue("OPS", "Just now")
    text = '{ issues(filter: {title: {eq: "Just now"}}) { nodes { id } } }'

    by_id = linear.data(f'{{ issue(id: "{made.id}") {{ title }} }}')["issue"]["title"]
    at_once = linear.data(text)["issues"]["nodes"]
    clock.ahead(seconds=121)
    later = linear.data(text)["issues"]["nodes"]

    assert "Just now" == by_id
    assert ([], 1) == (at_once, len(later))


def test_reads_can_lag_behind_writes(standin: Standin, linear: Asking, clock: HandClock) -> None:
    standin.control.lag(reads=10)
    standin.control.close_project(APOLLO)
    text = "{ projects { nodes { status { type } } } }"

    at_once = linear.data(text)["projects"]["nodes"][0]["status"]["type"]
    clock.ahead(seconds=11)
    later = linear.data(text)["projects"]["nodes"][0]["status"]["type"]

    assert ("started", "completed") == (at_once, later)


def _constraints(error: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = error["extensions"]["validationErrors"][0]["constraints"]
    return found
