"""A file as Confluence takes it: a form, and the header without which it is taken for a forgery."""

from __future__ import annotations

from typing import Any

NO_FORGERY = {"X-Atlassian-Token": "nocheck"}


def form(file: str, png: bytes) -> dict[str, Any]:
    """Return the parts of a form with one picture; nobody is told of it as of an edit."""
    return {"file": (file, png, "image/png"), "minorEdit": (None, "true")}
