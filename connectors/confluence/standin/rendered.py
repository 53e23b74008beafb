"""A page's text as the HTML that readers get: the representation `view`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from html import escape

from connectors.confluence.standin.tree import Node

_KEPT = frozenset(
    {
        *(
            "p",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "ul",
            "ol",
            "li",
            "hr",
            "br",
            "pre",
            "blockquote",
        ),
        *("strong", "em", "b", "i", "u", "s", "del", "code", "sub", "sup", "span", "div"),
        *("colgroup", "col", "tbody", "thead", "tr", "th", "td"),
    }
)
_VOID = frozenset({"br", "hr", "col"})
_DROPPED = frozenset({"script", "style", "iframe", "object", "ac:parameter"})


def rendered(root: Node, name_of: Callable[[str], str]) -> str:
    """Return HTML; nothing in it runs."""
    return _Renderer(name_of).inside(root.children)


class _Renderer:
    def __init__(self, name_of: Callable[[str], str]) -> None:
        self._name_of = name_of

    def inside(self, children: Iterable[Node | str]) -> str:
        return "".join(
            escape(one, quote=False) if isinstance(one, str) else self._node(one)
            for one in children
        )

    def _node(self, node: Node) -> str:  # noqa: C901, PLR0911 (one case each)
        name, inside = node.name, node.children
        match name:
            case _ if name in _DROPPED:
                return ""
            case _ if name in _VOID:
                return f"<{name}/>"
            case _ if name in _KEPT:
                return f"<{name}>{self.inside(inside)}</{name}>"
            case "table":
                table = f'<table class="confluenceTable">{self.inside(inside)}</table>'
                return f'<div class="table-wrap">{table}</div>'
            case "a":
                return self._anchor(node)
            case "time":
                return _time(node)
            case "ac:link":
                return self._link(node)
            case "ac:image":
                return _image(node)
            case "ac:task-list":
                return f'<ul class="inline-task-list">{self.inside(inside)}</ul>'
            case "ac:task":
                return self._task(node)
            case "ac:structured-macro":
                return self._macro(node)
            case _:
                return self.inside(inside)

    def _anchor(self, node: Node) -> str:
        href = node.attributes.get("href", "")
        safe = href if href.startswith(("http://", "https://", "/", "#", "mailto:")) else "#"
        return f'<a href="{escape(safe)}">{self.inside(node.children)}</a>'

    def _link(self, node: Node) -> str:
        user = node.first("ri:user")
        if user is not None:
            ref = user.attributes.get("ri:account-id") or user.attributes.get("ri:userkey") or ""
            name = escape(self._name_of(ref))
            kind = "confluence-userlink user-mention"
            return f'<a class="{kind}" data-account-id="{escape(ref)}">{name}</a>'
        page = node.first("ri:page")
        title = page.attributes.get("ri:content-title", "") if page is not None else ""
        return f"<a>{escape(node.text.strip() or title)}</a>"

    def _task(self, task: Node) -> str:
        body, status = task.first("ac:task-body"), task.first("ac:task-status")
        done = ' class="checked"' if status is not None and status.text == "complete" else ""
        return f"<li{done}>{self.inside(body.children) if body is not None else ''}</li>"

    def _macro(self, node: Node) -> str:
        plain, rich = node.first("ac:plain-text-body"), node.first("ac:rich-text-body")
        if node.attributes.get("ac:name") == "status":
            title = escape(node.parameter("title"))
            return f'<span class="status-macro aui-lozenge">{title}</span>'
        if plain is not None:
            return f'<div class="code panel"><pre>{escape(plain.text)}</pre></div>'
        return f"<div>{self.inside(rich.children)}</div>" if rich is not None else ""


def _time(node: Node) -> str:
    given = node.attributes.get("datetime", "")
    try:
        shown = f"{date.fromisoformat(given):%d %b %Y}"
    except ValueError:
        shown = given
    return f'<time datetime="{escape(given)}">{escape(shown)}</time>'


def _image(node: Node) -> str:
    file, address = node.first("ri:attachment"), node.first("ri:url")
    if file is not None:
        source = f"attachment:{file.attributes.get('ri:filename', '')}"
    else:
        source = address.attributes.get("ri:value", "") if address is not None else ""
    return f'<span class="confluence-embedded-file-wrapper"><img src="{escape(source)}"/></span>'
