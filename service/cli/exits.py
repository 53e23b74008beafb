"""How a command ends: its exit code, and one line for what went wrong."""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import click

from service.cli.talk import complain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.domain.verdict import Outcome
    from service.ports import Health


class ExitCode(IntEnum):
    """What a script can rely on. 64 is EX_USAGE of sysexits.h, for the configuration too."""

    GOOD = 0
    FAILED = 1
    BLOCKED = 2
    UNKNOWN = 3
    MISUSED = 64


CANNOT_LISTEN = {errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES, socket.EAI_NONAME}


class OldSchema(Exception):
    """The database is older than this program, and must be brought up to date first."""


class Program(click.Group):
    """The group of all commands: lists them as they are added, and ends as we say."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def main(  # type: ignore[override]  # click overloads it by standalone_mode
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        *,
        standalone_mode: bool = True,
        **extra: Any,  # noqa: ANN401  (click's own)
    ) -> int:
        """Run a command and return its exit code; exit with it in `standalone_mode`."""
        code = self._ended(args, prog_name, extra)
        if standalone_mode:
            sys.exit(code)
        return code

    def _ended(
        self, args: Sequence[str] | None, prog_name: str | None, extra: dict[str, Any]
    ) -> ExitCode:
        try:
            code = super().main(args, prog_name, standalone_mode=False, **extra)
        except click.UsageError as misuse:
            misuse.show()
            return ExitCode.MISUSED
        except click.ClickException as fault:
            complain(fault.format_message())
            return ExitCode.FAILED
        except click.Abort:
            return ExitCode.FAILED
        except Exception as fault:
            ending = _ending(fault)
            if ending is None:
                raise
            complain(_words(fault))
            return ending
        return ExitCode(code or 0)


def _ending(fault: Exception) -> ExitCode | None:
    """Say how an error of ours ends a command; None for one that is a fault of the program."""
    from service.ports import NotAllowed, Refused, Rejected, Unavailable
    from service.settings import BadSettings
    from service.storage import UnusableDatabase

    match fault:
        case BadSettings() | UnusableDatabase():
            return ExitCode.MISUSED
        case Unavailable():
            return ExitCode.UNKNOWN
        case Rejected() | NotAllowed() | Refused() | OldSchema():
            return ExitCode.FAILED
        case OSError() if fault.errno in CANNOT_LISTEN:
            return ExitCode.FAILED
        case _:
            return None


def _words(fault: Exception) -> str:
    if isinstance(fault, OSError):
        return f"cannot listen there: {fault.strerror}; choose another one with --port or --host"
    return str(fault)


def of_outcome(outcome: Outcome) -> ExitCode:
    """Return the exit code of a verdict: 0, 2 or 3."""
    from service.domain.verdict import Outcome

    codes = {Outcome.PASSED: ExitCode.GOOD, Outcome.BLOCKED: ExitCode.BLOCKED}
    return codes.get(outcome, ExitCode.UNKNOWN)


def of_health(found: Iterable[Health]) -> ExitCode:
    """Return the exit code of what was looked at: one bad thing is failed, else unknown counts."""
    goods = {health.good for health in found}
    if False in goods:
        return ExitCode.FAILED
    return ExitCode.UNKNOWN if None in goods else ExitCode.GOOD
