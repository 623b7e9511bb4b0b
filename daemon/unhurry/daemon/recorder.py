"""What happens to each thing a source hands over: through `step`, to a decision, into the store.

In: `SourceItem`s, one at a time, from one worker thread. Out: rows in the database, and the offers to
show, and wishes for the source. Nothing here waits but for the database.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from unhurry.config import DatabaseError, NotADatabase, Settings
from unhurry.config.content import Practices
from unhurry.signal import (
    STATES,
    Output,
    Parameters,
    PipelineState,
    Seconds,
    State,
    finish,
    initial_state,
    motion_known,
    step,
)
from unhurry.store import (
    Anchor,
    Batch,
    Decided,
    Now,
    Writer,
    Written,
    close_left_open,
    open_database,
)
from unhurry.store.rest import rest_before

from .dialogue import Dialogue
from .link_log import LinkLog
from .outbox import Outbox
from .prompting.offers import Told
from .sources import Arrived, LinkChanged, RecordingOpened, SourceItem, StrapLearnt, StrapWish, adjusted

_LIVE = "ble"
_TRIES, _REST_S = 30, 1.0
"""A try itself waits ten seconds for a lock: five minutes."""
_log = logging.getLogger(__name__)
_Done = TypeVar("_Done")


@dataclass(slots=True)
class _Current:
    """The recording being written."""

    id: int
    anchor: Anchor
    parameters: Parameters
    pipeline: PipelineState
    links: LinkLog
    reached_ms: int = 0
    last: Seconds | None = None


class Recorder:
    """Writes what a source brings. Make, use and close it on one worker thread.

    Raises DatabaseError when the file cannot be written.
    """

    def __init__(
        self,
        database: Path,
        settings: Settings,
        parameters: Parameters,
        practices: Practices,
        *,
        speed: float,
        seed: int | None = None,
    ) -> None:
        """`seed` decides how the lots fall that a wearer asked for; without one nobody can know."""
        self._database = open_database(database)
        close_left_open(self._database)
        self._writer = Writer(self._database)
        self._outbox = Outbox(self._writer)
        self._dialogue = Dialogue(
            self._database,
            self._writer,
            settings,
            practices,
            seed=secrets.randbits(64) if seed is None else seed,
        )
        self._parameters = parameters
        self._speed = speed
        self._current: _Current | None = None
        self._written: list[tuple[Batch, Written]] = []
        """What was written since the last follow-up: its offers are still to be shown."""
        self._writer.save_settings(settings.version, settings.as_json(), wall_ms=time.time_ns() // 1_000_000)

    def take(self, item: SourceItem) -> Told:
        """Take in one thing a source handed over."""
        match item:
            case RecordingOpened():
                return Told(wishes=self._open(item))
            case LinkChanged():
                return self._link(item)
            case Arrived():
                return self._arrived(item)
            case StrapLearnt():
                self._send(Batch(recording_id=self._recording().id, profiles=(item.profile,)))
                return Told()

    def end(self, cause: str, *, tries: int = _TRIES) -> None:
        """End the current recording, writing what was still open."""
        current, self._current = self._current, None
        if current is None:
            return
        rest = finish(current.pipeline)
        self._send(self._batch(current, rest, decisions=()))
        _patiently(lambda: self._writer.end_recording(current.id, current.reached_ms, cause), tries)

    def close(self, cause: str) -> None:
        """End the recording and close the database; whoever wants to stop is not kept waiting for it."""
        try:
            self.end(cause, tries=1)
        finally:
            self._database.close()

    def _open(self, item: RecordingOpened) -> tuple[StrapWish, ...]:
        self.end(item.ended)
        recording = item.recording
        live = recording.source == _LIVE
        parameters = adjusted(self._parameters, recording)
        # After the last recording has ended: its minutes are part of what is known.
        begins_ms = recording.anchor.wall_ms
        rest = _patiently(lambda: rest_before(self._database, begins_ms)) if live else None
        self._current = _Current(
            id=_patiently(lambda: self._writer.open_recording(recording)),
            anchor=recording.anchor,
            parameters=parameters,
            pipeline=initial_state(parameters, rest),
            links=LinkLog(live=live),
        )
        self._send(Batch(recording_id=self._current.id, now=self._now(self._current)))
        return _patiently(lambda: self._dialogue.begin(recording.anchor, live=live))

    def _link(self, item: LinkChanged) -> Told:
        current = self._recording()
        self._send(Batch(recording_id=current.id, links=(current.links.changed(item),)))
        return Told()

    def _arrived(self, item: Arrived) -> Told:
        current = self._recording()
        if item.speed is not None:
            self._speed = item.speed
        if len(item.arrivals) == 0:
            return Told()
        current.pipeline, output = step(current.parameters, current.pipeline, item.arrivals)
        current.reached_ms = int(item.arrivals.arrival_ms[-1])
        current.links.arrived(item.arrivals, output.minutes)
        if len(output.seconds) == 0:
            return Told()
        current.last = output.seconds
        now_ms = current.anchor.wall_ms + current.reached_ms
        wishes = () if self._outbox else self._dialogue.hear(current.anchor, now_ms)
        decisions = self._dialogue.decide(current.anchor, output.events, output.minutes)
        self._send(self._batch(current, output, decisions))
        if self._outbox:
            return Told(wishes=wishes)
        written, self._written = self._written, []
        offers, closed = self._dialogue.follow_up(current.anchor, now_ms, written)
        return Told(offers=offers, closed=closed, wishes=wishes)

    def _batch(self, current: _Current, output: Output, decisions: tuple[Decided, ...]) -> Batch:
        return Batch(
            recording_id=current.id,
            beats=output.beats,
            pending=output.pending,
            heart_rates=output.heart_rates,
            motion=output.motion,
            trunk=output.trunk,
            minutes=output.minutes,
            events=output.events,
            decisions=decisions,
            links=current.links.due(current.reached_ms),
            now=self._now(current),
        )

    def _now(self, current: _Current) -> Now:
        last = current.last
        if last is None:
            return Now(t_ms=current.reached_ms, speed=self._speed)
        return Now(
            t_ms=current.reached_ms,
            speed=self._speed,
            state=State(STATES[int(last.state[-1])]),
            level_bpm=float(last.level_bpm[-1]),
            baseline_bpm=float(last.baseline_bpm[-1]),
            spread_bpm=float(last.spread_bpm[-1]),
            motion_known=motion_known(current.pipeline),
        )

    def _send(self, batch: Batch) -> None:
        self._written += self._outbox.send(batch)

    def _recording(self) -> _Current:
        if self._current is None:
            raise RuntimeError("a source must open a recording before it hands over anything else")
        return self._current


def _patiently(work: Callable[[], _Done], tries: int = _TRIES) -> _Done:
    """Do what cannot be put off, and wait while another program holds the database or it cannot be written.

    Raises DatabaseError when it still cannot after so many `tries`, NotADatabase at once.
    """
    for _ in range(tries - 1):
        try:
            return work()
        except NotADatabase:
            raise
        except DatabaseError as error:
            _log.warning("waiting for the database: %s", error)
            time.sleep(_REST_S)
    return work()
