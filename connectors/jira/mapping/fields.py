"""Which of a site's fields hold what: custom fields have another id on every site. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TYPE = "com.atlassian.jira.plugin.system.customfieldtypes:"
_SOFTWARE = "com.pyxis.greenhopper.jira:"
_PLANS = "com.atlassian.jpo:jpo-custom-field-"

# By the type of the field, then by its name (in small letters) among fields of a usual type.
_POINTS = (f"{_SOFTWARE}jsw-story-points",)
_POINTS_NAMES = ("story points", "story point estimate")
_FLOAT, _DATE, _BOXES = f"{_TYPE}float", f"{_TYPE}datepicker", f"{_TYPE}multicheckboxes"
_FLAG_NAMES = ("flagged", "impediment")

# What changelogs call the same thing, in small letters: at different times, on different sites.
_PARENTS = frozenset(
    {"parent", "issueparentassociation", "parent issue", "parent link", "epic link"}
)
_VERSIONS = frozenset({"fix version", "fix version/s", "fixversions"})
_BY_NAME = frozenset({"key", "project"})  # what these are called is no field people made


@dataclass(frozen=True, slots=True)
class Fields:
    """The ids of the fields we read; None where the site has no such field.

    - `points` are those that may hold story points: company-managed and team-managed projects
      have different ones, and a site may have both.
    - `ids` maps every id and every name, in small letters, to the id.
    """

    points: tuple[str, ...] = ()
    sprint: str | None = None
    epic_link: str | None = None
    start_on: str | None = None
    target_start: str | None = None
    target_end: str | None = None
    flagged: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    _named: dict[tuple[str | None, str | None], str] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def id_of(self, word: str | None) -> str | None:
        """Return the id of a field by its id or name in any case; None where there is none."""
        return self.ids.get(word.strip().casefold()) if word else None

    def name_of(self, id_: str | None, name: str | None) -> str:
        """Return what an item of a changelog is about, in small letters, by both its words for it.

        The field's id; `parent`, `fixversions`, `key` and `project` whatever they are called.
        """
        known = self._named.get((id_, name))
        if known is None:  # worked out once: there are few fields and many items
            known = self._named[id_, name] = self._name_of(id_, (name or "").casefold())
        return known

    def _name_of(self, id_: str | None, name: str) -> str:
        if name in _PARENTS or (id_ and id_ == self.epic_link):
            return "parent"
        found = id_ or (name if name in _BY_NAME else self.id_of(name) or name)
        return "fixversions" if found == "fixVersions" or found in _VERSIONS else found

    @property
    def read(self) -> tuple[str, ...]:
        """The custom fields whose values every reading of an issue needs."""
        found = (
            *self.points, self.epic_link, self.start_on, self.target_start, self.target_end,
            self.sprint, self.flagged,
        )  # fmt: skip
        return tuple(one for one in found if one)


def discover(raw: Sequence[Mapping[str, Any]]) -> Fields:
    """Find the fields in what `GET /field` answers."""
    return Fields(
        points=tuple(dict.fromkeys((*_named(raw, _POINTS_NAMES, _FLOAT), *_typed(raw, *_POINTS)))),
        sprint=_first(_typed(raw, f"{_SOFTWARE}gh-sprint")),
        epic_link=_first(_typed(raw, f"{_SOFTWARE}gh-epic-link")),
        start_on=_first(_named(raw, ("start date",), _DATE)),
        target_start=_first(_typed(raw, f"{_PLANS}baseline-start"))
        or _first(_named(raw, ("target start",), _DATE)),
        target_end=_first(_typed(raw, f"{_PLANS}baseline-end"))
        or _first(_named(raw, ("target end",), _DATE)),
        flagged=_first(_named(raw, _FLAG_NAMES, _BOXES)),
        ids=_ids(raw),
    )


def _typed(raw: Sequence[Mapping[str, Any]], *types: str) -> list[str]:
    return [str(one.get("id")) for kind in types for one in raw if _type(one) == kind]


def _named(raw: Sequence[Mapping[str, Any]], names: tuple[str, ...], kind: str) -> list[str]:
    return [
        str(one.get("id"))
        for name in names
        for one in raw
        if _type(one) == kind and name in _names(one)
    ]


def _type(raw: Mapping[str, Any]) -> str | None:
    schema = raw.get("schema")
    return schema.get("custom") if isinstance(schema, dict) else None


def _names(raw: Mapping[str, Any]) -> set[str]:
    """Return what a field is called; the names for JQL stay when the name is translated."""
    clauses = raw.get("clauseNames")
    names = [raw.get("name"), *(clauses if isinstance(clauses, list) else ())]
    return {name.casefold() for name in names if isinstance(name, str)}


def _ids(raw: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    found = {str(one.get("name")).casefold(): str(one.get("id")) for one in reversed(raw)}
    return found | {str(one.get("id")).casefold(): str(one.get("id")) for one in raw}


def _first(found: Sequence[str]) -> str | None:
    return found[0] if found else None
