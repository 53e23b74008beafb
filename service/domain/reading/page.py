"""The whole page: its sections, findings, causes and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.document import Paragraph, Table, plain, unfolded
from service.domain.postmortem import (
    DELIVERABLE_COLUMNS,
    EVENT_COLUMNS,
    FIGURE_COLUMNS,
    FOLDED_FIGURES,
    SIGN_COLUMNS,
    Failing,
    PostMortem,
    Section,
    SectionText,
)
from service.domain.reading.actions import ActionReader
from service.domain.reading.causes import assigned, entries_in
from service.domain.reading.findings import Draft, failings_in, successes_in
from service.domain.reading.headings import SectionBlocks, sections_of
from service.domain.reading.lines import Template, comparable, lines_of, says_nothing_yet
from service.domain.reading.session import session_of
from service.domain.reading.tables import header_and_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from service.domain.document import Block, Document

_FILLED_IN = tuple(
    set(map(comparable, names))
    for names in (FIGURE_COLUMNS, EVENT_COLUMNS, SIGN_COLUMNS, DELIVERABLE_COLUMNS)
)


def read_post_mortem(document: Document, template_lines: frozenset[str], today: date) -> PostMortem:
    """Read what people made of the page.

    - `template_lines` are the comparable lines of the template (`service.template.own_lines`).
    - `today` tells a day of the session that can be meant from a slip of the pen.
    """
    template = Template.of(template_lines)
    blocks = tuple(unfolded(document.blocks))
    sections = sections_of(blocks)
    session_on, session_text = session_of(blocks, template, today)
    causes = entries_in(_blocks(sections, Section.ROOT_CAUSES), template)
    actions = _actions(blocks, sections, template)
    drafts = failings_in(_blocks(sections, Section.DID_NOT_GO_WELL), template)
    given, loose = assigned(causes, [draft.text for draft in drafts])
    return PostMortem(
        session_on=session_on,
        session_text=session_text,
        sections={
            section: SectionText(found.heading, _own(section, found.blocks, template))
            for section in Section
            if (found := sections.get(section))
        },
        missing=tuple(section for section in Section if section not in sections),
        successes=successes_in(_blocks(sections, Section.WENT_WELL), template),
        failings=_failings(drafts, given),
        root_causes=tuple(entry.cause for entry in causes),
        rows=tuple(actions.rows),
        not_understood=tuple(actions.not_understood),
        loose_causes=tuple(entry.cause for entry in loose),
    )


def _blocks(sections: dict[Section, SectionBlocks], section: Section) -> Sequence[Block]:
    found = sections.get(section)
    return found.blocks if found else ()


def _own(section: Section, blocks: Sequence[Block], template: Template) -> tuple[str, ...]:
    """List the lines people wrote: no facts where the context stands, nowhere a placeholder."""
    lines = lines_of(block for block in blocks if not _is_filled_in(block))
    if section is Section.CONTEXT:
        lines = (line for line in lines if not template.is_fact(line))
    own = filter(None, map(template.own, lines))
    return tuple(line for line in own if not says_nothing_yet(line))


def _is_filled_in(block: Block) -> bool:
    """Whether a block is a table of figures or deliverables, wherever its columns were moved.

    So is the title above the figures that a page shows folded.
    """
    if isinstance(block, Paragraph):
        return comparable(plain(block.content)) == comparable(FOLDED_FIGURES)
    if not isinstance(block, Table):
        return False
    header = set(map(comparable, header_and_rows(block)[0]))
    return any(names <= header for names in _FILLED_IN)


def _failings(drafts: Sequence[Draft], causes: Mapping[int, str]) -> tuple[Failing, ...]:
    return tuple(
        Failing(
            number,
            draft.text,
            tuple(draft.whys),
            draft.cause() or causes.get(number) or draft.end(),
        )
        for number, draft in enumerate(drafts, 1)
    )


def _actions(
    page: Sequence[Block], sections: dict[Section, SectionBlocks], template: Template
) -> ActionReader:
    """Read the actions in the order of the page: other sections may hold tables of actions too."""
    reader = ActionReader(template)
    section = _blocks(sections, Section.ACTIONS)
    ours = {id(block) for block in section}
    before = next((at for at, block in enumerate(page) if id(block) in ours), len(page))
    reader.read_elsewhere([block for block in page[:before] if id(block) not in ours])
    reader.read_section(section)
    reader.read_elsewhere([block for block in page[before:] if id(block) not in ours])
    return reader
