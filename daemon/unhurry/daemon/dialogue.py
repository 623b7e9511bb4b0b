"""What passes between Unhurry and the wearer: wishes, decisions, offers, answers.

In: events and minutes, and what stands in the database since the page wrote it. Out: decisions with their
offers, the notice of the day, what to show and to take back, wishes for the source. Runs on the recorder's
worker thread; nothing here waits.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from unhurry.config import DatabaseError, NotADatabase, Settings
from unhurry.config.content import Practices
from unhurry.signal import ArousalEvent, Minute
from unhurry.store import (
    Anchor,
    Batch,
    Database,
    Decided,
    IntentKind,
    Moment,
    Writer,
    Written,
)
from unhurry.store.intents import add_intent

from .noticing import Noticing
from .pausing import StrapWishes
from .prompting import Standing, answered, asked, decide
from .prompting.choice import Chooser
from .prompting.notice import complete_by
from .prompting.occasion import circumstances, local_time
from .prompting.offers import Closed, Offer
from .prompting.remembering import remembered
from .sources import StrapWish

_log = logging.getLogger(__name__)
_Row = TypeVar("_Row")


class Dialogue:
    """Remembers what was said, over recordings too."""

    def __init__(
        self, database: Database, writer: Writer, settings: Settings, practices: Practices, *, seed: int
    ) -> None:
        self._database = database
        self._writer = writer
        self._settings = settings.prompts
        self._noticing = Noticing(database, settings.notice)
        self._chooser = Chooser(database, settings, practices, seed=seed)
        self._live = False
        self._standing = Standing()
        self._strap_wishes = StrapWishes()
        self._drives: list[Moment] = []
        """Answers "I'm driving" that are to become wishes, which can be taken back."""
        self._decided = 0
        """Number of the last event of the recording that has its decision."""

    def begin(self, anchor: Anchor, *, live: bool) -> tuple[StrapWish, ...]:
        """Begin with a recording; return what its source does not know yet of earlier wishes.

        A recorded or simulated day (`live` False) starts with a clean slate; a real one remembers.
        """
        self._decided = 0
        self._live = live
        self._noticing.begin(anchor, live=live)
        if not live:
            return ()
        before = remembered(self._settings, self._database, anchor)
        self._standing = before.standing
        return self._strap_wishes.begin(before.modes, before.now_ms, anchor.utc_offset_s)

    def hear(self, anchor: Anchor, now_ms: int) -> tuple[StrapWish, ...]:
        """Take up the wearer's wishes; return those the source is to hear of."""
        offset_s = anchor.utc_offset_s
        intents = _if_reachable(lambda: self._writer.take_intents(now_ms))
        for intent in intents:
            self._standing = asked(self._standing, intent, offset_s)
        return self._strap_wishes.hear(intents, now_ms, offset_s)

    def decide(
        self, anchor: Anchor, events: Sequence[ArousalEvent], minutes: Sequence[Minute]
    ) -> tuple[Decided, ...]:
        """Decide about each event that has no decision yet, as things stood in its minute."""
        decisions: list[Decided] = []
        noticed = 0
        for event in events:
            if event.number <= self._decided:
                continue
            self._decided = event.number
            complete = complete_by(minutes, event.confirmed_s)
            self._noticing.take(anchor, minutes[noticed:complete])
            noticed = max(noticed, complete)
            now = circumstances(anchor, event, beyond_line=self._noticing.offers_wait)
            self._standing, decision = decide(self._settings, self._standing, event, now)
            decisions.append(self._chooser.decided(decision, now.policy_ms, live=self._live))
        self._noticing.take(anchor, minutes[noticed:])
        return tuple(decisions)

    def follow_up(
        self, anchor: Anchor, now_ms: int, written: Sequence[tuple[Batch, Written]]
    ) -> tuple[tuple[Offer, ...], tuple[Closed, ...]]:
        """Return the offers to show, now that they are written, and those to take back."""
        expired = _if_reachable(lambda: self._writer.expire_prompts(now_ms))
        # A stretch of hours at once can bring an offer and its end together: nobody is asked about the past.
        offers = tuple(
            Offer(prompt_id, local_time(anchor, decided.decision.t_s), decided.prompt.practice)
            for batch, ids in written
            for decided, prompt_id in zip(batch.decisions, ids.prompts, strict=True)
            if decided.prompt is not None and prompt_id is not None and prompt_id not in expired
        )
        return offers, (*self._answers(anchor), *(Closed(prompt_id, None) for prompt_id in expired))

    def _answers(self, anchor: Anchor) -> tuple[Closed, ...]:
        closed: list[Closed] = []
        offset_s = anchor.utc_offset_s
        for said in _if_reachable(self._writer.new_answers):
            self._standing = answered(
                self._settings, self._standing, said.answer, said.reason, said.wall_ms, offset_s
            )
            if said.reason == "driving":
                self._drives.append(Moment(said.wall_ms, offset_s))
            closed.append(Closed(said.prompt_id, said.answer.value))
        while self._drives and _if_reachable(lambda: (self._drive(self._drives[0]),)):
            self._drives.pop(0)
        return tuple(closed)

    def _drive(self, at: Moment) -> int:
        return add_intent(self._database, IntentKind.DRIVING_START, {}, at)


def _if_reachable(ask: Callable[[], tuple[_Row, ...]]) -> tuple[_Row, ...]:
    """Ask the database for something that can as well be asked a second later; nothing, until then."""
    try:
        return ask()
    except NotADatabase:
        raise
    except DatabaseError as error:
        _log.info("asked again in a second: %s", error)
        return ()
