"""The body: how fast the heart wants to beat, and how the breath moves it.

In: the scenes of a day and a seed. Out: a `Course` on an even grid. The mean rate follows rest, time of day
and every scene with its own time constants; breathing modulates it (respiratory sinus arrhythmia), less the
faster the heart, more the slower the breath; blood pressure waves (Mayer, about 0.1 Hz) and slow wandering
lie on top.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from unhurry.signal.records import FloatArray

from .script import DAY_START, EpisodeKind, Scene

GRID_HZ = 25
"""Twenty-five values a second: the fastest thing modelled, a breath on the stairs, takes two seconds."""

REST_BPM = 63.0
CIRCADIAN_BPM = 2.5
CIRCADIAN_PEAK_H = 16.0
BREATH_HZ = 0.24
"""Quiet breathing, 14.4 a minute."""
RSA_BPM = 2.6
"""Half the swing of the rate with a quiet breath at rest: about 35 ms of RMSSD."""
RSA_CORNER_HZ = 0.15
"""The vagus passes slow breaths better than fast ones: six a minute swing the rate 2.5 times as far."""
RSA_FADE_BPM = 18.0
"""A rise by this much leaves 37 % of the swing (maths in gudb: +19 bpm, RMSSD 34 to 15 ms)."""
MAYER_HZ = 0.095
MAYER_BPM = 1.6
WANDER: tuple[tuple[float, float], ...] = ((0.9, 15.0), (1.3, 90.0), (1.7, 900.0))
"""Slow wandering: standard deviation in bpm and time constant in seconds, together roughly 1/f."""
STAND_UP_BPM = 12.0
STAND_UP_PEAK_S = 8.0
"""Blood drops into the legs, the heart answers: a first peak at 3 to 12 s, most of it gone at 20 to 25 s."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the body goes into one kind of scene and out of it again."""

    on_s: float
    off_s: float
    """Time constants of the rise and of the way back."""
    lingers: float = 0.0
    """Share of the rise that takes `LINGERING` times as long to go."""
    eases: float = 0.0
    """Share of the rise that is gone already when the scene ends."""
    breath_hz: float | None = None
    irregular: float | None = None
    """Standard deviation of the breathing rate, as a share of it; None: as at rest."""


LINGERING = 6.0
FORGOTTEN = 10.0
"""After this many time constants nothing of a scene is left (0.001 bpm of the largest rise)."""
GETS_UP = (EpisodeKind.STANDING, EpisodeKind.HOUSEWORK)
"""Scenes with the first seconds of standing; walking covers them."""
IRREGULAR_AT_REST = 0.07
MANNERS: dict[EpisodeKind, Manner] = {
    EpisodeKind.EMOTIONAL: Manner(7, 140, eases=0.25, breath_hz=0.29, irregular=0.10),
    EpisodeKind.WALKING: Manner(25, 40, lingers=0.25, breath_hz=0.36),
    EpisodeKind.STAIRS: Manner(24, 45, lingers=0.25, breath_hz=0.45),
    EpisodeKind.STANDING: Manner(12, 12),
    EpisodeKind.HOUSEWORK: Manner(20, 20),
    EpisodeKind.TALKING: Manner(15, 25, breath_hz=0.21, irregular=0.25),
    EpisodeKind.COFFEE: Manner(900, 2400),
    EpisodeKind.MEAL: Manner(300, 1200),
    EpisodeKind.LYING: Manner(40, 15, breath_hz=0.22),
    EpisodeKind.BREATHING: Manner(45, 90, breath_hz=0.1, irregular=0.01),
    EpisodeKind.DROPOUT: Manner(1, 1),
}


@dataclass(frozen=True, slots=True)
class Course:
    """What the body does, `GRID_HZ` values a second from time 0."""

    rate_bpm: FloatArray
    breath_hz: FloatArray


def body_course(scenes: tuple[Scene, ...], duration_s: float, seed: int) -> Course:
    """Return the course of a body through `scenes`; the same seed gives the same course, bit for bit."""
    noise = np.random.default_rng([seed, 1])
    t_s = np.arange(round(duration_s * GRID_HZ) + 1) / GRID_HZ
    slow = _at_rest(t_s)
    for deviation_bpm, tau_s in WANDER:
        slow += _wander(noise, t_s, deviation_bpm, tau_s)
    for scene in scenes:
        _add_response(slow, t_s, scene)
    breath_hz = _breathing(scenes, t_s, noise)
    vagal = np.exp((REST_BPM - slow) / RSA_FADE_BPM)
    passed = (1 + (BREATH_HZ / RSA_CORNER_HZ) ** 2) / (1 + (breath_hz / RSA_CORNER_HZ) ** 2)
    phase = 2 * np.pi * np.cumsum(breath_hz) / GRID_HZ
    breath = RSA_BPM * vagal * passed * (np.sin(phase) + 0.15 * np.sin(2 * phase))
    rate_bpm = slow + breath + _mayer(slow, t_s, noise)
    return Course(np.clip(rate_bpm, 40.0, 190.0), breath_hz)


def _at_rest(t_s: FloatArray) -> FloatArray:
    hour = DAY_START.hour + t_s / 3600
    return REST_BPM + CIRCADIAN_BPM * np.cos(2 * np.pi * (hour - CIRCADIAN_PEAK_H) / 24)


def _add_response(slow: FloatArray, t_s: FloatArray, scene: Scene) -> None:
    """Add what `scene` does to the mean rate, in place."""
    manner, episode = MANNERS[scene.episode.kind], scene.episode
    length_s = episode.end_s - episode.start_s
    away_s = FORGOTTEN * manner.off_s * (LINGERING if manner.lingers else 1.0)
    marks = (
        episode.start_s,
        episode.end_s,
        episode.end_s + away_s,
        episode.start_s + FORGOTTEN * STAND_UP_PEAK_S,
    )
    first, over, forgotten, standing = np.searchsorted(t_s, marks).tolist()
    into_s = t_s[first:over] - episode.start_s
    slow[first:over] += scene.rise_bpm * _risen(into_s, length_s, manner)
    after_s = t_s[over:forgotten] - episode.end_s
    left = (1 - manner.lingers) * np.exp(-after_s / manner.off_s)
    left += manner.lingers * np.exp(-after_s / (LINGERING * manner.off_s))
    slow[over:forgotten] += scene.rise_bpm * _risen(np.array([length_s]), length_s, manner) * left
    if episode.kind in GETS_UP:
        x = (t_s[first:standing] - episode.start_s) / STAND_UP_PEAK_S
        slow[first:standing] += STAND_UP_BPM * x**2 * np.exp(2 * (1 - x))


def _risen(into_s: FloatArray, length_s: float, manner: Manner) -> FloatArray:
    """Return the share of the rise that is there `into_s` seconds into a scene."""
    return (1 - np.exp(-into_s / manner.on_s)) * (1 - manner.eases * into_s / length_s)


def _breathing(scenes: tuple[Scene, ...], t_s: FloatArray, noise: np.random.Generator) -> FloatArray:
    wanted = np.full(len(t_s), BREATH_HZ)
    irregular = np.full(len(t_s), IRREGULAR_AT_REST)
    for scene in scenes:
        manner, episode = MANNERS[scene.episode.kind], scene.episode
        here = slice(*np.searchsorted(t_s, (episode.start_s, episode.end_s)))
        breath = manner.breath_hz if scene.breath_hz is None else scene.breath_hz
        if breath is not None:
            wanted[here] = breath
        if manner.irregular is not None:
            irregular[here] = manner.irregular
    deviation = _wander(noise, t_s, 1.0, 12.0)
    return np.clip(_smooth(wanted, tau_s=6.0) * (1 + irregular * deviation), 0.07, 0.7)


def _mayer(slow: FloatArray, t_s: FloatArray, noise: np.random.Generator) -> FloatArray:
    frequency_hz = MAYER_HZ * (1 + _wander(noise, t_s, 0.08, 20.0))
    strength = (
        MAYER_BPM * np.exp((REST_BPM - slow) / (2 * RSA_FADE_BPM)) * (1 + _wander(noise, t_s, 0.3, 60.0))
    )
    return strength * np.sin(2 * np.pi * np.cumsum(frequency_hz) / GRID_HZ)


def _wander(noise: np.random.Generator, t_s: FloatArray, deviation: float, tau_s: float) -> FloatArray:
    """Return an Ornstein-Uhlenbeck process, stationary from its start, one step a second, interpolated."""
    seconds = np.arange(int(t_s[-1]) + 2, dtype=np.float64)
    keep = math.exp(-1 / tau_s)
    shocks: FloatArray = noise.standard_normal(len(seconds))
    shocks[1:] *= math.sqrt(1 - keep**2)
    course, _ = lfilter([1.0], [1.0, -keep], shocks, zi=[0.0])
    return deviation * np.interp(t_s, seconds, course)


def _smooth(values: FloatArray, tau_s: float) -> FloatArray:
    keep = math.exp(-1 / (tau_s * GRID_HZ))
    smoothed, _ = lfilter([1 - keep], [1.0, -keep], values, zi=[keep * values[0]])
    return np.asarray(smoothed)
