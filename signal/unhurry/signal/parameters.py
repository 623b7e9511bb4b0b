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

    # Event. Lines and times by `unhurry evaluate` on stress_predict and mmash, warm, November 2026: of what
    # keeps false alarms on an ordinary day under .08 an hour at rest and .12 at meals, this told most of the
    # stress. docs/detector.md has the runs.
    on_score: float = 1.7
    """Score from which the heart counts as up."""
    on_rise_bpm: float = 8.0
    """and rise over the usual that it needs besides."""
    sustain_s: int = 50
    """and for how long without a break."""
    off_z: float = 1.0
    """Standardised rise below which it counts as settled,"""
    settle_s: int = 60
    """for so long."""
    merge_gap_s: int = 90
    """A new rise within this of the last offset is the same event."""

    # The same for a recording without movement, where stairs look like distress: slower to speak.
    alone_on_score: float = 2.0
    alone_on_rise_bpm: float = 10.0
    alone_sustain_s: int = 60

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
    day_window_s: int = 8 * 3600
    day_from_s: int = 2 * 3600
    """This much undisturbed wear before the day has a say."""
    day_quantile: float = 0.9
    """An event must rise over this share of the day's resting level"""
    day_margin_bpm: float = 2.0
    """by this much."""

    # Gates.
    fresh_s: float = 6.0
    """An accepted beat older than this no longer moves the level."""
    bridge_s: float = 15.0
    """Silence up to this long is bridged: everything holds. After it the moment is no longer judged."""
    lost_s: float = 120.0
    """An event that sees no beat for so long has ended."""
    after_moving_s: int = 180
    """Not judged for so long after a walk (heart-rate recovery),"""
    shadow_per_moving_s: int = 6
    """and after shorter movement for this many seconds per second of it: half a minute brings the full
    time.
    """
    reserve_gate: float = 0.35
    """Share of heart-rate reserve that counts as exertion (light effort ends at 40 %)."""
    after_exertion_s: int = 600
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
