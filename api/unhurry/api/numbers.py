"""Numbers on the wire: no more digits than they have meaning."""

from __future__ import annotations


def tenth(value: float | None) -> float | None:
    """Round to a tenth; None stays None."""
    return None if value is None else round(value, 1)


def thousandth(value: float | None) -> float | None:
    """Round to a thousandth; None stays None."""
    return None if value is None else round(value, 3)
