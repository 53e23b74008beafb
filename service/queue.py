"""RQ: the bell and the hands. The database row is the queue; a job carries a row's number only."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer

from service.ports import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

log = structlog.get_logger()

NAME = "closeout"
RUNG = "closeout:rung"
RUNG_FOR = 5  # seconds after which a bell nobody answered may ring again
LOOK_AGAIN = 2  # seconds between two looks whether Redis is back


def connect(url: str) -> Redis:
    """Open a connection that gives up quickly: the bell may be missed, a request may not wait."""
    return Redis.from_url(url, socket_connect_timeout=1, socket_timeout=None)


class Bell:
    """Wakes a worker: many rings while one is under way become one job.

    `ring` only sets a flag; a thread of our own talks to Redis, so that an answer to a webhook
    never waits for it. Where Redis is away the clock finds the due rows.
    """

    def __init__(self, url: str, job: str) -> None:
        self._redis = Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)
        self._job = job
        self._rung = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
        self._thread.start()

    def ring(self) -> None:
        """Ask for a worker; returns at once and never raises."""
        self._rung.set()

    def close(self) -> None:
        """Ring what was asked for, and end the thread."""
        self._closing.set()
        self._rung.set()
        self._thread.join(timeout=5)
        self._redis.close()

    def _run(self) -> None:
        while True:
            self._rung.wait()
            self._rung.clear()
            try:
                enqueue(self._redis, self._job)
            except RedisError as error:
                log.warning("bell.unheard", reason=type(error).__name__)
            if self._closing.is_set():
                return


def enqueue(redis: Redis, job: str) -> None:
    """Put the job in the queue, unless one waits there already."""
    if redis.set(RUNG, "1", nx=True, ex=RUNG_FOR):
        queue = Queue(NAME, connection=redis, serializer=JSONSerializer)
        queue.enqueue(job, result_ttl=0, failure_ttl=0, job_timeout=600)


def answered(url: str) -> None:
    """Say that a worker has begun: from here on the next ring is a new job."""
    _tell(url, lambda redis: redis.delete(RUNG))


def call_help(url: str, job: str) -> None:
    """Ask for another worker; where Redis is away, this one does it alone."""
    _tell(url, lambda redis: enqueue(redis, job))


def _tell(url: str, what: Callable[[Redis], object]) -> None:
    """Tell Redis something that nothing depends on."""
    redis = Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)
    try:
        what(redis)
    except RedisError as error:
        log.warning("bell.unheard", reason=type(error).__name__)
    finally:
        redis.close()


class _Hands(Worker):
    """RQ's worker, which knows afterwards whether it was told to stop."""

    max_connection_wait_time = float(LOOK_AGAIN)
    told_to_stop = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.told_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # as RQ has it


def work(url: str, job: Callable[[], object]) -> None:
    """Run an RQ worker in this process until it is told to stop; it forks for each job.

    Whatever the job needs is imported by the caller before, so that no fork pays for it. Raises
    Unavailable where Redis is away at the start; later the worker waits for it to come back.
    """
    workers(url)
    log.info("worker.started", job=getattr(job, "__name__", "job"))
    worker: _Hands | None = None
    pause = 0
    while worker is None or not worker.told_to_stop:
        try:
            time.sleep(pause)
            worker = _Hands([NAME], connection=connect(url), serializer=JSONSerializer)
            worker.work(logging_level="WARNING")
        except StopRequested:
            log.debug("worker.told_to_stop")
        except RedisError as error:  # RQ gives up where Redis goes away during a job
            log.warning("worker.bell_away", reason=type(error).__name__)
        pause = LOOK_AGAIN


def workers(url: str) -> int:
    """Return how many workers are running. Raises Unavailable where Redis does not answer."""
    redis = Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)
    try:
        redis.ping()
        return Worker.count(queue=Queue(NAME, connection=redis, serializer=JSONSerializer))
    except RedisError as error:
        raise Unavailable(f"Redis does not answer: {type(error).__name__}") from error
    finally:
        redis.close()
