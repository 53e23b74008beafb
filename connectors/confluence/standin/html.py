"""The page for people who try the stand-in alone: every page as Markdown, to read and to edit."""

from __future__ import annotations

from connectors._standin import html
from connectors._standin.shown import instant_text
from connectors.confluence.standin.board import BOT, markdown_of
from connectors.confluence.standin.entities import Page
from connectors.confluence.standin.world import World

_INTRODUCTION = (
    "What you save below is stored as Confluence's editor would store it. "
    "Write @Full Name to mention somebody."
)
_SHOWN_DEEDS = 50


def page(world: World, problem: str | None = None) -> str:
    """Return the page; everything from the records is escaped."""
    with world.lock:
        people = [u.name for u in world.users.values() if u.active and u.name != BOT]
        pages = sorted(world.pages.values(), key=lambda p: (p.status != "current", -int(p.id)))
        parts = [
            f"<h1>{html.text(world.name)} in Confluence (stand-in)</h1>",
            f"<p>It is {html.text(instant_text(world.clock()))} here. {_INTRODUCTION}</p>",
            html.alert(problem),
            *(_page(world, one, people) for one in pages),
            _log(world),
        ]
    return html.document(f"{world.name} in Confluence", parts)


def _page(world: World, one: Page, people: list[str]) -> str:
    author = world.users[one.version.author_id].name
    space = world.spaces[one.space_id]
    this = html.hidden("document", one.id)
    content = html.text(markdown_of(world, one))
    field = f'<label class="wide">Text<textarea name="content">\n{content}</textarea></label>'
    title = f'<label>title <input name="title" required value="{html.text(one.title)}"></label>'
    labels = ", ".join(label.name for label in one.labels) or "none"
    status = "" if one.status == "current" else f" ({one.status})"
    current = one.status == "current"
    return "".join(
        [
            f'<section id="page-{html.text(one.id)}"><h2>{html.text(one.title)}{status}</h2>',
            f"<p>In {html.text(space.name)}. Version {one.version.number} of ",
            f"{html.text(instant_text(one.version.at))} by {html.text(author)}. ",
            f"Labels: {html.text(labels)}.</p>",
            html.form("write_document", "Save", this + field, people) if current else "",
            html.form("rename", "Rename", this + title, people) if current else "",
            html.form("trash_document", "Trash", this, people) if current else "",
            html.form("archive_document", "Archive", this, people) if current else "",
            "" if current else html.form("restore_document", "Restore", this, people),
            f"<details><summary>Storage format</summary><pre>{html.text(one.storage)}</pre>",
            "</details></section>",
        ]
    )


def _log(world: World) -> str:
    items = [
        f"{html.text(instant_text(deed.at))} {html.text(deed.by)} ({html.text(deed.via)}): "
        f"{html.text(deed.action)} <code>{html.text(deed.about)}</code>"
        for deed in reversed(world.log[-_SHOWN_DEEDS:])
    ]
    return f"<section><h2>What was changed lately</h2>{html.bullets(items)}</section>"
