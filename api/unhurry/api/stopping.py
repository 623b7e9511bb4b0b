"""Ending live streams when the server ends.

uvicorn waits for open answers before it tells the app that it stops, and a live stream never ends by itself:
so whoever stops the server must say so here, or the signal that stops it does.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """Whether streams should end. Set from any thread."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def __bool__(self) -> bool:
        return self._event.is_set()

    def set(self) -> None:
        """Let every stream end within a moment."""
        self._event.set()

    @contextmanager
    def on_signals(self) -> Generator[None]:
        """Let the signals that stop the server end the streams first. Only the main thread may do that."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.getsignal(number) for number in _SIGNALS}

        def stop(number: int, frame: FrameType | None) -> None:
            self.set()
            handler = before[signal.Signals(number)]
            if callable(handler):
                handler(number, frame)

        for number, handler in before.items():
            # Python's own handlers, the default and "ignore" have nothing to do with a server: left as they
            # are.
            if callable(handler) and handler is not signal.default_int_handler:
                signal.signal(number, stop)
        try:
            yield
        finally:
            for number, handler in before.items():
                if signal.getsignal(number) is stop:
                    signal.signal(number, handler)
