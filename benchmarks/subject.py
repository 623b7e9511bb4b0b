"""What is measured on: a real person's day when it is there, the simulated wearer's otherwise.

In: nothing, or a folder to write the simulated day into. Out: a `Subject`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from unhurry.daemon.simulation import simulate_day
from unhurry.signal import POLAR_ACCELEROMETER, Arrivals, Kind, MotionLevels, Parameters
from unhurry.store.formats import find_motion, read_recording

REPOSITORY = Path(__file__).resolve().parent.parent
RECORDINGS = REPOSITORY.parent / "shared" / "data"
REAL_DAY = RECORDINGS / "mmash" / "u03.rr.csv.gz"
REAL_FRAMES = RECORDINGS / "h10_workout" / "w01.rr.csv.gz"


@dataclass(frozen=True, slots=True)
class Subject:
    """A day as files that `detect` and `run` read, and frames as a strap sent them."""

    day: Path
    motion: Path
    frames: Arrivals
    """BEAT rows by arrival with a TICK each second, as they come in live."""
    words: str


def find_subject(folder: Path) -> Subject:
    """Return the real recordings when they are beside the repository; else write a day into `folder`."""
    motion = find_motion(REAL_DAY) if REAL_DAY.is_file() else None
    if motion is not None and REAL_FRAMES.is_file():
        words = "a day of a real person (mmash u03); frames as a Polar H10 sent them (h10_workout)"
        return Subject(REAL_DAY, motion, _frames_as_sent(REAL_FRAMES), words)
    arrivals = simulate_day().arrivals
    day, motion = _written(arrivals, folder)
    words = "the simulated wearer's day, as ../shared/data is not here"
    return Subject(day, motion, _without_motion(arrivals), words)


def parameters_for(levels: MotionLevels | None) -> Parameters:
    """Return the default parameters with the movement levels of a recording."""
    return Parameters() if levels is None else replace(Parameters(), motion=levels)


def _frames_as_sent(path: Path) -> Arrivals:
    """Read `arrival_s` too, which `detect` has no use for: beats of one notification share it."""
    beats = read_recording(path).arrivals
    arrival_s = np.loadtxt(path, delimiter=",", skiprows=1, usecols=2)
    arrival_ms = np.maximum.accumulate(np.ceil(arrival_s * 1000 - 1e-6).astype(np.int64))
    # As the strap source does: one at each whole second of the recording, and before what comes with it.
    tick_ms = np.arange(arrival_ms[0] // 1000 + 1, arrival_ms[-1] // 1000 + 2) * 1000
    times = np.concatenate((tick_ms, arrival_ms))
    order = np.argsort(times, kind="stable")
    kinds = np.concatenate((np.full(len(tick_ms), Kind.TICK, np.int8), beats.kind))
    values = np.concatenate((np.zeros(len(tick_ms)), beats.value))
    return Arrivals(times[order], kinds[order], values[order])


def _without_motion(arrivals: Arrivals) -> Arrivals:
    keep = arrivals.kind != Kind.MOTION
    return Arrivals(arrivals.arrival_ms[keep], arrivals.kind[keep], arrivals.value[keep])


def _written(arrivals: Arrivals, folder: Path) -> tuple[Path, Path]:
    day, motion = folder / "day.rr.csv", folder / "day.acc.csv"
    _write_column(day, "rr_ms", arrivals, Kind.BEAT, 1000 / 1024)
    _write_column(motion, "act", arrivals, Kind.MOTION, 1.0)
    levels = POLAR_ACCELEROMETER
    (folder / "dataset.toml").write_text(
        f"[motion]\nstill_below = {levels.still_below}\nmoving_from = {levels.moving_from}\n",
        encoding="utf-8",
    )
    return day, motion


def _write_column(path: Path, column: str, arrivals: Arrivals, kind: Kind, unit: float) -> None:
    rows = arrivals.kind == kind
    table = np.column_stack((arrivals.arrival_ms[rows] / 1000, arrivals.value[rows] * unit))
    np.savetxt(path, table, fmt="%.3f", delimiter=",", header=f"t_s,{column}", comments="")
