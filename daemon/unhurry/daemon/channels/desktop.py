"""Notifications of the desktop, with buttons where the desktop has them.

In: notices. Out: answers, and the practice's page opened. Linux over the session's D-Bus, Windows by toasts,
macOS by its notification centre, which wants a signed program.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import threading
import warnings
import webbrowser
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from unhurry.store import Answer

from .channel import ChannelAbsent, ChannelTrouble, Notice, Said

if TYPE_CHECKING:
    from desktop_notifier.backends.base import DesktopNotifierBackend

_BUTTONS = ((Answer.START, "Start"), (Answer.NOT_NOW, "Not now"), (Answer.FINE, "I'm fine"))
_NOBODY = ("ServiceUnknown", "NameHasNoOwner", "NotSupported", "Spawn")
"""What D-Bus calls it when no program shows notifications here."""


class DesktopChannel:
    """Shows offers where this computer shows its notifications."""

    name = "desktop"

    def __init__(self, show_page: Callable[[str], None] | None = None) -> None:
        self._show_page = show_page or _open_in_browser
        self._backend: DesktopNotifierBackend | None = None
        self._said: Said | None = None

    async def open(self, said: Said) -> None:
        """Find the desktop. Raises ChannelAbsent where there is none, ChannelTrouble where it refuses."""
        self._said = said
        await self._connected()

    async def show(self, notice: Notice) -> None:
        """Show a notice without sound, for as long as the desktop shows such things."""
        from desktop_notifier import Button, Notification  # noqa: PLC0415 - see `_backend_class`

        backend = await self._connected()
        dispatched: list[bool] = []
        notification = Notification(
            title=notice.title,
            message=notice.body,
            buttons=tuple(
                Button(title, partial(self._pressed, notice, answer), identifier=answer.value)
                for answer, title in _BUTTONS
            ),
            on_clicked=partial(self._look_at, notice),
            on_dispatched=lambda: dispatched.append(True),
            identifier=_identifier(notice.prompt_id),
        )
        try:
            await backend.send(notification)
        except BaseException:
            self._let_go()
            raise
        if not dispatched:
            # The library logs what went wrong and goes on; a connection that failed once is not used again.
            self._let_go()
            raise ChannelTrouble("The desktop did not take the notification.")

    async def clear(self, prompt_id: int) -> None:
        """Take a notice from the screen and from the desktop's list."""
        backend, identifier = self._backend, _identifier(prompt_id)
        if backend is not None and identifier in await backend.get_current_notifications():
            await backend.clear(identifier)

    async def listen(self, ready: Callable[[], None]) -> None:
        """Answers come by themselves; on Linux the connection they come by is watched."""
        backend = await self._connected()
        ready()
        bus = _bus(backend)
        if bus is None:
            await asyncio.get_running_loop().create_future()
            return
        with contextlib.suppress(OSError, EOFError):
            await bus.wait_for_disconnect()
        if self._backend is backend:
            self._let_go()
            raise ChannelTrouble("The desktop session has gone away.")

    async def close(self) -> None:
        """Leave the desktop."""
        self._let_go()

    async def _connected(self) -> DesktopNotifierBackend:
        if self._backend is not None:
            return self._backend
        backend = _backend_class()("Unhurry", None)
        self._backend = backend
        try:
            allowed = await backend.request_authorisation()
            capabilities = await backend.get_capabilities()
        except Exception as error:
            self._let_go()
            raise _explained(error) from error
        except BaseException:
            self._let_go()
            raise
        if not capabilities:
            self._let_go()
            raise ChannelAbsent("This desktop shows no notifications of a program like this one.")
        if not allowed:
            self._let_go()
            raise ChannelTrouble("Notifications are not allowed: allow them in the system's settings.")
        return backend

    def _let_go(self) -> None:
        backend, self._backend = self._backend, None
        bus = _bus(backend)
        if bus is not None:
            with contextlib.suppress(Exception):
                bus.disconnect()

    def _pressed(self, notice: Notice, answer: Answer) -> None:
        if self._said is not None:
            self._said(notice.prompt_id, answer)
        if answer is Answer.START:
            self._look_at(notice)

    def _look_at(self, notice: Notice) -> None:
        if notice.address is not None:
            self._show_page(notice.address)


def _bus(backend: DesktopNotifierBackend | None) -> Any:
    """Return the connection a notifier of Linux has, once it has one; None elsewhere."""
    return getattr(backend, "bus", None)


def _identifier(prompt_id: int) -> str:
    return f"unhurry-{prompt_id}"


def _backend_class() -> type[DesktopNotifierBackend]:
    # Loaded late: a service without a desktop never needs it, and on macOS and Windows it takes its time.
    logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        # It asks asyncio for an event loop policy, which Python 3.14 advises against.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            from desktop_notifier.main import get_backend_class  # noqa: PLC0415
        except ImportError as error:
            raise ChannelTrouble(f"A part of Unhurry is missing ({error}): install it again.") from error
    return get_backend_class()


def _explained(error: Exception) -> ChannelTrouble:
    """Return what to raise for `error`: no desktop is no fault."""
    if isinstance(error, FileNotFoundError | ConnectionRefusedError | KeyError):
        return ChannelAbsent(f"There is no desktop session ({error}).")
    kind = f"{getattr(error, 'type', '')} {type(error).__name__}"
    if "InvalidAddress" in kind:
        return ChannelAbsent("There is no desktop session.")
    if any(word in kind for word in _NOBODY):
        return ChannelAbsent("No program on this desktop shows notifications.")
    return ChannelTrouble(f"The desktop's notifications cannot be used ({type(error).__name__}).")


def _open_in_browser(address: str) -> None:
    """Open the page, without waiting for the browser; where nothing can be seen, nothing is opened."""
    seen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not seen:
        return
    threading.Thread(target=webbrowser.open, args=(address,), name="browser", daemon=True).start()
