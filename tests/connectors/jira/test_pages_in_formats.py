"""A page says the same whichever format it went through: Markdown, ADF or wiki markup."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.jira.mapping import wiki
from service import adf, markdown
from service.domain.document import Document
from service.domain.reading import read_post_mortem
from service.template import own_lines
from tests.domain import pages

FORMATS: dict[str, Callable[[Document], Document]] = {
    "ADF": lambda document: adf.read(adf.write(document)),
    "wiki markup": lambda document: wiki.read(wiki.write(document)),
}


COMPLETED = """
## What went well

- The sandbox was up in week 1; *no* ticket waited for it
- We asked the shop team each Friday [x] and got answers {always}

## What did not go well

- The API changed 3 times_without_notice | 5 days lost
  - Why: nobody owned the interface *contract*
  - Why: the plan had no step for it
  - Root cause: our kick-off list does not ask who owns interfaces
- C:\\temp was full & nobody saw &amp; it

## Root causes

1. Our kick-off list does not ask who owns interfaces - also in Apollo

## Actions

| Change | Owner | Due | How it is verified | Ticket |
| --- | --- | --- | --- | --- |
| Kick-off list asks for the owner | @ada.berg | 2027-01-15 | The list says so | [OPS-12](https://a.example/OPS-12) |
| Alert on disks over 80 % | Ben Castro | 15 January 2027 | An alarm was seen \\| screenshot |  |
| Only three cells | Dev | 2027-01-15 |
"""


@pytest.mark.parametrize("through", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(pages.fresh_page(), id="as it was made"),
        pytest.param(
            pages.fresh_page().split("## What went well")[0] + COMPLETED,
            id="as people completed it",
        ),
    ],
)
def test_a_post_mortem_reads_the_same_through_every_format(
    page: str, through: Callable[[Document], Document]
) -> None:
    document = markdown.read(page)
    lines = own_lines(pages.TEMPLATE)

    expected = read_post_mortem(document, lines, pages.TODAY)

    assert expected == read_post_mortem(through(document), lines, pages.TODAY)
