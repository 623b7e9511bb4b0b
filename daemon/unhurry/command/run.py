"""`unhurry run`: the service. Reads a strap (or plays a recording), decides, offers, and serves the page."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from unhurry.config import UsageError

from .demo import demo_source, refuse_real
from .options import common_options
from .starting import Speed, StartTime

if TYPE_CHECKING:
    from unhurry.daemon.sources import Source


@click.command(epilog="Example: unhurry run --source replay:walk.rr.csv.gz --speed 60 --db walk.db")
@click.option(
    "--source",
    metavar="ble|demo|replay:FILE",
    default="ble",
    help="Where beats come from (default ble). replay:FILE,motion=FILE names the movement file, too.",
)
@click.option("--strap", metavar="NAME_OR_ADDRESS", help="Which strap, when there are several.")
@click.option("--speed", type=Speed(), help="Recording seconds per real second, for replay and demo.")
@click.option(
    "--start", type=StartTime(), help="Wall time of second 0 of the recording (default: it ends now)."
)
@click.option("--host", metavar="H", help="Address of this machine to listen on (default 127.0.0.1).")
@click.option(
    "--port", metavar="P", type=click.IntRange(0, 65535), help="Port (default 8765; 0: any free one)."
)
@click.option("--no-api", is_flag=True, help="Do not serve the page; end with the recording.")
@common_options
def command(
    source: str,
    strap: str | None,
    speed: float | None,
    start: datetime | None,
    host: str | None,
    port: int | None,
    no_api: bool,
    db: Path,
    config: Path,
) -> None:
    """Read the strap all day, keep what it says, and offer a breath when the heart speeds up.

    The page is at http://127.0.0.1:8765/. Ctrl-C ends it; nothing that was accepted is lost.
    """
    from unhurry.store import migrate, sole_recorder  # noqa: PLC0415 - loaded when asked for

    from .service import serve_recording  # noqa: PLC0415
    from .starting import address_of, listening_socket, loaded, parameters_from  # noqa: PLC0415
    from .stopping import run_until_stopped  # noqa: PLC0415

    logging.basicConfig(level=logging.WARNING, format="unhurry: %(message)s")
    # It warns of what is no matter to a wearer (a missing bluetoothctl); what matters comes as a state.
    logging.getLogger("bleak").setLevel(logging.ERROR)
    settings = loaded(config, host, port)
    parameters = parameters_from(settings)
    played = _played(source, speed, start)
    bound = None if no_api else listening_socket(settings.page)
    with sole_recorder(db):
        if source == "demo":
            refuse_real(db)
        migrate(db)
        chosen = played or _strap(strap or settings.strap.name, db)
        if bound is not None:
            click.echo(f"Unhurry is at {address_of(bound)} (Ctrl-C ends it)")
        if played is None and not settings.prompts.on_low_confidence:
            click.echo(
                "It makes offers once a strap that tells movement (a Polar H10 does) has shown it four quiet"
                " hours of you; until then it watches. To be asked sooner: on_low_confidence = true under"
                f" [prompts] in {config}"
            )

        async def main(stop: asyncio.Event) -> None:
            await serve_recording(chosen, db, settings, parameters, config, bound=bound, stop=stop)

        run_until_stopped(main)


def _strap(name: str | None, database: Path) -> Source:
    from unhurry.daemon.strap import BleSource  # noqa: PLC0415
    from unhurry.store import open_database, remembered_strap  # noqa: PLC0415
    from unhurry.store.profiles import kept_profiles  # noqa: PLC0415

    with open_database(database, read_only=True) as db:
        return BleSource(name, remembered=remembered_strap(db), profiles=kept_profiles(db))


def _played(text: str, speed: float | None, start: datetime | None) -> Source | None:
    """Return the recording or simulated day to play; None for the strap. Raises UsageError, InputError."""
    kind, _, rest = text.partition(":")
    if kind == "ble" and not rest:
        if speed is not None or start is not None:
            raise UsageError("--speed and --start belong to a recording.", "Add --source replay:FILE.")
        return None
    if kind == "demo" and not rest:
        return demo_source(speed)
    if kind == "replay" and rest:
        return _replay(rest, speed if speed is not None else 1.0, start)
    raise UsageError(f"--source {text}: this is no source.", "Use ble, demo or replay:FILE.")


def _replay(text: str, speed: float, start: datetime | None) -> Source:
    from unhurry.daemon.sources.replay import ReplaySource, anchor_for  # noqa: PLC0415
    from unhurry.store.formats import find_motion, read_recording  # noqa: PLC0415

    name, _, motion_name = text.partition(",motion=")
    path = Path(name)
    motion = Path(motion_name) if motion_name else find_motion(path)
    recording = read_recording(path, motion=motion)
    return ReplaySource(
        recording, anchor=anchor_for(recording, start, datetime.now().astimezone()), speed=speed
    )
