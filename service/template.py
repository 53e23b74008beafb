"""The post-mortem page from its template: placeholders become text nodes, never markup.

The template is Markdown with placeholders such as `{{project}}`. It is parsed first and filled in
afterwards, so that no title, name or figure can change the page's structure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeAlias

from service.domain.document import (
    Block,
    BulletList,
    Document,
    Fold,
    Heading,
    Inline,
    LineBreak,
    ListItem,
    Paragraph,
    Picture,
    Table,
    Text,
    link,
)
from service.domain.postmortem import (
    DELIVERABLE_COLUMNS,
    EVENT_COLUMNS,
    FIGURE_COLUMNS,
    FOLDED_FIGURES,
    SIGN_COLUMNS,
)
from service.domain.reading import BLANK, comparable
from service.domain.reading.lines import lines_of
from service.domain.tracking import Milestone, Person, Project
from service.domain.words import day, listed
from service.markdown import read

NOTHING = "–"  # a cell in which the column has nothing to say of the row
FIRST_SESSION_DAY = timedelta(days=2)
LAST_SESSION_DAY = timedelta(days=7)

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_Inlines: TypeAlias = tuple[Inline, ...]


class TemplateError(ValueError):
    """A template that cannot be filled in; the text names the placeholder and those allowed."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One row of the figures table; None where a column has nothing to say of it."""

    label: str
    planned: str | None
    actual: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PageContext:
    """What is known of a project when its page is written.

    - `figures` are the rows that matter first, `folded` what stands behind them.
    - `delivered_on` is the delivery date that is kept, in the configured time zone.
    - `case_url` leads to the closeout's page, where every figure opens to the issues behind it.
    - `session_between` are the first and the last day on which the session should be held.
    """

    project: Project
    figures: tuple[FigureRow, ...]
    folded: tuple[Block, ...]
    delivered_on: date
    case_url: str
    session_between: tuple[date, date]

    @classmethod
    def of(
        cls,
        project: Project,
        figures: Mapping[str, object],
        *,
        delivered_on: date,
        case_url: str,
        charts: Sequence[Picture] = (),
    ) -> PageContext:
        """Build it from a project and the figures as they are kept (`headline` and `details`).

        The session is proposed for the second to the seventh day after delivery: when tempers have
        settled and memory is fresh.
        """
        details = _figure_rows(figures.get("details"))
        table = (_figure_table(details),) if details else ()
        snapshot = figures.get("snapshot")
        told = _story(snapshot.get("story")) if isinstance(snapshot, Mapping) else ()
        return cls(
            project,
            _figure_rows(figures.get("headline")),
            (*table, *charts, *told),
            delivered_on,
            case_url,
            (delivered_on + FIRST_SESSION_DAY, delivered_on + LAST_SESSION_DAY),
        )


def render(template: str, context: PageContext) -> Document:
    """Fill in a template. Raises TemplateError for a placeholder that there is not."""
    filled = _Filled(_inline_values(context), _block_values(context))
    return Document(tuple(filled.blocks(read(template).blocks)))


def own_lines(template: str) -> frozenset[str]:
    """List the template's lines as they compare with a page's; BLANK stands for a placeholder."""
    parts = (_PLACEHOLDER.split(line)[::2] for line in lines_of(read(template).blocks))
    lines = (" ".join(f" {BLANK} ".join(map(comparable, part)).split()) for part in parts)
    return frozenset(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class _Filled:
    """A template being filled in: values that stand in a line, and those that are blocks."""

    lines: Mapping[str, _Inlines]
    tables: Mapping[str, tuple[Block, ...]]

    def blocks(self, blocks: Iterable[Block]) -> Iterable[Block]:
        for block in blocks:
            match block:
                case Paragraph(content):
                    table = self.tables.get(_alone(content) or "")
                    yield from table or (Paragraph(self.inline(content)),)
                case Heading(level, content):
                    yield Heading(level, self.inline(content))
                case BulletList(items, ordered):
                    yield BulletList(tuple(map(self.item, items)), ordered)
                case Table(header, rows):
                    yield Table(
                        tuple(map(self.inline, header)),
                        tuple(tuple(map(self.inline, row)) for row in rows),
                    )
                case _:
                    yield block

    def item(self, item: ListItem) -> ListItem:
        return ListItem(self.inline(item.content), tuple(self.blocks(item.children)), item.checked)

    def inline(self, content: _Inlines) -> _Inlines:
        return tuple(run for part in content for run in self.run(part))

    def run(self, part: Inline) -> Iterable[Inline]:
        """Replace the placeholders in a run; a value takes on the run's style."""
        if isinstance(part, LineBreak):
            yield part
            return
        for number, words in enumerate(_PLACEHOLDER.split(part.text)):
            if number % 2:
                yield from (_styled(run, part) for run in self.value(words))
            elif "{{" in words or "}}" in words:
                raise TemplateError(
                    f"template: a placeholder in {words.strip()!r} is not written like {{{{project}}}}"
                )
            elif words:
                yield replace(part, text=words)

    def value(self, name: str) -> _Inlines:
        if name in self.tables:
            raise TemplateError(
                f"template: {{{{{name}}}}} is a table and must stand in a paragraph of its own"
            )
        if name not in self.lines:
            allowed = ", ".join(sorted((*self.lines, *self.tables)))
            raise TemplateError(f"template: no placeholder {name!r}; there are: {allowed}")
        return self.lines[name]


def _alone(content: _Inlines) -> str | None:
    """Return the name of the placeholder that is all of a paragraph."""
    run = content[0] if len(content) == 1 else None
    found = _PLACEHOLDER.fullmatch(run.text.strip()) if isinstance(run, Text) else None
    return found[1] if found else None


def _styled(run: Inline, like: Text) -> Inline:
    if isinstance(run, LineBreak):
        return run
    return replace(run, strong=run.strong or like.strong, emphasis=run.emphasis or like.emphasis)


def _inline_values(context: PageContext) -> dict[str, _Inlines]:
    project = context.project
    name = project.name.strip() or str(project.ref)
    return {
        "project": (link(name, project.url),),
        "project_name": (Text(name),),
        "planned": (Text(_planned(project)),),
        "delivered": (Text(day(context.delivered_on)),),
        "people": (Text(_people(project)),),
        "session_window": (Text(" to ".join(map(day, context.session_between))),),
        "closeout": (link("Closeout", context.case_url),),
    }


def _planned(project: Project) -> str:
    start = day(project.start_on) if project.start_on else "no start date was set"
    if project.target_on is None:
        return f"{start} to no target date" if project.start_on else "no dates were set"
    coarse = " (planned by month, quarter or year only)" if project.target_is_coarse else ""
    return f"{start} to {day(project.target_on)}{coarse}"


def _people(project: Project) -> str:
    """Name people by role, each once."""
    members = [person for person in project.members if person != project.lead]
    roles = [
        ("lead", [project.lead] if project.lead else []),
        ("team", members),
    ]
    named = [f"{role}: {listed(_names(people))}" for role, people in roles if people]
    return "; ".join(named) or "unknown: the tracker names nobody"


def _names(people: Iterable[Person]) -> list[str]:
    return list(dict.fromkeys(person.name for person in people))


def _block_values(context: PageContext) -> dict[str, tuple[Block, ...]]:
    return {
        "figures": _figures(context.figures, context.folded),
        "deliverables": _deliverables(context.project.milestones),
    }


def _figures(rows: Sequence[FigureRow], folded: tuple[Block, ...]) -> tuple[Block, ...]:
    """Show the rows that matter first, and whatever else there is only to who opens it."""
    if not rows:
        return (Paragraph((Text("Figures: unknown, none could be worked out."),)),)
    behind = (Fold(FOLDED_FIGURES, folded),) if folded else ()
    return (_figure_table(rows), *behind)


def _figure_table(rows: Iterable[FigureRow]) -> Table:
    return _table(
        FIGURE_COLUMNS, [(row.label, row.planned, row.actual, row.reason) for row in rows]
    )


def _story(story: object) -> Iterator[Table]:
    """Show the key events, and the warning signs that the tracker shows."""
    if not isinstance(story, Mapping):
        return
    if events := _objects(story.get("events")):
        yield _table(
            EVENT_COLUMNS,
            [(_day(one.get("day")), _words(one.get("text"))) for one in events],
        )
    if signs := [one for one in _objects(story.get("signs")) if one.get("shown") is True]:
        yield _table(
            SIGN_COLUMNS,
            [tuple(_words(one.get(key)) for key in ("sign", "failure", "text")) for one in signs],
        )


def _day(published: object) -> str | None:
    return day(date.fromisoformat(published)) if isinstance(published, str) else None


def _objects(found: object) -> list[Mapping[str, object]]:
    entries = found if isinstance(found, list | tuple) else ()
    return [one for one in entries if isinstance(one, Mapping)]


def _figure_rows(rows: object) -> tuple[FigureRow, ...]:
    found = rows if isinstance(rows, Sequence) else ()
    return tuple(_figure_row(row) for row in found if isinstance(row, Mapping))


def _deliverables(milestones: Sequence[Milestone]) -> tuple[Block, ...]:
    if not milestones:
        return (Paragraph((Text("Deliverables: unknown, the tracker has no milestones."),)),)
    return (
        _table(
            DELIVERABLE_COLUMNS,
            [
                (
                    milestone.name,
                    day(milestone.target_on) if milestone.target_on else None,
                    "done" if milestone.done else "open",
                )
                for milestone in milestones
            ],
        ),
    )


def _table(header: Iterable[str], rows: Iterable[Iterable[str | None]]) -> Table:
    return Table(
        tuple((Text(name),) for name in header),
        tuple(tuple((Text(cell or NOTHING),) for cell in row) for row in rows),
    )


def _figure_row(row: Mapping[object, object]) -> FigureRow:
    label, planned, actual, reason = (
        _words(row.get(key)) for key in ("label", "planned", "actual", "reason")
    )
    return FigureRow(label or NOTHING, planned, actual, reason)


def _words(value: object) -> str | None:
    return None if value is None else str(value)
