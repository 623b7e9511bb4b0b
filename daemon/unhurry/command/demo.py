"""`unhurry demo`: a simulated day to try everything on, in a database of its own."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import webbrowser
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from unhurry.config import Settings, UsageError, demo_database_path

from .options import config_option, database_option
from .starting import Speed

if TYPE_CHECKING:
    from unhurry.daemon.sources.demo import DemoSource


@click.command(epilog="Example: unhurry demo --speed 60")
@click.option("--speed", type=Speed(), help="Seconds of the day per real second (default 4).")
@click.option(
    "--port", metavar="P", type=click.IntRange(0, 65535), help="Port (default 8765; 0: any free one)."
)
@click.option("--no-browser", is_flag=True, help="Do not open the page.")
@database_option(demo_database_path, envvar=None)
@config_option
def command(speed: float | None, port: int | None, no_browser: bool, db: Path, config: Path) -> None:
    """Live a day with someone who does not exist: their heart, an offer within a minute, their words.

    The morning has been lived when you come in. The day is made anew at each start and never touches
    your own database.
    """
    from unhurry.store import migrate, sole_recorder  # noqa: PLC0415 - loaded when asked for

    from .service import serve_recording  # noqa: PLC0415
    from .starting import address_of, listening_socket, loaded, parameters_from  # noqa: PLC0415
    from .stopping import run_until_stopped  # noqa: PLC0415

    settings = loaded(config, None, port)
    # The simulated wearer is new to us and wears no history: they asked to be spoken to all the same.
    prompts = settings.prompts.model_copy(update={"on_low_confidence": True})
    settings = settings.model_copy(update={"prompts": prompts})
    bound = listening_socket(settings.page)
    parameters = parameters_from(settings)
    source = demo_source(speed)
    address = address_of(bound)
    with sole_recorder(db):
        make_room(db)
        migrate(db)
        click.echo("A simulated day: nobody's heart is being read.")
        click.echo(f"Look at {address} (Ctrl-C ends it). The first offer comes within a minute.")
        if not no_browser:
            _open(address)

        async def main(stop: asyncio.Event) -> None:
            morning = asyncio.create_task(_live_the_morning(source, db))
            along = asyncio.create_task(_breathe_along(source, db, config, settings))
            try:
                await serve_recording(source, db, settings, parameters, config, bound=bound, stop=stop)
            finally:
                morning.cancel()
                along.cancel()

        run_until_stopped(main)


def demo_source(speed: float | None) -> DemoSource:
    """Return today, simulated."""
    from unhurry.daemon.simulation import simulate_day  # noqa: PLC0415
    from unhurry.daemon.sources.demo import DEFAULT_SPEED, DemoSource  # noqa: PLC0415

    today = datetime.now().astimezone().date()
    return DemoSource(simulate_day(), today, speed=DEFAULT_SPEED if speed is None else speed)


def refuse_real(database: Path) -> None:
    """Raise UsageError when the file holds anything but simulated days."""
    from unhurry.store import open_database  # noqa: PLC0415
    from unhurry.store.database import check  # noqa: PLC0415

    if not database.exists() or check(database) == 0:
        return
    with open_database(database, read_only=True) as db:
        real = db.value("SELECT count(*) FROM recordings WHERE simulated = 0")
        words = db.value("SELECT count(*) FROM recordings") == 0 and db.value("SELECT count(*) FROM entries")
    if real or words:
        raise UsageError(
            f"{database} holds a real diary.", "Name another file for the simulated day with --db."
        )


def make_room(database: Path) -> None:
    """Remove the simulated day of last time. Raises UsageError when the file holds anything else."""
    refuse_real(database)
    for part in (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))):
        part.unlink(missing_ok=True)


async def _live_the_morning(source: DemoSource, database: Path) -> None:
    """Wait until the morning is recorded, then add what the wearer wrote and answered in it."""
    from unhurry.daemon.simulation.wearer import live_the_morning  # noqa: PLC0415
    from unhurry.store import open_database  # noqa: PLC0415

    def reached_ms() -> int:
        with open_database(database, read_only=True) as db:
            return int(db.value("SELECT coalesce(max(t_ms), 0) FROM now"))

    while await asyncio.to_thread(reached_ms) < source.live_from_ms:  # noqa: ASYNC110 - a file has no event
        await asyncio.sleep(0.2)
    await asyncio.to_thread(live_the_morning, database, source.day, source.anchor, source.live_from_ms)


async def _breathe_along(source: DemoSource, database: Path, config: Path, settings: Settings) -> None:
    """Let the simulated wearer breathe as the visitor does, for as long as they practise."""
    from unhurry.config.content import load_practices  # noqa: PLC0415
    from unhurry.store import open_database  # noqa: PLC0415
    from unhurry.store.practice_runs import breath_now  # noqa: PLC0415

    breaths = {
        practice.name: round(1000 * sum(phase.seconds for phase in practice.phases))
        for practice in load_practices(config.parent, settings.practices).items
    }

    def look() -> int | None:
        with open_database(database, read_only=True) as db:
            return breath_now(db, breaths)

    while True:
        source.breathe(await asyncio.to_thread(look))
        await asyncio.sleep(0.4)


def _open(address: str) -> None:
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return
    threading.Timer(1.5, webbrowser.open, [address]).start()
