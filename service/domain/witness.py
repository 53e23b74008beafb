"""Whoever gives their word, for a verification or a waiver: one person with an active account."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.language import Language
from service.domain.owners import alike, mentioned, owner_of, shown
from service.domain.tracking import Person
from service.domain.words import listed, quoted

_MOST_SHOWN = 5


def witness(words: str, people: Sequence[Person]) -> Person | str:
    """Find the one active account that words name, else the sentence that says whom to name.

    Words are read as those of an owner cell are: a name, a handle, an e-mail, a first name that
    only one person has.
    """
    found = owner_of(words, people, (), Language())
    if found.person is not None:
        return found.person
    said = f"No single active person is called {quoted(words)}"
    if found.left is not None:
        return f"{said}: that account was deactivated, and its word does not count any more."
    meant = [person for person in mentioned(words, people) if person.active]
    text = f"{said}: write the full name, handle or e-mail."
    close = (meant or alike(words, people))[:_MOST_SHOWN]
    return f"{text} Do you mean {listed([shown(p) for p in close], 'or')}?" if close else text


def active(person: Person, people: Sequence[Person]) -> bool:
    """Whether an account is active, as the directory knows it now."""
    return next((known.active for known in people if known.id == person.id), person.active)
