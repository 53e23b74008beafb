from __future__ import annotations

from datetime import timedelta

import pytest

from service.domain.tracking import ProjectRef
from service.records import Lease, LeaseLost
from service.storage import SqlStore
from tests.storage.builders import APOLLO, BEACON, CASTOR, MINUTE, NOON, at_once


def taken(store: SqlStore, minutes: float = 0, only: ProjectRef | None = None) -> Lease:
    """Take a project some minutes past noon; there must be one."""
    lease = store.take(NOON + minutes * MINUTE, MINUTE, only)
    assert lease is not None
    return lease


def test_a_marked_project_is_taken_with_its_reason_and_way_back(store: SqlStore) -> None:
    store.mark_due(APOLLO, NOON, "delivery d-1", "s-2")

    lease = store.take(NOON, MINUTE)

    assert Lease(APOLLO, 1, NOON + MINUTE, NOON, 1, ("delivery d-1",), "s-2") == lease


def test_a_project_is_not_taken_before_it_is_due(store: SqlStore) -> None:
    store.mark_due(APOLLO, NOON + MINUTE, "review")

    assert store.take(NOON, MINUTE) is None
    assert taken(store, 1).project == APOLLO


def test_an_earlier_due_instant_wins(store: SqlStore) -> None:
    for minutes in (5, 1, 9):
        store.mark_due(APOLLO, NOON + minutes * MINUTE, "review")

    assert store.next_due_at() == NOON + MINUTE


def test_each_reason_is_told_once_in_the_order_it_came(store: SqlStore) -> None:
    for reason in (
        "sweep",
        "delivery d-1",
        "sweep",
        "delivery d-11",
        "delivery d-1",
        "over\nlines",
    ):
        store.mark_due(APOLLO, NOON, reason)

    assert taken(store).reasons == ("sweep", "delivery d-1", "delivery d-11", "over lines")


def test_a_storm_of_events_is_told_by_its_first_reasons(store: SqlStore) -> None:
    for number in range(300):
        store.mark_due(APOLLO, NOON, f"delivery {number:03}")

    reasons = taken(store).reasons

    assert reasons[0] == "delivery 000"
    assert 100 < len(reasons) < 200


def test_the_newest_status_left_is_kept_and_none_does_not_clear_it(store: SqlStore) -> None:
    store.mark_due(APOLLO, NOON, "one", "s-1")
    store.mark_due(APOLLO, NOON, "two", "s-2")
    store.mark_due(APOLLO, NOON, "sweep")

    assert taken(store).left_status_id == "s-2"


def test_within_a_workspace_the_project_due_longest_comes_first(store: SqlStore) -> None:
    store.mark_due(BEACON, NOON - MINUTE, "sweep")
    store.mark_due(APOLLO, NOON - 2 * MINUTE, "sweep")

    assert [taken(store).project, taken(store).project] == [APOLLO, BEACON]


def test_a_storm_in_one_workspace_does_not_keep_another_waiting(store: SqlStore) -> None:
    for number in range(20):
        store.mark_due(ProjectRef("acme", f"P-{number}"), NOON - MINUTE, "import")
    store.mark_due(CASTOR, NOON, "closed")

    first, second = taken(store, 1), taken(store, 2)

    assert CASTOR in {first.project, second.project}


def test_only_restricts_the_taking_to_one_project(store: SqlStore) -> None:
    store.mark_due(APOLLO, NOON - MINUTE, "sweep")
    store.mark_due(BEACON, NOON, "asked for by a person")

    assert taken(store, only=BEACON).project == BEACON
    assert store.take(NOON, MINUTE, BEACON) is None
    assert store.take(NOON, MINUTE, CASTOR) is None


def test_a_leased_project_is_not_taken_again(store: SqlStore) -> None:
    store.mark_due(APOLLO, NOON, "sweep")
    lease = taken(store)

    store.mark_due(APOLLO, NOON, "delivery d-1")

    assert store.take(NOON + timedelta(seconds=59), MINUTE) is None
    store.check_lease(lease)


def test_an_expired_lease_is_taken_over_with_all_that_was_known(store: SqlStore) -> None:
    store.mark_due(APOLLO, NOON, "sweep", "s-2")
    lost = taken(store)
    store.mark_due(APOLLO, NOON + MINUTE, "delivery d-1")

    lease = taken(store, 1)

    assert Lease(APOLLO, 2, NOON + 2 * MINUTE, NOON, 2, ("sweep", "delivery d-1"), "s-2") == lease
    with pytest.raises(LeaseLost, match="acme/APOLLO"):
        store.check_lease(lost)


def test_the_release_of_a_lost_lease_changes_nothing(store: SqlStore) -> None:
    store.mark_due(APOLLO, NOON, "sweep")
    lost = taken(store)
    lease = taken(store, 1)

    store.release(lost, NOON)

    assert store.take(NOON + 1.5 * MINUTE, MINUTE) is None
    store.check_lease(lease)


def test_a_lease_on_a_project_nobody_marked_is_lost(store: SqlStore) -> None:
    with pytest.raises(LeaseLost):
        store.check_lease(Lease(APOLLO, 1, NOON, NOON, 1))


def test_what_was_marked_during_a_lease_stays_due(store: SqlStore) -> None:
    store.mark_due(APOLLO, NOON, "sweep", "s-1")
    lease = taken(store)
    store.mark_due(APOLLO, NOON + MINUTE, "delivery d-1", "s-2")

    store.release(lease, None)

    again = taken(store, 1)
    assert again.reasons == ("delivery d-1",)
    assert again.left_status_id == "s-2"
    assert again.due_at == NOON + MINUTE


@pytest.mark.parametrize(
    ("marked", "given", "expected"),
    [(5, 2, 2), (2, 5, 2), (None, 5, 5), (5, None, 5), (None, None, None)],
)
def test_a_released_project_is_due_at_the_earlier_of_mark_and_next_look(
    store: SqlStore, marked: int | None, given: int | None, expected: int | None
) -> None:
    store.mark_due(APOLLO, NOON, "sweep")
    lease = taken(store)
    if marked is not None:
        store.mark_due(APOLLO, NOON + marked * MINUTE, "reminder")

    store.release(lease, None if given is None else NOON + given * MINUTE)

    assert (None if expected is None else NOON + expected * MINUTE) == store.next_due_at()


def test_a_good_release_counts_attempts_anew_and_forgets_what_was_worked_off(
    store: SqlStore,
) -> None:
    store.mark_due(APOLLO, NOON, "sweep", "s-2")
    store.release(taken(store), NOON + MINUTE)

    lease = taken(store, 1)

    assert Lease(APOLLO, 2, NOON + 2 * MINUTE, NOON + MINUTE, 1) == lease


def test_a_failed_run_keeps_its_attempts_reasons_and_way_back(store: SqlStore) -> None:
    store.mark_due(APOLLO, NOON, "sweep", "s-2")
    store.release(taken(store), NOON + MINUTE, failed=True)
    store.mark_due(APOLLO, NOON + 9 * MINUTE, "delivery d-1")

    assert store.take(NOON, MINUTE) is None
    lease = taken(store, 1)
    assert (
        Lease(APOLLO, 2, NOON + 2 * MINUTE, NOON + MINUTE, 2, ("sweep", "delivery d-1"), "s-2")
        == lease
    )


def test_a_lease_that_runs_out_leaves_its_attempt_counted(store: SqlStore) -> None:
    store.mark_due(APOLLO, NOON, "sweep")

    attempts = [taken(store, minutes).attempts for minutes in range(5)]

    assert attempts == [1, 2, 3, 4, 5]


def test_the_fence_grows_over_releases(store: SqlStore) -> None:
    fences = []
    for minute in range(3):
        store.mark_due(APOLLO, NOON, "sweep")
        lease = taken(store, minute)
        fences.append(lease.fence)
        store.release(lease, None)

    assert fences == [1, 2, 3]


def test_projects_of_a_parked_workspace_are_skipped_until_it_is_over(store: SqlStore) -> None:
    store.enrol("acme", NOON)
    store.park("acme", NOON + 3 * MINUTE)
    store.mark_due(APOLLO, NOON, "sweep")
    store.mark_due(CASTOR, NOON + MINUTE, "sweep")

    assert store.next_due_at() == NOON + MINUTE
    assert taken(store, 1).project == CASTOR
    assert store.take(NOON + MINUTE, MINUTE) is None
    assert store.take(NOON + MINUTE, MINUTE, APOLLO) is None
    assert taken(store, 3, APOLLO).project == APOLLO


def test_a_parked_workspace_is_due_again_when_the_parking_ends(store: SqlStore) -> None:
    store.enrol("acme", NOON)
    store.park("acme", NOON + 3 * MINUTE)
    store.mark_due(APOLLO, NOON, "sweep")

    assert store.next_due_at() == NOON + 3 * MINUTE


def test_due_projects_are_counted_without_the_leased_and_with_the_expired(store: SqlStore) -> None:
    for project in (APOLLO, BEACON, CASTOR):
        store.mark_due(project, NOON, "sweep")
    store.mark_due(ProjectRef("acme", "LATER"), NOON + 9 * MINUTE, "review")
    taken(store)

    assert store.due_count(NOON) == 2
    assert store.due_count(NOON + MINUTE) == 3


def test_the_next_due_instant_of_a_leased_project_is_the_end_of_its_lease(store: SqlStore) -> None:
    store.mark_due(APOLLO, NOON, "sweep")
    taken(store)
    store.mark_due(APOLLO, NOON, "delivery d-1")

    assert store.next_due_at() == NOON + MINUTE


def test_eight_takers_never_hold_the_same_project(store: SqlStore) -> None:
    projects = {ProjectRef(f"w-{number % 3}", f"P-{number}") for number in range(40)}
    for project in projects:
        store.mark_due(project, NOON, "sweep")

    def take_all(_: int) -> list[Lease]:
        leases = []
        while (lease := store.take(NOON, MINUTE)) is not None:
            leases.append(lease)
        return leases

    leases = [lease for some in at_once(8, take_all) for lease in some]

    # A taker may step over a row that another one is just taking; a later look finds the rest.
    while (lease := store.take(NOON, MINUTE)) is not None:
        leases.append(lease)
    assert sorted(projects) == sorted(lease.project for lease in leases)
    assert {1} == {lease.fence for lease in leases}


def test_of_eight_takers_of_one_project_exactly_one_gets_it(store: SqlStore) -> None:
    for round_ in range(10):
        store.mark_due(APOLLO, NOON, "sweep")

        leases = at_once(8, lambda _: store.take(NOON, MINUTE, APOLLO))

        (lease,) = [lease for lease in leases if lease is not None]
        assert round_ + 1 == lease.fence
        store.release(lease, None)


def test_marks_from_many_threads_all_leave_their_reason(store: SqlStore) -> None:
    at_once(12, lambda number: store.mark_due(APOLLO, NOON, f"delivery {number}"))

    assert {f"delivery {number}" for number in range(12)} == set(taken(store).reasons)


def test_ended_leases_are_free_at_once_and_their_holders_have_lost_them(store: SqlStore) -> None:
    store.mark_due(APOLLO, NOON, "delivery d-1", "status-before")
    killed = taken(store, 0)

    store.end_leases(NOON + MINUTE / 2)

    found = store.take(NOON + MINUTE / 2, MINUTE)
    assert found is not None
    assert ("status-before", killed.fence + 1) == (found.left_status_id, found.fence)
    with pytest.raises(LeaseLost):
        store.check_lease(killed)
