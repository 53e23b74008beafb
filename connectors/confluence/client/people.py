"""What people are called, and who we are ourselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.confluence.mapping import raw as of
from service.ports import NotAllowed, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping


def name_of(raw: Mapping[str, Any]) -> str | None:
    """Return what a person is called; one may hide the name and show a public one."""
    return of.maybe_text(raw, "displayName") or of.maybe_text(raw, "publicName")


def signed_in(raw: Mapping[str, Any]) -> str:
    """Return the name of the account we act as.

    A token that counts for nothing may be answered like an anonymous visitor instead of refused.
    """
    if raw.get("type") == "anonymous":
        raise NotAllowed("Confluence takes us for an anonymous visitor: the token is not valid")
    if (name := name_of(raw)) is None:
        raise Unavailable("Confluence does not say which account we are")
    return name
