"""Offers in the terminal the service was started from: one quiet line, and where to answer.

In: offers. Out: text on standard output. It never waits for a key; the page answers.
"""

from __future__ import annotations

import sys

from ..recorder import Closed, Offer

_WORDS = {
    "start": "started",
    "not_now": "not now",
    "fine": "fine",
    "done": "done",
    None: "not answered; that is fine",
}


class TerminalChannel:
    """Writes offers to standard output."""

    def __init__(self, page: str | None) -> None:
        self._page = page
        self._standing: set[int] = set()

    def offer(self, offer: Offer) -> None:
        """Say it once."""
        self._standing.add(offer.prompt_id)
        where = f" Answer or breathe along at {self._page}" if self._page else ""
        self._say(f"{offer.at:%H:%M}  Your heart sped up while you seemed still. A slow breath?{where}")

    def closed(self, closed: Closed) -> None:
        """Say that it was answered, or has left."""
        if closed.prompt_id in self._standing:
            self._standing.discard(closed.prompt_id)
            self._say(f"       {_WORDS.get(closed.answer, closed.answer)}")

    @staticmethod
    def _say(text: str) -> None:
        # A closed pipe or a full disk behind standard output must not stop the recording.
        try:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
        except OSError:
            return
