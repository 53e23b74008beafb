"""How each field of a type is answered from the records."""

# A resolver takes what GraphQL hands to every one of them, whether it needs it or not.
# ruff: noqa: ARG001, ARG005

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from connectors.linear.standin import relations, series, uploads
from connectors.linear.standin.entities import PRIORITY_LABELS, Document, Project, User
from connectors.linear.standin.errors import forbidden, not_authenticated
from connectors.linear.standin.filters import Sieve, snake
from connectors.linear.standin.kinds import Record
from connectors.linear.standin.limits import Limits
from connectors.linear.standin.paging import Page, page
from connectors.linear.standin.payloads import WEEKLY
from connectors.linear.standin.tables import Tables
from connectors.linear.standin.world import Act, World

Args = Mapping[str, Any]
Resolver = Callable[[Any, "Call", Args], Any]
Change = Callable[["Call", Args], dict[str, Any]]


@dataclass(slots=True)
class Call:
    """One request: who asks, what they see, and when. `act` is set for mutations."""

    world: World
    tables: Tables
    user: User | None
    limits: Limits
    now: datetime
    act: Act | None = None

    @property
    def viewer(self) -> User:
        """Return who asks. Raises Refused for nobody."""
        if self.user is None:
            raise not_authenticated()
        return self.user

    @property
    def change(self) -> Act:
        """Return the change under way. Raises Refused for nobody."""
        if self.act is None:
            raise not_authenticated()
        return self.act

    def need_admin(self) -> None:
        """Raise Refused unless an administrator asks."""
        if not self.viewer.admin:
            raise forbidden("You need to be a workspace admin to manage webhooks.")


def connection(kind: str, name: str) -> Resolver:
    """Answer a list that hangs on a record, or one at the root."""
    records_of = relations.TO_MANY[kind][name]
    at_root = kind == "Query"
    only_active = name in ("users", "members")

    def resolve(owner: Record, call: Call, args: Args) -> Page:
        records = list(records_of(call.tables, owner))
        if not args.get("includeArchived") and name != "stateHistory":
            records = [r for r in records if r.archived_at is None]
        if only_active and not args.get("includeDisabled"):
            records = [r for r in records if r.active]
        if at_root and call.world.behaviour.list_lag:
            seen_at = call.now - call.world.behaviour.list_lag
            records = [r for r in records if max(r.created_at, r.updated_at) <= seen_at]
        if args.get("filter"):
            sieve = Sieve(call.tables, call.user.id if call.user else None, call.now)
            records = [r for r in records if sieve.passes(r, args["filter"])]
        order = "startedAt" if name == "stateHistory" else None
        return page(records, args, call.world.behaviour, order=order)

    return resolve


def to_one(kind: str, name: str) -> Resolver:
    """Answer a field that leads to one record."""

    def resolve(owner: Record, call: Call, args: Args) -> Record:
        return relations.one(call.tables, kind, name, owner)

    return resolve


def weekly(name: str) -> Resolver:
    """Answer one of a project's weekly series."""

    def resolve(owner: Project, call: Call, args: Args) -> list[float]:
        return series.weekly(call.tables, owner, name, call.now)

    return resolve


def attribute(name: str) -> Resolver:
    """Answer from the record's own field."""
    get = attrgetter(snake(name))

    def resolve(owner: Record, call: Call, args: Args) -> Record:
        return get(owner)

    return resolve


def item(name: str) -> Resolver:
    """Answer from a dictionary, which is what mutations and a few queries return."""
    key = snake(name)
    return lambda owner, call, args: owner.get(key)


def history_field(name: str) -> Resolver:
    """Answer a field of an entry of an issue's history from what changed."""
    side, attribute_name = ("from", name[4:]) if name.startswith("from") else ("to", name[2:])
    table = _HISTORY_TABLES.get(attribute_name)
    key = f"{side}{attribute_name}Id" if table else name

    def resolve(owner: Record, call: Call, args: Args) -> Record:
        value = owner.changes.get(key)
        return call.tables.table(table).get(value) if table and value else value

    return resolve


_DICTIONARIES = ("Payload", "DocumentContentHistoryType")
_HISTORY_TABLES = {
    "Assignee": "users",
    "Cycle": "cycles",
    "Delegate": "users",
    "Parent": "issues",
    "Project": "projects",
    "ProjectMilestone": "project_milestones",
    "State": "workflow_states",
    "Team": "teams",
}


def _labels(key: str) -> Resolver:
    def resolve(owner: Record, call: Call, args: Args) -> Record:
        ids = owner.changes.get(key)
        table = call.tables.issue_labels
        return None if ids is None else [table[one] for one in ids if one in table]

    return resolve


def _change(key: str) -> Resolver:
    return lambda owner, call, args: owner.changes.get(key)


def _initials(user: User) -> str:
    return "".join(word[0] for word in user.name.split()[:2]).upper()


def _content_owner(kind: type) -> Resolver:
    """A document's content is the document, or the project, under another id."""
    return lambda owner, call, args: owner if isinstance(owner, kind) else None


def _issue_count(owner: Record, call: Call, args: Args) -> int:
    issues = [i for i in call.tables.issues.values() if i.team_id == owner.id]
    return len([i for i in issues if args.get("includeArchived") or i.archived_at is None])


def _default_state(owner: Record, call: Call, args: Args) -> Record:
    states = call.tables.states_of(owner.id)
    return next((s for s in states if s.type in ("backlog", "unstarted")), None)


def _nothing(owner: Record, call: Call, args: Args) -> Record:
    return None


# What is neither a record's own field nor a plain way on to other records.
SPECIAL: dict[str, dict[str, Resolver]] = {
    "Organization": {
        "projectStatuses": lambda o, call, a: [
            s for s in call.tables.project_statuses.values() if s.archived_at is None
        ],
        "userCount": lambda o, call, a: sum(u.active for u in call.tables.users.values()),
    },
    "User": {
        "isMe": lambda o, call, a: call.user is not None and o.id == call.user.id,
        "isAssignable": lambda o, call, a: o.active,
        "initials": lambda o, call, a: _initials(o),
        "organization": lambda o, call, a: call.tables.organization,
    },
    "Team": {
        "displayName": lambda o, call, a: o.name,
        "visibility": lambda o, call, a: "private" if o.private else "public",
        "organization": lambda o, call, a: call.tables.organization,
        "issueCount": _issue_count,
        "defaultIssueState": _default_state,
    },
    "Project": {
        **{name: weekly(name) for name in WEEKLY},
        "documentContent": lambda o, call, a: o,
        "priorityLabel": lambda o, call, a: PRIORITY_LABELS[o.priority],
        "progress": lambda o, call, a: series.progress(call.tables, o),
        "scope": lambda o, call, a: series.scope(call.tables, o),
        "state": lambda o, call, a: call.tables.project_statuses[o.status_id].type,
    },
    "ProjectMilestone": {
        "progress": lambda o, call, a: series.milestone_progress(call.tables, o),
        "status": lambda o, call, a: series.milestone_status(call.tables, o, call.now),
    },
    "ProjectUpdate": {"isStale": lambda o, call, a: False},
    "Comment": {
        "documentContent": lambda o, call, a: relations.content_of(call.tables, o),
        "botActor": _nothing,
    },
    "DocumentContent": {
        "id": lambda o, call, a: o.document_content_id,
        "document": _content_owner(Document),
        "project": _content_owner(Project),
        "restoredAt": _nothing,
    },
    "Issue": {
        "botActor": _nothing,
        "branchName": lambda o, call, a: f"{o.identifier}-{o.url.rsplit('/', 1)[-1]}".lower(),
        "priorityLabel": lambda o, call, a: PRIORITY_LABELS[o.priority],
    },
    "IssueHistory": {
        **{
            name: _change(name)
            for name in (
                *("addedLabelIds", "removedLabelIds", "archived", "autoArchived"),
                *("autoClosed", "trashed", "updatedDescription", "attachmentId"),
            )
        },
        "addedLabels": _labels("addedLabelIds"),
        "removedLabels": _labels("removedLabelIds"),
        "botActor": _nothing,
    },
    "UploadFile": {"uploadUrl": lambda o, call, a: uploads.upload_url(call.world, o)},
    "Webhook": {
        "teamIds": lambda o, call, a: [o.team_id] if o.team_id else None,
        "secret": lambda o, call, a: o.secret,
    },
}


def resolver_of(kind: str, name: str) -> Resolver:
    """Return how a field of a type is answered."""
    if name in SPECIAL.get(kind, ()):
        return SPECIAL[kind][name]
    if name in relations.TO_ONE.get(kind, ()):
        return to_one(kind, name)
    if name in relations.TO_MANY.get(kind, ()):
        return connection(kind, name)
    if kind == "IssueHistory" and name.startswith(("from", "to")):
        return history_field(name)
    return item(name) if kind.endswith(_DICTIONARIES) else attribute(name)
