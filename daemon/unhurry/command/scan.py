"""`unhurry scan`: the straps in reach.

In: how long to listen. Out: a line per strap (name, address, signal strength, battery where it is told), the
strongest first, or JSON. Bluetooth that cannot be used is a StrapError: one line says why and what helps.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from unhurry.config import StrapError

from .options import common_options

if TYPE_CHECKING:
    from unhurry.daemon.strap import StrapInReach

_NOBODY = "No strap is in reach. Wear it with damp electrodes, and close apps that may hold it."


@click.command("scan", epilog="Example: unhurry scan --seconds 15")
@click.option(
    "--seconds",
    metavar="S",
    type=click.FloatRange(min=1, max=300),
    default=8.0,
    show_default=True,
    help="How long to listen.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list and nothing else.")
@common_options
def command(seconds: float, as_json: bool, db: Path, config: Path) -> None:
    """List the heart-rate straps in reach."""
    del db, config  # taken by every command; listening needs neither
    straps = listen(seconds, tell=not as_json)
    if as_json:
        click.echo(json.dumps([_as_json(strap) for strap in straps]))
    elif straps:
        click.echo("\n".join(_table(straps)))
    else:
        click.echo(_NOBODY)


def listen(seconds: float, *, tell: bool = False) -> Sequence[StrapInReach]:
    """Return the straps heard within `seconds`. Raises StrapError when Bluetooth cannot be used."""
    # bleak takes half a second to import; `unhurry --help` has no use for it.
    from unhurry.daemon.strap import RADIO_ERRORS, scan_straps, trouble_of  # noqa: PLC0415

    if tell and sys.stderr.isatty():
        click.echo(f"Listening for {seconds:g} s …", err=True)
    try:
        return asyncio.run(scan_straps(seconds))
    except RADIO_ERRORS as error:
        trouble = trouble_of(error)
        raise StrapError(trouble.what, trouble.advice) from error


def _table(straps: Sequence[StrapInReach]) -> list[str]:
    cells = [("name", "address", "signal", "battery")]
    for strap in straps:
        signal = "connected" if strap.connected else "unknown"
        battery = "unknown" if strap.battery_percent is None else f"{strap.battery_percent} %"
        cells.append(
            (
                strap.name,
                strap.address,
                signal if strap.rssi_dbm is None else f"{strap.rssi_dbm} dBm",
                battery,
            )
        )
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _as_json(strap: StrapInReach) -> dict[str, str | int | bool | None]:
    return {
        "name": strap.name,
        "address": strap.address,
        "rssi_dbm": strap.rssi_dbm,
        "battery_percent": strap.battery_percent,
        "connected": strap.connected,
    }
