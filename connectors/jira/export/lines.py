"""A file of exported issues, one document at a time: so memory does not grow with the file."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, NoReturn

import msgspec

from connectors.jira.export.documents import Decoder, Document, Page
from service.exports import UnusableFile

#: How many lines are read between two looks of whoever watches.
BETWEEN = 200

#: Lines are long: 14 kB is usual.
BUFFER = 1 << 20

GZIP = b"\x1f\x8b"

_EXPORT = "one issue a line, as Jira's REST gives it with expand=changelog"
_PAGE = msgspec.json.Decoder(Page)
_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])


class ExportFile:
    """A plain or gzipped file: issues one a line, or pages of a search, or one whole JSON array.

    - `watch` is told how many bytes of the file are read, now and then.
    """

    def __init__(self, path: Path, decoder: Decoder, watch: Callable[[int], None]) -> None:
        self.path = path
        self._decoder = decoder
        self._watch = watch

    def documents(self) -> Iterator[tuple[str, Document]]:
        """Yield every issue with its place in the file, for messages. Raises UnusableFile."""
        try:
            with self.path.open("rb", BUFFER) as raw:
                zipped = raw.read(len(GZIP)) == GZIP
                raw.seek(0)
                lines: Any = (
                    io.BufferedReader(gzip.GzipFile(fileobj=raw), BUFFER) if zipped else raw
                )
                yield from self._of_lines(lines, raw)
        except (OSError, EOFError, zlib.error) as fault:
            raise UnusableFile(f"{self.path} cannot be read: {fault}") from fault

    def refuse(self, place: str, why: str) -> NoReturn:
        """Raise UnusableFile for what stands at a place of the file."""
        raise UnusableFile(f"{self.path}, {place}: {why}")

    def _of_lines(self, lines: IO[bytes], raw: IO[bytes]) -> Iterator[tuple[str, Document]]:
        for number, line in enumerate(lines, 1):
            if not number % BETWEEN:
                self._watch(raw.tell())
            text = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            if number == 1 and _begins_a_whole(text):
                yield from self._of_whole(text + lines.read())
            elif not text.isspace():
                yield from self._of_line(f"line {number}", text)
        self._watch(raw.tell())

    def _of_line(self, place: str, line: bytes) -> Iterator[tuple[str, Document]]:
        try:
            yield place, self._decoder.document(line)
        except msgspec.ValidationError as fault:
            page = _page(line)
            if page is None:
                self._not_an_issue(place, fault)
            yield from self._of_page(page, f"{place}, ")
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            self._not_json(place, fault)

    def _of_whole(self, text: bytes) -> Iterator[tuple[str, Document]]:
        """Read a file that is one JSON value over several lines; it is held in memory."""
        if text.lstrip().startswith(b"["):
            try:
                page: Page | None = Page(_ARRAY.decode(text))
            except msgspec.DecodeError as fault:
                self._not_json("line 1", fault)
        else:
            page = _page(text)
        if page is None:
            yield from self._of_line("line 1", text)
        else:
            yield from self._of_page(page, "")

    def _of_page(self, page: Page, before: str) -> Iterator[tuple[str, Document]]:
        if page.names is not None:
            self._decoder.named(page.names)
        for number, raw in enumerate(page.issues, 1):
            place = f"{before}issue {number}"
            try:
                yield place, self._decoder.document(raw)
            except msgspec.ValidationError as fault:
                self._not_an_issue(place, fault)

    def _not_json(self, place: str, fault: Exception) -> NoReturn:
        self.refuse(place, f"this is not JSON ({fault}); an export holds {_EXPORT}")

    def _not_an_issue(self, place: str, fault: msgspec.ValidationError) -> NoReturn:
        what, _, where = str(fault).partition(" - at `$")
        if "`changelog`" in what:
            self.refuse(place, "the issue has no changelog; export it with expand=changelog")
        field = f"field {where[1:-1]}: " if where else ""
        self.refuse(place, f"this is no issue: {field}{what}; an export holds {_EXPORT}")


def _begins_a_whole(line: bytes) -> bool:
    """Whether a first line begins a JSON value that goes on behind it, or is an array."""
    if line.lstrip()[:1] != b"{":
        return line.lstrip()[:1] == b"["
    try:
        msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError as fault:
        return "truncated" in str(fault)
    return False


def _page(text: bytes) -> Page | None:
    try:
        return _PAGE.decode(text)
    except msgspec.DecodeError:
        return None
