"""What the simulated wearer did besides having a heart: words of the morning, answers to its offers.

In: a database into which the morning has been recorded. Out: entries and answers in it, through the
doors a page uses.
"""

from __future__ import annotations

from pathlib import Path

from unhurry.store import Anchor, Answer, EntryDraft, Moment, open_database
from unhurry.store.events import events
from unhurry.store.journal import add_entry
from unhurry.store.paging import Window
from unhurry.store.prompts import Given, answer_prompt, prompts

from .day import SimulatedDay

_STORY = (Given(Answer.START), Given(Answer.DONE, felt="better", feeling="uneasy"))
"""How the simulated wearer takes an offer."""
_NEAR_MS = 10 * 60_000
"""A note belongs to a moment that began within ten minutes of what it is about."""


def live_the_morning(database: Path, day: SimulatedDay, anchor: Anchor, until_ms: int) -> None:
    """Write the notes of the time before `until_ms` and answer its offers. Raises DatabaseError."""

    def moment(t_ms: float) -> Moment:
        return Moment(anchor.wall_ms + round(t_ms), anchor.utc_offset_s)

    with open_database(database) as db:
        window = Window(start_wall_ms=anchor.wall_ms, end_wall_ms=anchor.wall_ms + until_ms)
        lived = events(db, window).items
        for note in day.notes:
            if note.written_s * 1000 >= until_ms:
                continue
            about = None if note.episode is None else moment(note.episode.start_s * 1000)
            near = tuple(
                event.id
                for event in lived
                if about is not None and abs(event.start.wall_ms - about.wall_ms) <= _NEAR_MS
            )
            draft = EntryDraft(
                body=note.text, about_wall_ms=None if about is None else about.wall_ms, events=near[:1]
            )
            add_entry(db, draft, moment(note.written_s * 1000))
        for offer in prompts(db, window).items:
            for number, given in enumerate(_STORY):
                at = offer.shown_wall_ms - anchor.wall_ms + 20_000 + number * 150_000
                answer_prompt(db, offer.id, given, moment(at))
