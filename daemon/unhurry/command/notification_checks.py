"""The checks of `doctor` on the ways of showing an offer, beyond the page and the terminal.

In: the settings of the channels; on Linux the session's bus. Out: `Finding`s. Nothing is sent: whether a
server takes a message is for `unhurry phone --try`.
"""

from __future__ import annotations

import asyncio
import sys
from importlib.util import find_spec

from unhurry.config import ChannelSettings

from .findings import Finding

_MEANWHILE = "offers appear on the page and in the terminal"
_NAME, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_EXTRA = "Install it: pip install 'unhurry[push]'"


def check_notifications(channels: ChannelSettings) -> Finding:
    """Would this desktop show an offer?"""
    if not channels.desktop:
        return Finding.skipped("notifications", f"switched off in the settings; {_MEANWHILE}")
    if find_spec("desktop_notifier") is None:
        return Finding.problem(
            "notifications",
            f"the package desktop-notifier is missing; {_MEANWHILE}",
            "Install Unhurry again.",
        )
    if sys.platform == "linux":
        return asyncio.run(_linux())
    if sys.platform == "darwin":
        return Finding.ok(
            "notifications",
            "offers are handed to the notification centre",
            "It shows them if System Settings, Notifications allows Python to; macOS tells nobody else.",
        )
    return Finding.ok(
        "notifications",
        "offers are handed to Windows",
        "It shows them unless Settings, System, Notifications says otherwise.",
    )


def check_push(channels: ChannelSettings) -> list[Finding]:
    """What the wearer has switched on to leave this computer: is what it takes installed?"""
    found: list[Finding] = []
    if channels.ntfy.on:
        if find_spec("httpx") is None:
            found.append(Finding.problem("phone", "the package httpx is missing", _EXTRA))
        else:
            found.append(
                Finding.ok(
                    "phone", f"offers go to {channels.ntfy.server}", "`unhurry phone --try` sends one."
                )
            )
    if channels.apprise:
        if find_spec("apprise") is None:
            found.append(Finding.problem("services", "the package apprise is missing", _EXTRA))
        else:
            count = len(channels.apprise)
            found.append(Finding.ok("services", f"offers go to {count} address{'es' * (count > 1)}"))
    return found


async def _linux() -> Finding:
    from .bus import BusError, BusUnreachable, opened, session_address  # noqa: PLC0415 - Linux alone has it

    address = session_address()
    if address is None:
        return Finding.skipped("notifications", f"no desktop session is in reach; {_MEANWHILE}")
    try:
        async with opened(address) as bus:
            if not await bus.has(_NAME):
                return Finding.skipped(
                    "notifications",
                    f"no program on this desktop shows notifications; {_MEANWHILE}",
                    "Install one if you want offers there, too: dunst and mako are small.",
                )
            name, maker, version, _ = await bus.call(_NAME, _PATH, _NAME, "GetServerInformation")
            abilities = (await bus.call(_NAME, _PATH, _NAME, "GetCapabilities"))[0]
    except BusUnreachable as error:
        return Finding.skipped(
            "notifications", f"the session's D-Bus is not to be reached ({error}); {_MEANWHILE}"
        )
    except (BusError, TimeoutError, ValueError) as error:
        return Finding.skipped("notifications", f"they do not answer ({error}); {_MEANWHILE}")
    how = "with buttons" if "actions" in abilities else "without buttons: a click on one opens the page"
    return Finding.ok("notifications", f"{name} {version} by {maker} shows offers, {how}")
