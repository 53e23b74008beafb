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
_FLOAT, _DATE = f"{_TYPE}float", f"{_TYPE}datepicker"


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
    epic_name: str | None = None
    start_on: str | None = None
    target_start: str | None = None
    target_end: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict)

    def id_of(self, word: str | None) -> str | None:
        """Return the id of a field by its id or name in any case; None where there is none."""
        return self.ids.get(word.strip().casefold()) if word else None

    @property
    def read(self) -> tuple[str, ...]:
        """The custom fields whose values every reading of an issue needs."""
        found = (*self.points, self.epic_link, self.start_on, self.target_start, self.target_end)
        return tuple(one for one in found if one)


def discover(raw: Sequence[Mapping[str, Any]]) -> Fields:
    """Find the fields in what `GET /field` answers."""
    return Fields(
        points=tuple(dict.fromkeys((*_named(raw, _POINTS_NAMES, _FLOAT), *_typed(raw, *_POINTS)))),
        sprint=_first(_typed(raw, f"{_SOFTWARE}gh-sprint")),
        epic_link=_first(_typed(raw, f"{_SOFTWARE}gh-epic-link")),
        epic_name=_first(_typed(raw, f"{_SOFTWARE}gh-epic-label")),
        start_on=_first(_named(raw, ("start date",), _DATE)),
        target_start=_first(_typed(raw, f"{_PLANS}baseline-start"))
        or _first(_named(raw, ("target start",), _DATE)),
        target_end=_first(_typed(raw, f"{_PLANS}baseline-end"))
        or _first(_named(raw, ("target end",), _DATE)),
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
