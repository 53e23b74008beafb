"""What an operator asks of a closure: which checks, how far, and who helps.

The words of a policy file are checked here; `config/policies/default.toml` explains them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.domain.postmortem import Section


class BadPolicy(ValueError):
    """A policy that cannot be used; the text names the key and what is allowed."""


class Level(StrEnum):
    """How far a closeout must have come before its project may close; each includes the former."""

    SCHEDULED = "scheduled"
    HELD = "held"
    COMPLETE = "complete"
    TICKETED = "ticketed"
    VERIFIED = "verified"

    def reaches(self, other: Level) -> bool:
        """Whether this level asks for everything that another one asks for."""
        order = tuple(Level)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """One check a policy asks for, with its parameters; missing ones have their default.

    `waivable` says whether a named person may let it pass.
    """

    name: str
    sections: tuple[Section, ...] = ()
    minimum: int = 0
    every: bool = False
    label: str = ""
    waivable: bool = True


SECTIONS = (
    Section.WENT_WELL,
    Section.DID_NOT_GO_WELL,
    Section.LESSONS,
    Section.OPEN_QUESTIONS,
)

# Every check there is, in the order in which people meet them, with the defaults.
KNOWN: Mapping[str, CheckSpec] = {
    spec.name: spec
    for spec in (
        CheckSpec("page-exists", waivable=False),
        CheckSpec("page-linked", waivable=False),
        CheckSpec("session-set"),
        CheckSpec("session-held"),
        CheckSpec("sections-filled", sections=SECTIONS),
        CheckSpec("success-specific", minimum=1),
        CheckSpec("failings-caused"),
        CheckSpec("actions-agreed"),
        CheckSpec("tickets-exist"),
        CheckSpec("actions-verified", label="verified"),
    )
}
_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "sections-filled": ("sections",),
    "success-specific": ("minimum", "every"),
    "actions-verified": ("label",),
}


@dataclass(frozen=True, slots=True)
class Roles:
    """How the roles that can act are called in every sentence.

    `facilitator` is who sees to the page where the tracker names no lead of the project.
    """

    facilitator: str = "the facilitator"
    process_owner: str = "the process owner"


@dataclass(frozen=True, slots=True)
class Policy:
    """What one workspace asks of every closure.

    - `settle_seconds` is how long a page must read the same before tickets are made from it.
    - A project closed again within `reopened_within_days` of its closing is the same closure.
    - `close_when_met` closes the project by itself as soon as the gate passes.
    - `waiver_days` is how long a waiver may hold.
    """

    name: str = "default"
    version: str = "built-in"
    level: Level = Level.VERIFIED
    checks: tuple[CheckSpec, ...] = tuple(KNOWN.values())
    actions_min: int = 3
    actions_max: int = 5
    close_when_met: bool = True
    settle_seconds: int = 10
    reopened_within_days: int = 14
    waiver_days: int = 92
    who: Roles = Roles()

    @property
    def verified_label(self) -> str:
        """The label that says an action is verified, where another person than its owner set it."""
        specs = {spec.name: spec for spec in self.checks}
        return specs.get("actions-verified", KNOWN["actions-verified"]).label

    def may_waive(self, check: str) -> bool:
        """Whether a check may be waived at all; one the policy does not ask for as by default."""
        specs = {spec.name: spec for spec in self.checks}
        return specs.get(check, KNOWN[check]).waivable

    @classmethod
    def from_toml(cls, data: Mapping[str, object]) -> Policy:
        """Read a parsed policy file; what it leaves out has its default.

        The version is the given one, else a short hash of the content. Raises BadPolicy.
        """
        _refuse_unknown(data, _KEYS, "key")
        usual = cls()
        policy = cls(
            name=_text(data, "name", usual.name),
            version=_text(data, "version", _hash(data)),
            level=_level(data.get("level", usual.level)),
            checks=_checks(data["checks"]) if "checks" in data else usual.checks,
            actions_min=_number(data, "actions_min", usual.actions_min),
            actions_max=_number(data, "actions_max", usual.actions_max, least=1),
            close_when_met=_flag(data, "close_when_met", default=usual.close_when_met),
            settle_seconds=_number(data, "settle_seconds", usual.settle_seconds),
            reopened_within_days=_number(data, "reopened_within_days", usual.reopened_within_days),
            waiver_days=_number(data, "waiver_days", usual.waiver_days, least=1),
            who=_roles(data.get("who", {})),
        )
        if policy.actions_min > policy.actions_max:
            least, most = policy.actions_min, policy.actions_max
            raise BadPolicy(f"actions_min is {least}, more than actions_max ({most})")
        return policy


_KEYS = tuple(Policy.__dataclass_fields__)


def _checks(value: object) -> tuple[CheckSpec, ...]:
    """Read `[[checks]]`: a name each, and the parameters that this check takes."""
    if not isinstance(value, list) or not value:
        raise BadPolicy("checks must be a list of at least one check, each written as [[checks]]")
    specs = tuple(_check(entry) for entry in value)
    names = [spec.name for spec in specs]
    for name in names:
        if names.count(name) > 1:
            raise BadPolicy(f"checks: {name!r} is there twice; write it once")
    return specs


def _check(entry: object) -> CheckSpec:
    if isinstance(entry, str):
        entry = {"name": entry}
    if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
        raise BadPolicy('checks: each needs a name, for example name = "page-exists"')
    name: str = entry["name"]
    if name not in KNOWN:
        raise BadPolicy(f"checks: no check {name!r}; there are: {', '.join(KNOWN)}")
    allowed = ("name", "waivable", *_PARAMETERS.get(name, ()))
    _refuse_unknown(entry, allowed, f"parameter of {name}")
    usual = KNOWN[name]
    return CheckSpec(
        name,
        sections=_sections(entry["sections"]) if "sections" in entry else usual.sections,
        minimum=_number(entry, "minimum", usual.minimum),
        every=_flag(entry, "every", default=usual.every),
        label=_text(entry, "label", usual.label),
        waivable=_flag(entry, "waivable", default=usual.waivable),
    )


def _sections(value: object) -> tuple[Section, ...]:
    allowed = ", ".join(Section)
    if not isinstance(value, list) or not value:
        raise BadPolicy(f"sections must be a list of sections; there are: {allowed}")
    try:
        return tuple(Section(each) for each in value)
    except ValueError as error:
        raise BadPolicy(f"sections: {error}; there are: {allowed}") from None


def _level(value: object) -> Level:
    try:
        return Level(str(value))
    except ValueError:
        raise BadPolicy(f"level: no level {value!r}; there are: {', '.join(Level)}") from None


def _roles(value: object) -> Roles:
    if not isinstance(value, Mapping):
        raise BadPolicy("who must be a section: [who] with facilitator and process_owner")
    _refuse_unknown(value, tuple(Roles.__dataclass_fields__), "key of [who]")
    usual = Roles()
    return Roles(
        facilitator=_text(value, "facilitator", usual.facilitator),
        process_owner=_text(value, "process_owner", usual.process_owner),
    )


def _refuse_unknown(data: Mapping[str, object], allowed: tuple[str, ...], what: str) -> None:
    for key in data:
        if key not in allowed:
            raise BadPolicy(f"no {what} {key!r}; there are: {', '.join(allowed)}")


def _text(data: Mapping[str, object], key: str, usual: str) -> str:
    value = data.get(key, usual)
    if not isinstance(value, str) or (key in data and not value.strip()):
        raise BadPolicy(f"{key} must be words in quotation marks, not {value!r}")
    return value.strip()


def _number(data: Mapping[str, object], key: str, usual: int, least: int = 0) -> int:
    value = data.get(key, usual)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise BadPolicy(f"{key} must be a whole number of at least {least}, not {value!r}")
    return value


def _flag(data: Mapping[str, object], key: str, *, default: bool) -> bool:
    value = data.get(key, default)
    if not isinstance(value, bool):
        raise BadPolicy(f"{key} must be true or false, not {value!r}")
    return value


def _hash(data: Mapping[str, object]) -> str:
    """Name a policy by its content, so that a changed file is another version."""
    content = json.dumps(data, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:8]
