"""From a schema of OpenAPI 3.0 to one that a JSON Schema validator takes: what it lets pass.

- A request is held strictly: every limit, and no property that its schema does not name.
- An answer is held leniently: kinds and required properties. The services outgrow their own
  descriptions, so a new word of an enumeration or a further property is no contradiction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

import jsonschema

from tests.openapi.document import Document

_COMPONENT = "#/components/schemas/"
_LISTS = ("allOf", "anyOf", "oneOf")
_LIMITS = (
    "enum", "format", "maximum", "maxItems", "maxLength", "minimum", "minItems", "minLength",
    "pattern", "uniqueItems",
)  # fmt: skip
_FORMATS = jsonschema.FormatChecker(formats=["date", "uuid"])


class Side(Enum):
    """Who wrote what is held against a schema."""

    REQUEST = "readOnly"
    ANSWER = "writeOnly"

    @property
    def not_ours(self) -> str:
        """The word on a property that this side does not write."""
        return self.value


def validator(
    document: Document, schema: Mapping[str, Any], side: Side
) -> jsonschema.Draft202012Validator:
    """Build a validator of one schema, with just those components that it leads to."""
    made = _Translation(document, side).whole(schema)
    return jsonschema.Draft202012Validator(made, format_checker=_FORMATS)


def problems(checker: jsonschema.Draft202012Validator, value: object) -> Iterator[str]:
    """Say what is wrong with a value, and where; the place in a list is `*`, to say it once."""
    found: dict[str, str] = {}
    for error in checker.iter_errors(value):
        best = jsonschema.exceptions.best_match([error]) or error
        steps = ("*" if isinstance(part, int) else str(part) for part in best.absolute_path)
        where = "/".join(steps) or "the body"
        found.setdefault(f"{where} {best.validator}", f"{where}: {_said(best)}")
    yield from found.values()


class _Translation:
    def __init__(self, document: Document, side: Side) -> None:
        self._document, self._side = document, side
        self._wanted: list[str] = []
        self._components: dict[str, Any] = {}

    def whole(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        made = self._one(schema)
        while self._wanted:
            name = self._wanted.pop()
            if name not in self._components:
                self._components[name] = True  # one that leads to itself is under way
                raw = self._document.raw["components"]["schemas"][name]
                self._components[name] = self._one(raw)
        return {"allOf": [made], "$defs": self._components}

    def _one(self, schema: Mapping[str, Any], *, part_of_all: bool = False) -> dict[str, Any]:
        if "$ref" in schema:
            return self._reference(schema["$ref"])
        made: dict[str, Any] = {}
        if isinstance(schema.get("type"), str):
            made["type"] = schema["type"]
        if self._side is Side.REQUEST:
            made |= {word: schema[word] for word in _LIMITS if word in schema}
        if "items" in schema:
            made["items"] = self._one(schema["items"])
        self._object(schema, made, part_of_all=part_of_all)
        for word in _LISTS:
            if word in schema:
                alone = len(schema[word]) == 1
                parts = [
                    self._one(one, part_of_all=word == "allOf" and not alone)
                    for one in schema[word]
                ]
                # Without their enumerations two of "oneOf" may fit: one of them at least must.
                made["allOf" if word == "allOf" else "anyOf"] = parts
        return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") else made

    def _object(
        self, schema: Mapping[str, Any], made: dict[str, Any], *, part_of_all: bool
    ) -> None:
        properties: Mapping[str, Any] = schema.get("properties", {})
        if properties:
            made["properties"] = {name: self._one(one) for name, one in properties.items()}
        required = [
            name
            for name in schema.get("required", ())
            if not properties.get(name, {}).get(self._side.not_ours)
        ]
        if required:
            made["required"] = required
        further = schema.get("additionalProperties")
        if isinstance(further, Mapping):
            made["additionalProperties"] = self._one(further)
        elif self._side is Side.REQUEST:
            alone = properties and not part_of_all and not any(one in schema for one in _LISTS)
            if further is False or (further is None and alone):
                made["additionalProperties"] = False

    def _reference(self, reference: str) -> dict[str, Any]:
        name = reference.removeprefix(_COMPONENT)
        self._wanted.append(name)
        return {"$ref": f"#/$defs/{name}"}


def _said(error: jsonschema.ValidationError, longest: int = 200) -> str:
    """Return what is wrong; a value that is long is cut, what was expected of it is not."""
    value = repr(error.instance)
    shown = value if len(value) <= longest else f"{value[:longest]}…"
    return error.message.replace(value, shown)
