"""`unhurry service`: Unhurry as a service of the desktop, there from each log-in on.

In: which database and settings. Out: a description of the service where the system looks for it, and one line
about what happened. The diary is never touched; what was recorded stays when the service goes.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click
from click.core import ParameterSource

from unhurry.config import UnhurryError

from ..options import common_options

if TYPE_CHECKING:
    from .job import Manager, Standing

_MANAGERS = {"linux": "systemd", "darwin": "launchd", "win32": "task_scheduler"}


@click.group("service", epilog="Example: unhurry service install")
def command() -> None:
    """Have Unhurry run in the background from each log-in on."""


@command.command(epilog="Example: unhurry service install --db diary/unhurry.db")
@click.option("--now/--no-now", default=True, help="Start it at once, too; on unless switched off.")
@common_options
def install(now: bool, db: Path, config: Path) -> None:
    """Install the service, or bring it up to date. Database and settings given here are kept for it."""
    from ..starting import loaded, loopback  # noqa: PLC0415 - loaded when asked for
    from .job import Change, job_for  # noqa: PLC0415

    manager = _manager()
    page = loaded(config).page
    loopback(page)
    job = job_for(db, config if _given("config") else None)
    before = manager.standing()
    # One that is just starting, or about to, says so, and may hold both already.
    if now and before.running is False and before.says is None:
        _refuse_occupied(db, config)
    change = manager.install(job, now=now)
    file = manager.standing().file
    click.echo(
        {
            Change.NEW: f"Installed: {file}",
            Change.REPLACED: f"Brought up to date: {file}",
            Change.UNCHANGED: f"Installed already, and up to date: {file}",
        }[change]
    )
    host = f"[{page.host}]" if ":" in page.host else page.host
    where = f" The page is at http://{host}:{page.port}/" if page.port else ""
    click.echo(f"Unhurry runs.{where}" if now else "Unhurry starts when you log in next.")


@command.command(epilog="Example: unhurry service uninstall")
@common_options
def uninstall(db: Path, config: Path) -> None:
    """Stop the service and remove it. Everything that was recorded stays."""
    del db, config  # taken by every command; neither is touched
    if _manager().uninstall():
        click.echo("The service is gone. Everything that was recorded stays.")
    else:
        click.echo("No service is installed; nothing was changed.")


@command.command(epilog="Example: unhurry service status --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@common_options
def status(as_json: bool, db: Path, config: Path) -> None:
    """Say whether the service is installed and running. Looks only."""
    del db, config  # taken by every command; the service has its own
    found = _manager().standing()
    click.echo(json.dumps(_as_json(found)) if as_json else "\n".join(_lines(found)))


def _manager() -> Manager:
    name = _MANAGERS.get(sys.platform)
    if name is None:
        raise UnhurryError(
            f"There is no background service for {sys.platform}.", "Start `unhurry run` when you log in."
        )
    return cast("Manager", import_module(f"{__name__}.{name}"))


def _given(name: str) -> bool:
    return click.get_current_context().get_parameter_source(name) is not ParameterSource.DEFAULT


def _refuse_occupied(db: Path, config: Path) -> None:
    """Find what a start would stumble over while there is somebody to tell."""
    from unhurry.store import sole_recorder  # noqa: PLC0415 - loaded when asked for

    from ..starting import listening_socket, loaded  # noqa: PLC0415

    with sole_recorder(db), listening_socket(loaded(config).page):
        pass


def _lines(found: Standing) -> list[str]:
    lines = [f"installed: {'yes' if found.installed else 'no'} ({found.file})"]
    if found.installed:
        lines.append(f"starts at log-in: {'yes' if found.at_login else 'no'}")
    if found.running is not None:
        since = f", since {_local(found.since):%Y-%m-%d %H:%M}" if found.since else ""
        lines.append(f"running: {'yes' if found.running else 'no'}{since}")
    if found.says:
        lines.append(f"it says: {found.says}")
    if found.last_exit:
        lines.append(f"last end: {found.last_exit}")
    if found.trouble:
        lines.append(found.trouble)
    return lines


def _local(moment: datetime) -> datetime:
    return moment.astimezone()


def _as_json(found: Standing) -> dict[str, str | bool | None]:
    return {
        "installed": found.installed,
        "starts_at_login": found.at_login,
        "running": found.running,
        "since": found.since.isoformat() if found.since else None,
        "file": str(found.file),
        "says": found.says,
        "last_exit": found.last_exit,
        "trouble": found.trouble,
    }
