"""The names of closing objects: `issue:<id>`, `version:<id>`, `project:<id>`. Pure.

Keys and names of Jira's may change, its numeric ids never do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from urllib.parse import parse_qs, unquote, urlsplit

from service.ports import NotFound

_CANONICAL = re.compile(r"(issue|version|project):([0-9]{1,20})")
_ISSUE_KEY = re.compile(r"([A-Za-z][A-Za-z0-9_]*)-([0-9]+)")
_PROJECT_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class Kind(StrEnum):
    """What kind of thing a closing object is in Jira."""

    ISSUE = "issue"
    VERSION = "version"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Closing:
    """A closing object: what it is, and Jira's id of it."""

    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


def closing(key: str) -> Closing:
    """Read a canonical key. Raises NotFound for anything else."""
    found = maybe_closing(key)
    if found is None:
        raise NotFound(f"{key!r} names no closing object; one reads like issue:10001")
    return found


def maybe_closing(key: str) -> Closing | None:
    """Read a canonical key, None for anything else."""
    match = _CANONICAL.fullmatch(key.strip())
    return Closing(Kind(match[1]), match[2]) if match else None


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody called a closing object: `word` is a key, an id or a version's name.

    `project` is the key of the Jira project a version's name is of.
    """

    kind: Kind
    word: str
    project: str | None = None


def spoken(text: str) -> Spoken:
    """Read what somebody wrote: canonical, `NOVA-12`, `NOVA:1.4`, a version's id, `NOVA`, a URL.

    Raises NotFound where it is none of these.
    """
    word = text.strip()
    if "://" in word:
        word = _of_address(word)
    if found := maybe_closing(word):
        return Spoken(found.kind, found.id)
    if is_issue_key(word):
        return Spoken(Kind.ISSUE, word.upper())
    if word.isdecimal():
        return Spoken(Kind.VERSION, word)
    project, colon, name = word.partition(":")
    if _PROJECT_KEY.fullmatch(project):
        if not colon:
            return Spoken(Kind.PROJECT, project.upper())
        if name.strip():
            return Spoken(Kind.VERSION, name.strip(), project.upper())
    raise NotFound(
        f"{text!r} names no closing object; write an issue (NOVA-12), a version (NOVA:1.4 or its "
        "id), a project (NOVA), or the address of one"
    )


def is_issue_key(word: str) -> bool:
    """Whether a word has the form of an issue's key."""
    return _ISSUE_KEY.fullmatch(word) is not None


def project_of(issue_key: str) -> str:
    """Return the project part of an issue's key."""
    return issue_key.rpartition("-")[0]


def _of_address(address: str) -> str:
    """Return what the address of an issue, a version or a project speaks of."""
    parts = urlsplit(address)
    segments = [unquote(part) for part in parts.path.split("/") if part]
    after = dict(pairwise(segments))
    chosen = parse_qs(parts.query).get("selectedIssue", [""])[0]
    for word in (chosen, after.get("browse", ""), after.get("issues", "")):
        if is_issue_key(word):
            return word
    return after.get("versions") or after.get("browse") or after.get("projects") or address
