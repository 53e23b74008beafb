"""The command line: `closeout`. Each command imports what it needs when it runs."""

from __future__ import annotations

import click

from service.cli.asking import gate, metrics, simulate
from service.cli.exits import ExitCode, Program
from service.cli.importing import import_time
from service.cli.operating import connect, doctor, replay, sweep
from service.cli.planning import baseline, budget, cost
from service.cli.running import clock, db, serve, web, worker
from service.cli.trying import demo, standin
from service.cli.vouching import verify, waive


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
def closeout() -> None:
    """Hold a project open until its post-mortem is complete and its actions are verified.

    Ends with 0 (good), 1 (failed), 2 (blocked), 3 (unknown) or 64 (wrong use or configuration).
    """


for _command in (
    demo,
    serve,
    doctor,
    connect,
    gate,
    metrics,
    simulate,
    verify,
    waive,
    baseline,
    budget,
    cost,
    import_time,
    web,
    worker,
    clock,
    sweep,
    replay,
    db,
    standin,
):
    closeout.add_command(_command)


def main() -> int:
    """Run the command line of this process; return its exit code."""
    code = closeout.main(prog_name="closeout", standalone_mode=False)
    return int(ExitCode(code))
