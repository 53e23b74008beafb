"""The values of a section: from the file, from the environment over it, and secrets from beside it.

What is wrong raises BadSettings with one line that names the key and what is allowed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, get_origin
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)
SECRET = re.compile(r"(_key|_token|_tokens|_secret|_hash)$")


class BadSettings(Exception):
    """The configuration cannot be used; the text is one line that names the key."""


def read_values(
    where: str,
    raw: Mapping[str, object],
    keys: Mapping[str, FieldInfo],
    prefix: str,
    environ: Mapping[str, str],
) -> dict[str, object]:
    """Lay the environment over a section and read its secrets."""
    for key in raw:
        if key not in keys:
            raise BadSettings(f"{where}.{key} is unknown; allowed: {', '.join(sorted(keys))}")
    values = {}
    for key, field in keys.items():
        variable = prefix + upper(key)
        if (given := environ.get(variable)) is not None:
            values[key] = _read_secrets(f"{where}.{key}", _given(variable, given, field), environ)
        elif key in raw:
            _refuse_secret(f"{where}.{key}", key, raw[key])
            values[key] = _read_secrets(f"{where}.{key}", raw[key], environ)
    return values


def _given(variable: str, text: str, field: FieldInfo) -> object:
    """Read what a variable gives: a list is separated by commas, or written as in TOML."""
    if get_origin(field.annotation) not in {list, tuple}:
        return text
    if not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{variable} is not a list as in TOML: {error}") from None


def _refuse_secret(where: str, key: str, value: object) -> None:
    """Refuse a secret that stands in the file itself, in an address for example."""
    for text in value if isinstance(value, list) else [value]:
        if not isinstance(text, str) or text.startswith(("env:", "file:")):
            continue
        if (SECRET.search(key) and text) or (key.endswith("_url") and _password(text)):
            raise BadSettings(
                f'{where}: a secret does not stand in the file; write "env:NAME" or "file:PATH"'
            )


def _read_secrets(where: str, value: object, environ: Mapping[str, str]) -> object:
    if isinstance(value, list):
        return [_read_secrets(where, part, environ) for part in value]
    if not isinstance(value, str):
        return value
    source, _, name = value.partition(":")
    if source == "env":
        if not environ.get(name):
            raise BadSettings(f"{where}: the environment variable {name} is not set")
        return environ[name]
    if source == "file":
        try:
            text = Path(name).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            words = error.strerror if isinstance(error, OSError) else "it is not text"
            raise BadSettings(f"{where}: cannot read {name}: {words}") from None
        if not text:
            raise BadSettings(f"{where}: {name} is empty")
        return text
    return value


def _password(url: str) -> str | None:
    try:
        return urlsplit(url).password
    except ValueError:
        return None


def check(model: type[Model], where: str, values: Mapping[str, object]) -> Model:
    """Build a section from its values. Raises BadSettings."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in (where, *first["loc"]))
        raise BadSettings(f"{key} {_words(first)}") from None


_ALLOWED = {
    "missing": "is missing",
    "extra_forbidden": "is unknown",
    "string_type": "must be words in quotation marks",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "list_type": 'must be a list such as ["…", "…"]',
    "tuple_type": 'must be a list such as ["…", "…"]',
    "model_type": 'must be a table such as { active = ["…"], done = ["…"] }',
}


def _words(fault: ErrorDetails) -> str:
    """Say what is allowed, in words of the file and not of the library."""
    if (known := _ALLOWED.get(fault["type"])) is not None:
        return known
    if fault["type"] == "string_pattern_mismatch":
        return f"must look like {fault['ctx']['pattern']}"
    words = fault["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return f"must be {words}"


def upper(name: str) -> str:
    """Write a name as it stands in the name of a variable."""
    return name.upper().replace("-", "_")


def secrets_of(part: object) -> Iterator[str]:
    """Give every secret of a section: what its keys say is one, and passwords in addresses."""
    for key, value in part if isinstance(part, BaseModel) else ():
        for text in value if isinstance(value, list | tuple) else (value,):
            if not isinstance(text, str) or not text:
                continue
            if SECRET.search(key):
                yield text
            elif key.endswith("_url") and (password := _password(text)):
                yield password
