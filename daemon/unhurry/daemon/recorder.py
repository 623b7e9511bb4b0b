"""What happens to each thing a source hands over: through `step`, to a decision, into the store.

In: `SourceItem`s, one at a time, from one worker thread. Out: rows in the database, and the offers to
show. Nothing here waits or sleeps; the loop around it does.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from unhurry.config import DatabaseError, NotADatabase, Settings
from unhurry.signal import (
    STATES,
    ArousalEvent,
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
    DecisionKind,
    IntentKind,
    Moment,
    NewDecision,
    NewPrompt,
    Now,
    PolicyFacts,
    Writer,
    close_left_open,
    open_database,
    policy_facts,
)
from unhurry.store.intents import add_intent

from .link_log import LinkLog
from .outbox import Outbox
from .pausing import StrapWishes
from .prompting import Circumstances, Standing, answered, asked, decide, policy_time, standing_from
from .prompting.occasion import circumstances, local_time
from .prompting.offers import Closed, Offer, Told
from .sources import Arrived, LinkChanged, RecordingOpened, SourceItem, StrapLearnt, StrapWish, adjusted

_log = logging.getLogger(__name__)
_Row = TypeVar("_Row")
_DAY_MS = 86_400_000
_LIVE = "ble"


@dataclass(slots=True)
class _Current:
    """The recording being written."""

    id: int
    anchor: Anchor
    parameters: Parameters
    pipeline: PipelineState
    links: LinkLog
    reached_ms: int = 0
    decided: int = 0
    """Number of the last event that has its decision."""
    last: Seconds | None = None


class Recorder:
    """Writes what a source brings. Make, use and close it on one worker thread.

    Raises DatabaseError when the file cannot be written.
    """

    def __init__(
        self, database: Path, settings: Settings, parameters: Parameters, *, speed: float, practice: str
    ) -> None:
        self._database = open_database(database)
        close_left_open(self._database)
        self._writer = Writer(self._database)
        self._outbox = Outbox(self._writer)
        self._settings = settings
        self._parameters = parameters
        self._speed = speed
        self._practice = practice
        self._standing = Standing()
        self._strap_wishes = StrapWishes()
        self._current: _Current | None = None
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
                self._outbox.send(Batch(recording_id=self._recording().id, profiles=(item.profile,)))
                return Told()

    def end(self, cause: str) -> None:
        """End the current recording, writing what was still open."""
        current, self._current = self._current, None
        if current is None:
            return
        rest = finish(current.pipeline)
        self._outbox.send(self._batch(current, rest, decisions=()))
        self._writer.end_recording(current.id, current.reached_ms, cause)

    def close(self, cause: str) -> None:
        """End the recording and close the database."""
        try:
            self.end(cause)
        finally:
            self._database.close()

    def _open(self, item: RecordingOpened) -> tuple[StrapWish, ...]:
        self.end(item.ended)
        recording = item.recording
        parameters = adjusted(self._parameters, recording)
        self._current = _Current(
            id=self._writer.open_recording(recording),
            anchor=recording.anchor,
            parameters=parameters,
            pipeline=initial_state(parameters),
            links=LinkLog(live=recording.source == _LIVE),
        )
        self._outbox.send(Batch(recording_id=self._current.id, now=self._now(self._current)))
        if recording.source != _LIVE:
            # A recorded or simulated day starts with a clean slate; a real one remembers what was said.
            return ()
        return self._remember(recording.anchor)

    def _remember(self, anchor: Anchor) -> tuple[StrapWish, ...]:
        offset_s = anchor.utc_offset_s

        def facts_at(now_ms: int) -> PolicyFacts:
            midnight_ms = (now_ms + offset_s * 1000) // _DAY_MS * _DAY_MS - offset_s * 1000
            return policy_facts(self._database, day_start_wall_ms=midnight_ms, now_wall_ms=now_ms)

        now_ms = policy_time(anchor.wall_ms, facts_at(anchor.wall_ms).latest_wall_ms)
        facts = facts_at(now_ms)
        self._standing = standing_from(self._settings.prompts, facts, now_ms, offset_s)
        return self._strap_wishes.begin(facts.modes, now_ms, offset_s)

    def _link(self, item: LinkChanged) -> Told:
        current = self._recording()
        self._outbox.send(Batch(recording_id=current.id, links=(current.links.changed(item),)))
        return Told()

    def _arrived(self, item: Arrived) -> Told:
        current = self._recording()
        if len(item.arrivals) == 0:
            return Told()
        current.pipeline, output = step(current.parameters, current.pipeline, item.arrivals)
        current.reached_ms = int(item.arrivals.arrival_ms[-1])
        current.links.arrived(item.arrivals, output.minutes)
        if len(output.seconds) == 0:
            return Told()
        current.last = output.seconds
        now_ms = current.anchor.wall_ms + current.reached_ms
        wishes = () if self._outbox else self._hear(current, now_ms)
        decisions = self._decide(current, output.events)
        written = self._outbox.send(self._batch(current, output, decisions))
        if self._outbox:
            return Told(wishes=wishes)
        expired = _if_reachable(lambda: self._writer.expire_prompts(now_ms), ())
        # A stretch of hours at once can bring an offer and its end together: nobody is asked about the past.
        offers = tuple(
            Offer(prompt_id, local_time(current.anchor, decided.decision.t_s), decided.prompt.practice)
            for batch, ids in written
            for decided, prompt_id in zip(batch.decisions, ids.prompts, strict=True)
            if decided.prompt is not None and prompt_id is not None and prompt_id not in expired
        )
        closed = (*self._answers(current), *(Closed(prompt_id, None) for prompt_id in expired))
        return Told(offers=offers, closed=closed, wishes=wishes)

    def _decide(self, current: _Current, events: tuple[ArousalEvent, ...]) -> tuple[Decided, ...]:
        decisions: list[Decided] = []
        for event in events:
            if event.number <= current.decided:
                continue
            current.decided = event.number
            now = circumstances(current.anchor, event)
            self._standing, decision = decide(self._settings.prompts, self._standing, event, now)
            decisions.append(Decided(decision, self._prompt(decision, now)))
        return tuple(decisions)

    def _prompt(self, decision: NewDecision, now: Circumstances) -> NewPrompt | None:
        if decision.kind is not DecisionKind.PROMPT:
            return None
        expires_ms = now.policy_ms + self._settings.prompts.expiry_min * 60_000
        return NewPrompt(now.policy_ms, expires_ms, self._practice)

    def _hear(self, current: _Current, now_ms: int) -> tuple[StrapWish, ...]:
        """Take up the wearer's wishes; return those the source is to hear of."""
        offset_s = current.anchor.utc_offset_s
        intents = _if_reachable(lambda: self._writer.take_intents(now_ms), ())
        for intent in intents:
            self._standing = asked(self._standing, intent, offset_s)
        return self._strap_wishes.hear(intents, now_ms, offset_s)

    def _answers(self, current: _Current) -> tuple[Closed, ...]:
        closed: list[Closed] = []
        for said in self._writer.new_answers():
            self._standing = answered(
                self._settings.prompts,
                self._standing,
                said.answer,
                said.reason,
                said.wall_ms,
                current.anchor.utc_offset_s,
            )
            if said.reason == "driving":
                at = Moment(said.wall_ms, current.anchor.utc_offset_s)
                add_intent(self._database, IntentKind.DRIVING_START, {}, at)
            closed.append(Closed(said.prompt_id, said.answer.value))
        return tuple(closed)

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

    def _recording(self) -> _Current:
        if self._current is None:
            raise RuntimeError("a source must open a recording before it hands over anything else")
        return self._current


def _if_reachable(ask: Callable[[], tuple[_Row, ...]], otherwise: tuple[_Row, ...]) -> tuple[_Row, ...]:
    """Ask the database for something that can as well be asked a second later."""
    try:
        return ask()
    except NotADatabase:
        raise
    except DatabaseError as error:
        _log.info("asked again in a second: %s", error)
        return otherwise
