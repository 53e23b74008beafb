"""Signing in and out, and what keeps others from doing it for you."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

from service.settings import General, Web
from service.web.app import create_app
from service.web.security import Signer
from service.web.sessions import Sessions
from service.web.signin import SignIn, one_time_link, safe_next
from tests.web.house import NOW, House, a_judged_case

PASSWORD = "a long pass phrase"
# The cheapest work factor: what is tested is what follows from it, not the hashing.
HASH = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")


def a_door(house: House, **changes: object) -> Flask:
    """Build the application with other settings: `web` and `closeout` replace whole sections."""
    house.services.settings = replace(house.services.settings, **changes)  # type: ignore[arg-type]  # the sections are the caller's
    return create_app(house.services)


def with_password(house: House) -> Flask:
    return a_door(house, web=Web(host="0.0.0.0", password_hash=HASH))  # noqa: S104  (not listened on)


def token_of(page: TestResponse) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', page.get_data(as_text=True))
    assert found
    return found[1]


def sign_in(client: FlaskClient, password: str = PASSWORD, **more: str) -> TestResponse:
    csrf = token_of(client.get("/signin"))
    sent = {"csrf": csrf, "password": password, "name": "Lee Wong", **more}
    return client.post("/signin", data=sent)


class TestOneTimeLinks:
    def test_a_link_signs_in_once(self, app: Flask) -> None:
        path = one_time_link(app).removeprefix("http://localhost:8080")
        first, second = app.test_client(), app.test_client()

        assert first.get(path).status_code == 303
        assert second.get(path).status_code == 403
        assert first.get("/").status_code == 200
        assert second.get("/").status_code == 303

    def test_a_link_is_over_after_a_quarter_of_an_hour(self, app: Flask, house: House) -> None:
        path = one_time_link(app).removeprefix("http://localhost:8080")
        house.now += timedelta(minutes=15)

        assert app.test_client().get(path).status_code == 403

    def test_a_link_cannot_be_guessed(self, app: Flask) -> None:
        tokens = {one_time_link(app).rpartition("/")[2] for _ in range(50)}

        assert len(tokens) == 50
        assert min(map(len, tokens)) * 6 >= 128

    @pytest.mark.parametrize("token", ["", "x", "%00", "%ed%a0%80", "a" * 5000])
    def test_any_other_token_is_refused(self, token: str, client: FlaskClient) -> None:
        assert client.get(f"/in/{token}").status_code in {403, 404}


class TestPassword:
    def test_the_right_password_opens_the_pages(self, house: House) -> None:
        client = with_password(house).test_client()

        response = sign_in(client, next="/operations")

        assert (response.status_code, response.headers["Location"]) == (303, "/operations")
        assert "Lee Wong" in client.get("/").get_data(as_text=True)

    def test_a_wrong_password_does_not(self, house: House) -> None:
        client = with_password(house).test_client()

        assert sign_in(client, "something else").status_code == 401
        assert client.get("/").status_code == 303

    def test_after_five_tries_an_address_has_to_wait_even_with_the_right_one(
        self, house: House
    ) -> None:
        client = with_password(house).test_client()
        for _ in range(5):
            sign_in(client, "something else")

        now = sign_in(client)
        house.now += timedelta(minutes=15)
        later = sign_in(client)

        assert (now.status_code, now.headers["Retry-After"]) == (429, "901")
        assert later.status_code == 303

    def test_addresses_are_counted_apart(self, house: House) -> None:
        app = with_password(house)
        client = app.test_client()
        for _ in range(6):
            sign_in(client, "something else")

        other = app.test_client()
        csrf = token_of(other.get("/signin"))
        response = other.post(
            "/signin",
            data={"csrf": csrf, "password": PASSWORD, "name": "Lee"},
            environ_base={"REMOTE_ADDR": "203.0.113.9"},
        )

        assert response.status_code == 303

    def test_a_forwarded_address_of_a_stranger_does_not_count(self, house: House) -> None:
        client = with_password(house).test_client()
        for number in range(6):
            csrf = token_of(client.get("/signin"))
            client.post(
                "/signin",
                data={"csrf": csrf, "password": "wrong"},
                headers={"X-Forwarded-For": f"203.0.113.{number}"},
            )

        assert sign_in(client).status_code == 429

    def test_the_form_of_another_browser_is_refused(self, house: House) -> None:
        app = with_password(house)
        mine, theirs = app.test_client(), app.test_client()
        csrf = token_of(theirs.get("/signin"))
        mine.get("/signin")

        response = mine.post("/signin", data={"csrf": csrf, "password": PASSWORD})

        assert response.status_code == 403

    def test_without_a_password_no_password_is_right(
        self, client: FlaskClient, house: House
    ) -> None:
        page = client.get("/signin")
        nonce = client.get_cookie("closeout-form")
        assert nonce is not None
        csrf = SignIn(house.services).form_token(nonce.value)

        assert b"password" not in page.get_data().split(b"web.password_hash")[0]
        for guess in ("", "None"):
            response = client.post("/signin", data={"csrf": csrf, "password": guess})
            assert response.status_code == 403


class TestTrustedProxy:
    WEB = Web(user_header="X-User", trusted_proxies=("10.1.0.0/16",))

    @pytest.mark.parametrize(
        ("address", "status"),
        [("10.1.2.3", 200), ("10.2.0.1", 303), ("127.0.0.1", 303), ("", 303)],
    )
    def test_only_a_trusted_proxy_names_the_visitor(
        self, address: str, status: int, house: House
    ) -> None:
        client = a_door(house, web=self.WEB).test_client()

        response = client.get(
            "/", headers={"X-User": "lee@acme.example"}, environ_base={"REMOTE_ADDR": address}
        )

        assert status == response.status_code
        assert (status == 200) == ("lee@acme.example" in response.get_data(as_text=True))

    def test_the_name_in_a_form_does_not_replace_the_proxys(self, house: House) -> None:
        case = a_judged_case(house)
        client = a_door(house, web=self.WEB).test_client()
        proxy = {"environ_base": {"REMOTE_ADDR": "10.1.2.3"}, "headers": {"X-User": "Lee Wong"}}
        csrf = token_of(client.get("/projects/acme/nova", **proxy))

        client.post(
            "/projects/acme/nova/verify",
            data={"csrf": csrf, "action": f"{case.id}-3", "evidence": "seen", "who": "Somebody"},
            **proxy,
        )

        latest = house.store.verifications(case.id)[-1]
        assert (f"{case.id}-3", "Lee Wong") == (latest.action_id, latest.by_name)

    def test_without_the_header_the_proxy_is_nobody(self, house: House) -> None:
        client = a_door(house, web=self.WEB).test_client()

        assert client.get("/", environ_base={"REMOTE_ADDR": "10.1.2.3"}).status_code == 303


class TestSessions:
    def test_a_session_ends_after_a_day(self, visitor: FlaskClient, house: House) -> None:
        house.now += timedelta(hours=23, minutes=59)
        assert visitor.get("/").status_code == 200

        house.now += timedelta(minutes=1)
        assert visitor.get("/").status_code == 303

    def test_a_cookie_counts_no_more_after_signing_out(self, app: Flask, house: House) -> None:
        client = app.test_client()
        client.get(one_time_link(app).removeprefix("http://localhost:8080"))
        kept = client.get_cookie("closeout")
        assert kept is not None

        response = client.post("/signout", data={"csrf": token_of(client.get("/"))})
        thief = app.test_client()
        thief.set_cookie("closeout", kept.value)

        assert response.headers["Location"] == "/signin"
        assert client.get("/").status_code == 303
        assert thief.get("/").status_code == 303

    def test_signing_out_needs_the_forms_token(self, visitor: FlaskClient) -> None:
        assert visitor.post("/signout").status_code == 403
        assert visitor.get("/").status_code == 200

    def test_signing_in_makes_a_new_session(self, house: House) -> None:
        app = with_password(house)
        client = app.test_client()
        sign_in(client)
        planted = client.get_cookie("closeout")
        sign_in(client)
        fresh = client.get_cookie("closeout")

        assert planted is not None
        assert fresh is not None
        assert planted.value != fresh.value

    def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(self, app: Flask) -> None:
        path = one_time_link(app).removeprefix("http://localhost:8080")

        cookie = app.test_client().get(path).headers["Set-Cookie"]

        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Max-Age=86400" in cookie
        assert "Secure" not in cookie

    def test_over_https_the_cookie_stays_on_https_and_on_this_host(self, house: House) -> None:
        app = a_door(house, closeout=General(public_url="https://closeout.example"))
        path = one_time_link(app).removeprefix("https://closeout.example")

        response = app.test_client().get(path)

        cookie = response.headers["Set-Cookie"]
        assert cookie.startswith("__Host-closeout=")
        assert "Secure" in cookie
        assert "Domain" not in cookie
        assert "max-age=31536000" in response.headers["Strict-Transport-Security"]

    def test_processes_with_the_same_secrets_share_sessions(self, house: House) -> None:
        one, two = with_password(house), with_password(house)
        client, other = one.test_client(), two.test_client()
        sign_in(client)
        cookie = client.get_cookie("closeout")
        assert cookie is not None
        other.set_cookie("closeout", cookie.value)

        assert other.get("/").status_code == 200

    def test_a_changed_password_ends_every_session(self, house: House) -> None:
        client = with_password(house).test_client()
        sign_in(client)
        cookie = client.get_cookie("closeout")
        assert cookie is not None
        changed = Web(password_hash=generate_password_hash("x", method="pbkdf2:sha256:1"))
        later = a_door(house, web=changed).test_client()
        later.set_cookie("closeout", cookie.value)

        assert later.get("/").status_code == 303

    @given(st.text())
    def test_no_invented_cookie_is_a_session(self, cookie: str) -> None:
        assert Sessions(Signer(["secret"])).read(cookie, NOW) is None

    @given(st.integers(min_value=0), st.characters())
    def test_no_changed_cookie_is_a_session(self, place: int, char: str) -> None:
        sessions = Sessions(Signer(["secret"]))
        cookie = sessions.begin("Lee", NOW)
        place %= len(cookie)
        changed = cookie[:place] + char + cookie[place + 1 :]

        assert changed == cookie or sessions.read(changed, NOW) is None


class TestNext:
    @pytest.mark.parametrize(
        "path", ["/", "/operations", "/projects/acme/NOVA:1.4", "/projects/a/b?said=checked"]
    )
    def test_a_path_of_ours_is_gone_on_to(self, path: str) -> None:
        assert path == safe_next(path)

    @pytest.mark.parametrize(
        "path",
        [
            None,
            "",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil.example",
            " //evil.example",
            "/%0d%0aSet-Cookie: a=b\r\n",
            "///evil.example",
            "/é",
        ],
    )
    def test_anything_else_leads_to_the_first_page(self, path: str | None) -> None:
        assert safe_next(path) == "/"

    def test_the_way_in_remembers_where_one_wanted_to_go(self, client: FlaskClient) -> None:
        response = client.get("/projects/acme/nova?said=checked")

        assert response.headers["Location"] == "/signin?next=/projects/acme/nova%3Fsaid%3Dchecked"
