"""Refusals in the shapes that Linear was seen to give.

The shapes of "not found", "not authenticated", "Bearer" and argument validation are live answers
that independent projects published in 2026; the conflict and the rate limit are reported ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """A refusal of one operation; GraphQL carries `extensions` to the answer.

    `status` is the HTTP status where the refusal decides it, else None.
    """

    def __init__(
        self, message: str, extensions: Mapping[str, Any], *, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.extensions = dict(extensions)
        self.status = status

    def as_error(self) -> dict[str, Any]:
        """Return it as an entry of `errors`, for answers without an operation."""
        return {"message": self.message, "extensions": self.extensions}


def _input_error(presentable: str) -> dict[str, Any]:
    return {
        "type": "invalid input",
        "code": "INPUT_ERROR",
        "statusCode": 400,
        "userError": True,
        "userPresentableMessage": presentable,
    }


def not_found(entity: str, argument: str | None = None) -> Refused:
    """Nothing has this id, or we may not see it: Linear does not tell these apart."""
    if argument is None:
        return Refused(
            f"Entity not found: {entity}", _input_error(f"Could not find referenced {entity}.")
        )
    return Refused(
        f"Entity not found: {entity}: {argument} contained an entry that could not be found.",
        _input_error(f"{argument} contained an entry that could not be found."),
    )


def conflict(entity: str, entity_id: str) -> Refused:
    """A create with an id that is taken."""
    return Refused(
        f"conflict on insert of {entity}",
        _input_error(f"Entity {entity} with id {entity_id} already exists."),
    )


def bad_input(presentable: str) -> Refused:
    """An input that makes no sense together with the world as it is."""
    return Refused(presentable, _input_error(presentable))


def bad_argument(name: str, constraint: str, presentable: str) -> Refused:
    """An argument that is wrong by itself."""
    return Refused(
        "Argument Validation Error",
        {
            "type": "invalid input",
            "code": "INVALID_INPUT",
            "statusCode": 400,
            "userError": True,
            "userPresentableMessage": presentable,
            "validationErrors": [
                {"property": name, "children": [], "constraints": {constraint: presentable}}
            ],
        },
    )


def forbidden(presentable: str) -> Refused:
    """The account may not do this."""
    return Refused(
        "Forbidden",
        {
            "type": "forbidden",
            "code": "FORBIDDEN",
            "statusCode": 403,
            "userError": True,
            "userPresentableMessage": presentable,
        },
    )


def not_authenticated() -> Refused:
    """No key, or one that is not known (any more)."""
    return Refused(
        "Authentication required, not authenticated",
        {
            "type": "authentication error",
            "code": "AUTHENTICATION_ERROR",
            "statusCode": 401,
            "userError": True,
            "userPresentableMessage": "You need to authenticate to access this operation.",
            "meta": {},
            "http": {"status": 401},
        },
        status=401,
    )


def key_as_bearer() -> Refused:
    """A personal key behind the word `Bearer`, which is for OAuth tokens."""
    text = (
        "It looks like you're trying to use an API key as a Bearer token. "
        "Remove the Bearer prefix from the Authorization header."
    )
    return Refused(text, _input_error(text), status=400)


def too_complex(points: float, allowed: int) -> Refused:
    """One query above the limit for one query."""
    text = f"Query too complex. Complexity: {points:.0f}. Maximum allowed complexity: {allowed}."
    return Refused(text, _input_error(text), status=400)


def rate_limited(kind: str, limit: int, period_ms: int, remaining: int, requested: int) -> Refused:
    """A used-up budget: HTTP 400, not 429."""
    return Refused(
        f"Rate limit exceeded. Only {limit} {kind} are allowed per {period_ms // 3_600_000} hour.",
        {
            "type": "ratelimited",
            "code": "RATELIMITED",
            "statusCode": 429,
            "userError": True,
            "userPresentableMessage": "Rate limit exceeded. Please try again later.",
            "meta": {
                "rateLimitResult": {
                    "allowed": False,
                    "requested": requested,
                    "remaining": remaining,
                    "duration": period_ms,
                    "limit": limit,
                }
            },
        },
        status=400,
    )


def bad_document(message: str, locations: list[dict[str, int]] | None = None) -> dict[str, Any]:
    """An entry of `errors` for a document that does not parse or validate."""
    error: dict[str, Any] = {"message": message}
    if locations:
        error["locations"] = locations
    error["extensions"] = {
        "http": {"status": 400, "headers": {}},
        "code": "GRAPHQL_VALIDATION_FAILED",
        "type": "graphql error",
        "userError": True,
    }
    return error
