"""The accelerometer of a strap that has one and speaks Polar's measurement protocol (PMD).

In: a connected client. Out: notifications, each stamped with the monotonic clock and handed on undecoded with
the settings it was started with. Beats come first: whatever goes wrong here is logged once and costs no beat.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic

from unhurry.signal.polar import (
    ALREADY_RUNNING,
    SUCCESS,
    AccelerometerSettings,
    Answer,
    PolarFrameError,
    choose_settings,
    continue_answer,
    decode_answer,
    decode_settings,
    ends_stream,
    offers_accelerometer,
    settings_request,
    start_request,
    started,
    stop_request,
)

from .bounds import bounded
from .clocks import monotonic_ns
from .inbox import HeardAcceleration
from .timings import Timings
from .trouble import RADIO_ERRORS

_CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
_DATA = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
_SECOND_NS = 1_000_000_000
_TRIES = 3
"""A stream that cannot be had in so many tries in a row is asked for less often."""

_log = logging.getLogger(__name__)
_Returned = TypeVar("_Returned")


class _RefusedError(Exception):
    """The strap said no to a request."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"request {answer.op} refused: {answer.meaning}")
        self.answer = answer


_FAILURES: tuple[type[Exception], ...] = (*RADIO_ERRORS, PolarFrameError, _RefusedError)


class Accelerometer:
    """Keeps the acceleration of one connected strap coming; hands every frame to `on_heard`."""

    def __init__(
        self, client: BleakClient, name: str, timings: Timings, on_heard: Callable[[HeardAcceleration], None]
    ) -> None:
        self._client = client
        self._name = name
        self._timings = timings
        self._on_heard = on_heard
        self._answers: asyncio.Queue[bytes] = asyncio.Queue()
        self._ended = asyncio.Event()
        self._settings: AccelerometerSettings | None = None
        self._asked = False
        """It was asked to stream, whatever came of it."""
        self._heard_ns = 0
        self._subscriptions: set[int] = set()

    async def run(self) -> None:
        """Keep the stream running until cancelled, and start it again when it dries up.

        Returns when the strap has no accelerometer. Never raises.
        """
        failures = 0
        while True:
            try:
                control = await self._subscribed()
                if control is None:
                    return
                await self._start(control)
                await self._dried_up()
                failures = 0
                _log.info("%s: the acceleration has dried up", self._name)
            except _FAILURES as error:
                failures += 1
                _log.info("%s: no acceleration: %r", self._name, error)
            except Exception:  # noqa: BLE001 - logged; bleak stumbles when BlueZ changes under its feet
                failures += 1
                _log.exception("%s: no acceleration", self._name)
            often = failures < _TRIES
            await asyncio.sleep(
                self._timings.acceleration_rest_s if often else self._timings.acceleration_again_s
            )

    async def stop(self) -> None:
        """Ask the strap to stop, if it streams: otherwise it could not sleep. Bounded; never raises."""
        if not self._asked:
            return
        try:
            control = self._client.services.get_characteristic(_CONTROL)
            if control is not None:
                await self._answer(self._client.write_gatt_char(control, stop_request(), response=True))
        except Exception as error:  # noqa: BLE001 - the connection ends now, and with it, as a rule, the stream
            _log.debug("%s was not asked to stop its accelerometer: %r", self._name, error)

    async def _subscribed(self) -> BleakGATTCharacteristic | None:
        """Return the control point, subscribed to; None where there is no accelerometer behind it."""
        control = self._client.services.get_characteristic(_CONTROL)
        data = self._client.services.get_characteristic(_DATA)
        if control is None or data is None:
            return None
        for characteristic, listener in ((control, self._indicated), (data, self._notified)):
            if characteristic.handle in self._subscriptions:
                continue
            if not self._subscriptions and not await self._offered(control):
                return None
            await self._answer(self._client.start_notify(characteristic, listener))
            self._subscriptions.add(characteristic.handle)
        return control

    async def _offered(self, control: BleakGATTCharacteristic) -> bool:
        return offers_accelerometer(await self._answer(self._client.read_gatt_char(control)))

    async def _start(self, control: BleakGATTCharacteristic) -> None:
        offered = await self._ask(control, settings_request())
        settings = choose_settings(decode_settings(offered.parameters))
        self._asked = True
        try:
            granted = await self._ask(control, start_request(settings))
        except _RefusedError as refused:
            if refused.answer.status != ALREADY_RUNNING:
                raise
            # Left running by a program that was killed, perhaps with other settings.
            await self._ask(control, stop_request())
            granted = await self._ask(control, start_request(settings))
        self._settings = started(settings, granted.parameters)
        self._ended.clear()
        self._heard_ns = monotonic_ns()
        _log.info("%s: acceleration at %d Hz", self._name, settings.rate_hz)

    async def _dried_up(self) -> None:
        """Return when the strap has ended the stream, or nothing has come for a while."""
        while not self._ended.is_set():
            age_s = (monotonic_ns() - self._heard_ns) / _SECOND_NS
            if age_s >= self._timings.acceleration_stale_s:
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._timings.acceleration_stale_s - age_s):
                    await self._ended.wait()

    async def _ask(self, control: BleakGATTCharacteristic, request: bytes) -> Answer:
        """Return the answer to a request. Raises TimeoutError, PolarFrameError, _RefusedError."""
        while not self._answers.empty():
            self._answers.get_nowait()
        await self._answer(self._client.write_gatt_char(control, request, response=True))
        answer = decode_answer(await self._answer(self._answers.get()))
        while answer.op != request[0]:  # a late answer to a request nobody waits for any longer
            answer = decode_answer(await self._answer(self._answers.get()))
        while answer.more:
            answer = continue_answer(answer, await self._answer(self._answers.get()))
        if answer.status != SUCCESS:
            raise _RefusedError(answer)
        return answer

    async def _answer(self, call: Coroutine[Any, Any, _Returned]) -> _Returned:
        return await bounded(call, self._timings.answer_s, self._timings.grace_s)

    def _indicated(self, _sender: BleakGATTCharacteristic, data: bytearray) -> None:
        if ends_stream(data):
            self._ended.set()
        else:
            self._answers.put_nowait(bytes(data))

    def _notified(self, _sender: BleakGATTCharacteristic, data: bytearray) -> None:
        self._heard_ns = monotonic_ns()
        if self._settings is not None:
            self._on_heard(HeardAcceleration(self._heard_ns, bytes(data), self._settings))
