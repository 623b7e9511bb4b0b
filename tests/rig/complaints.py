"""What there is to complain of in a day, apart from its beats.

In: what the strap did, what the database holds. Out: sentences; and what the judge counts with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from unhurry.daemon.strap import Timings
from unhurry.signal import Parameters

from .kept import Kept, KeptLink
from .truth import Truth

SLACK_S = 0.5
_NOT_A_CAUSE = frozenset({"connecting", "subscribed", "receiving"})
_MINUTES_WITHOUT = frozenset({"no_link", "off_body", "suspended", "paused"})


def about_gaps(kept: Kept) -> Iterator[str]:
    """Complain of stretches in which the wearer should have been told why nothing comes."""
    timings = Timings()
    longest_s = timings.silent_s + timings.watch_s + SLACK_S
    for before, after in zip(kept.beats, kept.beats[1:], strict=False):
        if after.arrived_s - before.arrived_s > longest_s and not any(
            states_between(kept.links, before.arrived_s, after.arrived_s)
        ):
            length_s = after.arrived_s - before.arrived_s
            yield f"no cause for {length_s:.0f} s without beats from {moment(before.arrived_s, kept)}"
    for gap in kept.gaps:
        if not gap.cause:
            yield f"v_gaps knows no cause from {moment(gap.start_s, kept)}"


def about_minutes(kept: Kept) -> Iterator[str]:
    """Complain of minutes that are not accounted for, or wrongly."""
    for began_s, ended_s, _ in kept.recordings:
        counted = sum(
            minute.seconds for minute in kept.minutes if began_s - SLACK_S <= minute.start_s <= ended_s
        )
        if abs(counted - (ended_s - began_s)) > 2.0:
            yield f"{ended_s - began_s:.0f} s were recorded, the minutes account for {counted} s"
    parameters = Parameters()
    unjudged_s = parameters.bridge_s + parameters.fresh_s + 2.0
    arrived = [beat.arrived_s for beat in kept.beats]
    for minute in kept.minutes:
        seconds = [minute.start_s + second for second in range(minute.seconds)]
        ages = [at_s - max((a for a in arrived if a <= at_s), default=arrived[0] - 1e9) for at_s in seconds]
        without = minute.state in _MINUTES_WITHOUT
        if not without and sum(age > unjudged_s for age in ages) * 2 > len(ages):
            yield f"the minute at {moment(minute.start_s, kept)} is {minute.state}, but had hardly a beat"
        if without and max(ages) < parameters.fresh_s:
            yield f"the minute at {moment(minute.start_s, kept)} is {minute.state}, but had all its beats"


def about_acceleration(truth: Truth, kept: Kept) -> Iterator[str]:
    """Complain of an accelerometer that was not started, or not stopped."""
    if kept.motion == 0:
        yield "no movement was stored"
    for from_s in truth.connected_s:
        to_s = first_from(truth.disconnected_s, from_s) or kept.stop_s
        if to_s - from_s > 30 and not any(from_s <= at_s <= to_s for at_s in truth.acceleration_started_s):
            yield f"the accelerometer was not started in the connection of {moment(from_s, kept)}"
    if not any(at_s >= kept.stop_s for at_s in truth.acceleration_stopped_s):
        yield "the accelerometer was not stopped at the end"


def about_the_end(truth: Truth, kept: Kept) -> Iterator[str]:
    """Complain of what the service left behind."""
    if kept.status != 0:
        yield f"the service ended with status {kept.status}"
    if first_from(truth.disconnected_s, kept.stop_s) is None:
        yield "the strap was not let go at the end"
    if kept.left_over:
        yield f"the database was left open: {', '.join(kept.left_over)}"
    for _, _, cause in kept.recordings[-1:]:
        if cause != "stopped":
            yield f"the last recording ended as {cause}"
    if any("Traceback" in line for line in kept.printed):
        yield "the service printed a traceback"


def first_from(times_s: Iterable[float], from_s: float) -> float | None:
    """Return the first of the times that is not before `from_s`."""
    return next((at_s for at_s in times_s if at_s >= from_s), None)


def moment(at_s: float, kept: Kept) -> str:
    """Return a moment as seconds since the service was started."""
    return f"{at_s - kept.pulled[0].began_s:.1f} s"


def states_between(links: Iterable[KeptLink], from_s: float, to_s: float) -> Iterator[str]:
    """Yield what the link said besides that all is well, in order, without repetitions."""
    before = None
    for link in links:
        if from_s - SLACK_S <= link.at_s <= to_s and link.state != before:
            before = link.state
            if link.state not in _NOT_A_CAUSE:
                yield link.state
