"""From the bytes of a request to Linear's GraphQL endpoint to the bytes of its answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    parse,
    validate,
)

from connectors._standin.messages import Answer
from connectors.linear.standin.behaviour import ConflictStatus
from connectors.linear.standin.entities import User
from connectors.linear.standin.errors import (
    Refused,
    bad_document,
    key_as_bearer,
    not_authenticated,
    too_complex,
)
from connectors.linear.standin.kinds import Value
from connectors.linear.standin.limits import Budget, Cost, Limits
from connectors.linear.standin.resolvers import Call
from connectors.linear.standin.schema import schema
from connectors.linear.standin.uploads import Transfer
from connectors.linear.standin.world import World

_LONGEST_QUERY = 100_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that parses and validates."""

    document: DocumentNode
    operation: OperationDefinitionNode
    variables: dict[str, Any]
    operation_name: str | None

    @property
    def writes(self) -> bool:
        return self.operation.operation is OperationType.MUTATION

    @property
    def name(self) -> str:
        """The operation's name, else the name of its first field."""
        if self.operation.name is not None:
            return self.operation.name.value
        return self.root_fields[0]

    @property
    def root_fields(self) -> list[str]:
        selections = self.operation.selection_set.selections
        return [one.name.value for one in selections if isinstance(one, FieldNode)] or [""]

    @property
    def names(self) -> tuple[str, ...]:
        """What a fault may be ordered by."""
        return (self.name, *self.root_fields)

    @property
    def introspects(self) -> bool:
        """Only the schema is asked for, which needs no key."""
        return all(name.startswith("__") for name in self.root_fields)


@dataclass(frozen=True, slots=True)
class Called:
    """One readable request as it came in: when, what, and which fault was ordered for it."""

    at: datetime
    name: str
    writes: bool
    fault: str | None


class Unanswerable(Exception):
    """A request that is refused before anything is looked up; `errors` say why."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = errors


class Gateway:
    """The GraphQL endpoint over one organisation, without HTTP."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.limits = Limits(world.behaviour)
        self.calls: list[Called] = []

    def read(self, body: bytes) -> Asked:
        """Read a request. Raises Unanswerable."""
        try:
            request = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise Unanswerable([bad_document("POST body is not valid JSON.")]) from None
        query = request.get("query") if isinstance(request, dict) else None
        if not isinstance(query, str) or len(query) > _LONGEST_QUERY:
            raise Unanswerable([bad_document("POST body must contain a query of type string.")])
        variables = request.get("variables") or {}
        if not isinstance(variables, dict):
            raise Unanswerable([bad_document("`variables` in a POST body must be an object.")])
        document = _validated(query)
        name = request.get("operationName")
        operations = [
            node for node in document.definitions if isinstance(node, OperationDefinitionNode)
        ]
        for operation in operations:
            named = operation.name.value if operation.name else None
            if len(operations) == 1 or named == name:
                return Asked(document, operation, variables, name)
        raise Unanswerable([bad_document(f'Unknown operation named "{name}".')])

    def note(self, asked: Asked | Transfer, fault: str | None) -> None:
        """Count a request that could be read."""
        with self.world.lock:
            self.calls.append(Called(self.world.clock(), asked.name, asked.writes, fault))

    def refuse(self, unanswerable: Unanswerable, authorization: str | None) -> Answer:
        """Answer a request that could not be read; it costs nothing."""
        headers = self._headers(self._user(authorization), 0)
        return Answer(400, orjson.dumps({"errors": unanswerable.errors}), headers)

    def answer(self, asked: Asked, authorization: str | None) -> Answer:
        """Check the key and the budgets, run the operation, and write the answer."""
        world = self.world
        with world.lock:
            points, user = 0, None
            try:
                user = self._account(asked, authorization)
                points = self._cost(asked)
                self._budget(user).take(points, world.clock())
            except Refused as refused:
                body = orjson.dumps({"errors": [refused.as_error()]})
                return Answer(refused.status or 400, body, self._headers(user, points))
            return self._run(asked, user, points)

    def exhausted(self, authorization: str | None) -> Answer:
        """Answer as if somebody had used up the account's requests; they stay used up."""
        user = self._user(authorization)
        budget = self._budget(user)
        now = self.world.clock()
        budget.exhaust(now)
        try:
            budget.take(1, now)
        except Refused as refused:
            body = orjson.dumps({"errors": [refused.as_error()]})
            return Answer(refused.status or 400, body, self._headers(user, 1))
        raise AssertionError("an exhausted budget gave way")

    def _run(self, asked: Asked, user: User | None, points: int) -> Answer:
        world = self.world
        effects, conflicts = len(world.log), world.conflicts
        if asked.writes and user is not None:
            with world.act(user, "api") as act:
                call = Call(world, world, user, self.limits, act.at, act)
                result = self._execute(asked, call)
        else:
            call = Call(world, world.seen_by_reads(), user, self.limits, world.clock())
            result = self._execute(asked, call)
        body: dict[str, Any] = {}
        if result.errors:
            body["errors"] = [_shown(error) for error in result.errors]
        body["data"] = result.data
        return Answer(
            status=self._status(result.errors or [], had_conflict=world.conflicts > conflicts),
            body=orjson.dumps(body),
            headers=self._headers(user, points),
            wrote=len(world.log) > effects,
        )

    def _execute(self, asked: Asked, call: Call) -> Value:
        return execute_sync(
            schema(),
            asked.document,
            root_value=None,
            context_value=call,
            variable_values=asked.variables,
            operation_name=asked.operation_name,
        )

    def _status(self, errors: list[GraphQLError], *, had_conflict: bool) -> int:
        if not errors:
            return 200
        original = [error.original_error for error in errors]
        if any(error.path is None for error in errors):
            return 400
        if any(one is not None and not isinstance(one, Refused) for one in original):
            return 500
        statuses = [one.status for one in original if isinstance(one, Refused) and one.status]
        if statuses:
            return statuses[0]
        return self._conflict_status() if had_conflict else 200

    def _conflict_status(self) -> int:
        match self.world.behaviour.conflict_status:
            case ConflictStatus.ALTERNATE:
                return 200 if self.world.conflicts % 2 else 400
            case status:
                return int(status.value)

    def _account(self, asked: Asked, authorization: str | None) -> User | None:
        if authorization and authorization.startswith("Bearer lin_api_"):
            raise key_as_bearer()
        user = self._user(authorization)
        if user is None and not asked.introspects:
            raise not_authenticated()
        return user

    def _user(self, authorization: str | None) -> User | None:
        user = self.world.users.get(self.world.api_keys.get(authorization or "", ""))
        return user if user is not None and user.active else None

    def _cost(self, asked: Asked) -> int:
        fragments = {
            node.name.value: node
            for node in asked.document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        if asked.introspects:
            return 1
        defaults = {
            node.variable.name.value: int(node.default_value.value)
            for node in asked.operation.variable_definitions or ()
            if isinstance(node.default_value, IntValueNode)
        }
        points = Cost(schema(), fragments, {**defaults, **asked.variables}).of(asked.operation)
        allowed = self.world.behaviour.complexity_of_one_query
        if points > allowed:
            raise too_complex(points, allowed)
        return points

    def _budget(self, user: User | None) -> Budget:
        return self.limits.of(user.id if user else None)

    def _headers(self, user: User | None, points: int) -> dict[str, str]:
        with self.world.lock:
            return self._budget(user).headers(points, self.world.clock())


@lru_cache(maxsize=256)
def _validated(query: str) -> DocumentNode:
    try:
        document = parse(query, max_tokens=10_000)
    except GraphQLError as error:
        raise Unanswerable([bad_document(error.message, _locations(error))]) from None
    errors = validate(schema(), document)
    if errors:
        raise Unanswerable([bad_document(e.message, _locations(e)) for e in errors])
    return document


def _locations(error: GraphQLError) -> list[dict[str, int]]:
    return [{"line": at.line, "column": at.column} for at in error.locations or []]


def _shown(error: GraphQLError) -> dict[str, Any]:
    shown: dict[str, Any] = dict(error.formatted)
    if error.path is None:  # variables that do not fit
        shown["extensions"] = {
            "http": {"status": 400, "headers": {}},
            "code": "BAD_USER_INPUT",
            "type": "graphql error",
            "userError": True,
        }
    elif not isinstance(error.original_error, Refused) and error.original_error is not None:
        shown["extensions"] = {"type": "internal error", "code": "INTERNAL_SERVER_ERROR"}
    return shown
