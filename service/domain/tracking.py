"""What trackers hold, in our own words: people, projects, issues and their history.

Every instant carries a time zone (UTC by convention); dates are calendar dates without one.
A value a tool did not give is None, never an empty string or a zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date, datetime


class StatusCategory(StrEnum):
    """What a status means, whatever the tool calls it."""

    TODO = "todo"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def closed(self) -> bool:
        """Whether work in this category has ended, well or not."""
        return self in {StatusCategory.DONE, StatusCategory.CANCELLED}


@dataclass(frozen=True, slots=True)
class Status:
    """One status of a project or an issue: the tool's id and word, and our category."""

    id: str
    name: str
    category: StatusCategory


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the tool. `active` is False once it was deactivated."""

    id: str
    name: str
    email: str | None = None
    handle: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Team:
    """A team of the tool; `key` is the short name that starts its issues' keys."""

    id: str
    key: str
    name: str


@dataclass(frozen=True, slots=True, order=True)
class ProjectRef:
    """Which project, everywhere: `workspace/key`, the key in the tool's canonical form."""

    workspace: str
    key: str

    def __str__(self) -> str:
        return f"{self.workspace}/{self.key}"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that stands on the project."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """A named part of the plan; `done` as the tool sees it.

    `id` is what the issues' `milestone_id` names, None where the tool has no such link.
    """

    name: str
    target_on: date | None
    done: bool
    id: str | None = None


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One recorded change of a project's planned finish (None: there was or is none)."""

    at: datetime
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class Project:
    """A project as the tool shows it now.

    - `target_on` is the last day of the planned period, also where the tool keeps a month or a
      quarter; `target_is_coarse` says that it does.
    - `closed_at` is when it was last moved into a closed status, None while it is open, and where
      the tool does not keep it.
    - `plan_changes` are oldest first; None where the tool's record of them could not be read.
    - `plan_known_since` is when they begin, where they are of our own looks: what the planned
      finish was before is not known then. None where the tool keeps them itself.
    - `links_unknown` is why `links` could not be read; `links` says nothing then.
    - `gone` names the reason (archived, trashed) when the project left without being closed.
    - `closing_asked_at` is when somebody asked in the tool to close it, where the tool itself
      refuses the closing and tells nobody that it was tried; None where nobody did.
    - `known_as` is how people write its key, where that differs from the immutable one (NOVA-12).
    - `gate_scope` is what a rule of the tool's own covers or not; None where it has no such rules.
    """

    ref: ProjectRef
    name: str
    url: str
    status: Status
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    started_at: datetime | None = None
    closed_at: datetime | None = None
    start_on: date | None = None
    target_on: date | None = None
    target_is_coarse: bool = False
    lead: Person | None = None
    members: tuple[Person, ...] = ()
    teams: tuple[Team, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    links: tuple[Link, ...] = ()
    links_unknown: str | None = None
    plan_changes: tuple[PlanChange, ...] | None = None
    gone: str | None = None
    closing_asked_at: datetime | None = None
    gate_scope: str | None = None
    known_as: str | None = None
    plan_known_since: datetime | None = None

    @property
    def closed(self) -> bool:
        """Whether the project stands in a closed status now."""
        return self.status.category.closed


class Field(StrEnum):
    """The fields of an issue whose changes the history keeps."""

    STATUS = "status"
    MEMBERSHIP = "membership"  # the project (or version, or epic) ids it belongs to
    ASSIGNEE = "assignee"
    ESTIMATE = "estimate"  # in points
    HOURS = "hours"  # the estimate in hours of work, the original one where the tool has several
    DUE_ON = "due_on"
    LABELS = "labels"
    TEAM = "team"
    KIND = "kind"  # the issue type
    MILESTONE = "milestone"
    SPRINTS = "sprints"  # the sprint (or cycle) ids it was planned into
    FLAGGED = "flagged"  # marked as held up
    BLOCKED_BY = "blocked_by"  # the ids of the issues it waits for
    DROPPED = "dropped"  # its resolution says that the work was given up, whatever the status
    TEXT = "text"  # an edit of title or description; the words themselves are not kept
    ARCHIVED = "archived"


class Change(NamedTuple):
    """One change of one field, as the tool recorded it.

    - Scalar fields carry the value before and after, None for "no value". Statuses, people, teams
      and milestones are ids; kinds are names; dates are ISO text; numbers are decimal text.
    - Flags (archived, flagged, dropped) carry `true`, or None for "not".
    - Set fields (membership, labels, sprints, blocked by) carry what left in `before` and what
      joined in `after`, one change for each member of the set.
    - `actor_id` is None where the tool does not say who did it.
    """

    at: datetime
    id: str
    field: Field
    before: str | None
    after: str | None
    actor_id: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as the tool shows it now, with every recorded change, oldest first.

    - `membership` holds the ids of the closing objects it belongs to now.
    - `estimate` is in points, `hours` the estimate in hours of work; 0 is one, None is none.
    - `labels` maps label id to label name; `components` are names.
    - `dropped` says that its resolution means the work was given up, whatever its status.
    - `blocked_by` holds the ids of the issues it waits for now.
    - `complete_history` is False where the tool gave less history than it has.
    - `parent_id` names the issue it is a sub-task of: sizes are not counted on both.
    """

    id: str
    key: str
    title: str
    url: str
    status: Status
    created_at: datetime
    kind: str | None = None
    assignee: Person | None = None
    estimate: float | None = None
    hours: float | None = None
    due_on: date | None = None
    membership: frozenset[str] = frozenset()
    labels: dict[str, str] = field(default_factory=dict)
    team: Team | None = None
    archived: bool = False
    trashed: bool = False
    changes: tuple[Change, ...] = ()
    complete_history: bool = True
    parent_id: str | None = None
    milestone_id: str | None = None
    components: tuple[str, ...] = ()
    sprints: frozenset[str] = frozenset()
    flagged: bool = False
    blocked_by: frozenset[str] = frozenset()
    dropped: bool = False


class TimeEntry(NamedTuple):
    """Working time that somebody recorded.

    - `at` is when the work was begun, in UTC; `seconds` how long it took.
    - `issue_id` is None where it was recorded for the project as a whole.
    - `person_id` and `role` only choose an hourly rate; neither a figure nor a text names a person.
    - `recorded_at` is when it was written down, None where the source does not say.
    - `source` is what it was read from: `worklog`, or the kind of file it was imported from.
    """

    id: str
    at: datetime
    seconds: int
    issue_id: str | None = None
    person_id: str | None = None
    role: str | None = None
    recorded_at: datetime | None = None
    source: str = "worklog"


@dataclass(frozen=True, slots=True)
class ProjectIssues:
    """Every issue that is or was in a project, and what is known of the ones that are not shown.

    - `issues` holds members and known leavers alike; membership in the history tells them apart.
    - `statuses` maps a status id to the status, for every id that occurs in a history.
    - `unaccounted_removals` is how many left without a trace we could follow, None if unknown.
    - `time` is the working time recorded on the issues, None where the tool keeps none or it was
      not read; `time_unknown` then says why. `time_partial` holds the keys of the issues of which
      the tool gave less than it has.
    """

    issues: tuple[Issue, ...]
    statuses: dict[str, Status]
    unaccounted_removals: int | None = None
    time: tuple[TimeEntry, ...] | None = None
    time_unknown: str | None = None
    time_partial: frozenset[str] = frozenset()
