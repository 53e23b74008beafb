"""Log lines: JSON where a program reads them, readable where a person does.

Our own lines and those of the libraries take the same way, so that nothing gets past the two
nets: control characters are written as escapes, and configured secrets are struck out.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog

if TYPE_CHECKING:
    from typing import TextIO

    from structlog.typing import EventDict, Processor, WrappedLogger

STRUCK = "[secret]"
SHORTEST = 6  # characters; a shorter secret is struck out only where it is the whole value
QUIET = ("alembic", "gql", "rq", "urllib3", "waitress")
MULTILINE = frozenset({"exception", "stack"})


def configure(
    secrets: Iterable[str] = (), *, stream: TextIO | None = None, terminal: bool | None = None
) -> None:
    """Send every log line of this process to `stream` (stderr where not given).

    - `secrets` are struck out of whatever is logged, wherever in a text they stand.
    - `terminal` says whether a person reads; by default, whether the stream is a terminal.
    - May be called again, with more secrets for example.
    """
    target = stream or sys.stderr
    readable = target.isatty() if terminal is None else terminal
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        Redactor(secrets),
        escape_controls,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(readable=readable, colours=readable and target.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def kept() -> Iterator[None]:
    """Put the log back as it was before, whatever is configured inside of `with`."""
    root, chosen = logging.getLogger(), structlog.get_config()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.configure(**chosen)


class Redactor:
    """A processor that strikes out every configured secret; the second net, not the first."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {secret for secret in secrets if secret}
        spelled = known | {quote(secret, safe="") for secret in known}
        # The longest first: one secret may begin with another one.
        self._anywhere = sorted(
            (one for one in spelled if len(one) >= SHORTEST), key=len, reverse=True
        )
        self._whole: Collection[str] = {one for one in spelled if len(one) < SHORTEST}

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {self._text(key): self._value(value) for key, value in event.items()}

    def _value(self, value: object) -> object:
        match value:
            case str():
                return self._text(value)
            case bytes():
                return self._text(value.decode("utf-8", "backslashreplace"))
            case Mapping():
                return {self._value(key): self._value(one) for key, one in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._value(one) for one in value]
            case bool() | int() | float() | None:
                return value
            case logging.LogRecord():  # what the formatter carries along for itself
                return value
            case _:
                return self._text(str(value))

    def _text(self, text: str) -> str:
        if text in self._whole:
            return STRUCK
        for secret in self._anywhere:
            text = text.replace(secret, STRUCK)
        return text


def escape_controls(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Write control characters as escapes: no text from outside may move a terminal's cursor.

    Only a traceback keeps its lines.
    """
    return {
        escaped(key): _escape(value, keep="\n" if key in MULTILINE else "")
        for key, value in event.items()
    }


def escaped(text: str, keep: str = "") -> str:
    """Return a text in which everything but printable characters and `keep` is an escape."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one in keep else _written(one) for one in text)


def _written(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _escape(value: object, keep: str = "") -> object:
    match value:
        case str():
            return escaped(value, keep)
        case dict():
            return {_escape(key): _escape(one) for key, one in value.items()}
        case list():
            return [_escape(one) for one in value]
        case _:
            return value


def _renderer(*, readable: bool, colours: bool) -> Processor:
    if readable:
        return structlog.dev.ConsoleRenderer(colors=colours, pad_event_to=24)
    return structlog.processors.JSONRenderer(serializer=json.dumps, ensure_ascii=False)
