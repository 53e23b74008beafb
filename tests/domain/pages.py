"""Builders of post-mortem pages: the template as Closeout writes it, and what people make of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from service import markdown
from service.domain.postmortem import PostMortem
from service.domain.reading import read_post_mortem
from service.domain.tracking import Milestone, Person, Project, ProjectRef, Status, StatusCategory
from service.template import PageContext, own_lines, render

TEMPLATE = (
    Path(__file__).resolve().parents[2] / "config" / "templates" / "post-mortem.md"
).read_text(encoding="utf-8")
TODAY = date(2026, 12, 1)
EMPTY_ROW = "|  |  |  |  |  |\n"
ACTION_HEADER = (
    "| Change | Owner | Due | How it is verified | Ticket |\n| --- | --- | --- | --- | --- |\n"
)
ROWS = [
    {"label": "Slip", "planned": None, "actual": "12 days late", "reason": "95 % of the scope"},
    {"label": "Scope", "planned": "40 issues", "actual": "52 issues", "reason": None},
]
FIGURES = {"headline": ROWS, "details": ROWS}


def a_project(name: str = "Nova", url: str = "https://tracker.example/nova") -> Project:
    at = datetime(2026, 9, 1, 9, tzinfo=UTC)
    return Project(
        ref=ProjectRef("acme", "nova"),
        name=name,
        url=url,
        status=Status("done", "Done", StatusCategory.DONE),
        created_at=at,
        updated_at=at,
        start_on=date(2026, 9, 1),
        target_on=date(2026, 11, 8),
        lead=Person("1", "Sarah"),
        members=(Person("1", "Sarah"), Person("2", "Marcus")),
        milestones=(
            Milestone("Beta", date(2026, 10, 15), done=True),
            Milestone("Launch", None, done=False),
        ),
    )


def a_context(project: Project | None = None) -> PageContext:
    return PageContext.of(
        project or a_project(),
        FIGURES,
        delivered_on=date(2026, 11, 20),
        case_url="https://closeout.example/projects/acme/nova",
    )


def fresh_page() -> str:
    """Write the page of Nova as it stands before anybody has touched it, in Markdown."""
    return markdown.write(render(TEMPLATE, a_context()))


def read_page(page: str, today: date = TODAY) -> PostMortem:
    """Read a page in Markdown against the template."""
    return read_post_mortem(markdown.read(page), own_lines(TEMPLATE), today)


def below(heading: str, text: str) -> str:
    """Write a page of one section."""
    return f"## {heading}\n\n{text}\n"
