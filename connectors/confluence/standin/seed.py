"""A site with a space for projects: for the demo, for tests, and for trying things out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from connectors._standin.cast import CAST
from connectors.confluence.standin import changes, index
from connectors.confluence.standin.changes import NewPage
from connectors.confluence.standin.entities import Page, Space, Token, User
from connectors.confluence.standin.world import Act, World

SPACE_KEY = "PM"
PARENT_TITLE = "Post-mortems"
_HANDBOOK = (
    "<p>We close a project together. The page of each one is below "
    "<strong>Post-mortems</strong>.</p>"
    "<ul><li>Book the session within two weeks</li><li>Agree on three to five changes</li></ul>"
)
_DAYS_AGO = 200


def seed(world: World, people: Mapping[str, str] | None = None) -> None:
    """Fill an empty site; the log begins after it.

    `people` gives account ids (user keys on Data Center) by name, and may name further people;
    without it they are those that every stand-in of the site has.
    """
    cast = {actor.name: actor.account_id if world.cloud else None for actor in CAST if actor.active}
    for name, ref in (cast | dict(people or {})).items():
        _person(world, name, ref)
    bot = next(u for u in world.users.values() if u.name == "Closeout")
    prefix = "ATATT" if world.cloud else "NTQ1"
    token = Token(f"{prefix}{world.ids.secret()[:40]}", bot.id)
    world.tokens[token.value] = token
    ada = next(u for u in world.users.values() if u.name == "Ada Berg")
    at = world.clock() - timedelta(days=_DAYS_AGO)
    act = Act(world, ada, "person", at)
    space = Space(world.ids.number(), SPACE_KEY, "Project management", ada.id, at)
    world.spaces[space.id] = space
    home = _page(act, space, "Project management", _HANDBOOK, None)
    space.homepage_id = home.id
    _page(act, space, PARENT_TITLE, "<p>One page for each project.</p>", home.id)
    _page(act, space, "Kickoff checklist", "<p>What to ask before a project starts.</p>", home.id)
    index.seen(world)
    world.log.clear()


def _person(world: World, name: str, ref: str | None) -> None:
    first = name.split(maxsplit=1)[0].casefold()
    own = world.ids.uuid()
    account_id = (ref if world.cloud else None) or f"712020:{own}"
    key = (ref if not world.cloud else None) or own.replace("-", "")
    kind = "app" if name == "Closeout" else "atlassian"
    email = f"{first}@acme.example"
    world.users[account_id] = User(account_id, name, email, first, key, kind=kind)


def _page(act: Act, space: Space, title: str, storage: str, parent_id: str | None) -> Page:
    return changes.create_page(act, NewPage(space.id, title, storage, parent_id))
