"""What commands print: lines for people, or JSON; whatever comes from outside is escaped."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from service.ports import Health

Item = TypeVar("Item")

SIGNS = {True: ("ok", "green"), False: ("BAD", "red"), None: ("??", "yellow")}


def tell(text: str = "") -> None:
    """Print lines for people; no text moves the terminal's cursor or changes its colours."""
    from service.logs import escaped

    click.echo(escaped(text, keep="\n"))


def tell_json(body: object) -> None:
    """Print a body for programs; in ASCII, so that it is safe on a terminal too."""
    import orjson

    text = orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()
    click.echo(text if text.isascii() else json.dumps(body, indent=2))


def tell_json_line(body: object) -> None:
    """Print a body on one line: for commands that go on running, and are read line by line."""
    click.echo(json.dumps(body))


def complain(text: str) -> None:
    """Print one line on stderr."""
    from service.logs import escaped

    click.echo(f"closeout: {escaped(' '.join(text.split()))}", err=True)


def tell_health(about: str, health: Health) -> None:
    """Print how one thing is, and how to mend it."""
    from service.logs import escaped

    sign, colour = SIGNS[health.good]
    head = click.style(f"{sign:>3}", fg=colour)
    click.echo(f"{head}  {escaped(f'{about}: {health.name}: {health.finding}')}")
    if health.good is not True and health.mend:
        click.echo(f"     -> {escaped(health.mend)}")


def health_body(about: str, health: Health) -> dict[str, object]:
    """Write how one thing is for programs; `good` is null where it is not known."""
    return {
        "about": about,
        "name": health.name,
        "good": health.good,
        "finding": health.finding,
        "mend": health.mend,
    }


def tell_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; one as wide as its content where the output is not a terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from service.logs import escaped

    table = Table(*heads, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(escaped(cell)) for cell in row))
    width = None if sys.stdout.isatty() else 1000
    Console(file=sys.stdout, width=width, highlight=False).print(table)


@contextmanager
def progress(items: Sequence[Item], what: str) -> Iterator[Iterator[Item]]:
    """Give the items one after the other, with a bar where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield iter(items)
        return
    with click.progressbar(items, label=what, file=sys.stderr) as bar:
        yield iter(bar)


@contextmanager
def progress_to(whole: int, what: str) -> Iterator[Callable[[int], None]]:
    """Give what is told how far work is of the whole, with a bar where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    with click.progressbar(length=whole, label=what, file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)
