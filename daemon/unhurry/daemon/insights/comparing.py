"""Two lives of the same days, side by side.

In: the moments of each life, and those that were kept when the days were lived. Out: per day how many there
were, and each moment whose fate differs.

Moments are the same when they overlap; one has at most one counterpart, so that what was lost and gained adds
up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from unhurry.store import DecisionKind, Moment
from unhurry.store.kept_moments import KeptMoment

from .overlap import OPEN_S, Span, counterparts
from .speaking_again import Fate, Relived


@dataclass(frozen=True, slots=True)
class DayCount:
    """One local day under both settings."""

    date: date
    worn_s: int
    events_before: int
    events_after: int
    offers_before: int
    offers_after: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A moment of which something else would have come."""

    confirmed: Moment
    rise_bpm: float
    hr_peak_bpm: float
    lasted_s: float | None
    before: Fate | None
    """None: it is not noticed under the settings as they are,"""
    after: Fate | None
    """nor under those that are tried."""
    kept: KeptMoment | None
    """The moment as it was lived, with what the wearer said of it; None where it was not noticed then."""


@dataclass(frozen=True, slots=True)
class AsRecorded:
    """How the life under the settings as they are compares with what was kept."""

    events: int
    offers: int
    days_differing: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What other settings would have changed."""

    days: tuple[DayCount, ...]
    """Oldest first."""
    differences: tuple[Difference, ...]
    """Oldest first."""
    recorded: AsRecorded

    def total(self, of: Callable[[DayCount], int]) -> int:
        """Return the sum over the days."""
        return sum(of(day) for day in self.days)

    def count(self, which: Callable[[Difference], bool]) -> int:
        """Return how many moments differ in this way."""
        return sum(which(each) for each in self.differences)


def event_lost(each: Difference) -> bool:
    """Whether a moment would no longer be noticed."""
    return each.after is None


def event_gained(each: Difference) -> bool:
    """Whether a moment would be noticed that is not now."""
    return each.before is None


def offer_lost(each: Difference) -> bool:
    """Whether there would no longer be an offer."""
    return _speaks(each.before) and not _speaks(each.after)


def offer_gained(each: Difference) -> bool:
    """Whether there would be an offer where there is none now."""
    return _speaks(each.after) and not _speaks(each.before)


def compare(
    worn_s: Mapping[date, int],
    before: Sequence[Relived],
    after: Sequence[Relived],
    kept: Sequence[KeptMoment],
) -> Comparison:
    """Compare two lives of the days in `worn_s`; what lies on other days is left out."""
    before = [each for each in before if each.confirmed.date in worn_s]
    after = [each for each in after if each.confirmed.date in worn_s]
    kept = [each for each in kept if each.confirmed.date in worn_s]
    differences = [
        _difference(mine, other, was)
        for mine, other, was in _beside(before, after, kept)
        if mine is None or other is None or mine.fate.kind is not other.fate.kind
    ]
    then, now = _by_day(before), _by_day(after)
    lived, recorded = Counter(map(_as_lived, before)), Counter(map(_as_kept, kept))
    differing = (lived - recorded) + (recorded - lived)
    return Comparison(
        days=tuple(
            DayCount(day, worn_s[day], then.events[day], now.events[day], then.offers[day], now.offers[day])
            for day in sorted(worn_s)
        ),
        differences=tuple(sorted(differences, key=lambda each: each.confirmed.wall_ms)),
        recorded=AsRecorded(
            events=len(kept),
            offers=sum(each.kind is DecisionKind.PROMPT for each in kept),
            days_differing=len({day for day, *_ in differing}),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Days:
    events: Counter[date]
    offers: Counter[date]


def _by_day(moments: Sequence[Relived]) -> _Days:
    return _Days(
        Counter(each.confirmed.date for each in moments),
        Counter(each.confirmed.date for each in moments if each.fate.kind is DecisionKind.PROMPT),
    )


def _beside(
    before: Sequence[Relived], after: Sequence[Relived], kept: Sequence[KeptMoment]
) -> list[tuple[Relived | None, Relived | None, KeptMoment | None]]:
    """Lay the moments of the three lives beside each other; each row has at least one of the first two."""
    mine, others = [_span(each) for each in before], [_span(each) for each in after]
    was = [_span(each) for each in kept]
    pairs = counterparts(mine, others)
    kept_mine, kept_others = counterparts(mine, was), counterparts(others, was)
    rows: list[tuple[Relived | None, Relived | None, KeptMoment | None]] = []
    for place, each in enumerate(before):
        other = pairs.get(place)
        of = kept_mine.get(place)
        rows.append((each, None if other is None else after[other], None if of is None else kept[of]))
    for place in sorted(set(range(len(after))) - set(pairs.values())):
        of = kept_others.get(place)
        rows.append((None, after[place], None if of is None else kept[of]))
    return rows


def _difference(before: Relived | None, after: Relived | None, kept: KeptMoment | None) -> Difference:
    shown = before or after
    assert shown is not None  # noqa: S101 - a row has one of them
    event = shown.event
    return Difference(
        confirmed=shown.confirmed,
        rise_bpm=event.hr_peak_bpm - event.hr_baseline_bpm,
        hr_peak_bpm=event.hr_peak_bpm,
        lasted_s=None if event.end_s is None else event.end_s - event.start_s,
        before=None if before is None else before.fate,
        after=None if after is None else after.fate,
        kept=kept,
    )


def _span(moment: Relived | KeptMoment) -> Span:
    of = moment.event if isinstance(moment, Relived) else moment
    return Span(moment.recording_id, of.start_s, OPEN_S if of.end_s is None else of.end_s)


def _as_lived(moment: Relived) -> tuple[date, int, float, str, str]:
    fate = moment.fate
    return moment.confirmed.date, moment.recording_id, moment.event.start_s, fate.kind, fate.reason


def _as_kept(moment: KeptMoment) -> tuple[date, int, float, str, str]:
    return moment.confirmed.date, moment.recording_id, moment.start_s, moment.kind, moment.reason


def _speaks(fate: Fate | None) -> bool:
    return fate is not None and fate.kind is DecisionKind.PROMPT
