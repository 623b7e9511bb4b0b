"""The moments of a recording as they were kept, with what the wearer said of them.

In: a database, a recording. Out: frozen records, oldest first.
"""

from __future__ import annotations

from dataclasses import dataclass

from .database import Database
from .moments import Moment
from .records import Answer, DecisionKind, Reason
from .replaying import LivedRecording


@dataclass(frozen=True, slots=True)
class KeptMoment:
    """An event, its decision, and the wearer's words about it."""

    event_id: int
    recording_id: int
    start_s: float
    end_s: float | None
    confirmed: Moment
    kind: DecisionKind
    reason: Reason
    label: str | None
    answer: Answer | None
    felt: str | None


def kept_moments(database: Database, lived: LivedRecording) -> tuple[KeptMoment, ...]:
    """Return the events of a recording that were decided about."""
    rows = database.rows(
        """SELECT e.id, e.start_s, e.end_s, e.confirmed_s, d.kind, d.reason, e.label, p.answer, o.felt
        FROM events AS e JOIN decisions AS d ON d.event = e.id LEFT JOIN prompts AS p ON p.decision = d.id
        LEFT JOIN outcomes AS o ON o.event = e.id
        WHERE e.recording = ? ORDER BY e.number""",
        (lived.id,),
    )
    anchor = lived.anchor
    return tuple(
        KeptMoment(
            event_id=event_id,
            recording_id=lived.id,
            start_s=start_s,
            end_s=end_s,
            confirmed=Moment(anchor.wall_ms + round(confirmed_s * 1000), anchor.utc_offset_s),
            kind=DecisionKind(kind),
            reason=Reason(reason),
            label=label,
            answer=None if answer is None else Answer(answer),
            felt=felt,
        )
        for event_id, start_s, end_s, confirmed_s, kind, reason, label, answer, felt in rows
    )


def chosen_otherwise(database: Database, lived: LivedRecording) -> tuple[tuple[float, Reason], ...]:
    """Return when in a recording an offer would have been made and was not, and why.

    Chance can hold one back, for a wearer who asked for it, and there can be nothing left to offer.
    """
    rows = database.rows(
        "SELECT t_s, reason FROM decisions WHERE recording = ? AND reason IN (?, ?) ORDER BY t_s",
        (lived.id, Reason.WITHHELD_RANDOM, Reason.NOTHING_TO_OFFER),
    )
    return tuple((t_s, Reason(reason)) for t_s, reason in rows)


def held_for_notice(database: Database, lived: LivedRecording) -> tuple[float, ...]:
    """Return when in a recording offers waited because the heart was beyond one of the wearer's lines."""
    rows = database.rows(
        "SELECT t_s FROM decisions WHERE recording = ? AND reason = ? ORDER BY t_s", (lived.id, Reason.NOTICE)
    )
    return tuple(t_s for (t_s,) in rows)
