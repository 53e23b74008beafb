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

    Each leaf has `value`, `unit`, `n`, `excluded`, `issues`, `formula` and `reason`. The snapshot
    of a closing has `report`: `frozen_at`, `closed_at`, `baseline`, `close`, `catalogue`, and
    `digests`, the fingerprint of each input.
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


class BaselineRequest(BaseModel):
    """A named person takes an instant as the kick-off, or takes the choice back."""

    model_config = ConfigDict(extra="forbid")

    at: str | None = Field(
        description="`2026-01-05` or an instant; null goes by the rules again",
        max_length=LONGEST_NAME,
    )
    reason: Words = Field(description="Why; it is published, who chose it never is")
    who: Name


class BudgetRequest(BaseModel):
    """A named person tells what the project may cost from an instant on."""

    model_config = ConfigDict(extra="forbid")

    budget: str = Field(
        description="An amount and its currency: `120000 EUR`", max_length=LONGEST_NAME
    )
    approved_at: str | None = Field(
        default=None, description="When it was approved; left out: now", max_length=LONGEST_NAME
    )
    who: Name


class CostRequest(BaseModel):
    """A named person tells of something that was paid for besides working time."""

    model_config = ConfigDict(extra="forbid")

    cost: str = Field(description="An amount and its currency: `4500 EUR`", max_length=LONGEST_NAME)
    on: date = Field(description="The day it counts for, also for the exchange rate")
    what: Words
    who: Name


class RecordedBody(Answer):
    """What was recorded of a plan or its money."""

    project: str
    recorded: str = Field(description="What now holds, in words")
    who: str
    figures_worked_out_anew: bool = Field(
        description="Whether figures kept for an open closeout changed; its page never does"
    )


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


def recorded_body(project: ProjectRef, recorded: str, who: str, *, anew: bool) -> dict[str, object]:
    """Write what was recorded of a plan or its money."""
    return {
        "project": str(project),
        "recorded": recorded,
        "who": who,
        "figures_worked_out_anew": anew,
    }


def error_body(error: str, *, allowed: str | None = None, do: str | None = None) -> dict[str, str]:
    """Write an error with what is allowed or what to do."""
    known: Mapping[str, str | None] = {"error": error, "allowed": allowed, "do": do}
    return {key: words for key, words in known.items() if words is not None}
