"""The page's own colours, so that a figure and the page say the same thing with the same colour.

In: the page's `tokens.css`. Out: `PALETTE`, the light one; figures bring their own ground, so that they can
be read wherever they are shown.
"""

from __future__ import annotations

import re
from pathlib import Path

from unhurry.signal import State

TOKENS = Path(__file__).resolve().parents[2] / "api" / "unhurry" / "api" / "page" / "css" / "tokens.css"
_TOKEN = re.compile(r"--([a-z0-9-]+): light-dark\((#[0-9A-F]{6}), #[0-9A-F]{6}\);")

PALETTE: dict[str, str] = dict(_TOKEN.findall(TOKENS.read_text(encoding="utf-8")))

STATE_COLOURS: dict[State, str] = {
    State.CALM: PALETTE["band"],
    State.AROUSED: PALETTE["heather-mark"],
    State.MOVING: PALETTE["gorse-mark"],
    State.AFTER_EXERTION: PALETTE["gorse-soft"],
    State.POSTURE: PALETTE["loch-mark"],
    State.WARMING_UP: PALETTE["hatch"],
    State.ASLEEP: PALETTE["sky-night"],
    State.NOISY: PALETTE["peat-mark"],
    State.UNEVEN: PALETTE["peat"],
    State.OFF_BODY: PALETTE["edge"],
    State.NO_LINK: PALETTE["edge"],
    State.SUSPENDED: PALETTE["edge"],
    State.PAUSED: PALETTE["edge"],
}
