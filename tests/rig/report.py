"""A verdict as text. In: `Verdict`. Out: a table and what there is to complain of."""

from __future__ import annotations

from collections.abc import Iterator

from .faults import START
from .judge import Verdict

_ROW = "{:<24} {:>9} {:>9} {:>6} {:>10}  {}"


def report(verdict: Verdict) -> str:
    """Return everything worth reading."""
    return "\n".join(_lines(verdict))


def _lines(verdict: Verdict) -> Iterator[str]:
    yield _ROW.format("", "told", "back", "links", "in flight", "what the link said")
    for came in verdict.came:
        flight = f"{came.in_flight_lost} of {came.in_flight}" if came.in_flight else ""
        yield _ROW.format(
            came.fault,
            _seconds(came.told_after_s),
            _seconds(came.back_after_s),
            came.connections,
            flight,
            ", ".join(came.states),
        )
    backs = sorted(c.back_after_s for c in verdict.came if c.back_after_s is not None and c.fault != START)
    if backs:
        yield f"\nback: median {backs[len(backs) // 2]:.1f} s, longest {backs[-1]:.1f} s of {len(backs)}"
    yield (
        f"beats: {verdict.sent} sent, {verdict.stored} stored ({verdict.beating_s / 60:.1f} min), "
        f"{verdict.lost} lost, {verdict.surplus} doubled or invented, "
        f"{verdict.in_flight_lost} lost in flight, {verdict.after_the_end} sent while hanging up"
    )
    yield f"from strap to service: median {verdict.lag_s[0] * 1000:.0f} ms, longest {verdict.lag_s[1] * 1000:.0f} ms"
    yield f"movement: {verdict.motion} values; the end took {verdict.stop_took_s:.1f} s"
    if verdict.printed:
        yield "the service said:"
        yield from (f"    {line}" for line in verdict.printed)
    yield "\ncomplaints:" if verdict.complaints else "\nEvery beat is there once, every gap has its cause."
    yield from (f"    {complaint}" for complaint in verdict.complaints)


def _seconds(value: float | None) -> str:
    return "never" if value is None else f"{value:.1f} s"
