"""Why there is no link: the causes, the state of the link each means, and what helps against it.

In: a cause and the name of the system (`sys.platform`). Out: a state for log, store and page; one sentence
for the wearer.
"""

from __future__ import annotations

from enum import StrEnum

from unhurry.store import LinkState


class Cause(StrEnum):
    """Why there is no link."""

    NO_DBUS = "no_dbus"
    NO_SERVICE = "no_service"
    """The system answers, its Bluetooth service does not."""
    NO_ADAPTER = "no_adapter"
    ADAPTER_OFF = "adapter_off"
    NOT_PERMITTED = "not_permitted"
    NOT_IN_REACH = "not_in_reach"
    """Nothing was heard of a strap."""
    TAKEN = "taken"
    BUSY = "busy"
    """The adapter is still at another task."""
    GONE = "gone"
    """The strap, or what the system remembered of it, is not there any more."""
    NO_ANSWER = "no_answer"
    """The strap was heard, but does not answer."""
    NO_HEART_RATE = "no_heart_rate"
    """It answers, but offers no heart rate."""
    QUIET = "quiet"
    """It is connected and sends nothing."""
    UNKNOWN = "unknown"


_STATES: dict[Cause, LinkState] = {
    Cause.NO_DBUS: LinkState.NO_ADAPTER,
    Cause.NO_SERVICE: LinkState.NO_ADAPTER,
    Cause.NO_ADAPTER: LinkState.NO_ADAPTER,
    Cause.ADAPTER_OFF: LinkState.ADAPTER_OFF,
    Cause.NOT_PERMITTED: LinkState.NOT_PERMITTED,
    Cause.NOT_IN_REACH: LinkState.LOOKING,
    Cause.TAKEN: LinkState.TAKEN,
    Cause.QUIET: LinkState.SILENT,
}

_WHAT: dict[Cause, str] = {
    Cause.NO_DBUS: "D-Bus does not answer.",
    Cause.NO_SERVICE: "The Bluetooth service does not answer.",
    Cause.NO_ADAPTER: "There is no Bluetooth adapter.",
    Cause.ADAPTER_OFF: "Bluetooth is switched off.",
    Cause.NOT_PERMITTED: "Bluetooth may not be used from here.",
    Cause.NOT_IN_REACH: "No strap was heard.",
    Cause.TAKEN: "The strap is held by another program.",
    Cause.BUSY: "Bluetooth is busy.",
    Cause.GONE: "The link is lost.",
    Cause.NO_ANSWER: "Bluetooth does not answer in time.",
    Cause.NO_HEART_RATE: "The device offers no heart rate.",
    Cause.QUIET: "The strap sends nothing.",
    Cause.UNKNOWN: "Bluetooth reported something unexpected.",
}

_ANYWHERE: dict[Cause, str] = {
    Cause.NO_SERVICE: "The Bluetooth service does not answer: switch Bluetooth off and on again.",
    Cause.NO_ADAPTER: "No Bluetooth LE adapter was found: plug one in, or enable it in the system settings.",
    Cause.ADAPTER_OFF: "Switch Bluetooth on in the system settings; Unhurry goes on by itself.",
    Cause.NOT_PERMITTED: "Allow this program to use Bluetooth in the privacy settings of this computer.",
    Cause.NOT_IN_REACH: "No strap is in reach: wear it with damp electrodes; close apps that may hold it.",
    Cause.TAKEN: "Another app may hold your strap: close it, or allow a second link in the strap's own app.",
    Cause.BUSY: "Bluetooth is busy with something else; the next try comes by itself.",
    Cause.GONE: "The link to the strap is lost; Unhurry keeps looking for it.",
    Cause.NO_ANSWER: "The strap is there but does not answer; the next try comes by itself.",
    Cause.NO_HEART_RATE: "This device offers no heart rate: `unhurry scan` lists those that do.",
    Cause.QUIET: "The strap is connected but quiet: moisten the electrodes and see that it sits snugly.",
    Cause.UNKNOWN: "Bluetooth reported something unexpected; the next try comes by itself.",
}

_HERE: dict[tuple[str, Cause], str] = {
    ("linux", Cause.NO_DBUS): (
        "Start D-Bus, through which Linux offers Bluetooth (in a container, share the host's /run/dbus)."
    ),
    ("linux", Cause.NO_SERVICE): "Start the Bluetooth service: `sudo systemctl enable --now bluetooth`.",
    ("linux", Cause.NO_ADAPTER): (
        "No Bluetooth LE adapter was found: plug one in, or see with `rfkill list` whether it is blocked."
    ),
    ("linux", Cause.ADAPTER_OFF): (
        "Switch Bluetooth on, in the settings or with `rfkill unblock bluetooth; bluetoothctl power on`."
    ),
    ("linux", Cause.NOT_PERMITTED): (
        "Your user may not use Bluetooth: `sudo usermod -aG bluetooth $USER`, then log in again."
    ),
    ("darwin", Cause.NOT_PERMITTED): (
        "Allow your terminal to use Bluetooth: System Settings, Privacy & Security, Bluetooth."
    ),
    ("darwin", Cause.ADAPTER_OFF): "Switch Bluetooth on in the menu bar or in System Settings, Bluetooth.",
    ("win32", Cause.NOT_PERMITTED): "Allow apps to use Bluetooth: Settings, Privacy & security, Radios.",
    ("win32", Cause.ADAPTER_OFF): "Switch Bluetooth on: Settings, Bluetooth & devices.",
    ("win32", Cause.NO_ADAPTER): (
        "Windows shows no Bluetooth LE adapter: plug one in, or enable it in the Device Manager."
    ),
}


def link_state(cause: Cause) -> LinkState:
    """Return the state of the link while `cause` lasts; a failed try that has none of its own is WAITING."""
    return _STATES.get(cause, LinkState.WAITING)


def what_is(cause: Cause) -> str:
    """Return `cause` as one short sentence."""
    return _WHAT[cause]


def advice_for(cause: Cause, platform: str) -> str:
    """Return one sentence on what helps against `cause` on `platform`."""
    return _HERE.get((platform, cause)) or _ANYWHERE.get(cause) or _ANYWHERE[Cause.UNKNOWN]
