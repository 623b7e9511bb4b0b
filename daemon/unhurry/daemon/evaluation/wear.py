"""A recording as it was worn: what arrived, and what the wearer was doing meanwhile.

In: a `Wearing`. Out: its `Wear`, the files joined 0 s apart. What is odd but usable is noted, not refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from unhurry.config import UsageError
from unhurry.signal import Arrivals, Kind, MotionLevels
from unhurry.store.formats import Recording, find_motion, read_recording

from .labels import KNOWN, Label, find_labels, read_labels, shifted, within
from .people import Wearing


@dataclass(frozen=True, slots=True)
class Wear:
    """Everything about one wearing."""

    arrivals: Arrivals
    heart: Literal["rr", "hr"]
    motion_levels: MotionLevels | None
    """None where movement is unknown."""
    labels: tuple[Label, ...]
    """Cut to the recording."""
    notes: tuple[str, ...]


def read_wear(wearing: Wearing, given: MotionLevels | None = None) -> Wear:
    """Read and join the files of a wearing.

    Parameters
    ----------
    given : MotionLevels, optional
        Levels that stand in for a `dataset.toml` without any.

    Raises
    ------
    InputError
        One of the files cannot be read; names file and line.
    """
    parts: list[Arrivals] = []
    labels: list[Label] = []
    notes: list[str] = []
    heart: Literal["rr", "hr"] = "rr"
    levels: MotionLevels | None = None
    offset_ms = 0
    for path in wearing.files:
        recording = _read(path, given, notes)
        heart, levels = recording.heart, levels or recording.motion_levels
        arrivals = recording.arrivals
        first_ms, last_ms = int(arrivals.arrival_ms[0]), int(arrivals.arrival_ms[-1])
        if parts:
            offset_ms -= min(0, first_ms)  # rows before a part's own zero must not reach into the one before
        parts.append(Arrivals(arrivals.arrival_ms + offset_ms, arrivals.kind, arrivals.value))
        own = _labels_of(path, first_ms / 1000, last_ms / 1000, notes)
        labels += shifted(own, offset_ms / 1000)
        offset_ms += max(0, last_ms)
    return Wear(joined(parts), heart, levels, tuple(labels), tuple(dict.fromkeys(notes)))


def joined(parts: list[Arrivals]) -> Arrivals:
    """Return blocks of arrivals as one, in the order they are given."""
    return Arrivals(
        np.concatenate([part.arrival_ms for part in parts]),
        np.concatenate([part.kind for part in parts]),
        np.concatenate([part.value for part in parts]),
    )


def without_motion(arrivals: Arrivals) -> Arrivals:
    """Return what a strap would have sent that does not know movement."""
    keep = arrivals.kind != Kind.MOTION.value
    return Arrivals(arrivals.arrival_ms[keep], arrivals.kind[keep], arrivals.value[keep])


def _read(path: Path, given: MotionLevels | None, notes: list[str]) -> Recording:
    motion = find_motion(path)
    try:
        return read_recording(path, motion=motion)
    except UsageError:
        if given is not None:
            return read_recording(path, motion=motion, levels=given)
        notes.append("movement left aside: no dataset.toml says, in a way that makes sense, what is moving")
        return read_recording(path)


def _labels_of(path: Path, first_s: float, last_s: float, notes: list[str]) -> tuple[Label, ...]:
    file = find_labels(path)
    if file is None:
        notes.append("no labels beside it: only its states count")
        return ()
    given = read_labels(file)
    if not given:
        notes.append("its file of labels has none: only its states count")
    unknown = sorted({label.name for label in given} - KNOWN)
    notes += [f"`{name[:30]}` is no label we know: an alarm in it counts as false" for name in unknown]
    cut = within(given, first_s, last_s)
    if len(cut) < len(given):
        lost = len(given) - len(cut)
        notes.append(f"{lost} of {len(given)} labels lie outside of it or have no length")
    return cut
