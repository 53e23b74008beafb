"""From the words in an owner cell to exactly one person who can make the change."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from service.domain.language import Language
from service.domain.tracking import Person
from service.domain.words import folded, listed, quoted

_PARTS = re.compile(r"[,;/&+|()<>\[\]\n]|\s+(?:and|und|or|with)\s+|\s+(?=@)")
_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Owner:
    """The one person a cell names, or the sentence that says why it names none.

    `left` is the person where the only fault is that the account was deactivated.
    """

    person: Person | None = None
    problem: str | None = None
    left: Person | None = None


@dataclass(frozen=True, slots=True)
class _Directory:
    """The accounts of a workspace, and the teams that can never own an action."""

    people: Sequence[Person]
    teams: frozenset[str]
    language: Language

    def named(self, words: str) -> list[Person]:
        return named(words, self.people)

    def is_group(self, words: str) -> bool:
        """Whether words mean a team or a group."""
        key = _key(words)
        bare = key.removeprefix("the ").removeprefix("team ").removesuffix(" team")
        return bool(key) and (
            bool({key, bare} & self.teams)
            or key in self.language.groups
            or key.startswith("team ")
            or key.endswith((" team", " group", " department"))
        )


def owner_of(
    cell: str, people: Sequence[Person], team_names: Collection[str], language: Language
) -> Owner:
    """Find exactly one active person by name, handle, e-mail or unique first name.

    - A team's label beside the person's name is no fault; a team alone is no owner.
    - Every refusal names the cell's text and whom it could mean.
    """
    directory = _Directory(people, frozenset(map(_key, team_names)), language)
    words = _key(cell)
    if language.says_nothing(cell) or words in language.nobody:
        fault = f"{quoted(cell)} names nobody" if words else "Nobody is named"
        return Owner(problem=f"{fault}: write the name of one person who will make the change.")
    found = directory.named(cell) or directory.named(_turned(cell))
    if found:
        return _one(cell, found)
    if directory.is_group(cell):
        return Owner(problem=_group(cell))
    return _from_parts(cell, directory)


def named(words: str, people: Sequence[Person]) -> list[Person]:
    """Find whom words name: active accounts before others, whole names before first names."""
    key = _key(words)
    whole = [person for person in people if key in _keys(person)]
    active = [person for person in whole if person.active]
    if active or not key:
        return active
    if " " not in key:
        first = [p for p in people if p.active and _first_name(p) == key]
        if first:
            return first
    return whole


def mentioned(cell: str, people: Sequence[Person]) -> list[Person]:
    """List everybody whom a cell could mean, as a whole or in one of its parts."""
    parts = (cell, *_PARTS.split(cell))
    return _distinct(person for part in parts for person in named(part, people))


def alike(words: str, people: Sequence[Person]) -> list[Person]:
    """List the few active people whose names are spelt nearly so, the nearest first."""
    names: dict[str, Person] = {}
    for person in people:
        if person.active:
            for key in (*_keys(person), _first_name(person)):
                names.setdefault(key, person)
    close = get_close_matches(_key(words), sorted(names), n=_SUGGESTIONS, cutoff=0.7)
    return _distinct(names[key] for key in close)


def shown(person: Person) -> str:
    """Write a person so that nobody of the same name is meant."""
    more = person.handle or person.email
    return f"{person.name} ({more})" if more else person.name


def _from_parts(cell: str, directory: _Directory) -> Owner:
    """Read a cell that is more than one name: an e-mail beside a name, a team, two people."""
    parts = [part for part in _PARTS.split(cell) if _key(part)]
    matches = [found for part in parts if (found := directory.named(part))]
    certain = _distinct(found[0] for found in matches if len(found) == 1)
    others = [found for found in matches if not set(certain) & set(found)]
    if len(certain) > 1 or (certain and others):
        names = listed([person.name for person in _distinct(p for found in matches for p in found)])
        text = f"could mean {names}: an action has exactly one owner, write one name."
        return Owner(problem=f"{quoted(cell)} {text}")
    rest = [p for p in parts if not directory.named(p) and not directory.is_group(p)]
    many = [p for p in parts if directory.is_group(p) and _key(p) in directory.language.groups]
    if many:
        return Owner(problem=_group(cell))
    if certain and (not rest or _only_aside(cell, rest)):
        return _one(cell, certain)
    if matches and not certain:
        return _one(cell, matches[0])
    if parts and not rest:
        return Owner(problem=_group(cell))
    return Owner(problem=_unknown(cell, directory))


def _only_aside(cell: str, rest: Sequence[str]) -> bool:
    """Whether all other words stand in brackets, as a role behind a name does."""
    return all(re.search(rf"[(\[]\s*{re.escape(part.strip())}\s*[)\]]", cell) for part in rest)


def _one(cell: str, found: Sequence[Person]) -> Owner:
    if len(found) > 1:
        names = listed([shown(person) for person in found], "or")
        return Owner(problem=f"{quoted(cell)} could be {names}: write the full name or the handle.")
    person = found[0]
    if not person.active:
        problem = (
            f"{quoted(cell)} has no active account any more: "
            "write the name of one person who will make the change."
        )
        return Owner(problem=problem, left=person)
    return Owner(person)


def _group(cell: str) -> str:
    return (
        f"{quoted(cell)} is not one person: write the name of the one who will make the change; "
        "others may help."
    )


def _unknown(cell: str, directory: _Directory) -> str:
    close = alike(cell, directory.people)
    if close:
        meant = listed([person.name for person in close], "or")
        return f"Nobody is called {quoted(cell)} in the tracker. Do you mean {meant}?"
    return (
        f"Nobody is called {quoted(cell)} in the tracker: "
        "write one person's full name, handle or e-mail as it stands there."
    )


def _distinct(people: Iterable[Person]) -> list[Person]:
    return list({person.id: person for person in people}.values())


def _turned(cell: str) -> str:
    """Turn `Lindt, Sara` round."""
    last, comma, first = cell.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and "," not in first else ""


def _key(words: str) -> str:
    return folded(words).strip(" .,;:*_'\"“”").removeprefix("mailto:").lstrip("@").strip()


def _keys(person: Person) -> set[str]:
    return {_key(value) for value in (person.name, person.handle, person.email) if value}


def _first_name(person: Person) -> str:
    return _key(person.name).split(" ", 1)[0]
