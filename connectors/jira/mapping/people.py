"""Jira's accounts as people. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.jira.mapping import raw as read
from service.domain.tracking import Person

if TYPE_CHECKING:
    from collections.abc import Mapping


def person(raw: Mapping[str, Any]) -> Person:
    """Map an account: Cloud knows it by `accountId`, Data Center by `key`, old ones by `name`."""
    name = read.maybe_text(raw, "name")
    account = account_id(raw) or read.text(raw, "accountId")
    return Person(
        id=account,
        name=read.maybe_text(raw, "displayName") or name or account,
        email=read.maybe_text(raw, "emailAddress"),
        handle=name,
        active=raw.get("active") is not False,
    )


def maybe_person(raw: Mapping[str, Any], key: str) -> Person | None:
    """Map an account that may be missing."""
    found = read.maybe_part(raw, key)
    return person(found) if found and account_id(found) else None


def account_id(raw: Mapping[str, Any] | None) -> str | None:
    """Return the id of an account, None where it says none (an anonymous or deleted one)."""
    if not raw:
        return None
    return (
        read.maybe_text(raw, "accountId")
        or read.maybe_text(raw, "key")
        or read.maybe_text(raw, "name")
    )
