"""Our subset of the schema says nothing that Linear's own does not say."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    Undefined,
    build_schema,
    get_named_type,
    is_required_argument,
    is_required_input_field,
    is_specified_scalar_type,
    parse,
    validate,
    validate_schema,
)

from connectors.linear import queries
from connectors.linear.standin.schema import schema, sdl

FILES = ("schema.graphql", "schema-98.0.0-reconstructed.graphql")


@pytest.fixture(scope="module", params=FILES)
def official(request: pytest.FixtureRequest, vendor_specs: Path) -> GraphQLSchema:
    text = (vendor_specs / "linear" / request.param).read_text(encoding="utf-8")
    return build_schema(text, assume_valid=True)


def differences(ours: GraphQLSchema, theirs: GraphQLSchema) -> list[str]:
    """List everything in our schema that theirs lacks or has otherwise."""
    found: list[str] = []
    for name, kind in ours.type_map.items():
        if name.startswith("__") or (
            isinstance(kind, GraphQLScalarType) and is_specified_scalar_type(kind)
        ):
            continue
        other = theirs.type_map.get(name)
        if type(other) is not type(kind):
            found.append(f"{name}: they have {type(other).__name__}")
        else:
            found += _of_kind(kind, other)
    return found


def _of_kind(ours: GraphQLNamedType, theirs: GraphQLNamedType | None) -> list[str]:
    match ours, theirs:
        case (GraphQLEnumType(), GraphQLEnumType()):
            return [f"{ours.name}.{one}" for one in ours.values if one not in theirs.values]
        case (GraphQLInputObjectType(), GraphQLInputObjectType()):
            return _inputs(ours, theirs)
        case (
            GraphQLObjectType() | GraphQLInterfaceType(),
            GraphQLObjectType() | GraphQLInterfaceType(),
        ):
            return _outputs(ours, theirs)
        case _:
            return []


def _outputs(
    ours: GraphQLObjectType | GraphQLInterfaceType, theirs: GraphQLObjectType | GraphQLInterfaceType
) -> list[str]:
    found = []
    their_interfaces = {one.name for one in theirs.interfaces}
    found += [f"{ours} implements {i}" for i in ours.interfaces if i.name not in their_interfaces]
    for name, field in ours.fields.items():
        where = f"{ours.name}.{name}"
        if name not in theirs.fields:
            found.append(where)
            continue
        other = theirs.fields[name]
        if str(field.type) != str(other.type):
            found.append(f"{where}: {field.type} is {other.type}")
        for argument, ours_is in field.args.items():
            theirs_is = other.args.get(argument)
            if theirs_is is None or str(ours_is.type) != str(theirs_is.type):
                found.append(f"{where}({argument}: {ours_is.type})")
        found += [
            f"{where} lacks {argument}"
            for argument, theirs_is in other.args.items()
            if is_required_argument(theirs_is) and argument not in field.args
        ]
    return found


def _inputs(ours: GraphQLInputObjectType, theirs: GraphQLInputObjectType) -> list[str]:
    found = []
    for name, field in ours.fields.items():
        where = f"{ours.name}.{name}"
        if name not in theirs.fields:
            found.append(where)
            continue
        other = theirs.fields[name]
        if str(field.type) != str(other.type) and not _renamed(field.type, other.type):
            found.append(f"{where}: {field.type} is {other.type}")
        if field.default_value is not Undefined and field.default_value != other.default_value:
            found.append(f"{where} = {field.default_value}")
    found += [
        f"{ours.name} lacks {name}"
        for name, field in theirs.fields.items()
        if is_required_input_field(field) and name not in ours.fields
    ]
    return found


def _renamed(ours: object, theirs: object) -> bool:
    """A comparator under a new name with the same members: seen between releases of the schema."""
    mine, other = get_named_type(ours), get_named_type(theirs)  # type: ignore[call-overload]  # any type
    return (
        isinstance(mine, GraphQLInputObjectType)
        and isinstance(other, GraphQLInputObjectType)
        and mine.name.endswith("Comparator")
        and other.name.endswith("Comparator")
        and str(ours).replace(mine.name, "") == str(theirs).replace(other.name, "")
        and not _inputs(mine, other)
    )


def test_every_type_field_and_argument_of_ours_is_linears(official: GraphQLSchema) -> None:
    found = differences(schema(), official)

    assert [] == found


def test_our_subset_is_a_valid_schema() -> None:
    assert [] == validate_schema(build_schema(sdl()))


@pytest.mark.parametrize(
    ("written", "instead", "found"),
    [
        ("summary: String", "nickname: String", ["Thing.nickname"]),
        ("summary: String", "summary: String!", ["Thing.summary: String! is String"]),
        ("summary: String", "summary(of: Int): String", ["Thing.summary(of: Int)"]),
        ("limit: Int!", "", ["Query.things lacks limit", "Query.things(bound: Int)"]),
        ("a b", "a c", ["Kind.c"]),
        ("wanted: Int!", "", ["Wish lacks wanted"]),
    ],
)
def test_a_deviation_from_linears_schema_is_found(
    written: str, instead: str, found: list[str]
) -> None:
    theirs = (
        "type Query { things(limit: Int!): Thing } type Thing { summary: String kind: Kind } "
        "enum Kind { a b } input Wish { wanted: Int! note: String }"
    )
    ours = theirs.replace(written, instead or ("bound: Int" if "limit" in written else ""))

    assert sorted(found) == sorted(differences(build_schema(ours), build_schema(theirs)))


def test_every_document_of_the_connector_fits_our_subset() -> None:
    documents = {
        name: text
        for name, text in vars(queries).items()
        if name.isupper() and isinstance(text, str) and "{" in text and not name.startswith("_")
    }

    problems = {name: validate(schema(), parse(text)) for name, text in documents.items()}

    assert {} == {name: [e.message for e in errors] for name, errors in problems.items() if errors}
    assert documents
