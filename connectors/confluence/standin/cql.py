"""The part of CQL that programs use to find pages: fields of content, comparisons, AND, OR, NOT."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.confluence.standin.errors import Refused
from connectors.confluence.standin.world import Indexed, World

Test = Callable[[Indexed], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')|(?P<sign>!=|!~|>=|<=|[=~><(),])"
    r"|(?P<word>[^\s\"'=~!><(),]+))"
)
_NOW = re.compile(r"now\((?:[\"']?(-?\d+)([mhdw])[\"']?)?\)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FIELDS = ("space", "space.key", "type", "title", "label", "id", "content", "parent", "text")
_DATES = ("created", "lastmodified")
_ORDERS: dict[str, Callable[[Indexed], Any]] = {
    "created": lambda e: e.created_at,
    "lastmodified": lambda e: e.modified_at,
    "title": lambda e: e.title.casefold(),
}


def found_by(world: World, cql: str, entries: Sequence[Indexed]) -> list[Indexed]:
    """Return what a query finds. Raises Refused (400) for what cannot be parsed."""
    words, order = _without_order(cql)
    reader = _Reader(world, words)
    test = reader.either() if words else (lambda _: True)
    reader.end()
    found = [one for one in entries if test(one)]
    for name, backwards in reversed(order):
        found.sort(key=_ORDERS[name], reverse=backwards)
    return found


def _bad(cql: str, why: str) -> Refused:
    return Refused(400, f"Could not parse cql : {cql}: {why}")


def _tokens(cql: str) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(cql.rstrip()):
        match = _TOKEN.match(cql, at)
        if match is None:
            raise _bad(cql, f"unexpected character at {at}")
        found.append(match[0].strip())
        at = match.end()
    return found


def _without_order(cql: str) -> tuple[list[str], list[tuple[str, bool]]]:
    words = _tokens(cql)
    lowered = [word.casefold() for word in words]
    for at in range(len(words) - 1):
        if lowered[at : at + 2] != ["order", "by"]:
            continue
        order: list[tuple[str, bool]] = []
        for part in " ".join(lowered[at + 2 :]).split(","):
            name, _, way = part.strip().partition(" ")
            if name not in _ORDERS or way not in ("", "asc", "desc"):
                raise _bad(cql, f"cannot order by {part.strip()!r}")
            order.append((name, way == "desc"))
        return words[:at], order
    return words, []


class _Reader:
    """A recursive descent over the words of a query."""

    def __init__(self, world: World, words: list[str]) -> None:
        self._world, self._words, self._at = world, words, 0

    def either(self) -> Test:
        tests = [self._both()]
        while self._take("or"):
            tests.append(self._both())
        return lambda entry: any(test(entry) for test in tests)

    def end(self) -> None:
        if self._at < len(self._words):
            raise self._problem(f"unexpected {self._words[self._at]}")

    def _both(self) -> Test:
        tests = [self._one()]
        while self._take("and"):
            tests.append(self._one())
        return lambda entry: all(test(entry) for test in tests)

    def _one(self) -> Test:
        if self._take("not"):
            test = self._one()
            return lambda entry: not test(entry)
        if self._take("("):
            test = self.either()
            if not self._take(")"):
                raise self._problem("a bracket is not closed")
            return test
        return self._comparison()

    def _comparison(self) -> Test:
        field = self._next().casefold()
        sign = self._next().casefold()
        if sign == "not" and self._take("in"):
            sign = "not in"
        if field in _DATES:
            return self._dated(field, sign)
        if field not in _FIELDS:
            raise self._problem(f"Field '{field}' is not supported")
        negated = sign in ("!=", "!~", "not in")
        values = self._values() if sign in ("in", "not in") else [self._value()]
        if sign not in ("=", "!=", "~", "!~", "in", "not in"):
            raise self._problem(f"the operator {sign} does not suit the field {field}")
        near = sign in ("~", "!~")
        return lambda e: _holds(e, field, values, near=near) != negated

    def _dated(self, field: str, sign: str) -> Test:
        bound = self._instant(self._value())
        compare: dict[str, Callable[[datetime], bool]] = {
            ">": lambda at: at > bound,
            ">=": lambda at: at >= bound,
            "<": lambda at: at < bound,
            "<=": lambda at: at <= bound,
            "=": lambda at: at.date() == bound.date(),
        }
        if sign not in compare:
            raise self._problem(f"the operator {sign} does not suit the field {field}")
        test = compare[sign]
        return lambda e: test(e.created_at if field == "created" else e.modified_at)

    def _instant(self, text: str) -> datetime:
        if (match := _NOW.fullmatch(text)) is not None:
            shift = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match[1] else timedelta()
            return self._world.clock() + shift
        try:
            return datetime.fromisoformat(text.replace("/", "-")).replace(tzinfo=UTC)
        except ValueError:
            raise self._problem(f"not a date: {text}") from None

    def _values(self) -> list[str]:
        if not self._take("("):
            raise self._problem("a list stands in brackets")
        found = [self._value()]
        while self._take(","):
            found.append(self._value())
        if not self._take(")"):
            raise self._problem("a bracket is not closed")
        return found

    def _value(self) -> str:
        word = self._next()
        if word[0] in "\"'":
            return re.sub(r"\\(.)", r"\1", word[1:-1])
        if self._take("("):  # a function: now() or now("-1d")
            inside = ""
            while not self._take(")"):
                inside += self._next()
            return f"{word}({inside})"
        return word

    def _take(self, word: str) -> bool:
        if self._at < len(self._words) and self._words[self._at].casefold() == word:
            self._at += 1
            return True
        return False

    def _next(self) -> str:
        if self._at >= len(self._words):
            raise self._problem("it ends too early")
        self._at += 1
        return self._words[self._at - 1]

    def _problem(self, why: str) -> Refused:
        return _bad(" ".join(self._words), why)


def _holds(entry: Indexed, field: str, values: Sequence[str], *, near: bool) -> bool:
    wanted = [value.casefold() for value in values]
    match field:
        case "space" | "space.key":
            return entry.space_key.casefold() in wanted
        case "type":
            return "page" in wanted
        case "label":
            return any(label.casefold() in wanted for label in entry.labels)
        case "id" | "content":
            return entry.page_id in values
        case "parent":
            return entry.parent_id in values
        case "title" if not near:
            return entry.title.casefold() in wanted
        case _:
            text = entry.title.casefold() if field == "title" else entry.words
            return any(all(word in text for word in one.replace("*", "").split()) for one in wanted)
