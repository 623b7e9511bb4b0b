"""When to say that the heart has been fast or slow for ten minutes while the wearer was still.

In: minutes, one after the other, the wearer's own lines. Out: a `Notice`, at most once a day; and whether
offers are to wait. Pure. It informs and names nothing: docs/safety.md has the words and the reasons. No
offer may take its place or come with it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from unhurry.config import NoticeSettings
from unhurry.signal.records import POLAR_ACCELEROMETER, Minute, State
from unhurry.store.notices import Notice, NoticeKind

STILL_MIN = 15
BEYOND_MIN = 10
"""Still for a quarter of an hour, and beyond the line for the last ten minutes of it."""
LEAST_QUALITY = 0.9
STILL_BELOW = POLAR_ACCELEROMETER.still_below / POLAR_ACCELEROMETER.moving_from
"""Of the level from which one counts as moving."""
_AT_REST = frozenset({State.CALM, State.AROUSED, State.WARMING_UP, State.POSTURE, State.ASLEEP})
"""States in which the strap is worn and heard, and nobody is known to move."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is remembered from minute to minute."""

    minutes: tuple[Minute, ...] = ()
    """The last quarter of an hour."""
    told_day: int | None = None
    """Local day of the last notice."""
    beyond: NoticeKind | None = None
    """The line the heart is beyond now, told or not: offers wait meanwhile."""


def watch(
    settings: NoticeSettings, before: Watch, minute: Minute, day: int, still_below: float = STILL_BELOW
) -> tuple[Watch, Notice | None]:
    """Take in a minute of the local `day`; return what to remember, and what to say.

    Where movement is not known through all of the quarter of an hour, the notice says so (`still_known`
    False), and the wearer is asked before it is shown. A gap begins the quarter of an hour anew.
    """
    follows = bool(before.minutes) and minute.start_s == before.minutes[-1].start_s + 60
    minutes = (*before.minutes, minute)[-STILL_MIN:] if follows else (minute,)
    kind = _beyond(settings, minutes, still_below)
    after = replace(before, minutes=minutes, beyond=kind)
    if kind is None or day == before.told_day:
        return after, None
    line_bpm = settings.high_bpm if kind is NoticeKind.HIGH else settings.low_bpm
    if line_bpm is None:
        return after, None
    known = all(each.motion is not None for each in minutes)
    return replace(after, told_day=day), Notice(kind, line_bpm, BEYOND_MIN, still_known=known)


def complete_by(minutes: Sequence[Minute], t_s: float) -> int:
    """Return how many of these consecutive minutes were over at `t_s` of their recording."""
    return bisect_right(minutes, t_s, key=lambda minute: minute.start_s + 60)


def _beyond(settings: NoticeSettings, minutes: tuple[Minute, ...], still_below: float) -> NoticeKind | None:
    if len(minutes) < STILL_MIN:
        return None
    if any(each.state not in _AT_REST or (each.motion or 0.0) >= still_below for each in minutes):
        return None
    latest = minutes[-BEYOND_MIN:]
    rates = [each.hr_bpm for each in latest if each.hr_bpm is not None and each.quality >= LEAST_QUALITY]
    if len(rates) < BEYOND_MIN:
        return None
    if settings.high_bpm is not None and min(rates) > settings.high_bpm:
        return NoticeKind.HIGH
    awake = all(each.state is not State.ASLEEP for each in latest)
    if settings.low_bpm is not None and awake and max(rates) < settings.low_bpm:
        return NoticeKind.LOW
    return None
