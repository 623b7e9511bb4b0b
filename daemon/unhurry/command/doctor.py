"""`unhurry doctor`: what stands between this computer and a first beat.

In: the paths in use, whether to listen. Out: a line per check, `ok`, `problem` or `skipped`, with what helps;
exit status 1 when there is a problem. Looks only; changes nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Generator, Iterator
from dataclasses import asdict
from pathlib import Path

import click

from .clock_checks import check_clock, check_stored_time, check_synchronised, check_time_zone
from .database_checks import check_database, check_privacy
from .findings import Finding, Status, guarded, unhindered
from .folder_checks import check_disk
from .installation_checks import check_fonts, check_packages, check_parts, check_python
from .notification_checks import check_notifications, check_push
from .options import common_options
from .running import Service, check_running, page_answers, running_service, strap_of
from .settings_checks import check_port, check_settings, settings_or_defaults
from .surroundings import check_surroundings, surroundings

_COLOURS = {Status.OK: "green", Status.PROBLEM: "red", Status.SKIPPED: "yellow"}
_SCAN_S = 5.0
_WIDEST = 110
_INDENT = " " * 9


@click.command("doctor", epilog="Example: unhurry doctor --no-scan")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list and nothing else.")
@click.option(
    "--scan/--no-scan",
    default=True,
    help=f"Listen for straps for {_SCAN_S:g} seconds, and call yours once; on unless switched off.",
)
@common_options
def command(as_json: bool, scan: bool, db: Path, config: Path) -> None:
    """Look at everything Unhurry needs, and say what to do."""
    findings: list[Finding] = []
    for finding in examine(db, config, scan_s=_SCAN_S if scan else None):
        findings.append(finding)
        if not as_json:
            _show(finding)
    problems = sum(finding.status is Status.PROBLEM for finding in findings)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings]))
    else:
        click.echo(_summary(problems))
    if problems:
        sys.exit(1)


def examine(
    db: Path, config: Path, *, scan_s: float | None, root: Path = Path("/")
) -> Generator[Finding, None, None]:
    """Yield the findings as they come, the radio's last: they take time.

    What a check needs is imported inside it: a part that is broken on this computer fails that check alone.
    """
    yield from _computer(root)
    readable = yield from _files(db, config)
    settings = settings_or_defaults(config)
    services: list[Service] = []

    def running() -> Finding:
        service = running_service(db, settings.page, readable=readable)
        services.extend([service] if service is not None else [])
        return check_running(service)

    yield from guarded("running", running)
    yield from guarded("port", lambda: check_port(settings.page, ours=page_answers(settings.page)))
    yield from guarded("notifications", lambda: check_notifications(settings.channels))
    yield from guarded("phone", lambda: check_push(settings.channels))
    service = services[0] if services and services[0].holds_radio else None
    yield from _radio(settings.strap.name, db if readable else None, service, scan_s, root)


def _computer(root: Path) -> Iterator[Finding]:
    yield from guarded("computer", lambda: check_surroundings(surroundings(root, os.environ)))
    yield from guarded("python", check_python)
    yield from guarded("packages", check_packages)
    yield from guarded("parts", check_parts)
    yield from guarded("fonts", check_fonts)
    yield from guarded("clock", check_clock)
    yield from guarded("clock-sync", check_synchronised)
    yield from guarded("time-zone", check_time_zone)


def _files(db: Path, config: Path) -> Generator[Finding, None, bool]:
    """Yield what files show; return whether the database is there and can be read without waiting."""
    yield from guarded("settings", lambda: check_settings(config))
    yield from guarded("disk", lambda: check_disk(db))
    database = guarded("database", lambda: check_database(db))
    yield from database
    yield from guarded("database-privacy", lambda: check_privacy(db))
    readable = all(finding.status is Status.OK for finding in database) and db.exists()
    yield from guarded("clock-database", lambda: check_stored_time(db, readable=readable))
    return readable


def _radio(
    strap_name: str | None,
    readable_db: Path | None,
    service: Service | None,
    scan_s: float | None,
    root: Path,
) -> Iterator[Finding]:
    def radio() -> list[Finding]:
        from .bluetooth_checks import check_radio  # noqa: PLC0415

        return check_radio(root, surroundings(root, os.environ))

    def strap() -> Finding:
        from .bluetooth_checks import check_strap  # noqa: PLC0415
        from .strap_checks import wanted_strap  # noqa: PLC0415

        return check_strap(wanted_strap(strap_name, readable_db), scan_s, found)

    # In this thread, where Ctrl-C ends it tidily: a strap that was called is hung up on.
    found = unhindered("bluetooth", radio)
    yield from found
    if service is not None:
        yield strap_of(service)
    else:
        yield from unhindered("strap", strap)


def _show(finding: Finding) -> None:
    mark = click.style(f"{finding.status.value:8}", fg=_COLOURS[finding.status])
    click.echo(f"{mark} {_wrapped(f'{finding.check}: {finding.detail}')}")
    if finding.advice:
        click.echo(f"{_INDENT}→ {_wrapped(finding.advice)}")


def _wrapped(text: str) -> str:
    """Break a line that is longer than the terminal; a pipe gets it whole."""
    if not sys.stdout.isatty():
        return text
    width = min(shutil.get_terminal_size().columns, _WIDEST) - len(_INDENT) - 2
    lines = textwrap.wrap(text, max(width, 20), break_long_words=False, break_on_hyphens=False)
    return f"\n{_INDENT}  ".join(lines)


def _summary(problems: int) -> str:
    if problems == 0:
        return "Nothing stands in the way."
    many = "One thing stands" if problems == 1 else f"{problems} things stand"
    return f"{many} in the way; the arrow under each says what helps."
