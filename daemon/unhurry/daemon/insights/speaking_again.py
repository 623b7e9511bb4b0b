"""Decided about again: the same policy, with the wishes and answers of those days.

In: recordings, the moments that would have been noticed, prompt settings. Out: `Relived` moments, each with
what would have come of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from unhurry.config import PromptSettings
from unhurry.signal import ArousalEvent
from unhurry.store import (
    Anchor,
    Answer,
    Batch,
    Database,
    Decided,
    DecisionKind,
    Moment,
    NewDecision,
    NewPrompt,
    Reason,
    Writer,
)
from unhurry.store.kept_moments import chosen_otherwise, held_for_notice
from unhurry.store.prompts import AnswerContradicts, Given, answer_prompt
from unhurry.store.replaying import LivedRecording
from unhurry.store.scratch import end_again, open_again, remember, scratch_database
from unhurry.store.wearer_then import AnswerThen, HeardWish, answers_of, wishes_of

from ..prompting import Standing, answered, asked, decide
from ..prompting.occasion import circumstances
from ..prompting.remembering import remembered

_NEVER_MS = 1 << 62
_NEVER_S = 1 << 40
_SAME_S = 120.0
"""A moment that is noticed so much sooner or later is still the one about which a lot was drawn, or that
fell into a notice."""
_SECOND_MS = 1000
"""What the wearer answers is taken up after the decisions of its second."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What came of a moment, and why."""

    kind: DecisionKind
    reason: Reason


@dataclass(frozen=True, slots=True)
class Relived:
    """A moment that was noticed, as it would have been, and what came of it."""

    recording_id: int
    anchor: Anchor
    event: ArousalEvent
    decision: NewDecision

    @property
    def confirmed(self) -> Moment:
        """When it was noticed."""
        wall_ms = self.anchor.wall_ms + round(self.event.confirmed_s * 1000)
        return Moment(wall_ms, self.anchor.utc_offset_s)

    @property
    def fate(self) -> Fate:
        """What came of it."""
        return Fate(self.decision.kind, self.decision.reason)


class Speaking:
    """The policy, over one recording after the other, with the wishes and answers of those days."""

    def __init__(
        self, settings: PromptSettings, kept: Database, recordings: Iterable[LivedRecording]
    ) -> None:
        self._settings = settings
        self._kept = kept
        self._scratch = scratch_database()
        recordings = tuple(recordings)
        remember(self._scratch, kept, recordings)
        self._writer = Writer(self._scratch)
        self._relived = frozenset(each.id for each in recordings)
        self._lived: LivedRecording | None = None
        self._standing = Standing()
        self._wishes: deque[HeardWish] = deque()
        self._answers: deque[AnswerThen] = deque()
        self._otherwise: tuple[tuple[float, Reason], ...] = ()
        self._beyond_line: tuple[float, ...] = ()
        self._decided: dict[int, NewDecision] = {}
        self._events: dict[int, ArousalEvent] = {}
        self._offers: list[tuple[int, int]] = []
        """When offers were made, and their ids in the scratch."""

    def begin(self, lived: LivedRecording) -> None:
        """Begin with a recording: knowing what was said and asked for before."""
        self._lived, self._decided, self._events = lived, {}, {}
        self._otherwise = chosen_otherwise(self._kept, lived)
        self._beyond_line = held_for_notice(self._kept, lived)
        self._wishes = deque(wishes_of(self._kept, lived))
        self._answers = deque(answers_of(self._kept, lived))
        open_again(self._scratch, lived)
        if lived.live:
            self._standing = remembered(self._settings, self._scratch, lived.anchor).standing
        else:
            self._standing = Standing()

    def take(self, events: Iterable[ArousalEvent]) -> None:
        """Decide about each moment that has no decision yet, and keep what is new of the others."""
        lived = self._lived
        if lived is None:
            return
        for event in events:
            self._events[event.number] = event
            if event.number in self._decided:
                continue
            beyond_line = any(_same(t_s, event.confirmed_s) for t_s in self._beyond_line)
            now = circumstances(lived.anchor, event, beyond_line=beyond_line)
            self._hear(lived.anchor.utc_offset_s, now.policy_ms)
            self._standing, decision = decide(self._settings, self._standing, event, now)
            if decision.kind is DecisionKind.PROMPT:
                decision = self._offered(lived, decision, now.policy_ms)
            self._decided[event.number] = decision

    def end(self) -> tuple[Relived, ...]:
        """End the recording; return its moments, oldest first."""
        lived, self._lived = self._lived, None
        if lived is None:
            return ()
        self._hear(lived.anchor.utc_offset_s, lived.anchor.wall_ms + lived.reached_ms + _SECOND_MS)
        end_again(self._scratch, self._kept, lived, told_until_s=_NEVER_S)
        return tuple(
            Relived(lived.id, lived.anchor, self._events[number], decision)
            for number, decision in sorted(self._decided.items())
        )

    def close(self) -> None:
        """Forget everything."""
        self._scratch.close()

    def _hear(self, offset_s: int, now_ms: int) -> None:
        """Take up what the wearer had said and asked for by now, in its order."""
        wishes, answers = self._wishes, self._answers
        while True:
            wish_ms = wishes[0].heard_wall_ms if wishes else _NEVER_MS
            answer_ms = answers[0].wall_ms + _SECOND_MS if answers else _NEVER_MS
            if min(wish_ms, answer_ms) > now_ms:
                return
            if wish_ms <= answer_ms:
                self._standing = asked(self._standing, wishes.popleft().intent, offset_s)
            else:
                self._answer(answers.popleft(), offset_s)

    def _answer(self, said: AnswerThen, offset_s: int) -> None:
        """Take up an answer, if the offer it was given to was made in this life, too, or before it."""
        if said.recording_id in self._relived:
            patience_ms = self._settings.expiry_min * 60_000
            near = [each for each in self._offers if abs(each[0] - said.shown_wall_ms) <= patience_ms]
            if not near:
                return
            _, prompt_id = min(near, key=lambda each: abs(each[0] - said.shown_wall_ms))
            if said.answer is not Answer.DONE:
                with suppress(AnswerContradicts):  # two offers then are one now
                    given = Given(said.answer, said.reason)
                    answer_prompt(self._scratch, prompt_id, given, Moment(said.wall_ms, offset_s))
        self._standing = answered(
            self._settings, self._standing, said.answer, said.reason, said.wall_ms, offset_s
        )

    def _offered(self, lived: LivedRecording, decision: NewDecision, now_ms: int) -> NewDecision:
        """Return what came of a wish to speak: the lot that was drawn at such a moment falls as it fell."""
        near = [reason for t_s, reason in self._otherwise if _same(t_s, decision.t_s)]
        if near:
            held = replace(decision, kind=DecisionKind.HELD, reason=near[0])
            self._writer.write_batch(Batch(recording_id=lived.id, decisions=(Decided(held),)))
            return held
        prompt = NewPrompt(now_ms, now_ms + self._settings.expiry_min * 60_000, practice="")
        batch = Batch(recording_id=lived.id, decisions=(Decided(decision, prompt),))
        (prompt_id,) = self._writer.write_batch(batch).prompts
        if prompt_id is not None:
            self._offers.append((now_ms, prompt_id))
        return decision


def _same(t_s: float, other_s: float) -> bool:
    return abs(t_s - other_s) <= _SAME_S
