"""`/api/v1`: gate, metrics, actions, verifications, waivers, plan and money, for programs.

Bearer tokens only, no cookies: a browser that is signed in can not be made to call it. Errors are
JSON with what is allowed or what to do.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

import orjson
from flask import Blueprint, Request, Response, request
from pydantic import BaseModel, ValidationError

from service.domain.closeout import Closeout
from service.domain.metrics.values import iso
from service.domain.plan_facts import FactSource, amount, moment
from service.domain.policy import KNOWN
from service.domain.tracking import ProjectRef
from service.domain.verdict import Outcome
from service.domain.words import day, quoted
from service.flows.facts import Told
from service.ports import NotAllowed, NotFound, Refused, Rejected, Unavailable
from service.records import LeaseLost
from service.web import bodies
from service.web.cases import action_of, find_project
from service.web.intake import TooLarge, read_body
from service.web.security import one_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from service.bootstrap import Assessment, Services

BLUEPRINT = "api"
PREFIX = "/api/v1"
PROJECT = f"{PREFIX}/projects/<workspace>/<path:key>"
LARGEST_BODY = 64 * 1024  # bytes
RETRY_AFTER = 30  # seconds, where the tool did not say
BUSY_RETRY_AFTER = 2  # seconds, where another worker has the project
CLOSED = "the API is closed: no token is configured"
OPEN_IT = (
    'set closeout.api_tokens, for example api_tokens = ["env:CLOSEOUT_API_TOKEN"], and restart'
)

Model = TypeVar("Model", bound=BaseModel)
Value = TypeVar("Value")


class BadRequest(Exception):
    """What was sent cannot be understood; the text says what is wrong, `allowed` what is right."""

    def __init__(self, message: str, allowed: str, status: HTTPStatus) -> None:
        super().__init__(message)
        self.allowed = allowed
        self.status = status


def answer(
    body: object, status: HTTPStatus = HTTPStatus.OK, headers: dict[str, str] | None = None
) -> Response:
    """Write a JSON answer."""
    return Response(
        orjson.dumps(body), status=status.value, mimetype="application/json", headers=headers
    )


def bearer(incoming: Request) -> str | None:
    """Return the token a request carries, None where it carries none."""
    kind, _, token = incoming.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if kind.lower() == "bearer" else None


def has_token(services: Services, incoming: Request) -> bool:
    """Say whether a request carries one of the configured tokens."""
    token = bearer(incoming)
    return token is not None and one_of(services.settings.closeout.api_tokens, token)


def api(services: Services) -> Blueprint:
    """Build the routes of `/api/v1`."""
    door = Blueprint(BLUEPRINT, __name__)

    @door.before_request
    def only_with_a_token() -> Response | None:
        if not services.settings.closeout.api_tokens:
            return answer(bodies.error_body(CLOSED, do=OPEN_IT), HTTPStatus.FORBIDDEN)
        if has_token(services, request):
            return None
        return answer(
            bodies.error_body("no valid token", do="send Authorization: Bearer and an API token"),
            HTTPStatus.UNAUTHORIZED,
            {"WWW-Authenticate": "Bearer"},
        )

    _gate_and_metrics(door, services)
    _actions_and_waivers(door, services)
    _plan_and_money(door, services)
    _explain_errors(door)
    return door


def _gate_and_metrics(door: Blueprint, services: Services) -> None:
    @door.get(f"{PROJECT}/gate")
    def gate(workspace: str, key: str) -> Response:
        project = find_project(services, workspace, key)
        return answer(_stored(services, project) or _body(services.look(project)))

    @door.post(f"{PROJECT}/gate")
    def evaluate(workspace: str, key: str) -> Response:
        project = find_project(services, workspace, key)
        try:
            return answer(_body(services.act(project)))
        except Unavailable as reason:
            stored = _stored(services, project)
            if stored is None:
                raise
            return answer(_not_now(stored, reason))

    @door.get(f"{PROJECT}/metrics")
    def metrics(workspace: str, key: str) -> Response:
        return answer(services.metrics(find_project(services, workspace, key)))


def _actions_and_waivers(door: Blueprint, services: Services) -> None:
    @door.get(f"{PROJECT}/actions")
    def actions(workspace: str, key: str) -> Response:
        project = find_project(services, workspace, key)
        return answer({"project": str(project), "actions": _actions(services, project)})

    @door.post(f"{PROJECT}/actions/<action_id>/verification")
    def verify(workspace: str, key: str, action_id: str) -> Response:
        project = find_project(services, workspace, key)
        action = action_of(services, project, action_id)
        sent = _sent(bodies.VerificationRequest)
        done = services.verify(action.id, sent.who, sent.evidence, "api")
        return answer(bodies.verification_body(done), HTTPStatus.CREATED)

    @door.post(f"{PROJECT}/waivers")
    def waive(workspace: str, key: str) -> Response:
        project = find_project(services, workspace, key)
        sent = _sent(bodies.WaiverRequest)
        _refuse_unfit(sent, _today(services))
        done = services.waive(project, sent.check, sent.who, sent.reason, sent.until)
        return answer(bodies.waiver_body(done), HTTPStatus.CREATED)


def _plan_and_money(door: Blueprint, services: Services) -> None:
    @door.put(f"{PROJECT}/baseline")
    def baseline(workspace: str, key: str) -> Response:
        project = find_project(services, workspace, key)
        sent = _sent(bodies.BaselineRequest)
        at = None if sent.at is None else _fit("at", _moment(services), sent.at)
        anew = services.planning.choose_baseline(
            project, at, reason=sent.reason, told=_told(sent.who)
        )
        words = f"the kick-off is {iso(at)}" if at else "the kick-off goes by the rules again"
        return answer(bodies.recorded_body(project, words, sent.who, anew=anew))

    @door.put(f"{PROJECT}/budget")
    def budget(workspace: str, key: str) -> Response:
        project = find_project(services, workspace, key)
        sent = _sent(bodies.BudgetRequest)
        money = _fit("budget", amount, sent.budget)
        since = sent.approved_at and _fit("approved_at", _moment(services), sent.approved_at)
        anew = services.planning.approve_budget(project, money, since or None, told=_told(sent.who))
        words = f"the budget is {money.amount} {money.currency}"
        return answer(bodies.recorded_body(project, words, sent.who, anew=anew))

    @door.post(f"{PROJECT}/costs")
    def cost(workspace: str, key: str) -> Response:
        project = find_project(services, workspace, key)
        sent = _sent(bodies.CostRequest)
        money = _fit("cost", amount, sent.cost)
        anew = services.planning.add_cost(
            project, money, on=sent.on, what=sent.what, told=_told(sent.who)
        )
        words = f"{money.amount} {money.currency} on {sent.on.isoformat()}: {sent.what}"
        body = bodies.recorded_body(project, words, sent.who, anew=anew)
        return answer(body, HTTPStatus.CREATED)


def _told(who: str) -> Told:
    return Told(who, FactSource.API)


def _moment(services: Services) -> Callable[[str], datetime]:
    return lambda text: moment(text, services.settings.closeout.timezone)


def _fit(field: str, read: Callable[[str], Value], text: str) -> Value:
    """Read a field that is text with a form of its own. Raises BadRequest."""
    try:
        return read(text)
    except ValueError as error:
        allowed = "an amount with its currency, such as 120000 EUR"
        if read is not amount:
            allowed = "a day such as 2026-01-05, or an instant"
        raise BadRequest(f"{field}: {error}", allowed, HTTPStatus.BAD_REQUEST) from None


def _explain_errors(door: Blueprint) -> None:
    """Turn what may go wrong into answers; each names the thing and what to do."""

    @door.errorhandler(BadRequest)
    def bad_request(error: BadRequest) -> Response:
        return answer(bodies.error_body(str(error), allowed=error.allowed), error.status)

    @door.errorhandler(NotFound)
    def not_found(error: Exception) -> Response:
        return answer(bodies.error_body(str(error)), HTTPStatus.NOT_FOUND)

    @door.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        return answer(bodies.error_body(str(error)), HTTPStatus.CONFLICT)

    @door.errorhandler(Unavailable)
    def unavailable(error: Unavailable) -> Response:
        after = error.retry_after.total_seconds() if error.retry_after else RETRY_AFTER
        return _later(str(error), max(1, round(after)))

    @door.errorhandler(LeaseLost)
    def busy(_error: LeaseLost) -> Response:
        return _later("the project is being worked on right now", BUSY_RETRY_AFTER)

    @door.errorhandler(NotAllowed)
    def not_allowed(error: NotAllowed) -> Response:
        body = bodies.error_body(str(error), do="an operator runs closeout doctor")
        return answer(body, HTTPStatus.SERVICE_UNAVAILABLE)

    @door.errorhandler(Rejected)
    def rejected(error: Rejected) -> Response:
        return answer(bodies.error_body(str(error)), HTTPStatus.BAD_GATEWAY)


def _later(words: str, seconds: int) -> Response:
    body = bodies.error_body(words, do="try again")
    return answer(body, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(seconds)})


def _body(found: Assessment) -> dict[str, object]:
    return bodies.gate_body(
        found.project,
        found.verdict,
        known_as=found.known_as,
        enforcement=found.enforcement,
        mode=found.mode,
        at=found.at,
        policy=found.policy,
    )


def _stored(services: Services, project: ProjectRef) -> dict[str, object] | None:
    """Return the present verdict as it was kept, None where there is none."""
    closeout = services.store.closeout(project)
    kept = services.store.verdict(closeout.id) if closeout else None
    if closeout is None or kept is None:
        return None
    verdict, at, policy = kept
    return bodies.gate_body(
        project,
        verdict,
        known_as=closeout.known_as,
        enforcement=services.enforcement(project.workspace, closeout.gate_scope),
        mode=services.settings.workspaces[project.workspace].mode,
        at=at,
        policy=policy,
    )


def _not_now(stored: dict[str, object], reason: Unavailable) -> dict[str, object]:
    """Say that it could not be judged now; the checks are those of the last time."""
    summary = f"Could not be checked now ({reason}); at the last check: {stored['summary']}"
    return {**stored, "outcome": Outcome.UNKNOWN.value, "summary": summary}


def _actions(services: Services, project: ProjectRef) -> list[dict[str, object]]:
    closeout: Closeout | None = services.store.closeout(project)
    if closeout is None:
        return []
    return [bodies.action_body(action) for action in services.store.actions(closeout.id)]


def _sent(model: type[Model]) -> Model:
    """Read the body of the request as a model. Raises BadRequest."""
    fields = ", ".join(f'"{name}"' for name in model.model_fields)
    allowed = f"a JSON object with {fields}"
    if request.mimetype != "application/json":
        raise BadRequest(
            f"this takes JSON, not {request.mimetype or 'an unnamed type'}",
            "Content-Type: application/json",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    try:
        raw = read_body(request, LARGEST_BODY)
        orjson.loads(raw)  # stricter than pydantic's parser: no NaN, no lone surrogates
        return model.model_validate_json(raw, strict=True)
    except TooLarge:
        raise BadRequest(
            "the body is too large", f"{LARGEST_BODY} bytes", HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        ) from None
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"not JSON: {error}", allowed, HTTPStatus.BAD_REQUEST) from None
    except ValidationError as error:
        raise BadRequest(_first(error), allowed, HTTPStatus.BAD_REQUEST) from None


def _refuse_unfit(sent: bodies.WaiverRequest, today: date) -> None:
    """Refuse what no project's state could make right. Raises BadRequest."""
    if sent.check not in KNOWN:
        words = f"there is no check {quoted(sent.check)}"
        raise BadRequest(words, ", ".join(KNOWN), HTTPStatus.BAD_REQUEST)
    if sent.until < today:
        words = f"until: {day(sent.until)} is past"
        raise BadRequest(words, f"a day from {today.isoformat()} on", HTTPStatus.BAD_REQUEST)


def _today(services: Services) -> date:
    return services.clock().astimezone(services.settings.closeout.timezone).date()


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]
