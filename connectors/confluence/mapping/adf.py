"""What Confluence puts into ADF and no other tool does: macros, and mentions without a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.confluence.mapping.macros import said
from connectors.confluence.mapping.parsing import Mention
from service import adf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.domain.document import Document

_DEEPEST = 80  # nodes within one another; what lies deeper stays as it is
_MACROS = frozenset({"extension", "inlineExtension", "bodiedExtension"})
_BODY = "__bodyContent"  # where ADF keeps the plain text in a macro


def read(tree: Mapping[str, Any], names: Mapping[str, str] | None = None) -> Document:
    """Read a page; `names` maps account ids to what people are called now."""
    return adf.read(_prepared(tree, names or {}, 0))


def mentions(tree: Mapping[str, Any]) -> tuple[Mention, ...]:
    """List the people a page mentions, each once."""
    return tuple(dict.fromkeys(Mention("account-id", one) for one in _accounts(tree)))


def _accounts(tree: Mapping[str, Any]) -> Iterator[str]:
    stack = [tree]
    while stack:
        node = stack.pop()
        account = _attrs(node).get("id")
        if node.get("type") == "mention" and isinstance(account, str) and account:
            yield account
        stack += reversed(_children(node))


def _prepared(node: Mapping[str, Any], names: Mapping[str, str], depth: int) -> Mapping[str, Any]:
    """Return a node with the names that people have now, and macros as what they say."""
    if depth > _DEEPEST:
        return node
    kind, attrs = node.get("type"), _attrs(node)
    if kind == "mention" and (known := names.get(str(attrs.get("id")))):
        return {**node, "attrs": {**attrs, "text": f"@{known}"}}
    if kind in _MACROS:
        node = _as_said(node)
    if not (inner := _children(node)):
        return node
    return {**node, "content": [_prepared(one, names, depth + 1) for one in inner]}


def _as_said(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a macro as a node that says in its text what a reader sees of its parameters."""
    attrs = _attrs(node)
    parameters = _parameters(attrs)
    told = said(str(attrs.get("extensionKey") or ""), parameters)
    if node.get("type") == "inlineExtension":
        return {"type": "text", "text": told, "marks": node.get("marks")}
    if body := parameters.get(_BODY):
        inner = [{"type": "codeBlock", "content": [{"type": "text", "text": body}]}]
        return {"type": "panel", "attrs": {"title": told}, "content": inner}
    return {**node, "attrs": {"title": told}}


def _parameters(attrs: Mapping[str, Any]) -> dict[str, str]:
    given = attrs.get("parameters")
    found = given.get("macroParams") if isinstance(given, dict) else None
    parameters = found.items() if isinstance(found, dict) else ()
    return {
        name: one["value"]
        for name, one in parameters
        if isinstance(one, dict) and isinstance(one.get("value"), str)
    }


def _attrs(node: Mapping[str, Any]) -> Mapping[str, Any]:
    attrs = node.get("attrs")
    return attrs if isinstance(attrs, dict) else {}


def _children(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    inner = node.get("content")
    return [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []
