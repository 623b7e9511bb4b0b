"""What would I have got? The wearer's own days, lived again under other settings.

In: a database, which days, settings as they are and as they are tried. Out: a `Comparison`. Both lives are
computed, also the one under the settings as they are: what was kept may be older than the detector.

The same settings give the same moments and decisions as those days had, as far as what arrived is kept:
`unhurry.store.replaying` says what is not. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from unhurry.config import InputError
from unhurry.config.trying import Tried
from unhurry.signal import ArousalEvent
from unhurry.store import Database, Offsets
from unhurry.store.kept_moments import KeptMoment, kept_moments
from unhurry.store.replaying import LivedRecording, arrivals_of, lived_recordings
from unhurry.store.worn import worn_days

from .comparing import Comparison, compare
from .listening_again import Listening
from .speaking_again import Relived, Speaking

DAYS = 14
"""Days worn, looked at when nothing else is said: two weeks hold two of each weekday."""

Progress = Callable[[float], None]
"""Hears how much is done, 0 to 1, some times for each day. What it raises ends the work."""


@dataclass(frozen=True, slots=True)
class WhichDays:
    """The latest `count` days worn, within [first, last] where those are given; both local dates."""

    count: int = DAYS
    first: date | None = None
    last: date | None = None


def what_if(database: Database, now: Tried, tried: Tried, which: WhichDays, progress: Progress) -> Comparison:
    """Live days again, under the settings as they are (`now`) and under others (`tried`).

    Raises InputError when no day was worn.
    """
    days = worn_days(database, which.count, which.first, which.last)
    if not days:
        raise InputError("There is no day with a heartbeat to look at.", "Wear the strap for a day first.")
    offsets = Offsets(database)
    recordings = lived_recordings(
        database, offsets.day(days[0]).start.wall_ms, offsets.day(days[-1]).end.wall_ms
    )
    lives = Lives(database, now, tried, recordings)
    try:
        kept = lives.live(progress)
    finally:
        lives.close()
    worn_s = {day: lives.worn_s(day) for day in days}
    return compare(worn_s, lives.before, lives.after, kept)


class Lives:
    """Two lives side by side; where only offers can differ, what is heard is heard once."""

    def __init__(
        self, database: Database, now: Tried, tried: Tried, recordings: tuple[LivedRecording, ...]
    ) -> None:
        self._database = database
        self._recordings = recordings
        self._ears = [
            Listening(parameters, database, recordings)
            for parameters in dict.fromkeys((now.parameters, tried.parameters))
        ]
        self._voices = [Speaking(each.prompts, database, recordings) for each in (now, tried)]
        self.before: list[Relived] = []
        self.after: list[Relived] = []

    def live(self, progress: Progress) -> list[KeptMoment]:
        """Live all recordings; return what was kept of them."""
        kept: list[KeptMoment] = []
        all_ms = sum(lived.reached_ms for lived in self._recordings) or 1
        done_ms = 0
        for lived in self._recordings:
            for ear in self._ears:
                ear.begin(lived)
            for voice in self._voices:
                voice.begin(lived)
            for arrivals in arrivals_of(self._database, lived):
                self._say([ear.take(arrivals) for ear in self._ears])
                progress((done_ms + max(0, int(arrivals.arrival_ms[-1]))) / all_ms)
            self._say([ear.end() for ear in self._ears])
            self.before += self._voices[0].end()
            self.after += self._voices[1].end()
            kept += kept_moments(self._database, lived)
            done_ms += lived.reached_ms
        return kept

    def _say(self, heard: list[tuple[ArousalEvent, ...]]) -> None:
        self._voices[0].take(heard[0])
        self._voices[1].take(heard[-1])

    def worn_s(self, day: date) -> int:
        """Return for how long the heart was heard on a day, under the settings as they are."""
        return self._ears[0].worn_s[day]

    def close(self) -> None:
        """Forget everything."""
        for ear in self._ears:
            ear.close()
        for voice in self._voices:
            voice.close()
