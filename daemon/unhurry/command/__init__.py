"""The command line: the one place that may import everything, and that nothing imports.

In: what the wearer typed. Out: an exit code, 0 done, 1 could not (one line says why and what to do), 2
wrong usage. Commands are loaded when they are asked for, so that `unhurry --help` does not wait for
SciPy.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import version

import click

_COMMANDS = {
    "run": "Read a strap and serve the page.",
    "serve": "Serve the page alone.",
    "demo": "Live a simulated day, page included.",
    "breathe": "Breathe along, here in the terminal.",
    "scan": "List the straps in reach.",
    "detect": "Run the detector over a recording.",
    "evaluate": "Measure detection over labelled recordings.",
    "what-if": "Live your days again under other settings.",
    "doctor": "Find what stands in the way.",
    "service": "Run from each log-in on.",
    "phone": "Have offers on the phone, too.",
}
_ELSEWHERE = {"service": "background", "what-if": "what_if"}
"""Commands whose module has another name: `service.py` is what runs, `background` makes it run."""


class _Commands(click.Group):
    """Knows its commands by name and imports each only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module = _ELSEWHERE.get(cmd_name, cmd_name)
        command: click.Command = import_module(f"unhurry.command.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.command(cls=_Commands, epilog="Example: unhurry demo")
@click.version_option(version("unhurry"), message="unhurry %(version)s")
def unhurry() -> None:
    """Notice, pause, breathe.

    Unhurry reads a heart-rate chest strap, notices when the heart speeds up though the body is still,
    and offers a slow breath. Everything stays in one file on this machine. It is no medical device and
    diagnoses nothing.
    """


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        _run()
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)


def _run() -> None:
    # Loading the settings takes a moment, in which Ctrl-C should end as quietly as later.
    from unhurry.config import UnhurryError  # noqa: PLC0415

    try:
        unhurry.main(prog_name="unhurry", standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except UnhurryError as error:
        click.echo(f"unhurry: {error}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        click.echo(f"unhurry: {error.strerror}: {error.filename or 'the output'}.", err=True)
        sys.exit(1)
