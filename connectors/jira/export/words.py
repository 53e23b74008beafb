"""How changelogs name what they speak of, word for word: Cloud gives ids of fields besides."""

from __future__ import annotations

VERSIONS = frozenset({"Fix Version", "Fix Version/s", "fixVersions"})
KEY = frozenset({"Key", "key"})
MOVES = KEY | {"Project", "project"}
EPIC_LINK = "Epic Link"
PARENTS = frozenset(
    {"Parent", "parent", "Parent Issue", "Parent Link", EPIC_LINK, "IssueParentAssociation"}
)
POINTS = frozenset({"Story Points", "Story points", "Story point estimate", "Story Point Estimate"})

#: What the issues of an export are looked through for before they are mapped.
SURVEYED = POINTS | KEY
