"""Were the moments worth noticing? What the wearer's labels say of Unhurry, never of the wearer.

In: the moments of the last three months with their labels, and the settings in force. Out: `Usefulness`.
Pure.

*Useful* is a moment the wearer calls tense. Moved, talked, coffee and wrong are not. Excitement is a heart
that was rightly heard and needs no help: it is counted apart. "I don't know" and no label count for nothing.
Moments found under other detection settings say nothing of these, so they are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from unhurry.store.labels import Label, LabelledMoment

from .share import Share
from .suggestion import InForce, Suggestion, suggest

DAYS = 90
"""Hearts and habits change: older labels are left in peace."""
ENOUGH = 8
"""Below this many labels it is too early to say."""

NOT_USEFUL = (Label.MOVED, Label.TALKED, Label.COFFEE, Label.WRONG)
COUNTED = frozenset({Label.TENSE, *NOT_USEFUL})


@dataclass(frozen=True, slots=True)
class LabelCount:
    """How often the wearer said so: of all moments, and of those with an offer."""

    label: Label
    every: int
    prompted: int


@dataclass(frozen=True, slots=True)
class Usefulness:
    """How many moments were useful, what the others were, and what might be tried."""

    every: Share
    prompted: Share
    """The same for moments that led to an offer."""
    labels: tuple[LabelCount, ...]
    """All of them, also those that count for nothing, in the order they are asked for."""
    unlabelled: int
    other_settings: int
    """Labelled moments left out because they were found under other detection settings."""
    suggestion: Suggestion | None

    @property
    def enough(self) -> bool:
        """Whether it is not too early to say."""
        return self.every.of >= ENOUGH


def usefulness(moments: Iterable[LabelledMoment], in_force: InForce, *, hours_worn: float) -> Usefulness:
    """Count the labels of `moments`; `hours_worn`: how long the settings in force have surely listened."""
    present: list[LabelledMoment] = []
    other_settings = 0
    for moment in moments:
        if moment.detection is None or moment.detection == in_force.detection:
            present.append(moment)
        elif moment.label is not None:
            other_settings += 1
    counted = [moment for moment in present if moment.label in COUNTED]
    every, prompted = _useful(counted), _useful([moment for moment in counted if moment.prompted])
    return Usefulness(
        every=every,
        prompted=prompted,
        labels=tuple(_count(label, present) for label in Label),
        unlabelled=sum(moment.label is None for moment in present),
        other_settings=other_settings,
        suggestion=suggest(counted, in_force, moments_found=len(present), hours_worn=hours_worn)
        if every.of >= ENOUGH
        else None,
    )


def _useful(counted: list[LabelledMoment]) -> Share:
    return Share(sum(moment.label is Label.TENSE for moment in counted), len(counted))


def _count(label: Label, moments: list[LabelledMoment]) -> LabelCount:
    found = [moment for moment in moments if moment.label is label]
    return LabelCount(label, len(found), sum(moment.prompted for moment in found))


def content_of(found: Usefulness) -> dict[str, Any]:
    """Return `found` as the store keeps it and the page reads it (docs/http.md)."""
    return {
        "days": DAYS,
        "enough": found.enough,
        "wanted": ENOUGH,
        "every": _share(found.every),
        "prompted": _share(found.prompted),
        "labels": [
            {"label": each.label.value, "every": each.every, "prompted": each.prompted}
            for each in found.labels
        ],
        "unlabelled": found.unlabelled,
        "other_settings": found.other_settings,
        "suggestion": None if found.suggestion is None else _suggestion(found.suggestion),
    }


def _share(share: Share) -> dict[str, float]:
    return {
        "count": share.count,
        "of": share.of,
        "low": round(share.low, 3),
        "high": round(share.high, 3),
    }


def _suggestion(made: Suggestion) -> dict[str, Any]:
    change = made.change
    return {
        "kind": made.kind.value,
        "setting": None
        if change is None
        else {"name": change.name, "present": change.present, "proposed": change.proposed},
        "cause": None if made.cause is None else _share(made.cause),
        "spared": None if made.spared is None else _share(made.spared),
        "lost": None if made.lost is None else _share(made.lost),
    }
