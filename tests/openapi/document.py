"""A vendor's OpenAPI file: which operation a request asks for, and where the file lies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

_METHODS = ("get", "post", "put", "delete", "patch", "head", "options")
_TEMPLATE = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path, as its document describes it; `parameters` are those it takes."""

    document: Document
    method: str
    template: str
    raw: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def request(self) -> Mapping[str, Any] | None:
        """What it says of its request's body, None where it takes none."""
        found = self.raw.get("requestBody")
        return None if found is None else self.document.resolved(found)

    def response(self, status: int) -> Mapping[str, Any] | None:
        """What it says of an answer with this status, None where it knows of none."""
        responses = self.raw.get("responses", {})
        found = responses.get(str(status)) or responses.get("default")
        return None if found is None else self.document.resolved(found)


class Document:
    """One OpenAPI file, read whole; its operations are looked up by method and path."""

    def __init__(self, raw: Mapping[str, Any], name: str) -> None:
        self.raw, self.name = raw, name
        self._by_shape: dict[tuple[str, int], list[tuple[re.Pattern[str], str]]] = {}
        for template, item in raw["paths"].items():
            pattern = re.compile(
                "".join(
                    re.escape(part) if number % 2 == 0 else "([^/]+)"
                    for number, part in enumerate(_TEMPLATE.split(template))
                )
            )
            for method in item.keys() & set(_METHODS):
                shape = (method.upper(), template.count("/"))
                self._by_shape.setdefault(shape, []).append((pattern, template))
        for found in self._by_shape.values():
            # `/user/search` is not the user whose id is "search".
            found.sort(key=lambda one: len(_TEMPLATE.findall(one[1])))

    @classmethod
    def read(cls, file: Path) -> Document:
        """Read a file."""
        return cls(orjson.loads(file.read_bytes()), file.name)

    def find(self, method: str, path: str) -> tuple[Operation, Mapping[str, str]] | None:
        """Return what a request asks for, with the values in its path; None: no such thing."""
        for pattern, template in self._by_shape.get((method, path.count("/")), ()):
            if match := pattern.fullmatch(path):
                names = _TEMPLATE.findall(template)
                return self._operation(method, template), dict(
                    zip(names, match.groups(), strict=True)
                )
        return None

    def resolved(self, thing: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow a reference into the components."""
        while "$ref" in thing:
            found: Any = self.raw
            for part in thing["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            thing = found
        return thing

    def methods(self, path: str) -> Iterator[str]:
        """Name the methods that a path has."""
        return (one.upper() for one in _METHODS if self.find(one.upper(), path) is not None)

    def _operation(self, method: str, template: str) -> Operation:
        item = self.raw["paths"][template]
        raw = item[method.lower()]
        parameters = (*item.get("parameters", ()), *raw.get("parameters", ()))
        return Operation(
            self, method, template, raw, tuple(self.resolved(one) for one in parameters)
        )
