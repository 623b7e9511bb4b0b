"""When the wearer has to say which strap is theirs: between whom, and in what words.

In: straps that were heard, which one is wanted. Out: a `Question`. A strap never used
before is taken without asking only when it is the only one in reach and none is remembered: in a changing
room the strongest strap is as likely somebody else's.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from unhurry.store import StrapChoice

from .causes import Cause, advice_for
from .finding import StrapInReach, Wanted

_MOVED_DB = 15
"""Less than this is a turn of the body, and no news."""
_NUMBERS = {2: "Two", 3: "Three", 4: "Four", 5: "Five"}
_TAIL = 5
"""The end of an address that tells two straps of one name apart: `44:00`."""


class Question:
    """What there is to ask, over all searches until a strap is taken."""

    def __init__(self) -> None:
        self.straps: tuple[StrapChoice, ...] = ()
        """Those between which the wearer has to choose; none while no choice is due."""
        self.advice: str | None = None
        """The question, or why the last search was in vain."""

    def withdraw(self) -> None:
        """Ask nothing any longer."""
        self.straps, self.advice = (), None

    def widen(self, heard: Sequence[StrapInReach], wanted: Wanted) -> bool:
        """Ask between these too, while one listens; return whether that changed the question."""
        straps = joined(self.straps, choices(heard, wanted))
        if straps == self.straps:
            return False
        self.straps = straps
        self.advice = self._sentence(heard, wanted)
        return True

    def settle(self, heard: Sequence[StrapInReach], wanted: Wanted) -> None:
        """Ask between those that a whole search has heard."""
        self.straps = followed(self.straps, choices(heard, wanted))
        self.advice = self._sentence(heard, wanted)

    def _sentence(self, heard: Sequence[StrapInReach], wanted: Wanted) -> str:
        if self.straps:
            return advice_on(self.straps, own_missing=wanted.remembered is not None)
        if heard and wanted.name is not None:
            others = ", ".join(strap.name for strap in heard)
            return f"{wanted.name} is not in reach, but this is: {others}."
        return advice_for(Cause.NOT_IN_REACH, sys.platform)


def choices(straps: Iterable[StrapInReach], wanted: Wanted) -> tuple[StrapChoice, ...]:
    """Return the straps to ask about, by name, when `choose` has taken none of them at the last call.

    None while one strap was named, or the wearer's own was here a moment ago: these are waited for.
    """
    heard = list(straps)
    own_expected = wanted.name is not None or wanted.loyal
    if own_expected or any(strap.address == wanted.remembered for strap in heard):
        return ()
    if len(heard) <= 1 and wanted.remembered is None:
        return ()
    found = (StrapChoice(strap.name, strap.address, strap.rssi_dbm) for strap in heard)
    return tuple(sorted(found, key=_by_name))


def joined(told: Sequence[StrapChoice], heard: Iterable[StrapChoice]) -> tuple[StrapChoice, ...]:
    """Return `told` with those who came since: while one listens, nobody has left yet."""
    known = {choice.address for choice in told}
    return tuple(sorted((*told, *(each for each in heard if each.address not in known)), key=_by_name))


def followed(told: Iterable[StrapChoice], heard: Sequence[StrapChoice]) -> tuple[StrapChoice, ...]:
    """Return `heard`, with the strength each was told with as long as it has hardly changed."""
    before = {choice.address: choice for choice in told}
    return tuple(_steady(before.get(choice.address), choice) for choice in heard)


def advice_on(straps: Sequence[StrapChoice], *, own_missing: bool) -> str:
    """Return the question as a sentence of advice; `own_missing`: a strap is remembered and not in reach."""
    counts = Counter(strap.name for strap in straps)
    names = [
        strap.name if counts[strap.name] == 1 else f"{strap.name} ({strap.address[-_TAIL:]})"
        for strap in straps
    ]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    if own_missing:
        verb = "is" if len(names) == 1 else "are"
        said = f"Your strap is not in reach, but {listed} {verb}."
        which = "If you wear it, choose it" if len(names) == 1 else "If you wear one of them, choose it"
        return f"{said} {which} on the page or with --strap."
    return (
        f"{_NUMBERS.get(len(names), 'Several')} straps are in reach: {listed}."
        " Choose yours on the page or with --strap."
    )


def _steady(before: StrapChoice | None, now: StrapChoice) -> StrapChoice:
    if before is None or before.name != now.name or (before.rssi_dbm is None) != (now.rssi_dbm is None):
        return now
    moved_db = abs((before.rssi_dbm or 0) - (now.rssi_dbm or 0))
    return now if moved_db >= _MOVED_DB else before


def _by_name(choice: StrapChoice) -> tuple[str, str]:
    return choice.name, choice.address
