"""One exchange held against the vendor's own description of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import jsonschema
import orjson

from connectors._standin.exchange import Exchange
from tests.openapi.document import Document, Operation
from tests.openapi.exceptions import (
    CLOUD,
    DATA_CENTER,
    LISTS_TYPED_AS_ONE,
    UNWRITTEN,
    described_wrongly,
)
from tests.openapi.schema import Side, problems, validator

TOOLS = ("jira", "confluence")

_GATEWAY = re.compile(r"/ex/(jira|confluence)/[^/]+")
_PLAIN = frozenset({"string", "integer", "number", "boolean"})


class Vendors:
    """The files of one folder, each read when the first exchange needs it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, Document] = {}
        self._checkers: dict[tuple[Side, str, str, str], jsonschema.Draft202012Validator] = {}
        self._seen: dict[tuple[object, ...], tuple[str, ...]] = {}

    def problems(self, exchange: Exchange) -> tuple[list[str], list[str]]:
        """Return what is wrong with the request, and what with the answer, each in a sentence.

        Nothing is known of other tools than Jira and Confluence: Linear's schema has tests of its
        own.
        """
        if exchange.tool not in TOOLS:
            return [], []
        path, where = _GATEWAY.sub("", exchange.path, count=1), _where(exchange.flavour)
        if any(one.fits(exchange.tool, where, exchange.method, path) for one in UNWRITTEN):
            return [], []
        found = self._operation(exchange.tool, where, exchange.method, path)
        if isinstance(found, str):
            return [found], []
        operation, in_path = found
        asked = [
            *_path_problems(operation, in_path),
            *_query_problems(operation, exchange.query),
            *self._body_problems(operation, exchange),
        ]
        answered = self._answer_problems(operation, exchange)
        return _told(operation, asked), _told(operation, answered)

    # Which operation.

    def _operation(
        self, tool: str, where: str, method: str, path: str
    ) -> tuple[Operation, Mapping[str, str]] | str:
        methods: set[str] = set()
        for name, told in _candidates(tool, where, path):
            document = self._document(name)
            if found := document.find(method, told):
                return found
            methods.update(document.methods(told))
        has = f"it has {', '.join(sorted(methods))}" if methods else "no file has this path"
        return f"{method} {path} is no documented operation of {tool} ({where}): {has}"

    def _document(self, name: str) -> Document:
        if name not in self._read:
            self._read[name] = Document.read(self.folder / "atlassian" / name)
        return self._read[name]

    # The bodies.

    def _body_problems(self, operation: Operation, exchange: Exchange) -> Iterator[str]:
        request = operation.request
        if not exchange.request_body:
            if request is not None and request.get("required"):
                yield "it needs a body"
            return
        if request is None:
            yield "it takes no body"
            return
        kind = exchange.content_type.partition(";")[0].strip().lower()
        content = request.get("content", {})
        if kind not in content and "*/*" not in content:
            yield f"it takes {', '.join(content)}, not {kind or 'a body of no kind'}"
            return
        schema = content.get(kind, content.get("*/*", {})).get("schema")
        if kind == "application/json" and schema is not None:
            yield from self._held(operation, Side.REQUEST, kind, schema, exchange.request_body)

    def _answer_problems(self, operation: Operation, exchange: Exchange) -> Iterator[str]:
        status, body = exchange.status, exchange.response_body
        if status is None or body is None:
            return  # an ordered fault, no answer of the tool's own
        described = operation.response(status)
        if described is None:
            if status < HTTPStatus.BAD_REQUEST:
                known = ", ".join(operation.raw.get("responses", {}))
                yield f"it never answers {status}; there are: {known}"
            return
        if status >= HTTPStatus.BAD_REQUEST:
            return  # the files type hardly a refusal, and the services send others
        content = described.get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if schema is not None and str(operation) in LISTS_TYPED_AS_ONE:
            schema = {"type": "array", "items": schema}
        if schema and (body or status != HTTPStatus.NO_CONTENT):
            yield from self._held(operation, Side.ANSWER, str(status), schema, body)

    def _held(
        self, operation: Operation, side: Side, kind: str, schema: Mapping[str, Any], body: bytes
    ) -> tuple[str, ...]:
        """Hold a body against its schema, once for each shape a body has."""
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError:
            return (f"the {side.name.lower()} is no JSON: {body[:80]!r}",)
        where = (side, operation.document.name, str(operation), kind)
        # A limit goes by what a value is; of an answer only the shape matters.
        shape: object = body if side is Side.REQUEST else _shape(value)
        if (key := (*where, shape)) not in self._seen:
            if where not in self._checkers:
                self._checkers[where] = validator(operation.document, schema, side)
            said = f"{side.name.lower()} {kind}"
            found = problems(self._checkers[where], value)
            self._seen[key] = tuple(f"{said}: {one}" for one in found)
        return self._seen[key]


def _told(operation: Operation, problems_found: Iterable[str]) -> list[str]:
    """Leave out where the file is wrong, and say of the others which operation it is."""
    file, name = operation.document.name, str(operation)
    return [f"{name}: {one}" for one in problems_found if not described_wrongly(file, name, one)]


def _where(flavour: str) -> str:
    return DATA_CENTER if flavour.startswith(DATA_CENTER) else CLOUD


def _candidates(tool: str, where: str, path: str) -> Iterator[tuple[str, str]]:
    """Name the files that may describe a path, each with the path as the file would have it."""
    if tool == "jira" and where == CLOUD:
        # The two versions differ in the kind of rich text only, which the file leaves open.
        yield "jira-cloud-platform-v3.json", re.sub(r"^/rest/api/(2|latest)/", "/rest/api/3/", path)
        yield "jira-software-cloud-agile.json", path
    elif tool == "jira":
        below = path.removeprefix("/jira").removeprefix("/rest")
        yield "jira-dc-11.3.8.json", re.sub(r"^/api/latest/", "/api/2/", below)
    elif where == CLOUD:
        below = path.removeprefix("/wiki")
        yield "confluence-cloud-v2.json", below.removeprefix("/api/v2")
        yield "confluence-cloud-v1.json", f"/wiki{below}"
    else:
        yield "confluence-dc-10.2.14.json", path.removeprefix("/confluence").removeprefix("/wiki")


def _path_problems(operation: Operation, given: Mapping[str, str]) -> Iterator[str]:
    for parameter in operation.parameters:
        if parameter.get("in") == "path" and parameter["name"] in given:
            yield from _value_problems(operation, parameter, [given[parameter["name"]]])


def _query_problems(operation: Operation, query: Iterable[tuple[str, str]]) -> Iterator[str]:
    known = {one["name"]: one for one in operation.parameters if one.get("in") == "query"}
    given: dict[str, list[str]] = {}
    for name, value in query:
        given.setdefault(name, []).append(value)
    for name, parameter in known.items():
        if name in given:
            yield from _value_problems(operation, parameter, given[name])
        elif parameter.get("required"):
            yield f"it needs the parameter {name!r}"
    for name in given.keys() - known.keys():
        yield f"it has no parameter {name!r}; there are: {', '.join(known) or 'none'}"


def _value_problems(
    operation: Operation, parameter: Mapping[str, Any], values: list[str]
) -> Iterator[str]:
    schema = operation.document.resolved(parameter.get("schema", {}))
    kind = schema.get("type")
    if kind == "array":
        items = operation.document.resolved(schema.get("items", {}))
        values = [one for value in values for one in value.split(",")]
        yield from (
            problem for one in values for problem in _one_value(operation, parameter, items, one)
        )
    elif len(values) > 1:
        yield f"the parameter {parameter['name']!r} is given {len(values)} times"
    else:
        yield from _one_value(operation, parameter, schema, values[0])


_READ: dict[str, Callable[[str], object]] = {
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
    "string": str,
}


def _one_value(
    operation: Operation, parameter: Mapping[str, Any], schema: Mapping[str, Any], text: str
) -> Iterator[str]:
    kind = schema.get("type")
    if kind not in _PLAIN:
        return
    try:
        value = _READ[kind](text)
    except (KeyError, ValueError):
        yield f"the parameter {parameter['name']!r} is no {kind}: {text!r}"
        return
    for problem in problems(validator(operation.document, schema, Side.REQUEST), value):
        yield f"the parameter {parameter['name']!r}: {problem.partition(': ')[2]}"


def _shape(value: object) -> object:
    """Return what a schema without limits can tell apart: kinds and names, and no more."""
    if isinstance(value, dict):
        return frozenset((name, _shape(one)) for name, one in value.items())
    if isinstance(value, list):
        return ("list", frozenset(_shape(one) for one in value))
    return type(value).__name__
