"""Does it help me? What the drawn moments say, never more than they do.

In: every moment chance decided about, in order, and every offer that was followed. Out: `Effect`. Pure.

The moments are looked at three times and not in between: whoever looks every day and stops when it looks good
finds something in pure chance. At each of the three looks the test goes by `LEVEL`; together they are wrong
in fewer than five of a hundred wearers for whom nothing helps (`benchmarks/trial.py` counts them). What a
look said stays until the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

import numpy as np

from unhurry.store.draws import DrawnMoment, OfferedMoment

from .effect import Estimate, Trial, estimate, randomisation_p
from .outcome import AREA_S
from .survival import TypicalTime, typical_time

LOOKS = (25, 63, 126)
"""Moments with a known outcome. With 126, one look at level .05 finds an effect of half a standard deviation
eight times in ten (two-sided, normal theory; at a chance of .5: 63 of each)."""
LEVEL = 0.02
"""About what three looks at .05 together need (Pocock 1977, Biometrika 64:191-199, doi
10.1093/biomet/64.2.191: .0221 for evenly spaced ones)."""
_SMALL = 0.5
"""In standard deviations: a difference under this is not worth a hundred interruptions."""


class EffectVerdict(StrEnum):
    """What can be said."""

    LEARNING = "learning"
    """Too few moments."""
    OPEN = "open"
    """Nothing seen, and too few moments to say that nothing is there."""
    HELPS = "helps"
    HINDERS = "hinders"
    NO_DIFFERENT = "no_different"


@dataclass(frozen=True, slots=True)
class ArmCount:
    """Moments of one kind."""

    n: int
    """With a known outcome."""
    missing: int
    """Followed, but the wearer moved or the strap was not heard."""
    settling: TypicalTime


@dataclass(frozen=True, slots=True)
class PracticeSettling:
    """How long the heart took to be half-way back after an offer of a practice."""

    practice: str
    settling: TypicalTime


@dataclass(frozen=True, slots=True)
class Effect:
    """Everything the page says about whether it helps. Differences: speaking less waiting, in bpm."""

    verdict: EffectVerdict
    n: int
    """Moments with a known outcome so far."""
    next_look: int | None
    """At how many of them there is something new to say; None after the last look."""
    looked_at: int | None
    """How many moments the figures below rest on; None before the first look."""
    p_value: float | None
    difference_bpm: float | None
    """Mean over the ten minutes after the decision."""
    low_bpm: float | None
    high_bpm: float | None
    spoke: ArmCount
    waited: ArmCount
    practices: tuple[PracticeSettling, ...]


def effect(drawn: Sequence[DrawnMoment], offered: Sequence[OfferedMoment]) -> Effect:
    """Return what the moments so far say."""
    known = [moment for moment in drawn if moment.area_bpm_min is not None]
    looked_at = max((look for look in LOOKS if look <= len(known)), default=None)
    trial = trial_of(known[:looked_at]) if looked_at is not None else None
    found = estimate(trial) if trial is not None else None
    p_value = randomisation_p(trial) if trial is not None else None
    return Effect(
        verdict=_verdict(found, p_value, looked_at),
        n=len(known),
        next_look=next((look for look in LOOKS if look > len(known)), None),
        looked_at=looked_at,
        p_value=p_value,
        difference_bpm=None if found is None else _per_minute(found.difference_bpm_min),
        low_bpm=None if found is None else _per_minute(found.low_bpm_min),
        high_bpm=None if found is None else _per_minute(found.high_bpm_min),
        spoke=_arm([moment for moment in drawn if moment.spoke]),
        waited=_arm([moment for moment in drawn if not moment.spoke]),
        practices=_practices(offered),
    )


def trial_of(moments: Sequence[DrawnMoment]) -> Trial:
    """Return the moments as columns; those whose outcome is not known are left out."""
    known = [(moment, moment.area_bpm_min) for moment in moments if moment.area_bpm_min is not None]
    return Trial(
        spoke=np.array([moment.spoke for moment, _ in known], np.bool_),
        probability=np.array([moment.speak_probability for moment, _ in known], np.float64),
        area_bpm_min=np.array([area for _, area in known], np.float64),
        rise_bpm=np.array([moment.rise_bpm for moment, _ in known], np.float64),
    )


def _verdict(found: Estimate | None, p_value: float | None, looked_at: int | None) -> EffectVerdict:
    if looked_at is None or found is None or p_value is None:
        return EffectVerdict.LEARNING if looked_at is None else EffectVerdict.OPEN
    if p_value <= LEVEL:
        return EffectVerdict.HELPS if found.difference_bpm_min < 0 else EffectVerdict.HINDERS
    small = _SMALL * found.spread_bpm_min
    if looked_at == LOOKS[-1] or -small < found.low_bpm_min <= found.high_bpm_min < small:
        return EffectVerdict.NO_DIFFERENT
    return EffectVerdict.OPEN


def _arm(moments: Sequence[DrawnMoment]) -> ArmCount:
    known = sum(moment.area_bpm_min is not None for moment in moments)
    followed = [(m.settled_half_s, m.followed_s) for m in moments if m.followed_s is not None]
    missing = sum(moment.followed and moment.area_bpm_min is None for moment in moments)
    return ArmCount(known, missing, _settling(followed))


def _practices(offered: Sequence[OfferedMoment]) -> tuple[PracticeSettling, ...]:
    ordered = sorted(offered, key=lambda moment: moment.practice)
    return tuple(
        PracticeSettling(practice, _settling([(m.settled_half_s, m.followed_s) for m in moments]))
        for practice, moments in groupby(ordered, key=lambda moment: moment.practice)
    )


def _settling(times: Sequence[tuple[float | None, float]]) -> TypicalTime:
    return typical_time(
        np.array([followed_s if half_s is None else half_s for half_s, followed_s in times], np.float64),
        np.array([half_s is not None for half_s, _ in times], np.bool_),
    )


def _per_minute(area_bpm_min: float) -> float:
    return area_bpm_min / (AREA_S / 60)
