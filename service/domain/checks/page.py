"""The checks of the page: that it is there, and that project and page lead to each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from service.domain.checks.shape import GONE, RESTORE, page_back, page_url, verdict, waits
from service.domain.facts import Facts, Unread
from service.domain.policy import Level, Roles
from service.domain.remote import Page, Presence
from service.domain.verdict import Need, Outcome, Verdict
from service.domain.words import called, sentence


@dataclass(frozen=True, slots=True)
class PageExists:
    """The post-mortem page was made and is still in place."""

    name: ClassVar[str] = "page-exists"
    title: ClassVar[str] = "Page in place"
    level: ClassVar[Level] = Level.SCHEDULED
    only: ClassVar[bool] = False

    who: Roles

    def evaluate(self, facts: Facts) -> Verdict:
        page, url = facts.page, page_url(facts)
        if isinstance(page, Unread):
            summary = f"The page could not be read: {page.reason}"
            return verdict(self, Outcome.UNKNOWN, summary, url=url)
        if page is None:
            summary = _not_made(facts)
        elif page.presence is Presence.PRESENT:
            return verdict(self, Outcome.PASSED, "The page is in place.", url=url)
        else:
            summary = f"{GONE[page.presence]} {RESTORE[page.presence]}."
        return verdict(self, Outcome.BLOCKED, summary, needs=page_back(self.who, facts), url=url)


@dataclass(frozen=True, slots=True)
class PageLinked:
    """The project carries a link to the page, and the page hangs on the project."""

    name: ClassVar[str] = "page-linked"
    title: ClassVar[str] = "Page and project linked"
    level: ClassVar[Level] = Level.SCHEDULED
    only: ClassVar[bool] = False

    who: Roles

    def evaluate(self, facts: Facts) -> Verdict:
        page, project, url = facts.page, facts.project, page_url(facts)
        if page is None or (isinstance(page, Page) and page.presence is not Presence.PRESENT):
            return waits(self, facts)
        broken = tuple(self._broken(page, facts))
        if broken:
            summary = " ".join(found for found, _ in broken)
            needs = [need for _, need in broken]
            return verdict(self, Outcome.BLOCKED, summary, needs=needs, url=url)
        if not facts.linked:
            summary = f"Whether the project links to the page is not known: {project.links_unknown}"
            return verdict(self, Outcome.UNKNOWN, summary, url=url)
        if isinstance(page, Unread):
            summary = f"Whether the page hangs on the project is not known: {page.reason}"
            return verdict(self, Outcome.UNKNOWN, summary, url=url)
        return verdict(self, Outcome.PASSED, "Project and page lead to each other.", url=url)

    def _broken(self, page: Page | Unread, facts: Facts) -> Iterator[tuple[str, Need]]:
        """Find each direction that is known to be broken, and how to mend it."""
        project, who = facts.project, self.who.facilitator
        if not facts.linked and project.links_unknown is None:
            need = Need("Put the link to the page on the project", who, project.url)
            yield "The project has no link to the page.", need
        if isinstance(page, Page) and page.project_key != project.ref.key:
            where = "on no project" if page.project_key is None else "on another project"
            name = called(project.name)
            need = Need(f"Move the page back to {name}", who, page.url)
            yield f"The page hangs {where}: move it back to {name}.", need


def _not_made(facts: Facts) -> str:
    if facts.closeout is None and facts.project.closed:
        return "Closeout made no page: it did not hear of the closing."
    if facts.closeout is None:
        return "Closeout makes the page when the project is closed."
    if facts.page_trouble:
        return f"The page could not be written: {sentence(facts.page_trouble)}"
    return "The page is not made yet; Closeout makes it by itself."
