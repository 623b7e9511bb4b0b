"""Draw the figures of docs/detector.md anew. `make figures` runs this.

In: nothing, or a folder to draw into. Out: an SVG file for each stage. The same code draws the same files.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from canvas import Canvas
from stages import beat_clock, event, level, usual, verdicts, whole_day
from wearer import Heard, hear_the_day

FIGURES: dict[str, Callable[[Heard], Canvas]] = {
    "beat-clock": beat_clock,
    "verdicts": verdicts,
    "level": level,
    "usual": usual,
    "event": event,
    "day": whole_day,
}


def draw(folder: Path) -> None:
    """Draw every figure into `folder`."""
    heard = hear_the_day()
    for name, figure in FIGURES.items():
        (folder / f"{name}.svg").write_text(figure(heard).svg(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
