"""The page from its template: filled in as text, never as markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service import markdown
from service.domain.document import (
    Block,
    BulletList,
    Document,
    Fold,
    Heading,
    ListItem,
    Paragraph,
    Picture,
    Table,
    Text,
    link,
    plain,
    text,
    unfolded,
)
from service.domain.postmortem import ACTION_COLUMNS, FIGURE_COLUMNS, Section
from service.domain.reading.headings import section_named
from service.domain.tracking import Milestone, Person
from service.template import PageContext, TemplateError, own_lines, render
from tests.domain.pages import FIGURES, TEMPLATE, a_context, a_project, fresh_page


def rendered(template: str, context: PageContext | None = None) -> tuple[Block, ...]:
    return render(template, context or a_context()).blocks


def test_every_placeholder_of_our_template_is_filled() -> None:
    page = fresh_page()

    assert "{{" not in page
    assert "# Post-mortem: Nova\n" in page
    assert "- Project: [Nova](https://tracker.example/nova)\n" in page
    assert "- Planned: 1 Sep 2026 to 8 Nov 2026\n" in page
    assert "- Delivered: 20 Nov 2026\n" in page
    assert "- People: lead: Sarah; team: Marcus\n" in page
    assert "- Proposed for the session: 22 Nov 2026 to 27 Nov 2026\n" in page
    assert "| Slip | – | 12 days late | 95 % of the scope |\n" in page
    assert "| Beta | 15 Oct 2026 | done |\n| Launch | – | open |\n" in page


def test_our_template_has_every_section_in_its_order() -> None:
    headings = [block for block in rendered(TEMPLATE) if isinstance(block, Heading)]

    named = [section_named(plain(heading.content)) for heading in headings if heading.level > 1]
    assert [(section, True) for section in Section] == named


def test_our_template_has_an_empty_table_of_actions() -> None:
    table = next(block for block in reversed(rendered(TEMPLATE)) if isinstance(block, Table))

    assert ACTION_COLUMNS == tuple(map(plain, table.header))
    assert (((),) * 5,) * 3 == table.rows


def test_our_template_is_short() -> None:
    assert len(TEMPLATE.split()) < 900


def test_our_template_has_no_table_below_a_bullet_and_no_html() -> None:
    page = fresh_page()

    assert "\n  |" not in page
    assert "<" not in page


def test_a_template_survives_markdown() -> None:
    document = render(TEMPLATE, a_context())

    opened = Document(tuple(unfolded(document.blocks)))
    assert markdown.normalised(opened) == markdown.read(markdown.write(document))


def test_a_value_takes_on_the_style_around_it() -> None:
    blocks = rendered("**Project {{project_name}}** and _{{closeout}}_")

    (paragraph,) = blocks
    expected = (
        Text("Project ", strong=True),
        Text("Nova", strong=True),
        Text(" and "),
        replace(link("Closeout", "https://closeout.example/projects/acme/nova"), emphasis=True),
    )
    assert Paragraph(expected) == paragraph


@pytest.mark.parametrize(
    "written", ["{{project_name}}", "{{ project_name }}", "a {{project_name}} b"]
)
def test_a_placeholder_may_stand_anywhere_in_a_line(written: str) -> None:
    template = f"# {written}\n\n{written}\n\n- {written}\n  - {written}\n\n| {written} |\n|---|\n| {written} |\n"

    page = markdown.write(Document(rendered(template)))

    assert 6 == page.count("Nova")


def test_a_table_replaces_its_paragraph() -> None:
    table, behind = rendered("{{figures}}")

    assert isinstance(table, Table)
    assert isinstance(behind, Fold)
    assert FIGURE_COLUMNS == tuple(map(plain, table.header))


def test_the_figures_behind_the_first_and_the_charts_are_folded() -> None:
    chart = Picture("slip", "Six days late", b"")
    context = PageContext.of(
        a_project(),
        FIGURES,
        delivered_on=date(2026, 11, 20),
        case_url="https://c.example",
        charts=(chart,),
    )

    _, behind = render("{{figures}}", context).blocks

    assert isinstance(behind, Fold)
    assert ("All figures", [Table, Picture]) == (behind.title, list(map(type, behind.blocks)))


@pytest.mark.parametrize("name", ["projekt", "Project", "", "project name", "figures_"])
def test_an_unknown_placeholder_is_named_with_those_allowed(name: str) -> None:
    with pytest.raises(TemplateError) as error:
        render(f"# {{{{{name}}}}}", a_context())

    assert f"no placeholder {name!r}" in str(error.value)
    for allowed in (
        "closeout",
        "deliverables",
        "figures",
        "people",
        "project_name",
        "session_window",
    ):
        assert allowed in str(error.value)


def test_a_table_inside_of_a_line_is_refused() -> None:
    with pytest.raises(TemplateError, match=r"figures.* must stand in a paragraph of its own"):
        render("See {{figures}} here", a_context())


@pytest.mark.parametrize("written", ["{{project", "project}}", "{{{project}", "{{a{b}}"])
def test_a_placeholder_that_is_not_closed_is_refused(written: str) -> None:
    with pytest.raises(TemplateError, match=r"not written like \{\{project\}\}"):
        render(written, a_context())


def test_unknown_dates_people_figures_and_deliverables_are_shown_as_unknown() -> None:
    project = replace(
        a_project(), start_on=None, target_on=None, lead=None, members=(), milestones=()
    )
    context = PageContext.of(
        project, {}, delivered_on=date(2026, 11, 20), case_url="https://c.example"
    )

    page = markdown.write(render(TEMPLATE, context))

    assert "- Planned: no dates were set\n" in page
    assert "- People: unknown: the tracker names nobody\n" in page
    assert "Figures: unknown, none could be worked out.\n" in page
    assert "Deliverables: unknown, the tracker has no milestones.\n" in page


hostile = st.one_of(
    st.text(max_size=30),
    st.lists(
        st.sampled_from(
            (
                "{{figures}}",
                "{{x}}",
                "\n\n# ",
                "| ",
                "**",
                "<b>",
                "@everyone",
                "](https://x.example)",
                "- ",
                "\x00",
            )
        ),
        max_size=6,
    ).map("".join),
)


@settings(max_examples=60)
@given(hostile, hostile, hostile)
def test_no_name_changes_the_structure_of_the_page(name: str, person: str, figure: str) -> None:
    project = replace(
        a_project(),
        name=f"N{name}",
        lead=Person("1", f"P{person}"),
        milestones=(Milestone(f"M{name}", None, done=True), Milestone(person, None, done=False)),
    )
    rows = [{"label": figure, "planned": name, "actual": person, "reason": None}] * 2
    figures = {"headline": rows, "details": rows}
    context = PageContext.of(
        project, figures, delivered_on=date(2026, 11, 20), case_url="https://c.example"
    )

    page = markdown.read(markdown.write(render(TEMPLATE, context)))

    assert _skeleton(markdown.read(fresh_page()).blocks) == _skeleton(page.blocks)


def _skeleton(blocks: tuple[Block, ...]) -> list[object]:
    found: list[object] = []
    for block in blocks:
        match block:
            case BulletList(items, ordered):
                found.append((ordered, [_skeleton(item.children) for item in items]))
            case Table(header, rows):
                found.append([len(header), *map(len, rows)])
            case Heading(level, _):
                found.append(level)
            case _:
                found.append(type(block).__name__)
    return found


def test_a_template_knows_its_own_lines() -> None:
    template = (
        "# Post-mortem: {{project}}\n\n_A *prompt*, isn't it?_\n\n- one\n  - two: {{people}} & co\n\n"
        "{{figures}}\n\n| Change |\n|---|\n|  |\n"
    )

    lines = own_lines(template)

    assert {"post mortem …", "a prompt isn t it", "one", "two … co", "…"} == lines


def test_a_list_of_a_template_keeps_its_boxes() -> None:
    (block,) = rendered("- [x] {{project_name}}\n- [ ] b")

    expected = (ListItem(text("Nova"), (), checked=True), ListItem(text("b"), (), checked=False))
    assert BulletList(expected) == block


def test_our_template_says_what_fewer_actions_than_three_take() -> None:
    page = fresh_page()

    assert "takes a waiver of" in page
    assert "If nothing needs to change" not in page
