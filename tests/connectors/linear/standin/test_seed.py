"""The seeded organisation is plausible, repeats, and is answered fast."""

from __future__ import annotations

import time
from collections import Counter

from connectors.linear.standin import Standin
from tests.connectors.linear.standin.asking import APOLLO, Asking, HandClock
from tests.connectors.linear.standin.test_limits import ISSUES


def test_it_has_two_teams_six_people_and_a_project_with_a_plan(standin: Standin) -> None:
    world = standin.world
    project = standin.control.project(APOLLO)
    people = [one for one in world.users.values() if one.display_name != "closeout"]

    assert {"APO", "OPS"} == {one.key for one in world.teams.values()}
    assert (6, 1) == (len(people), len([one for one in people if not one.active]))
    assert 2 == len(world.project_milestones)
    assert project.start_date is not None
    assert project.target_date is not None
    assert project.lead_id is not None
    assert project.member_ids
    assert 24 == len([i for i in world.issues.values() if i.identifier.startswith("APO-")])
    assert not world.log


def test_its_target_was_moved_once(standin: Standin) -> None:
    moves = [h for h in standin.world.project_histories.values() if "targetDate" in h.entries]

    assert 1 == len(moves)


def test_its_issues_have_lived(standin: Standin) -> None:
    lives: Counter[str] = Counter()
    for issue in standin.world.issues.values():
        done = [
            s for s in issue.spans if standin.world.workflow_states[s.state_id].type == "completed"
        ]
        changes = [name for entry in issue.history for name in entry.changes]
        lives["reopened"] += len(done) > 1
        lives["left"] += any(e.changes.get("fromProjectId") for e in issue.history)
        lives["joined"] += any(e.changes.get("toProjectId") for e in issue.history)
        lives["re-estimated"] += "fromEstimate" in changes
        lives["handed over"] += "fromAssigneeId" in changes
        lives["archived"] += issue.archived_at is not None

    assert {
        "reopened": 2,
        "left": 2,
        "joined": 1,
        "re-estimated": 2,
        "handed over": 3,
        "archived": 1,
    } == dict(lives)


def test_nothing_in_it_lies_in_the_future_or_runs_backwards(standin: Standin) -> None:
    now = standin.clock()
    for issue in standin.world.issues.values():
        instants = [issue.created_at, *(entry.created_at for entry in issue.history), now]
        assert sorted(instants) == instants, issue.title
        for before, after in zip(issue.spans, issue.spans[1:], strict=False):
            assert before.ended_at == after.started_at, issue.title


def test_it_is_the_same_every_time(clock: HandClock) -> None:
    first, second = Standin.seeded(clock).world, Standin.seeded(clock).world

    assert first.issues == second.issues
    assert first.projects == second.projects
    assert first.api_keys == second.api_keys


def test_a_page_of_50_issues_with_their_histories_is_answered_fast(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    for number in range(30):
        made = standin.control.create_issue("APO", f"More {number}", project=APOLLO)
        for state in ("Todo", "In Progress", "In Review", "Done") * 2:
            clock.ahead(minutes=2)
            standin.control.move_issue(made.id, state)
    project = standin.control.project(APOLLO).id

    fastest = min(_timed(linear, id=project, first=50, hist=30, spans=15) for _ in range(5))

    assert fastest < 0.25, "the machine may be busy, but not that busy"


def _timed(linear: Asking, **variables: object) -> float:
    began = time.perf_counter()
    nodes = linear.data(ISSUES, **variables)["project"]["issues"]["nodes"]
    took = time.perf_counter() - began
    assert 50 == len(nodes)
    return took
