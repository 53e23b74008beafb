"""Fixtures of the Linear tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import responses
from graphql import GraphQLSchema, build_schema

from connectors.linear.client import LinearClient
from connectors.linear.pages import LinearPages
from connectors.linear.tracker import LinearTracker
from tests.connectors.linear.answers import ScriptedLinear, settings

SCHEMAS = ("schema.graphql", "schema-98.0.0-reconstructed.graphql")


@pytest.fixture(scope="session")
def schemas(vendor_specs: Path) -> dict[str, GraphQLSchema]:
    """Linear's published schema and the newer one, built once: each takes a second."""
    folder = vendor_specs / "linear"
    return {name: build_schema((folder / name).read_text(encoding="utf-8")) for name in SCHEMAS}


@pytest.fixture
def linear() -> Iterator[ScriptedLinear]:
    """Linear's endpoint, answering what the test lays down."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield ScriptedLinear(mock)


@pytest.fixture
def client(linear: ScriptedLinear) -> LinearClient:
    return LinearClient(settings())


@pytest.fixture
def tracker(linear: ScriptedLinear) -> LinearTracker:
    return LinearTracker.from_settings(settings())


@pytest.fixture
def pages(linear: ScriptedLinear) -> LinearPages:
    return LinearPages.from_settings(settings())
