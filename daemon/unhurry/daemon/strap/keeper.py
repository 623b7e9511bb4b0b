"""Keeping the link, and letting go of it while the wearer has paused measuring.

In: a link, wishes. Out: nothing; the link tells. A pause hangs up, so that the strap may sleep, and searches
for nothing until the wearer goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from ..sources.wishes import ChooseStrap, Pause, Resume, StrapWish
from .link import Link


class Keeper:
    """Runs `link` except while paused."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._turned = asyncio.Event()
        self.paused = False
        """What was last wished for; hanging up may take some seconds more."""

    async def run(self) -> None:
        """Keep or rest, until cancelled; then the link is closed in a bounded time."""
        while True:
            self._turned.clear()
            if self.paused:
                # Told again: while it was let go, the link may have had a last word of its own.
                self._link.rest()
                await self._turned.wait()
            else:
                await _until(self._turned, self._link.run())

    def wish(self, wish: StrapWish) -> None:
        """Take up a wish at once, whatever the link is doing; asking twice is harmless."""
        match wish:
            case ChooseStrap():
                self._link.prefer(wish.address)
            case Pause():
                if not self.paused:
                    self._turn(paused=True)
                    self._link.rest()
            case Resume():
                if self.paused:
                    self._turn(paused=False)

    def _turn(self, *, paused: bool) -> None:
        self.paused = paused
        self._turned.set()


async def _until(turned: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Do `work` until `turned`; either way it has tidied up when this returns. Raises what it raises."""
    working = asyncio.create_task(work)
    turning = asyncio.create_task(turned.wait())
    try:
        await asyncio.wait({working, turning}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        turning.cancel()
        await _ended(working)
    if not working.cancelled():
        working.result()


async def _ended(working: asyncio.Task[None]) -> None:
    working.cancel()
    try:
        await asyncio.wait({working})
    except asyncio.CancelledError:
        # Stopped in the middle of a pause's hanging up: that goes on, or the strap would stay connected.
        await asyncio.wait({working})
        raise
