"""What the drawn moments say, in a sentence for the wearer.

In: an `Effect`. Out: one or two plain sentences, never more than the figures carry. Pure.
"""

from __future__ import annotations

from .learning import Effect, EffectVerdict


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
            return f"No different from waiting, as far as {effect.looked_at} moments can tell: {_by(effect)}."
        case EffectVerdict.OPEN:
            return (
                f"No difference to be seen in {effect.looked_at} moments, and too few to rule one out: "
                f"{_by(effect)}. The next look is at {effect.next_look} ({effect.n} so far)."
            )


def _by(effect: Effect) -> str:
    difference, low, high = effect.difference_bpm, effect.low_bpm, effect.high_bpm
    if difference is None or low is None or high is None:
        return "there was nothing to compare with"
    if low * high > 0:
        least, most = sorted((abs(low), abs(high)))
        return (
            f"by {abs(difference):.1f} bpm over the next ten minutes (most likely {least:.1f} to {most:.1f})"
        )
    return f"{_way(difference)} over the next ten minutes (most likely {_way(low)} to {_way(high)})"


def _way(bpm: float) -> str:
    """Return a difference with its direction in a word, as a minus sign is easily overlooked."""
    rounded = round(bpm, 1)
    return "0.0 bpm" if rounded == 0 else f"{abs(rounded):.1f} bpm {'lower' if rounded < 0 else 'higher'}"
