"""Commands to try Closeout without any account: demo, standin."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from service.cli.exits import ExitCode
from service.cli.reach import options_alone
from service.cli.running import PORT, told_to_stop
from service.cli.talk import complain, tell, tell_json, tell_json_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.demo.tool import Standin

STANDIN_PORT = 8090


@click.command(short_help="Play the whole story on a local stand-in of the tool.")
@click.option("--once", is_flag=True, help="Run it to the end without waiting for anybody.")
@options_alone
def demo(once: bool, as_json: bool) -> ExitCode:
    """Play the whole story on a local stand-in of the tool, with the real connector.

    Without --once it stops where somebody must act, and leaves everything open to play with.
    """
    from service import demo as story
    from service.bootstrap import utc_now

    try:
        with _cleaning_up():
            if not once:
                story.play(tell, utc_now, told_to_stop)
                return ExitCode.GOOD
            steps = story.run_once(_silent if as_json else tell, utc_now)
    except story.StoryStopped as stopped:
        complain(f"the demo stopped: {stopped}")
        return ExitCode.FAILED
    if as_json:
        tell_json(
            [{"step": step.number, "title": step.title, "lines": step.lines} for step in steps]
        )
    else:
        tell("\nThe end: closed, with its post-mortem complete and every action verified.")
    return ExitCode.GOOD


@click.command(short_help="Run a stand-in of a tool, to try a workspace on.")
@click.argument("tool")
@click.option(
    "--port", type=PORT, default=STANDIN_PORT, show_default=True, help="0 takes a free one."
)
@options_alone
def standin(tool: str, port: int, as_json: bool) -> ExitCode:
    """Run a stand-in of TOOL on this machine, and say how a workspace is pointed at it."""
    from service.bootstrap import utc_now
    from service.demo.tool import standin as build
    from service.demo.tool import standins

    if tool not in standins():
        raise click.BadParameter(f"no stand-in of {tool!r}; there are: {', '.join(standins())}")
    stopping = told_to_stop()
    running = build(tool, utc_now, port).start()
    if as_json:
        tell_json_line(
            {"page": running.base_url, "api_url": running.url, "api_key": running.api_key}
        )
    else:
        _explain(tool, running)
    stopping.wait()
    running.stop()
    return ExitCode.GOOD


@contextmanager
def _cleaning_up() -> Iterator[None]:
    """Let SIGTERM end what is open as Ctrl-C does, instead of leaving it behind."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _explain(tool: str, running: Standin) -> None:
    name = f"try-{tool}"
    tell(f"The stand-in of {tool} runs; end it with Ctrl-C. It forgets everything then.")
    tell(f"  Its page, where you act as anybody: {running.base_url}")
    tell(f"  Its API: {running.url}")
    tell(f"  A key:   {running.api_key}")
    tell("\nTo point a workspace at it, put this into config/closeout.toml:")
    tell(
        f'\n  [workspaces.{name}]\n  connector      = "{tool}"\n  api_url        = "{running.url}"\n'
        '  api_key        = "env:TRY_KEY"\n  webhook_secret = ["env:TRY_SECRET"]\n'
        '  mode           = "enforce"'
    )
    tell("\nThen, in a second terminal:")
    tell(
        f"\n  export TRY_KEY={running.api_key}\n  export TRY_SECRET=any-long-words-of-your-own\n"
        f"  closeout connect {name}    registers the webhook and the label\n"
        "  closeout serve              close the project on the page above, and see it come back"
    )


def _silent(_text: str) -> None:
    """Tell nothing: the steps are printed as JSON at the end."""
