"""Watches what a strap sends and keeps its profile.

In: decoded frames and news of the link, in arrival order; profiles kept earlier. Out: a `KeptProfile` when
there is something to keep, and whether the contact bit of this strap is to be believed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from unhurry.signal.frame import Frame
from unhurry.store import LinkState
from unhurry.store.profiles import KeptProfile

from .inbox import Heard, LinkNews
from .information import StrapInformation
from .profile import StrapProfile, dropped, learn, profile_from

_CONNECTED = frozenset({LinkState.SUBSCRIBED, LinkState.RECEIVING, LinkState.SILENT})
_SECOND_NS = 1_000_000_000
_MILLISECOND_NS = 1_000_000
KEEP_EVERY_S = 60
"""A source that is closed can hand out nothing more: at most this much of learning is lost then."""


class Learner:
    """The profile of the strap that is connected; belongs to one source."""

    def __init__(self, kept: Iterable[KeptProfile] = ()) -> None:
        """Begin with the profiles kept earlier, of each strap the one used last first."""
        self._known: dict[tuple[str, str | None], StrapProfile] = {}
        self._latest: dict[str, str | None] = {}
        for profile in map(profile_from, kept):
            self._known.setdefault((profile.address, profile.firmware), profile)
            self._latest.setdefault(profile.address, profile.firmware)
        self._profile: StrapProfile | None = None
        self._met = False
        """Whether it is the one that is connected: an address comes only with the first beat."""
        self._connected_ns: int | None = None
        self._silent = False
        self._heard_ns: int | None = None
        self._kept_ns: int | None = None
        self._changed = False

    @property
    def contact_trusted(self) -> bool:
        """Whether "off" of the connected strap's contact bit is to be believed."""
        return self._met and self._profile is not None and self._profile.habits.contact_trusted is True

    def frame(self, heard: Heard, frame: Frame) -> None:
        """Learn from one frame."""
        before_ns, self._heard_ns = self._heard_ns, heard.monotonic_ns
        if self._profile is None or not self._met:
            return
        interval_ms = None if before_ns is None else (heard.monotonic_ns - before_ns) // _MILLISECOND_NS
        habits = learn(self._profile.habits, heard.data, frame, interval_ms)
        self._remember(replace(self._profile, habits=habits))

    def news(self, news: LinkNews) -> None:
        """Learn from a change of the link which strap it is, what it tells, and how connections end."""
        if news.state not in _CONNECTED:
            self._ended(news)
            return
        self._silent = news.state is LinkState.SILENT
        if self._connected_ns is None:
            self._connected_ns = news.monotonic_ns
        if news.address is not None:
            self._meet(news.address)

    def told(self, told: StrapInformation) -> None:
        """Learn what the connected strap says about itself."""
        profile = self._profile
        if profile is None or not self._met:
            return
        if told.firmware is not None and told.firmware != profile.firmware:
            known = self._known.get((profile.address, told.firmware))
            # What was learnt while the firmware was not known belongs to this one.
            fresh = StrapProfile(profile.address) if profile.firmware is not None else profile
            profile = known or replace(fresh, firmware=told.firmware)
        self._remember(
            replace(
                profile,
                model=told.model or profile.model,
                manufacturer=told.manufacturer or profile.manufacturer,
            )
        )
        self._kept_ns = None

    def slept(self) -> None:
        """Forget when the connection began: that it ends now says nothing about the strap."""
        self._connected_ns = self._heard_ns = None

    def due(self, monotonic_ns: int, wall_ms: int) -> KeptProfile | None:
        """Return the profile when it is to be kept: once a minute, and when a connection has ended."""
        if not self._changed or self._profile is None:
            return None
        if self._kept_ns is not None and monotonic_ns - self._kept_ns < KEEP_EVERY_S * _SECOND_NS:
            return None
        self._changed = False
        self._kept_ns = monotonic_ns
        return self._profile.kept(wall_ms, wall_ms)

    def _meet(self, address: str) -> None:
        self._met = True
        if self._profile is not None and self._profile.address == address:
            return
        firmware = self._latest.get(address)
        self._profile = self._known.get((address, firmware)) or StrapProfile(address)

    def _ended(self, news: LinkNews) -> None:
        began_ns, self._connected_ns = self._connected_ns, None
        silent, self._silent = self._silent, False
        self._heard_ns = None
        met, self._met = self._met, False
        if began_ns is None or self._profile is None or not met:
            return
        if news.state is LinkState.LOST and not silent:
            lasted_s = (news.monotonic_ns - began_ns) / _SECOND_NS
            self._remember(replace(self._profile, habits=dropped(self._profile.habits, lasted_s)))
        self._kept_ns = None

    def _remember(self, profile: StrapProfile) -> None:
        self._profile = profile
        self._known[profile.address, profile.firmware] = profile
        self._latest[profile.address] = profile.firmware
        self._changed = True
