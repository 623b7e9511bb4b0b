"""The terminal the service was started from: one quiet line for an offer, and for what stands in the way.

In: offers, news of the link. Out: text on standard output. It never waits for a key; the page answers.
"""

from __future__ import annotations

import sys
from contextlib import suppress

from unhurry.store import LinkState

from ..sources import LinkChanged
from .offers import Closed, Offer

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
        self._advised: str | None = None

    def link(self, link: LinkChanged) -> None:
        """Say what stands in the way, each thing once until it is past; a pause is the wearer's own."""
        if link.state is LinkState.RECEIVING:
            self._advised = None
        elif link.advice is not None and link.advice != self._advised:
            self._advised = link.advice
            self._say(link.advice if link.state is LinkState.PAUSED else f"No beats yet: {link.advice}")

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
        # No output at all, a closed pipe, a full disk behind it: none of these may stop the recording.
        if sys.stdout is None:
            return
        with suppress(OSError, ValueError):
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
