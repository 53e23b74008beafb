"""From a file of exported issues to the issues of one closing object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from connectors.jira.export import project
from connectors.jira.export.changes import instant, ordered
from connectors.jira.export.documents import POINTS, Decoder, Document
from connectors.jira.export.issues import Issues, status_of, time_is_partial, time_of
from connectors.jira.export.lines import ExportFile
from connectors.jira.export.selection import OfEpic, OfProject, OfVersion, Selection, Target
from connectors.jira.mapping import membership
from connectors.jira.mapping.keys import Kind
from service.domain.history import Finding, Track
from service.domain.tracking import Field, Issue, Project, ProjectIssues, Status, TimeEntry
from service.exports import Exported, UnusableFile, Wanted

NO_WORKLOGS = "the export holds no worklogs; with fields=*all it does"


def read_export(
    path: Path, wanted: Wanted, points_field: str | None, watch: Callable[[int], None]
) -> Exported:
    """Read what is or was in a version, an epic or a Jira project from a file of exported issues.

    - The file is read line by line; only what belongs to it is kept.
    - `points_field` is the id of the field for story points, where the export does not tell it.
    - `watch` is told now and then how many bytes of the file are read.

    Raises UnusableFile, naming file, place and field; NotFound, with what there is instead.
    """
    decoder = Decoder(points_field)
    reading = _Reading(ExportFile(path, decoder, watch), decoder, _selection(wanted, decoder))
    reading.select()
    return reading.mapped()


def _selection(wanted: Wanted, decoder: Decoder) -> Selection:
    match wanted.kind:
        case "version":
            return OfVersion(wanted.word)
        case "project":
            return OfProject(wanted.word)
        case "epic":
            return OfEpic(wanted.word, lambda one: decoder.value(one.fields, "epic link"))


class _Reading:
    """One export on its way: what belongs together is found first, then it is mapped."""

    def __init__(self, file: ExportFile, decoder: Decoder, selection: Selection) -> None:
        self._file = file
        self._decoder = decoder
        self._selection = selection
        self._kept: list[tuple[str, Document]] = []
        self._statuses: dict[str, Status] = {}
        self._clear: set[str] = set()
        self._latest: datetime | None = None
        self._site = ""

    def select(self) -> None:
        """Read the file, and again while something that was passed over turns out to be wanted."""
        while True:
            self._kept.extend(one for one in self._file.documents() if self._takes(*one))
            if not self._selection.missed and not self._decoder.stale:
                return
            self._kept.clear()
            self._selection.again()
            self._decoder.again()

    def mapped(self) -> Exported:
        """Return what was selected as our issues. Raises NotFound or UnusableFile."""
        if self._latest is None:
            raise UnusableFile(f"{self._file.path} holds no issues")
        target = self._selection.target()
        mapping = Issues((one for _, one in self._kept), target, self._decoder, self._statuses)
        read = self._gathered(mapping, target)
        about = str(target.closing)
        if target.closing.kind is Kind.ISSUE:
            read.issues = membership.handed_down_by(read.issues, read.parents, about)
        members = tuple(one for one in read.issues.values() if _ever_in(one, about))
        return Exported(
            project=self._project(target, read.own),
            issues=ProjectIssues(
                issues=members,
                statuses=self._statuses,
                time=_time(read.time, members),
                time_unknown=None if read.time else NO_WORKLOGS,
                time_partial=frozenset(read.time_partial),
            ),
            latest=self._latest,
            unclear=frozenset(self._unclear_in(members)),
            findings=tuple(self._findings(target, read)),
        )

    def _takes(self, place: str, document: Document) -> bool:
        status = document.fields.status
        if status.id not in self._statuses:
            self._statuses[status.id] = status_of(document)
            if status.category is not None:
                self._clear.add(status.id)
            self._site = self._site or (document.address or "").partition("/rest/")[0]
        try:
            at = _last_touched(document)
        except ValueError as fault:
            self._file.refuse(place, f"{document.key}: {fault}")
        if self._latest is None or at > self._latest:
            self._latest = at
        if not self._selection.takes(document, at):
            return False
        self._decoder.notice(document)
        return True

    def _gathered(self, mapping: Issues, target: Target) -> _Read:
        """Map what was kept; each document is let go when it is mapped."""
        read = _Read()
        epic = target.closing.kind is Kind.ISSUE
        while self._kept:
            place, document = self._kept.pop()
            try:
                issue = mapping.issue(document)
                if epic and issue.id == target.closing.id:
                    read.own = issue
                    continue
                read.issues[issue.id] = issue
                if epic:
                    read.parents[issue.id] = mapping.parents(document)
                if document.fields.worklog is not None:
                    read.time[issue.id] = tuple(time_of(document))
            except ValueError as fault:
                self._file.refuse(place, f"{document.key}: {fault}")
            if time_is_partial(document):
                read.time_partial.add(document.key)
        read.points_told = mapping.points_told
        return read

    def _project(self, target: Target, own: Issue | None) -> Project:
        if own is not None:
            return project.of_epic(target, own, self._statuses)
        return project.of_target(target, self._site)

    def _unclear_in(self, members: Iterable[Issue]) -> Iterator[str]:
        """Yield the names of the statuses of these issues whose meaning the export does not tell."""
        ids = {one.status.id for one in members}
        for one in members:
            for change in one.changes:
                if change.field is Field.STATUS:
                    ids |= {change.before or "", change.after or ""}
        clear = self._clear
        for id_ in ids - {""}:
            if id_ not in clear:
                yield self._statuses[id_].name

    def _findings(self, target: Target, read: _Read) -> Iterator[Finding]:
        for id_ in target.alike:
            text = (
                f"another version was called {target.word} in histories only, {id_}, "
                "and is not looked at"
            )
            yield Finding(None, Field.MEMBERSHIP, text)
        if read.points_told and not self._decoder.ids.keys() & set(POINTS):
            text = (
                "the export does not tell which field holds the points: they are known from "
                "the histories only, so an estimate that was never changed is not seen; "
                "--points-field names the field"
            )
            yield Finding(None, Field.ESTIMATE, text)


@dataclass(slots=True)
class _Read:
    """What was mapped: the issues by id, their parents over time, their time, the epic itself."""

    issues: dict[str, Issue] = field(default_factory=dict)
    parents: dict[str, Track[str | None]] = field(default_factory=dict)
    time: dict[str, tuple[TimeEntry, ...]] = field(default_factory=dict)
    time_partial: set[str] = field(default_factory=set)
    own: Issue | None = None
    points_told: bool = False


def _last_touched(document: Document) -> datetime:
    """Return when an issue was changed last. Raises ValueError."""
    if document.fields.updated is not None:
        return instant(document.fields.updated, "updated")
    histories = ordered(document.changelog.histories)
    return histories[-1][0] if histories else instant(document.fields.created, "created")


def _ever_in(one: Issue, about: str) -> bool:
    """Whether an issue is or was a member: of others' histories nothing else is kept."""
    return about in one.membership or any(
        change.field is Field.MEMBERSHIP for change in one.changes
    )


def _time(
    time: Mapping[str, tuple[TimeEntry, ...]], members: Iterable[Issue]
) -> tuple[TimeEntry, ...] | None:
    if not time:
        return None
    return tuple(entry for one in members for entry in time.get(one.id, ()))
