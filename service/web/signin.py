"""Sign-in: one-time links, a password, or a header from a trusted proxy.

- On the loopback address `closeout serve` prints a one-time link (`one_time_link`).
- Elsewhere the operator configures `web.password_hash`, or `web.user_header` together with
  `web.trusted_proxies`: the header of anybody else is ignored.

How sessions are kept, and why in a signed cookie, is in `service.web.sessions`.
"""

from __future__ import annotations

import ipaddress
import secrets
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from flask import Blueprint, Flask, Request, Response, make_response, redirect, request
from flask import render_template as render
from werkzeug.security import check_password_hash
from werkzeug.wrappers import Response as BaseResponse

from service.web.bodies import LONGEST_NAME
from service.web.presentation import clean
from service.web.security import Signer
from service.web.sessions import SESSION_LENGTH, OneTimeLinks, Sessions, Tries, Visitor

if TYPE_CHECKING:
    from service.bootstrap import Services

BLUEPRINT = "signin"
EXTENSION = "closeout.signin"
FORM_LENGTH = timedelta(hours=1)

_log = structlog.get_logger("closeout.web")


class SignIn:
    """Knows who a request comes from, and signs people in and out."""

    def __init__(self, services: Services) -> None:
        settings = services.settings
        self._clock = services.clock
        self._web = settings.web
        self._base = settings.closeout.public_url.rstrip("/")
        self.https = self._base.startswith("https://")
        self._signer = Signer([settings.web.password_hash or "", *settings.closeout.api_tokens])
        self._sessions = Sessions(self._signer)
        self._links = OneTimeLinks()
        self._tries = Tries()
        self._proxies = tuple(ipaddress.ip_network(proxy) for proxy in self._web.trusted_proxies)
        # The prefix makes browsers refuse the cookie from anywhere but this very host.
        self._cookie = "__Host-closeout" if self.https else "closeout"

    @property
    def by_password(self) -> bool:
        """Whether a password is configured."""
        return self._web.password_hash is not None

    def one_time_link(self) -> str:
        """Return a fresh link that signs in once, within 15 minutes."""
        return f"{self._base}/in/{self._links.issue(self._clock())}"

    def redeem(self, token: str) -> bool:
        """Use a one-time link up; False where it does not count (any more)."""
        return self._links.redeem(token, self._clock())

    def visitor(self, incoming: Request) -> Visitor | None:
        """Return who a request comes from, None for nobody we know."""
        name = self._named_by_proxy(incoming)
        if name:
            return Visitor(f"proxy {name}", name, named_by_proxy=True)
        cookie = incoming.cookies.get(self._cookie)
        return self._sessions.read(cookie, self._clock()) if cookie else None

    def begin(self, response: BaseResponse, name: str | None) -> None:
        """Sign somebody in: always a new session, so that none can be planted beforehand."""
        self._set(response, self._cookie, self._sessions.begin(name, self._clock()), SESSION_LENGTH)

    def end(self, response: BaseResponse, visitor: Visitor) -> None:
        """Sign somebody out."""
        self._sessions.end(visitor, self._clock())
        response.delete_cookie(self._cookie, secure=self.https, httponly=True, samesite="Lax")

    def wait(self, incoming: Request) -> timedelta | None:
        """Count a password try; return how long to wait where there were too many."""
        return self._tries.wait(self._address(incoming), self._clock())

    def password_is(self, password: str, incoming: Request) -> bool:
        """Say whether a password is the configured one."""
        if not check_password_hash(self._web.password_hash or "", password):
            return False
        self._tries.good(self._address(incoming))
        return True

    def form_token(self, session: str) -> str:
        """Return what each form of a session carries, so that no other site can send it."""
        return self._signer.signature("form", session)

    def form_is_ours(self, session: str, incoming: Request) -> bool:
        """Say whether a sent form carries its session's token."""
        return self._signer.holds("form", session, incoming.form.get("csrf", ""))

    def nonce(self, incoming: Request) -> str | None:
        """Return what the sign-in form is bound to before there is a session."""
        return incoming.cookies.get(f"{self._cookie}-form")

    def set_nonce(self, response: BaseResponse, nonce: str) -> None:
        """Bind the sign-in form to this browser."""
        self._set(response, f"{self._cookie}-form", nonce, FORM_LENGTH)

    def _set(self, response: BaseResponse, name: str, value: str, length: timedelta) -> None:
        response.set_cookie(
            name, value, max_age=length, secure=self.https, httponly=True, samesite="Lax"
        )

    def _named_by_proxy(self, incoming: Request) -> str | None:
        header = self._web.user_header
        if header is None or not self._trusted(incoming.remote_addr):
            return None
        return clean(incoming.headers.get(header, "")).strip()[:LONGEST_NAME] or None

    def _address(self, incoming: Request) -> str:
        """Return the nearest address that is not a trusted proxy's."""
        chain = [part.strip() for part in incoming.headers.get("X-Forwarded-For", "").split(",")]
        address = incoming.remote_addr or ""
        while self._trusted(address) and chain and chain[-1]:
            address = chain.pop()
        return address

    def _trusted(self, address: str | None) -> bool:
        try:
            parsed = ipaddress.ip_address(address or "")
        except ValueError:
            return False
        return any(parsed in network for network in self._proxies)


def one_time_link(app: Flask) -> str:
    """Return a fresh link that signs in once, within 15 minutes, for this process's web door."""
    signin: SignIn = app.extensions[EXTENSION]
    return signin.one_time_link()


def safe_next(path: str | None) -> str:
    """Return a path of ours to go on to after sign-in; anything else becomes the first page."""
    if not path or not path.startswith("/") or path.startswith("//"):
        return "/"
    if "\\" in path or any(ord(char) <= ord(" ") or ord(char) >= 0x7F for char in path):  # noqa: PLR2004
        return "/"
    return path


def sign_in_pages(signin: SignIn) -> Blueprint:
    """Build the routes that need no session: the form, the links, and the way out."""
    door = Blueprint(BLUEPRINT, __name__)

    @door.get("/signin")
    def form() -> BaseResponse:
        return _form(signin)

    @door.post("/signin")
    def enter() -> BaseResponse:
        return _enter(signin)

    @door.get("/in/<token>")
    def by_link(token: str) -> BaseResponse:
        if not signin.redeem(token):
            words = "This link was used already or is too old. Each one works once, for 15 minutes."
            return _form(signin, HTTPStatus.FORBIDDEN, words)
        response = redirect("/", HTTPStatus.SEE_OTHER)
        signin.begin(response, None)
        return response

    @door.post("/signout")
    def leave() -> BaseResponse:
        return _leave(signin)

    return door


def _enter(signin: SignIn) -> BaseResponse:
    """Take the sign-in form: its token first, then the number of tries, then the password."""
    nonce = signin.nonce(request)
    if nonce is None or not signin.form_is_ours(nonce, request):
        return _form(signin, HTTPStatus.FORBIDDEN, "The form was too old; please try again.")
    if not signin.by_password:
        return _form(signin, HTTPStatus.FORBIDDEN)
    wait = signin.wait(request)
    if wait is not None:
        return _too_many(signin, wait)
    if not signin.password_is(request.form.get("password", ""), request):
        return _form(signin, HTTPStatus.UNAUTHORIZED, "That is not the password.")
    name = clean(request.form.get("name", "")).strip()[:LONGEST_NAME] or None
    response = redirect(safe_next(request.form.get("next")), HTTPStatus.SEE_OTHER)
    signin.begin(response, name)
    return response


def _too_many(signin: SignIn, wait: timedelta) -> Response:
    _log.warning("signin.too_many_tries")
    minutes = max(1, round(wait.total_seconds() / 60))
    words = f"Too many tries from this address; try again in {minutes} min."
    response = _form(signin, HTTPStatus.TOO_MANY_REQUESTS, words)
    response.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response


def _leave(signin: SignIn) -> BaseResponse:
    response = redirect("/signin", HTTPStatus.SEE_OTHER)
    visitor = signin.visitor(request)
    if visitor is None:
        return response
    if not signin.form_is_ours(visitor.session, request):
        return _form(signin, HTTPStatus.FORBIDDEN, "The form was too old; nobody was signed out.")
    signin.end(response, visitor)
    return response


def _form(signin: SignIn, status: HTTPStatus = HTTPStatus.OK, words: str | None = None) -> Response:
    nonce = signin.nonce(request) or secrets.token_hex(16)
    page = render(
        "signin.html",
        words=words,
        by_password=signin.by_password,
        next=safe_next(request.values.get("next")),
        csrf=signin.form_token(nonce),
    )
    response = make_response(page, status)
    signin.set_nonce(response, nonce)
    return response
