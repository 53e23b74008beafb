"""What `GET /control/board` shows: people, and pages as Markdown."""

from __future__ import annotations

from connectors._standin.board import Board, Deed, Person
from connectors._standin.board import Page as Shown
from connectors.confluence.standin.bodies import name_of
from connectors.confluence.standin.entities import Page
from connectors.confluence.standin.to_markdown import ToMarkdown
from connectors.confluence.standin.tree import parse
from connectors.confluence.standin.world import World

BOT = "Closeout"


def board(world: World) -> Board:
    """Return everything at this instant; Confluence holds no projects and no issues."""
    with world.lock:
        people = [
            Person(u.id if world.cloud else u.key, u.name)
            for u in world.users.values()
            if u.active and u.name != BOT
        ]
        pages = [
            Shown(page.id, page.title, markdown_of(world, page), belongs_to(page), world.url(page))
            for page in world.pages.values()
            if page.status == "current"
        ]
        deeds = [Deed(d.at, d.by, d.action, d.about, d.detail) for d in world.log]
        return Board(people, [], [], pages, deeds)


def markdown_of(world: World, page: Page) -> str:
    """Return a page's text as Markdown."""
    return ToMarkdown(name_of(world)).page(parse(page.storage))


def belongs_to(page: Page) -> str | None:
    """Return the project that whoever made the page wrote down in a property of it."""
    for kept in page.properties.values():
        value = kept.value
        if isinstance(value, dict) and isinstance(value.get("project"), str):
            return str(value["project"])
    return None
