"""The checks of `doctor` on the way to the radio on Linux: D-Bus, BlueZ, the permission to use it, adapters.

In: the root of the file system, the surroundings. Out: a `Finding` for each of `CHECKS`. What stands in the
way first is the problem; what lies behind it could not be looked at. Starts no service, switches nothing.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from unhurry.daemon.strap.causes import Cause, advice_for

from .bus import Bus, BusError, BusUnreachable, Unreachable, opened, system_address
from .findings import Finding
from .membership import Membership, membership
from .rfkill import bluetooth_switches
from .surroundings import Surroundings

_DBUS, _SERVICE, _PERMISSION, _ADAPTER = "dbus", "bluetooth-service", "bluetooth-permission", "bluetooth"
CHECKS = (_DBUS, _SERVICE, _PERMISSION, _ADAPTER)

_BLUEZ = "org.bluez"
_GROUP = "bluetooth"
_UNITS = ("etc/systemd/system", "usr/lib/systemd/system", "lib/systemd/system")
_PROGRAMS = ("usr/libexec/bluetooth/bluetoothd", "usr/lib/bluetooth/bluetoothd", "usr/sbin/bluetoothd")


async def look(root: Path, place: Surroundings) -> list[Finding]:
    """Return the findings. Never waits longer than a few seconds."""
    address = system_address()
    try:
        async with opened(address) as bus:
            return [Finding.ok(_DBUS, f"D-Bus answers at {address}"), *await _service(bus, root, place)]
    except BusUnreachable as error:
        what = f"D-Bus is not to be reached at {address}: {error}"
        return [Finding.problem(_DBUS, what, _dbus_advice(error.why, root, place)), *_not_reached(_DBUS)]


def _dbus_advice(why: Unreachable, root: Path, place: Surroundings) -> str:
    match why:
        case Unreachable.MISSING | Unreachable.CLOSED if place.way_out is not None:
            return place.way_out
        case Unreachable.MISSING if shutil.which("dbus-daemon") or shutil.which("dbus-broker"):
            how = "systemctl start dbus" if _has_systemd(root) else "service dbus start"
            return f"Start D-Bus, through which Linux offers Bluetooth: `sudo {how}`."
        case Unreachable.MISSING:
            return "Start D-Bus, through which Linux offers Bluetooth; it is in your system's package `dbus`."
        case Unreachable.REFUSED | Unreachable.MUTE:
            return "Restart this computer: D-Bus has stopped, and much stands on it."
        case Unreachable.CLOSED:
            return "Start Unhurry as yourself, in a session of your own, not from inside a sandbox."
        case Unreachable.ADDRESS:
            return "Correct or remove the variable DBUS_SYSTEM_BUS_ADDRESS."


async def _service(bus: Bus, root: Path, place: Surroundings) -> list[Finding]:
    try:
        if not await bus.has(_BLUEZ):
            return _absent(root, place)
        answer = await bus.call(_BLUEZ, "/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")
    except TimeoutError:
        return _mute("it does not answer in time")
    except BusError as error:
        if error.name != "org.freedesktop.DBus.Error.AccessDenied":
            return _mute(str(error))
        return [
            Finding.ok(_SERVICE, "BlueZ is running"),
            _denied(membership(_GROUP), str(error), place),
            Finding.skipped(_ADAPTER, _BEHIND),
        ]
    return [
        Finding.ok(_SERVICE, "BlueZ is running and answers"),
        Finding.ok(_PERMISSION, "this program may use Bluetooth"),
        _adapters(answer[0], root, place),
    ]


def _mute(what: str) -> list[Finding]:
    advice = "Restart the Bluetooth service: `sudo systemctl restart bluetooth`."
    return [Finding.problem(_SERVICE, f"BlueZ is there, but: {what}", advice), *_not_reached(_SERVICE)]


def _absent(root: Path, place: Surroundings) -> list[Finding]:
    """BlueZ is not on the bus: is it installed, held back, waiting for an adapter, or just not started?"""
    units = [unit for folder in _UNITS if _lies(unit := root / folder / "bluetooth.service")]
    program = next((root / name for name in _PROGRAMS if (root / name).exists()), None)
    if place.way_out is not None:
        what, advice = "no BlueZ is in reach from here", place.way_out
    elif any(unit.is_symlink() and unit.readlink() == Path("/dev/null") for unit in units):
        what, advice = (
            f"BlueZ is held back ({units[0]} is masked)",
            "Let it go: `sudo systemctl unmask bluetooth; sudo systemctl enable --now bluetooth`.",
        )
    elif not units and program is None:
        what, advice = (
            "BlueZ, Linux's Bluetooth service, is not installed",
            "Install it: `sudo apt install bluez`, or the package of that name in your system.",
        )
    elif units and not kernel_adapters(root):
        # Its unit has ConditionPathIsDirectory=/sys/class/bluetooth: without an adapter it does not start.
        return [
            Finding.skipped(_SERVICE, "BlueZ is installed; it starts once there is an adapter"),
            Finding.skipped(_PERMISSION, _BEHIND),
            Finding.problem(_ADAPTER, "there is no Bluetooth adapter", _advice(Cause.NO_ADAPTER)),
        ]
    else:
        what = f"BlueZ is installed ({units[0] if units else program}) and not running"
        started = "`sudo service bluetooth start`."
        advice = _advice(Cause.NO_SERVICE) if _has_systemd(root) else f"Start it: {started}"
    return [Finding.problem(_SERVICE, what, advice), *_not_reached(_SERVICE)]


def _denied(member: Membership, why: str, place: Surroundings) -> Finding:
    """The policy of D-Bus says no; some systems make it a matter of a group."""
    if place.way_out is not None:
        advice = place.way_out
    elif member is Membership.NOT_YET:
        advice = "Log out and in again: this session began before your user came into the group bluetooth."
    elif member is Membership.NO:
        advice = _advice(Cause.NOT_PERMITTED)
    else:
        advice = "Ask who looks after this computer: the rules in /etc/dbus-1/system.d/bluetooth.conf say no."
    return Finding.problem(_PERMISSION, f"D-Bus does not let this program talk to BlueZ ({why})", advice)


def _adapters(objects: dict[str, Any], root: Path, place: Surroundings) -> Finding:
    found: list[tuple[str, bool]] = []
    for path, interfaces in sorted(objects.items()):
        if (properties := interfaces.get("org.bluez.Adapter1")) is not None:
            powered = properties.get("Powered")
            found.append((path.rsplit("/", 1)[-1], powered is not None and bool(powered.value)))
    if not found:
        return _none(root, place)
    seen = ", ".join(f"{name} is {'on' if on else 'off'}" for name, on in found)
    first = next((name for name, on in found if on), None)
    if first is not None:
        return Finding.ok(_ADAPTER, seen if len(found) == 1 else f"{seen}; Unhurry uses {first}")
    if any(switch.blocked for switch in bluetooth_switches(root)):
        return Finding.problem(_ADAPTER, f"{seen}, and blocked", _advice(Cause.ADAPTER_OFF))
    return Finding.problem(_ADAPTER, seen, _advice(Cause.ADAPTER_OFF))


def _none(root: Path, place: Surroundings) -> Finding:
    kernel = kernel_adapters(root)
    if kernel:
        return Finding.problem(
            _ADAPTER,
            f"the kernel has {', '.join(kernel)}, BlueZ does not show it",
            "Restart it: `sudo systemctl restart bluetooth`; `sudo dmesg | grep -i bluetooth` tells more.",
        )
    return Finding.problem(
        _ADAPTER, "there is no Bluetooth adapter", place.way_out or _advice(Cause.NO_ADAPTER)
    )


def kernel_adapters(root: Path) -> tuple[str, ...]:
    """Return the names of the adapters the kernel knows (`hci0`)."""
    # An open link shows as `hci0:1`.
    return tuple(
        entry.name for entry in sorted((root / "sys/class/bluetooth").glob("hci*")) if ":" not in entry.name
    )


def _advice(cause: Cause) -> str:
    return advice_for(cause, "linux")


_BEHIND = "not looked at: Bluetooth cannot be used yet"


def _not_reached(obstacle: str) -> list[Finding]:
    return [Finding.skipped(check, _BEHIND) for check in CHECKS[CHECKS.index(obstacle) + 1 :]]


def _has_systemd(root: Path) -> bool:
    return (root / "run/systemd/system").is_dir()


def _lies(path: Path) -> bool:
    return path.is_symlink() or path.exists()
