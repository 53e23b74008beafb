"""What `/api/v1` answers and takes: the models that describe it, and the bodies themselves.

The models are what `/openapi.json` is made from; a test holds real answers against them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from service.domain.closeout import ActionRecord, ActionStatus, Verification, Waiver
from service.domain.tracking import ProjectRef
from service.domain.verdict import Verdict, to_json
from service.ports import Enforcement
from service.web.presentation import clean

Outcome = Literal["passed", "blocked", "unknown", "skipped"]
LONGEST_WORDS = 4000  # characters
LONGEST_NAME = 100

Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_WORDS),
    AfterValidator(clean),
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME),
    AfterValidator(clean),
]


class Answer(BaseModel):
    """A body we send: nothing beyond what is described."""

    model_config = ConfigDict(extra="forbid")


class NeedBody(Answer):
    """One thing to do: what, who can do it, and where."""

    what: str
    who: str | None
    url: str | None


class CheckBody(Answer):
    """The outcome of one check, with the outcomes it is made of."""

    name: str
    title: str
    outcome: Outcome
    summary: str
    needs: list[NeedBody]
    url: str | None
    since: datetime | None
    waived: str | None = Field(description="By whom, why and until when, for a waived check")
    children: list[CheckBody]


class GateBody(Answer):
    """The verdict on a project."""

    project: str = Field(description="`workspace/key`, the key in the tool's canonical form")
    outcome: Outcome
    summary: str
    checks: list[CheckBody]
    enforcement: Enforcement
    mode: Literal["observe", "warn", "enforce"]
    evaluated_at: datetime
    policy_version: str


class MetricsBody(BaseModel):
    """The metrics snapshot; `metrics` is nested by area and name.

    Each leaf has `value`, `unit`, `n`, `excluded`, `issues`, `formula` and `reason`.
    """

    model_config = ConfigDict(extra="allow")


class ActionBody(Answer):
    """An agreed action and how far it is."""

    id: str
    number: int
    change: str
    owner: str
    due_on: date
    check: str
    ticket: str | None
    url: str | None
    state: ActionStatus


class ActionsBody(Answer):
    """The agreed actions of a project's latest closeout."""

    project: str
    actions: list[ActionBody]


class VerificationRequest(BaseModel):
    """Somebody's word that an action is in place."""

    model_config = ConfigDict(extra="forbid")

    who: Name
    evidence: Words


class VerificationBody(Answer):
    """A verification as it was recorded."""

    action: str
    who: str
    at: datetime
    evidence: str
    source: str


class WaiverRequest(BaseModel):
    """A named person lets a check pass until a day."""

    model_config = ConfigDict(extra="forbid")

    check: Name = Field(description="The name of the check, as `GET …/gate` gives it")
    who: Name
    reason: Words
    until: date = Field(description="The last day on which it holds")


class WaiverBody(Answer):
    """A waiver as it was recorded."""

    id: str
    check: str
    who: str
    reason: str
    until: date
    at: datetime


class ErrorBody(Answer):
    """What went wrong, and what is allowed or what to do."""

    error: str
    allowed: str | None = None
    do: str | None = None


def gate_body(
    project: ProjectRef,
    verdict: Verdict,
    *,
    known_as: str | None,
    enforcement: Enforcement,
    mode: str,
    at: datetime,
    policy: str,
) -> dict[str, object]:
    """Write a verdict as `GET …/gate` answers it, ready for JSON."""
    return {
        "project": f"{project.workspace}/{known_as or project.key}",
        "outcome": verdict.outcome.value,
        "summary": verdict.summary,
        "checks": [to_json(child) for child in verdict.children],
        "enforcement": enforcement.value,
        "mode": mode,
        "evaluated_at": at.isoformat(),
        "policy_version": policy,
    }


def action_body(action: ActionRecord) -> dict[str, object]:
    """Write an action with how far it is."""
    return {
        "id": action.id,
        "number": action.number,
        "change": action.change,
        "owner": action.owner_name,
        "due_on": action.due_on.isoformat(),
        "check": action.check,
        "ticket": action.ticket_key,
        "url": action.ticket_url,
        "state": action.status.value,
    }


def verification_body(verification: Verification) -> dict[str, object]:
    """Write a verification as it was recorded."""
    return {
        "action": verification.action_id,
        "who": verification.by_name,
        "at": verification.at.isoformat(),
        "evidence": verification.evidence,
        "source": verification.source,
    }


def waiver_body(waiver: Waiver) -> dict[str, object]:
    """Write a waiver as it was recorded."""
    return {
        "id": waiver.id,
        "check": waiver.check,
        "who": waiver.by_name,
        "reason": waiver.reason,
        "until": waiver.until.isoformat(),
        "at": waiver.at.isoformat(),
    }


def error_body(error: str, *, allowed: str | None = None, do: str | None = None) -> dict[str, str]:
    """Write an error with what is allowed or what to do."""
    known: Mapping[str, str | None] = {"error": error, "allowed": allowed, "do": do}
    return {key: words for key, words in known.items() if words is not None}
