"""Puts the web door together."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, Response, make_response, render_template, request
from flask.sessions import SessionInterface
from werkzeug.exceptions import HTTPException

from service.web import api as api_door
from service.web import webhooks as webhook_door
from service.web.api import answer
from service.web.bodies import error_body
from service.web.operators import Instruments, operators
from service.web.pages import pages
from service.web.presentation import prepare
from service.web.security import harden
from service.web.signin import EXTENSION, SignIn, sign_in_pages

if TYPE_CHECKING:
    from service.bootstrap import Services

MACHINE_PATHS = ("/api/", "/webhooks/")


class NoFlaskSession(SessionInterface):
    """Flask's own session is off: no request opens it, no answer sets its cookie."""

    def open_session(self, app: Flask, request: object) -> None:
        """Open none."""


def create_app(services: Services) -> Flask:
    """Build the application over the given services; nothing is kept at module level."""
    app = Flask(__name__)
    app.session_interface = NoFlaskSession()
    signin = SignIn(services)
    instruments = Instruments(services)
    app.extensions[EXTENSION] = signin
    prepare(app, services.settings.closeout.timezone)
    app.register_blueprint(webhook_door.webhooks(services, instruments.answered))
    app.register_blueprint(api_door.api(services))
    app.register_blueprint(operators(services, signin, instruments))
    app.register_blueprint(sign_in_pages(signin))
    app.register_blueprint(pages(services, signin))

    @app.after_request
    def keep_to_itself(response: Response) -> Response:
        if request.blueprint == webhook_door.BLUEPRINT:
            return response
        return harden(response, https=signin.https)

    @app.errorhandler(HTTPException)
    def explain(error: HTTPException) -> Response:
        return _explain(error)

    return app


def _explain(error: HTTPException) -> Response:
    """Answer an error of the web itself: JSON for programs, a page for people."""
    status = HTTPStatus(error.code or 500)
    if request.path.startswith(MACHINE_PATHS):
        response = answer(error_body(status.phrase.lower()), status)
    else:
        page = render_template("message.html", title=status.phrase, words=_words(status))
        response = make_response(page, status)
    for name, value in error.get_headers(request.environ):
        if name == "Allow":
            response.headers[name] = value
    return response


def _words(status: HTTPStatus) -> str:
    if status is HTTPStatus.NOT_FOUND:
        return "There is no such page."
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "Something went wrong on our side. It is in the log; nothing you did is lost."
    return "That cannot be done here."
