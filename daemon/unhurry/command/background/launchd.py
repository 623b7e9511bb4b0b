"""macOS: a launch agent of the user.

In: a `Job`. Out: a property list in the user's LaunchAgents, loaded. launchd has no watchdog: it starts the
command again when it ends with an error.
"""

from __future__ import annotations

import os
import plistlib
import re
import time
from datetime import datetime
from pathlib import Path

from unhurry.config import UnhurryError, private_folder

from .job import STOP_S, Change, Job, Standing, put
from .programs import Reply, ask

LABEL = "unhurry.run"
_PAUSE_S = 10
_UNLOADING_S = STOP_S + 5


def agent_text(job: Job, log: Path) -> bytes:
    """Return the property list."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(job.command),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": _PAUSE_S,
            "ExitTimeOut": STOP_S,
            # What the system holds back in the background, it would hold back between two beats.
            "ProcessType": "Interactive",
            "Umask": 0o077,
            "HardResourceLimits": {"Core": 0},
            # Offers belong on the page, not into a log; warnings go there.
            "StandardOutPath": os.devnull,
            "StandardErrorPath": str(log),
        }
    )


def agent_file() -> Path:
    """Return where the property list belongs."""
    return Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"


def log_file() -> Path:
    """Return where warnings are written."""
    return Path.home() / "Library" / "Logs" / "unhurry.log"


def install(job: Job, *, now: bool) -> Change:
    """Write the agent; with `now`, load and start it. Raises UnhurryError."""
    private_folder(job.data_folder)
    log = log_file()
    private_folder(log.parent)
    log.touch(mode=0o600)
    log.chmod(0o600)
    change = put(agent_file(), agent_text(job, log))
    if not now:
        return change
    loaded = _launchctl("print", _target()).ok
    if loaded and change is not Change.UNCHANGED:
        _unload()
        loaded = False
    if not loaded:
        _launchctl("enable", _target())
        reply = _launchctl("bootstrap", _domain(), str(agent_file()))
    else:
        reply = _launchctl("kickstart", _target())
    if not reply.ok:
        raise UnhurryError(
            f"The service is installed, but did not start: {reply.reason}.",
            f"Log in on the Mac itself, or look into {log}.",
        )
    return change


def uninstall() -> bool:
    """Stop and remove the agent; False when there was none. Raises UnhurryError."""
    file = agent_file()
    if not file.is_file():
        return False
    if _launchctl("print", _target()).ok:
        _unload()
    file.unlink()
    return True


def standing() -> Standing:
    """Ask launchd."""
    file = agent_file()
    reply = _launchctl("print", _target())
    return standing_from(file, reply.out if reply.ok else "", installed=file.is_file())


def standing_from(file: Path, printed: str, *, installed: bool) -> Standing:
    """Read what `launchctl print` said; nothing when the agent is not loaded."""
    number = re.search(r"^\s*pid = (\d+)", printed, re.MULTILINE)
    ended = re.search(r"^\s*last exit code = (\d+)", printed, re.MULTILINE)
    return Standing(
        file,
        installed=installed,
        at_login=installed,
        running=number is not None,
        since=started_at(int(number[1])) if number else None,
        last_exit=f"exit status {ended[1]}" if ended and not number else None,
    )


def started_at(process: int) -> datetime | None:
    """Return when a process was started; None when it is gone."""
    reply = ask("ps", "-o", "lstart=", "-p", str(process))
    try:
        return datetime.strptime(f"{reply.out.strip()} +0000", "%a %b %d %H:%M:%S %Y %z")
    except ValueError:
        return None


def _unload() -> None:
    """Unload the agent and wait until it is gone: loading it again before would be refused."""
    reply = _launchctl("bootout", _target())
    deadline_s = time.monotonic() + _UNLOADING_S
    while _launchctl("print", _target()).ok:
        if time.monotonic() > deadline_s:
            raise UnhurryError(f"launchd did not stop the service: {reply.reason}.", "Log out and in again.")
        time.sleep(0.2)


def _launchctl(*words: str) -> Reply:
    return ask("launchctl", *words)


def _domain() -> str:
    return f"gui/{os.getuid()}"


def _target() -> str:
    return f"{_domain()}/{LABEL}"
