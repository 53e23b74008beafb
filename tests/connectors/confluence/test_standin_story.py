"""The life of a page against a site: made once, edited, moved, put away, out of sight."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from connectors.confluence.mapping import storage
from connectors.confluence.pages import ConfluencePages
from connectors.confluence.settings import ConfluenceSettings
from connectors.confluence.standin import PARENT_TITLE, Standin
from connectors.confluence.standin.webhooks import Courier
from connectors.confluence.webhook import ConfluenceWebhook
from service import markdown
from service.domain.document import Document, Fold, Paragraph, Picture, Table, plain, text
from service.domain.remote import Page, Presence
from service.ports import NotAllowed, Unavailable
from tests.connectors.confluence.answers import MARKER, OTHER, SECRET, a_project

BODY = markdown.read(
    "# Context\n\n- Project: <b>NOVA</b>\n\n## Actions\n\n"
    "| Change | Owner | Due |\n| --- | --- | --- |\n| Add alert | Ada | 2026-12-01 |\n"
)
PICTURES = (
    Picture("burn-up", "Scope 12, done 9", b"\x89PNG one"),
    Picture("slip", "Six days late", b"\x89PNG two"),
)
ILLUSTRATED = Document((*BODY.blocks, PICTURES[0], Fold("All figures", (PICTURES[1],))))
START = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Site:
    """A site with a page store on it; time stands still unless a test moves it."""

    standin: Standin
    settings: ConfluenceSettings

    @property
    def pages(self) -> ConfluencePages:
        """A page store as a run has it that begins."""
        return ConfluencePages.from_settings(self.settings)

    def ensure(
        self,
        marker: str = MARKER,
        title: str = "Post-mortem: NOVA-12",
        body: Document = BODY,
    ) -> Page:
        return self.pages.ensure_page(a_project(), marker, title, body)

    @property
    def made(self) -> list[str]:
        """The titles of the pages that the product made, whatever became of them."""
        return [
            page.title
            for page in self.standin.world.pages.values()
            if self.standin.world.users[page.author_id].name == "Closeout"
        ]

    def requests(self) -> list[str]:
        """What was asked since the last time."""
        found = [f"{one.method} {one.name}" for one in self.standin.calls]
        self.standin.calls.clear()
        return found


@pytest.fixture(params=["cloud", "gateway", "data-center"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """Cloud by its address, Cloud by the gateway with a scoped token, and Data Center."""
    flavour = "data-center" if request.param == "data-center" else "cloud"
    with Standin.seeded(lambda: START, flavour=flavour, threads=False) as standin:
        given: dict[str, object] = {
            "site_url": standin.site_url,
            "api_url": standin.url,
            "api_token": standin.api_key,
            "space": "PM",
            "parent": PARENT_TITLE,
        }
        if flavour == "cloud":
            given["email"] = standin.email
        if request.param == "gateway":
            key = standin.control.new_api_key(scoped=True)
            given |= {"api_url": standin.gateway_url, "api_token": key["api_key"]}
        yield Site(standin, ConfluenceSettings.model_validate(given))


def test_everything_is_good_where_everything_is_as_it_must_be(site: Site) -> None:
    found = {one.name: one.good for one in site.pages.check_up()}

    assert {"credentials": True, "space": True, "parent": True} == {
        name: found[name] for name in ("credentials", "space", "parent")
    }
    assert False not in found.values()


def test_a_page_is_made_below_its_parent_and_reads_back(site: Site) -> None:
    page = site.ensure()

    assert storage.normalised(BODY) == page.content
    assert (Presence.PRESENT, a_project().ref.key) == (page.presence, page.project_key)
    stored = site.standin.world.pages[page.id]
    assert PARENT_TITLE == site.standin.world.pages[str(stored.parent_id)].title
    assert {"closeout", "post-mortem", "closeout-1a2b3c4d5e6f"} == {
        label.name for label in stored.labels
    }


def test_making_it_twice_makes_one(site: Site) -> None:
    first, second = site.ensure(), site.ensure()

    assert first == second
    assert ["Post-mortem: NOVA-12 (1a2b3c4d)"] == site.made


def test_the_pictures_of_a_page_are_attached_and_shown_where_they_stand(site: Site) -> None:
    page = site.ensure(body=ILLUSTRATED)

    stored = site.standin.world.pages[page.id]
    assert {"burn-up.png": b"\x89PNG one", "slip.png": b"\x89PNG two"} == {
        name: file.data for name, file in stored.attachments.items()
    }
    assert 'ac:alt="Scope 12, done 9"' in stored.storage
    assert stored.storage.index("slip.png") > stored.storage.index('ac:name="expand"')


def test_pictures_say_nothing_when_the_page_is_read_back(site: Site) -> None:
    page = site.ensure(body=ILLUSTRATED)

    opened = Document((*BODY.blocks, Paragraph(text("All figures"))))
    assert storage.normalised(opened) == page.content


@pytest.mark.parametrize("write", [1, 2])
@pytest.mark.parametrize("mode", ["do-then-reset", "reset", "503"])
def test_a_picture_whose_answer_is_lost_is_attached_once(site: Site, mode: str, write: int) -> None:
    site.standin.control.fail(mode, times=1, only="write", skip=write)
    with pytest.raises(Unavailable):
        site.ensure(body=ILLUSTRATED)

    page = site.ensure(body=ILLUSTRATED)

    stored = site.standin.world.pages[page.id]
    assert ["burn-up.png", "slip.png"] == sorted(stored.attachments)
    assert len(site.made) == 1


def test_another_marker_makes_another_page(site: Site) -> None:
    assert site.ensure().id != site.ensure(OTHER).id


def test_a_strangers_page_is_left_as_it_is(site: Site) -> None:
    theirs = site.standin.control.take_title("Post-mortem: NOVA-12 (1a2b3c4d)", by="Ada Berg")
    before = theirs.storage

    first, second = site.ensure(), site.ensure()

    assert first.id == second.id != theirs.id
    assert f"Post-mortem: NOVA-12 ({MARKER})" == first.title
    assert (before, 1) == (theirs.storage, theirs.version.number)
    assert [] == theirs.labels


@pytest.mark.parametrize("write", [0, 1, 2], ids=["page", "labels", "property"])
@pytest.mark.parametrize("mode", ["do-then-reset", "do-then-500", "reset", "503"])
def test_a_write_whose_answer_is_lost_is_made_up_for(site: Site, mode: str, write: int) -> None:
    site.standin.control.fail(mode, times=1, only="write", skip=write)
    with pytest.raises(Unavailable):
        site.ensure()

    page = site.pages.ensure_page(
        a_project(), MARKER, "Post-mortem: NOVA-12", BODY, tried=timedelta(seconds=5)
    )

    assert a_project().ref.key == page.project_key
    assert 1 == len(site.made)
    assert 3 == len(site.standin.world.pages[page.id].labels)
    assert [MARKER] == [
        one.value["marker"] for one in site.standin.world.pages[page.id].properties.values()
    ]


def test_what_people_write_is_read_and_never_overwritten(site: Site) -> None:
    made = site.ensure()
    text = site.standin.control.content_of(made.id)
    site.standin.control.write_document(
        made.id, text.replace("| Add alert | Ada |", "| Add alert | @Ben Castro |"), by="Ada Berg"
    )

    for page in (site.pages.page(made.id), site.ensure()):
        assert page.content is not None
        (table,) = (one for one in page.content.blocks if isinstance(one, Table))
        assert ["Add alert", "@Ben Castro", "2026-12-01"] == [plain(cell) for cell in table.rows[0]]
    assert 2 == site.standin.world.pages[made.id].version.number


def test_a_page_is_ours_also_after_people_wrote_all_of_it_anew(site: Site) -> None:
    made = site.ensure()
    site.standin.control.write_document(made.id, "All new.", by="Ada Berg")

    assert made.id == site.ensure().id


def test_our_mark_in_the_body_survives_the_editor(site: Site) -> None:
    made = site.ensure()
    site.standin.control.save_document(made.id, by="Ada Berg")
    site.standin.world.pages[made.id].properties.clear()

    assert made.id == site.ensure().id
    assert 1 == len(site.made)


def test_a_page_in_the_trash_is_told_and_not_made_again(site: Site) -> None:
    made = site.ensure()
    site.standin.control.trash_document(made.id, by="Ada Berg")

    for page in (site.pages.page(made.id), site.ensure()):
        assert (made.id, Presence.TRASHED, None) == (page.id, page.presence, page.content)
    assert 1 == len(site.made)

    site.standin.control.restore_document(made.id, by="Ada Berg")
    assert Presence.PRESENT is site.pages.page(made.id).presence


def test_a_page_that_is_gone_for_good_is_missing(site: Site) -> None:
    made = site.ensure()
    site.standin.control.delete_document(made.id, by="Ada Berg")

    assert Presence.MISSING is site.pages.page(made.id).presence


def test_a_page_that_was_moved_and_renamed_is_the_same_page(site: Site) -> None:
    made = site.ensure()
    site.standin.control.move_document(made.id, "Kickoff checklist", by="Ada Berg")
    site.standin.control.rename(made.id, "What we learned", by="Ada Berg")

    found = site.pages.page(made.id)

    assert (made.id, made.url, made.project_key) == (found.id, found.url, found.project_key)
    assert ("What we learned", Presence.PRESENT) == (found.title, found.presence)


def test_a_page_only_others_may_see_is_told_like_one_that_is_gone(site: Site) -> None:
    made = site.ensure()
    site.standin.control.restrict_document(made.id, ["Ada Berg"], by="Ada Berg")

    assert Presence.MISSING is site.pages.page(made.id).presence
    assert {} == site.pages.stamps([made.id])

    site.standin.control.unrestrict_document(made.id, by="Ada Berg")
    assert Presence.PRESENT is site.pages.page(made.id).presence


def test_a_space_out_of_sight_is_no_missing_page(site: Site) -> None:
    made = site.ensure()
    site.standin.control.limit_access("none")

    with pytest.raises(NotAllowed, match="space PM"):
        site.pages.page(made.id)


def test_a_space_to_read_only_takes_no_page_and_doctor_says_so(site: Site) -> None:
    site.standin.control.limit_access("read")

    with pytest.raises(Exception, match="Confluence"):
        site.ensure()

    assert [] == site.made


def test_a_revoked_token_is_never_a_missing_page(site: Site) -> None:
    made = site.ensure()
    site.standin.control.revoke_token()

    with pytest.raises(NotAllowed):
        site.pages.page(made.id)
    with pytest.raises(NotAllowed):
        site.pages.stamps([made.id])
    assert site.pages.check_up()[0].good is False


@pytest.mark.parametrize("mode", ["500", "503", "reset", "html-200", "empty-200", "truncated"])
def test_an_answer_that_cannot_be_believed_is_no_missing_page(site: Site, mode: str) -> None:
    made, pages = site.ensure(), site.pages
    site.standin.control.fail(mode, times=10)

    with pytest.raises(Unavailable):
        pages.page(made.id)
    with pytest.raises(Unavailable):
        pages.stamps([made.id])
    assert pages.check_up()[0].good is None


def test_a_rate_limit_says_how_long_to_wait(site: Site) -> None:
    made = site.ensure()
    site.standin.control.use_up_rate_limit(300)

    with pytest.raises(Unavailable) as told:
        site.pages.page(made.id)

    assert told.value.retry_after is not None
    assert timedelta(seconds=1) <= told.value.retry_after <= timedelta(seconds=300)


def test_a_stamp_changes_with_every_edit_and_with_nothing_else(site: Site) -> None:
    one, other = site.ensure(), site.ensure(OTHER)
    before = site.pages.stamps([one.id, other.id])

    site.standin.control.append_to_document(one.id, "More.", by="Ada Berg")
    after = site.pages.stamps([one.id, other.id])

    assert {one.id, other.id} == before.keys() == after.keys()
    assert before[one.id] != after[one.id]
    assert before[other.id] == after[other.id]


def test_stamps_of_many_pages_are_few_requests(site: Site) -> None:
    control = site.standin.control
    ids = [control.create_document(f"Page {number}").id for number in range(120)]
    control.advance(hours=1)
    site.requests()

    found = site.pages.stamps(ids)

    assert set(ids) == found.keys()
    cloud = site.standin.world.cloud
    asked = [one for one in site.requests() if "spaces" not in one]
    assert (1 if cloud else 3) == len(asked)


def test_a_page_costs_what_the_readme_says(site: Site) -> None:
    pages = site.pages
    pages.check_up()
    site.requests()

    made = pages.ensure_page(a_project(), MARKER, "Post-mortem: NOVA-12", BODY)
    making = len(site.requests())
    pages.page(made.id)
    reading = len(site.requests())

    cloud = site.standin.world.cloud
    assert (8 if cloud else 9) == making
    assert (1 if cloud else 2) == reading


def test_pages_of_many_projects_do_not_meet(site: Site) -> None:
    markers = [str(uuid.UUID(int=number << 96, version=4)) for number in range(20)]

    found = [site.ensure(marker).id for marker in markers]

    assert 20 == len(set(found))
    assert found == [site.ensure(marker).id for marker in markers]


def test_data_center_tells_of_an_edit_by_its_webhook() -> None:
    with Standin.seeded(lambda: START, flavour="data-center", threads=False) as standin:
        standin.control.register_webhook("http://127.0.0.1:9/hook", SECRET)
        page = standin.control.create_document("A page", by="Ada Berg")
        settings = ConfluenceSettings.model_validate(
            {
                "site_url": standin.site_url,
                "api_token": standin.api_key,
                "space": "PM",
                "webhook_secret": [SECRET],
            }
        )
        webhook = ConfluenceWebhook.from_settings(settings)

        (delivery,) = standin.deliveries
        post = Courier(standin.world).post(delivery, START)

        assert post is not None
        webhook.verify(post.headers, post.body, START)
        event = webhook.event(post.body)
        assert event is not None
        assert page.id == event.id
