"""How long detection takes: over a whole recording, and frame by frame.

In: a `Subject`. Out: seconds and microseconds.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from subject import Subject, parameters_for

from unhurry.signal import Arrivals, Kind, Parameters, finish, initial_state, step
from unhurry.store.formats import read_recording

UNHURRY = Path(sys.executable).with_name("unhurry")
"""The command as installed beside this Python."""


@dataclass(frozen=True, slots=True)
class StepCost:
    """What one call of `step` costs when arrivals come one by one."""

    frames: int
    frame_median_us: float
    frame_p99_us: float
    tick_median_us: float
    """The tick at each whole second decides that second: it does most of the work,"""
    tick_p99_us: float
    p99_us: float
    """and half of all calls are ticks, whose upper end this is."""
    worst_us: float


def best_of(times: int, work: Callable[[], object]) -> float:
    """Return the seconds of the fastest of `times` runs: the one the machine disturbed least."""
    seconds: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def read_and_detect(subject: Subject) -> None:
    """Do what `unhurry detect` does, without its start-up and its printing."""
    recording = read_recording(subject.day, motion=subject.motion)
    parameters = parameters_for(recording.motion_levels)
    state, _ = step(parameters, initial_state(parameters), recording.arrivals)
    finish(state)


def run_detect_command(subject: Subject) -> None:
    """Run the command itself, from start-up to the last line. Raises CalledProcessError when it fails."""
    command = [str(UNHURRY), "detect", str(subject.day), "--motion", str(subject.motion), "--json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def measure_steps(subject: Subject) -> StepCost:
    """Feed the frames one by one, each second's tick on its own, and time every call."""
    parameters = Parameters()
    state = initial_state(parameters)
    spent_ns: list[int] = []
    is_tick: list[bool] = []
    for frame in _one_by_one(subject.frames):
        began = time.perf_counter_ns()
        state, _ = step(parameters, state, frame)
        spent_ns.append(time.perf_counter_ns() - began)
        is_tick.append(bool(frame.kind[0] == Kind.TICK))
    spent_us = np.array(spent_ns) / 1000
    ticks = np.array(is_tick)
    frame_median, frame_p99 = np.percentile(spent_us[~ticks], (50, 99))
    tick_median, tick_p99 = np.percentile(spent_us[ticks], (50, 99))
    return StepCost(
        frames=int(np.count_nonzero(~ticks)),
        frame_median_us=float(frame_median),
        frame_p99_us=float(frame_p99),
        tick_median_us=float(tick_median),
        tick_p99_us=float(tick_p99),
        p99_us=float(np.percentile(spent_us, 99)),
        worst_us=float(spent_us.max()),
    )


def _one_by_one(arrivals: Arrivals) -> Iterator[Arrivals]:
    """Yield the rows that arrived together: the beats of one notification, or a tick."""
    new = np.diff(arrivals.arrival_ms, prepend=arrivals.arrival_ms[0] - 1) > 0
    new |= np.diff(arrivals.kind, prepend=arrivals.kind[0]) != 0
    starts = np.flatnonzero(new)
    for start, stop in zip(starts, np.append(starts[1:], len(arrivals)), strict=True):
        yield Arrivals(arrivals.arrival_ms[start:stop], arrivals.kind[start:stop], arrivals.value[start:stop])
