"""Waiting for what another task does, with an end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from unhurry.daemon.channels import Patience

QUICK = Patience(step_s=0.5, first_pause_s=0.02, longest_pause_s=0.1, late_s=30.0, close_s=1.0)
"""Long enough for a loopback, short enough for a test."""


async def until(holds: Callable[[], object], limit_s: float = 20.0) -> None:
    """Return as soon as `holds` says so; TimeoutError when it never does."""
    async with asyncio.timeout(limit_s):
        while not holds():  # noqa: ASYNC110 - what is waited for may be a file or a screen
            await asyncio.sleep(0.01)
