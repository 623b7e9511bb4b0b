"""What is written about the link of one recording: its changes, and the advice that holds.

In: changes of the link, arrivals, finished minutes. Out: `LinkMark`s. The link's own advice comes first;
where it has none, that of the care for the strap stands in, and each change of it is a mark of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace

from unhurry.signal import Arrivals, Minute
from unhurry.store import LinkMark

from .care import StrapCare
from .sources.items import LinkChanged

_log = logging.getLogger(__name__)


class LinkLog:
    """The link of one recording."""

    def __init__(self, *, live: bool) -> None:
        """Begin; a played or simulated day (`live` False) has no strap to care for."""
        self._care = StrapCare() if live else None
        self._link: LinkChanged | None = None
        self._written: LinkMark | None = None

    def changed(self, link: LinkChanged) -> LinkMark:
        """Take in a change of the link and return what to write about it."""
        self._link = link
        if self._care is not None:
            self._care.link(link)
        self._written = self._mark(link)
        return self._written

    def arrived(self, arrivals: Arrivals, minutes: Iterable[Minute]) -> None:
        """Take in what arrived, and the minutes that ended with it."""
        if self._care is not None:
            self._care.arrived(arrivals, minutes)

    def due(self, t_ms: int) -> tuple[LinkMark, ...]:
        """Return what to write now: one mark when the advice has changed, else none."""
        if self._link is None or self._written is None:
            return ()
        mark = replace(self._mark(self._link), t_ms=t_ms)
        if mark.advice == self._written.advice:
            return ()
        _log.info("advice: %s", mark.advice)
        self._written = mark
        return (mark,)

    def _mark(self, link: LinkChanged) -> LinkMark:
        cared = None if self._care is None else self._care.advice
        return LinkMark(
            t_ms=link.t_ms,
            state=link.state,
            device=link.device,
            address=link.address,
            battery_percent=link.battery_percent,
            advice=link.advice or (None if cared is None else cared.sentence),
            in_reach=link.in_reach,
        )
