"""Days listened to again: the same `step`, with what the days before it say of the wearer's rest.

In: recordings and what arrived in them, parameters. Out: the moments that would have been noticed, and how
long the strap was worn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from unhurry.signal import (
    ArousalEvent,
    Arrivals,
    Minute,
    Output,
    Parameters,
    PipelineState,
    finish,
    initial_state,
    step,
)
from unhurry.store import Anchor, Batch, Database, Moment, Writer
from unhurry.store.replaying import LivedRecording
from unhurry.store.rest import rest_before
from unhurry.store.scratch import end_again, forget_before, open_again, remember, scratch_database
from unhurry.store.worn import UNHEARD

from ..sources.items import adjusted

_NEVER_S = 1 << 40


class Listening:
    """The detector, over one recording after the other."""

    def __init__(self, parameters: Parameters, kept: Database, recordings: Iterable[LivedRecording]) -> None:
        self._given = parameters
        self._kept = kept
        self._scratch = scratch_database()
        remember(self._scratch, kept, recordings)
        self._writer = Writer(self._scratch)
        self._lived: LivedRecording | None = None
        self._parameters = parameters
        self._state: PipelineState = initial_state(parameters)
        self._told_until_s = 0
        self.worn_s: Counter[date] = Counter()
        """Seconds in which the heart was heard, by local date."""

    def begin(self, lived: LivedRecording) -> None:
        """Begin with a recording: with what the days before it said of the wearer's rest."""
        begins_ms = lived.anchor.wall_ms
        forget_before(self._scratch, begins_ms)
        open_again(self._scratch, lived)
        self._lived, self._told_until_s = lived, -_NEVER_S
        self._parameters = adjusted(self._given, lived.recording)
        self._state = initial_state(
            self._parameters, rest_before(self._scratch, begins_ms) if lived.live else None
        )

    def take(self, arrivals: Arrivals) -> tuple[ArousalEvent, ...]:
        """Take in what arrived; return the moments that were noticed or are over."""
        self._state, output = step(self._parameters, self._state, arrivals)
        return self._told(output)

    def end(self) -> tuple[ArousalEvent, ...]:
        """End the recording; return the moment that had not ended."""
        lived = self._lived
        if lived is None:
            return ()
        rest = finish(self._state)
        # Nobody wrote down what was open when the process died.
        events = rest.events if lived.interrupted else self._told(rest)
        end_again(self._scratch, self._kept, lived, told_until_s=self._told_until_s)
        self._lived = None
        return events

    def close(self) -> None:
        """Forget everything."""
        self._scratch.close()

    def _told(self, output: Output) -> tuple[ArousalEvent, ...]:
        lived = self._lived
        if lived is not None and output.minutes:
            batch = Batch(recording_id=lived.id, minutes=output.minutes)
            self._writer.write_batch(batch)
            self._told_until_s = output.minutes[-1].start_s + 60
            for minute in output.minutes:
                self._count(lived.anchor, minute)
        return output.events

    def _count(self, anchor: Anchor, minute: Minute) -> None:
        if minute.state not in UNHEARD:
            at = Moment(anchor.wall_ms + minute.start_s * 1000, anchor.utc_offset_s)
            self.worn_s[at.date] += minute.seconds
