"""Storage format as a tree: read with its prefixes and entities, written out again.

Storage format is XHTML in pieces, with `ac:` and `ri:` prefixes that nobody declares and HTML's
entities that XML does not know. What is not well-formed is refused, as Confluence does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import codepoint2name, name2codepoint
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from connectors.confluence.standin.errors import Refused

_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_DEEPEST = 200
_NAMED = {code: f"&{name};" for code, name in codepoint2name.items() if name not in _XML_ENTITIES}


@dataclass(slots=True)
class Node:
    """An element: its name with the prefix, its attributes, its children."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)
    cdata: bool = False

    @property
    def elements(self) -> list[Node]:
        """The children that are elements."""
        return [one for one in self.children if isinstance(one, Node)]

    @property
    def text(self) -> str:
        """All characters below, joined."""
        return "".join(one if isinstance(one, str) else one.text for one in self.children)

    def first(self, name: str) -> Node | None:
        """Return the first child of a name."""
        return next((one for one in self.elements if one.name == name), None)

    def walk(self) -> Iterator[Node]:
        """Yield this element and all below, in the order of the text."""
        yield self
        for one in self.elements:
            yield from one.walk()

    def parameter(self, name: str) -> str:
        """Return a macro's parameter, "" where it has none."""
        for one in self.elements:
            if one.name == "ac:parameter" and one.attributes.get("ac:name") == name:
                return one.text
        return ""


def parse(storage: str) -> Node:
    """Read storage format; the root is an element without a name. Raises Refused (400)."""
    reader = _Reader()
    text = "".join(
        part if part.startswith("<![CDATA[") else _ENTITY.sub(_character, part)
        for part in _CDATA.split(storage)
    )
    try:
        return reader.read(text)
    except expat.ExpatError as error:
        where = f"[row,col {{unknown-source}}]: [{error.lineno},{error.offset}]"
        words = expat.ErrorString(error.code) if error.code else str(error)
        raise Refused(400, f"Error parsing xhtml: {words}\n at {where}") from None


def write(node: Node) -> str:
    """Write an element out; of the root, what is in it."""
    inside = "".join(
        _text(one, node) if isinstance(one, str) else write(one) for one in node.children
    )
    if not node.name:
        return inside
    attributes = "".join(f" {key}={_quoted(value)}" for key, value in node.attributes.items())
    if inside:
        return f"<{node.name}{attributes}>{inside}</{node.name}>"
    return f"<{node.name}{attributes} />"


def printable(text: str) -> str:
    """Return text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


def _text(text: str, parent: Node) -> str:
    if parent.cdata:
        return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
    return escape(text).translate(_NAMED)


def _quoted(value: str) -> str:
    escaped = quoteattr(value, {"\n": "&#10;", "\t": "&#9;"})
    return escaped if escaped[0] == '"' else '"' + escaped[1:-1].replace('"', "&quot;") + '"'


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if name in _XML_ENTITIES or name not in name2codepoint:
        return match[0]
    return chr(name2codepoint[name])


class _Reader:
    """Builds the tree; document types and further entities are refused."""

    def __init__(self) -> None:
        self._open = [Node("")]
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartCdataSectionHandler = self._cdata
        self._parser.StartDoctypeDeclHandler = self._doctype

    def read(self, text: str) -> Node:
        self._parser.Parse(f"<root>{text}</root>", True)
        root = self._open[0].elements[0]
        root.name = ""
        return root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) > _DEEPEST:
            raise Refused(400, "Error parsing xhtml: the content is nested too deeply")
        node = Node(name, dict(attributes))
        self._open[-1].children.append(node)
        self._open.append(node)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        children = self._open[-1].children
        last = children[-1] if children else None
        if isinstance(last, str):
            children[-1] = last + text
        else:
            children.append(text)

    def _cdata(self) -> None:
        self._open[-1].cdata = True

    def _doctype(self, *_: object) -> None:
        raise Refused(400, "Error parsing xhtml: a document type is not allowed")
