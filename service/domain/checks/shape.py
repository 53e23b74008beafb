"""What every check is, and how its verdict is put together from its parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from service.domain.facts import Facts, Unread
from service.domain.policy import Level, Roles
from service.domain.postmortem import PostMortem
from service.domain.remote import Page, Presence
from service.domain.verdict import Need, Outcome, Verdict

GONE = {
    Presence.TRASHED: "The page is in the trash.",
    Presence.ARCHIVED: "The page is archived.",
    Presence.MISSING: "The page was deleted, or moved where Closeout may not see it.",
}
RESTORE = {
    Presence.TRASHED: "Restore the page from the trash",
    Presence.ARCHIVED: "Take the page out of the archive",
    Presence.MISSING: "Restore the page, or give Closeout access to where it is now",
}


class Check(Protocol):
    """One question of the gate.

    - `name` is what policies and waivers call it, `title` what people read.
    - `level` is the first level that asks it; `only` says that higher levels do not.
    - `who` is how the roles that can act are called.
    """

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def level(self) -> Level: ...
    @property
    def only(self) -> bool: ...
    @property
    def who(self) -> Roles: ...

    def evaluate(self, facts: Facts) -> Verdict:
        """Answer it from the facts alone."""


def verdict(
    check: Check,
    outcome: Outcome,
    summary: str,
    *,
    needs: Iterable[Need] = (),
    url: str | None = None,
    children: Sequence[Verdict] = (),
) -> Verdict:
    """Build a check's verdict; it needs what it says itself and what its parts need, each once."""
    own = tuple(needs)
    theirs = [need for child in children for need in child.needs]
    together = tuple(dict.fromkeys((*own, *theirs)))
    return Verdict(
        check.name, check.title, outcome, summary, together, url, children=tuple(children)
    )


def page_url(facts: Facts) -> str | None:
    """Say where the page is, as well as we know."""
    if isinstance(facts.page, Page):
        return facts.page.url
    return facts.closeout.page_url if facts.closeout else None


def content(check: Check, facts: Facts) -> PostMortem | Verdict:
    """Return what the page says, or the verdict of a check that has no page to read.

    A page that is not there is a fact, so it blocks; one that could not be read is unknown. What
    brings the page back is asked for by the check of the page, so everything else follows from it.
    """
    page = facts.page
    if facts.post_mortem is not None and isinstance(page, Page):
        return facts.post_mortem
    url = page_url(facts)
    if isinstance(page, Unread):
        return verdict(
            check, Outcome.UNKNOWN, f"The page could not be read: {page.reason}", url=url
        )
    if page is not None and page.presence is Presence.PRESENT:
        summary = "The page is there, but could not be read as a post-mortem."
        return verdict(check, Outcome.UNKNOWN, summary, url=url)
    return waits(check, facts)


def waits(check: Check, facts: Facts) -> Verdict:
    """Return the verdict of a check that waits for a page that is not there."""
    why = "not made yet" if facts.page is None else "not there"
    summary, url = f"Waits for the page, which is {why}.", page_url(facts)
    needs = [replace(need, follows=True) for need in page_back(check.who, facts)]
    return verdict(check, Outcome.BLOCKED, summary, needs=needs, url=url)


def page_back(who: Roles, facts: Facts) -> tuple[Need, ...]:
    """Say how the page that is not there comes to be there; nothing while nobody closes."""
    page, project = facts.page, facts.project
    if page is None and facts.closeout is None:
        return ()
    if page is None and facts.page_trouble:
        return (
            Need("Mend what keeps Closeout from writing the page", who.process_owner, project.url),
        )
    if page is None:
        return (Need("Wait: Closeout makes the page by itself", "Closeout", project.url),)
    if isinstance(page, Unread) or page.presence is Presence.PRESENT:
        return ()
    return (Need(RESTORE[page.presence], who.facilitator, page.url),)
