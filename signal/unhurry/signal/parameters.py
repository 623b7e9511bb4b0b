"""Every number the detector was given, beside its unit and its source.

In: nothing. Out: `Parameters`, one frozen record that travels with each evaluation, stored with each
decision.

First values are those of the literature and of simulation; docs/detector.md says which run on real
recordings moved one.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from math import inf
from typing import Any

from .records import POLAR_ACCELEROMETER, MotionLevels


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters of the whole pipeline. Times in seconds, heart rates in bpm."""

    motion: MotionLevels = POLAR_ACCELEROMETER
    """What the motion source's numbers mean; travels with the recording."""

    # Event. docs/detector.md has the runs that chose these lines and times.
    on_score: float = 1.7
    """Score from which the heart counts as up,"""
    on_rise_bpm: float = 10.0
    """and rise over the usual that it needs besides,"""
    sustain_s: int = 50
    """and for how long without a break."""
    off_z: float = 1.0
    """Standardised rise below which it counts as settled,"""
    off_share: float = 0.5
    """or share of the highest rise (the heart is half-way back) where movement is known,"""
    settle_s: int = 60
    """for so long."""
    merge_gap_s: int = 90
    """A new rise within this of the last offset is the same event."""

    # The same for a recording without movement, where stairs look like distress: slower to speak.
    alone_on_score: float = 2.0
    alone_on_rise_bpm: float = 10.0
    alone_sustain_s: int = 60

    # What movement explains. Least squares on the waking hours of mmash (11 people, Rossi et al. 2020)
    # give 15 and 11 bpm per unit (quartiles 13 to 17 and 2 to 14); a little more raised fewer false alarms.
    load_fast_bpm: float = 17.0
    """What movement adds to the heart rate soon,"""
    load_fast_s: float = 30.0
    """with this time constant,"""
    load_slow_bpm: float = 12.0
    """and what it adds besides when it lasts,"""
    load_slow_s: float = 300.0
    """with this one."""
    load_gate_bpm: float = 18.0
    """Where movement explains so much, nothing is judged,"""
    load_still_bpm: float = 7.0
    """and where that of the last half minute explains so much, a rise waits: it neither grows nor breaks."""

    # Asleep: nearly no movement for long, with a usual well below the middle of the day's.
    stir_s: float = 600.0
    """Movement is averaged over so long;"""
    asleep_stir: float = 0.04
    """below this mean of ln(1 + intensity) lay no waking rest of mmash and three quarters of its sleep."""
    asleep_fall_bpm: float = 4.0
    """A usual lower than the day's median by this much may be that of sleep (our choice)."""

    # Baseline.
    baseline_window_s: int = 1800
    """Trailing stretch of ungated level that makes the usual,"""
    baseline_delay_s: int = 120
    """without its last two minutes, so that a slow rise does not become its own usual."""
    warm_up_s: int = 600
    """Quiet seconds before anything is judged."""
    min_spread_bpm: float = 2.0
    """Floor of the robust standard deviation."""
    carry_s: int = 3600
    """The usual of earlier recordings goes on in one that begins at most this much later,"""
    day_carry_s: int = 24 * 3600
    """and what is known of the day in one that begins so much later."""
    absorb_after_s: int = 1800
    """An event that lasts longer than this is let into the baseline: the usual has moved."""

    # The day so far: an hour at the desk makes a narrow usual, which ordinary life then leaves all the time.
    day_window_s: int = 12 * 3600
    day_from_s: int = 2 * 3600
    """This much undisturbed wear before the day has a say."""
    day_quantile: float = 0.85
    """An event must rise over this share of the day's resting level"""
    alone_day_quantile: float = 0.8
    """(this share where movement is unknown: such a day's rest has walks in it)"""
    day_margin_bpm: float = 2.0
    """by this much."""

    # Gates.
    fresh_s: float = 6.0
    """An accepted beat older than this no longer moves the level."""
    bridge_s: float = 15.0
    """Silence up to this long is bridged: everything holds. After it the moment is no longer judged."""
    lost_s: float = 120.0
    """An event that sees no beat for so long has ended."""
    reserve_gate: float = 0.35
    """Share of heart-rate reserve that counts as exertion (light effort ends at 40 %)."""
    after_exertion_s: int = 600
    """After it nothing is judged for so long, or until the heart is back near its usual."""
    recovered_z: float = 1.0
    """Standardised rise below which it is."""
    posture_rise_bpm: float = 8.0
    """Standing up: at least this rise in under 15 s,"""
    posture_rise_spreads: float = 2.5
    """and this many spreads of the wearer's usual,"""
    posture_loss: float = 0.4
    """of which this share is lost 15 to 30 s after the peak,"""
    posture_hold_s: int = 60
    """then not judged for so long."""
    trunk_turn_deg: float = 15.0
    """Where the strap tells the angle of the trunk: turned by so much,"""
    trunk_rise_bpm: float = 4.0
    """the heart explains itself by it while it is up by this much, for as long."""
    hr_rest_bpm: float = 60.0
    hr_max_bpm: float = 180.0
    """208 - 0.7 x age (Tanaka 2001) at 40; a setting once the wearer gives an age."""

    # Confidence.
    high_baseline_s: int = 4 * 3600
    high_quality: float = 0.8

    def setting(self, key: str, text: str) -> Parameters:
        """Return a copy with `key` (dotted for movement: `motion.still_below`) set from `text`.

        Raises KeyError for an unknown key and ValueError for text that is no number of the right kind: every
        parameter is finite and none is negative.
        """
        if not 0 <= float(text) < inf:
            raise ValueError(text)
        if key.startswith("motion."):
            name = key.removeprefix("motion.")
            if name not in {f.name for f in fields(MotionLevels)}:
                raise KeyError(key)
            return replace(self, motion=replace(self.motion, **{name: float(text)}))
        known = {f.name for f in fields(self)} - {"motion"}
        if key not in known:
            raise KeyError(key)
        value: Any = int(text) if isinstance(getattr(self, key), int) else float(text)
        return replace(self, **{key: value})
