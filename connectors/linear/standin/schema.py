"""The executable schema: our own subset of Linear's, from the files in `sdl/`.

Types, fields and arguments are named exactly as in Linear's published schema, and are only as
many as can be answered truthfully. A test compares the subset with the published files.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    value_from_ast_untyped,
)

from connectors.linear.standin.issue_mutations import ISSUE_MUTATIONS
from connectors.linear.standin.kinds import Record, Value
from connectors.linear.standin.mutations import MUTATIONS
from connectors.linear.standin.queries import QUERIES
from connectors.linear.standin.resolvers import Call, Resolver, resolver_of
from connectors.linear.standin.scalars import instant_text, parse_day, parse_instant

_CONNECTION = re.compile(r"\b(\w+)Connection!")


def sdl() -> str:
    """Return the whole subset as text, the types of connections included."""
    folder = resources.files(__package__) / "sdl"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".graphql")), key=str)
    written = "\n".join(f.read_text(encoding="utf-8") for f in files)
    nodes = sorted(set(_CONNECTION.findall(written)))
    return "\n".join([written, *(_connection_types(node) for node in nodes)])


@cache
def schema() -> GraphQLSchema:
    """Return the schema with a resolver at every field; it holds no state."""
    built = build_schema(sdl())
    for kind in built.type_map.values():
        if isinstance(kind, GraphQLScalarType):
            _equip_scalar(kind)
        elif isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for name, field in kind.fields.items():
                field.resolve = _called(_resolver(kind.name, name))
    return built


def _connection_types(node: str) -> str:
    return (
        f"type {node}Connection {{ edges: [{node}Edge!]! nodes: [{node}!]! pageInfo: PageInfo! }}\n"
        f"type {node}Edge {{ cursor: String! node: {node}! }}"
    )


def _resolver(kind: str, name: str) -> Resolver:
    if kind == "Query" and name in QUERIES:
        return QUERIES[name]
    if kind == "Mutation":
        change = MUTATIONS[name] if name in MUTATIONS else ISSUE_MUTATIONS[name]
        return lambda _, call, args: change(call, args)
    return resolver_of(kind, name)


def _called(resolver: Resolver) -> Callable[..., Any]:
    def resolve(owner: Record, info: GraphQLResolveInfo[Call], /, **args: Value) -> Record:
        return resolver(owner, info.context, args)

    return resolve


def _equip_scalar(kind: GraphQLScalarType) -> None:
    parsers: dict[str, Callable[[Any], Any]] = {
        "DateTime": parse_instant,
        "DateTimeOrDuration": parse_instant,
        "TimelessDate": parse_day,
        "TimelessDateOrDuration": parse_day,
    }
    if kind.name not in parsers:
        return
    parse = parsers[kind.name]
    kind.coerce_input_value = parse
    kind.coerce_input_literal = lambda node: parse(value_from_ast_untyped(node))
    kind.coerce_output_value = _written


def _written(value: Value) -> str:
    if isinstance(value, datetime):
        return instant_text(value)
    return value.isoformat() if isinstance(value, date) else str(value)
