"""The check of `doctor` on the disk under the database: room, rights, and whether SQLite's log is safe there.

In: the path of the database, which need not exist. Out: a `Finding`.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

from .findings import Finding

_NEEDED_BYTES = 200_000_000
"""A few months of wear, with what a migration or a backup needs beside it."""
_NETWORK = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.davfs",
        "fuse.glusterfs",
        "fuse.gvfsd-fuse",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
        "vboxsf",
    }
)
"""File systems whose other end is another computer, and with it the memory SQLite's log wants to share."""
_CLOUDS = (
    "dropbox",
    "onedrive",
    "google drive",
    "googledrive",
    "icloud drive",
    "mobile documents",
    "nextcloud",
)
"""Names of folders that a program carries to other computers as they change."""
_ESCAPE = re.compile(r"\\([0-7]{3})")
"""How mountinfo writes a space in a name."""
_ELSEWHERE = "Choose a folder on a disk of this computer with `--db`."


def nearest_folder(path: Path) -> Path:
    """Return what exists of the way to `path`, the file itself left out: mostly its folder."""
    return next(parent for parent in path.absolute().parents if parent.exists())


def check_disk(
    path: Path, *, mounts: Path = Path("/proc/self/mountinfo"), needed_bytes: int = _NEEDED_BYTES
) -> Finding:
    """Is there a disk of this computer under the database, with room, that may be written?"""
    folder = nearest_folder(path).resolve()
    kind = file_system(folder, mounts)
    if kind in _NETWORK or str(folder).startswith("\\\\"):
        return Finding.problem(
            "disk",
            f"{folder} lies on a network disk ({kind or 'UNC'}), where SQLite's log is not safe",
            _ELSEWHERE,
        )
    if cloud := next((part for part in folder.parts if part.casefold().startswith(_CLOUDS)), None):
        return Finding.problem(
            "disk",
            f"{folder} is carried to other computers ({cloud}), which can damage the database",
            _ELSEWHERE,
        )
    if sys.platform != "win32" and os.statvfs(folder).f_flag & os.ST_RDONLY:
        return Finding.problem("disk", f"{folder} lies on a disk that can only be read", _ELSEWHERE)
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        return Finding.problem(
            "disk",
            f"{free / 1e6:.0f} MB are free at {folder}",
            f"Free some space: Unhurry wants {needed_bytes / 1e6:.0f} MB to go on.",
        )
    return Finding.ok("disk", f"{free / 1e9:.1f} GB are free at {folder}" + (f" ({kind})" if kind else ""))


def file_system(folder: Path, mounts: Path) -> str | None:
    """Return the type of the file system `folder` is on; None where `mounts` does not tell."""
    try:
        lines = mounts.read_text(errors="replace").splitlines()
    except OSError:
        return None
    found: tuple[int, str] | None = None
    for line in lines:
        # proc(5): "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw"
        left, _, right = line.partition(" - ")
        fields, kinds = left.split(), right.split()
        if len(fields) < 5 or not kinds:
            continue
        point = Path(_ESCAPE.sub(lambda escape: chr(int(escape[1], 8)), fields[4]))
        # Of two mounts on one point the later lies on top.
        if folder.is_relative_to(point) and (found is None or len(point.parts) >= found[0]):
            found = len(point.parts), kinds[0]
    return None if found is None else found[1]
