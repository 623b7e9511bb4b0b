"""A call into the radio's software that is given a time, and left behind when it does not keep it.

`asyncio.timeout` alone is not enough: bleak tidies up inside `connect` and `disconnect` by calls that
bluetoothd may never answer, and a cancelled call that waits for such an answer waits for ever.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


async def bounded(call: Coroutine[Any, Any, Answer], limit_s: float, grace_s: float) -> Answer:
    """Await `call` for at most `limit_s`, plus `grace_s` for its tidying up.

    Returns its answer or raises what it raised. Raises TimeoutError when it is late. When the caller is
    cancelled, the call is cancelled too and has the same grace.
    """
    task = asyncio.ensure_future(call)
    try:
        await asyncio.wait({task}, timeout=limit_s)
    except asyncio.CancelledError:
        await _give_up(task, grace_s)
        raise
    if task.done():
        return task.result()
    await _give_up(task, grace_s)
    raise TimeoutError(f"no answer within {limit_s:g} s")


async def _give_up(task: asyncio.Future[Any], grace_s: float) -> None:
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=grace_s)
    if not done:
        _log.warning("a Bluetooth call does not come back and is left behind: %r", task)
        task.add_done_callback(_read_outcome)
    else:
        _read_outcome(task)


def _read_outcome(task: asyncio.Future[Any]) -> None:
    """Take note of how an abandoned call ended; unread, asyncio would report it as an error of ours."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.debug("an abandoned Bluetooth call ended with %r", error)
