"""Which project is meant, also while its tool does not answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.ports import Unavailable
from tests.web.house import ACME, House, a_closeout


@pytest.fixture
def away(house: House) -> House:
    """A project that people call NOVA-12, and a tool that does not answer."""
    house.store.save_closeout(replace(a_closeout(house), known_as="NOVA-12"))
    house.desks["acme"].away = "the tool does not answer"
    return house


def test_a_project_is_known_by_what_people_called_it_when_it_was_last_seen(away: House) -> None:
    assert ACME == away.services.find("acme", "NOVA-12")


def test_what_was_never_seen_is_not_guessed(away: House) -> None:
    with pytest.raises(Unavailable):
        away.services.find("acme", "NOVA-13")
