"""`unhurry breathe`: a breath to go along with, in the terminal."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from unhurry.config import UsageError

from .options import config_option

if TYPE_CHECKING:
    from unhurry.config.content import Practice, Practices

_LEAST_MIN, _MOST_MIN = 0.2, 60.0


@click.command(epilog="Example: unhurry breathe four_six --minutes 2 --tones")
@click.argument("practice", required=False)
@click.option(
    "--minutes",
    metavar="N",
    type=click.FloatRange(_LEAST_MIN, _MOST_MIN),
    help="How long (default: as long as the practice says).",
)
@click.option("--tones", is_flag=True, help="A tone that rises with the breath in and falls with it out.")
@click.option("--no-screen", is_flag=True, help="Draw nothing: for closed eyes. Tones are on.")
@config_option
def command(practice: str | None, minutes: float | None, tones: bool, no_screen: bool, config: Path) -> None:
    """Breathe along with a practice, or with slow breathing. Ctrl-C ends it at any second.

    Needs neither a strap nor the page. Your own practices can be named, too.
    """
    from unhurry.config import load_settings  # noqa: PLC0415 - loaded when asked for
    from unhurry.config.content import load_practices  # noqa: PLC0415
    from unhurry.signal.pacer import Breath, Part, pacing  # noqa: PLC0415

    from .pace_drawn import Screen, breathe_along  # noqa: PLC0415
    from .tones import Bell, Silence, tones_for  # noqa: PLC0415

    if minutes is not None and math.isnan(minutes):
        raise UsageError("--minutes nan: this is no number.", "Write it like --minutes 2.")
    settings = load_settings(config)
    chosen = _chosen(load_practices(config.parent, settings.practices), practice)
    parts = [Part(Breath(phase.kind), round(phase.seconds * 1000)) for phase in chosen.phases]
    paced = pacing(parts, round((chosen.minutes if minutes is None else minutes) * 60_000))
    says = tuple(phase.say for phase in chosen.phases)
    terminal = sys.stdout.isatty()
    click.echo(f"{chosen.title}. Small, soft breaths. Stop if light-headed. Ctrl-C ends it.")
    if chosen.holds:
        click.echo(chosen.caution)
    sounding = tones_for(paced.parts) if tones or no_screen else Silence()
    if sounding is None:
        instead = "A bell marks each turn instead." if no_screen and terminal else "Going on without."
        click.echo(f"No tones: no program that plays sound was found here. {instead}", err=True)
        sounding = Bell(paced.parts) if no_screen and terminal else Silence()
    screen = Screen(says, drawn=not no_screen, in_place=terminal)
    try:
        with sounding as sound:
            breathe_along(paced, screen, sound)
    except KeyboardInterrupt:
        screen.close()
        click.echo("Ended. Breathe as you like.")
        return
    screen.close()
    click.echo("That is all. Stay a moment, or go on with your day.")


def _chosen(practices: Practices, wanted: str | None) -> Practice:
    """Return the practice of that name, or the breath that is offered. Raises UsageError without a breath."""
    breaths = [each for each in practices.items if each.phases]
    names = ", ".join(each.name for each in breaths)
    if wanted is None:
        offered = [each for each in breaths if each.offered]
        first = next((each for each in offered if each.name == "four_six"), None)
        if first is None and not offered:
            raise UsageError(
                "There is no breath to pace for you.",
                f"Name one: {names}." if names else "See docs/practices.md.",
            )
        return first or offered[0]
    practice = practices.named(wanted)
    if practice is None:
        raise UsageError(f"There is no practice {wanted!r}.", f"These can be breathed along: {names}.")
    if not practice.phases:
        raise UsageError(
            f"{practice.title}: there is no breath to pace in it.",
            f"These have one: {names}. Others are on the page.",
        )
    return practice
