"""What an organisation in Linear consists of, as plain changeable records.

- Fields are named as in Linear's schema, in Python's spelling (`completedAt` is `completed_at`).
- References are ids; `Tables` finds what they name.
- Instants are in UTC and whole milliseconds, as Linear gives them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

CLOSED_STATE_TYPES = frozenset({"completed", "canceled", "duplicate"})
PRIORITY_LABELS = ("No priority", "Urgent", "High", "Medium", "Low")


@dataclass(slots=True, kw_only=True)
class Entity:
    """What every record has. `seq` is the order of insertion, which breaks ties of time."""

    id: str
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None = None
    seq: int = 0


@dataclass(slots=True, kw_only=True)
class Organization(Entity):
    """The workspace."""

    name: str
    url_key: str


@dataclass(slots=True, kw_only=True)
class User(Entity):
    """An account. A deactivated one is not `active`."""

    name: str
    email: str
    display_name: str
    url: str
    active: bool = True
    admin: bool = False
    app: bool = False
    guest: bool = False
    avatar_url: str | None = None
    timezone: str | None = None


@dataclass(slots=True, kw_only=True)
class Team(Entity):
    """A team; it numbers its issues."""

    name: str
    key: str
    member_ids: list[str] = field(default_factory=list)
    private: bool = False
    description: str | None = None
    color: str | None = "#5e6ad2"
    icon: str | None = None
    timezone: str = "Europe/Berlin"
    issue_estimation_type: str = "fibonacci"
    issue_estimation_allow_zero: bool = False
    auto_archive_period: float = 6
    cycles_enabled: bool = False
    triage_enabled: bool = False
    group_issue_history: bool = True
    last_number: int = 0


@dataclass(slots=True, kw_only=True)
class WorkflowState(Entity):
    """A team's state of issues; `type` is triage, backlog, unstarted, started and so on."""

    name: str
    type: str
    position: float
    team_id: str
    color: str = "#bec2c8"
    description: str | None = None


@dataclass(slots=True, kw_only=True)
class Label(Entity):
    """A label of issues. `team_id` is None for one of the whole workspace."""

    name: str
    creator_id: str | None = None
    team_id: str | None = None
    parent_id: str | None = None
    color: str = "#eb5757"
    description: str | None = None
    is_group: bool = False


@dataclass(slots=True, kw_only=True)
class ProjectLabel(Label):
    """A label of projects."""


@dataclass(slots=True, kw_only=True)
class ProjectStatus(Entity):
    """A status of projects; its `type` alone says whether it is closed."""

    name: str
    type: str
    position: float
    color: str = "#bec2c8"
    description: str | None = None
    indefinite: bool = False


@dataclass(slots=True, kw_only=True)
class Project(Entity):
    """A project."""

    name: str
    slug_id: str
    url: str
    status_id: str
    creator_id: str | None
    team_ids: list[str]
    document_content_id: str
    description: str = ""
    content: str | None = None
    lead_id: str | None = None
    member_ids: list[str] = field(default_factory=list)
    label_ids: list[str] = field(default_factory=list)
    start_date: date | None = None
    start_date_resolution: str | None = None
    target_date: date | None = None
    target_date_resolution: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    canceled_at: datetime | None = None
    auto_archived_at: datetime | None = None
    health: str | None = None
    health_updated_at: datetime | None = None
    last_update_id: str | None = None
    priority: int = 0
    sort_order: float = 0
    color: str = "#5e6ad2"
    icon: str | None = None
    trashed: bool | None = None


@dataclass(slots=True, kw_only=True)
class ProjectMilestone(Entity):
    """A milestone of a project."""

    name: str
    project_id: str
    target_date: date | None = None
    description: str | None = None
    sort_order: float = 0


@dataclass(slots=True, kw_only=True)
class ProjectUpdate(Entity):
    """A status report. `snapshot` is what the next one's `diff` is computed from."""

    body: str
    health: str
    project_id: str
    user_id: str
    slug_id: str
    url: str
    diff: dict[str, Any] | None = None
    diff_markdown: str | None = None
    edited_at: datetime | None = None
    is_diff_hidden: bool = False
    snapshot: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class ProjectHistory(Entity):
    """What changed in a project. The shape of `entries` is our own: Linear publishes none."""

    project_id: str
    entries: dict[str, Any]


@dataclass(slots=True, kw_only=True)
class EntityExternalLink(Entity):
    """A link on a project."""

    url: str
    label: str
    project_id: str | None
    creator_id: str | None
    sort_order: float = 0


@dataclass(slots=True, kw_only=True)
class Snapshot:
    """A document's text as it was once."""

    id: str
    at: datetime
    content: str
    actor_ids: list[str]


@dataclass(slots=True, kw_only=True)
class Document(Entity):
    """A document. `content` is Markdown as it reads back, not as it was written."""

    title: str
    slug_id: str
    url: str
    document_content_id: str
    content: str = ""
    creator_id: str | None = None
    updated_by_id: str | None = None
    project_id: str | None = None
    issue_id: str | None = None
    team_id: str | None = None
    color: str | None = None
    icon: str | None = None
    hidden_at: datetime | None = None
    sort_order: float = 0
    trashed: bool | None = None
    snapshots: list[Snapshot] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Comment(Entity):
    """A comment on exactly one thing."""

    body: str
    url: str
    user_id: str | None
    issue_id: str | None = None
    project_id: str | None = None
    project_update_id: str | None = None
    document_content_id: str | None = None
    parent_id: str | None = None
    quoted_text: str | None = None
    edited_at: datetime | None = None
    resolved_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Cycle(Entity):
    """A team's cycle."""

    number: float
    team_id: str
    starts_at: datetime
    ends_at: datetime
    name: str | None = None
    completed_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class StateSpan:
    """A time an issue spent in one state without a break; `ended_at` None: it is in it now."""

    id: str
    state_id: str
    started_at: datetime
    ended_at: datetime | None = None
    seq: int = 0


@dataclass(slots=True, kw_only=True)
class IssueHistory(Entity):
    """One entry of an issue's history; `changes` holds the schema's from/to fields by name."""

    issue_id: str
    actor_id: str | None
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Standing:
    """Where an issue stood from an instant on; the weekly series are computed from these."""

    at: datetime
    project_id: str | None
    estimate: float | None
    state_type: str


@dataclass(slots=True, kw_only=True)
class Issue(Entity):
    """An issue."""

    identifier: str
    number: int
    title: str
    url: str
    team_id: str
    state_id: str
    creator_id: str | None
    description: str | None = None
    assignee_id: str | None = None
    delegate_id: str | None = None
    project_id: str | None = None
    project_milestone_id: str | None = None
    parent_id: str | None = None
    cycle_id: str | None = None
    estimate: float | None = None
    priority: int = 0
    due_date: date | None = None
    label_ids: list[str] = field(default_factory=list)
    subscriber_ids: list[str] = field(default_factory=list)
    started_at: datetime | None = None
    completed_at: datetime | None = None
    canceled_at: datetime | None = None
    added_to_project_at: datetime | None = None
    added_to_cycle_at: datetime | None = None
    added_to_team_at: datetime | None = None
    started_triage_at: datetime | None = None
    triaged_at: datetime | None = None
    auto_archived_at: datetime | None = None
    auto_closed_at: datetime | None = None
    sort_order: float = 0
    trashed: bool | None = None
    previous_identifiers: list[str] = field(default_factory=list)
    history: list[IssueHistory] = field(default_factory=list)
    spans: list[StateSpan] = field(default_factory=list)
    trail: list[Standing] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class IssueRelation(Entity):
    """A relation from one issue to another; the other side sees it as inverse."""

    issue_id: str
    related_issue_id: str
    type: str


@dataclass(slots=True, kw_only=True)
class Attachment(Entity):
    """A link on an issue."""

    title: str
    url: str
    issue_id: str
    creator_id: str | None
    subtitle: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    source_type: str | None = None
    group_by_source: bool = False


@dataclass(frozen=True, slots=True)
class UploadFileHeader:
    """A header that belongs to the signature of an upload."""

    key: str
    value: str


@dataclass(slots=True, kw_only=True)
class UploadFile(Entity):
    """A place for a file; its bytes are in `World.files` as soon as they came. `secret` signs it."""

    filename: str
    content_type: str
    size: int
    asset_url: str
    headers: list[UploadFileHeader]
    secret: str
    creator_id: str


@dataclass(slots=True, kw_only=True)
class Webhook(Entity):
    """A subscription to events."""

    url: str
    secret: str
    resource_types: list[str]
    creator_id: str | None
    label: str | None = None
    team_id: str | None = None
    all_public_teams: bool = False
    enabled: bool = True
