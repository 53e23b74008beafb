"""What a query costs, and what happens when the budget is used up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.linear.standin import Standin
from tests.connectors.linear.standin.asking import MONDAY, Asking, HandClock

ISSUES = """
query ProjectIssues($id:String!,$first:Int!,$after:String,$hist:Int!,$spans:Int!){
 project(id:$id){ id issues(first:$first,after:$after,includeArchived:true,orderBy:createdAt){
  nodes{ id identifier number title url estimate priority createdAt updatedAt startedAt completedAt
   canceledAt addedToProjectAt archivedAt autoArchivedAt autoClosedAt trashed dueDate labelIds
   state{id name type} team{id key} assignee{id name} creator{id} parent{id} projectMilestone{id}
   cycle{id}
   stateHistory(first:$spans){nodes{stateId startedAt endedAt} pageInfo{hasNextPage endCursor}}
   history(first:$hist){ nodes{ id createdAt updatedAt actorId fromStateId toStateId fromEstimate
     toEstimate fromProjectId toProjectId fromCycleId toCycleId fromAssigneeId toAssigneeId
     fromDueDate toDueDate fromTeamId toTeamId fromPriority toPriority addedLabelIds
     removedLabelIds archived trashed autoClosed autoArchived}
    pageInfo{hasNextPage endCursor} } }
  pageInfo{hasNextPage endCursor} } } }
"""
NAME = "{ organization { name } }"


@pytest.mark.parametrize(
    ("first", "hist", "spans", "points"),
    [(25, 50, 20, 5488), (50, 30, 15, 7048), (100, 15, 10, 8043)],
)
def test_a_query_costs_what_the_published_formula_says(
    linear: Asking, first: int, hist: int, spans: int, points: int
) -> None:
    answer = linear.post(ISSUES, id=_project(linear), first=first, hist=hist, spans=spans)

    assert str(points) == answer.headers["X-Complexity"]
    assert answer.json()["data"]["project"]["issues"]["nodes"]


def test_a_query_above_10000_points_is_refused_with_status_400(linear: Asking) -> None:
    answer = linear.post(ISSUES, id=_project(linear), first=50, hist=50, spans=20)

    assert 400 == answer.status_code
    assert (
        "Query too complex. Complexity: 10973. Maximum allowed complexity: 10000."
        == answer.json()["errors"][0]["message"]
    )


def test_a_page_without_a_size_costs_as_one_of_fifty(linear: Asking) -> None:
    without = linear.post("{ issues { nodes { id } } }").headers["X-Complexity"]
    with_fifty = linear.post("{ issues(first: 50) { nodes { id } } }").headers["X-Complexity"]
    fragment = "{ issues { nodes { ...F } } } fragment F on Issue { id }"

    assert "55" == without == with_fifty == linear.post(fragment).headers["X-Complexity"]


def test_every_answer_shows_what_is_left_of_both_budgets(linear: Asking) -> None:
    linear.post(NAME)
    linear.post("{ nonsense }")

    headers = linear.post(NAME).headers

    assert ("2500", "2498") == (
        headers["X-RateLimit-Requests-Limit"],
        headers["X-RateLimit-Requests-Remaining"],
    )
    assert ("3000000", "2999996") == (
        headers["X-RateLimit-Complexity-Limit"],
        headers["X-RateLimit-Complexity-Remaining"],
    )
    assert int(headers["X-RateLimit-Requests-Reset"]) > MONDAY.timestamp() * 1000


def test_a_used_up_budget_is_refused_with_status_400_and_refills_with_time(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    standin.world.behaviour.requests_per_hour = 60
    allowed = [linear.post(NAME).status_code for _ in range(60)]

    refused = linear.post(NAME)
    clock.now += timedelta(minutes=1)
    later = linear.post(NAME)

    assert {200} == set(allowed)
    assert 400 == refused.status_code
    error = refused.json()["errors"][0]
    assert ("RATELIMITED", "ratelimited", 429) == (
        error["extensions"]["code"],
        error["extensions"]["type"],
        error["extensions"]["statusCode"],
    )
    assert {
        "allowed": False,
        "requested": 1,
        "remaining": 0,
        "duration": 3_600_000,
        "limit": 60,
    } == error["extensions"]["meta"]["rateLimitResult"]
    full_again = (MONDAY + timedelta(hours=1)).timestamp() * 1000
    assert full_again == int(refused.headers["X-RateLimit-Requests-Reset"])
    assert 200 == later.status_code


def test_the_complexity_of_an_hour_is_limited_too(standin: Standin, linear: Asking) -> None:
    standin.world.behaviour.complexity_per_hour = 100

    codes = [linear.post("{ issues { nodes { id } } }").status_code for _ in range(2)]

    assert [200, 400] == codes


def test_a_refused_request_changes_nothing(standin: Standin, linear: Asking) -> None:
    standin.control.use_up_rate_limit()

    answer = linear.post('mutation { issueLabelCreate(input: {name: "new"}) { success } }')

    assert 400 == answer.status_code
    assert not standin.world.log


def test_the_budget_can_be_asked_for(linear: Asking) -> None:
    limits = linear.data(
        "{ rateLimitStatus { kind limits { type allowedAmount remainingAmount period reset } } }"
    )["rateLimitStatus"]["limits"]

    assert [("requests", 2500.0, 2499.0), ("complexity", 3_000_000.0, 2_999_997.0)] == [
        (one["type"], one["allowedAmount"], one["remainingAmount"]) for one in limits
    ]


def _project(linear: Asking) -> str:
    found: str = linear.data("{ projects(first: 1) { nodes { id } } }")["projects"]["nodes"][0][
        "id"
    ]
    return found
