"""The configuration: one TOML file, every key overridable by the environment.

A secret is never in the file: `"env:NAME"` reads a variable, `"file:PATH"` a file. A wrong key, a
wrong type or a missing secret raises BadSettings with one line that names the key and what is
allowed.
"""

from __future__ import annotations

import importlib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from service.calendars import UnknownPlace, WorkingDays, check_place
from service.domain.language import Language, LanguageError
from service.domain.metrics.statuses import StatusSets
from service.domain.money import Finances
from service.domain.policy import BadPolicy, Policy
from service.settings.money import read_finances
from service.settings.sections import (
    WEEKDAYS,
    Accounting,
    Clock,
    Common,
    General,
    Statuses,
    Web,
    WorkingCalendar,
)
from service.settings.values import BadSettings, Model, check, read_values, secrets_of, upper

if TYPE_CHECKING:
    from service.ports import Connector

__all__ = [
    "Accounting",
    "BadSettings",
    "Clock",
    "Common",
    "General",
    "Settings",
    "Statuses",
    "Web",
    "WorkingCalendar",
    "Workspace",
    "connector",
    "load",
    "parse",
    "secrets",
]

PACKAGE = Path(__file__).resolve().parent.parent
# In a wheel the shipped files are inside of the package, in the source tree beside it.
SHIPPED = PACKAGE / "config" if (PACKAGE / "config").is_dir() else PACKAGE.parent / "config"
DEFAULT_FILE = Path("config/closeout.toml")


@dataclass(frozen=True, slots=True)
class Workspace:
    """One connected account of one tool; `options` is the connector's own settings object."""

    name: str
    connector: str
    mode: Literal["observe", "warn", "enforce"]
    pages: str
    tickets: str
    policy: Policy
    options: object
    status_sets: StatusSets = field(default_factory=StatusSets)


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration, checked, with its secrets read."""

    closeout: General
    clock: Clock
    web: Web
    working_days: WorkingDays
    finances: Finances
    workspaces: dict[str, Workspace]
    template: str
    language: Language


def load(file: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the configuration from `file`, else `CLOSEOUT_CONFIG`, else config/closeout.toml.

    Raises BadSettings.
    """
    path = file or Path(environ.get("CLOSEOUT_CONFIG", DEFAULT_FILE))
    return parse(_read(path), path.parent, environ)


def parse(raw: Mapping[str, object], folder: Path, environ: Mapping[str, str]) -> Settings:
    """Check a configuration already read from TOML; files it names are looked up in `folder`.

    Raises BadSettings.
    """
    allowed = ("closeout", "clock", "web", "calendar", "finances", "workspaces")
    for key in raw:
        if key not in allowed:
            raise BadSettings(f"unknown section [{key}]; there are: {', '.join(allowed)}")
    general = _section(General, "closeout", raw, "CLOSEOUT_", environ)
    return Settings(
        closeout=general,
        clock=_section(Clock, "clock", raw, "CLOSEOUT_CLOCK_", environ),
        web=_web(_section(Web, "web", raw, "CLOSEOUT_WEB_", environ)),
        working_days=_working_days(
            _section(WorkingCalendar, "calendar", raw, "CLOSEOUT_CALENDAR_", environ)
        ),
        finances=read_finances(
            _section(Accounting, "finances", raw, "CLOSEOUT_FINANCES_", environ), folder
        ),
        workspaces=_workspaces(raw.get("workspaces", {}), general, folder, environ),
        template=_asset(folder, "templates", "post-mortem", "md").read_text(encoding="utf-8"),
        language=_language(folder),
    )


def connector(name: str) -> Connector:
    """Find a connector by its folder's name. Raises BadSettings naming those there are."""
    folders = importlib.import_module("connectors").__path__
    names = sorted(
        init.parent.name for path in folders for init in Path(path).glob("[!_]*/__init__.py")
    )
    if name not in names:
        raise BadSettings(f"no connector {name!r}; there are: {', '.join(names)}")
    manifest: Connector = importlib.import_module(f"connectors.{name}").CONNECTOR
    return manifest


def secrets(settings: Settings) -> frozenset[str]:
    """Return every secret of the configuration, for whatever must never show one."""
    sections = (settings.closeout, settings.web)
    spaces = (space.options for space in settings.workspaces.values())
    return frozenset(secret for part in (*sections, *spaces) for secret in secrets_of(part))


def _read(path: Path) -> dict[str, object]:
    if not path.is_file():
        raise BadSettings(
            f"no configuration at {path}: copy config/closeout.example.toml there, "
            "or name a file with --config"
        )
    return _toml(path)


def _toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings(f"cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path} is not valid TOML: {error}") from error


def _asset(folder: Path, kind: str, name: str, suffix: str) -> Path:
    """Find a file of ours: beside the user's configuration first, then as shipped."""
    for base in (folder, SHIPPED):
        path = base / kind / f"{name}.{suffix}"
        if path.is_file():
            return path
    there = sorted(path.stem for path in (SHIPPED / kind).glob(f"*.{suffix}"))
    raise BadSettings(f"no {name}.{suffix} in {kind}/; there are: {', '.join(there)}")


def _language(folder: Path) -> Language:
    """Join the word lists of every language: the user's own file replaces the shipped one."""
    names = sorted(path.stem for path in (SHIPPED / "language").glob("*.toml"))
    files = [_asset(folder, "language", name, "toml") for name in names]
    try:
        return Language.from_toml(*(_toml(path) for path in files))
    except LanguageError as error:
        raise BadSettings(f"config/language: {error}") from error


def _workspaces(
    raw: object, general: General, folder: Path, environ: Mapping[str, str]
) -> dict[str, Workspace]:
    if not isinstance(raw, dict):
        raise BadSettings("workspaces must be sections such as [workspaces.acme-linear]")
    found = {
        name: _workspace(name, section, general, folder, environ) for name, section in raw.items()
    }
    for space in found.values():
        # A workspace that holds no projects, such as a wiki, needs neither pages nor tickets.
        if connector(space.connector).tracker is not None:
            _there(found, space.name, "pages", space.pages)
            _there(found, space.name, "tickets", space.tickets)
    return found


def _there(found: Mapping[str, Workspace], name: str, role: str, target: str) -> None:
    """Refuse a workspace that is not configured, or whose tool cannot do what it is named for."""
    can = [
        space.name
        for space in found.values()
        if (made := connector(space.connector))
        and (made.pages if role == "pages" else made.tracker) is not None
    ]
    where = f"workspaces.{name}.{role}"
    if target not in found:
        raise BadSettings(f"{where}: no workspace {target!r}; there are: {', '.join(can)}")
    if target not in can:
        others = f"; there are: {', '.join(can)}" if can else ""
        raise BadSettings(f"{where}: the tool of {target!r} keeps no {role}{others}")


def _workspace(
    name: str, raw: object, general: General, folder: Path, environ: Mapping[str, str]
) -> Workspace:
    where = f"workspaces.{name}"
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise BadSettings(f"{where}: a workspace is named in small letters, digits and dashes")
    if not isinstance(raw, dict):
        raise BadSettings(f"{where} must be a section such as [{where}]")
    if not isinstance(raw.get("connector"), str):
        raise BadSettings(f"{where}.connector is missing: the tool's name, such as 'linear'")
    manifest = connector(raw["connector"])
    prefix = f"CLOSEOUT_WORKSPACES_{upper(name)}_"
    options = manifest.settings
    assert issubclass(options, BaseModel)  # noqa: S101  (what a manifest promises)
    keys = {**Common.model_fields, **options.model_fields}
    values = read_values(where, raw, keys, prefix, environ)
    common = check(Common, where, {k: v for k, v in values.items() if k in Common.model_fields})
    own = {k: v for k, v in values.items() if k in options.model_fields}
    return Workspace(
        name=name,
        connector=common.connector,
        mode=common.mode,
        pages=common.pages or name,
        tickets=common.tickets or name,
        policy=_policy(common.policy or general.policy, folder),
        options=check(options, where, own),
        status_sets=_status_sets(where, common.statuses),
    )


def _status_sets(where: str, named: Statuses) -> StatusSets:
    try:
        return StatusSets(**{name: frozenset(statuses) for name, statuses in named})
    except ValueError as error:
        raise BadSettings(f"{where}.statuses: {error}") from None


def _working_days(given: WorkingCalendar) -> WorkingDays:
    country, region = given.country or None, given.region or None
    if region and not country:
        raise BadSettings("calendar.region needs calendar.country: the country it is a part of")
    if country:
        try:
            check_place(country, None)
        except UnknownPlace as error:
            raise BadSettings(f"calendar.country must be {error}") from None
        try:
            check_place(country, region)
        except UnknownPlace as error:
            raise BadSettings(f"calendar.region must be {error}") from None
    weekend = given.weekend
    return WorkingDays(
        country,
        region,
        None if weekend is None else frozenset(WEEKDAYS.index(one) for one in weekend),
        frozenset((int(one[:2]), int(one[3:])) for one in given.half_days),
    )


def _web(web: Web) -> Web:
    if web.user_header and not web.trusted_proxies:
        raise BadSettings(
            "web.user_header needs web.trusted_proxies: the header is believed from these only"
        )
    return web


def _policy(name: str, folder: Path) -> Policy:
    path = _asset(folder, "policies", name, "toml")
    try:
        return Policy.from_toml({"name": name, **_toml(path)})
    except BadPolicy as error:
        raise BadSettings(f"{path}: {error}") from error


def _section(
    model: type[Model],
    name: str,
    raw: Mapping[str, object],
    prefix: str,
    environ: Mapping[str, str],
) -> Model:
    section = raw.get(name, {})
    if not isinstance(section, dict):
        raise BadSettings(f"{name} must be a section: [{name}]")
    return check(model, name, read_values(name, section, model.model_fields, prefix, environ))
