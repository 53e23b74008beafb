"""Reading JQL: words, clauses, and what they are joined by."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<operator>!=|>=|<=|!~|=|>|<|~|\(|\)|,|!|&&|\|\|)
    | (?P<word>[^\s"'!=<>~(),&|]+)
    )""",
    re.VERBOSE,
)
_COMPARISONS = frozenset({"=", "!=", ">", "<", ">=", "<=", "~", "!~"})
_BUSY = frozenset(
    {"and", "or", "not", "in", "is", "was", "order", "by", "empty", "null", "changed"}
)


class BadJql(ValueError):
    """A query that cannot be read or asked; the text is Jira's."""


@dataclass(frozen=True, slots=True)
class Clause:
    """`field operator values`; an operator is in small letters, as in `not in` or `was`."""

    field: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Clauses joined by `and` or `or`, or one that is turned round by `not`."""

    word: str
    parts: tuple[Node, ...]


Node = Clause | Joined


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for, and in which order: fields, each with whether it is descending."""

    where: Node | None
    order: tuple[tuple[str, bool], ...] = ()


@dataclass(slots=True)
class _Reader:
    tokens: list[tuple[str, bool]]  # each with whether it was in quotes
    at: int = 0
    order: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def left(self) -> bool:
        return self.at < len(self.tokens)

    def word(self) -> str:
        """Return the next word in small letters without taking it; nothing for a quoted one."""
        if not self.left or self.tokens[self.at][1]:
            return ""
        return self.tokens[self.at][0].lower()

    def take(self) -> str:
        if not self.left:
            raise BadJql("Error in the JQL Query: the query ends too early.")
        self.at += 1
        return self.tokens[self.at - 1][0]

    def need(self, wanted: str) -> None:
        if self.word() != wanted:
            raise BadJql(f"Error in the JQL Query: expecting '{wanted}'.")
        self.at += 1

    def either(self) -> Node:
        parts = [self.both()]
        while self.word() in ("or", "||"):
            self.at += 1
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Joined("or", tuple(parts))

    def both(self) -> Node:
        parts = [self.one()]
        while self.word() in ("and", "&&"):
            self.at += 1
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else Joined("and", tuple(parts))

    def one(self) -> Node:
        if self.word() in ("not", "!"):
            self.at += 1
            return Joined("not", (self.one(),))
        if self.word() == "(":
            self.at += 1
            inside = self.either()
            self.need(")")
            return inside
        return self.clause()

    def clause(self) -> Clause:
        if self.word() in _BUSY:
            raise BadJql(
                f"Error in the JQL Query: '{self.word()}' is a reserved JQL word. "
                "You must surround it in quotation marks to use it in a query."
            )
        name = self.take()
        operator = self.operator()
        if operator in ("is", "is not"):
            empty = self.take()
            if empty.lower() not in ("empty", "null"):
                raise BadJql(f"Error in the JQL Query: expecting EMPTY, got '{empty}'.")
            return Clause(name, operator, ())
        return Clause(name, operator, self.values())

    def operator(self) -> str:
        first = self.take().lower()
        if first in _COMPARISONS:
            return first
        if first == "not" and self.word() == "in":
            self.at += 1
            return "not in"
        if first in ("is", "was") and self.word() in ("not", "in"):
            words = [first]
            while self.word() in ("not", "in"):
                words.append(self.take().lower())
            return " ".join(words)
        if first in ("in", "is", "was"):
            return first
        raise BadJql(f"Error in the JQL Query: expecting operator, got '{first}'.")

    def values(self) -> tuple[str, ...]:
        if self.word() != "(":
            return (self.value(),)
        self.at += 1
        found = [self.value()]
        while self.word() == ",":
            self.at += 1
            found.append(self.value())
        self.need(")")
        return tuple(found)

    def value(self) -> str:
        taken = self.take()
        if self.word() == "(":  # a function, as in currentUser()
            self.at += 1
            inside = []
            while self.word() != ")":
                inside.append(self.take())
            self.need(")")
            return f"{taken}({' '.join(inside)})"
        return taken

    def ordering(self) -> None:
        self.need("order")
        self.need("by")
        while True:
            name = self.take()
            descending = False
            if self.word() in ("asc", "desc"):
                descending = self.take().lower() == "desc"
            self.order.append((name, descending))
            if self.word() != ",":
                return
            self.at += 1


def parse(text: str) -> Query:
    """Read a query. Raises BadJql."""
    reader = _Reader(_tokens(text))
    where = reader.either() if reader.left and reader.word() != "order" else None
    if reader.word() == "order":
        reader.ordering()
    if reader.left:
        raise BadJql(
            f"Error in the JQL Query: Expecting either 'OR' or 'AND' but got '{reader.take()}'."
        )
    return Query(where, tuple(reader.order))


def _tokens(text: str) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    at = 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise BadJql(f"Error in the JQL Query: the character '{text[at]}' is not expected.")
        at = match.end()
        if (quoted := match.group("quoted")) is not None:
            found.append((re.sub(r"\\(.)", r"\1", quoted[1:-1]), True))
        else:
            found.append((match.group("operator") or match.group("word"), False))
    return found
