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
@click.option("--tool", help="Only with this tracker; else with each there is a stand-in of.")
@click.option("--undo", is_flag=True, help="Without the rule by which a tracker itself refuses.")
@options_alone
def demo(once: bool, tool: str | None, undo: bool, as_json: bool) -> ExitCode:
    """Play the whole story on local stand-ins of the tools, with the real connectors.

    Without --once it stops where somebody must act, and leaves everything open to play with.
    """
    from service import demo as story
    from service.bootstrap import utc_now

    if tool is not None and tool not in story.trackers():
        there = ", ".join(story.trackers())
        raise click.BadParameter(f"no stand-in of {tool!r} that holds projects; there are: {there}")
    parts = story.parts(tool, undo=undo)
    try:
        with _cleaning_up():
            if not once:
                story.play(parts, tell, utc_now, told_to_stop)
                return ExitCode.GOOD
            told = story.run_once(parts, _silent if as_json else tell, utc_now)
    except story.StoryStopped as stopped:
        complain(f"the demo stopped: {stopped}")
        return ExitCode.FAILED
    if as_json:
        tell_json(
            [
                {
                    "story": part.title,
                    "step": step.number,
                    "title": step.title,
                    "lines": step.lines,
                }
                for part, steps in told.items()
                for step in steps
            ]
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
    from service.demo.tool import standins, trackers

    if tool not in standins():
        raise click.BadParameter(f"no stand-in of {tool!r}; there are: {', '.join(standins())}")
    stopping = told_to_stop()
    running = build(tool, utc_now, port).start()
    if as_json:
        tell_json_line({"page": running.base_url, **running.workspace(), **running.secrets()})
    else:
        _explain(tool, running, holds_projects=tool in trackers())
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


def _explain(tool: str, running: Standin, *, holds_projects: bool) -> None:
    from service.demo.tool import page_keeper

    tell(f"The stand-in of {tool} runs; end it with Ctrl-C. It forgets everything then.")
    tell(f"  Its page, where you act as anybody: {running.base_url}")
    name = f"try-{tool}"
    secrets = {key: f"TRY_{tool}_{key}".upper() for key in running.secrets()}
    keys = {
        "connector": f'"{tool}"',
        **{key: f'"{value}"' for key, value in running.workspace().items()},
        **{key: f'"env:{variable}"' for key, variable in secrets.items()},
    }
    exports = [f"{secrets[key]}={value}" for key, value in running.secrets().items()]
    then = []
    if holds_projects:
        secret = f"TRY_{tool.upper()}_SECRET"
        keys |= {"webhook_secret": f'["env:{secret}"]', "mode": '"enforce"'}
        exports.append(f"{secret}=any-long-words-of-your-own")
        if keeper := page_keeper(tool):
            keys["pages"] = f'"try-{keeper}"'
            beside = f"closeout standin {keeper} --port {STANDIN_PORT + 1}"
            tell(
                f"Its pages are kept elsewhere: run `{beside}` too, and take the section it prints."
            )
        then = [
            f"closeout connect {name}    registers the webhook and what else it can",
            "closeout serve              close the project on the page above, and see it come back",
        ]
    width = max(map(len, keys))
    tell("\nTo point a workspace at it, put this into config/closeout.toml:")
    lines = [f"[workspaces.{name}]", *(f"{key:<{width}} = {keys[key]}" for key in keys)]
    tell("\n" + "\n".join(f"  {line}" for line in lines))
    tell("\nThen, in a second terminal:")
    tell("\n" + "\n".join(f"  {line}" for line in (*(f"export {x}" for x in exports), *then)))


def _silent(_text: str) -> None:
    """Tell nothing: the steps are printed as JSON at the end."""
