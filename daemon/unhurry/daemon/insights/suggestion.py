"""What might be tried, from the wearer's labels: at most one thing, and only where it is more than chance.

In: counted moments (useful or not), the settings in force. Out: a `Suggestion` with its evidence, or None,
which is a fine answer. Pure; nothing here changes a setting.

Where movement was not known, no line tells walking from worry: that cause is asked first. Then comes the line
that would have left out most of what was not useful and hardly anything that was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from unhurry.config.trying import triable
from unhurry.signal import Parameters
from unhurry.store.labels import Label, LabelledMoment

from .lines import Line, better_line
from .share import Share

_SOME = 5
"""So many moments that were not useful before anything is said about them."""
_MOSTLY = 1 / 3
"""A cause is named when even the lower end of its interval is a third."""

_WELL_AIMED = 0.7
"""Lower end of the useful share from which Unhurry may be too reserved,"""
_SELDOM_H = 12.0
"""if it also finds less than one moment in so many hours worn."""
_LOWER_BY, _LOWEST_SCORE = 0.2, 1.2


class SuggestionKind(StrEnum):
    """What is suggested."""

    TELL_MOVEMENT = "tell_movement"
    """Mostly movement, and the strap does not tell it."""
    LESS_READY = "less_ready"
    """A higher line."""
    CONVERSATION = "conversation"
    """Mostly talking: tell Unhurry when a conversation begins."""
    MORE_READY = "more_ready"
    """Few moments, nearly all useful: a lower line."""


@dataclass(frozen=True, slots=True)
class Change:
    """A setting, by the name "What would I have got?" knows it by."""

    name: str
    present: float | bool
    proposed: float | bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to try, with what speaks for it."""

    kind: SuggestionKind
    change: Change | None = None
    cause: Share | None = None
    """How many of the moments that were not useful had this cause."""
    spared: Share | None = None
    """How many of those that were not useful the change would have left out, at least,"""
    lost: Share | None = None
    """and how many of those that were."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The settings as they are."""

    parameters: Parameters
    on_low_confidence: bool
    detection: dict[str, Any]
    """The `detection` section, as the store keeps it."""


def suggest(
    counted: Sequence[LabelledMoment], in_force: InForce, *, moments_found: int, hours_worn: float
) -> Suggestion | None:
    """Return one thing to try, or None.

    `moments_found` is how many moments there were under the settings in force, labelled or not; `hours_worn`
    for how long the heart was surely heard under them.
    """
    return (
        _tell_movement(counted, in_force)
        or _less_ready(counted, in_force)
        or _conversation(counted)
        or _more_ready(counted, in_force, moments_found, hours_worn)
    )


def _tell_movement(counted: Sequence[LabelledMoment], in_force: InForce) -> Suggestion | None:
    cause = _cause([moment for moment in counted if not moment.motion_known], Label.MOVED)
    if cause is None:
        return None
    # Where offers were asked for in spite of it, not to ask for them is what a setting can do.
    change = Change("on_low_confidence", present=True, proposed=False) if in_force.on_low_confidence else None
    return Suggestion(SuggestionKind.TELL_MOVEMENT, change, cause=cause)


def _conversation(counted: Sequence[LabelledMoment]) -> Suggestion | None:
    cause = _cause(counted, Label.TALKED)
    return None if cause is None else Suggestion(SuggestionKind.CONVERSATION, cause=cause)


def _cause(counted: Sequence[LabelledMoment], label: Label) -> Share | None:
    """Return the share of `label` in what was not useful, if that is mostly it."""
    others = [moment for moment in counted if moment.label is not Label.TENSE]
    share = Share(sum(moment.label is label for moment in others), len(others))
    return share if len(others) >= _SOME and share.low >= _MOSTLY else None


def _less_ready(counted: Sequence[LabelledMoment], in_force: InForce) -> Suggestion | None:
    known = 2 * sum(moment.motion_known for moment in counted) >= len(counted)
    alike = [moment for moment in counted if moment.motion_known == known]
    found = better_line(_lines(in_force.parameters, motion_known=known), alike)
    if found is None:
        return None
    return Suggestion(
        SuggestionKind.LESS_READY,
        Change(found.line.name, found.line.present, found.proposed),
        spared=found.spared,
        lost=found.lost,
    )


def _more_ready(
    counted: Sequence[LabelledMoment], in_force: InForce, moments_found: int, hours_worn: float
) -> Suggestion | None:
    useful = Share(sum(moment.label is Label.TENSE for moment in counted), len(counted))
    if useful.low < _WELL_AIMED or moments_found * _SELDOM_H > hours_worn:
        return None
    known = 2 * sum(moment.motion_known for moment in counted) >= len(counted)
    score = _lines(in_force.parameters, motion_known=known)[0]
    proposed = round(score.present - _LOWER_BY, 1)
    if proposed < _LOWEST_SCORE:
        return None
    return Suggestion(SuggestionKind.MORE_READY, Change(score.name, score.present, proposed))


def _lines(parameters: Parameters, *, motion_known: bool) -> tuple[Line, ...]:
    """Return the lines a moment had to cross that a wearer may try, the score first."""
    if motion_known:
        alone, score, sustain_s = "", parameters.on_score, parameters.sustain_s
    else:
        alone, score, sustain_s = "alone_", parameters.alone_on_score, parameters.alone_sustain_s
    on_score, sustain = f"{alone}on_score", f"{alone}sustain_s"
    return (
        Line(on_score, score, 0.1, _steps(on_score, score, 0.1, 30), lambda moment: moment.score_peak),
        Line(sustain, sustain_s, 10, _steps(sustain, sustain_s, 10, 24), lambda moment: moment.lasted_s),
    )


def _steps(name: str, present: float, step: float, most: int) -> int:
    """Return how often a line may be raised: never to where "What would I have got?" would refuse it."""
    known = triable(name)
    if known is None or known.most is None:
        return most
    return max(0, min(most, int((known.most - present) / step + 1e-6)))
