"""Put the pre-filled post-mortem page beside the project, linked both ways."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from service.charts import pictures_of
from service.domain.metrics import snapshot
from service.domain.metrics.inputs import fingerprints
from service.domain.metrics.published import published
from service.domain.metrics.values import iso
from service.domain.recorded_time import with_imported_time
from service.domain.tracking import Link
from service.flows.effects import once
from service.flows.facts import keep_plan, known_finances, known_plan
from service.ports import NotAllowed, Rejected
from service.records import EffectState, Note
from service.template import PageContext, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.closeout import Closeout
    from service.domain.document import Document
    from service.domain.metrics import Chosen, Snapshot, Window
    from service.domain.money import Finances
    from service.domain.tracking import Project, ProjectIssues
    from service.flows.tools import Tools

LINK_LABEL = "Post-mortem"


def prepare(closeout: Closeout, project: Project, *, tools: Tools) -> Project:
    """Make the page and its link where they are missing; people own the page afterwards.

    Returns the project with the link on it.
    """
    if not tools.writes:
        return project
    if closeout.page_id is None:
        closeout = _page(closeout, project, tools)
    page_url = closeout.page_url
    if page_url is None:
        return project
    there = any(link.url == page_url for link in project.links)
    before = tools.store.effect(closeout.id, "link", page_url)
    if before is None and there:
        return project  # somebody was quicker
    if before is not None and before.state is EffectState.DONE:
        return project  # where somebody took it off, the verdict says so
    once(
        closeout,
        "link",
        page_url,
        lambda attempt: tools.tracker.ensure_link(
            project.ref.key, attempt.marker, page_url, LINK_LABEL
        ),
        lambda link_id: (link_id, page_url),
        tools=tools,
    )
    if there:  # made by a process that ended before it could record it
        return project
    return replace(project, links=(*project.links, Link(page_url, LINK_LABEL)))


def figures(closeout: Closeout, project: Project, *, tools: Tools) -> Mapping[str, object]:
    """Work out planned against actual once, and keep it: later edits change nothing on it."""
    kept = tools.store.figures(closeout.id)
    if kept is not None:
        return kept[0]
    found = report(closeout, project, tools=tools)
    tools.still_ours()
    tools.store.save_figures(closeout.id, found, tools.now())
    return found


def work_out_anew(project: Project, *, tools: Tools) -> bool:
    """Work out again what is kept for an open closeout, because somebody told what was not known.

    The page is not touched: people own it, and a note says that the figures moved on. False where
    nothing is kept yet, or the closeout is closed.
    """
    closeout = tools.store.closeout(project.ref)
    if closeout is None or not closeout.status.live or tools.store.figures(closeout.id) is None:
        return False
    found = report(closeout, project, tools=tools)
    tools.store.save_figures(closeout.id, found, tools.now())
    words = "The figures were worked out anew; the page stands as it was written"
    tools.store.note(Note(tools.now(), words, closeout.id))
    return True


def report(closeout: Closeout, project: Project, *, tools: Tools) -> dict[str, object]:
    """Work out the figures of a closing, with what it takes to tell later what changed since."""
    # Held open meanwhile, it is looked at as it was closed: a project that was given up stays one.
    status = closeout.closing_into or project.status
    given = _given(replace(project, closed_at=closeout.delivered_at, status=status), tools)
    found = given.snapshot()
    return {
        **published(found),
        "report": {
            "frozen_at": iso(tools.now()),
            "closed_at": iso(closeout.delivered_at),
            "baseline": iso(found.window.baseline),
            "close": iso(found.window.close),
            "catalogue": found.catalogue,
            "digests": given.fingerprints(found.window),
        },
    }


def work_out(project: Project, *, tools: Tools) -> Mapping[str, object]:
    """Work out planned against actual from the history as the tracker shows it now."""
    return published(_given(project, tools).snapshot())


@dataclass(frozen=True, slots=True)
class _Given:
    """Everything that one working out of the figures looks at."""

    project: Project
    issues: ProjectIssues
    chosen: Chosen | None
    finances: Finances
    tools: Tools

    def snapshot(self) -> Snapshot:
        """Return the figures."""
        return snapshot(
            self.project,
            self.issues,
            now=self.tools.now(),
            calendar=self.tools.calendar,
            baseline=self.chosen,
            status_sets=self.tools.status_sets,
            finances=self.finances,
        )

    def fingerprints(self, window: Window) -> dict[str, str]:
        """Return the fingerprint of each input."""
        return fingerprints(
            self.project,
            self.issues,
            window,
            calendar=self.tools.calendar,
            chosen=self.chosen,
            status_sets=self.tools.status_sets,
            finances=self.finances,
        )


def _given(project: Project, tools: Tools) -> _Given:
    """Read the issues, and join to them what Closeout itself keeps of the project."""
    facts = keep_plan(project, tools=tools)
    known, chosen = known_plan(project, facts, tools=tools)
    issues = with_imported_time(
        tools.tracker.issues(project), tools.store.imported_time(project.ref)
    )
    return _Given(known, issues, chosen, known_finances(facts, tools=tools), tools)


def _page(closeout: Closeout, project: Project, tools: Tools) -> Closeout:
    body = _first_edition(closeout, project, tools)
    title = f"Post-mortem: {project.name}"
    if closeout.ordinal > 1:
        title += f" (closure {closeout.ordinal})"
    effect = once(
        closeout,
        "page",
        "post-mortem",
        lambda attempt: tools.pages.ensure_page(
            project, attempt.marker, title, body, tried=attempt.tried
        ),
        lambda page: (page.id, page.url),
        tools=tools,
    )
    made = replace(closeout, page_id=effect.remote_id, page_url=effect.remote_url)
    tools.store.save_closeout(made)
    tools.store.note(Note(tools.now(), f"Post-mortem page written: {title}", closeout.id))
    return made


def _figures_or_why(closeout: Closeout, project: Project, tools: Tools) -> Mapping[str, object]:
    """Return the figures; issues that may not be read cost only these."""
    try:
        return figures(closeout, project, tools=tools)
    except (NotAllowed, Rejected) as refusal:
        words = f"unknown: the project's issues could not be read ({refusal})"
        tools.store.note(Note(tools.now(), f"Figures {words}", closeout.id))
        row = {"label": "All figures", "planned": None, "actual": words, "reason": None}
        return {"headline": [row]}


def _first_edition(closeout: Closeout, project: Project, tools: Tools) -> Document:
    found = _figures_or_why(closeout, project, tools)
    published = found.get("snapshot")
    return render(
        tools.template,
        PageContext.of(
            project,
            found,
            delivered_on=closeout.delivered_at.astimezone(tools.timezone).date(),
            case_url=tools.case_url(str(project.ref)),
            charts=pictures_of(published) if isinstance(published, dict) else (),
        ),
    )
