"""What a way of showing offers has to do.

In: notices. Out: the wearer's answers. A channel may be slow and may raise: what drives it (`lane`) gives it
its time, tries again, and says what is wrong. A channel knows nothing of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from unhurry.store import Answer

Said = Callable[[int, Answer], None]
"""What a channel calls, from the event loop, with the offer's id and the wearer's answer to it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An offer in words that may be read by anybody who sees the screen: nothing of the body is in it."""

    prompt_id: int
    title: str
    body: str
    address: str | None
    """Where the practice is done; None without a page."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a channel."""

    step_s: float = 10.0
    """For one thing it is asked to do."""
    first_pause_s: float = 1.0
    longest_pause_s: float = 60.0
    """Between two tries; each pause is twice the one before."""
    late_s: float = 120.0
    """An offer that could not be shown by then comes too late to be one."""
    close_s: float = 3.0


class ChannelTrouble(Exception):  # noqa: N818 - says what it is
    """The channel cannot do that now; the text is a sentence for the wearer."""

    def __init__(self, sentence: str, *, again_s: float = 0.0) -> None:
        super().__init__(sentence)
        self.again_s = again_s
        """Not to be tried again before, when the other side says so."""


class ChannelAbsent(ChannelTrouble):
    """There is nothing here to show a notice on: no fault, and nobody is told of it unasked."""


class Channel(Protocol):
    """One way of showing offers. Every method may raise ChannelTrouble, and may be cancelled."""

    @property
    def name(self) -> str:
        """The name it has in the settings."""
        ...

    async def open(self, said: Said) -> None:
        """See that it can be used, and remember whom to tell of answers. Sends nothing."""
        ...

    async def show(self, notice: Notice) -> None:
        """Show a notice; showing it again replaces it."""
        ...

    async def clear(self, prompt_id: int) -> None:
        """Take a notice back; one that is not there any longer is no trouble."""
        ...

    async def listen(self, ready: Callable[[], None]) -> None:
        """Hear answers until cancelled, while notices are shown; call `ready` each time all is well."""
        ...

    async def close(self) -> None:
        """Let go of everything. Called once, last."""
        ...
