"""RQ: the bell and the hands. The database row is the queue; a job carries a row's number only."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from service.ports import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

log = structlog.get_logger()

NAME = "closeout"
RUNG = "closeout:rung"
RUNG_FOR = 5  # seconds after which a bell nobody answered may ring again


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


def answered(redis: Redis) -> None:
    """Say that a worker has begun: from here on the next ring is a new job."""
    redis.delete(RUNG)


def work(url: str, job: Callable[[], object]) -> None:
    """Run an RQ worker in this process until it is told to stop; it forks for each job.

    Whatever the job needs is imported by the caller before, so that no fork pays for it. Raises
    Unavailable where Redis is away at the start; later the worker waits for it to come back.
    """
    workers(url)
    log.info("worker.started", job=getattr(job, "__name__", "job"))
    worker = Worker([NAME], connection=connect(url), serializer=JSONSerializer)
    worker.work(logging_level="WARNING")


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
