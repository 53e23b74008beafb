"""Exported issues as ours, with the working time that is recorded on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from connectors.jira.export import words
from connectors.jira.export.changes import Changes, day, dropped, instant, ordered
from connectors.jira.export.documents import (
    POINTS,
    Decoder,
    Document,
    Fields,
    KindPart,
    LinkPart,
    UserPart,
)
from connectors.jira.export.selection import Target, moves_told
from connectors.jira.mapping import items
from connectors.jira.mapping import statuses as meaning
from connectors.jira.mapping.context import BLOCKED_BY
from connectors.jira.mapping.keys import Kind
from service.domain.history import Step, Track, undo
from service.domain.history.issue import number_of
from service.domain.tracking import (
    Change,
    Field,
    Issue,
    Person,
    Status,
    StatusCategory,
    Team,
    TimeEntry,
)

#: What every type is called here that stands above the ordinary ones, as in the online mapping.
EPIC = "Epic"

#: The type of links by which one issue waits for another, in small letters.
BLOCKS = "blocks"

NOTHING: frozenset[str] = frozenset()


class Issues:
    """Maps the documents of one closing object; what several issues share is made once.

    - `documents` are all that belong to it: keys and fields are understood by all of them.
    - `statuses` are those the issues of the export stand in, by id; more are learned on the way.
    """

    def __init__(
        self,
        documents: Iterable[Document],
        target: Target,
        decoder: Decoder,
        statuses: dict[str, Status],
    ) -> None:
        self.statuses = statuses
        self._target = target
        self._decoder = decoder
        self._ids = dict(target.ids)
        self._kinds: dict[str, str] = {}
        self._waits = {BLOCKED_BY}
        self._uses: Counter[tuple[str, str]] = Counter()
        for document in documents:
            self._survey(document)
        custom = {id_: name for name, id_ in decoder.ids.items()}
        self._changes = Changes(target, statuses, self._ids, custom, self._kinds, self._waits)
        self._member = frozenset({str(target.closing)})
        self._site = ""
        self._points_of: dict[str, str] = {}
        self._people: dict[str, Person] = {}
        self._teams: dict[str, Team] = {}

    def issue(self, document: Document) -> Issue:
        """Map an issue with its whole history. Raises ValueError for a date that is none."""
        fields = document.fields
        in_project = fields.project.id if fields.project is not None else ""
        self._changes.points = points = self._points(in_project)
        changes = self._changes.of(document)
        if not self._site:
            self._site = (document.address or "").partition("/rest/")[0]
        return Issue(
            id=document.id,
            key=document.key,
            title=fields.summary or "",
            url=f"{self._site}/browse/{document.key}",
            status=self.statuses[fields.status.id],
            created_at=instant(fields.created, "created"),
            kind=_kind(fields.issuetype) if fields.issuetype is not None else None,
            assignee=self._person(fields.assignee),
            estimate=self._estimate(fields, points),
            hours=None if fields.estimate is None else items.hours(fields.estimate),
            due_on=day(fields.duedate, "duedate") if fields.duedate else None,
            membership=self._member if self._is_member(fields) else NOTHING,
            labels={label: label for label in fields.labels} if fields.labels else {},
            team=self._team(fields),
            archived=fields.archived is not None,
            changes=changes,
            complete_history=self._complete(document, changes),
            parent_id=fields.parent.id if fields.parent is not None else None,
            components=tuple([one.name for one in fields.components or ()]),
            sprints=self._sprints(fields),
            flagged=self._flagged(fields),
            blocked_by=self._blocked_by(fields.links) if fields.links else NOTHING,
            dropped=fields.resolution is not None and dropped(fields.resolution.name),
        )

    def parents(self, document: Document) -> Track[str | None]:
        """Return the ids of the parents over time of the issue that was mapped last.

        A parent is an epic, or what it is a sub-task of.
        """
        steps: dict[Step[str | None], None] = {}
        for at, _, _, history in ordered(document.changelog.histories):
            for item in history.items:
                if item.field in words.PARENTS:
                    before = item.before or self._id_of(item.before_text)
                    after = item.after or self._id_of(item.after_text)
                    if before != after:
                        steps[Step(at, before, after)] = None
        return undo(self._parent(document.fields), list(steps))

    @property
    def points_told(self) -> bool:
        """Whether any issue or history speaks of story points."""
        return bool(self._uses)

    def _survey(self, document: Document) -> None:
        """Learn the keys of an issue, and which of the fields for story points it uses."""
        fields, ids = document.fields, self._ids
        ids[document.key] = document.id
        in_project = fields.project.id if fields.project is not None else ""
        if fields.project is not None:
            ids[fields.project.key] = in_project
        if fields.issuetype is not None and fields.issuetype.id not in self._kinds:
            self._kinds[fields.issuetype.id] = _kind(fields.issuetype)
        for link in fields.links or ():
            if link.inward is not None and link.inward.key is not None:
                ids.setdefault(link.inward.key, link.inward.id)
            if link.type is not None and (link.type.name or "").casefold() == BLOCKS:
                self._waits.add((link.type.inward or BLOCKED_BY).casefold())
        used = self._survey_history(document)
        for name in self._decoder.ids.keys() & POINTS:
            if self._decoder.value(fields, name) is not None:
                used.add(name)
        self._uses.update((in_project, name) for name in used)

    def _survey_history(self, document: Document) -> set[str]:
        """Learn the former keys of an issue; return the fields for points its changelog names."""
        used = set()
        for history in document.changelog.histories:
            for item in history.items:
                if item.field not in words.SURVEYED:
                    continue
                if item.field in words.POINTS:
                    used.add(item.field.casefold())
                else:
                    keys = filter(None, (item.before_text, item.after_text))
                    self._ids |= dict.fromkeys(keys, document.id)
                    self._ids |= {key: id_ for key, id_ in moves_told(document) if key and id_}
        return used

    def _points(self, in_project: str) -> str:
        """Return which field for story points a Jira project uses: the one most issues have.

        Company-managed and team-managed projects have different ones. The first where it is equal.
        """
        if in_project not in self._points_of:
            used = max(POINTS, key=lambda name: self._uses[in_project, name])
            self._points_of[in_project] = used
        return self._points_of[in_project]

    def _estimate(self, fields: Fields, points: str) -> float | None:
        if points in self._decoder.ids:
            value: float | None = self._decoder.value(fields, points)
            return value
        return number_of(self._changes.last.get(points))

    def _sprints(self, fields: Fields) -> frozenset[str]:
        if "sprint" in self._decoder.ids:
            value = self._decoder.value(fields, "sprint")
            return items.sprints(value) if value else NOTHING
        told = self._changes.last.get("sprint")
        return frozenset(items.ids_in(told)) if told else NOTHING

    def _flagged(self, fields: Fields) -> bool:
        if "flagged" in self._decoder.ids:
            return bool(self._decoder.value(fields, "flagged"))
        return self._changes.last.get("flagged") is not None

    def _blocked_by(self, links: Iterable[LinkPart]) -> frozenset[str]:
        return frozenset(
            link.inward.id
            for link in links
            if link.inward is not None
            and link.type is not None
            and (link.type.inward or "").casefold() in self._waits
        )

    def _complete(self, document: Document, changes: tuple[Change, ...]) -> bool:
        """Whether the whole history is there: in number, and it leads to the present."""
        log, fields, last = document.changelog, document.fields, self._changes.last
        if log.total is not None and log.total > len(log.histories):
            return False
        status = fields.status.id
        in_project = fields.project.id if fields.project is not None else None
        if last.get("status", status) == status and last.get("project", in_project) == in_project:
            return True
        return _leads_to(status, Field.STATUS, changes) and _leads_to(
            in_project, Field.TEAM, changes
        )

    def _is_member(self, fields: Fields) -> bool:
        id_ = self._target.closing.id
        match self._target.closing.kind:
            case Kind.VERSION:
                return any(one.id == id_ for one in fields.versions or ())
            case Kind.PROJECT:
                return fields.project is not None and fields.project.id == id_
            case Kind.ISSUE:
                return self._parent(fields) == id_

    def _parent(self, fields: Fields) -> str | None:
        if fields.parent is not None:
            return fields.parent.id
        if "epic link" not in self._decoder.ids:
            return self._id_of(self._changes.last.get("epic link"))
        return self._id_of(self._decoder.value(fields, "epic link"))

    def _id_of(self, key: str | None) -> str | None:
        return self._ids.get(key, key) if key else None

    def _person(self, user: UserPart | None) -> Person | None:
        if user is None or (id_ := user.id) is None:
            return None
        if id_ not in self._people:
            self._people[id_] = Person(id_, id_)  # no figure needs anybody's name
        return self._people[id_]

    def _team(self, fields: Fields) -> Team | None:
        project = fields.project
        if project is None:
            return None
        if project.id not in self._teams:
            self._teams[project.id] = Team(project.id, project.key, project.name or project.key)
        return self._teams[project.id]


def time_of(document: Document) -> Iterator[TimeEntry]:
    """Yield the working time that is recorded on an issue, each entry once. Raises ValueError."""
    log = document.fields.worklog
    for one in {one.id: one for one in log.worklogs}.values() if log is not None else ():
        yield TimeEntry(
            id=one.id,
            at=instant(one.started, "worklog.started"),
            seconds=one.seconds,
            issue_id=document.id,
            person_id=one.author.id if one.author is not None else None,
            recorded_at=instant(one.created, "worklog.created") if one.created else None,
        )


def time_is_partial(document: Document) -> bool:
    """Whether an issue has more recorded time than the export lists."""
    log = document.fields.worklog
    return log is not None and log.total is not None and log.total > len(log.worklogs)


def status_of(document: Document) -> Status:
    """Return the status an issue stands in; one without category counts as not started."""
    part = document.fields.status
    key = part.category.key if part.category is not None else None
    return Status(
        part.id, part.name, meaning.CATEGORIES.get((key or "").casefold(), StatusCategory.TODO)
    )


def _kind(kind: KindPart) -> str:
    """Return the name of a type; one above the ordinary ones, as Cloud tells, is an epic."""
    return EPIC if (kind.level or 0) >= 1 else kind.name


def _leads_to(present: str | None, field: Field, changes: tuple[Change, ...]) -> bool:
    moves = [change for change in changes if change.field is field]
    if not moves or moves[-1].after == present:
        return True
    # Several of one instant are numbered at random: any of them may be the last one.
    return any(one.at == moves[-1].at and one.after == present for one in moves)
