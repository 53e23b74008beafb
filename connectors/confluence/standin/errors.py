"""What is refused, and in which words each interface says so."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

_EXCEPTIONS = {
    400: "BadRequestException",
    403: "PermissionException",
    404: "NotFoundException",
    409: "ConflictException",
}
_CODES = {
    400: "INVALID_REQUEST_PARAMETER",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    409: "CONFLICT",
    413: "PAYLOAD_TOO_LARGE",
}
_PACKAGE = "com.atlassian.confluence.api.service.exceptions"


class Refused(Exception):
    """A request that cannot be granted. `message` is what the caller is told."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def duplicate_title() -> Refused:
    """Refuse a title that the space has already, in the words that are reported."""
    return Refused(
        400,
        "A page with this title already exists: "
        "A page already exists with the same TITLE in this space",
    )


def stale(current: int) -> Refused:
    """Refuse a version that is not the current one plus one, in the words that are reported."""
    return Refused(409, f"Version must be incremented on update. Current version is: {current}")


def not_found(what: str, ref: str) -> Refused:
    """Refuse what is not there, or not shown to the caller: nobody is told which."""
    return Refused(404, f"No {what} found with id : {ref}")


def in_v2(refused: Refused) -> dict[str, Any]:
    """Return the body of a refusal by the second interface."""
    return {
        "errors": [
            {
                "status": refused.status,
                "code": _CODES.get(refused.status, "UNKNOWN"),
                "title": "Not Found" if refused.status == 404 else refused.message,  # noqa: PLR2004
                "detail": refused.message if refused.status == 404 else None,  # noqa: PLR2004
            }
        ]
    }


def in_v1(refused: Refused, *, api_package: bool) -> dict[str, Any]:
    """Return the body of a refusal by the first interface.

    `api_package` is Data Center's newer name of the Java package.
    """
    package = f"{_PACKAGE}.api" if api_package else _PACKAGE
    exception = _EXCEPTIONS.get(refused.status)
    message = f"{package}.{exception}: {refused.message}" if exception else refused.message
    return {
        "statusCode": refused.status,
        "data": {
            "authorized": refused.status not in (401, 403),
            "valid": False,
            "errors": [{"message": {"translation": refused.message, "args": []}}],
            "successful": False,
        },
        "message": message,
        "reason": HTTPStatus(refused.status).phrase,
    }
