"""What has gone wrong in a row, and what follows from it.

In: failures, losses, and that it works. Out: how many there were, since the pauses grow with them; whether
the system's list of connected straps is to be believed; what to call a failure.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from unhurry.store import LinkState

from .causes import Cause
from .finding import StrapInReach
from .trouble import Trouble

_log = logging.getLogger(__name__)
_REFUSALS_UNTIL_TAKEN = 3
"""A strap that is heard and refuses this often in a row is probably held by another app."""


class Setbacks:
    """Belongs to one link."""

    def __init__(self) -> None:
        self.count = 0
        """Failures and losses since the last beat."""
        self.trust_connected = True
        """False: the system may list connections of a bluetoothd that is no more, or that are dead."""
        self._refusals = 0
        self._last: Trouble | None = None

    def begin_anew(self) -> None:
        """Make no pause before the next try."""
        self.count = 0

    def worked(self) -> None:
        """Beats come: whatever happens next, the strap is looked for at once and not after a grown pause."""
        self.count = 0
        self.trust_connected = True
        self._refusals = 0
        self._last = None

    def lost(self, *, in_silence: bool) -> None:
        """The connection is over; `in_silence`: nobody said so, and the system may still believe in it."""
        self.count += 1
        if in_silence:
            self.trust_connected = False

    def failed(self, trouble: Trouble, tried: StrapInReach | None) -> Trouble:
        """Count a failure and return what it comes to; `tried` is the strap that was being connected to."""
        self.count += 1
        if tried is not None:
            # A connection the system claims to have and cannot use is one of a bluetoothd that is no more.
            self.trust_connected = not tried.connected
            self._refusals += trouble.state is LinkState.WAITING
        if self._refusals >= _REFUSALS_UNTIL_TAKEN and trouble.state is LinkState.WAITING:
            trouble = replace(trouble, cause=Cause.TAKEN)
        # An adapter that stays away fails all day, in the same words: they are logged once.
        _log.log(logging.DEBUG if trouble == self._last else logging.INFO, "%s", trouble.detail)
        self._last = trouble
        return trouble
