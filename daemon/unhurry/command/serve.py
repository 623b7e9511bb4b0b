"""`unhurry serve`: the API and the page alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from .options import common_options


@click.command(epilog="Example: unhurry serve --port 8800")
@click.option("--host", metavar="H", help="Address of this machine to listen on (default 127.0.0.1).")
@click.option(
    "--port", metavar="P", type=click.IntRange(0, 65535), help="Port (default 8765; 0: any free one)."
)
@common_options
def command(host: str | None, port: int | None, db: Path, config: Path) -> None:
    """Serve the page and the API alone, without reading a strap. Creates the database when it is missing."""
    from unhurry.store import migrate  # noqa: PLC0415 - loaded when asked for

    from .hosting import host_page  # noqa: PLC0415
    from .starting import address_of, listening_socket, loaded  # noqa: PLC0415
    from .stopping import run_until_stopped  # noqa: PLC0415

    settings = loaded(config, host, port)
    bound = listening_socket(settings.page)
    migrate(db)
    click.echo(f"Unhurry is at {address_of(bound)} (Ctrl-C ends it)")

    async def main(stop: asyncio.Event) -> None:
        await host_page(db, config, bound, stop, settings=settings)

    run_until_stopped(main)
