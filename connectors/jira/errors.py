"""What Jira's refusals mean beyond what every REST interface says by its status."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from jira import JIRAError
from requests import RequestException

from connectors.http import Unreachable
from service.ports import NotAllowed, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import Response

    from connectors.http import Http

LOGIN = "X-Seraph-LoginReason"


def seen_as_us(response: Response) -> None:
    """Raise NotAllowed where Jira did not take our credentials, whatever else it answered.

    With a revoked or expired token Jira answers 200 with what a visitor without account sees,
    which may be nothing at all, and says so in this header only.
    """
    reason = response.headers.get(LOGIN, "OK")
    if {word.strip().upper() for word in reason.split(",")} - {"OK", ""}:
        response.close()  # a hook of the session sees it unread, and nobody would read it now
        raise NotAllowed(
            f"Jira does not know our account any more ({reason[:80]}), so nothing it shows counts; "
            "the token may be revoked or expired: make a new one"
        )


def of_everything(failure: Exception) -> bool:
    """Whether anything else we could ask would fail now as well: nobody is there, or we must wait.

    Any other failure may be that of one part of what was asked for.
    """
    waits = isinstance(failure, Unavailable) and failure.retry_after is not None
    return waits or isinstance(failure, Unreachable)


@contextmanager
def library_errors(http: Http) -> Iterator[None]:
    """Raise our errors for those of the `jira` library."""
    try:
        yield
    except JIRAError as error:
        if error.response is not None:
            http.judge(error.response)
        raise Unavailable(f"Jira's answer cannot be read: {error.status_code}") from None
    except RequestException as error:
        raise http.unreachable(error) from None
