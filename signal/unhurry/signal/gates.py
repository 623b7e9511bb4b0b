"""What keeps a second from being judged, whatever the wearer's usual is.

In: the features of a block of seconds, and what movement and posture explain. Out: a code for each second:
the index of a state, or `OPEN` where the usual has the word, or `HELD` in a silence so short that all holds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .features import Features
from .load import Load
from .parameters import Parameters
from .posture import Posture
from .records import STATES, Int8Array, State

OPEN = -1
HELD = -2

CODE = {state: index for index, state in enumerate(STATES)}
"""Index of each state, as `Seconds.state` holds it."""


def gated(p: Parameters, seen: Features, load: Load, posture: Posture) -> Int8Array:
    """Return a code for each second, shape (m,); of several reasons the later one here."""
    codes = np.full(len(seen.level_bpm), OPEN, np.int8)
    codes[posture.turned] = CODE[State.POSTURE]
    codes[load.explained_bpm >= p.load_gate_bpm] = CODE[State.AFTER_EXERTION]
    codes[(load.brisk_bpm >= p.load_still_bpm) & (load.intensity >= 1.0)] = CODE[State.MOVING]
    codes[seen.noisy] = CODE[State.NOISY]
    codes[seen.uneven] = CODE[State.UNEVEN]
    codes[np.isnan(seen.level_bpm)] = CODE[State.WARMING_UP]
    stale = seen.age_s > p.fresh_s
    if stale.any():
        _without_data(p, seen, stale, codes)
    codes[seen.paused] = CODE[State.PAUSED]
    return codes


def _without_data(p: Parameters, seen: Features, stale: NDArray[np.bool_], codes: Int8Array) -> None:
    """Say for the `stale` seconds, those without an accepted beat, what they are; changes `codes`."""
    codes[stale] = CODE[State.NO_LINK]
    codes[stale & seen.noisy] = CODE[State.NOISY]
    codes[stale & seen.uneven] = CODE[State.UNEVEN]
    codes[stale & seen.off_body] = CODE[State.OFF_BODY]
    speaks = seen.silence_s <= p.bridge_s
    # The first beats of all, and no verdict on them yet.
    codes[stale & speaks & np.isinf(seen.age_s) & ~seen.off_body] = CODE[State.WARMING_UP]
    # The verdicts lag two beats, on both sides of a gap: its length is what counts, not the age of what was
    # accepted.
    codes[stale & speaks & (seen.age_s <= p.bridge_s + p.fresh_s)] = HELD
