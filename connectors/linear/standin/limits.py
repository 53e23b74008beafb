"""What a query costs by the published formula, and the budgets it is taken from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)

from connectors.linear.standin.behaviour import Behaviour
from connectors.linear.standin.errors import rate_limited
from connectors.linear.standin.kinds import Value
from connectors.linear.standin.paging import DEFAULT_PAGE

PERIOD = timedelta(hours=1)
_PERIOD_MS = 3_600_000
_PROPERTY = 0.1
_OBJECT = 1.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Counts the points of an operation: a property 0.1, an object 1, a page times its size.

    A connection itself is free, what its `nodes` hold counts as often as the page is long,
    `pageInfo` counts once: so the sums published beside the recommended queries come out.
    """

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]

    def of(self, operation: OperationDefinitionNode) -> int:
        """Return the points, rounded up."""
        root = (
            self.schema.mutation_type
            if operation.operation is OperationType.MUTATION
            else self.schema.query_type
        )
        points = self._selections(operation.selection_set, root, 1)
        return math.ceil(round(points, 6))

    def _selections(self, selections: SelectionSetNode, parent: Value, page: int) -> float:
        points = 0.0
        for node in selections.selections:
            match node:
                case FieldNode():
                    points += self._field(node, parent, page)
                case InlineFragmentNode():
                    condition = node.type_condition
                    kind = self.schema.get_type(condition.name.value) if condition else parent
                    points += self._selections(node.selection_set, kind, page)
                case FragmentSpreadNode():
                    fragment = self.fragments[node.name.value]
                    kind = self.schema.get_type(fragment.type_condition.name.value)
                    points += self._selections(fragment.selection_set, kind, page)
                case _:
                    pass
        return points

    def _field(self, node: FieldNode, parent: Value, page: int) -> float:
        name = node.name.value
        if node.selection_set is None or name.startswith("__"):
            return _PROPERTY
        kind = get_named_type(parent.fields[name].type)
        if not is_composite_type(kind):
            return _PROPERTY
        if _is_connection(kind):
            return self._selections(node.selection_set, kind, self._page_size(node))
        inside = self._selections(node.selection_set, kind, 1) + _OBJECT
        return inside * page if _is_connection(parent) and name in ("nodes", "edges") else inside

    def _page_size(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value not in ("first", "last"):
                continue
            match argument.value:
                case IntValueNode(value=text):
                    return int(text)
                case VariableNode(name=variable):
                    size = self.variables.get(variable.value)
                    if size is not None:
                        return int(size)
                case _:
                    pass
        return DEFAULT_PAGE


def _is_connection(kind: Value) -> bool:
    return isinstance(kind, GraphQLObjectType) and kind.name.endswith("Connection")


@dataclass(slots=True)
class Bucket:
    """A budget that refills continuously: full again one period after it was emptied."""

    kind: str
    limit: int
    used: float = 0.0
    touched_at: datetime | None = None

    def refill(self, now: datetime) -> None:
        """Give back what the time since the last look is worth."""
        if self.touched_at is not None:
            self.used = max(0.0, self.used - self.limit * ((now - self.touched_at) / PERIOD))
        self.touched_at = now

    @property
    def remaining(self) -> int:
        return max(0, math.floor(self.limit - self.used))

    def reset_ms(self, now: datetime) -> int:
        """Return the instant it is full again, in milliseconds since 1970."""
        return round((now + PERIOD * (self.used / self.limit)).timestamp() * 1000)

    def status(self, now: datetime) -> dict[str, Any]:
        """Return it as `rateLimitStatus` shows it."""
        return {
            "type": self.kind,
            "requested_amount": float(math.ceil(self.used)),
            "allowed_amount": float(self.limit),
            "period": float(_PERIOD_MS),
            "remaining_amount": float(self.remaining),
            "reset": float(self.reset_ms(now)),
        }


@dataclass(slots=True)
class Budget:
    """The two budgets of one account, over all of its keys."""

    requests: Bucket
    complexity: Bucket

    @classmethod
    def per_hour(cls, requests: int, complexity: int) -> Budget:
        """Return full budgets."""
        return cls(Bucket("requests", requests), Bucket("complexity", complexity))

    def take(self, points: int, now: datetime) -> None:
        """Take one request of so many points. Raises Refused (RATELIMITED) and takes nothing."""
        for bucket, amount in ((self.requests, 1), (self.complexity, points)):
            bucket.refill(now)
            if bucket.used + amount > bucket.limit:
                raise rate_limited(bucket.kind, bucket.limit, _PERIOD_MS, bucket.remaining, amount)
        self.requests.used += 1
        self.complexity.used += points

    def exhaust(self, now: datetime) -> None:
        """Use up all requests, as somebody else with the same account might."""
        self.requests.refill(now)
        self.requests.used = float(self.requests.limit)

    def headers(self, points: int, now: datetime) -> dict[str, str]:
        """Return the headers that every answer carries."""
        for bucket in (self.requests, self.complexity):
            bucket.refill(now)
        named = (("Requests", self.requests), ("Complexity", self.complexity))
        headers = {"X-Complexity": str(points)}
        for name, bucket in named:
            headers[f"X-RateLimit-{name}-Limit"] = str(bucket.limit)
            headers[f"X-RateLimit-{name}-Remaining"] = str(bucket.remaining)
            headers[f"X-RateLimit-{name}-Reset"] = str(bucket.reset_ms(now))
        return headers


@dataclass(slots=True)
class Limits:
    """The budgets of all accounts, as large as the switches say; callers without a key share one."""

    behaviour: Behaviour
    budgets: dict[str, Budget] = field(default_factory=dict)

    def of(self, user_id: str | None) -> Budget:
        """Return an account's budget."""
        if user_id is None:
            return self.budgets.setdefault("", Budget.per_hour(600, 100_000))
        budget = self.budgets.setdefault(user_id, Budget.per_hour(1, 1))
        budget.requests.limit = self.behaviour.requests_per_hour
        budget.complexity.limit = self.behaviour.complexity_per_hour
        return budget
