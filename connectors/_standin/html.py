"""The pieces that a page for people is made of; everything that is put in is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from connectors._standin.messages import Value

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem;
       color: #222; background: #fff }
h1, h2, h3 { line-height: 1.2 } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid #ddd;
         vertical-align: top }
form { display: inline-flex; gap: .4rem; align-items: center; flex-wrap: wrap; margin: .15rem 0 }
textarea { width: 100%; min-height: 16rem; font: 14px/1.4 ui-monospace, monospace }
pre { white-space: pre-wrap; background: #f6f6f6; padding: .6rem }
section { border-top: 2px solid #222; margin-top: 2rem } .past { color: #666 }
.wide { flex-basis: 100% } form:has(.wide) { display: flex }
"""


def document(title: str, parts: Iterable[str]) -> str:
    """Return a whole page; the parts are HTML, the title is text."""
    body = "\n".join(part for part in parts if part)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{text(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body>{body}</body></html>"
    )


def alert(problem: str | None) -> str:
    """Return what could not be done, if anything."""
    return f'<p role="alert"><strong>{text(problem)}</strong></p>' if problem else ""


def form(action: str, button: str, inputs: str, people: list[str]) -> str:
    """Return a form that does an action as one of the people."""
    return (
        f'<form method="post" action="/act/{text(action)}">{inputs}'
        f"{choice('by', people, people[0], label='as')}<button>{text(button)}</button></form>"
    )


def hidden(name: str, value: str) -> str:
    """Return a value that a form sends along."""
    return f'<input type="hidden" name="{text(name)}" value="{text(value)}">'


def choice(name: str, options: Iterable[str], chosen: str, label: str | None = None) -> str:
    """Return a list to choose from."""
    written = "".join(
        f"<option{' selected' if one == chosen else ''}>{text(one)}</option>" for one in options
    )
    return f'<label>{text(label or name)} <select name="{text(name)}">{written}</select></label>'


def bullets(items: Iterable[str]) -> str:
    """Return a list of pieces of HTML."""
    written = "".join(f"<li>{one}</li>" for one in items)
    return f"<ul>{written}</ul>" if written else "<p>None.</p>"


def href(url: str) -> str:
    """Return an address for a link, `#` for one that is no web address."""
    return text(url) if url.startswith(("http://", "https://")) else "#"


def text(value: Value) -> str:
    """Escape a value."""
    return escape(str(value), quote=True)
