"""Formatted text: an Atlassian document on Cloud, wiki markup on Data Center, and between them.

Markdown stands in the middle: it is what people type into the stand-in, and the board shows it.
"""

from __future__ import annotations

from typing import Any

from connectors._standin.messages import Value
from connectors.jira.standin.entities import Text
from connectors.jira.standin.text_adf import to_markdown
from connectors.jira.standin.text_markdown import to_adf
from connectors.jira.standin.text_wiki import from_markdown, wiki_to_markdown

ADF_VERSION = 3
"""The version of the interface that speaks in Atlassian documents."""


def is_adf(value: Value) -> bool:
    """Say whether a value is an Atlassian document that Jira takes: no empty text in it."""
    if not isinstance(value, dict) or value.get("type") != "doc" or value.get("version") != 1:
        return False
    content = value.get("content")
    return isinstance(content, list) and all(_node_fits(one) for one in content)


def _node_fits(node: Value) -> bool:
    if not isinstance(node, dict) or not isinstance(node.get("type"), str):
        return False
    if node["type"] == "text" and not node.get("text"):
        return False
    inside = node.get("content", [])
    return isinstance(inside, list) and all(_node_fits(one) for one in inside)


def kept(wiki_text: str, *, cloud: bool) -> Text:
    """Return what is kept of wiki markup that a program wrote."""
    return to_adf(wiki_to_markdown(wiki_text)) if cloud else wiki_text


def written(text: str, *, cloud: bool) -> Text:
    """Return what the tool's own editor makes of Markdown that a person typed.

    On Cloud bare addresses become cards, and nodes get ids and layouts that change every time.
    """
    return to_adf(text, by_hand=True) if cloud else from_markdown(text)


def wiki(text: Text | None) -> str | None:
    """Return a text as wiki markup."""
    return from_markdown(to_markdown(text)) if isinstance(text, dict) else text


def adf(text: Text | None) -> dict[str, Any] | None:
    """Return a text as an Atlassian document."""
    return to_adf(wiki_to_markdown(text)) if isinstance(text, str) else text


def markdown(text: Text | None) -> str:
    """Return a text as Markdown."""
    if text is None:
        return ""
    return to_markdown(text) if isinstance(text, dict) else wiki_to_markdown(text)


def has_headings(text: Text | None) -> bool:
    """Say whether a text is a document with headings."""
    return any(line.startswith("#") for line in markdown(text).splitlines())
