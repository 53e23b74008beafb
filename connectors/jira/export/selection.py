"""Which issues of an export belong together: those of a version, of an epic, of a Jira project.

An export is read line by line, and what a line is worth may only become known further down: a
version was called otherwise before, a sub-task comes before its parent. So a selection keeps what
it wants by the words and ids it knows, remembers the words of what it passed over, and says when
one of those turned out to be wanted: then the file is read again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from typing import NoReturn

from connectors.jira.export import words
from connectors.jira.export.documents import Document, Item, VersionPart
from connectors.jira.mapping.keys import Closing, Kind, project_of
from service.ports import NotFound

#: How many names a refusal lists.
LISTED = 10


@dataclass(frozen=True, slots=True)
class Target:
    """The closing object that was found in an export.

    - `word` is what people call it; `version` is set for one, as the issues carry it now.
    - `ids` are the ids of issues or of Jira projects by their keys, old keys too.
    - `alike` are the ids of others of the same name that are in histories only.
    """

    closing: Closing
    word: str
    version: VersionPart | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    alike: tuple[str, ...] = ()


class Selection(ABC):
    """Takes the issues that are or were in one closing object, by the words each says of it."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.wanted: set[str] = set()
        self._passed_over: set[str] = set()

    def takes(self, document: Document, updated_at: datetime) -> bool:
        """Whether an issue says that it is or was in it, as far as is known yet."""
        said = self._said(document, updated_at)
        if self.wanted.isdisjoint(said):
            self._passed_over.update(said)
            return False
        self._learn(document)
        return True

    @property
    def missed(self) -> bool:
        """Whether something that was passed over is wanted by what became known later."""
        return not self.wanted.isdisjoint(self._passed_over)

    def again(self) -> None:
        """Begin another reading with what is known by now."""
        self._passed_over.clear()

    @abstractmethod
    def target(self) -> Target:
        """Return what was found. Raises NotFound, with what there is, where nothing fits."""

    @abstractmethod
    def _said(self, document: Document, updated_at: datetime) -> set[str]:
        """Return the words and ids by which an issue says where it is and was."""

    @abstractmethod
    def _learn(self, document: Document) -> None:
        """Take over more words and ids of the closing object from an issue that is in it."""


class OfVersion(Selection):
    """The issues that carry or carried a version, by its name, its id, or `KEY:name`."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        project, colon, name = word.partition(":")
        self._project, self._name = (project, name.strip()) if colon else ("", "")
        self.wanted = {one.casefold() for one in (word, self._name) if one}
        self._now: dict[str, VersionPart] = {}
        self._seen: dict[str, tuple[bool, datetime]] = {}
        self._projects: dict[str, set[str]] = {}
        self._before: dict[str, set[str]] = {}

    def _said(self, document: Document, updated_at: datetime) -> set[str]:
        said = set()
        for version in document.fields.versions or ():
            said |= {version.id, version.name.casefold()}
            self._before.setdefault(version.id, set()).add(version.name)
            # Documents of one export may be of different days: the newest that has a date counts.
            seen = (version.release_date is not None, updated_at)
            if version.id not in self._seen or seen > self._seen[version.id]:
                self._seen[version.id], self._now[version.id] = seen, version
            if document.fields.project is not None:
                self._projects.setdefault(version.id, set()).add(document.fields.project.key)
        for id_, name in _versions_told(document):
            said |= {id_, name.casefold()}
            self._before.setdefault(id_, set()).add(name)
        return said

    def _learn(self, document: Document) -> None:
        for version in document.fields.versions or ():
            if version.name.casefold() in self.wanted:
                self.wanted.add(version.id)
        for id_, name in _versions_told(document):
            if name.casefold() in self.wanted:
                self.wanted.add(id_)

    def target(self) -> Target:
        """Return the version: one that issues carry now, else one of their histories."""
        found = self._fitting() or self._fitting_before()
        if not found:
            there = [one.name for one in self._now.values()]
            _not_there(f"no version {self.word!r}", self.word, there)
        if len(found) > 1:
            each = ", ".join(f"{id_} ({self._where(id_)})" for id_ in sorted(found, key=int))
            raise NotFound(
                f"{len(found)} versions are called {self.word!r}: {each}; give one by its id"
            )
        (id_,) = found
        version = self._now.get(id_) or VersionPart(id_, min(self._before[id_]))
        alike = {one for one in self._fitting_before() if one != id_}
        return Target(
            Closing(Kind.VERSION, id_), version.name, version, alike=tuple(sorted(alike, key=int))
        )

    def _fitting(self) -> set[str]:
        """Return the ids of the versions that are called so now, in this case of letters first."""
        for case in (str, str.casefold):
            names = {id_: case(version.name) for id_, version in self._now.items()}
            found = {id_ for id_, name in names.items() if name == case(self.word)}
            found = found or {
                id_
                for id_, name in names.items()
                if name == case(self._name) and self._project in self._projects.get(id_, ())
            }
            if found:
                return found
        return {self.word} & (self._now.keys() | self._before.keys())

    def _fitting_before(self) -> set[str]:
        return {id_ for id_, names in self._before.items() if self.word in names}

    def _where(self, id_: str) -> str:
        if id_ not in self._now:
            return "only in histories"
        projects = sorted(self._projects.get(id_, ()))
        return f"{self._now[id_].name} in {', '.join(projects) or 'no project'}"


class OfProject(Selection):
    """The issues that are or were in a Jira project, by its key; issues move, and keep their id."""

    def __init__(self, word: str) -> None:
        super().__init__(word.upper())
        self.wanted = {self.word}
        self._ids: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def _said(self, document: Document, updated_at: datetime) -> set[str]:
        said = set()
        if (project := document.fields.project) is not None:
            said |= {project.key, project.id}
            self._ids[project.key] = project.id
            self._names[project.id] = project.name or project.key
        for key, id_ in moves_told(document):
            said |= {one for one in (key, id_) if one}
            if key and id_:
                self._ids.setdefault(key, id_)
        return said

    def _learn(self, document: Document) -> None:
        if (id_ := self._ids.get(self.word)) is not None:
            self.wanted.add(id_)

    def target(self) -> Target:
        id_ = self._ids.get(self.word)
        if id_ is None:
            _not_there(f"no project {self.word!r}", self.word, self._ids)
        word = self._names.get(id_, self.word)
        return Target(Closing(Kind.PROJECT, id_), word, ids=self._ids)


class OfEpic(Selection):
    """The issues that are or were below an issue, at any depth: an epic or any other parent.

    `epic_link` returns what the field of that name says now: there a Data Center keeps the epic.
    """

    def __init__(self, word: str, epic_link: Callable[[Document], str | None]) -> None:
        super().__init__(word.upper())
        self.wanted = {self.word}
        self._epic_link = epic_link
        self._ids: dict[str, str] = {}
        self._above: set[str] = set()

    def _said(self, document: Document, updated_at: datetime) -> set[str]:
        parents = list(self._parents(document))
        self._above.update(key for _, key in parents if key)
        said = {one for pair in parents for one in pair if one}
        if self.word in (keys := {document.key, *_keys_told(document)}):
            self._ids |= dict.fromkeys(keys, document.id)
            said.add(self.word)
        return said

    def _learn(self, document: Document) -> None:
        """Take over the issue itself: what is below it is below its parents too."""
        self.wanted |= {document.id, document.key}
        self._ids[document.key] = document.id
        for id_, key in self._parents(document):
            if id_ and key:
                self._ids.setdefault(key, id_)

    def _parents(self, document: Document) -> Iterator[tuple[str | None, str | None]]:
        """Yield id and key of every parent that an issue has or had."""
        if (parent := document.fields.parent) is not None:
            yield parent.id, parent.key
        yield None, self._epic_link(document)
        for history in document.changelog.histories:
            for item in history.items:
                if item.field in words.PARENTS:
                    yield item.before, item.before_text
                    yield item.after, item.after_text

    def target(self) -> Target:
        """Return the epic. Raises NotFound where no issue is it, nor says it is below it."""
        if self.word not in self._ids.keys() | self._above:
            what = f"no issue {self.word} and nothing below it"
            _not_there(what, self.word, self._above)
        id_ = self._ids.get(self.word, self.word)
        return Target(Closing(Kind.ISSUE, id_), self.word, ids=self._ids)


def _versions_told(document: Document) -> Iterator[tuple[str, str]]:
    """Yield id and name of every version that a changelog speaks of."""
    for history in document.changelog.histories:
        for item in history.items:
            if item.field in words.VERSIONS:
                if item.before:
                    yield item.before, item.before_text or item.before
                if item.after:
                    yield item.after, item.after_text or item.after


def moves_told(document: Document) -> list[tuple[str, str | None]]:
    """Return key and id of the projects that an issue was moved from and to."""
    found: list[tuple[str, str | None]] = []
    for history in document.changelog.histories:
        for item in history.items:
            if item.field in words.MOVES:
                found += _moved(history.items)
                break
    return found


def _moved(items: Iterable[Item]) -> Iterator[tuple[str, str | None]]:
    keys: tuple[str, str] = ("", "")
    ids: tuple[str | None, str | None] = (None, None)
    for item in items:
        if item.field in words.KEY:
            keys = (project_of(item.before_text or ""), project_of(item.after_text or ""))
        elif item.field in words.MOVES:
            ids = (item.before, item.after)
    return zip(keys, ids, strict=True)


def _keys_told(document: Document) -> Iterator[str]:
    """Yield every key that an issue had, as its changelog tells."""
    for history in document.changelog.histories:
        for item in history.items:
            if item.field in words.KEY:
                yield from filter(None, (item.before_text, item.after_text))


def _not_there(what: str, word: str, there: Iterable[str]) -> NoReturn:
    """Raise NotFound, naming what there is, the closest first."""

    def unlike(one: str) -> tuple[float, str]:
        return -SequenceMatcher(None, word.casefold(), one.casefold()).ratio(), one

    near = sorted(set(there), key=unlike)
    more = f" and {len(near) - LISTED} more" if len(near) > LISTED else ""
    listed = ", ".join(near[:LISTED]) or "none"
    raise NotFound(f"the export has {what}; there are: {listed}{more}")
