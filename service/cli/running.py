"""Commands that run until they are told to stop, and the schema they need."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from service.cli.exits import ExitCode
from service.cli.reach import options, refuse_old_schema, settings_of
from service.cli.talk import tell, tell_json, tell_json_line

if TYPE_CHECKING:
    from types import FrameType

    from service.settings import Settings

PORT = click.IntRange(min=0, max=65535)
DEFAULT_PORT = 8080
SIGN_IN = "set web.password_hash, or web.user_header with web.trusted_proxies"


@click.command(short_help="Run web, worker and clock in one process.")
@click.option("--host", help="Where to listen; else web.host of the configuration.")
@click.option("--port", type=PORT, help="0 takes a free one; else that of a local public_url.")
@options
def serve(host: str | None, port: int | None, config: Path | None, as_json: bool) -> ExitCode:
    """Run web, worker and clock in one process; SQLite needs nothing else."""
    from service.embedded import Embedded, is_loopback
    from service.storage import upgrade

    settings = settings_of(config)
    if settings.closeout.database_url.startswith("sqlite"):
        upgrade(settings.closeout.database_url)
    refuse_old_schema(settings)
    stopping = told_to_stop()
    host = host or settings.web.host
    running = Embedded(settings, host, _port(port, settings))
    running.start()
    link = running.sign_in_link() if is_loopback(host) else None
    if as_json:
        tell_json_line({"url": running.url, "port": running.port, "sign_in": link})
    else:
        tell(f"Closeout is at {running.url}; end it with Ctrl-C.")
        if link:
            tell(f"Sign in once, within 15 minutes: {link}")
        elif not (settings.web.password_hash or settings.web.user_header):
            tell(f"Nobody can sign in: {SIGN_IN}")
    stopping.wait()
    running.stop()
    return ExitCode.GOOD


@click.command()
@click.option("--host", help="Where to listen; else web.host of the configuration.")
@click.option("--port", type=PORT, envvar="PORT", help="Else PORT, else that of public_url.")
@options
def web(host: str | None, port: int | None, config: Path | None, as_json: bool) -> ExitCode:
    """Run the web process: webhooks, API and pages. Workers are woken through Redis."""
    from service import jobs, queue
    from service.bootstrap import build
    from service.embedded import largest_body
    from service.web.app import create_app
    from service.web.server import WebServer

    settings = settings_of(config)
    refuse_old_schema(settings)
    stopping = told_to_stop()
    bell = queue.Bell(_redis(settings), jobs.NAME)
    services = build(settings, ring=bell.ring)
    server = WebServer(
        create_app(services),
        host or settings.web.host,
        _port(port, settings),
        max_body=largest_body(settings),
    )
    serving = threading.Thread(target=server.run, name="web", daemon=True)
    serving.start()
    _started("web", as_json, port=server.port)
    stopping.wait()
    server.stop()
    bell.close()
    services.store.close()
    return ExitCode.GOOD


@click.command()
@options
def worker(config: Path | None, as_json: bool) -> ExitCode:
    """Run a worker: reads deliveries and works on what is due. Any number may run."""
    from service import jobs, queue
    from service.bootstrap import build

    settings = settings_of(config)
    url = _redis(settings)
    refuse_old_schema(settings)
    _import_for_jobs(settings)
    jobs.prepare(lambda: build(settings))
    queue.workers(url)
    _started("worker", as_json)
    queue.work(url, jobs.drain)
    return ExitCode.GOOD


@click.command()
@options
def clock(config: Path | None, as_json: bool) -> ExitCode:
    """Run the clock: sweeps, and rings for whatever is due. One is enough, two do no harm."""
    from service import jobs, queue
    from service.bootstrap import build
    from service.clock import Ticker

    settings = settings_of(config)
    url = _redis(settings)
    refuse_old_schema(settings)
    stopping = told_to_stop()
    bell = queue.Bell(url, jobs.NAME)
    services = build(settings, ring=bell.ring)
    _started("clock", as_json)
    Ticker(services).run(stopping)
    bell.close()
    services.store.close()
    return ExitCode.GOOD


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@options
def upgrade(config: Path | None, as_json: bool) -> ExitCode:
    """Bring the schema up to date; harmless where it is already."""
    from service import storage

    settings = settings_of(config)
    url = settings.closeout.database_url
    before = storage.schema_is_current(url)
    storage.upgrade(url)
    if as_json:
        tell_json({"upgraded": not before})
    else:
        tell("The schema was current already." if before else "The schema is up to date now.")
    return ExitCode.GOOD


def told_to_stop() -> threading.Event:
    """Return an event that SIGINT and SIGTERM set; a second one of them ends the process at once."""
    stopping = threading.Event()

    def stop(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        stopping.set()

    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, stop)
    return stopping


def _port(given: int | None, settings: Settings) -> int:
    from service.embedded import is_loopback

    if given is not None:
        return given
    parts = urlsplit(settings.closeout.public_url)
    local = is_loopback(parts.hostname or "")
    return (parts.port if local else None) or DEFAULT_PORT


def _redis(settings: Settings) -> str:
    from service.settings import BadSettings

    if not settings.closeout.redis_url:
        raise BadSettings(
            "closeout.redis_url is empty: web, worker and clock as processes of their own meet "
            "through Redis; without it run `closeout serve`"
        )
    return settings.closeout.redis_url


def _import_for_jobs(settings: Settings) -> None:
    """Import what every job needs before the first fork; building a role connects to nothing."""
    from service.settings import connector
    from service.storage import open_store

    open_store(settings.closeout.database_url).close()
    for space in settings.workspaces.values():
        made = connector(space.connector)
        for role in (made.webhook, made.tracker, made.pages):
            if role is not None:
                role(space.options)


def _started(what: str, as_json: bool, port: int | None = None) -> None:
    if as_json:
        tell_json_line({"process": what, "port": port})
        return
    where = f" on port {port}" if port is not None else ""
    tell(f"closeout {what} runs{where}; end it with Ctrl-C.")
