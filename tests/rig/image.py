"""The image the virtual machine boots from, with what Unhurry needs in it.

In: the lab's `build`. Out: an image in the lab's cache that was read from end to end. The `sqfstar` of Debian 12
(squashfs-tools 4.5.1) now and then writes one that cannot be; found out in the middle of a run, that looks
like an error of ours.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

_TRIES = 4


def prepare(lab: Path, suite: str, environment: Mapping[str, str]) -> bool:
    """Build the image unless it is up to date and known to be whole; return whether there is one now."""
    build = [str(lab / "build"), "--suite", suite]

    def built(*options: str) -> bool:
        return subprocess.run([*build, *options], env=environment, check=False).returncode == 0

    def told(option: str) -> str:
        return subprocess.check_output([*build, option], env=environment, text=True).strip()

    folder, key = Path(told("--print-dir")), told("--print-key")
    known = folder / "whole"
    if not built():
        return False
    if known.is_file() and known.read_text(encoding="ascii") == key:
        return True
    for _ in range(_TRIES):
        if _is_whole(folder / "root.sqfs"):
            known.write_text(key, encoding="ascii")
            return True
        print("the image cannot be read back; building it again")
        if not built("--force"):
            return False
    return False


def _is_whole(image: Path) -> bool:
    """Return whether everything in the image can be read."""
    with tempfile.TemporaryDirectory(prefix="rig-") as folder:
        read = ["unsquashfs", "-quiet", "-no-progress", "-no-xattrs", "-dest", f"{folder}/root", str(image)]
        status = subprocess.run(read, capture_output=True, check=False).returncode
    # 1 is an image that cannot be read; 2 a file that could not be made here, such as a device without being root.
    return status in {0, 2}
