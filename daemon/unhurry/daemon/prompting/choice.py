"""What to offer, once the policy would speak: a practice, and for wearers who asked for it, by lot.

In: a decision to speak, the practices, what the wearer has put away, what came of earlier draws. Out: the
decision as it stands, with its offer and its draw. A wait that was drawn counts like an offer (the same
budget, the same cooldown): what comes next must not depend on how the lot fell.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from unhurry.config import DatabaseError, NotADatabase, Settings
from unhurry.config.content import Practices
from unhurry.store import Database, Decided, DecisionKind, NewDecision, NewPrompt, Reason
from unhurry.store.draws import drawn_moments
from unhurry.store.practices import retired_practices

from ..insights.drawing import SPEAK, Tried, draw
from .offers import candidates

_log = logging.getLogger(__name__)
_MINUTE_MS = 60_000


class Chooser:
    """Chooses for one wearer. `seed` decides how the lots fall; each moment has its own."""

    def __init__(self, database: Database, settings: Settings, practices: Practices, *, seed: int) -> None:
        self._database = database
        self._settings = settings
        self._practices = practices
        self._seed = seed
        self._put_away: frozenset[str] = frozenset()

    def decided(self, decision: NewDecision, at_ms: int, *, live: bool) -> Decided:
        """Return the decision with what it leads to. Lots are drawn for a life that is being lived only."""
        if decision.kind is not DecisionKind.PROMPT:
            return Decided(decision)
        names = candidates(self._practices, self._settings.practices, self._retired())
        if not names:
            return Decided(_held(decision, Reason.NOTHING_TO_OFFER))
        if not (live and self._settings.learning.randomise):
            return Decided(decision, self._prompt(names[0], at_ms))
        drawn = draw(names, self._tried(), seed=self._seed, at_ms=at_ms)
        decision = replace(decision, numbers={**decision.numbers, "chance_of_offer": SPEAK})
        if drawn.silent:
            return Decided(_held(decision, Reason.WITHHELD_RANDOM), draw=drawn)
        return Decided(decision, self._prompt(drawn.arm.name, at_ms), drawn)

    def _prompt(self, practice: str, at_ms: int) -> NewPrompt:
        return NewPrompt(at_ms, at_ms + self._settings.prompts.expiry_min * _MINUTE_MS, practice)

    def _retired(self) -> frozenset[str]:
        try:
            self._put_away = retired_practices(self._database)
        except NotADatabase:
            raise
        except DatabaseError as error:
            _log.info("chosen by what was known before: %s", error)
        return self._put_away

    def _tried(self) -> tuple[Tried, ...]:
        """Return the practices drawn before; without the file the lot is drawn evenly, and kept as such."""
        try:
            moments = drawn_moments(self._database)
        except NotADatabase:
            raise
        except DatabaseError as error:
            _log.info("drawn evenly: %s", error)
            return ()
        return tuple(Tried(moment.arm, moment.area_bpm_min) for moment in moments if moment.spoke)


def _held(decision: NewDecision, reason: Reason) -> NewDecision:
    return replace(decision, kind=DecisionKind.HELD, reason=reason)
