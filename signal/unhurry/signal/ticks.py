"""Ten seconds at a glance: a block of seconds, before the usual has a say, and the ticks it is taken in.

In: a `Block`. Out: its `Tick`s, each with the extremes and last values that tell whether anything happens.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .baseline import EVERY_S
from .gates import CODE, OPEN
from .load import Load
from .posture import Stood
from .records import FloatArray, Int8Array, Int64Array, State


class Block(NamedTuple):
    """A block of seconds, before the usual has a say."""

    t_s: Int64Array
    arrival_ms: Int64Array
    level_bpm: FloatArray
    residual_bpm: FloatArray
    quality: FloatArray
    codes: Int8Array
    load: Load
    stood: dict[int, Stood]


class Tick(NamedTuple):
    """Ten seconds of a block or a part of them: what a glance takes in."""

    begin: int
    end: int
    first_s: int
    last_s: int
    level_bpm: float
    """Highest level of the seconds that have one,"""
    residual_bpm: float
    """and highest residual of those that are open; minus infinity without any."""
    least_bpm: float
    """Lowest residual of the open seconds, infinite without any; minus infinity where the trunk has turned:
    after an exertion, those seconds need a closer look.
    """
    last_open: int
    """Position of the last open second up to the end,"""
    last_code: int
    """and of the last second the code,"""
    last_residual_bpm: float
    last_stir: float
    last_alone: bool
    stood: tuple[Stood, ...]
    """Seconds that may tell of standing up."""


def ticks(block: Block) -> list[Tick]:
    """Cut a block where the recording's clock shows whole tens of seconds."""
    n, first_s = len(block.t_s), int(block.t_s[0])
    begin = np.concatenate(([0], np.arange(EVERY_S - first_s % EVERY_S, n, EVERY_S)))
    end = np.append(begin[1:], n)
    is_open = block.codes == OPEN
    level = np.where(np.isnan(block.level_bpm), -np.inf, block.level_bpm)
    residual = np.where(is_open, block.residual_bpm, -np.inf)
    least = np.where(is_open, block.residual_bpm, np.inf)
    least[block.codes == CODE[State.POSTURE]] = -np.inf
    stood: list[tuple[Stood, ...]] = [()] * len(begin)
    for at, each in block.stood.items():
        tick = int(begin.searchsorted(at, "right")) - 1
        stood[tick] = (*stood[tick], each)
    last_open = np.maximum.accumulate(np.where(is_open, np.arange(n), -1))
    last = end - 1
    # In the order of a tick's fields.
    columns = (
        begin,
        end,
        first_s + begin,
        first_s + last,
        np.maximum.reduceat(level, begin),
        np.maximum.reduceat(residual, begin),
        np.minimum.reduceat(least, begin),
        last_open[last],
        block.codes[last],
        block.residual_bpm[last],
        block.load.stir[last],
        block.load.alone[last],
    )
    return list(map(Tick._make, zip(*(column.tolist() for column in columns), stood, strict=True)))
