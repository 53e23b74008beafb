"""Telling a change from a wish and a case from an impression, by word lists that are data.

Deterministic and offline. A refusal always says how to write it instead, and never quotes more
than the words of our own lists, so that no name on a page can end up in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from service.domain.words import folded, quoted

MIN_WORDS = 4  # shorter texts name a topic, unless a verb or an object makes a change of them
MIN_WORDS_BESIDE_WISH = 5  # "add better tests" is still a wish
MIN_FACTS = 4  # words that carry a fact, in a case without a judgement
MIN_FACTS_BESIDE_JUDGEMENT = 6
MIN_PROOF_WORDS = 2
MIN_REASON_SIGNS = 10

EXAMPLE = "“Kickoff checklist requires a data assessment with a minimum sample size”"

_WORD = re.compile(r"[^\W_]+(?:['’./-][^\W_]+)*%?")


class LanguageError(ValueError):
    """A word list that cannot be read; the text names the key and what is allowed."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases that mean the same, and how to write it instead."""

    phrases: tuple[str, ...]
    hint: str


@dataclass(frozen=True, slots=True)
class Language:
    """The word lists of one or more languages; `config/language/` says what each is for."""

    wishes: tuple[Phrases, ...] = ()
    openings: tuple[Phrases, ...] = ()
    findings: tuple[Phrases, ...] = ()
    verbs: frozenset[str] = field(default=frozenset())
    objects: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    empty: frozenset[str] = field(default=frozenset())
    vague_proofs: frozenset[str] = field(default=frozenset())
    judgements: frozenset[str] = field(default=frozenset())
    fillers: frozenset[str] = field(default=frozenset())
    groups: frozenset[str] = field(default=frozenset())
    nobody: frozenset[str] = field(default=frozenset())
    vague_reasons: frozenset[str] = field(default=frozenset())

    @classmethod
    def from_toml(cls, *tables: Mapping[str, object]) -> Language:
        """Join the word lists of several parsed files. Raises LanguageError."""
        for table in tables:
            _refuse_unknown(table)
        return cls(
            wishes=_phrases(tables, "wishes"),
            openings=_phrases(tables, "openings"),
            findings=_phrases(tables, "findings"),
            verbs=frozenset(
                form for verb in _words(tables, "change", "verbs") for form in _forms(verb)
            ),
            objects=tuple(_plurals(_words(tables, "change", "objects"))),
            measures=tuple(_plurals(_words(tables, "change", "measures"))),
            empty=frozenset(_words(tables, "proof", "empty")),
            vague_proofs=frozenset(_words(tables, "proof", "vague")),
            judgements=frozenset(_words(tables, "case", "judgements")),
            fillers=frozenset(_words(tables, "case", "fillers")),
            groups=frozenset(_words(tables, "owner", "groups")),
            nobody=frozenset(_words(tables, "owner", "nobody")),
            vague_reasons=frozenset(_words(tables, "waiver", "vague")),
        )

    def says_nothing(self, text: str) -> bool:
        """Whether a cell is empty or filled with a placeholder."""
        words = folded(text).strip(" .…-–—_*")
        return not any(c.isalnum() for c in words) or words in self.empty


def vague(text: str, lists: Language) -> str | None:
    """Say why a text is no specific change and how to write it, None where it is one."""
    how = f"Write what changes and where, for example {EXAMPLE}."
    if lists.says_nothing(text):
        return f"No change is written. {how}"
    words = _tokens(text)
    verb = any(word in lists.verbs for word in words)
    named = _find(words, lists.objects) is not None
    measured = _measured(words, lists)
    if found := _first(words, lists.wishes):
        if not (verb and (named or measured) and len(words) >= MIN_WORDS_BESIDE_WISH):
            return _refusal(found, "is a wish, not a change another person could check")
    elif (found := _first(words, lists.findings, at_start=True)) and not (verb and named):
        return _refusal(found, "tells what happened, not what changes")
    elif (found := _first(words, lists.openings)) and not (verb or named or measured):
        return _refusal(found, "does not say what changes")
    if len(words) < MIN_WORDS and not (verb and (named or len(words) > MIN_PROOF_WORDS)):
        return f"This names a topic, not a change. {how}"
    return None


def unproven(text: str, lists: Language) -> str | None:
    """Say why a text does not tell how an action is verified, None where it does."""
    how = (
        "Write what another person looks at and what they find there, "
        "for example “page version, read by the delivery lead”."
    )
    if lists.says_nothing(text):
        return f"It does not say how the action is verified. {how}"
    words = _tokens(text)
    if folded(text).strip(" .!") in lists.vague_proofs or len(words) < MIN_PROOF_WORDS:
        return f"The check is too short for another person to repeat it. {how}"
    found = _first(words, lists.wishes)
    if found and _find(words, lists.objects) is None and not _measured(words, lists):
        return f"In the check, {quoted(found[0])} is a wish. {how}"
    return None


def unspecific(text: str, lists: Language) -> str | None:
    """Say why a text is an impression and no concrete case, None where it is a case."""
    how = "Write what was done and what came of it, so that another team could repeat it."
    words = _tokens(text)
    judgement = next((word for word in words if word in lists.judgements), None)
    facts = [w for w in words if w not in lists.fillers and w not in lists.judgements]
    detail = _measured(words, lists) or _find(words, lists.objects) is not None
    if judgement is None:
        return None if len(facts) >= MIN_FACTS else f"It is too general to learn from. {how}"
    if len(facts) >= MIN_FACTS_BESIDE_JUDGEMENT or (detail and len(facts) >= MIN_FACTS):
        return None
    return f"{quoted(judgement)} is a judgement without a fact. {how}"


def unreasoned(text: str, lists: Language) -> str | None:
    """Say why a text is no reason for a waiver, None where another person can understand it."""
    said = text.strip()
    if not any(c.isalnum() for c in said):
        return "Say why: a waiver without a reason is refused, and the reason is shown with it."
    empty = lists.vague_reasons | lists.fillers
    if len(said) < MIN_REASON_SIGNS or all(word in empty for word in _tokens(said)):
        return (
            f"{quoted(said)} does not say why: write in a sentence what stands in the way and who "
            "agreed, since it is shown with the waiver."
        )
    return None


def _refusal(found: tuple[str, str], what: str) -> str:
    words, hint = found
    return f"{quoted(words)} {what}. {hint}"


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(word.replace("’", "'") for word in _WORD.findall(folded(text)))


def _measured(words: tuple[str, ...], lists: Language) -> bool:
    return any(c.isdigit() for word in words for c in word) or (
        _find(words, lists.measures) is not None
    )


def _first(
    words: tuple[str, ...], groups: Iterable[Phrases], *, at_start: bool = False
) -> tuple[str, str] | None:
    """Find the first phrase of several groups: the words as they stand, and the hint."""
    for group in groups:
        found = _find(words, group.phrases, at_start=at_start)
        if found is not None:
            return found, group.hint
    return None


def _find(words: tuple[str, ...], phrases: Iterable[str], *, at_start: bool = False) -> str | None:
    for phrase in phrases:
        parts = phrase.split()
        last = 0 if at_start else len(words) - len(parts)
        for start in range(last + 1):
            piece = words[start : start + len(parts)]
            if len(piece) == len(parts) and all(map(_is, piece, parts)):
                return " ".join(piece)
    return None


def _is(word: str, pattern: str) -> bool:
    """Whether a word is the pattern; one part of a compound (`database-memory`) is enough."""
    if pattern.endswith("*"):
        return word.startswith(pattern[:-1])
    return word == pattern or ("-" in word and pattern in word.split("-"))


def _plurals(words: Iterable[str]) -> Iterable[str]:
    for word in words:
        yield word
        yield f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def _forms(verb: str) -> Iterable[str]:
    """List a regular English verb's forms: add, adds, added, adding."""
    stem = verb.removesuffix("e")
    doubled = verb + verb[-1]
    yield from (verb, f"{verb}s", f"{verb}es", f"{stem}ed", f"{stem}ing")
    yield from (f"{doubled}ed", f"{doubled}ing")
    if verb.endswith("y"):
        yield from (f"{verb[:-1]}ies", f"{verb[:-1]}ied")


_PHRASE_TABLES = ("wishes", "openings", "findings")
_WORD_TABLES = {
    "change": ("verbs", "objects", "measures"),
    "proof": ("empty", "vague"),
    "case": ("judgements", "fillers"),
    "owner": ("groups", "nobody"),
    "waiver": ("vague",),
}


def _refuse_unknown(table: Mapping[str, object]) -> None:
    for key, inner in table.items():
        if key in _PHRASE_TABLES:
            continue
        if key not in _WORD_TABLES:
            allowed = ", ".join((*_PHRASE_TABLES, *_WORD_TABLES))
            raise LanguageError(f"language: unknown table {key!r}; there are: {allowed}")
        if not isinstance(inner, Mapping):
            raise LanguageError(f"language: {key} must be a table of word lists")
        for name in inner:
            if name not in _WORD_TABLES[key]:
                allowed = ", ".join(_WORD_TABLES[key])
                raise LanguageError(f"language: unknown list {key}.{name}; there are: {allowed}")


def _phrases(tables: Iterable[Mapping[str, object]], name: str) -> tuple[Phrases, ...]:
    found: list[Phrases] = []
    for table in tables:
        groups = table.get(name, [])
        if not isinstance(groups, list):
            raise LanguageError(f"language: {name} must be written as [[{name}]]")
        for group in groups:
            if not isinstance(group, Mapping) or not isinstance(group.get("hint"), str):
                raise LanguageError(f"language: each [[{name}]] needs phrases and a hint")
            found.append(Phrases(tuple(_strings(group.get("phrases"), name)), group["hint"]))
    return tuple(found)


def _words(tables: Iterable[Mapping[str, object]], table: str, name: str) -> list[str]:
    found: list[str] = []
    for each in tables:
        inner = each.get(table, {})
        if isinstance(inner, Mapping):
            found += _strings(inner.get(name, []), f"{table}.{name}")
    return found


def _strings(values: object, key: str) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(v, str) and v.strip() for v in values):
        raise LanguageError(f"language: {key} must be a list of words in quotation marks")
    return [folded(value) for value in values]
