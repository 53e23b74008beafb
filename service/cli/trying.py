"""Commands to try Closeout without any account: demo, standin."""

from __future__ import annotations
from pathlib import Path
import click
from service.cli.exits import ExitCode
from service.cli.reach import options


@click.command()
@options
def demo(config: Path | None, as_json: bool) -> ExitCode:
    """Demo."""
    return ExitCode.GOOD


@click.command()
@options
def standin(config: Path | None, as_json: bool) -> ExitCode:
    """Stand in."""
    return ExitCode.GOOD
