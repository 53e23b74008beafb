"""What we write, done to the stand-ins of three kinds of Jira and looked at afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import responses

from connectors.jira.client import JiraClient
from connectors.jira.mapping import keys
from connectors.jira.pages import JiraPages
from connectors.jira.settings import JiraSettings
from connectors.jira.standin import Standin
from connectors.jira.tracker import checkup, comments, holding, links, tickets
from service.domain.document import (
    BulletList,
    Document,
    Heading,
    ListItem,
    Paragraph,
    Table,
    Text,
    text,
)
from service.domain.remote import Presence
from service.domain.tracking import Link, Project, ProjectRef, Status, StatusCategory
from service.ports import NotYet, NoWayBack, TicketDraft, Unavailable

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MARKER = "0c105e00-0000-4000-8000-00000000abcd"
OTHER = "0c105e00-0000-4000-8000-00000000beef"
URL = "https://closeout.test/webhooks/acme-jira"
PAGE = "https://closeout.test/pages/1"
BODY = Document(
    (
        Heading(2, text("Actions *as agreed*")),
        Paragraph((Text("Not "), Text("bold", strong=True), Text(": *this*, {code}, [x|y]"))),
        BulletList((ListItem(text("one"), (BulletList((ListItem(text("two")),)),)),)),
        Table((text("Change"), text("Owner")), ((text("Alert | page"), text("@Ada Berg")),)),
    )
)
FLAVOURS = ("cloud-company", "cloud-team", "data-center")


@pytest.fixture(params=FLAVOURS)
def standin(request: pytest.FixtureRequest) -> Iterator[Standin]:
    with Standin.seeded(lambda: NOW, flavour=request.param, threads=False) as running:
        yield running


@pytest.fixture
def client(standin: Standin) -> JiraClient:
    return a_client(standin)


def a_client(standin: Standin, **changes: object) -> JiraClient:
    given = {
        "site_url": standin.site_url,
        "api_url": standin.url,
        "email": standin.email,
        "api_token": standin.api_key,
        "tickets_project": "OPS",
    }
    return JiraClient(JiraSettings.model_validate({**given, **changes}), lambda: NOW)


def the_epic(standin: Standin) -> Project:
    epic = next(
        i for i in standin.world.issues.values() if i.values["summary"] == "Checkout redesign"
    )
    return a_project(standin, f"issue:{epic.id}", epic.key)


def the_version(standin: Standin, name: str = "1.4") -> Project:
    version = next(v for v in standin.world.versions.values() if v.name == name)
    return a_project(standin, f"version:{version.id}", name)


def nova(standin: Standin) -> Project:
    found = next(p for p in standin.world.projects.values() if p.key == "NOVA")
    return a_project(standin, f"project:{found.id}", "NOVA")


def a_project(standin: Standin, key: str, name: str) -> Project:
    return Project(
        ref=ProjectRef("acme-jira", key),
        name=name,
        url=f"{standin.site_url}/browse/{name}",
        status=Status("1", "Done", StatusCategory.DONE),
        created_at=NOW,
        updated_at=NOW,
    )


def a_draft(standin: Standin, project: Project, owner: str = "Ben Castro") -> TicketDraft:
    users = standin.world.users.values()
    ben = next(user for user in users if user.display_name == owner)
    return TicketDraft("Add an alert", BODY, ben.id, date(2026, 12, 1), PAGE, project.url)


def made(standin: Standin, summary: str) -> list[str]:
    issues = standin.world.issues.values()
    return [issue.id for issue in issues if issue.values["summary"] == summary]


def the_time(client: JiraClient) -> datetime:
    return client.http.server_time or NOW


def id_of(project: Project) -> str:
    return keys.closing(project.ref.key).id


def test_a_closed_epic_is_moved_back_to_where_it_was(standin: Standin, client: JiraClient) -> None:
    epic = the_epic(standin)
    standin.control.close_project(epic.ref.key, by="Ada Berg")

    held = holding.ensure_open(client, epic.ref.key, None)

    assert held.category is StatusCategory.IN_PROGRESS
    issue = standin.world.issues[id_of(epic)]
    assert standin.world.statuses[issue.status_id].name == held.name
    assert issue.values.get("resolution") is None
    assert holding.ensure_open(client, epic.ref.key, None) == held


def test_an_epic_is_closed_with_a_resolution_where_one_is_asked_for(
    standin: Standin, client: JiraClient
) -> None:
    epic = the_epic(standin)

    closed = holding.ensure_closed(client, epic.ref.key, None)

    assert (closed.name, closed.category) == ("Done", StatusCategory.DONE)
    assert holding.ensure_closed(client, epic.ref.key, None) == closed


def test_without_the_permission_to_move_there_is_no_way_back(
    standin: Standin, client: JiraClient
) -> None:
    epic = the_epic(standin)
    standin.control.close_project(epic.ref.key, by="Ada Berg")
    standin.control.deny("Closeout", "TRANSITION_ISSUES")

    with pytest.raises(NoWayBack, match="Transition Issues"):
        holding.ensure_open(client, epic.ref.key, None)


def test_a_release_is_taken_back_and_made_again(standin: Standin, client: JiraClient) -> None:
    version = the_version(standin)
    standin.control.close_project(version.ref.key, by="Ada Berg")

    opened = holding.ensure_open(client, version.ref.key, None)
    closed = holding.ensure_closed(client, version.ref.key, None)

    assert (opened.id, closed.id) == ("unreleased", "released")


def test_an_archived_project_is_restored_and_archived_again(
    standin: Standin, client: JiraClient
) -> None:
    project = nova(standin)
    standin.control.close_project(project.ref.key, by="Ada Berg")

    opened = holding.ensure_open(client, project.ref.key, None)
    closed = holding.ensure_closed(client, project.ref.key, None)

    assert (opened.id, closed.id) == ("live", "archived")


def test_a_ticket_is_made_once_with_its_links_and_reads_back(
    standin: Standin, client: JiraClient
) -> None:
    epic = the_epic(standin)

    first = tickets.ensure_ticket(client, epic, MARKER, a_draft(standin, epic))
    again = tickets.ensure_ticket(client, epic, MARKER, a_draft(standin, epic), timedelta(0))

    assert first == again
    assert made(standin, "Add an alert") == [first.id]
    assert first.key.startswith("OPS-")
    assert first.assignee is not None
    assert first.assignee.name == "Ben Castro"
    assert first.due_on == date(2026, 12, 1)
    assert (PAGE, epic.url) == tuple(link.url for link in links.links(client, f"issue:{first.id}"))
    ends = {(one.inward_id, one.outward_id) for one in standin.world.issue_links.values()}
    assert {(id_of(epic), first.id)} == ends


def test_a_ticket_for_somebody_who_cannot_be_assigned_is_made_without_an_assignee(
    standin: Standin, client: JiraClient
) -> None:
    epic = the_epic(standin)
    gone = next(user for user in standin.world.users.values() if not user.active)

    ticket = tickets.ensure_ticket(client, epic, MARKER, a_draft(standin, epic, gone.display_name))

    assert ticket.assignee is None
    assert ticket.due_on == date(2026, 12, 1)


@pytest.mark.parametrize("mode", ["do-then-reset", "do-then-500"])
def test_a_ticket_whose_answer_was_lost_is_found_when_the_index_has_caught_up(
    standin: Standin, client: JiraClient, mode: str
) -> None:
    epic, draft = the_epic(standin), a_draft(standin, the_epic(standin))
    standin.control.lag(lists=90)
    standin.control.fail(mode, only=f"POST {client.api}/issue")

    with pytest.raises(Unavailable):
        tickets.ensure_ticket(client, epic, MARKER, draft)
    with pytest.raises(NotYet):
        tickets.ensure_ticket(client, epic, MARKER, draft, timedelta(seconds=30))
    standin.control.advance(seconds=120)
    found = tickets.ensure_ticket(client, epic, MARKER, draft, timedelta(seconds=120))

    assert made(standin, "Add an alert") == [found.id]
    assert found.assignee is not None


def test_a_ticket_that_was_never_made_is_made_when_the_index_has_caught_up(
    standin: Standin, client: JiraClient
) -> None:
    epic, draft = the_epic(standin), a_draft(standin, the_epic(standin))
    standin.control.fail("reset", only=f"POST {client.api}/issue")

    with pytest.raises(Unavailable):
        tickets.ensure_ticket(client, epic, MARKER, draft)
    tickets.ensure_ticket(client, epic, MARKER, draft, timedelta(seconds=120))

    assert len(made(standin, "Add an alert")) == 1


def test_who_verified_a_ticket_is_read_from_its_history(
    standin: Standin, client: JiraClient
) -> None:
    epic = the_epic(standin)
    ticket = tickets.ensure_ticket(client, epic, MARKER, a_draft(standin, epic))
    standin.control.move_issue(ticket.id, "done", by="Ben Castro")
    standin.control.advance(hours=1)
    standin.control.add_label(ticket.id, "verified", by="Chiara Dunn")

    found = tickets.tickets(client, [ticket.id])[ticket.id]

    assert found.status.category is StatusCategory.DONE
    assert "verified" in found.labels
    assert [("verified", True, "Chiara Dunn")] == [
        (one.label, one.added, one.by.name if one.by else None) for one in found.label_changes
    ]
    assert [(StatusCategory.DONE, "Ben Castro")] == [
        (move.after.category, move.by.name if move.by else None) for move in found.status_moves
    ]


def test_a_ticket_closed_as_a_duplicate_is_cancelled_and_no_other_is_a_duplicate(
    standin: Standin, client: JiraClient
) -> None:
    epic = the_epic(standin)
    first = tickets.ensure_ticket(client, epic, MARKER, a_draft(standin, epic))
    second = tickets.ensure_ticket(client, epic, OTHER, a_draft(standin, epic))
    standin.control.move_issue(first.id, "canceled", by="Ben Castro")
    standin.control.mark_duplicate(second.id, first.id, by="Ben Castro")

    found = tickets.tickets(client, [first.id, second.id])

    assert [False, True] == [found[one.id].duplicate for one in (first, second)]
    assert found[second.id].status.category is StatusCategory.CANCELLED


def test_a_ticket_in_an_archived_project_is_present_and_one_that_never_was_is_missing(
    standin: Standin, client: JiraClient
) -> None:
    epic = the_epic(standin)
    ticket = tickets.ensure_ticket(client, epic, MARKER, a_draft(standin, epic))
    standin.control.close_project("OPS", by="Ada Berg")

    found = tickets.tickets(client, [ticket.id, "99999"])

    assert [Presence.PRESENT, Presence.MISSING] == [one.presence for one in found.values()]


def test_two_tickets_are_related_once(standin: Standin, client: JiraClient) -> None:
    epic = the_epic(standin)
    first = tickets.ensure_ticket(client, epic, MARKER, a_draft(standin, epic))
    second = tickets.ensure_ticket(client, epic, OTHER, a_draft(standin, epic))
    before = len(standin.world.issue_links)

    for _ in range(2):
        tickets.ensure_relation(client, MARKER, second.id, first.id)

    assert len(standin.world.issue_links) == before + 1


@pytest.mark.parametrize("kind", ["epic", "version", "project"])
def test_comments_and_links_are_put_once_on_whatever_can_be_closed(
    standin: Standin, client: JiraClient, kind: str
) -> None:
    found = {"epic": the_epic, "version": the_version, "project": nova}[kind](standin)
    key = found.ref.key

    said = {comments.ensure_comment(client, key, MARKER, BODY) for _ in range(2)}
    linked = {links.ensure_link(client, key, MARKER, PAGE, "Post-mortem") for _ in range(2)}

    assert (len(said), len(linked)) == (1, 1)
    assert Link(PAGE, "Post-mortem") in links.links(client, key)
    written = [one for issue in standin.world.issues.values() for one in issue.comments]
    assert len(written) == 1
    if kind != "epic":
        assert len(made(standin, f"Closeout of {'NOVA 1.4' if kind == 'version' else 'Nova'}")) == 1


def test_an_issue_for_comments_is_made_once_though_its_answer_was_lost(
    standin: Standin, client: JiraClient
) -> None:
    key = the_version(standin).ref.key
    standin.control.lag(lists=90)
    standin.control.fail("do-then-reset", only=f"POST {client.api}/issue")

    for waited, expected in ((0, Unavailable), (30, NotYet)):
        standin.control.advance(seconds=waited)
        with pytest.raises(expected):
            comments.ensure_comment(client, key, MARKER, BODY)
    standin.control.advance(seconds=120)
    comments.ensure_comment(client, key, MARKER, BODY)

    assert len(made(standin, "Closeout of NOVA 1.4")) == 1


def test_a_comment_whose_answer_was_lost_is_found_again(
    standin: Standin, client: JiraClient
) -> None:
    epic = the_epic(standin)
    standin.control.fail("do-then-reset", only=f"POST {client.api}/issue/*/comment")

    with pytest.raises(Unavailable):
        comments.ensure_comment(client, epic.ref.key, MARKER, BODY)
    comments.ensure_comment(client, epic.ref.key, MARKER, BODY)

    assert len(standin.world.issues[id_of(epic)].comments) == 1


def test_a_page_reads_back_as_it_was_written_and_as_people_edit_it(
    standin: Standin, client: JiraClient
) -> None:
    epic, pages = the_epic(standin), JiraPages(client)

    page = pages.ensure_page(epic, MARKER, "Post-mortem: Checkout", BODY)
    before = pages.stamps([page.id])
    standin.control.advance(hours=1)
    standin.control.write_document(page.id, "## Actions\n\nNo actions.", by="Ada Berg")
    edited = pages.page(page.id)

    assert (page.presence, page.content, page.project_key) == (
        Presence.PRESENT, BODY, epic.ref.key
    )  # fmt: skip
    assert edited.content == Document((Heading(2, text("Actions")), Paragraph(text("No actions."))))
    assert before != pages.stamps([page.id])
    assert pages.page("99999").presence is Presence.MISSING


def test_the_account_s_permissions_and_projects_are_found_good(
    standin: Standin, client: JiraClient
) -> None:
    found = {one.name: one.good for one in checkup.check_up(client, URL, lambda: the_time(client))}

    assert found.pop("webhook") is False
    assert {True} == set(found.values()), found


def test_a_webhook_is_registered_once_and_found_good(standin: Standin, client: JiraClient) -> None:
    for _ in range(2):
        (health,) = checkup.connect(client, URL, "the signing secret")
        assert health.good is True

    assert ["the signing secret"] == [hook.secret for hook in standin.world.webhooks.values()]
    found = {one.name: one.good for one in checkup.check_up(client, URL, lambda: the_time(client))}
    assert found["webhook"] is True


def test_nothing_is_asked_of_the_network_outside(standin: Standin) -> None:
    with responses.RequestsMock() as mock:
        mock.add_passthru(standin.base_url)

        assert a_client(standin).me()
