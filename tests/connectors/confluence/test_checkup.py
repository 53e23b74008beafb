"""What `doctor` says of a Confluence workspace, and how to mend it."""

from __future__ import annotations

import pytest

from service.ports import Health
from tests.connectors.confluence.answers import (
    FORBIDDEN,
    MISSING,
    PAGES,
    SECRET,
    SPACE,
    V2,
    Reply,
    Scripted,
    a_page,
    an_own_page,
    listing,
    own_pages,
    pages,
)

ME = "/rest/api/user/current"
OPERATIONS = f"{V2}/spaces/65540/operations"
CREATE = {"operation": "create", "targetType": "page"}


def checked(**changes: object) -> dict[str, Health]:
    return {health.name: health for health in pages(**changes).check_up()}


def lay_down(site: Scripted) -> None:
    """Lay down a Cloud site in which all is well."""
    site.on("GET", ME, {"type": "known", "displayName": "Closeout"})
    site.on("GET", OPERATIONS, {"operations": [CREATE]})
    site.on("GET", f"{PAGES}/4711", a_page("4711", title="Post-mortems"))


def test_when_all_is_well_everything_is_good(cloud: Scripted) -> None:
    lay_down(cloud)

    found = checked(parent="4711")

    assert {
        "credentials": "signed in to Confluence Cloud as Closeout",
        "space": "pages go to Projects (PM)",
        "parent": "pages go below “Post-mortems”",
        "permission": "the account may add pages to PM",
    } == {name: health.finding for name, health in found.items()}
    assert all(health.good for health in found.values())


def test_a_token_that_counts_for_nothing_is_all_there_is_to_say(cloud: Scripted) -> None:
    refused = Reply(401, {"message": "Unauthorized"})
    cloud.on("GET", ME, refused)
    cloud.on("GET", f"{V2}/spaces", refused)

    found = checked()

    assert ["credentials"] == list(found)
    assert found["credentials"].good is False
    assert "Unauthorized" in found["credentials"].finding
    assert "api.atlassian.com/ex/confluence" in str(found["credentials"].mend)


def test_a_token_with_scopes_need_not_say_whose_it_is(cloud: Scripted) -> None:
    lay_down(cloud)
    cloud.on("GET", ME, Reply(401, {"message": "scope does not match"}))

    found = checked()

    assert found["credentials"].good is True
    assert "does not let it ask whose it is" in found["credentials"].finding


def test_what_cannot_be_asked_now_is_unknown(cloud: Scripted) -> None:
    cloud.on("GET", ME, Reply(503, {"message": "later"}))

    found = checked()

    assert found["credentials"].good is None
    assert "later" in found["credentials"].finding


def test_a_space_that_is_not_shown_is_named(cloud: Scripted) -> None:
    lay_down(cloud)
    cloud.on("GET", f"{V2}/spaces", listing())

    found = checked(parent="4711")

    assert ["credentials", "space"] == list(found)
    assert found["space"].good is False
    assert "no space PM" in found["space"].finding


def test_an_archived_space_takes_no_pages(cloud: Scripted) -> None:
    lay_down(cloud)
    cloud.on("GET", f"{V2}/spaces", listing({**SPACE, "status": "archived"}))

    assert checked()["space"].good is False


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        pytest.param(MISSING, "no page 4711", id="not shown"),
        pytest.param(FORBIDDEN, "You may not look", id="restricted"),
        pytest.param(a_page("4711", status="trashed"), "is trashed", id="in the trash"),
    ],
)
def test_a_parent_that_takes_no_pages_is_named(
    cloud: Scripted, answer: object, finding: str
) -> None:
    lay_down(cloud)
    cloud.on("GET", f"{PAGES}/4711", answer)

    found = checked(parent="4711")

    assert found["parent"].good is False
    assert finding in found["parent"].finding


def test_a_missing_permission_is_named_and_where_to_give_it(cloud: Scripted) -> None:
    lay_down(cloud)
    cloud.on("GET", OPERATIONS, {"operations": [{"operation": "read", "targetType": "space"}]})

    found = checked()

    assert found["permission"].good is False
    assert "“Add pages”" in str(found["permission"].mend)


def test_permissions_that_may_not_be_asked_for_are_unknown(cloud: Scripted) -> None:
    lay_down(cloud)
    cloud.on("GET", OPERATIONS, FORBIDDEN)

    assert checked()["permission"].good is None


def test_an_address_that_is_not_encrypted_is_told(own: Scripted) -> None:
    store = own_pages(site_url="http://wiki.acme.example/confluence")

    assert "not encrypted" in store.check_up()[0].finding


def test_data_center_tells_what_it_can(own: Scripted) -> None:
    own.on("GET", ME, {"type": "known", "displayName": "Closeout"})
    own.on("GET", "/rest/api/content/4711", an_own_page("4711", title="Post-mortems"))
    own.on("GET", "/rest/api/content/4711/property/closeout", MISSING)

    found = {one.name: one for one in own_pages(parent="4711").check_up()}

    assert {
        "credentials": True,
        "space": True,
        "parent": True,
        "permission": None,
        "webhook": None,
    } == {name: health.good for name, health in found.items()}
    assert "signed in to Confluence Data Center as Closeout" == found["credentials"].finding


def test_a_webhook_secret_at_data_center_is_seen(own: Scripted) -> None:
    own.on("GET", ME, {"type": "known", "displayName": "Closeout"})

    found = {one.name: one for one in own_pages(webhook_secret=[SECRET]).check_up()}

    assert found["webhook"].good is True
    assert SECRET not in str(found)


def test_an_anonymous_visitor_is_nobody(own: Scripted) -> None:
    own.on("GET", ME, {"type": "anonymous", "displayName": "Anonymous"})
    own.on("GET", "/rest/api/space/PM", MISSING)

    found = own_pages().check_up()

    assert found[0].good is False
    assert "anonymous visitor" in found[0].finding
    assert "personal access token" in str(found[0].mend)
