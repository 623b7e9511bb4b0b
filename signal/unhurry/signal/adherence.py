"""Did the heart go along with the breath that was paced?

In: the beats of a practice, the length of its breath, when it was paced, when the wearer moved. Out: an
`Adherence`: with it, in part, or "could not tell" and why. Pure.

A slow breath makes the heart swing at its own rate. Three things together say that it did: most of the
variation lies at that rate, the swing keeps step with the pacer, and it is large enough to be seen. Waves of
blood pressure at about six a minute can pass for a slow breath, so a minute alone decides nothing: the
verdict needs two. Where the swing is not seen, that says nothing about how somebody breathed: it fades with
age, with some medicines and with a quick heart.

References
----------
The heart as a mirror of a paced breath: Lehrer P, Vaschillo E, Vaschillo B (2000). Resonant frequency
biofeedback training to increase cardiac variability. Appl Psychophysiol Biofeedback 25:177-191,
doi 10.1023/A:1009554825745. Phase locking: Lachaux J-P et al. (1999). Measuring phase synchrony in brain
signals. Hum Brain Mapp 8:194-208.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .records import Beats, FloatArray, Int64Array, Verdict

VERDICT_MS = 120_000
LEAST_MS = 110_000
"""Whole breaths rarely make exactly two minutes."""
STEP_MS = 60_000
SHARE = 0.5
"""More than this of the power between `BAND_HZ` must lie within `NEAR_HZ` of the pace."""
SWING_BPM = 4.0
"""From trough to peak."""
LOCKING = 0.8
BAND_HZ = (0.04, 0.40)
NEAR_HZ = 0.015
PASS_HZ = 0.04
"""Half the width of the band in which the phase is followed."""
WITH_IT_SHARE = 0.75
IN_PART_SHARE = 0.4
"""Not one window in four or five: so often chance alone makes one of them look like a slow breath."""
COVERED = 0.85
"""So much of a window must be accepted beats."""
LONGEST_HOLE_MS = 5_000
MOST_MOVING_S = 5
_GRID_MS = 250


class Followed(StrEnum):
    """What can be said of a practice. Never that it was done wrong."""

    WITH_IT = "with_it"
    IN_PART = "in_part"
    COULD_NOT_TELL = "could_not_tell"


class Why(StrEnum):
    """Why it could not be told."""

    SHORT = "short"
    """Less than two minutes without a break."""
    FEW_BEATS = "few_beats"
    MOVED = "moved"
    SMALL_SWING = "small_swing"
    """The heart hardly swings at all, whatever the breath does."""
    OWN_WAY = "own_way"
    """It swings, but not at the pace."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time in which the breath was paced without a break."""

    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Look:
    """One window, measured."""

    from_ms: int
    until_ms: int
    share: float | None = None
    swing_bpm: float | None = None
    locking: float | None = None
    went_along: bool | None = None
    """None when it could not be told."""
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Adherence:
    """What can be said of a whole practice."""

    followed: Followed
    why: Why | None
    looks: tuple[Look, ...]
    """Windows of two minutes, one a minute: what the verdict rests on."""
    minutes: tuple[Look, ...]
    """Each minute by itself, for a picture; too short for a verdict."""


def adherence(
    beats: Beats, breath_ms: int, stretches: tuple[Stretch, ...], moved_ms: Int64Array
) -> Adherence:
    """Return whether the heart went along.

    Parameters
    ----------
    beats
        Those of the practice, and some before and after it.
    breath_ms
        Length of one paced breath.
    stretches
        When it was paced, on the clock of the beats; pauses lie between them.
    moved_ms
        Shape (m,): the seconds in which the wearer moved, on the same clock.
    """
    looks = tuple(
        look_at(beats, breath_ms, window, moved_ms)
        for stretch in stretches
        for window in windows(stretch, VERDICT_MS, LEAST_MS)
    )
    minutes = tuple(
        look_at(beats, breath_ms, window, moved_ms)
        for stretch in stretches
        for window in windows(stretch, STEP_MS, STEP_MS)
    )
    followed, why = _verdict(looks)
    return Adherence(followed, why, looks, minutes)


def windows(stretch: Stretch, length_ms: int, least_ms: int) -> tuple[Stretch, ...]:
    """Return the windows of a stretch, one a minute, the last one at its end; none when it is too short."""
    last_ms = stretch.until_ms - length_ms
    if stretch.until_ms - stretch.from_ms < least_ms:
        return ()
    if last_ms <= stretch.from_ms:
        return (stretch,)
    starts = [*range(stretch.from_ms, last_ms, STEP_MS), last_ms]
    # Two windows that are nearly the same would count one thing twice.
    if len(starts) > 1 and starts[-1] - starts[-2] < STEP_MS // 2:
        del starts[-2]
    return tuple(Stretch(start, start + length_ms) for start in starts)


def look_at(beats: Beats, breath_ms: int, window: Stretch, moved_ms: Int64Array) -> Look:
    """Measure one window."""
    from_ms, until_ms = window.from_ms, window.until_ms
    if np.count_nonzero((moved_ms >= from_ms) & (moved_ms < until_ms)) > MOST_MOVING_S:
        return Look(from_ms, until_ms, why=Why.MOVED)
    rate_bpm = _rate(beats, window)
    if rate_bpm is None:
        return Look(from_ms, until_ms, why=Why.FEW_BEATS)
    swing_from = _without_trend(rate_bpm)
    pace_hz = 1000 / breath_ms
    share = _share(swing_from, pace_hz)
    locking, swing_bpm = _step_kept(swing_from, pace_hz)
    along = share > SHARE and locking > LOCKING and swing_bpm > SWING_BPM
    why = None
    if not along:
        # A sine of this spread would swing by the least that can be seen.
        small = 2 * np.sqrt(2) * float(np.std(swing_from)) < SWING_BPM
        why = Why.SMALL_SWING if small else Why.OWN_WAY
    return Look(from_ms, until_ms, share, swing_bpm, locking, along, why)


def _verdict(looks: tuple[Look, ...]) -> tuple[Followed, Why | None]:
    if not looks:
        return Followed.COULD_NOT_TELL, Why.SHORT
    told = [look for look in looks if look.went_along is not None]
    if 2 * len(told) < len(looks):
        return Followed.COULD_NOT_TELL, next(look.why for look in looks if look.went_along is None)
    along = sum(look.went_along is True for look in told) / len(told)
    if along >= WITH_IT_SHARE:
        return Followed.WITH_IT, None
    if along >= IN_PART_SHARE:
        return Followed.IN_PART, None
    return Followed.COULD_NOT_TELL, next(look.why for look in told if not look.went_along)


def _rate(beats: Beats, window: Stretch) -> FloatArray | None:
    """Return the heart rate four times a second, or None when too few beats tell it."""
    accepted = (beats.verdict == Verdict.OK) | (beats.verdict == Verdict.GAP)
    rr_ms = beats.rr_1024[accepted] / 1.024
    t_ms = beats.t_ms[accepted]
    within = (t_ms > window.from_ms) & (t_ms <= window.until_ms)
    length_ms = window.until_ms - window.from_ms
    if np.sum(rr_ms[within]) < COVERED * length_ms:
        return None
    edges = np.concatenate(([window.from_ms], t_ms[within], [window.until_ms]))
    if np.max(np.diff(edges)) > LONGEST_HOLE_MS:
        return None
    grid_ms = np.arange(window.from_ms, window.until_ms, _GRID_MS)
    # An interval tells the rate of its middle.
    rate_bpm: FloatArray = np.interp(grid_ms, t_ms - rr_ms / 2, 60_000 / rr_ms)
    return rate_bpm


def _without_trend(values: FloatArray) -> FloatArray:
    x = np.linspace(-1.0, 1.0, len(values))
    trend: FloatArray = np.polynomial.Polynomial.fit(x, values, 2)(x)
    return values - trend


def _share(swing: FloatArray, pace_hz: float) -> float:
    """Return the share of the power that lies at the pace (Hann periodogram)."""
    # Four times as fine as the window resolves, so that a narrow band has the same width everywhere.
    power = np.abs(np.fft.rfft(swing * np.hanning(len(swing)), 4 * len(swing))) ** 2
    hz = np.fft.rfftfreq(4 * len(swing), _GRID_MS / 1000)
    whole = float(power[(hz >= BAND_HZ[0]) & (hz <= BAND_HZ[1])].sum())
    near = float(power[np.abs(hz - pace_hz) <= NEAR_HZ].sum())
    return 0.0 if whole == 0 else near / whole


def _step_kept(swing: FloatArray, pace_hz: float) -> tuple[float, float]:
    """Return how well the swing keeps step with the pace (0 to 1), and its size in bpm, trough to peak."""
    turns = np.exp(-2j * np.pi * pace_hz * np.arange(len(swing)) * _GRID_MS / 1000)
    swing_bpm = 4 * float(np.abs(np.mean(swing * turns)))
    spectrum = np.fft.fft(swing)
    hz = np.fft.fftfreq(len(swing), _GRID_MS / 1000)
    # Positive frequencies alone: what comes back has a phase at each moment.
    spectrum[np.abs(hz - pace_hz) > PASS_HZ] = 0
    spectrum[hz <= 0] = 0
    passed = np.fft.ifft(spectrum)
    size = np.abs(passed)
    known = size > 0
    if not known.any():
        return 0.0, swing_bpm
    return float(np.abs(np.mean(passed[known] / size[known] * turns[known]))), swing_bpm
