"""What the program that started us wants to hear: ready, how it goes, still alive, about to end.

In: news of link, page and loop. Out: datagrams to the socket in NOTIFY_SOCKET (systemd's sd_notify protocol),
at most one a second but for the last; without that variable, nothing. Signs of life follow the recorder: no
timer sends them, so a recorder that hangs falls silent and is started anew. Nothing here waits or raises.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping

from unhurry.daemon.prompting.offers import Closed, Offer
from unhurry.daemon.sources import LinkChanged
from unhurry.store import LinkState

_QUIET_S = 1.0
_SHARE = 4
"""Signs of life per time allowed: three may come late or be lost."""
_WORDS = {
    LinkState.NO_ADAPTER: "This computer shows no Bluetooth adapter.",
    LinkState.ADAPTER_OFF: "Bluetooth is switched off.",
    LinkState.NOT_PERMITTED: "Bluetooth may not be used.",
    LinkState.LOOKING: "Looking for the strap.",
    LinkState.TAKEN: "Another app seems to hold the strap.",
    LinkState.CONNECTING: "Connecting to the strap.",
    LinkState.SUBSCRIBED: "Connected; waiting for the first beat.",
    LinkState.RECEIVING: "Receiving beats.",
    LinkState.SILENT: "Connected, but no beats come.",
    LinkState.LOST: "The strap is out of reach.",
    LinkState.WAITING: "Waiting before the next try.",
    LinkState.PAUSED: "Paused.",
    LinkState.REPLAY: "Playing a recording.",
    LinkState.SIMULATED: "Living a simulated day.",
    LinkState.ENDED: "The recording has ended.",
}


class Notifier:
    """Tells the program that started us, if it listens. As a channel of the loop it hears of the link."""

    def __init__(
        self, address: str | None, watchdog_s: float | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._socket = _socket() if address is not None else None
        self._address = "" if address is None else _place(address)
        self._beat_s = None if watchdog_s is None else max(_QUIET_S, watchdog_s / _SHARE)
        self._beat_due_s = self._may_tell_s = clock()
        self._recording = self._listening = self._ready = False
        self._status: str = ""
        self._told: str = ""

    def heartbeat(self) -> None:
        """Hear that the recorder has taken something in. The first time, a recording has been opened."""
        self._recording = True
        self._tell(alive=True)

    def page_listens(self) -> None:
        """Hear that the page can be asked for, or that there is none to wait for."""
        self._listening = True
        self._tell(alive=False)

    def link(self, link: LinkChanged) -> None:
        """Keep the state of the link for the next heartbeat."""
        self._status = _WORDS.get(link.state, link.state.value)

    def offer(self, offer: Offer) -> None:
        """Keep it to ourselves: a status can be read beyond the page."""

    def closed(self, closed: Closed) -> None:
        """Keep it to ourselves."""

    def recording_ended(self) -> None:
        """Say that no heartbeat will follow, though the page stays."""
        self._send(["WATCHDOG_USEC=0", f"STATUS={_WORDS[LinkState.ENDED]} The page stays up."])

    def stopping(self) -> None:
        """Say that the end has begun. Nothing is told after it."""
        self._send(["STOPPING=1", "STATUS=Ending: hanging up and closing the recording."])
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _tell(self, *, alive: bool) -> None:
        if self._socket is None or not (self._recording and self._listening):
            return
        now_s = self._clock()
        if now_s < self._may_tell_s:
            return
        due = alive and self._beat_s is not None and now_s >= self._beat_due_s
        lines = [] if self._ready else ["READY=1"]
        if self._status != self._told:
            lines.append(f"STATUS={self._status}")
        if due:
            lines.append("WATCHDOG=1")
        if not lines or not self._send(lines):
            return
        self._ready, self._told, self._may_tell_s = True, self._status, now_s + _QUIET_S
        if due and self._beat_s is not None:
            self._beat_due_s = now_s + self._beat_s

    def _send(self, lines: list[str]) -> bool:
        if self._socket is None:
            return False
        try:
            self._socket.sendto("\n".join(lines).encode(), self._address)
        except OSError:
            # Nobody reads, or not fast enough. What matters is said again with the next heartbeat.
            return False
        return True


def notifier_from(environment: Mapping[str, str]) -> Notifier:
    """Return a notifier for what `environment` names; it stays silent where nothing usable is named."""
    address = environment.get("NOTIFY_SOCKET", "")
    usable = hasattr(socket, "AF_UNIX") and address[:1] in ("/", "@") and len(address) > 1
    return Notifier(address if usable else None, _watchdog_s(environment))


def _watchdog_s(environment: Mapping[str, str]) -> float | None:
    """Return how often a sign of life is wanted; None when none is, or from another process."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    try:
        allowed_us = int(environment.get("WATCHDOG_USEC", "0"))
    except ValueError:
        return None
    return allowed_us / 1_000_000 if allowed_us > 0 else None


def _place(address: str) -> str:
    return "\0" + address[1:] if address.startswith("@") else address


def _socket() -> socket.socket | None:
    try:
        made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    except OSError:
        return None
    made.settimeout(0)
    return made
