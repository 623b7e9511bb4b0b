"""What may make a practice unsuitable for somebody: a fixed vocabulary, the same in content and settings.

In: nothing. Out: `Exclusion`, and how each is said to a wearer.
"""

from __future__ import annotations

from enum import StrEnum


class Exclusion(StrEnum):
    """A reason to leave a practice out (conservative: breath holds and strong breathing above all)."""

    PREGNANCY = "pregnancy"
    HEART_OR_LUNG = "heart_or_lung"
    EPILEPSY = "epilepsy"
    FAINTING = "fainting"
    SURGERY = "surgery"
    INJURY = "injury"
    PANIC_WITH_BREATH = "panic_with_breath"
    """Watching the breath makes it worse."""
    DRIVING = "driving"
    """The wearer is often at the wheel."""


SAID: dict[Exclusion, str] = {
    Exclusion.PREGNANCY: "pregnancy",
    Exclusion.HEART_OR_LUNG: "a heart or lung condition",
    Exclusion.EPILEPSY: "epilepsy",
    Exclusion.FAINTING: "fainting",
    Exclusion.SURGERY: "a recent operation",
    Exclusion.INJURY: "an injury, or muscles that cramp",
    Exclusion.PANIC_WITH_BREATH: "unease when you watch your breath",
    Exclusion.DRIVING: "often being at the wheel",
}
