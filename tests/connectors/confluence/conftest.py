from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from tests.connectors.confluence.answers import (
    PAGES,
    SITE,
    SPACE,
    V2,
    WIKI,
    Scripted,
    listing,
)


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as found:
        yield found


@pytest.fixture
def cloud(mock: responses.RequestsMock) -> Scripted:
    """A Cloud site with the space and no page."""
    site = Scripted(mock, SITE)
    site.on("GET", f"{V2}/spaces", listing(SPACE))
    site.on("GET", PAGES, listing())
    return site


@pytest.fixture
def own(mock: responses.RequestsMock) -> Scripted:
    """A Data Center site with the space and no page."""
    site = Scripted(mock, WIKI)
    site.on("GET", "/rest/api/space/PM", {**SPACE, "id": 65540})
    site.on("GET", "/rest/api/content", listing())
    return site
