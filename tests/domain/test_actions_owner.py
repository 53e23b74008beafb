from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.owners import Owner, owner_of
from service.domain.tracking import Person
from tests.domain.gate_builders import ENGLISH

SARA = Person("1", "Sara Lindt", "sara@acme.example", "slindt")
LEE = Person("2", "Lee Wong", "lee@acme.example", "lee")
BERG = Person("3", "Marcus Berg", None, "mberg")
OEST = Person("4", "Marcus Öst", None, "most")
OLD = Person("5", "Kim Old", "kim@acme.example", "kim", active=False)
JUERGEN = Person("6", "Jürgen Groß", None, "jg")
TWIN = Person("7", "Robin Vega", "robin@acme.example", "robin1")
TWIN_TOO = Person("8", "Robin Vega", "vega@acme.example", "robin2")
PEOPLE = (SARA, LEE, BERG, OEST, OLD, JUERGEN, TWIN, TWIN_TOO)
TEAMS = frozenset({"Team Alpha", "Platform"})


def owner(cell: str) -> Owner:
    return owner_of(cell, PEOPLE, TEAMS, ENGLISH)


@pytest.mark.parametrize(
    ("cell", "person"),
    [
        ("Sara Lindt", SARA),
        ("  sara   lindt ", SARA),
        ("@Sara Lindt", SARA),
        ("slindt", SARA),
        ("@slindt", SARA),
        ("SARA@acme.example", SARA),
        ("mailto:sara@acme.example", SARA),
        ("Sara", SARA),
        ("@sara", SARA),
        ("Lindt, Sara", SARA),
        ("Sara Lindt (PM)", SARA),
        ("Sara Lindt <sara@acme.example>", SARA),
        ("Sara / Team Alpha", SARA),
        ("Jurgen Gross", JUERGEN),
        ("mberg", BERG),
        ("vega@acme.example", TWIN_TOO),
    ],
)
def test_one_active_person_is_found_however_the_name_is_written(cell: str, person: Person) -> None:
    found = owner(cell)

    assert person == found.person
    assert found.problem is None


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("", "Nobody is named"),
        (" – ", "names nobody"),
        ("TBD", "“TBD” names nobody"),
        ("someone", "“someone” names nobody"),
        ("Team Alpha", "“Team Alpha” is not one person"),
        ("Alpha", "Nobody is called “Alpha”"),
        ("Platform", "“Platform” is not one person"),
        ("the team", "“the team” is not one person"),
        ("Design team", "“Design team” is not one person"),
        ("Everyone", "“Everyone” is not one person"),
        ("Sara and the team", "“Sara and the team” is not one person"),
        ("Sara and Lee", "“Sara and Lee” could mean Sara Lindt and Lee Wong"),
        ("Sara, Lee", "could mean Sara Lindt and Lee Wong"),
        ("@Sara Lindt @Lee Wong", "could mean Sara Lindt and Lee Wong"),
        ("Marcus & Sara", "could mean Marcus Berg, Marcus Öst and Sara Lindt"),
        ("Marcus", "could be Marcus Berg (mberg) or Marcus Öst (most)"),
        ("Robin Vega", "could be Robin Vega (robin1) or Robin Vega (robin2)"),
        ("Kim Old", "“Kim Old” has no active account any more"),
        ("kim@acme.example", "has no active account any more"),
        ("Sarah", "Nobody is called “Sarah” in the tracker. Do you mean Sara Lindt?"),
        ("Nobody Known", "write one person's full name, handle or e-mail"),
        ("Sara, maybe Bob", "Nobody is called “Sara, maybe Bob”"),
    ],
)
def test_anything_but_one_active_person_is_refused_with_the_text_and_the_candidates(
    cell: str, said: str
) -> None:
    found = owner(cell)

    assert found.person is None
    assert said in (found.problem or "")


def test_a_deactivated_account_does_not_hide_its_active_namesake() -> None:
    active = Person("9", "Kim Old", None, "kim2")

    found = owner_of("Kim Old", (*PEOPLE, active), TEAMS, ENGLISH)

    assert active == found.person


def test_a_first_name_shared_with_a_deactivated_account_is_still_unique() -> None:
    found = owner_of("Lee", (*PEOPLE, Person("9", "Lee Gone", active=False)), TEAMS, ENGLISH)

    assert found.person == LEE


@given(st.text(max_size=60))
def test_any_cell_names_one_active_person_or_is_refused(cell: str) -> None:
    found = owner(cell)

    assert (found.person is None) == (found.problem is not None)
    assert found.person is None or found.person.active
