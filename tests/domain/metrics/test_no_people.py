"""People are in no figure: whatever is published of a project, nobody can be found in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.charts import charts_of
from service.cli.figures import figures_csv
from service.domain.metrics import Chosen, Snapshot, StatusSets, details, headline, snapshot
from service.domain.tracking import Change, Field, Issue, Person
from service.markdown import write
from service.template import PageContext, render
from tests.domain.builders import day
from tests.domain.metrics.report import NOW
from tests.domain.whole_projects import Whole, orderly_projects, whole_projects

#: A part of whatever tells who somebody is, and of nothing else.
MARK = "qz7"

#: A page with all that is worked out. That people are named by role, where a page asks for them
#: by `{{people}}`, is meant so: that is no figure.
PAGE = "# Post-mortem: {{project}}\n\n{{planned}}\n\n{{delivered}}\n\n{{figures}}\n\n{{deliverables}}\n"


def marked(account: str | None) -> str | None:
    return account and f"{account}-{MARK}"


def a_marked_person(account: str) -> Person:
    name = account.title()
    return Person(
        id=f"{account}-{MARK}",
        name=f"{name} {MARK.title()}",
        email=f"{account}@{MARK}.example",
        handle=f"{MARK}-{account}",
    )


def with_marked_people(whole: Whole) -> Whole:
    """Return the project with people whose ids, names, mail addresses and handles bear the mark."""
    time = whole.issues.time
    money = whole.finances
    return replace(
        whole,
        project=replace(
            whole.project,
            lead=a_marked_person("alan"),
            members=tuple(map(a_marked_person, ("ada", "grace"))),
        ),
        issues=replace(
            whole.issues,
            issues=tuple(map(_marked_issue, whole.issues.issues)),
            time=time and tuple(one._replace(person_id=marked(one.person_id)) for one in time),
        ),
        finances=replace(
            money,
            rates=tuple(replace(one, person_id=marked(one.person_id)) for one in money.rates),
            costs=tuple(replace(one, what=f"a licence for {MARK}") for one in money.costs),
        ),
    )


def _marked_issue(issue: Issue) -> Issue:
    return replace(
        issue,
        title=f"Ask {MARK}",
        assignee=issue.assignee and a_marked_person(issue.assignee.id),
        changes=tuple(map(_marked_change, issue.changes)),
    )


def _marked_change(change: Change) -> Change:
    if change.field is Field.ASSIGNEE:
        change = change._replace(before=marked(change.before), after=marked(change.after))
    return change._replace(actor_id=marked(change.actor_id))


def published(whole: Whole, found: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield every form in which figures leave us, each with what it is called."""
    told: dict[str, Any] = json.loads(json.dumps(found.as_json(), allow_nan=False))
    rows = {
        "headline": [row.as_json() for row in headline(found)],
        "details": [row.as_json() for row in details(found)],
    }
    yield "snapshot", json.dumps(told)
    yield "rows", json.dumps(rows)
    yield "spreadsheet", figures_csv(told)
    yield "story", json.dumps(found.story.as_json())
    charts = charts_of(told)
    assert len(charts) == len(found.series)
    for chart in charts:
        yield chart.name, f"{chart.title} {chart.alternative} {chart.reason} {chart.svg}"
    page = render(
        PAGE,
        PageContext.of(
            whole.project, rows, delivered_on=date(2024, 4, 5), case_url="https://closeout.example"
        ),
    )
    yield "page", write(page)
    yield "objects", repr((found.metrics, found.series, found.quality, found.window, found.story))


@given(whole_projects(busy=True) | orderly_projects(), st.booleans())
def test_nobody_is_in_anything_that_is_published(
    drawn: Whole,
    windowed: bool,
) -> None:
    whole = with_marked_people(drawn)

    found = snapshot(
        whole.project,
        whole.issues,
        now=NOW,
        baseline=Chosen(day(0)) if windowed else None,
        close=Chosen(day(14)) if windowed else None,
        status_sets=StatusSets(review=frozenset({"In review"})),
        finances=whole.finances,
    )

    for name, text in published(whole, found):
        assert MARK not in text.casefold(), name
