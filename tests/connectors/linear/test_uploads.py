"""The pictures of a page: uploaded once before it is written, and left out where that fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
from structlog.testing import capture_logs

from connectors.linear.pages import LinearPages
from connectors.linear.settings import LinearSettings
from connectors.linear.standin import Standin
from connectors.linear.standin.entities import UploadFile
from connectors.linear.tracker import LinearTracker
from service import markdown
from service.domain.document import Document, Fold, Paragraph, Picture, text
from service.domain.remote import Page
from service.domain.tracking import Project
from service.ports import Limited, Unavailable
from tests.connectors.linear.answers import (
    APOLLO,
    KEY,
    MARKER,
    Reply,
    ScriptedLinear,
    a_document,
    a_refusal,
    not_found,
    settings,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TITLE = "Apollo: post-mortem"
BURN_UP = Picture("burn-up", "Scope 12, done 9", b"\x89PNG one")
SLIP = Picture("slip", "Six days late", b"\x89PNG two, longer")
WORDS = (Paragraph(text("We flew.")), Paragraph(text("All figures")))
BODY = Document((WORDS[0], BURN_UP, Fold("All figures", (SLIP,))))
ILLUSTRATED = Document((WORDS[0], BURN_UP))
STORAGE = "https://storage.example/bucket/burn-up?signature=not-a-real-one"
ASSET = "https://uploads.linear.test/org/burn-up"


@dataclass
class Site:
    """An organisation with a page store on it, as a run has it that begins."""

    standin: Standin
    project: Project
    timeout: int = 10

    def ensure(self, body: Document = BODY) -> Page:
        options = LinearSettings(
            api_url=self.standin.url, api_key=self.standin.api_key, timeout=self.timeout
        )
        return LinearPages.from_settings(options).ensure_page(self.project, MARKER, TITLE, body)

    @property
    def content(self) -> str:
        """The page as it was written."""
        return self.standin.world.documents[MARKER].content

    @property
    def stored(self) -> list[UploadFile]:
        """The files whose bytes came."""
        world = self.standin.world
        return [one for one in world.uploads.values() if one.id in world.files]

    def calls(self) -> list[str]:
        """What was asked since the last time."""
        found = [one.name for one in self.standin.calls]
        self.standin.calls.clear()
        return found


@pytest.fixture
def site() -> Iterator[Site]:
    with Standin.seeded(lambda: NOON, threads=False) as standin:
        options = LinearSettings(api_url=standin.url, api_key=standin.api_key)
        (raw,) = standin.world.projects.values()
        project = LinearTracker(options).project(raw.id)
        standin.calls.clear()
        yield Site(standin, project)


@pytest.fixture
def storage() -> Iterator[responses.RequestsMock]:
    """Everything that is no GraphQL, answering what the test lays down."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def scripted(storage: responses.RequestsMock) -> ScriptedLinear:
    """Linear with a page to be made and a place for its picture."""
    linear = ScriptedLinear(storage)
    linear.on("Document", not_found("Document"), {"document": a_document()})
    linear.on("DocumentCreate", {"documentCreate": {"success": True, "document": a_document()}})
    linear.on("FileUpload", a_place())
    return linear


def a_place(**changes: object) -> dict[str, Any]:
    """Return the payload that names where a file goes."""
    headers = [{"key": "x-goog-content-length-range", "value": "8,8"}]
    place = {"uploadUrl": STORAGE, "assetUrl": ASSET, "headers": headers, **changes}
    return {"fileUpload": {"success": True, "uploadFile": place}}


def ensure() -> list[Any]:
    """Make the page and return what was logged."""
    with capture_logs() as logged:
        LinearPages.from_settings(settings()).ensure_page(APOLLO, MARKER, TITLE, ILLUSTRATED)
    return logged


def written(linear: ScriptedLinear) -> str:
    """Return the page that was written."""
    (asked,) = linear.asked("DocumentCreate")
    return str(asked["input"]["content"])


def puts(storage: responses.RequestsMock) -> list[responses.Call]:
    return [call for call in storage.calls if call.request.method == "PUT"]


# Against the stand-in.


def test_the_pictures_of_a_page_are_uploaded_and_shown_where_they_stand(site: Site) -> None:
    site.ensure()

    stored = {one.filename: one for one in site.stored}
    assert {"burn-up.png": BURN_UP.png, "slip.png": SLIP.png} == {
        name: site.standin.world.files[one.id] for name, one in stored.items()
    }
    assert f"![Scope 12, done 9](<{stored['burn-up.png'].asset_url}>)" in site.content
    assert site.content.index(stored["slip.png"].asset_url) > site.content.index("+++ All figures")


def test_a_picture_is_served_under_the_address_on_the_page(site: Site) -> None:
    site.ensure()

    answer = requests.get(site.stored[0].asset_url, timeout=10)

    assert (200, "image/png", BURN_UP.png) == (
        answer.status_code,
        answer.headers["Content-Type"],
        answer.content,
    )


def test_pictures_say_nothing_when_the_page_is_read_back(site: Site) -> None:
    page = site.ensure()

    assert page.content is not None
    assert markdown.normalised(Document(WORDS)) == page.content


def test_a_page_costs_two_requests_more_for_each_picture(site: Site) -> None:
    site.ensure()

    upload = ["FileUpload", "filePut"]
    assert ["Document", *upload, *upload, "DocumentCreate", "Document"] == site.calls()


def test_nothing_is_uploaded_where_the_page_is_there(site: Site) -> None:
    site.ensure()
    site.calls()

    site.ensure()

    assert ["Document"] == site.calls()
    assert 2 == len(site.standin.world.uploads)


def test_the_world_from_behind_shows_files_and_no_signature(site: Site) -> None:
    site.ensure()

    shown = requests.get(f"{site.standin.base_url}/control/world", timeout=10).text

    secrets = [one.secret for one in site.stored]
    assert "burn-up.png" in shown
    assert not any(secret in shown for secret in secrets)
    assert "burn-up.png" in site.standin.tool.page()


@pytest.mark.parametrize("only", ["fileUpload", "filePut"])
@pytest.mark.parametrize(
    "mode", ["500", "503", "reset", "html-200", "do-then-500", "do-then-reset", "truncated"]
)
def test_a_picture_whose_upload_fails_is_left_out_and_tried_once(
    site: Site, mode: str, only: str
) -> None:
    site.standin.control.fail(mode, times=1, only=only)

    with capture_logs() as logged:
        site.ensure()

    taken_for_good = only == "filePut" and mode in (
        "html-200",
        "truncated",
    )  # only the status counts
    names = [line["picture"] for line in logged if line["event"] == "linear.picture_left_out"]
    assert ([] if taken_for_good else ["burn-up"]) == names
    assert taken_for_good == ("Scope 12" in site.content)
    assert "Six days late" in site.content
    assert 2 == site.calls().count("FileUpload")


@pytest.mark.parametrize("only", ["fileUpload", "filePut"])
def test_after_a_picture_that_is_not_answered_in_time_no_other_is_tried(
    site: Site, only: str
) -> None:
    site.timeout = 1
    site.standin.control.fail("hang", times=5, only=only, seconds=30)

    site.ensure()

    assert "](<" not in site.content
    assert 1 == site.calls().count("FileUpload")


def test_a_workspace_that_takes_no_such_files_gets_the_page_without_them(site: Site) -> None:
    site.standin.world.behaviour.upload_types = ["text/plain"]

    site.ensure()

    assert "We flew." in site.content
    assert "](<" not in site.content


def test_a_rate_limit_is_waited_for_and_the_page_comes_with_its_pictures(site: Site) -> None:
    site.standin.control.fail("do-then-429", times=1, only="fileUpload")
    with pytest.raises(Limited):
        site.ensure()
    assert MARKER not in site.standin.world.documents

    site.ensure()

    assert 2 == site.content.count("](<")


def test_a_page_that_cannot_be_written_keeps_its_own_error(site: Site) -> None:
    site.standin.control.fail("503", times=1, only="documentCreate")

    with pytest.raises(Unavailable):
        site.ensure()

    site.ensure()
    assert 2 == site.content.count("](<")


# What leaves this machine.


def test_the_bytes_go_with_the_named_headers_and_without_our_key(
    scripted: ScriptedLinear,
    storage: responses.RequestsMock,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    storage.add(responses.PUT, STORAGE)

    ensure()

    (put,) = puts(storage)
    assert BURN_UP.png == put.request.body
    sent = put.request.headers
    assert ("image/png", "public, max-age=31536000", "8,8") == (
        sent["Content-Type"],
        sent["Cache-Control"],
        sent["x-goog-content-length-range"],
    )
    assert "Authorization" not in sent
    assert KEY not in repr(sent)
    assert [{"contentType": "image/png", "filename": "burn-up.png", "size": 8}] == scripted.asked(
        "FileUpload"
    )
    assert f"![Scope 12, done 9](<{ASSET}>)" in written(scripted)


def test_a_header_that_linear_names_stands_instead_of_ours(
    scripted: ScriptedLinear, storage: responses.RequestsMock
) -> None:
    scripted.on("FileUpload", a_place(headers=[{"key": "cache-control", "value": "private"}]))
    storage.add(responses.PUT, STORAGE)

    ensure()

    (put,) = puts(storage)
    assert "private" == put.request.headers["Cache-Control"]


def test_a_redirect_is_not_followed(
    scripted: ScriptedLinear, storage: responses.RequestsMock
) -> None:
    storage.add(responses.PUT, STORAGE, status=307, headers={"Location": "https://else.example/"})

    logged = ensure()

    assert [STORAGE] == [put.request.url for put in puts(storage)]
    assert ["linear.picture_left_out"] == [line["event"] for line in logged]
    assert "Scope 12" not in written(scripted)


@pytest.mark.parametrize(
    "address",
    [
        "http://storage.example/x",
        "http://127.0.0.1.example/x",
        "http://storage.example\\@127.0.0.1/x",
        "ftp://storage.example/x",
        "file:///etc/passwd",
        "//storage.example/x",
        "https://",
        "https://[::1",
        "no address",
    ],
)
@pytest.mark.parametrize("key", ["uploadUrl", "assetUrl"])
def test_an_address_that_is_not_https_is_neither_used_nor_shown(
    scripted: ScriptedLinear, storage: responses.RequestsMock, key: str, address: str
) -> None:
    scripted.on("FileUpload", a_place(**{key: address}))

    logged = ensure()

    assert [] == puts(storage)
    assert ["linear.picture_left_out"] == [line["event"] for line in logged]
    assert "](<" not in written(scripted)


@pytest.mark.parametrize("host", ["127.0.0.1:9", "localhost:9", "[::1]:9"])
def test_an_address_of_this_machine_is_used_without_tls(
    scripted: ScriptedLinear, storage: responses.RequestsMock, host: str
) -> None:
    scripted.on("FileUpload", a_place(uploadUrl=f"http://{host}/x"))
    storage.add(responses.PUT, f"http://{host}/x")

    assert [] == ensure()


def test_an_address_cannot_break_out_of_its_place_on_the_page(
    scripted: ScriptedLinear, storage: responses.RequestsMock
) -> None:
    scripted.on("FileUpload", a_place(assetUrl="https://uploads.linear.test/x>) **all well**"))
    storage.add(responses.PUT, STORAGE)

    ensure()

    assert Document((WORDS[0],)) == markdown.read(written(scripted))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(a_refusal("no files here", type="forbidden"), id="not allowed"),
        pytest.param(a_refusal("too large", type="invalid input"), id="refused"),
        pytest.param({"fileUpload": {"success": False, "uploadFile": None}}, id="no success"),
        pytest.param({"fileUpload": {"success": True, "uploadFile": None}}, id="no place"),
        pytest.param({"fileUpload": None}, id="nothing"),
        pytest.param(a_place(uploadUrl=None), id="no address"),
        pytest.param(a_place(headers=[{"value": "nameless"}]), id="a header without a name"),
        pytest.param(a_place(headers=[{"key": "a\nb", "value": "c"}]), id="a header that is none"),
        pytest.param(a_place(headers=[{"key": "a", "value": "b\r\nc: d"}]), id="two in one"),
        pytest.param(Reply("<html>", 502), id="a proxy"),
    ],
)
def test_a_refusal_costs_the_picture_and_not_the_page(
    scripted: ScriptedLinear, storage: responses.RequestsMock, answer: object
) -> None:
    scripted.on("FileUpload", answer)

    logged = ensure()

    assert [] == puts(storage)
    assert ["linear.picture_left_out"] == [line["event"] for line in logged]
    assert "We flew.\n" == written(scripted)


@pytest.mark.parametrize(
    "failure", [403, 429, 500, requests.ConnectionError(f"{STORAGE} is down"), requests.Timeout()]
)
def test_what_is_logged_of_a_failed_upload_holds_no_signature(
    scripted: ScriptedLinear, storage: responses.RequestsMock, failure: int | Exception
) -> None:
    if isinstance(failure, int):
        storage.add(responses.PUT, STORAGE, status=failure, body=STORAGE)
    else:
        storage.add(responses.PUT, STORAGE, body=failure)

    (line,) = ensure()

    assert "storage.example" in line["reason"]
    assert "signature" not in repr(line)
    assert 1 == len(puts(storage))
