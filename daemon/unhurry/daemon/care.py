"""What would help this strap now, from what it sends.

In: changes of the link, arrivals, finished minutes, all on the clock of one recording. Out: at most one
`Advice`. Each cause has two thresholds, so that an advice comes once and stays until its cause has been gone
for a while. What the link itself says comes before anything said here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from unhurry.signal import Arrivals, Kind, Minute, State
from unhurry.store import LinkState

from .sources.items import LinkChanged

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_CONNECTED = frozenset({LinkState.SUBSCRIBED, LinkState.RECEIVING, LinkState.SILENT})

_BATTERY_LOW, _BATTERY_WELL = 15, 20
_COMPUTERS_OWN = frozenset({LinkState.NO_ADAPTER, LinkState.ADAPTER_OFF, LinkState.NOT_PERMITTED})
"""What follows when it was the computer that ended the connection."""
_COIN_CELLS = {"Polar H10": "CR2025", "Polar H9": "CR2025"}
"""By the beginning of the name."""

_PARAMETER_DROPS_S = (30, 60, 100, 150)
"""How long a link lasts when the strap's wish for other connection parameters was refused."""
_LOOK_BACK_DROPS = 6
_LIKE_S = 3.0
_LIKE_KNOWN, _LIKE_ANY = 3, 4
"""So many of the last six alike: three at one of those times, four at any other."""
_SHORT_S = (5.0, 600.0)
_DROPS_PAST_MS = 10 * _MINUTE_MS
_DROPS_MANY, _DROPS_FEW = 6, 3
"""In an hour."""

_JUDGED_MINUTES = 5
_JUDGED_WITHIN_MS = 15 * _MINUTE_MS
_UNCLEAR_MANY, _UNCLEAR_FEW = 3, 2
"""Of the last five minutes worn and not moving."""
_QUALITY_UNCLEAR = 0.8
_UNWORN = frozenset({State.NO_LINK, State.OFF_BODY, State.SUSPENDED, State.PAUSED})
_TELLS_NOTHING = _UNWORN | {State.MOVING, State.UNEVEN}
"""Movement shakes any electrode, and uneven beats are no fault of it."""
_OFF_MINUTES = 5

_WITHOUT_BEATS_MS = 2 * _MINUTE_MS
"""A strap that sends intervals, and then none for so long, hears the heart badly."""
_FROZEN_MS, _FROZEN_ALONE_MS = _MINUTE_MS, 5 * _MINUTE_MS
"""One and the same heart rate; a quiet heart can have that for a while in a strap without intervals."""
_ALONE_FROM_MS, _ALONE_UNTIL_MS = 10 * _MINUTE_MS, 40 * _MINUTE_MS
"""Said for half an hour: there is nothing the wearer could do about it."""


class Slug(StrEnum):
    """What the advice is about, the most pressing first."""

    OFF_BODY = "off_body"
    REGULAR_DROPS = "regular_drops"
    FREQUENT_DROPS = "frequent_drops"
    FROZEN = "frozen"
    ELECTRODES = "electrodes"
    BATTERY = "battery"
    HEART_RATE_ONLY = "heart_rate_only"


@dataclass(frozen=True, slots=True)
class Advice:
    """One plain sentence for the wearer."""

    slug: Slug
    sentence: str


@dataclass(frozen=True, slots=True)
class _Alone:
    """A run of heart rates without a beat between them."""

    from_ms: int
    until_ms: int
    hr_bpm: float
    same_from_ms: int
    """Since when it has been this heart rate."""


class StrapCare:
    """What was seen of one strap in one recording, and the advice that follows."""

    def __init__(self) -> None:
        self.advice: Advice | None = None
        self._now_ms = 0
        self._device = ""
        self._battery_percent: int | None = None
        self._connected_ms: int | None = None
        self._drops: deque[tuple[int, float]] = deque(maxlen=20)
        """When a connection ended by itself, and how many seconds it had lasted."""
        self._dropped: tuple[int, float] | None = None
        """The latest, until what follows tells whether Bluetooth itself went."""
        self._silent = False
        self._minutes: deque[Minute] = deque(maxlen=_JUDGED_MINUTES)
        self._off_minutes = 0
        self._beats_known = False
        self._alone: _Alone | None = None
        self._standing: frozenset[Slug] = frozenset()

    def link(self, link: LinkChanged) -> None:
        """Take in a change of the link."""
        self._now_ms = max(self._now_ms, link.t_ms)
        if link.device is not None and link.device != self._device:
            self._device, self._battery_percent, self._beats_known = link.device, None, False
        if link.battery_percent is not None:
            self._battery_percent = link.battery_percent
        if link.state in _CONNECTED:
            if self._connected_ms is None:
                self._connected_ms = link.t_ms
        else:
            if self._dropped is not None and link.state not in _COMPUTERS_OWN:
                self._drops.append(self._dropped)
            self._dropped = None
            if self._connected_ms is not None and link.state is LinkState.LOST and not self._silent:
                self._dropped = (link.t_ms, (link.t_ms - self._connected_ms) / 1000)
            self._connected_ms = self._alone = None
        self._silent = link.state is LinkState.SILENT
        self._advise()

    def arrived(self, arrivals: Arrivals, minutes: Iterable[Minute]) -> None:
        """Take in what arrived, and the minutes that came to their end with it."""
        if len(arrivals) == 0:
            return
        for kind, value, t_ms in zip(
            arrivals.kind.tolist(), arrivals.value.tolist(), arrivals.arrival_ms.tolist(), strict=True
        ):
            if kind == Kind.BEAT:
                self._beats_known = True
                self._alone = None
                self._off_minutes = 0
            elif kind == Kind.HEART_RATE:
                # 0 says that it hears no heart: that is neither a rate nor a frozen one.
                self._alone = None if value == 0 else _going_on(self._alone, value, t_ms)
        for minute in minutes:
            self._minute(minute)
        self._now_ms = int(arrivals.arrival_ms[-1])
        self._advise()

    def _minute(self, minute: Minute) -> None:
        self._off_minutes = self._off_minutes + 1 if minute.state is State.OFF_BODY else 0
        # The first minute of a connection is partly one without.
        whole = self._connected_ms is not None and minute.start_s * 1000 >= self._connected_ms
        if whole and minute.seconds > 30 and minute.state not in _TELLS_NOTHING:
            self._minutes.append(minute)

    # What there is to say, one method for each cause.

    def _advise(self) -> None:
        sentences = {
            Slug.OFF_BODY: self._off_body(),
            Slug.REGULAR_DROPS: self._regular_drops(),
            Slug.FREQUENT_DROPS: self._frequent_drops(),
            Slug.FROZEN: self._frozen(),
            Slug.ELECTRODES: self._electrodes(),
            Slug.BATTERY: self._battery(),
            Slug.HEART_RATE_ONLY: self._heart_rate_only(),
        }
        self._standing = frozenset(slug for slug, sentence in sentences.items() if sentence is not None)
        self.advice = next(
            (Advice(slug, sentence) for slug in Slug if (sentence := sentences[slug]) is not None), None
        )

    def _limit(self, slug: Slug, first: int, still: int) -> int:
        """Return the threshold of a cause: another one while it stands."""
        return still if slug in self._standing else first

    def _off_body(self) -> str | None:
        if self._off_minutes < _OFF_MINUTES:
            return None
        return "It looks as if you have taken the strap off. It starts again by itself when you wear it."

    def _regular_drops(self) -> str | None:
        if not self._drops or self._now_ms - self._drops[-1][0] > _DROPS_PAST_MS:
            return None
        lasted_s = [s for t_ms, s in self._drops if self._now_ms - t_ms <= _HOUR_MS][-_LOOK_BACK_DROPS:]
        every_s = regular_s(lasted_s)
        if every_s is None:
            return None
        return (
            f"The link drops about every {every_s} seconds: strap and computer disagree on connection"
            " parameters. docs/strap.md names the setting that helps."
        )

    def _frequent_drops(self) -> str | None:
        drops = sum(self._now_ms - t_ms <= _HOUR_MS for t_ms, _ in self._drops)
        if drops < self._limit(Slug.FREQUENT_DROPS, _DROPS_MANY, _DROPS_FEW):
            return None
        return "The link drops often, as if something were in the way: try the computer on your other side."

    def _frozen(self) -> str | None:
        limit_ms = _FROZEN_MS if self._beats_known else _FROZEN_ALONE_MS
        if self._alone is None or self._alone.until_ms - self._alone.same_from_ms < limit_ms:
            return None
        return "The strap repeats one heart rate: unclip it for half a minute, then clip it on again."

    def _electrodes(self) -> str | None:
        recent = [m for m in self._minutes if self._now_ms - m.start_s * 1000 <= _JUDGED_WITHIN_MS]
        unclear = sum(m.state is State.NOISY or m.quality < _QUALITY_UNCLEAR for m in recent)
        without_beats = self._beats_known and self._alone_for_ms() >= _WITHOUT_BEATS_MS
        if unclear < self._limit(Slug.ELECTRODES, _UNCLEAR_MANY, _UNCLEAR_FEW) and not without_beats:
            return None
        return "The strap hears your heart poorly: damp the electrodes, and see that the band sits snugly."

    def _battery(self) -> str | None:
        percent = self._battery_percent
        if percent is None or percent > self._limit(Slug.BATTERY, _BATTERY_LOW, _BATTERY_WELL):
            return None
        cell = next((cell for name, cell in _COIN_CELLS.items() if self._device.startswith(name)), None)
        if cell is None:
            return f"The strap battery is at {percent} %: a fresh one is worth having ready."
        return f"The strap battery is at {percent} %: a {cell} coin cell is worth having ready."

    def _heart_rate_only(self) -> str | None:
        if self._beats_known or not _ALONE_FROM_MS <= self._alone_for_ms() <= _ALONE_UNTIL_MS:
            return None
        return (
            "This strap sends a heart rate and no single beats. Unhurry goes by that, and cannot tell how"
            " even they are."
        )

    def _alone_for_ms(self) -> int:
        return 0 if self._alone is None else self._alone.until_ms - self._alone.from_ms


def regular_s(lasted_s: list[float]) -> int | None:
    """Return the time at which connections of these lengths keep ending, or None when there is no such."""
    for known_s in _PARAMETER_DROPS_S:
        if sum(abs(s - known_s) <= _LIKE_S for s in lasted_s) >= _LIKE_KNOWN:
            return known_s
    shortest_s, longest_s = _SHORT_S
    for s in sorted(lasted_s):
        alike = [other for other in lasted_s if s <= other <= s + 2 * _LIKE_S]
        if shortest_s <= s <= longest_s and len(alike) >= _LIKE_ANY:
            return round(sum(alike) / len(alike))
    return None


def _going_on(alone: _Alone | None, hr_bpm: float, t_ms: int) -> _Alone:
    if alone is None:
        return _Alone(t_ms, t_ms, hr_bpm, t_ms)
    same_from_ms = alone.same_from_ms if hr_bpm == alone.hr_bpm else t_ms
    return _Alone(alone.from_ms, t_ms, hr_bpm, same_from_ms)
