"""An issue as an export has it: of a document only what the figures need, each value typed.

Everything else in a line is passed over without being made into objects, which is most of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

#: What a value of the sprint field looks like: objects in Cloud, text in old Data Centers.
SprintValue = dict[str, Any] | str


class Part(msgspec.Struct, gc=False):
    """A part of a document; none holds itself, so the garbage collector need not look."""


class Category(Part):
    """A status category; its key is the same in every language."""

    key: str | None = None


class StatusPart(Part):
    """The status an issue stands in."""

    id: str
    name: str
    category: Category | None = msgspec.field(default=None, name="statusCategory")


class Named(Part):
    """A resolution or a component."""

    name: str


class KindPart(Part):
    """An issue type; 1 and above are levels that group issues."""

    id: str
    name: str
    level: int | None = msgspec.field(default=None, name="hierarchyLevel")


class ProjectPart(Part):
    """The Jira project an issue is in."""

    id: str
    key: str
    name: str | None = None


class VersionPart(Part):
    """A version as the issues carry it: with its release day, which has no history."""

    id: str
    name: str
    released: bool | None = None
    release_date: str | None = msgspec.field(default=None, name="releaseDate")


class IssuePart(Part):
    """Another issue: a parent, the far end of a link."""

    id: str
    key: str | None = None


class LinkType(Part):
    """What a type of links is called, and how one reads from its far end."""

    name: str | None = None
    inward: str | None = None


class LinkPart(Part):
    """A link to another issue; `inward` is set where this issue is what is done to."""

    type: LinkType | None = None
    inward: IssuePart | None = msgspec.field(default=None, name="inwardIssue")


class UserPart(Part):
    """An account: Cloud knows it by `account`, Data Center by `key`, old ones by `name`."""

    account: str | None = msgspec.field(default=None, name="accountId")
    key: str | None = None
    name: str | None = None

    @property
    def id(self) -> str | None:
        """The id of the account, None for an anonymous or deleted one."""
        return self.account or self.key or self.name or None


class WorkPart(Part):
    """Working time that was recorded."""

    id: str
    started: str
    seconds: int = msgspec.field(name="timeSpentSeconds")
    created: str | None = None
    author: UserPart | None = None


class WorkLog(Part):
    """The working time of an issue; `total` may be more than what is listed."""

    worklogs: list[WorkPart] = []
    total: int | None = None


class Fields(Part):
    """The fields every issue has; custom ones are added by `Decoder`."""

    status: StatusPart
    created: str
    updated: str | None = None
    summary: str | None = None
    issuetype: KindPart | None = None
    resolution: Named | None = None
    project: ProjectPart | None = None
    parent: IssuePart | None = None
    assignee: UserPart | None = None
    duedate: str | None = None
    estimate: int | None = msgspec.field(default=None, name="timeoriginalestimate")
    versions: list[VersionPart] | None = msgspec.field(default=None, name="fixVersions")
    components: list[Named] | None = None
    labels: list[str] | None = None
    links: list[LinkPart] | None = msgspec.field(default=None, name="issuelinks")
    worklog: WorkLog | None = None
    archived: str | None = msgspec.field(default=None, name="archiveddate")


class Item(Part):
    """One changed field of a history."""

    field: str
    field_id: str | None = msgspec.field(default=None, name="fieldId")
    before: str | None = msgspec.field(default=None, name="from")
    before_text: str | None = msgspec.field(default=None, name="fromString")
    after: str | None = msgspec.field(default=None, name="to")
    after_text: str | None = msgspec.field(default=None, name="toString")


class HistoryPart(Part):
    """What one person changed at one instant."""

    id: str
    created: str
    items: list[Item]
    author: UserPart | None = None


class Changelog(Part):
    """The histories of an issue; `total` may be more than what is listed."""

    histories: list[HistoryPart]
    total: int | None = None


class Document(Part):
    """One exported issue."""

    id: str
    key: str
    fields: Fields
    changelog: Changelog
    address: str | None = msgspec.field(default=None, name="self")
    names: dict[str, str] | None = None


class Page(Part):
    """One answer of a search, with its issues."""

    issues: list[msgspec.Raw]
    names: dict[str, str] | None = None


#: The custom fields that are read, by their names in small letters, and what they hold.
CUSTOM: Mapping[str, Any] = {
    "story points": float | None,
    "story point estimate": float | None,
    "sprint": list[SprintValue] | SprintValue | None,
    "flagged": list[Any] | None,
    "epic link": str | None,
}
POINTS = ("story points", "story point estimate")


class Decoder:
    """Reads documents, and learns which custom fields there are: their ids differ by site.

    - `ids` maps a name of `CUSTOM` to the field's id, as far as it is known.
    - `stale` says that a field became known after documents were read without it.
    """

    def __init__(self, points_field: str | None = None) -> None:
        self.ids: dict[str, str] = {POINTS[0]: points_field} if points_field else {}
        self.stale = False
        self._begun = False
        self._points_given = points_field is not None
        self._build()

    def document(self, line: bytes | msgspec.Raw) -> Document:
        """Read one issue. Raises msgspec.DecodeError or its ValidationError."""
        found = self._decode(line)
        if found.names is not None and self.named(found.names):
            found = self._decode(line)
        self._begun = True
        return found

    def named(self, names: Mapping[str, str]) -> bool:
        """Take the names of fields by their ids; whether more is read from now on."""
        if not self._learn(names):
            return False
        self.stale = self.stale or self._begun
        self._build()
        return True

    def _learn(self, names: Mapping[str, str]) -> bool:
        new = {
            name: id_
            for id_, shown in names.items()
            if (name := shown.casefold()) in CUSTOM and name not in self.ids
        }
        if self._points_given:
            new = {name: id_ for name, id_ in new.items() if name not in POINTS}
        self.ids |= new
        return bool(new)

    def notice(self, document: Document) -> None:
        """Learn from a changelog, where Cloud writes the ids of the fields beside their names."""
        names = {}
        for history in document.changelog.histories:  # hot: once for each item
            for item in history.items:
                id_ = item.field_id
                if id_ is not None and id_.startswith("customfield_"):
                    names[id_] = item.field
        if names and self._learn(names):
            self.stale = True

    def again(self) -> None:
        """Begin another reading, with what was learned."""
        self._build()
        self.stale = self._begun = False

    def value(self, fields: Fields, name: str) -> Any:  # noqa: ANN401  (of the type in CUSTOM)
        """Return the present value of a custom field, None where it is not known by id."""
        id_ = self.ids.get(name)
        return getattr(fields, id_, None) if id_ else None

    def _build(self) -> None:
        """Make a decoder for exactly the fields that are known now."""
        custom = [(id_, CUSTOM[name], None) for name, id_ in self.ids.items()]
        fields = msgspec.defstruct("Fields", custom, bases=(Fields,), gc=False)
        whole = [("id", str), ("key", str), ("fields", fields)]
        made: Any = msgspec.defstruct("Document", whole, bases=(Document,), gc=False)
        decoder: msgspec.json.Decoder[Document] = msgspec.json.Decoder(made)
        self._decode = decoder.decode
