from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest

from service.ports import Unavailable
from service.storage.group_commit import TOGETHER, GroupCommit


class Disk:
    """Keeps what was committed, batch by batch; can be held shut, and can fail."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.open = threading.Event()
        self.open.set()
        self.attempts = 0
        self.fails_before: Exception | None = None
        self.fails_at_commit: Exception | None = None

    @contextmanager
    def transaction(self) -> Iterator[Callable[[Sequence[int]], object]]:
        self.attempts += 1
        self.open.wait(10)
        if self.fails_before is not None:
            raise self.fails_before
        written: list[int] = []
        yield written.extend
        if self.fails_at_commit is not None:
            raise self.fails_at_commit
        self.batches.append(written)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def commits(disk: Disk) -> Iterator[GroupCommit[int]]:
    group = GroupCommit[int](disk.transaction, patience=timedelta(seconds=10))
    yield group
    disk.open.set()
    group.close()


def queued(
    group: GroupCommit[int], threads: ThreadPoolExecutor, rows: Sequence[int]
) -> list[Future[None]]:
    """Put each row from its own thread, and return when all of them wait."""
    puts = [threads.submit(group.put, row) for row in rows]
    while len(group._queue) < len(rows):
        threading.Event().wait(0.001)
    return puts


def test_no_thread_is_started_before_the_first_row(commits: GroupCommit[int]) -> None:
    assert commits._thread is None

    commits.put(1)

    assert commits._thread is not None


def test_a_row_is_committed_when_its_caller_returns(disk: Disk, commits: GroupCommit[int]) -> None:
    commits.put(1)
    commits.put(2)

    assert disk.batches == [[1], [2]]


def test_those_who_wait_for_the_database_share_a_commit(
    disk: Disk, commits: GroupCommit[int]
) -> None:
    disk.open.clear()
    with ThreadPoolExecutor(20) as threads:
        puts = queued(commits, threads, range(20))
        disk.open.set()
        for put in puts:
            put.result()

    (batch,) = [batch for batch in disk.batches if batch]
    assert set(range(20)) == set(batch)


def test_a_commit_is_bounded_and_nobody_is_left_over(disk: Disk, commits: GroupCommit[int]) -> None:
    disk.open.clear()
    with ThreadPoolExecutor(100) as threads:
        puts = queued(commits, threads, range(100))
        disk.open.set()
        for put in puts:
            put.result()

    assert [len(batch) for batch in disk.batches] == [TOGETHER, 100 - TOGETHER]


def test_a_failure_is_told_to_everybody_who_waits_and_to_nobody_later(
    disk: Disk, commits: GroupCommit[int]
) -> None:
    disk.open.clear()
    disk.fails_before = Unavailable("it is locked")
    with ThreadPoolExecutor(100) as threads:
        puts = queued(commits, threads, range(100))
        disk.open.set()
        failures = [put.exception() for put in puts]
    attempts = disk.attempts
    disk.fails_before = None

    commits.put(1)

    assert 1 == attempts
    assert {"it is locked"} == {str(failure) for failure in failures}
    assert {Unavailable} == {type(failure) for failure in failures}
    assert disk.batches == [[1]]


def test_a_commit_that_fails_is_no_commit(disk: Disk, commits: GroupCommit[int]) -> None:
    disk.fails_at_commit = Unavailable("the disk is full")

    with pytest.raises(Unavailable, match="the disk is full"):
        commits.put(1)

    disk.fails_at_commit = None
    commits.put(2)
    assert disk.batches == [[2]]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_nobody_thought_of_is_answered_and_the_next_row_is_kept(
    disk: Disk, commits: GroupCommit[int]
) -> None:
    disk.fails_at_commit = RuntimeError("a fault of ours")

    with pytest.raises(Unavailable, match="its writer ended"):
        commits.put(1)

    disk.fails_at_commit = None
    assert commits._thread is not None
    commits._thread.join()
    commits.put(2)
    assert disk.batches == [[2]]


def test_a_caller_whose_patience_ends_is_never_written(disk: Disk) -> None:
    group = GroupCommit[int](disk.transaction, patience=timedelta(milliseconds=10))
    disk.open.clear()

    with pytest.raises(Unavailable, match="another writer holds it"):
        group.put(1)

    disk.open.set()
    group.close()
    assert [batch for batch in disk.batches if batch] == []


def test_closing_keeps_what_still_waits_and_takes_nothing_more(
    disk: Disk, commits: GroupCommit[int]
) -> None:
    disk.open.clear()
    with ThreadPoolExecutor(6) as threads:
        puts = queued(commits, threads, range(5))
        closing = threads.submit(commits.close)
        disk.open.set()
        closing.result()
        for put in puts:
            put.result()

    with pytest.raises(Unavailable, match="closed"):
        commits.put(9)
    assert set(range(5)) == {row for batch in disk.batches for row in batch}
