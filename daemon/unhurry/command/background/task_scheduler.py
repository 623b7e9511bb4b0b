"""Windows: a task that starts when the user logs in.

In: a `Job`. Out: the task `Unhurry`, and its description beside the settings. The scheduler has no watchdog:
it starts the command again, a minute later, when it ends with an error.
"""

from __future__ import annotations

import json
import os
import subprocess
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

from unhurry.config import UnhurryError, private_folder, settings_path

from .job import Change, Job, Standing, put
from .programs import Reply, ask

_TASK = "Unhurry"
_RUNNING_STATE = 4
_NOT_AN_EXIT = (0x41300, 0x41301, 0x41303)
"""Results that say: ready, running, not yet run."""
# The answers of schtasks are translated; these are numbers and ISO times in every language.
_LOOK = (
    f"$t = Get-ScheduledTask -TaskName {_TASK} -ErrorAction Stop; $i = $t | Get-ScheduledTaskInfo;"
    " [pscustomobject]@{state = [int]$t.State; enabled = $t.Settings.Enabled;"
    " started = $i.LastRunTime.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ss') + '+00:00';"
    " result = $i.LastTaskResult} | ConvertTo-Json -Compress"
)


def task_text(job: Job, user: str) -> bytes:
    """Return the task's description for `user` (`DOMAIN\\name`)."""
    program, *words = job.command
    return f"""\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Unhurry, the heart-rate strap and its page</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>{escape(user)}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{escape(user)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <IdleSettings>
      <StopOnIdleEnd>false</StopOnIdleEnd>
      <RestartOnIdle>false</RestartOnIdle>
    </IdleSettings>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <StartWhenAvailable>true</StartWhenAvailable>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>5</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>255</Count>
    </RestartOnFailure>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(program)}</Command>
      <Arguments>{escape(subprocess.list2cmdline(words))}</Arguments>
    </Exec>
  </Actions>
</Task>
""".encode("utf-16")


def without_window(job: Job) -> Job:
    """Return `job` for the Python that opens no console, where it lies beside the other."""
    program, *words = job.command
    silent = Path(program).with_name("pythonw.exe")
    return Job((str(silent), *words), job.data_folder) if silent.is_file() else job


def task_file() -> Path:
    """Return where the description is kept."""
    return settings_path().with_name("unhurry-task.xml")


def install(job: Job, *, now: bool) -> Change:
    """Register the task; with `now`, start it. Raises UnhurryError."""
    private_folder(job.data_folder)
    there = _schtasks("/Query", "/TN", _TASK).ok
    user = f"{os.environ.get('USERDOMAIN', '.')}\\{os.environ.get('USERNAME', '')}"
    change = put(task_file(), task_text(without_window(job), user))
    if change is not Change.UNCHANGED or not there:
        reply = _schtasks("/Create", "/TN", _TASK, "/XML", str(task_file()), "/F")
        if not reply.ok:
            task_file().unlink()
            raise UnhurryError(f"Windows refused the task: {reply.reason}.", "Try as the user who logs in.")
        change = Change.REPLACED if there else Change.NEW
    if now:
        if change is Change.REPLACED:
            _schtasks("/End", "/TN", _TASK)
        reply = _schtasks("/Run", "/TN", _TASK)
        if not reply.ok:
            raise UnhurryError(
                f"The service is installed, but did not start: {reply.reason}.",
                "`unhurry run` in a terminal says why.",
            )
    return change


def uninstall() -> bool:
    """End and remove the task; False when there was none. Raises UnhurryError."""
    there = _schtasks("/Query", "/TN", _TASK).ok
    if there:
        _schtasks("/End", "/TN", _TASK)
        reply = _schtasks("/Delete", "/TN", _TASK, "/F")
        if not reply.ok:
            raise UnhurryError(f"Windows kept the task: {reply.reason}.", "Remove it in the Task Scheduler.")
    task_file().unlink(missing_ok=True)
    return there


def standing() -> Standing:
    """Ask the Task Scheduler; what cannot be asked is said."""
    file = task_file()
    if not _schtasks("/Query", "/TN", _TASK).ok:
        return Standing(file, installed=False, at_login=False, running=False)
    reply = ask("powershell", "-NoProfile", "-NonInteractive", "-Command", _LOOK)
    if not reply.ok:
        trouble = f"The Task Scheduler did not say more: {reply.reason}."
        return Standing(file, installed=True, at_login=True, running=None, trouble=trouble)
    return standing_from(file, reply.out)


def standing_from(file: Path, said: str) -> Standing:
    """Read what PowerShell printed."""
    facts = json.loads(said)
    running = facts["state"] == _RUNNING_STATE
    result = int(facts["result"])
    return Standing(
        file,
        installed=True,
        at_login=bool(facts["enabled"]),
        running=running,
        since=datetime.fromisoformat(facts["started"]) if running else None,
        last_exit=None if running or result in _NOT_AN_EXIT else f"exit status {result}",
    )


def _schtasks(*words: str) -> Reply:
    return ask("schtasks", *words)
