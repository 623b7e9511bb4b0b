"""What a scripted strap is like.

In: nothing. Out: `StrapPlan`, `Information` and the UUIDs of what it offers.
"""

from __future__ import annotations

from dataclasses import dataclass

_BASE = "-0000-1000-8000-00805f9b34fb"
HEART_RATE = "0000180d" + _BASE
MEASUREMENT = "00002a37" + _BASE
BATTERY = "0000180f" + _BASE
BATTERY_LEVEL = "00002a19" + _BASE
INFORMATION = "0000180a" + _BASE
MANUFACTURER = "00002a29" + _BASE
MODEL = "00002a24" + _BASE
FIRMWARE = "00002a26" + _BASE
POLAR = "fb005c80-02e7-f387-1cad-8acd2d8df0c8"
POLAR_CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
POLAR_DATA = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"


@dataclass(frozen=True, slots=True)
class Information:
    """What the Device Information Service says."""

    manufacturer: str = "Polar Electro Oy"
    model: str = "H10"
    firmware: str = "5.0.0"


@dataclass(frozen=True, slots=True)
class StrapPlan:
    """One strap."""

    name: str = "Strap 0001"
    address: str = "C0:11:22:33:44:00"
    rssi_dbm: int = -50
    speed: float = 10.0
    """Seconds of the strap per second of the loop: frames come, and the heart beats, that much faster."""
    advert_s: float = 0.05
    """Time of the loop between two advertisements."""
    intervals: bool = True
    """False: only ever a heart rate."""
    beats_per_frame: int = 1
    """Frames wait until so many intervals are there."""
    wide_heart_rate: bool = False
    """16 bits for the heart rate."""
    energy: bool = False
    contact_supported: bool = True
    keeps_rate: bool = False
    """Off the body it goes on sending its last heart rate, as some do; otherwise 0."""
    battery_percent: int | None = 87
    """None: no Battery Service."""
    battery_readable: bool = True
    information: Information | None = None
    accelerometer: bool = False
    connected_before: bool = False
    """The computer is connected to it from the start: a process that was killed left it so."""
    intervals_1024: tuple[int, ...] | None = None
    """The heart, over and over; None for a quiet one that breathes."""


OTHER_STRAP = StrapPlan(name="Other strap", address="C1:11:22:33:44:01", rssi_dbm=-70)
