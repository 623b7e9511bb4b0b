"""The link to the strap: an explicit state machine that never gives up.

In: which strap is wanted, how long to wait for what. Out: `Heard` (bytes) and `LinkNews` (what changed), into
one inbox. The states are those of log, store and page. Each has one method, which does what the state means
and returns the next:

    waiting, lost, taken, no_adapter, adapter_off, not_permitted    tidy up, wait, open a search
    looking                                                         until a strap is heard
    connecting                                                      connect and subscribe
    subscribed, receiving, silent                                   by the age of the last frame, until lost

An error of the radio leads from any state to the one its cause means. Cancelling `run` hangs up in a bounded
time; it may be run again. In between the state is paused.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from unhurry.store import LinkState

from .causes import Cause, advice_for
from .choosing import Question
from .clocks import monotonic_ns
from .connection import Connection
from .finding import Search, StrapInReach, Wanted, choose
from .inbox import Heard, HeardInformation, Inbox, LinkNews
from .setbacks import Setbacks
from .timings import Timings, backoff_s
from .trouble import RADIO_ERRORS, Trouble, trouble_of

_log = logging.getLogger(__name__)
_SECOND_NS = 1_000_000_000
_PAUSED = "You paused measuring; it goes on when you say so, or tomorrow."


@dataclass(frozen=True, slots=True)
class _Next:
    """Where to go from a state, and what to tell the wearer there."""

    state: LinkState
    advice: str | None = None


def _advice(cause: Cause) -> str:
    return advice_for(cause, sys.platform)


class Link:
    """One strap, found again and kept connected for as long as `run` runs."""

    def __init__(self, inbox: Inbox, timings: Timings, *, name: str | None, remembered: str | None) -> None:
        self._inbox = inbox
        self._timings = timings
        self._name = name
        self._remembered = remembered
        self._state = LinkState.WAITING
        self._told: LinkNews | None = None
        self._device: str | None = None
        self._battery_percent: int | None = None
        self._search: Search | None = None
        self._found: StrapInReach | None = None
        self._connection: Connection | None = None
        self._stirred = asyncio.Event()
        self._renew = False
        self._setbacks = Setbacks()
        self._question = Question()
        self._last_beats_ns: int | None = None

    async def run(self) -> None:
        """Keep the link until cancelled."""
        self._state, self._renew = LinkState.WAITING, False
        self._setbacks.begin_anew()
        self._question.withdraw()
        listen = self._listen
        steps: dict[LinkState, Callable[[], Awaitable[_Next]]] = {
            LinkState.LOOKING: self._look,
            LinkState.CONNECTING: self._connect,
            LinkState.SUBSCRIBED: listen,
            LinkState.RECEIVING: listen,
            LinkState.SILENT: listen,
        }
        try:
            while True:
                try:
                    following = await steps.get(self._state, self._wait)()
                except RADIO_ERRORS as error:
                    following = self._failed(trouble_of(error))
                except Exception as error:  # noqa: BLE001 - logged; a day of beats matters more
                    # bleak lets KeyError and AssertionError through when BlueZ changes under its feet.
                    _log.exception("the Bluetooth library stumbled; trying again")
                    following = self._failed(trouble_of(error))
                self._enter(following)
        finally:
            await self._tidy_up()

    def renew(self) -> None:
        """Give up the connection, if there is one, and make a new one: the machine slept, and it is stale."""
        self._renew = True
        self._stirred.set()

    def prefer(self, address: str) -> None:
        """Look for this strap from now on; another that is connected is let go."""
        if address != self._remembered:
            self._battery_percent = None
        self._name, self._remembered, self._last_beats_ns = None, address, None
        self._question.withdraw()
        if self._state is LinkState.LOOKING:
            self._tell(None)
        if self._search is not None:
            self._search.want(self._wanted())
        if self._connection is not None and self._connection.strap.address != address:
            self.renew()

    def rest(self) -> None:
        """Tell that measuring is paused. Whoever cancels `run` sees to it that it is so."""
        self._enter(_Next(LinkState.PAUSED, _PAUSED))

    # What each state does.

    async def _wait(self) -> _Next:
        await self._tidy_up()
        await asyncio.sleep(backoff_s(self._setbacks.count, self._timings))
        return await self._open_search()

    async def _look(self) -> _Next:
        search = self._search
        if search is None:
            return await self._open_search()
        self._found = await search.found(self._ask)
        await search.stop()
        if self._found is not None and choose([self._found], self._wanted(), last_call=True) is None:
            self._found = None  # the wearer chose another one meanwhile
            return await self._open_search()
        if self._found is not None:
            if self._found.address != self._remembered:
                self._battery_percent = None
            self._device = self._found.name
            return _Next(LinkState.CONNECTING)
        self._setbacks.trust_connected = True
        self._question.settle(search.straps, self._wanted())
        await asyncio.sleep(self._timings.rest_s)
        return await self._open_search()

    async def _connect(self) -> _Next:
        if self._found is None:
            return _Next(LinkState.WAITING)
        self._search = None
        self._renew = False
        self._stirred.clear()
        self._connection = Connection(
            self._found, self._timings, self._on_heard, self._stirred.set, self._inbox.put
        )
        await self._connection.connect()
        return _Next(LinkState.SUBSCRIBED)

    async def _listen(self) -> _Next:
        connection, asked = self._connection, False
        while connection is not None and not connection.gone and not self._renew:
            state = connection.state(monotonic_ns())
            if state is LinkState.LOST:
                self._setbacks.lost(in_silence=True)
                return _Next(state, _advice(Cause.GONE))
            if state is not self._state:
                return self._heard_or_silent(state, connection)
            if state is LinkState.SILENT and not asked:
                asked = True
                if not await connection.answers():
                    self._setbacks.lost(in_silence=True)
                    return _Next(LinkState.LOST, _advice(Cause.GONE))
                continue
            self._note_telling(connection)
            await self._next_stir()
        if self._renew:
            return _Next(LinkState.WAITING)  # our own wish: nothing is lost
        self._setbacks.lost(in_silence=False)
        return _Next(LinkState.LOST, _advice(Cause.GONE))

    # Helpers.

    async def _open_search(self) -> _Next:
        trust = self._setbacks.trust_connected
        self._search = Search(self._wanted(), self._timings, trust_connected=trust)
        await self._search.start()
        return _Next(LinkState.LOOKING, self._question.advice)

    def _wanted(self) -> Wanted:
        last_ns = self._last_beats_ns
        loyal = last_ns is not None and monotonic_ns() - last_ns < self._timings.loyal_s * _SECOND_NS
        return Wanted(name=self._name, remembered=self._remembered, loyal=loyal)

    def _ask(self) -> None:
        """Ask between the straps heard so far, while the search goes on."""
        if self._search is not None and self._question.widen(self._search.straps, self._wanted()):
            self._tell(self._question.advice)

    def _heard_or_silent(self, state: LinkState, connection: Connection) -> _Next:
        if state is LinkState.SILENT:
            return _Next(state, _advice(Cause.QUIET))
        self._remembered = connection.strap.address
        self._setbacks.worked()
        self._question.withdraw()
        return _Next(state)

    def _failed(self, trouble: Trouble) -> _Next:
        self._question.withdraw()
        tried = self._found if self._state is LinkState.CONNECTING else None
        trouble = self._setbacks.failed(trouble, tried)
        return _Next(trouble.state, trouble.advice)

    def _on_heard(self, heard: Heard) -> None:
        self._last_beats_ns = heard.monotonic_ns
        self._inbox.put(heard)
        self._stirred.set()

    async def _next_stir(self) -> None:
        """Wait for a frame, the end of the connection, or the next look at the clock."""
        try:
            async with asyncio.timeout(self._timings.watch_s):
                await self._stirred.wait()
        except TimeoutError:
            return
        finally:
            self._stirred.clear()

    def _note_telling(self, connection: Connection) -> None:
        telling = connection.telling
        if telling.battery_percent is not None:
            self._battery_percent = telling.battery_percent
            self._tell(self._told.advice if self._told is not None else None)
        if (information := telling.take_information()) is not None:
            self._inbox.put(HeardInformation(monotonic_ns(), information))

    def _enter(self, following: _Next) -> None:
        if following.state is not self._state:
            _log.info("link %s -> %s (%s)", self._state, following.state, self._device or "no strap yet")
        self._state = following.state
        self._tell(following.advice)

    def _tell(self, advice: str | None) -> None:
        """Put the state into the inbox, unless it has just been told."""
        news = LinkNews(
            monotonic_ns=monotonic_ns(),
            state=self._state,
            device=self._device,
            address=self._remembered if self._state is LinkState.RECEIVING else None,
            battery_percent=self._battery_percent,
            advice=advice,
            in_reach=self._question.straps if self._state is LinkState.LOOKING else (),
        )
        if self._told is None or replace(news, monotonic_ns=self._told.monotonic_ns) != self._told:
            self._told = news
            self._inbox.put(news)

    async def _tidy_up(self) -> None:
        """Stop whatever runs, search or connection. Bounded; never raises."""
        search, self._search = self._search, None
        connection, self._connection = self._connection, None
        try:
            if search is not None:
                await search.stop()
        finally:
            if connection is not None:
                await connection.close()
