"""A `dbus-daemon` of our own, at an address of its own, that cannot outlive the tests.

In: a folder. Out: a bus at `address`, as often as it is started. It answers by the time `start` returns.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

_CONFIGURATION = """\
<busconfig>
  <listen>{address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true"/>
    <allow receive_type="method_call"/>
    <allow receive_type="signal"/>
    <allow receive_requested_reply="true"/>
    {more}
  </policy>
</busconfig>
"""
_DENIED = '<deny send_destination="org.bluez" send_type="method_call"/>'
# The daemon ends with its standard input: also when the tests are killed and clean up nothing.
_TIED = '"$@" </dev/null & read -r _; kill $!; wait $! 2>/dev/null; exit 0'


class PrivateBus:
    """One bus. Restarting it keeps the address."""

    def __init__(self, folder: Path, *, permitted: bool = True) -> None:
        """Prepare a bus in `folder`; with `permitted` False its policy lets nobody speak to `org.bluez`."""
        self.address = f"unix:path={folder / 'bus'}"
        self._socket = folder / "bus"
        self._configuration = folder / "bus.conf"
        self._configuration.write_text(
            _CONFIGURATION.format(address=self.address, more="" if permitted else _DENIED)
        )
        self._daemon: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it listens."""
        program = shutil.which("dbus-daemon")
        if program is None:
            raise FileNotFoundError("dbus-daemon is not installed")
        self._socket.unlink(missing_ok=True)
        self._daemon = await asyncio.create_subprocess_exec(
            "sh", "-c", _TIED, "sh",
            program, f"--config-file={self._configuration}", "--nofork", "--nopidfile", "--nosyslog", "--print-address=1",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # It complains about limits that do not matter here.
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
        assert self._daemon.stdout is not None
        # It prints its address once it accepts connections: nothing to poll for.
        if not await self._daemon.stdout.readline():
            raise ChildProcessError("dbus-daemon ended at once")

    async def stop(self) -> None:
        """End it, if it runs: every connection breaks."""
        daemon, self._daemon = self._daemon, None
        if daemon is not None:
            await daemon.communicate(b"")
