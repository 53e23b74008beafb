"""The real connector against the stand-in, over HTTP: the whole life of a closure."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from connectors.linear.pages import LinearPages
from connectors.linear.settings import LinearSettings
from connectors.linear.standin import Mode, Standin
from connectors.linear.tracker import LinearTracker
from connectors.linear.webhook import LinearWebhook
from service import markdown
from service.domain.remote import Presence
from service.domain.tracking import Field, Project, StatusCategory
from service.ports import Event, NotAllowed, NotFound, Subject, TicketDraft, Unavailable

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOOK = "https://closeout.example/webhooks/acme-linear"
BODY = markdown.read(
    "# Context\n\n- [ ] one\n- two\n\n| Change | Owner |\n| --- | --- |\n| Check | @ada |\n"
)


def marker(number: int) -> str:
    return f"0c105e00-0000-4000-8000-{number:012d}"


@pytest.fixture
def standin() -> Iterator[Standin]:
    with Standin.seeded(lambda: NOON, threads=False) as running:
        yield running


@pytest.fixture
def options(standin: Standin) -> LinearSettings:
    return LinearSettings(api_url=standin.url, api_key=standin.api_key, page_size=7)


@pytest.fixture
def live(options: LinearSettings) -> LinearTracker:
    return LinearTracker(options)


@pytest.fixture
def project(standin: Standin, live: LinearTracker) -> Project:
    (raw,) = standin.world.projects.values()
    return live.project(raw.id)


def a_draft(live: LinearTracker, project: Project, owner: str) -> TicketDraft:
    (person,) = (one for one in live.people() if one.handle == owner)
    url = f"{project.url}/page"
    return TicketDraft("Check the tanks", BODY, person.id, date(2026, 12, 1), url, project.url)


def test_a_project_is_found_by_every_way_to_write_it(live: LinearTracker, project: Project) -> None:
    ways = [project.url, project.url.rsplit("/", 1)[1], project.url.rsplit("-", 1)[1]]

    ways += [way.upper() for way in ways[1:]]
    assert [project.ref.key] * 5 == [live.canonical_key(way) for way in ways]
    with pytest.raises(NotFound):
        live.canonical_key("nothing-0123456789ab")


def test_issues_come_whole_over_many_pages_with_those_that_left(
    standin: Standin, live: LinearTracker, project: Project
) -> None:
    found = live.issues(project)

    members = {one.id for one in found.issues if project.ref.key in one.membership}
    world = {one.id for one in standin.world.issues.values() if one.project_id == project.ref.key}
    leavers = [one for one in found.issues if one.id not in members]
    assert members == world
    assert leavers
    for one in leavers:
        assert any(
            change.field is Field.MEMBERSHIP and change.before == project.ref.key
            for change in one.changes
        )
    for one in found.issues:
        assert [change.at for change in one.changes] == sorted(change.at for change in one.changes)


def test_issues_name_the_milestones_of_their_project(live: LinearTracker, project: Project) -> None:
    found = {one.milestone_id for one in live.issues(project).issues}

    assert {"Pilot", "Everybody"} == {one.name for one in project.milestones}
    assert {one.id for one in project.milestones} <= found


@pytest.mark.parametrize("clears", [True, False])
def test_a_closed_project_is_swept_up_and_moved_back(
    standin: Standin, live: LinearTracker, project: Project, clears: bool
) -> None:
    standin.control.switch("reopening_clears_timestamps", value=clears)
    standin.control.close_project(project.name)

    swept = live.closed_since(NOON - timedelta(minutes=30))
    status = live.ensure_open(project.ref.key, project.status)

    after = live.project(project.ref.key)
    assert [project.ref.key] == [one.key for one in swept]
    assert status == project.status == after.status
    assert standin.world.projects[project.ref.key].completed_at is None
    assert list(live.closed_since(NOON - timedelta(minutes=30))) == []


def test_a_project_is_closed_for_good(live: LinearTracker, project: Project) -> None:
    into = next(one for one in live.statuses().values() if one.category is StatusCategory.DONE)

    assert into == live.ensure_closed(project.ref.key, into)
    assert live.project(project.ref.key).closed_at == NOON


TABLES = ("comments", "links", "documents", "issues", "relations", "attachments")


def counted(standin: Standin) -> dict[str, int]:
    return {name: len(standin.world.table(name)) for name in TABLES}


def write_all(live: LinearTracker, pages: LinearPages, project: Project) -> None:
    """Make one of each thing, two tickets, and a relation between them."""
    key, draft = project.ref.key, a_draft(live, project, "ada")
    live.ensure_comment(key, marker(1), BODY)
    live.ensure_link(key, marker(2), "https://closeout.example/case", "Case file")
    page = pages.ensure_page(project, marker(3), "Post-mortem", BODY)
    first = live.ensure_ticket(project, marker(4), draft)
    second = live.ensure_ticket(project, marker(5), draft)
    live.ensure_relation(marker(6), first.id, second.id)
    assert (page.content, page.project_key) == (BODY, key)
    assert first.project_key is None


def test_everything_is_made_once(
    standin: Standin, options: LinearSettings, live: LinearTracker, project: Project
) -> None:
    pages = LinearPages.from_settings(options)
    before = counted(standin)
    write_all(live, pages, project)
    after = counted(standin)

    write_all(live, pages, project)

    made = {name: after[name] - before[name] for name in TABLES}
    assert made == dict(zip(TABLES, (1, 1, 1, 2, 1, 4), strict=True))
    assert counted(standin) == after


@pytest.mark.parametrize("mode", [Mode.DO_THEN_500, Mode.DO_THEN_RESET, Mode.TRUNCATED])
def test_everything_is_made_once_when_every_answer_to_a_write_is_lost(
    standin: Standin, options: LinearSettings, live: LinearTracker, project: Project, mode: Mode
) -> None:
    pages = LinearPages.from_settings(options)
    before = counted(standin)

    lost = 0
    for _ in range(20):
        standin.control.fail(mode.value, only="mutation")
        try:
            write_all(live, pages, project)
        except Unavailable:
            lost += 1
            standin.control.clear_faults()
        else:
            break

    made = {name: counted(standin)[name] - before[name] for name in TABLES}
    assert made == dict(zip(TABLES, (1, 1, 1, 2, 1, 4), strict=True))
    assert lost == sum(made.values())


@pytest.mark.parametrize("conflict", ["200", "400"])
def test_nothing_is_made_twice_while_queries_are_behind_the_writes(
    standin: Standin, options: LinearSettings, live: LinearTracker, project: Project, conflict: str
) -> None:
    standin.control.switch("conflict_status", conflict)
    pages = LinearPages.from_settings(options)
    key, draft = project.ref.key, a_draft(live, project, "ada")
    standin.control.lag(reads=3600)
    write_all(live, pages, project)
    before = counted(standin)

    live.ensure_comment(key, marker(1), BODY)
    live.ensure_link(key, marker(2), "https://closeout.example/case", "Case file")
    live.ensure_relation(marker(6), marker(4), marker(5))
    with pytest.raises(Unavailable, match="does not show it yet"):
        pages.ensure_page(project, marker(3), "Post-mortem", BODY)
    with pytest.raises(Unavailable, match="does not show it yet"):
        live.ensure_ticket(project, marker(4), draft)

    assert counted(standin) == before


def test_somebody_who_left_is_left_out_of_the_ticket(live: LinearTracker, project: Project) -> None:
    draft = a_draft(live, project, "finn")

    assert live.ensure_ticket(project, marker(4), draft).assignee is None


def test_a_verification_by_label_is_read_with_its_author(
    standin: Standin, live: LinearTracker, project: Project
) -> None:
    ticket = live.ensure_ticket(project, marker(4), a_draft(live, project, "ada"))
    standin.control.move_issue(ticket.key, "Done", by="ada")
    standin.control.add_label(ticket.key, "verified", by="ben")

    found = live.tickets([ticket.id])[ticket.id]

    assert (found.status.category, found.labels) == (StatusCategory.DONE, ("verified",))
    assert [
        (one.label, one.added, one.by.handle if one.by else None) for one in found.label_changes
    ] == [("verified", True, "ben")]


def test_tickets_are_read_in_one_list_also_while_it_lags_behind(
    standin: Standin, live: LinearTracker, project: Project
) -> None:
    draft = a_draft(live, project, "ada")
    made = [live.ensure_ticket(project, marker(number), draft) for number in range(4, 14)]
    ids = [ticket.id for ticket in made]

    before = len(standin.calls)
    found = live.tickets([*ids, marker(99)])
    asked = [call.name for call in standin.calls[before:]]
    standin.control.lag(lists=3600)
    lagging = live.tickets(ids)

    assert made == [found[one] for one in ids] == list(lagging.values())
    assert found[marker(99)].presence is Presence.MISSING
    assert asked == ["Tickets", "Tickets", "Ticket"]


def test_what_became_of_page_and_ticket_is_told(
    standin: Standin, options: LinearSettings, live: LinearTracker, project: Project
) -> None:
    pages = LinearPages.from_settings(options)
    page = pages.ensure_page(project, marker(3), "Post-mortem", BODY)
    ticket = live.ensure_ticket(project, marker(4), a_draft(live, project, "ada"))

    standin.control.trash(page.title)
    standin.control.trash(ticket.key)

    assert pages.page(page.id).presence is Presence.TRASHED
    assert live.tickets([ticket.id])[ticket.id].presence is Presence.TRASHED
    standin.control.delete(ticket.key)
    assert live.tickets([ticket.id])[ticket.id].presence is Presence.MISSING


def test_the_webhook_is_registered_and_seen(live: LinearTracker) -> None:
    before = {one.name: one.good for one in live.check_up(HOOK)}

    live.connect(HOOK, "the signing secret")

    after = {one.name: one.good for one in live.check_up(HOOK)}
    assert (before["webhook"], after["webhook"]) == (False, True)


@pytest.fixture
def inbox() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """An address that takes webhooks, and what came in there."""
    came: list[tuple[dict[str, str], bytes]] = []

    class Inbox(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append((dict(self.headers.items()), body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Inbox) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/hook", came
        server.shutdown()
        thread.join()


def test_webhooks_of_a_closure_are_verified_and_understood(
    standin: Standin,
    live: LinearTracker,
    project: Project,
    inbox: tuple[str, list[tuple[dict[str, str], bytes]]],
) -> None:
    url, came = inbox
    standin.control.register_webhook(url, "the signing secret")
    hook = LinearWebhook((b"another secret", b"the signing secret"))

    standin.control.close_project(project.name)
    standin.control.comment(project.name, "Well done.")
    standin.control.report(project.name, "Landed.")
    (issue, *_rest) = live.issues(project).issues
    standin.control.put_issue_in_project(issue.key, None)
    standin.deliver_due()

    events = []
    for headers, body in came:
        assert hook.verify(headers, body, NOON).startswith(f"{headers['Linear-Delivery']}:")
        events.append(hook.event(body))
    seen = [event for event in events if isinstance(event, Event)]
    touched = {(one.subject, one.id) for one in seen} | {also for one in seen for also in one.also}
    assert {(Subject.PROJECT, project.ref.key), (Subject.ISSUE, issue.id)} <= touched
    assert [project.status.id] == [one.left_status_id for one in seen if one.left_status_id]
    assert (Subject.PROJECT, project.ref.key) in seen[-1].also


def test_a_rate_limit_is_waited_out(standin: Standin, live: LinearTracker) -> None:
    standin.control.use_up_rate_limit()

    with pytest.raises(Unavailable) as caught:
        live.me()

    assert caught.value.retry_after is not None


def test_a_revoked_key_needs_an_operator(standin: Standin, live: LinearTracker) -> None:
    standin.control.revoke_api_key()

    with pytest.raises(NotAllowed):
        live.me()


@pytest.mark.parametrize(
    "mode",
    [
        Mode.ERROR_500,
        Mode.HANG,
        Mode.RESET,
        Mode.HTML_200,
        Mode.EMPTY_200,
        Mode.TRUNCATED,
    ],
)
def test_no_fault_is_taken_for_an_answer(
    standin: Standin, options: LinearSettings, mode: Mode
) -> None:
    impatient = LinearTracker(options.model_copy(update={"timeout": 1}))
    standin.control.fail(mode.value, seconds=2)

    with pytest.raises(Unavailable) as caught:
        impatient.people()

    assert options.api_key not in str(caught.value)
    assert len(impatient.people()) == len(standin.world.users)
