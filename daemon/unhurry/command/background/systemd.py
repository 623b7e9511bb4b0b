"""Linux: a unit of the user's own systemd, with a watchdog and without rights it does not need.

In: a `Job`. Out: `unhurry.service` in the user's systemd folder, enabled. Nothing is written where no user
manager answers.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from unhurry.config import UnhurryError, private_folder

from .job import STOP_S, Change, Job, Standing, put
from .programs import Reply, ask

_UNIT = "unhurry.service"
_STEPS_SINCE = 254
"""The first systemd that lengthens the pause between restarts."""
_NEVER = ("", "0", "n/a")
_SHOWN = (
    "ActiveState",
    "SubState",
    "UnitFileState",
    "ActiveEnterTimestamp",
    "StatusText",
    "Result",
    "ExecMainCode",
    "ExecMainStatus",
)
_BETWEEN = {
    "start": "Starting.",
    "auto-restart": "Waiting before the next start.",
    "stop-sigterm": "Ending.",
}
_TEMPORARY = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - looked at, not written to


def unit_text(job: Job, *, version: int) -> str:
    """Return the unit for a systemd of this version."""
    pauses = "RestartSteps=6\nRestartMaxDelaySec=300\n" if version >= _STEPS_SINCE else ""
    return f"""\
# Written by `unhurry service install`, which replaces it. Yours go into `systemctl --user edit unhurry`.
[Unit]
Description=Unhurry, the heart-rate strap and its page
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
ExecStart=:{" ".join(_quoted(part) for part in job.command)}
# Offers belong on the page, not into the log of the system; warnings go there.
StandardOutput=null
StandardError=journal
# A watchdog's end leaves a line that says where it hung, and no image of the memory.
Environment=PYTHONFAULTHANDLER=1
LimitCORE=0
WatchdogSec=60
TimeoutStartSec=120
TimeoutStopSec={STOP_S}
Restart=on-failure
RestartSec=5
{pauses}# 2 is wrong usage: trying again would not mend it.
RestartPreventExitStatus=2

UMask=0077
NoNewPrivileges=yes
# Where a user may have namespaces (systemd 253 or later), everything but this folder can only be read.
ProtectSystem=strict
ReadWritePaths={_quoted(str(job.data_folder))}
{_temporary(job)}
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM

[Install]
WantedBy=default.target
"""


def unit_file() -> Path:
    """Return where the unit belongs."""
    given = os.environ.get("XDG_CONFIG_HOME", "")
    config = Path(given) if Path(given).is_absolute() else Path.home() / ".config"
    return config / "systemd" / "user" / _UNIT


def install(job: Job, *, now: bool) -> Change:
    """Write and enable the unit; with `now`, have it running. Raises UnhurryError."""
    version = _version()
    # What is to be writable must be there before the service starts.
    private_folder(job.data_folder)
    change = put(unit_file(), unit_text(job, version=version).encode())
    _demand(_systemctl("daemon-reload"), "read the new service")
    _demand(_systemctl("enable", _UNIT), "make it start at log-in")
    if now:
        verb = "start" if change is Change.UNCHANGED else "restart"
        started = _systemctl(verb, _UNIT)
        if not started.ok:
            raise UnhurryError(
                f"The service is installed, but did not start: {started.reason}.",
                f"`journalctl --user --unit {_UNIT} --lines 20` says why.",
            )
    return change


def uninstall() -> bool:
    """Stop, disable and remove the unit; False when there was none. Raises UnhurryError."""
    file = unit_file()
    if not file.is_file():
        return False
    _version()
    _demand(_systemctl("disable", "--now", _UNIT), "stop the service")
    file.unlink()
    _demand(_systemctl("daemon-reload"), "forget the service")
    _systemctl("reset-failed", _UNIT)
    return True


def standing() -> Standing:
    """Ask systemd; what cannot be asked is said."""
    file = unit_file()
    reply = _systemctl("show", _UNIT, f"--property={','.join(_SHOWN)}")
    if not reply.ok:
        return Standing(
            file,
            installed=file.is_file(),
            at_login=(file.parent / "default.target.wants" / _UNIT).is_symlink(),
            running=None,
            trouble=f"No user service manager answers here: {reply.reason}.",
        )
    return standing_from(file, reply.out, installed=file.is_file())


def standing_from(file: Path, shown: str, *, installed: bool) -> Standing:
    """Read what `systemctl show` printed."""
    facts = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
    running = facts.get("ActiveState") == "active"
    return Standing(
        file,
        installed=installed,
        at_login=facts.get("UnitFileState") == "enabled",
        running=running,
        since=_moment(facts.get("ActiveEnterTimestamp", "")) if running else None,
        says=(facts.get("StatusText") or None) if running else _BETWEEN.get(facts.get("SubState", "")),
        last_exit=None if running else _last_exit(facts),
    )


def _last_exit(facts: dict[str, str]) -> str | None:
    """`ExecMainCode` is how the kernel says it: 1 exited, 2 killed, 3 killed with an image of the memory."""
    code, status = facts.get("ExecMainCode", ""), facts.get("ExecMainStatus", "")
    if code in _NEVER:
        return None
    how = f"exit status {status}" if code == "1" else f"signal {status}"
    result = facts.get("Result", "")
    return how if result in ("", "success", "exit-code", "signal") else f"{how} ({result})"


def _moment(text: str) -> datetime | None:
    if text in _NEVER:
        return None
    try:
        return datetime.strptime(text, "%a %Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    except ValueError:
        return None


def _temporary(job: Job) -> str:
    """Give the service temporary folders of its own, unless what it needs lies in the common ones."""
    needed = (job.data_folder, *(Path(part) for part in job.command))
    if any(path.is_relative_to(folder) for path in needed for folder in _TEMPORARY):
        return f"ReadWritePaths={' '.join(str(folder) for folder in _TEMPORARY)}"
    return "PrivateTmp=yes"


def _quoted(text: str) -> str:
    """Write a word so that systemd reads back exactly this one. `%` would name a property of the unit."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return escaped if re.fullmatch(r"[\w/.:=@%,+-]+", text, re.ASCII) else f'"{escaped}"'


def _systemctl(*words: str) -> Reply:
    return ask("systemctl", "--user", *words)


def _version() -> int:
    """Return the user manager's version. Raises UnhurryError where none answers."""
    reply = _systemctl("show", "--property=Version")
    if not reply.ok:
        raise UnhurryError(
            f"No user service manager answers here, so nothing was changed: {reply.reason}.",
            "Log in as this user on the machine itself; over ssh, `loginctl enable-linger` first."
            " Without systemd, start `unhurry run` when your session starts.",
        )
    found = re.search(r"\d+", reply.out)
    return int(found[0]) if found else 0


def _demand(reply: Reply, what: str) -> None:
    if not reply.ok:
        raise UnhurryError(
            f"systemd did not {what}: {reply.reason}.", "`systemctl --user status unhurry` may say more."
        )
