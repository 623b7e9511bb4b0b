"""One arousal event after the other: from a rise that lasts to the second it was over, with hysteresis.

In: one `Judged` second at a time. Out: events, when they are confirmed and when nothing can be added to them.

An event is confirmed when score and rise stay over their lines for the sustain time, and is over when the
heart is half-way back or near its usual, the wearer moves, or nothing can be judged. A new rise soon after
belongs to the same event.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from .parameters import Parameters
from .records import ArousalEvent, Confidence, Ending


class Judged(NamedTuple):
    """A second in which nothing but the heart itself explains the heart."""

    t_s: int
    arrival_ms: int
    level_bpm: float
    usual_bpm: float
    rise_bpm: float
    """Over the usual, without what movement explains."""
    z: float
    """Standardised rise."""
    over_day: bool
    """Above the upper resting level of the day."""
    stirring: bool
    """The wearer moves a little: what the heart does now says nothing for or against a rise."""
    alone: bool
    """Movement is unknown."""
    confidence: Confidence
    """Of an event that would be confirmed now."""
    rest_s: int
    """Time at rest that its usual rests on."""


class _Rise(NamedTuple):
    """A rise over the lines without a break."""

    onset_s: int
    held_s: int
    """Seconds of it with data."""
    peak_s: int
    peak_bpm: float
    peak_score: float
    peak_rise_bpm: float


@dataclass(slots=True)
class EventWatch:
    """What is remembered of the rise that may become an event, and of the event that may go on."""

    rise: _Rise | None = None
    events: int = 0
    """How many were confirmed."""
    event: ArousalEvent | None = None
    peak_rise_bpm: float = 0.0
    """How far it went over the usual."""
    settled_since_s: int | None = None
    settled_for_s: int = 0

    def copied(self) -> EventWatch:
        """Return an independent copy."""
        return replace(self)

    @property
    def busy(self) -> bool:
        """Whether there is an event or a rise that the next second may change."""
        return self.event is not None or self.rise is not None

    @property
    def lasting(self) -> bool:
        """Whether an event lasts now."""
        return self.event is not None and self.event.end_s is None

    def forget_rise(self) -> None:
        """Let a rise that is no event yet be explained by something else."""
        self.rise = None

    def pause(self, t_s: int, ending: Ending) -> None:
        """Let an event that lasts end at `t_s`, unless a new rise soon says that it goes on."""
        self.rise = None
        if self.event is not None and self.event.end_s is None:
            self.event = replace(self.event, end_s=float(t_s), ending=ending)
            self.settled_since_s, self.settled_for_s = None, 0

    def over(self, p: Parameters, t_s: int) -> ArousalEvent | None:
        """Hand over an event that ended so long ago that no new rise can belong to it."""
        event = self.event
        if event is None or event.end_s is None:
            return None
        last_s = event.end_s + p.merge_gap_s
        if t_s <= last_s or (self.rise is not None and self.rise.onset_s <= last_s):
            return None
        self.event = None
        return event

    def follow(self, p: Parameters, now: Judged) -> ArousalEvent | None:
        """Take in a judged second; return the event that it confirms, if it does."""
        self._follow_event(p, now)
        lines = (
            (p.alone_on_score, p.alone_on_rise_bpm, p.alone_sustain_s)
            if now.alone
            else (p.on_score, p.on_rise_bpm, p.sustain_s)
        )
        if now.stirring:
            return None
        if not (now.z >= lines[0] and now.rise_bpm >= lines[1] and now.over_day):
            self.rise = None
            return None
        rise = self.rise = _longer(self.rise, now)
        if rise.held_s < lines[2] or self.lasting:
            return None
        self.settled_since_s, self.settled_for_s = None, 0
        self.peak_rise_bpm = rise.peak_rise_bpm
        if self.event is not None:
            self.event = _raised(replace(self.event, end_s=None, ending=None), rise)
            return None
        self.events += 1
        self.event = ArousalEvent(
            number=self.events,
            start_s=float(rise.onset_s),
            confirmed_s=now.arrival_ms / 1000,
            peak_s=float(rise.peak_s),
            end_s=None,
            hr_peak_bpm=rise.peak_bpm,
            hr_baseline_bpm=now.usual_bpm,
            score_peak=rise.peak_score,
            confidence=now.confidence,
            motion_known=not now.alone,
            rest_s=now.rest_s,
        )
        return self.event

    def _follow_event(self, p: Parameters, now: Judged) -> None:
        event = self.event
        if event is None or event.end_s is not None:
            return
        if now.level_bpm > event.hr_peak_bpm:
            event = replace(event, hr_peak_bpm=now.level_bpm, peak_s=float(now.t_s))
        if now.z > event.score_peak:
            event = replace(event, score_peak=now.z)
        self.peak_rise_bpm = max(self.peak_rise_bpm, now.rise_bpm)
        # Without movement half-way down may be half-way down the stairs.
        half_way = not now.alone and now.rise_bpm < p.off_share * self.peak_rise_bpm
        if now.z >= p.off_z and not half_way:
            self.settled_since_s, self.settled_for_s = None, 0
        else:
            if self.settled_since_s is None:
                self.settled_since_s = now.t_s
            self.settled_for_s += 1
            if self.settled_for_s >= p.settle_s:
                event = replace(event, end_s=float(self.settled_since_s), ending=Ending.SETTLED)
        self.event = event


def _longer(rise: _Rise | None, now: Judged) -> _Rise:
    """Return the rise with one second more, or one that begins."""
    if rise is None:
        return _Rise(now.t_s, 1, now.t_s, now.level_bpm, now.z, now.rise_bpm)
    higher = now.level_bpm > rise.peak_bpm
    return _Rise(
        onset_s=rise.onset_s,
        held_s=rise.held_s + 1,
        peak_s=now.t_s if higher else rise.peak_s,
        peak_bpm=now.level_bpm if higher else rise.peak_bpm,
        peak_score=max(now.z, rise.peak_score),
        peak_rise_bpm=max(now.rise_bpm, rise.peak_rise_bpm),
    )


def _raised(event: ArousalEvent, rise: _Rise) -> ArousalEvent:
    """Return the event with the peak of a rise that belongs to it."""
    if rise.peak_bpm > event.hr_peak_bpm:
        event = replace(event, hr_peak_bpm=rise.peak_bpm, peak_s=float(rise.peak_s))
    return replace(event, score_peak=max(event.score_peak, rise.peak_score))
