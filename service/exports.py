"""Files of exported issues: what is asked of one, and what it says. They need no tool to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from service.domain.history import Finding
    from service.domain.tracking import Project, ProjectIssues


class UnusableFile(Exception):
    """A file is not what it was given as; the text names file, place and field, and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which closing object of an exported file is looked at, as somebody wrote it."""

    kind: Literal["version", "epic", "project"]
    word: str


@dataclass(frozen=True, slots=True)
class Exported:
    """What a file of exported issues says of one closing object.

    - `latest` is the last instant of the file: nothing is known of what came later.
    - `unclear` are the names of the statuses whose meaning the file does not tell.
    - `findings` limit what the figures say, beside what the issues say by themselves.
    """

    project: Project
    issues: ProjectIssues
    latest: datetime
    unclear: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


class ExportReader(Protocol):
    """Reads issues with their histories from a file, without talking to the tool."""

    def __call__(
        self, path: Path, wanted: Wanted, points_field: str | None, watch: Callable[[int], None]
    ) -> Exported:
        """Read what is or was in a closing object; `watch` is told how many bytes are read.

        Raises UnusableFile, and NotFound with what there is instead.
        """
