"""The parts of the strap source that need no radio: back-off, limits, errors in words, rows, choice, sleep."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from bleak.backends.device import BLEDevice
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
)
from hypothesis import given
from hypothesis import strategies as st

from unhurry.daemon.strap import Cause, StrapInReach, Timings, Trouble, trouble_of
from unhurry.daemon.strap.bounds import bounded
from unhurry.daemon.strap.causes import advice_for, link_state, what_is
from unhurry.daemon.strap.clocks import Clocks, clock_set, slept
from unhurry.daemon.strap.connection import state_by_age
from unhurry.daemon.strap.finding import Wanted, choose
from unhurry.daemon.strap.inbox import Heard
from unhurry.daemon.strap.rows import Refusals, Rows
from unhurry.daemon.strap.timings import backoff_s
from unhurry.signal import Kind
from unhurry.store import LinkState

TIMINGS = Timings()


def test_the_first_try_waits_for_nothing_and_each_failure_doubles_the_pause_up_to_the_cap() -> None:
    pauses = [backoff_s(failures, TIMINGS, lambda: 0.0) for failures in range(8)]
    assert pauses == [0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0]


@given(st.integers(1, 10**9), st.floats(0, 1, exclude_max=True))
def test_jitter_only_shortens_a_pause_and_never_to_nothing(failures: int, chance: float) -> None:
    full = backoff_s(failures, TIMINGS, lambda: 0.0)
    pause = backoff_s(failures, TIMINGS, lambda: chance)
    assert 0.7 * full <= pause <= full <= TIMINGS.backoff_cap_s


def _unavailable(reason: BleakBluetoothNotAvailableReason) -> BleakError:
    return BleakBluetoothNotAvailableError("no", reason)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (_unavailable(BleakBluetoothNotAvailableReason.NO_BLUETOOTH), Cause.NO_ADAPTER),
        (_unavailable(BleakBluetoothNotAvailableReason.NO_BLE_CENTRAL_ROLE), Cause.NO_ADAPTER),
        (_unavailable(BleakBluetoothNotAvailableReason.POWERED_OFF), Cause.ADAPTER_OFF),
        (_unavailable(BleakBluetoothNotAvailableReason.DENIED_BY_USER), Cause.NOT_PERMITTED),
        (_unavailable(BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM), Cause.NOT_PERMITTED),
        (_unavailable(BleakBluetoothNotAvailableReason.UNKNOWN), Cause.NO_SERVICE),
        (BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown", ["no"]), Cause.NO_SERVICE),
        (BleakDBusError("org.freedesktop.DBus.Error.Spawn.ChildExited", ["no"]), Cause.NO_SERVICE),
        (BleakDBusError("org.freedesktop.DBus.Error.AccessDenied", ["no"]), Cause.NOT_PERMITTED),
        (BleakDBusError("org.freedesktop.DBus.Error.UnknownObject", ["no"]), Cause.GONE),
        (BleakDBusError("org.bluez.Error.NotReady", ["Resource Not Ready"]), Cause.ADAPTER_OFF),
        (BleakDBusError("org.bluez.Error.InProgress", ["In Progress"]), Cause.BUSY),
        (BleakDBusError("org.bluez.Error.NotPermitted", ["Notify acquired"]), Cause.TAKEN),
        (BleakDBusError("org.bluez.Error.Failed", ["le-connection-abort-by-local"]), Cause.NO_ANSWER),
        (BleakDBusError("org.example.Never.Seen", []), Cause.UNKNOWN),
        (BleakDeviceNotFoundError("C0:11:22:33:44:00"), Cause.GONE),
        (BleakCharacteristicNotFoundError("2a37"), Cause.NO_HEART_RATE),
        (BleakError("adapter 'hci0' not found"), Cause.NO_ADAPTER),
        (BleakError("failed to discover services, device disconnected"), Cause.GONE),
        (PermissionError(13, "Permission denied"), Cause.NOT_PERMITTED),
        (TimeoutError(), Cause.NO_ANSWER),
        (KeyError("org.bluez.Device1"), Cause.UNKNOWN),
    ],
    ids=lambda value: value if isinstance(value, Cause) else type(value).__name__,
)
def test_each_error_of_the_radio_has_its_cause(error: BaseException, cause: Cause) -> None:
    assert trouble_of(error).cause is cause


@pytest.mark.parametrize(
    ("cause", "state"),
    [
        (Cause.NO_DBUS, LinkState.NO_ADAPTER),
        (Cause.NO_SERVICE, LinkState.NO_ADAPTER),
        (Cause.ADAPTER_OFF, LinkState.ADAPTER_OFF),
        (Cause.NOT_PERMITTED, LinkState.NOT_PERMITTED),
        (Cause.TAKEN, LinkState.TAKEN),
        (Cause.BUSY, LinkState.WAITING),
        (Cause.UNKNOWN, LinkState.WAITING),
    ],
)
def test_each_cause_is_one_of_the_states_the_page_knows(cause: Cause, state: LinkState) -> None:
    assert link_state(cause) is state


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_one_calm_sentence_of_advice_everywhere(cause: Cause, platform: str) -> None:
    for text in (advice_for(cause, platform), what_is(cause)):
        assert text.endswith(".")
        assert "!" not in text
        assert text.count(". ") == 0


def test_the_advice_against_a_missing_permission_names_the_place_on_each_system() -> None:
    words = {
        platform: Trouble(Cause.NOT_PERMITTED, "", platform).advice
        for platform in ("linux", "darwin", "win32")
    }
    assert "usermod" in words["linux"]
    assert "Privacy & Security" in words["darwin"]
    assert "Radios" in words["win32"]


@pytest.mark.parametrize(
    ("age_s", "heard", "state"),
    [
        (0.0, False, LinkState.SUBSCRIBED),
        (TIMINGS.first_frame_s, False, LinkState.LOST),
        (0.0, True, LinkState.RECEIVING),
        (TIMINGS.silent_s, True, LinkState.SILENT),
        (TIMINGS.recycle_s, True, LinkState.LOST),
    ],
)
def test_the_age_of_the_last_frame_decides(age_s: float, heard: bool, state: LinkState) -> None:
    assert state_by_age(age_s, TIMINGS, heard=heard) is state


def _strap(name: str, address: str, rssi_dbm: int | None, *, connected: bool = False) -> StrapInReach:
    return StrapInReach(name, address, rssi_dbm, None, connected, BLEDevice(address, name, None))


NEAR = _strap("Polar H10 1111", "C0:00:00:00:00:01", -40)
FAR = _strap("TICKR 2222", "C0:00:00:00:00:02", -80)


@pytest.mark.parametrize("name", ["TICKR 2222", "tickr", " 2222 ", "c0:00:00:00:00:02"])
def test_a_named_strap_is_taken_at_once_whatever_its_strength(name: str) -> None:
    assert choose([NEAR, FAR], Wanted(name=name), last_call=False) is FAR


def test_no_other_strap_stands_in_for_a_named_one() -> None:
    assert choose([NEAR, FAR], Wanted(name="H9"), last_call=True) is None


def test_the_remembered_strap_goes_before_a_stronger_one() -> None:
    assert choose([NEAR, FAR], Wanted(remembered=FAR.address), last_call=False) is FAR


def test_of_several_called_so_the_connected_one_comes_first_and_one_of_unknown_strength_last() -> None:
    unknown = _strap("TICKR A", "C0:00:00:00:00:03", None)
    connected = _strap("TICKR B", "C0:00:00:00:00:04", None, connected=True)
    assert choose([unknown, FAR], Wanted(name="tickr"), last_call=True) is FAR
    assert choose([FAR, connected], Wanted(name="tickr"), last_call=True) is connected


def _rows(*frames: bytes) -> tuple[list[tuple[int, Kind, float]], Refusals]:
    refusals = Refusals()
    rows = Rows(1_000_000_000, refusals)
    for number, data in enumerate(frames):
        rows.add(Heard(monotonic_ns=1_000_000_000 + number * 1_000_000_000, data=data))
    arrivals = rows.take()
    if arrivals is None:
        return [], refusals
    return [
        (int(ms), Kind(int(kind)), float(value))
        for ms, kind, value in zip(arrivals.arrival_ms, arrivals.kind, arrivals.value, strict=True)
    ], refusals


def test_each_interval_of_a_frame_is_one_beat_with_the_frames_arrival() -> None:
    rows, refusals = _rows(bytes([0x10, 60, 0x00, 0x04, 0x10, 0x04]), bytes([0x10, 61, 0xF0, 0x03]))
    assert rows == [(0, Kind.BEAT, 1024), (0, Kind.BEAT, 1040), (1000, Kind.BEAT, 1008)]
    assert not refusals.counts


def test_a_frame_without_intervals_is_a_heart_rate_and_zero_says_that_none_is_heard() -> None:
    rows, refusals = _rows(bytes([0x00, 72]), bytes([0x00, 0]))
    assert rows == [(0, Kind.HEART_RATE, 72), (1000, Kind.HEART_RATE, 0)]
    assert not refusals.counts


def test_fill_values_are_no_beats() -> None:
    rows, refusals = _rows(bytes([0x10, 72, 0, 0, 0xFF, 0xFF, 0x00, 0x04]), bytes([0x10, 72, 0, 0]))
    assert rows == [(0, Kind.BEAT, 1024), (1000, Kind.HEART_RATE, 72)]
    assert refusals.counts.total() == 3


@given(st.lists(st.binary(max_size=24), max_size=20))
def test_whatever_bytes_come_there_are_only_possible_rows(frames: list[bytes]) -> None:
    rows, _ = _rows(*frames)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert all(0 < value < 0xFFFF if kind is Kind.BEAT else 0 <= value <= 0xFFFF for _, kind, value in rows)


def test_a_reason_is_logged_once_and_counted_always(caplog: pytest.LogCaptureFixture) -> None:
    refusals = Refusals()
    for _ in range(999):
        refusals.note("too short", b"\x16")
    assert refusals.counts["too short"] == 999
    assert len(caplog.records) == 1


def _clocks(monotonic_s: float, awake_or_not_s: float) -> Clocks:
    return Clocks(round(monotonic_s * 1e9), round(awake_or_not_s * 1e9), 0, 0)


def test_sleep_is_seen_on_the_clock_that_counts_it_or_by_the_loops_standstill() -> None:
    before = _clocks(100, 100)
    assert not slept(before, _clocks(101, 101), TIMINGS)
    assert not slept(before, _clocks(110, 110.5), TIMINGS)
    assert slept(before, _clocks(100.2, 3700), TIMINGS)
    assert not slept(before, _clocks(3700, 3700), TIMINGS), "a busy machine, or a database that was locked"
    assert slept(before, replace(_clocks(3700, 3700), sleep_counted=False), TIMINGS)


def test_a_call_that_is_late_is_cancelled_and_one_that_ignores_it_is_left_behind() -> None:
    async def stubborn(release: asyncio.Event) -> None:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    async def main() -> None:
        with pytest.raises(TimeoutError):
            await bounded(asyncio.sleep(60), 0.01, 0.5)
        release = asyncio.Event()
        with pytest.raises(TimeoutError):
            await bounded(stubborn(release), 0.01, 0.01)
        release.set()
        assert await bounded(asyncio.sleep(0, "in time"), 5, 0.5) == "in time"

    asyncio.run(main())


def test_the_error_of_a_call_comes_through() -> None:
    async def failing() -> None:
        raise BleakError("adapter 'hci0' not found")

    with pytest.raises(BleakError, match="hci0"):
        asyncio.run(bounded(failing(), 5, 0.5))


def test_a_clock_that_is_set_is_told_from_one_that_drifts_and_from_sleep() -> None:
    before = Clocks(monotonic_ns=0, awake_or_not_ns=0, wall_ms=1_000_000, utc_offset_s=3600)

    def after(**changes: Any) -> bool:
        second = replace(before, monotonic_ns=10**9, awake_or_not_ns=10**9, wall_ms=before.wall_ms + 1000)
        return clock_set(before, replace(second, **changes), Timings())

    assert not after()
    assert not after(wall_ms=before.wall_ms + 3000)
    assert not after(awake_or_not_ns=3600 * 10**9, wall_ms=before.wall_ms + 3_600_000)
    assert after(wall_ms=before.wall_ms + 3_601_000)
    assert after(wall_ms=before.wall_ms - 3_600_000)
    assert after(utc_offset_s=7200)
