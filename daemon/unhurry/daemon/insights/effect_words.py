"""What the drawn moments say, in a sentence for the wearer.

In: an `Effect`. Out: one or two plain sentences, never more than the figures carry. Pure.
"""

from __future__ import annotations

from .learning import Effect, EffectVerdict

_SAY_THE_WAY = frozenset({EffectVerdict.HELPS, EffectVerdict.HINDERS})
"""Their sentences begin with lower or higher; the others leave it to the figures."""


def effect_sentence(effect: Effect) -> str:
    """Return what can be said now."""
    match effect.verdict:
        case EffectVerdict.LEARNING:
            return f"Still learning ({effect.n} of {effect.next_look})."
        case EffectVerdict.HELPS:
            return (
                f"After an offer your heart was lower than when Unhurry waited: {_by(effect)}. "
                f"Chance alone would seldom do this."
            )
        case EffectVerdict.HINDERS:
            return (
                f"After an offer your heart stayed higher than when Unhurry waited: {_by(effect)}. "
                "Fewer offers may suit you better."
            )
        case EffectVerdict.NO_DIFFERENT:
            no = "Not clearly" if _one_way(effect) else "No"
            return (
                f"{no} different from waiting, as far as {effect.looked_at} moments can tell: {_by(effect)}."
            )
        case EffectVerdict.OPEN:
            no = "No clear difference" if _one_way(effect) else "No difference to be seen"
            return (
                f"{no} in {effect.looked_at} moments, and too few to rule one out: "
                f"{_by(effect)}. The next look is at {effect.next_look} ({effect.n} so far)."
            )


def _one_way(effect: Effect) -> bool:
    """Whether the whole interval lies on one side: seen, but not beyond what three looks allow for chance."""
    return effect.low_bpm is not None and effect.high_bpm is not None and effect.low_bpm * effect.high_bpm > 0


def _by(effect: Effect) -> str:
    difference, low, high = effect.difference_bpm, effect.low_bpm, effect.high_bpm
    if difference is None or low is None or high is None:
        return "there was nothing to compare with"
    if _one_way(effect) and effect.verdict in _SAY_THE_WAY:
        least, most = sorted((abs(low), abs(high)))
        return (
            f"by {abs(difference):.1f} bpm over the next ten minutes (most likely {least:.1f} to {most:.1f})"
        )
    return f"{_way(difference)} over the next ten minutes (most likely {_way(low)} to {_way(high)})"


def _way(bpm: float) -> str:
    """Return a difference with its direction in a word, as a minus sign is easily overlooked."""
    rounded = round(bpm, 1)
    return "0.0 bpm" if rounded == 0 else f"{abs(rounded):.1f} bpm {'lower' if rounded < 0 else 'higher'}"
