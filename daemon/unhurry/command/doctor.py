"""`unhurry doctor`: what stands between this computer and a first beat.

In: the paths in use, whether to scan. Out: a line per check, `ok`, `problem` or `skipped`, with what helps;
exit status 1 when there is a problem. Looks only; changes nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from unhurry.config import PageSettings

from .findings import Finding, Status
from .options import common_options

_COLOURS = {Status.OK: "green", Status.PROBLEM: "red", Status.SKIPPED: "yellow"}
_SCAN_S = 5.0


@click.command("doctor", epilog="Example: unhurry doctor --no-scan")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list and nothing else.")
@click.option(
    "--scan/--no-scan", default=True, help=f"Listen for straps, {_SCAN_S:g} seconds; on unless switched off."
)
@common_options
def command(as_json: bool, scan: bool, db: Path, config: Path) -> None:
    """Look at everything Unhurry needs, and say what to do."""
    findings: list[Finding] = []
    for finding in examine(db, config, scan_s=_SCAN_S if scan else None):
        findings.append(finding)
        if not as_json:
            _show(finding)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings]))
    if any(finding.status is Status.PROBLEM for finding in findings):
        sys.exit(1)


def examine(db: Path, config: Path, *, scan_s: float | None) -> Iterator[Finding]:
    """Yield the findings as they come, the radio's last: they take time."""
    # Each import here is something that can be broken on a wearer's computer; --help works without them.
    from .computer_checks import (  # noqa: PLC0415
        check_clock,
        check_database,
        check_fonts,
        check_packages,
        check_parts,
        check_port,
        check_python,
        check_settings,
    )

    yield check_python()
    yield check_packages()
    yield from check_parts()
    found, settings = check_settings(config)
    yield found
    yield check_database(db)
    yield check_clock()
    yield check_port(settings.page if settings is not None else PageSettings())
    yield check_fonts()
    yield Finding.skipped("notifications", "offers appear on the page and in the terminal, which need none")
    from .bluetooth_checks import check_bluetooth  # noqa: PLC0415

    yield from check_bluetooth(scan_s=scan_s)


def _show(finding: Finding) -> None:
    mark = click.style(f"{finding.status.value:8}", fg=_COLOURS[finding.status])
    click.echo(f"{mark} {finding.check}: {finding.detail}")
    if finding.advice:
        click.echo(f"{'':8} → {finding.advice}")
