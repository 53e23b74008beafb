"""From the options of a command to the settings and the services it works with."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from service.cli.exits import OldSchema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.bootstrap import Services
    from service.settings import Settings, Workspace

Command = TypeVar("Command", bound="Callable[..., object]")

OLD_SCHEMA = (
    "the database has an older schema than this program needs, or none yet; "
    "run `closeout db upgrade`"
)


def options(command: Command) -> Command:
    """Give a command the two options that every one has: `--config` and `--json`."""
    described = "The configuration; else CLOSEOUT_CONFIG, else config/closeout.toml."
    return _config(described, read=True)(_json(command))


def options_alone(command: Command) -> Command:
    """Give them to a command that brings its own configuration."""
    return _config("Not read: this brings its own.", read=False)(_json(command))


def _json(command: Command) -> Command:
    words = "Print JSON for programs instead of lines."
    return click.option("--json", "as_json", is_flag=True, help=words)(command)


def _config(words: str, *, read: bool) -> Callable[[Command], Command]:
    path = click.Path(path_type=Path, dir_okay=False)
    return click.option("--config", type=path, help=words, expose_value=read)


def settings_of(config: Path | None) -> Settings:
    """Read the configuration, and let the log strike its secrets out. Raises BadSettings."""
    from service import logs
    from service import settings as configuration

    found = configuration.load(config)
    logs.configure(configuration.secrets(found))
    return found


def known_workspace(settings: Settings, name: str) -> Workspace:
    """Return a configured workspace. Raises click.BadParameter naming those there are."""
    if name not in settings.workspaces:
        there = ", ".join(settings.workspaces) or "none; add one to the configuration"
        raise click.BadParameter(f"no workspace {name!r}; there are: {there}")
    return settings.workspaces[name]


def refuse_old_schema(settings: Settings) -> None:
    """Raise OldSchema where the database must be brought up to date first."""
    from service.storage import schema_is_current

    if not schema_is_current(settings.closeout.database_url):
        raise OldSchema(OLD_SCHEMA)


@contextmanager
def services_of(settings: Settings) -> Iterator[Services]:
    """Give the services over the configured database. Raises OldSchema."""
    from service.bootstrap import Services
    from service.storage import open_store

    refuse_old_schema(settings)
    store = open_store(settings.closeout.database_url)
    bell = _bell(settings)
    try:
        yield Services(settings, store, ring=bell)
    finally:
        store.close()


@contextmanager
def looking_services(settings: Settings) -> Iterator[Services]:
    """Give services to look with: where there is no database file yet, over a passing one."""
    url = settings.closeout.database_url
    there = not url.startswith("sqlite") or Path(url.partition("///")[2]).exists()
    with services_of(settings) if there else passing_services(settings) as services:
        yield services


@contextmanager
def passing_services(settings: Settings) -> Iterator[Services]:
    """Give services that remember nothing: for commands that only talk to the tools.

    So that they help before the database is there, and leave nothing behind.
    """
    from service.bootstrap import Services
    from service.storage import open_store, upgrade

    with tempfile.TemporaryDirectory(prefix="closeout-") as folder:
        passing = f"sqlite:///{folder}/passing.db"
        upgrade(passing)
        store = open_store(passing)
        try:
            yield Services(settings, store)
        finally:
            store.close()


def _bell(settings: Settings) -> Callable[[], None]:
    """Return what wakes a worker of another process; without Redis its clock finds the work."""
    from service.bootstrap import silence

    url = settings.closeout.redis_url
    if not url:
        return silence

    def ring() -> None:
        from service import jobs, queue

        queue.Bell(url, jobs.NAME).close()

    return ring
