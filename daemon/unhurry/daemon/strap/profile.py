"""How one strap with one firmware speaks, learnt from its frames.

In: the bytes of a frame, what they decode to, the time since the frame before. Out: `Habits`, counts of what
occurred, and what follows from them: whether the contact bit means anything, how often notifications come.
Nothing of what the strap says about a heart is in them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pydantic import TypeAdapter, ValidationError

from unhurry.signal.frame import Frame
from unhurry.store.profiles import KeptProfile

_WIDE, _ENERGY, _RR = 0x01, 0x08, 0x10
_RESERVED = 0xE0
_FILL_0, _FILL_FFFF = 0, 0xFFFF

CADENCE_BIN_MS = 100
CADENCE_BINS = 31
"""Notification intervals are counted in bins of 100 ms; the last takes all from 3 s on."""
_CADENCE_FROM = 20
"""Intervals needed to speak of a cadence."""

KEPT_DROPS = 20

_GOOD_RR_1024 = range(308, 2049)
"""300 to 2000 ms: 200 to 30 bpm."""
_AGREES = 0.2
"""A good interval lies this close to the strap's own heart rate, which is a mean of the last ones."""
_CONTACT_FROM = 20
"""Frames that say "off" needed to judge the contact bit."""
_CONTACT_WRONG = 0.1
"""Share of them with good intervals from which on the bit is not believed."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What occurred in the frames of one strap with one firmware; counts of frames unless said."""

    frames: int = 0
    with_rr: int = 0
    most_rr: int = 0
    """The most intervals in one frame."""
    wide: int = 0
    """Heart rate in 16 bits."""
    energy: int = 0
    contact_told: int = 0
    """The strap said whether it touches skin,"""
    off_with_beats: int = 0
    """said that it does not, and sent good intervals all the same,"""
    off_without_rr: int = 0
    """said that it does not, and sent no interval."""
    fill_0: int = 0
    """Intervals of 0,"""
    fill_ffff: int = 0
    """and of 65535, which are none."""
    trailing: int = 0
    """Bytes after the last field."""
    reserved: int = 0
    """Reserved flags set."""
    interval_bins: tuple[int, ...] = field(default=(0,) * CADENCE_BINS)
    drops_s: tuple[float, ...] = ()
    """How long the last connections lasted that ended by themselves, oldest first."""

    @property
    def contact_trusted(self) -> bool | None:
        """Whether "off" can be believed; None until it was said in 20 frames that tell.

        A bit that says "off" while good intervals come is wrong. It is trusted when fewer than a tenth of
        the telling frames are of that kind. A strap that sends no intervals can never be proved wrong, so it
        is never trusted.
        """
        if self.with_rr == 0:
            return None
        telling = self.off_with_beats + self.off_without_rr
        if telling < _CONTACT_FROM:
            return None
        return self.off_with_beats < _CONTACT_WRONG * telling

    @property
    def cadence_ms(self) -> int | None:
        """The median time between two notifications, to 100 ms; None before there are enough."""
        total = sum(self.interval_bins)
        if total < _CADENCE_FROM:
            return None
        seen = 0
        for number, count in enumerate(self.interval_bins):
            seen += count
            if 2 * seen >= total:
                return number * CADENCE_BIN_MS + CADENCE_BIN_MS // 2
        return None


@dataclass(frozen=True, slots=True)
class StrapProfile:
    """One strap with one firmware."""

    address: str
    firmware: str | None = None
    """None while it is not known."""
    model: str | None = None
    manufacturer: str | None = None
    habits: Habits = field(default_factory=Habits)

    def kept(self, first_seen_wall_ms: int, last_seen_wall_ms: int) -> KeptProfile:
        """Return the profile as the store keeps it."""
        return KeptProfile(
            address=self.address,
            firmware=self.firmware,
            model=self.model,
            manufacturer=self.manufacturer,
            first_seen_wall_ms=first_seen_wall_ms,
            last_seen_wall_ms=last_seen_wall_ms,
            frames=self.habits.frames,
            counts=_HABITS.dump_json(self.habits).decode(),
        )


def profile_from(kept: KeptProfile) -> StrapProfile:
    """Return a profile as it was kept; counts of another shape are forgotten and learnt anew."""
    try:
        habits = _HABITS.validate_json(kept.counts)
    except ValidationError:
        habits = Habits()
    if len(habits.interval_bins) != CADENCE_BINS:
        habits = replace(habits, interval_bins=(0,) * CADENCE_BINS)
    return StrapProfile(kept.address, kept.firmware, kept.model, kept.manufacturer, habits)


def learn(habits: Habits, data: bytes, frame: Frame, interval_ms: int | None) -> Habits:
    """Return the habits with one more frame.

    `data` are the bytes that `frame` was decoded from; `interval_ms` is the time since the frame before, None
    for the first of a connection.
    """
    flags = data[0]
    off = frame.contact is False
    return replace(
        habits,
        frames=habits.frames + 1,
        with_rr=habits.with_rr + bool(frame.rr_1024),
        most_rr=max(habits.most_rr, len(frame.rr_1024)),
        wide=habits.wide + bool(flags & _WIDE),
        energy=habits.energy + bool(flags & _ENERGY),
        contact_told=habits.contact_told + (frame.contact is not None),
        off_with_beats=habits.off_with_beats + (off and _beats_are_good(frame)),
        off_without_rr=habits.off_without_rr + (off and not frame.rr_1024),
        fill_0=habits.fill_0 + frame.rr_1024.count(_FILL_0),
        fill_ffff=habits.fill_ffff + frame.rr_1024.count(_FILL_FFFF),
        trailing=habits.trailing + _trailing(data, frame),
        reserved=habits.reserved + bool(flags & _RESERVED),
        interval_bins=_counted(habits.interval_bins, interval_ms),
    )


def dropped(habits: Habits, lasted_s: float) -> Habits:
    """Return the habits with one more connection that ended by itself."""
    return replace(habits, drops_s=(*habits.drops_s, round(lasted_s, 1))[-KEPT_DROPS:])


def _beats_are_good(frame: Frame) -> bool:
    """Return whether every interval is one of a heart and agrees with the strap's own heart rate."""
    return bool(frame.rr_1024) and all(
        rr_1024 in _GOOD_RR_1024 and abs(60 * 1024 / rr_1024 - frame.hr_bpm) <= _AGREES * max(frame.hr_bpm, 1)
        for rr_1024 in frame.rr_1024
    )


def _trailing(data: bytes, frame: Frame) -> int:
    fields = 1 + (2 if data[0] & _WIDE else 1) + (2 if data[0] & _ENERGY else 0) + 2 * len(frame.rr_1024)
    return len(data) - fields


def _counted(bins: tuple[int, ...], interval_ms: int | None) -> tuple[int, ...]:
    if interval_ms is None:
        return bins
    number = min(max(interval_ms, 0) // CADENCE_BIN_MS, CADENCE_BINS - 1)
    return (*bins[:number], bins[number] + 1, *bins[number + 1 :])


_HABITS: TypeAdapter[Habits] = TypeAdapter(Habits)
