"""The check of `doctor` on desktop notifications.

Offers appear on the page and in the terminal; a later version adds the desktop. So nothing here is a problem.
In: the session's bus on Linux. Out: one `Finding`.
"""

from __future__ import annotations

import asyncio
import sys

from .findings import Finding

_MEANWHILE = "offers appear on the page and in the terminal; the desktop comes with a later version"
_NAME, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"


def check_notifications() -> Finding:
    """Would this desktop show a notification?"""
    if sys.platform == "linux":
        return asyncio.run(_linux())
    if sys.platform == "darwin":
        return Finding.skipped("notifications", _MEANWHILE, "They are set in System Settings, Notifications.")
    return Finding.skipped("notifications", _MEANWHILE, "They are set in Settings, System, Notifications.")


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
                    "Install one if you want them then: dunst and mako are small.",
                )
            name, maker, version, _ = await bus.call(_NAME, _PATH, _NAME, "GetServerInformation")
    except BusUnreachable as error:
        return Finding.skipped(
            "notifications", f"the session's D-Bus is not to be reached ({error}); {_MEANWHILE}"
        )
    except (BusError, TimeoutError, ValueError) as error:
        return Finding.skipped("notifications", f"they do not answer ({error}); {_MEANWHILE}")
    return Finding.ok("notifications", f"{name} {version} by {maker} shows them; {_MEANWHILE}")
