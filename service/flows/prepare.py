"""Put the pre-filled post-mortem page beside the project, linked both ways."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.domain.metrics import Calendar, snapshot
from service.domain.metrics.words import headline
from service.domain.tracking import Link
from service.flows.effects import once
from service.ports import NotAllowed, Rejected
from service.records import EffectState, Note
from service.template import PageContext, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.closeout import Closeout
    from service.domain.document import Document
    from service.domain.tracking import Project
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
    found = work_out(replace(project, closed_at=closeout.delivered_at), tools=tools)
    tools.still_ours()
    tools.store.save_figures(closeout.id, found, tools.now())
    return found


def work_out(project: Project, *, tools: Tools) -> Mapping[str, object]:
    """Work out planned against actual from the history as the tracker shows it now."""
    found = snapshot(
        project, tools.tracker.issues(project), now=tools.now(), calendar=Calendar(tools.timezone)
    )
    return {
        "headline": [row.as_json() for row in headline(found)],
        "snapshot": found.as_json(),
    }


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


def _figure_rows(closeout: Closeout, project: Project, tools: Tools) -> object:
    """Return the rows of the figures table; issues that may not be read cost only these."""
    try:
        return figures(closeout, project, tools=tools)["headline"]
    except (NotAllowed, Rejected) as refusal:
        words = f"unknown: the project's issues could not be read ({refusal})"
        tools.store.note(Note(tools.now(), f"Figures {words}", closeout.id))
        return [{"label": "All figures", "planned": None, "actual": words, "reason": None}]


def _first_edition(closeout: Closeout, project: Project, tools: Tools) -> Document:
    return render(
        tools.template,
        PageContext.of(
            project,
            _figure_rows(closeout, project, tools),
            delivered_on=closeout.delivered_at.astimezone(tools.timezone).date(),
            case_url=tools.case_url(str(project.ref)),
        ),
    )
