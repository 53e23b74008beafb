"""The pages for people: projects in closing, one project's case, and operations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from service.domain.closeout import Closeout, CloseoutStatus
from service.domain.tracking import ProjectRef
from service.ports import NotAllowed, NotFound, Refused, Rejected, Unavailable
from service.records import LeaseLost
from service.web import views
from service.web.api import has_token
from service.web.bodies import LONGEST_NAME, LONGEST_WORDS
from service.web.cases import action_of, find_project
from service.web.operations import operations
from service.web.presentation import clean, project_path
from service.web.sessions import Visitor
from service.web.signin import SignIn

if TYPE_CHECKING:
    from service.bootstrap import Assessment, Services

BLUEPRINT = "pages"
PROJECT = "/projects/<workspace>/<path:key>"
LARGEST_FORM = 64 * 1024  # bytes
ENDED_SHOWN = 50
READING = {"GET", "HEAD"}
PROGRAM = Visitor(session="", name=None)  # who comes with an API token
CHECKED = "checked"
SAID = {
    CHECKED: "Checked just now.",
    "verified": "The verification is recorded and counts from the next check.",
    "waived": "The waiver is recorded and counts from the next check.",
}


class Incomplete(Exception):
    """A form was sent with a field that is missing or cannot be read; the text says which."""


def pages(services: Services, signin: SignIn) -> Blueprint:
    """Build the pages: a signed-in person or an API token may read, a form needs its own token."""
    door = Blueprint(BLUEPRINT, __name__)

    @door.before_request
    def only_who_may() -> BaseResponse | None:
        visitor = signin.visitor(request)
        if visitor is None:
            if request.method not in READING or not has_token(services, request):
                return _to_sign_in()
            g.visitor, g.csrf = PROGRAM, None  # without its token no form is shown or taken
            return None
        g.visitor = visitor
        g.csrf = signin.form_token(visitor.session)
        if request.method != "POST":
            return None
        request.max_content_length = LARGEST_FORM
        return None if signin.form_is_ours(visitor.session, request) else _not_ours()

    @door.get("/")
    def index() -> str:
        store = services.store
        return render_template(
            "index.html",
            live=_rows(services, store.closeouts(live=True)),
            ended=_rows(services, store.closeouts(live=False, limit=ENDED_SHOWN)),
        )

    @door.get(PROJECT)
    def project(workspace: str, key: str) -> BaseResponse:
        found = find_project(services, workspace, key)
        if found.key != key:
            return redirect(project_path(found), HTTPStatus.SEE_OTHER)
        said = request.args.get("said", "")
        seen = _seen_since_closed(services, found) if said == CHECKED else None
        return _case(services, found, seen=seen, said=SAID.get(said))

    @door.get("/operations")
    def operate() -> str:
        return render_template("operations.html", operations=operations(services))

    _forms(door, services)
    _explain_errors(door, services)
    return door


def _forms(door: Blueprint, services: Services) -> None:
    @door.post(f"{PROJECT}/check")
    def check(workspace: str, key: str) -> BaseResponse:
        found = find_project(services, workspace, key)
        services.act(found)
        return _back(found, CHECKED)

    @door.post(f"{PROJECT}/verify")
    def verify(workspace: str, key: str) -> BaseResponse:
        found = find_project(services, workspace, key)
        action = action_of(services, found, request.form.get("action", ""))
        evidence = _field("evidence", "what shows that it is in place", LONGEST_WORDS)
        services.verify(action.id, _who(), evidence, "web")
        return _back(found, "verified")

    @door.post(f"{PROJECT}/waive")
    def waive(workspace: str, key: str) -> BaseResponse:
        found = find_project(services, workspace, key)
        name = _field("check", "which check is waived", LONGEST_NAME)
        reason = _field("reason", "why it is waived", LONGEST_WORDS)
        services.waive(found, name, _who(), reason, _day("until"))
        return _back(found, "waived")


def _explain_errors(door: Blueprint, services: Services) -> None:
    """Show what went wrong where the person is, with what they can do."""

    @door.errorhandler(NotFound)
    def not_found(error: Exception) -> BaseResponse:
        return _message(HTTPStatus.NOT_FOUND, "Not found", str(error))

    @door.errorhandler(Incomplete)
    def incomplete(error: Incomplete) -> BaseResponse:
        return _in_place(services, HTTPStatus.BAD_REQUEST, f"Not recorded: {error}")

    @door.errorhandler(Refused)
    def refused(error: Refused) -> BaseResponse:
        return _in_place(services, HTTPStatus.CONFLICT, f"Not recorded: {error}")

    @door.errorhandler(Unavailable)
    @door.errorhandler(Rejected)
    def unavailable(error: Exception) -> BaseResponse:
        words = f"It could not be checked now: {error} Closeout tries again by itself."
        return _in_place(services, HTTPStatus.SERVICE_UNAVAILABLE, words)

    @door.errorhandler(NotAllowed)
    def not_allowed(error: NotAllowed) -> BaseResponse:
        words = f"It could not be checked now: {error} An operator can run closeout doctor."
        return _in_place(services, HTTPStatus.SERVICE_UNAVAILABLE, words)

    @door.errorhandler(LeaseLost)
    def busy(_error: LeaseLost) -> BaseResponse:
        words = "The project is being checked right now. Load the page again in a moment."
        return _in_place(services, HTTPStatus.SERVICE_UNAVAILABLE, words)


def _to_sign_in() -> BaseResponse:
    if request.method != "GET":
        return redirect("/signin", HTTPStatus.SEE_OTHER)
    here = request.full_path if request.query_string else request.path
    return redirect(f"/signin?next={quote(here, safe='/')}", HTTPStatus.SEE_OTHER)


def _not_ours() -> Response:
    words = "The form came from elsewhere or is too old. Load the page again and repeat."
    return _message(HTTPStatus.FORBIDDEN, "That form cannot be taken", words)


def _message(status: HTTPStatus, title: str, words: str) -> Response:
    return make_response(render_template("message.html", title=title, words=words), status)


def _in_place(services: Services, status: HTTPStatus, words: str) -> Response:
    """Show the project's page with what went wrong, or a page of its own without a project."""
    address = request.view_args or {}
    if "key" in address:
        known = ProjectRef(address["workspace"], address["key"])
        if services.store.closeout(known) is not None:
            return _case(services, known, wrong=words, status=status)
    return _message(status, "That did not work", words)


def _back(project: ProjectRef, said: str) -> BaseResponse:
    return redirect(f"{project_path(project)}?said={said}", HTTPStatus.SEE_OTHER)


def _rows(services: Services, closeouts: Sequence[Closeout]) -> list[views.CaseRow]:
    store = services.store
    return [
        views.case_row(closeout, kept[0] if (kept := store.verdict(closeout.id)) else None)
        for closeout in closeouts
    ]


def _seen_since_closed(services: Services, project: ProjectRef) -> Assessment | None:
    """Look at a project whose closeout has ended: what a check finds there need not be kept."""
    closeout = services.store.closeout(project)
    if closeout is None or closeout.status is not CloseoutStatus.CLOSED:
        return None
    return services.look(project)


def _case(
    services: Services,
    project: ProjectRef,
    *,
    seen: Assessment | None = None,
    said: str | None = None,
    wrong: str | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    case = views.case_of(services, project, seen)
    return make_response(render_template("project.html", case=case, said=said, wrong=wrong), status)


def _who() -> str:
    """Return who acts: the name a proxy vouches for, else the name in the form."""
    visitor: Visitor = g.visitor
    if visitor.named_by_proxy and visitor.name:
        return visitor.name
    return _field("who", "your name", LONGEST_NAME)


def _field(name: str, what: str, longest: int) -> str:
    words = clean(request.form.get(name, "")).strip()
    if not words:
        raise Incomplete(f"please say {what}.")
    if len(words) > longest:
        raise Incomplete(f"please say {what} in at most {longest} characters.")
    return words


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise Incomplete("please give the last day as year-month-day.") from None
