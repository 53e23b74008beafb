"""The connector against a site that behaves as Jira does: naming, closing, asking, people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.jira import CONNECTOR
from connectors.jira.mapping.statuses import PSEUDO
from service.domain.tracking import StatusCategory
from service.ports import NotFound, Unavailable
from tests.connectors.jira.building import FLAVOURS, NOON, Site, a_site

EACH_FLAVOUR = pytest.mark.parametrize("flavour", FLAVOURS)
YESTERDAY = NOON - timedelta(days=1)


@pytest.fixture
def site() -> Iterator[Site]:
    with a_site() as one:
        yield one


def test_the_manifest_builds_every_role_without_a_request(site: Site) -> None:
    built = [
        build(site.settings)
        for build in (CONNECTOR.tracker, CONNECTOR.webhook, CONNECTOR.pages, CONNECTOR.gate)
        if build is not None
    ]

    assert 4 == len(built)
    assert [] == site.standin.calls


@EACH_FLAVOUR
@pytest.mark.parametrize("name", ["NOVA-1", "NOVA:1.4", "NOVA", "nova-1"])
def test_a_canonical_key_leads_to_itself_and_to_an_address(flavour: str, name: str) -> None:
    with a_site(flavour) as site:
        tracker = site.tracker

        key = tracker.canonical_key(name)
        project = tracker.project(key)

        assert key == tracker.canonical_key(key) == project.ref.key
        assert key == tracker.canonical_key(project.url)
        assert project.url.startswith(site.settings.site_url)


@pytest.mark.parametrize("name", ["NOVA-99999", "NOVA:9.9", "NOPE", "99999", "issue:99999"])
def test_what_is_not_there_is_not_found(site: Site, name: str) -> None:
    with pytest.raises(NotFound):
        site.tracker.canonical_key(name)


def test_an_issue_of_another_type_says_what_closes_here(site: Site) -> None:
    with pytest.raises(NotFound, match="Epic"):
        site.tracker.canonical_key("NOVA-2")


@pytest.mark.parametrize(("name", "what"), [("NOVA:1.4", "versions"), ("NOVA", "projects")])
def test_what_is_not_configured_to_close_says_so(name: str, what: str) -> None:
    with a_site(closes=[{"issue_types": ["Epic"]}]) as site, pytest.raises(NotFound, match=what):
        site.tracker.canonical_key(name)


@EACH_FLAVOUR
@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("NOVA-1", "In Progress", "Done"),
        ("NOVA:1.4", "Unreleased", "Released"),
        ("NOVA", "Active", "Archived"),
    ],
)
def test_each_kind_of_closing_is_seen_with_its_instant(
    flavour: str, name: str, before: str, after: str
) -> None:
    with a_site(flavour) as site:
        tracker = site.tracker
        key = tracker.canonical_key(name)
        opened = tracker.project(key)

        site.standin.control.close_project(key, by="Ada Berg")
        closed = tracker.project(key)

        assert (before, False, None) == (opened.status.name, opened.closed, opened.closed_at)
        assert (after, True) == (closed.status.name, closed.closed)
        found = {closure.key: closure for closure in tracker.closed_since(YESTERDAY)}
        assert closed.closed_at == found[key].closed_at
        assert closed.name == found[key].name


@EACH_FLAVOUR
def test_an_epic_closed_long_ago_is_not_found_again(flavour: str) -> None:
    with a_site(flavour) as site:
        site.standin.control.close_project(site.epic)
        site.standin.control.advance(days=3)

        found = site.tracker.closed_since(site.standin.clock() - timedelta(days=1))

    assert site.epic not in {closure.key for closure in found}


@EACH_FLAVOUR
def test_an_epic_whose_closing_is_asked_for_is_found_too(flavour: str) -> None:
    with a_site(flavour) as site:
        tracker = site.tracker
        site.standin.control.add_label(site.epic.removeprefix("issue:"), "ready-to-close")

        found = {closure.key: closure for closure in tracker.closed_since(YESTERDAY)}

        assert tracker.project(site.epic).closing_asked_at == found[site.epic].closed_at


@EACH_FLAVOUR
def test_what_an_archived_project_released_stays_listed(flavour: str) -> None:
    with a_site(flavour) as site:
        tracker = site.tracker
        before = {closure.key for closure in tracker.closed_since(YESTERDAY)}
        site.standin.control.close_project(tracker.canonical_key("NOVA"))
        site.standin.control.advance(hours=1)

        after = {closure.key for closure in tracker.closed_since(YESTERDAY)}

    assert {"version:10500"} == before
    assert {"version:10500", "project:10000"} == after


def test_the_instant_of_closing_is_when_it_was_closed_last(site: Site) -> None:
    control = site.standin.control
    control.close_project(site.epic)
    control.advance(hours=1)
    control.reopen_project(site.epic)
    control.advance(hours=1)
    control.close_project(site.epic)

    closed_at = site.tracker.project(site.epic).closed_at

    assert closed_at is not None
    assert abs(closed_at - site.standin.clock()) < timedelta(minutes=1)


def test_an_epic_that_is_dropped_is_closed_as_cancelled(site: Site) -> None:
    epic = site.standin.world.issues[site.epic.removeprefix("issue:")]
    site.standin.control.close_project(site.epic)
    wont = next(i for i, name in site.standin.world.resolutions.items() if name == "Won't Do")
    epic.values["resolution"] = wont

    assert StatusCategory.CANCELLED is site.tracker.project(site.epic).status.category


@EACH_FLAVOUR
def test_asking_by_label_is_seen_and_its_taking_back_too(flavour: str) -> None:
    with a_site(flavour) as site:
        tracker, control = site.tracker, site.standin.control
        issue_id = site.epic.removeprefix("issue:")

        control.add_label(issue_id, "ready-to-close")
        asked = tracker.project(site.epic).closing_asked_at
        control.remove_label(issue_id, "ready-to-close")

        assert asked is not None
        assert abs(asked - site.standin.clock()) < timedelta(minutes=1)
        assert tracker.project(site.epic).closing_asked_at is None


def test_links_that_cannot_be_read_are_unknown_and_nothing_else_is(site: Site) -> None:
    site.standin.control.fail("500", only="GET */remotelink*", times=9)

    project = site.tracker.project(site.epic)

    assert (project.links, project.status.name) == ((), "In Progress")
    assert project.links_unknown is not None


def test_an_epic_that_cannot_be_read_is_no_epic_at_all(site: Site) -> None:
    site.standin.control.fail("500", only="GET */issue/*")

    with pytest.raises(Unavailable):
        site.tracker.project(site.epic)


def test_a_deleted_epic_is_not_found(site: Site) -> None:
    key = site.epic
    site.standin.control.delete(key)

    with pytest.raises(NotFound):
        site.tracker.project(key)


@EACH_FLAVOUR
def test_every_status_is_there_and_what_stands_for_one(flavour: str) -> None:
    with a_site(flavour) as site:
        statuses = site.tracker.statuses()

        status = site.tracker.project(site.epic).status
        assert status == statuses[status.id]
        assert statuses.items() >= PSEUDO.items()
        with pytest.raises(KeyError):
            statuses["99999"]


@EACH_FLAVOUR
def test_people_and_teams_are_listed_and_we_are_one_of_them(flavour: str) -> None:
    with a_site(flavour) as site:
        tracker = site.tracker

        people, teams = tracker.people(), tracker.teams()

        assert {"Ada Berg", "Ben Castro", "Closeout"} <= {person.name for person in people}
        assert [False] == sorted({one.active for one in people if not one.active})
        assert tracker.me().id in {person.id for person in people}
        assert {"NOVA", "OPS"} == {team.key for team in teams}


def test_a_token_with_scopes_works_through_the_gateway_and_links_lead_to_the_site() -> None:
    with a_site(scoped=True) as site:
        project = site.tracker.project(site.epic)

    assert site.settings.api_url != site.settings.site_url
    assert project.url.startswith(f"{site.settings.site_url}/browse/")


def test_what_an_earlier_run_read_is_not_asked_for_again(site: Site) -> None:
    first = site.reads_of(lambda: site.tracker.project(site.epic))
    second = site.reads_of(lambda: site.tracker.project(site.epic))

    assert (6, 3) == (first, second)


@EACH_FLAVOUR
def test_where_the_resolution_is_the_truth_a_resolved_epic_is_closed(flavour: str) -> None:
    with a_site(flavour, resolution_is_done=True) as site:
        epic = site.standin.world.issues[site.epic.removeprefix("issue:")]
        done = next(i for i, name in site.standin.world.resolutions.items() if name == "Done")
        epic.values["resolution"] = done

        project = site.tracker.project(site.epic)

    assert project.closed
    assert replace(project.status, category=StatusCategory.DONE) == project.status
