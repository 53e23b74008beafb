"""What a macro says by itself, whichever way the page was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Macros that say nothing to a reader: the anchor's name is an address.
_SILENT = frozenset({"anchor"})
_SAID_BY = {
    "jira": ("key", "jqlQuery", "url"),
    "jiraissues": ("key", "jqlQuery", "url"),
    "status": ("title",),
}


def said(macro: str, parameters: Mapping[str, str]) -> str:
    """Return the words that a macro shows of its parameters: a lozenge's, an issue's key, a title."""
    if macro in _SILENT:
        return ""
    names = _SAID_BY.get(macro, ("title",))
    return next((parameters[name] for name in names if parameters.get(name)), "")
