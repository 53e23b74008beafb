"""Storage format → a tree of elements.

Storage format uses the prefixes `ac:` and `ri:` without declaring them and HTML's entities, which
XML does not know; documents with a document type of their own are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.entities import html5
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError  # the types: defusedxml parses

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from service.ports import Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator

_LITERAL = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
# Words may look like a prefix too, which does no harm as long as XML takes the name.
_PREFIX = re.compile(r"(?:</?|\s)([A-Za-z_][\w.-]*):[\w.-]", re.ASCII)
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_RESERVED = frozenset({"xml", "xmlns"})
# Exports and other programs declare the prefixes, under these names.
_DECLARED = {
    "http://atlassian.com/content": "ac",
    "http://atlassian.com/resource/identifier": "ri",
    "http://www.atlassian.com/schema/confluence/4/ac/": "ac",
    "http://www.atlassian.com/schema/confluence/4/ri/": "ri",
}
_MENTIONS = ("account-id", "userkey", "username")


@dataclass(frozen=True, slots=True)
class Mention:
    """A person mentioned on a page: by `account-id` on Cloud, `userkey` or `username` elsewhere."""

    kind: str
    id: str


def parse(storage: str) -> Element:
    """Read storage format; the root stands around it. Raises Rejected where it is not well-formed."""
    text = "".join(
        part if part.startswith("<![CDATA[") else _ENTITY.sub(_character, part)
        for part in _LITERAL.split(storage)
    )
    prefixes = sorted({"ac", "ri", *_PREFIX.findall(text)} - _RESERVED)
    declared = " ".join(f'xmlns:{prefix}="{prefix}"' for prefix in prefixes)
    try:
        root: Element = fromstring(f"<storage {declared}>{text}</storage>", forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        reason = str(error) or type(error).__name__
        raise Rejected(f"the page's storage format cannot be read: {reason}") from None
    return root


def name(element: Element) -> str:
    """Return an element's name as storage format writes it: `p`, `ac:link`."""
    return _short(str(element.tag))


def attribute(element: Element, wanted: str) -> str | None:
    """Return an attribute by its name as storage format writes it: `href`, `ri:account-id`."""
    found = element.get(wanted)
    if found is not None or ":" not in wanted:
        return found
    return next((value for key, value in element.attrib.items() if _short(key) == wanted), None)


def child(element: Element, wanted: str) -> Element | None:
    """Return the first child of a name."""
    return next((one for one in element if name(one) == wanted), None)


def words(element: Element) -> str:
    """Return all text within an element."""
    return "".join(element.itertext())


def pieces(element: Element) -> Iterator[str | Element]:
    """Yield what stands in an element: text and elements, in order."""
    if element.text:
        yield element.text
    for one in element:
        yield one
        if one.tail:
            yield one.tail


def mention(element: Element) -> Mention | None:
    """Return whom a `ri:user` is."""
    for kind in _MENTIONS:
        if value := attribute(element, f"ri:{kind}"):
            return Mention(kind, value)
    return None


def mentions(root: Element) -> tuple[Mention, ...]:
    """List the people a page mentions, each once."""
    users = (mention(one) for one in root.iter() if name(one) == "ri:user")
    return tuple(dict.fromkeys(filter(None, users)))


def parameters(macro: Element) -> dict[str, str]:
    """Return a macro's parameters by name."""
    return {
        attribute(one, "ac:name") or "": words(one) for one in macro if name(one) == "ac:parameter"
    }


def anchors(root: Element) -> tuple[str, ...]:
    """List the names of the anchors on a page."""
    return tuple(
        parameters(one).get("", "")
        for one in root.iter()
        if name(one) == "ac:structured-macro" and attribute(one, "ac:name") == "anchor"
    )


def _short(tag: str) -> str:
    if not tag.startswith("{"):
        return tag
    space, _, local = tag[1:].partition("}")
    prefix = _DECLARED.get(space, space)
    return local if "/" in prefix else f"{prefix}:{local}"


def _character(match: re.Match[str]) -> str:
    """Return the character of an HTML entity; one that nobody knows stays as it is written."""
    entity = match[1]
    if entity in _XML_ENTITIES:
        return match[0]
    return html5.get(f"{entity};", f"&amp;{entity};")
