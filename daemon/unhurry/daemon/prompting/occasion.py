"""Where and when an event was confirmed, as the policy wants to know it.

In: the recording's anchor, an event. Out: `Circumstances`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from unhurry.signal import ArousalEvent
from unhurry.store import Anchor

from .policy import Circumstances


def circumstances(anchor: Anchor | None, event: ArousalEvent, *, beyond_line: bool = False) -> Circumstances:
    """Return where and when `event` was confirmed; without an anchor the wall time is unknown."""
    if anchor is None:
        return Circumstances(round(event.confirmed_s * 1000), 0, None, beyond_line)
    return Circumstances(
        policy_ms=anchor.wall_ms + round(event.confirmed_s * 1000),
        utc_offset_s=anchor.utc_offset_s,
        local_time=local_time(anchor, event.confirmed_s).time(),
        beyond_line=beyond_line,
    )


def local_time(anchor: Anchor, t_s: float) -> datetime:
    """Return the local wall time of a moment of the recording, without a zone."""
    wall_ms = anchor.wall_ms + round(t_s * 1000) + anchor.utc_offset_s * 1000
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=wall_ms)).replace(tzinfo=None)
