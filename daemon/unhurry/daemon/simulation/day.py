"""A simulated wearer's day: physiology, movement, strap and radio put together.

In: a seed, and the scenes if not those of the script. Out: `SimulatedDay`. The same seed and scenes give
identical arrays; a scene more changes nothing before its start.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from unhurry.signal.records import POLAR_ACCELEROMETER, Arrivals, Int64Array, MotionLevels

from .movement import chest_movement
from .physiology import body_course
from .pulse import Slip, beat_times, slips_of_a_day, with_slips
from .script import DAY, DAY_START, DURATION_S, NOTES, Episode, EpisodeKind, Note, Scene, seconds_at
from .strap import Away, received

STALL = Away(seconds_at("12:40"), seconds_at("12:40") + 4.6, stalled=True)
"""The computer scans for something else: frames wait and come in one burst."""


@dataclass(frozen=True, slots=True)
class SimulatedDay:
    """Fifteen and a half hours of someone who does not exist, as a strap would tell them."""

    arrivals: Arrivals
    motion_levels: MotionLevels
    truth: tuple[Episode, ...]
    """What really happened, in order of its start."""
    slips: tuple[Slip, ...]
    """Beats missed, invented or early, in order."""
    beat_ms: Int64Array
    """When the beat of each BEAT row really was."""
    notes: tuple[Note, ...]
    start: time
    """Local time of `t = 0`."""
    duration_s: float


def simulate_day(seed: int = 7, scenes: tuple[Scene, ...] = DAY) -> SimulatedDay:
    """Live through `scenes` once.

    To see what slow breathing would do, add a BREATHING scene: the swing of the heart grows, its rate sinks a
    little, and everything before the scene stays as it was.
    """
    ordered = tuple(sorted(scenes, key=lambda scene: scene.episode.start_s))
    course = body_course(ordered, DURATION_S, seed)
    slips = slips_of_a_day(DURATION_S, seed)
    beats_1024 = with_slips(beat_times(course.rate_bpm, seed), slips)
    movement_mg = chest_movement(ordered, DURATION_S, seed)
    truth = tuple(scene.episode for scene in ordered)
    dropouts = tuple(
        Away(episode.start_s, episode.end_s, stalled=False)
        for episode in truth
        if episode.kind is EpisodeKind.DROPOUT
    )
    strap = received(beats_1024, movement_mg, (*dropouts, STALL), DURATION_S, seed)
    return SimulatedDay(
        arrivals=strap.arrivals,
        motion_levels=POLAR_ACCELEROMETER,
        truth=truth,
        slips=slips,
        beat_ms=strap.beat_ms,
        notes=NOTES,
        start=DAY_START,
        duration_s=DURATION_S,
    )
