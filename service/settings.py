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
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic import Field as Setting

from service.domain.language import Language, LanguageError
from service.domain.policy import BadPolicy, Policy

if TYPE_CHECKING:
    from service.ports import Connector

HERE = Path(__file__).resolve().parent
# In a wheel the shipped files are inside of the package, in the source tree beside it.
SHIPPED = HERE / "config" if (HERE / "config").is_dir() else HERE.parent / "config"
DEFAULT_FILE = Path("config/closeout.toml")
SECRET = re.compile(r"(_key|_token|_tokens|_secret|_hash)$")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class BadSettings(Exception):
    """The configuration cannot be used; the text is one line that names the key."""


def _duration(value: object) -> object:
    if isinstance(value, str) and (match := re.fullmatch(r"(\d+)([smhd])", value.strip())):
        return timedelta(**{UNITS[match[2]]: int(match[1])})
    if isinstance(value, timedelta):
        return value
    message = "a duration such as 30s, 5m or 24h"
    raise ValueError(message)


def _zone(value: object) -> object:
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError) as error:
        message = "a time zone such as Europe/Berlin"
        raise ValueError(message) from error


def _listed(value: object) -> object:
    """Take one string for a list of one, as an environment variable gives it."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(value) if isinstance(value, list) else value


Duration: TypeAlias = Annotated[timedelta, BeforeValidator(_duration)]
Zone: TypeAlias = Annotated[ZoneInfo, BeforeValidator(_zone)]
Model = TypeVar("Model", bound=BaseModel)
Listed: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Section(BaseModel):
    """A section of the file: frozen, and no key beyond those named."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class General(Section):
    """`[closeout]`."""

    public_url: str = "http://localhost:8080"
    database_url: str = "sqlite:///closeout.db"
    redis_url: str = ""
    policy: str = "default"
    timezone: Zone = ZoneInfo("UTC")
    api_tokens: Listed = ()


class Clock(Section):
    """`[clock]`: how often we look by ourselves, and how often a project may be moved back."""

    sweep_every: Duration = timedelta(minutes=5)
    pages_every: Duration = timedelta(minutes=2)
    holds_per_hour: int = Setting(default=3, ge=1)


class Web(Section):
    """`[web]`: where the pages listen, and who may see them when that is not loopback."""

    host: str = "127.0.0.1"
    password_hash: str | None = None
    user_header: str | None = None
    trusted_proxies: Listed = ()


class Common(Section):
    """The keys that every workspace has, whatever its connector."""

    connector: str
    mode: Literal["observe", "warn", "enforce"] = "enforce"
    pages: str = ""
    tickets: str = ""
    policy: str = ""


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


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration, checked, with its secrets read."""

    closeout: General
    clock: Clock
    web: Web
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
    allowed = ("closeout", "clock", "web", "workspaces")
    for key in raw:
        if key not in allowed:
            raise BadSettings(f"unknown section [{key}]; there are: {', '.join(allowed)}")
    general = _section(General, "closeout", raw, "CLOSEOUT_", environ)
    return Settings(
        closeout=general,
        clock=_section(Clock, "clock", raw, "CLOSEOUT_CLOCK_", environ),
        web=_section(Web, "web", raw, "CLOSEOUT_WEB_", environ),
        workspaces=_workspaces(raw.get("workspaces", {}), general, folder, environ),
        template=_asset(folder, "templates", "post-mortem", "md").read_text(encoding="utf-8"),
        language=_language(folder),
    )


def connector(name: str) -> Connector:
    """Find a connector by its folder's name. Raises BadSettings naming those there are."""
    folders = importlib.import_module("connectors").__path__
    names = sorted(
        init.parent.name for path in folders for init in Path(path).glob("*/__init__.py")
    )
    if name not in names:
        raise BadSettings(f"no connector {name!r}; there are: {', '.join(names)}")
    manifest: Connector = importlib.import_module(f"connectors.{name}").CONNECTOR
    return manifest


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
        for role, target in (("pages", space.pages), ("tickets", space.tickets)):
            if target not in found:
                raise BadSettings(
                    f"workspaces.{space.name}.{role}: no workspace {target!r}; "
                    f"there are: {', '.join(found)}"
                )
    return found


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
    prefix = f"CLOSEOUT_WORKSPACES_{_upper(name)}_"
    options = manifest.settings
    assert issubclass(options, BaseModel)  # noqa: S101  (what a manifest promises)
    keys = {*Common.model_fields, *options.model_fields}
    values = _values(where, raw, keys, prefix, environ)
    common = _check(Common, where, {k: v for k, v in values.items() if k in Common.model_fields})
    own = {k: v for k, v in values.items() if k in options.model_fields}
    return Workspace(
        name=name,
        connector=common.connector,
        mode=common.mode,
        pages=common.pages or name,
        tickets=common.tickets or name,
        policy=_policy(common.policy or general.policy, folder),
        options=_check(options, where, own),
    )


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
    return _check(model, name, _values(name, section, model.model_fields, prefix, environ))


def _values(
    where: str,
    raw: Mapping[str, object],
    keys: Collection[str],
    prefix: str,
    environ: Mapping[str, str],
) -> dict[str, object]:
    """Lay the environment over a section and read its secrets."""
    for key in raw:
        if key not in keys:
            raise BadSettings(f"{where}.{key} is unknown; allowed: {', '.join(sorted(keys))}")
    values = {key: _secret(f"{where}.{key}", key, value, environ) for key, value in raw.items()}
    for key in keys:
        if (given := environ.get(prefix + _upper(key))) is not None:
            values[key] = given
    return values


def _secret(where: str, key: str, value: object, environ: Mapping[str, str]) -> object:
    if isinstance(value, list):
        return [_secret(where, key, part, environ) for part in value]
    if not isinstance(value, str):
        return value
    source, _, name = value.partition(":")
    if source == "env":
        if not environ.get(name):
            raise BadSettings(f"{where}: the environment variable {name} is not set")
        return environ[name]
    if source == "file":
        try:
            return Path(name).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSettings(f"{where}: cannot read {name}: {error.strerror}") from error
    if SECRET.search(key) and value:
        raise BadSettings(
            f'{where}: a secret does not stand in the file; write "env:NAME" or "file:PATH"'
        )
    return value


def _check(model: type[Model], where: str, values: Mapping[str, object]) -> Model:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in (where, *first["loc"]))
        if first["type"] == "missing":
            raise BadSettings(f"{key} is missing") from None
        words = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        raise BadSettings(f"{key} must be {words}") from None


def _upper(name: str) -> str:
    return name.upper().replace("-", "_")
