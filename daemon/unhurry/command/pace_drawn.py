"""The pacer in the terminal: one line that fills and empties, or a line for each part of the breath.

In: a breath to pace, where to draw, what sounds. Out: text, in time with the monotonic clock. What is drawn
follows from the time alone, so a late line is made up for by the next.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Protocol, TextIO

from unhurry.signal.pacer import Breath, Pacing, Place, place_at

SETTLE_MS = 2_500
_FRAME_S = 0.1
_WIDTH = 24
_WORDS = {Breath.IN: "Breathe in", Breath.OUT: "Breathe out", Breath.HOLD: "Rest"}


class Sound(Protocol):
    """What can be heard at the turns of the breath."""

    def turn(self, part: int) -> None:
        """A part of the breath begins. Returns at once."""


class Screen:
    """Draws the breath on one line that is drawn again, or, where nobody sees that, as plain lines."""

    def __init__(
        self, says: tuple[str | None, ...], *, drawn: bool, in_place: bool, out: TextIO | None = None
    ) -> None:
        self._says = says
        self._drawn = drawn
        self._in_place = in_place
        self._out = sys.stdout if out is None else out
        self._open = False

    @property
    def frame_s(self) -> float | None:
        """How often to draw; None when the turns of the breath are enough."""
        return _FRAME_S if self._drawn and self._in_place else None

    def settle(self) -> None:
        """Draw the moment before the first breath."""
        if self._drawn:
            self._line("Settle")

    def turn(self, paced: Pacing, place: Place, t_ms: int) -> None:
        """Draw that a part of the breath begins."""
        if self._drawn and not self._in_place:
            part = paced.parts[place.part]
            minutes, seconds = divmod(t_ms // 1000, 60)
            self._line(f"{minutes}:{seconds:02d}  {self._say(place, part.kind)}, {part.length_ms / 1000:g} s")

    def draw(self, paced: Pacing, place: Place, t_ms: int) -> None:
        """Draw the breath as it is now."""
        if not self._drawn or not self._in_place:
            return
        full = round(place.fullness * _WIDTH)
        left_s = -(-(paced.total_ms - t_ms) // 1000)
        words = self._say(place, paced.parts[place.part].kind)
        self._line(f"{words:<14}{'●' * full}{'·' * (_WIDTH - full)}  {left_s // 60}:{left_s % 60:02d}")

    def close(self) -> None:
        """Leave the line that is drawn again, so that what comes next has one of its own."""
        if self._open:
            self._write("\n")
            self._open = False

    def _say(self, place: Place, kind: Breath) -> str:
        return self._says[place.part] or _WORDS[kind]

    def _line(self, text: str) -> None:
        if self._in_place:
            self._open = True
            self._write(f"\r{text}\x1b[K")
        else:
            self._write(f"{text}\n")

    def _write(self, text: str) -> None:
        encoding = self._out.encoding or "utf-8"
        # A terminal that knows no dots gets something in their place, and the breath goes on.
        self._out.write(text.encode(encoding, "replace").decode(encoding))
        self._out.flush()


def breathe_along(
    paced: Pacing,
    screen: Screen,
    sound: Sound,
    *,
    clock_s: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Draw and sound every breath, and return when the last is over. KeyboardInterrupt passes through."""
    began_s = clock_s() + SETTLE_MS / 1000
    screen.settle()
    shown: tuple[int, int] | None = None
    while True:
        t_ms = round((clock_s() - began_s) * 1000)
        place = place_at(paced, t_ms)
        if place.done:
            return
        if place.breath >= 0:
            if shown != (place.breath, place.part):
                shown = place.breath, place.part
                sound.turn(place.part)
                screen.turn(paced, place, t_ms - place.into_ms)
            screen.draw(paced, place, t_ms)
            due_ms = t_ms - place.into_ms + paced.parts[place.part].length_ms
        else:
            due_ms = 0
        wait_s = (due_ms - t_ms) / 1000
        sleep(wait_s if screen.frame_s is None or place.breath < 0 else min(wait_s, screen.frame_s))
