"""Refusals in the shape that Jira gives them: `errorMessages`, and `errors` by field."""

from __future__ import annotations

from collections.abc import Mapping

from connectors._standin.messages import Answer, as_json


class Problem(Exception):
    """A refusal of one request."""

    def __init__(
        self,
        status: int,
        *messages: str,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__("; ".join((*messages, *(errors or {}).values())))
        self.status = status
        self.messages = messages
        self.errors = dict(errors or {})
        self.headers = dict(headers or {})

    def answer(self) -> Answer:
        """Return what goes back."""
        body = {"errorMessages": list(self.messages), "errors": self.errors}
        return as_json(body, self.status, **self.headers)


def no_issue() -> Problem:
    """No such issue, or none that may be seen: Jira does not tell these apart."""
    return Problem(404, "Issue does not exist or you do not have permission to see it.")


def no_project(ref: str) -> Problem:
    """No such project, or none that may be seen."""
    return Problem(404, f"No project could be found with key '{ref}'.")


def not_signed_in() -> Problem:
    """A call that needs an account."""
    return Problem(
        401,
        "You are not authenticated. Authentication required to perform this operation.",
        headers={"WWW-Authenticate": 'OAuth realm="https%3A%2F%2Facme.atlassian.net"'},
    )


def forbidden(what: str = "You do not have permission to perform this operation.") -> Problem:
    """An account that may not do this."""
    return Problem(403, what)


def read_only(key: str) -> Problem:
    """A write to an issue of an archived project."""
    return Problem(
        400, f"Issue {key} is archived. You cannot perform this operation on an archived issue."
    )
