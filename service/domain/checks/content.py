"""The checks of what people wrote: sections, successes, and the cause of each failing.

What people wrote is never repeated here: each piece is named by its number, so that no sentence of
ours carries anybody's name further than the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from service.domain.checks.shape import content, page_url, verdict
from service.domain.facts import Facts
from service.domain.language import Language, unspecific
from service.domain.policy import Level, Roles
from service.domain.postmortem import PostMortem, Section
from service.domain.verdict import Need, Outcome, Verdict, all_of
from service.domain.words import counted, listed, quoted

HEADINGS = {
    Section.CONTEXT: "Context",
    Section.GROUND_RULES: "Ground rules",
    Section.WENT_WELL: "What went well",
    Section.DID_NOT_GO_WELL: "What did not go well",
    Section.ROOT_CAUSES: "Root causes",
    Section.ACTIONS: "Actions",
    Section.LESSONS: "Lessons",
    Section.OPEN_QUESTIONS: "Open questions",
}


@dataclass(frozen=True, slots=True)
class SectionsFilled:
    """People wrote something in every required section.

    An explicit "none" is an answer; a placeholder such as "TBD" is not.
    """

    name: ClassVar[str] = "sections-filled"
    title: ClassVar[str] = "Sections filled"
    level: ClassVar[Level] = Level.COMPLETE
    only: ClassVar[bool] = False

    who: Roles
    sections: tuple[Section, ...]

    def evaluate(self, facts: Facts) -> Verdict:
        page = content(self, facts)
        if isinstance(page, Verdict):
            return page
        url = page_url(facts)
        parts = tuple(self._section(section, page, url) for section in self.sections)
        unmet = [part for part in parts if part.outcome is Outcome.BLOCKED]
        if not unmet:
            summary = f"All {len(parts)} required sections are filled."
            return verdict(self, Outcome.PASSED, summary, url=url, children=parts)
        filled = len(parts) - len(unmet)
        names = listed([quoted(part.title) for part in unmet])
        summary = f"{filled} of {len(parts)} sections filled; still open: {names}."
        return verdict(self, Outcome.BLOCKED, summary, url=url, children=parts)

    def _section(self, section: Section, page: PostMortem, url: str | None) -> Verdict:
        there = page.sections.get(section)
        name, heading = section.value, there.heading if there else HEADINGS[section]
        if there is not None and there.own and section not in page.missing:
            return Verdict(name, heading, Outcome.PASSED, "Filled.", url=url)
        if there is None or section in page.missing:
            summary, todo = (
                "The heading is gone.",
                f"Put the heading {quoted(heading)} back and fill it",
            )
        else:
            summary = "Empty so far; “none” is an answer, “TBD” is not."
            todo = f"Fill the section {quoted(heading)}"
        need = Need(todo, self.who.facilitator, url)
        return Verdict(name, heading, Outcome.BLOCKED, summary, (need,), url)


@dataclass(frozen=True, slots=True)
class SuccessSpecific:
    """At least `minimum` successes are concrete cases; every one of them if `every`."""

    name: ClassVar[str] = "success-specific"
    title: ClassVar[str] = "Successes specific"
    level: ClassVar[Level] = Level.COMPLETE
    only: ClassVar[bool] = False

    who: Roles
    language: Language
    minimum: int = 1
    every: bool = False

    def evaluate(self, facts: Facts) -> Verdict:
        page = content(self, facts)
        if isinstance(page, Verdict):
            return page
        url = page_url(facts)
        parts = tuple(self._success(n, text, url) for n, text in enumerate(page.successes, 1))
        good = sum(part.outcome is Outcome.PASSED for part in parts)
        if good < self.minimum:
            wanted = counted(self.minimum, "success", "successes")
            todo = f"Write at least {wanted}: what was done and what came of it"
            summary = f"{good} of at least {wanted} told as a concrete case."
            if parts and self.minimum == 1:
                summary = f"No success is told as a concrete case yet. {_reason(parts)}"
            need = Need(todo, self.who.facilitator, url)
            return verdict(self, Outcome.BLOCKED, summary, needs=[need], url=url, children=parts)
        outcome = all_of((Outcome.PASSED, *(part.outcome for part in parts)))
        summary = f"{counted(good, 'concrete success', 'concrete successes')} of {len(parts)}."
        return verdict(self, outcome, summary, url=url, children=parts)

    def _success(self, number: int, text: str, url: str | None) -> Verdict:
        name, title = f"success-{number}", f"Success {number}"
        reason = unspecific(text, self.language)
        if reason is None:
            return Verdict(name, title, Outcome.PASSED, "A concrete case.", url=url)
        if not self.every:
            return Verdict(name, title, Outcome.SKIPPED, f"Does not count: {reason}", url=url)
        need = Need(f"Make success {number} a concrete case", self.who.facilitator, url)
        return Verdict(name, title, Outcome.BLOCKED, reason, (need,), url)


@dataclass(frozen=True, slots=True)
class FailingsCaused:
    """Each thing that did not go well has a root cause of its own.

    A root cause that names no finding is never guessed to belong to one: the page is to say it.

    Without any such thing there is nothing to ask: whether the section is filled at all is the
    question of another check.
    """

    name: ClassVar[str] = "failings-caused"
    title: ClassVar[str] = "Root causes named"
    level: ClassVar[Level] = Level.COMPLETE
    only: ClassVar[bool] = False

    who: Roles

    def evaluate(self, facts: Facts) -> Verdict:
        page = content(self, facts)
        if isinstance(page, Verdict):
            return page
        url = page_url(facts)
        if not page.failings:
            summary = "The page names nothing that did not go well."
            return verdict(self, Outcome.SKIPPED, summary, url=url)
        parts = tuple(self._failings(page, url))
        unmet = [part.title.lower() for part in parts if part.outcome is Outcome.BLOCKED]
        if unmet:
            summary = f"The root cause is missing for {listed(unmet)} of {len(parts)}."
            if page.loose_causes:
                summary = f"{summary} {_loose(page)}"
            return verdict(self, Outcome.BLOCKED, summary, url=url, children=parts)
        summary = f"{counted(len(parts), 'finding')}, each with its root cause."
        return verdict(self, Outcome.PASSED, summary, url=url, children=parts)

    def _failings(self, page: PostMortem, url: str | None) -> Iterator[Verdict]:
        for failing in page.failings:
            name, title = f"finding-{failing.number}", f"Finding {failing.number}"
            if failing.cause:
                yield Verdict(name, title, Outcome.PASSED, "Its root cause is named.", url=url)
                continue
            todo = f"Write the root cause of finding {failing.number}"
            if page.loose_causes:
                todo = f"Begin each line of {_section_of_causes(page)} with its finding’s number (1: …)"
            need = Need(todo, self.who.facilitator, url)
            yield Verdict(name, title, Outcome.BLOCKED, "It has no root cause yet.", (need,), url)


def _section_of_causes(page: PostMortem) -> str:
    there = page.sections.get(Section.ROOT_CAUSES)
    return quoted(there.heading if there else HEADINGS[Section.ROOT_CAUSES])


def _loose(page: PostMortem) -> str:
    many = len(page.loose_causes) > 1
    lines = counted(len(page.loose_causes), "line")
    return (
        f"The section {_section_of_causes(page)} has {lines} that {'name' if many else 'names'} no "
        f"finding: begin {'each' if many else 'it'} with the number of its finding (1: …)."
    )


def _reason(parts: Sequence[Verdict]) -> str:
    first = parts[0]
    return f"{first.title}: {first.summary.removeprefix('Does not count: ')}"
