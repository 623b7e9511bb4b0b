"""`unhurry service` and what a running service tells the system: texts, their quoting, the notify socket, the loop."""

from __future__ import annotations

import asyncio
import configparser
import json
import os
import plistlib
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from unhurry.command import unhurry
from unhurry.command.background import launchd, systemd, task_scheduler
from unhurry.command.background.job import Job, job_for
from unhurry.command.notify import Notifier, notifier_from
from unhurry.command.service import serve_recording
from unhurry.config import Settings, UnhurryError, UsageError
from unhurry.daemon.recorder import Recorder
from unhurry.daemon.simulation import simulate_day
from unhurry.daemon.sources import LinkChanged
from unhurry.daemon.sources.demo import DemoSource
from unhurry.signal import Parameters
from unhurry.store import LinkState, migrate

ODD = 'my 50% "of" $HOME\\ days'
needs_sockets = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no AF_UNIX sockets here")
posix = pytest.mark.skipif(sys.platform == "win32", reason="a matter of POSIX systems")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a matter of Linux")


def unit(text: str) -> configparser.RawConfigParser:
    class Kept(configparser.RawConfigParser):
        def optionxform(self, optionstr: str) -> str:
            return optionstr

    parser = Kept(strict=False, comment_prefixes=("#",))
    parser.read_string(text)
    return parser


# --- What is written


@posix
def test_a_unit_names_database_and_settings_so_that_systemd_reads_back_the_same(tmp_path: Path) -> None:
    folder = tmp_path / ODD
    job = job_for(folder / "d.db", folder / "c.toml")
    text = systemd.unit_text(job, version=252)
    service = unit(text)["Service"]
    # As systemd does it: words are unquoted like a shell's, then %% is one %; `:` keeps $ as it is.
    command = service["ExecStart"]
    assert command.startswith(":")
    words = [word.replace("%%", "%") for word in shlex.split(command[1:])]
    assert words == [
        *(sys.executable, "-P", "-m", "unhurry.command", "run"),
        *("--db", str(folder / "d.db"), "--config", str(folder / "c.toml")),
    ]
    writable = [line for line in text.splitlines() if line.startswith("ReadWritePaths=")]
    assert shlex.split(writable[0].partition("=")[2].replace("%%", "%")) == [str(folder)]


def test_a_unit_waits_for_ready_is_watched_and_comes_back(tmp_path: Path) -> None:
    parts = unit(systemd.unit_text(job_for(tmp_path / "d.db", None), version=252))
    service = parts["Service"]
    assert (service["Type"], service["NotifyAccess"], service["WatchdogSec"]) == ("notify", "main", "60")
    assert (service["Restart"], parts["Unit"]["StartLimitIntervalSec"]) == ("on-failure", "0")
    assert int(service["TimeoutStopSec"]) >= 30
    assert parts["Install"]["WantedBy"] == "default.target"
    assert "--config" not in service["ExecStart"]


def test_offers_do_not_go_into_the_log_of_the_system_nor_a_memory_image_onto_the_disk(tmp_path: Path) -> None:
    job = job_for(tmp_path / "d.db", None)
    service = unit(systemd.unit_text(job, version=252))["Service"]
    assert (service["StandardOutput"], service["LimitCORE"], service["UMask"]) == ("null", "0", "0077")
    agent = plistlib.loads(launchd.agent_text(job, tmp_path / "log"))
    assert (agent["StandardOutPath"], agent["HardResourceLimits"]["Core"]) == (os.devnull, 0)


def test_pauses_grow_only_where_systemd_knows_how(tmp_path: Path) -> None:
    job = job_for(tmp_path / "d.db", None)
    assert "RestartSteps" not in systemd.unit_text(job, version=253)
    assert "RestartSteps=6" in systemd.unit_text(job, version=254)


def test_a_service_has_temporary_folders_of_its_own_unless_it_lives_there() -> None:
    job = Job(("/usr/bin/python3", "run"), Path("/srv/diary"))
    assert unit(systemd.unit_text(job, version=252))["Service"]["PrivateTmp"] == "yes"
    there = Job(("/usr/bin/python3", "run"), Path("/var/tmp/diary"))
    assert "PrivateTmp" not in unit(systemd.unit_text(there, version=252))["Service"]


@linux
def test_systemd_itself_finds_nothing_to_say_about_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    folder = tmp_path / ODD
    folder.mkdir()
    file = tmp_path / "unhurry.service"
    file.write_text(systemd.unit_text(job_for(folder / "d.db", None), version=252))
    said = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(file)],
        capture_output=True, text=True, check=False, env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )  # fmt: skip
    assert (said.returncode, said.stderr, said.stdout) == (0, "", "")


@posix
def test_a_launch_agent_reads_back_as_it_was_meant(tmp_path: Path) -> None:
    job = job_for(tmp_path / ODD / "d.db", None)
    agent = plistlib.loads(launchd.agent_text(job, tmp_path / "log"))
    assert agent["ProgramArguments"] == list(job.command)
    assert (agent["RunAtLoad"], agent["KeepAlive"]) == (True, {"SuccessfulExit": False})
    assert (agent["Umask"], agent["StandardErrorPath"]) == (0o077, str(tmp_path / "log"))


def test_a_task_starts_at_log_in_and_is_never_ended_for_time_or_battery() -> None:
    job = Job(
        ("C:\\Program Files\\Python & Co\\python.exe", "run", "--db", "D:\\my <days>\\d.db"), Path("D:\\")
    )
    root = ET.fromstring(task_scheduler.task_text(job, "HOME\\Jo & Al"))
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}

    def said(path: str) -> str | None:
        return root.findtext(path, namespaces=space)

    assert said(".//t:Exec/t:Command") == job.command[0]
    assert said(".//t:Exec/t:Arguments") == 'run --db "D:\\my <days>\\d.db"'
    assert said(".//t:LogonTrigger/t:UserId") == said(".//t:Principal/t:UserId") == "HOME\\Jo & Al"
    assert said(".//t:RunLevel") == "LeastPrivilege"
    assert said(".//t:ExecutionTimeLimit") == "PT0S"
    assert said(".//t:StopIfGoingOnBatteries") == said(".//t:DisallowStartIfOnBatteries") == "false"
    assert (said(".//t:RestartOnFailure/t:Interval"), said(".//t:RestartOnFailure/t:Count")) == (
        "PT1M",
        "255",
    )


def test_a_task_uses_the_python_without_a_window_where_there_is_one(tmp_path: Path) -> None:
    job = Job((str(tmp_path / "python.exe"), "run"), tmp_path)
    assert task_scheduler.without_window(job) == job
    (tmp_path / "pythonw.exe").touch()
    assert task_scheduler.without_window(job).command == (str(tmp_path / "pythonw.exe"), "run")


@posix
def test_a_path_with_a_line_break_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot use this path"):
        job_for(tmp_path / "a\nExecStart=b" / "d.db", None)


# --- What the systems answer


def test_what_systemctl_shows_is_understood(tmp_path: Path) -> None:
    running = systemd.standing_from(
        tmp_path,
        "ActiveState=active\nUnitFileState=enabled\nActiveEnterTimestamp=Mon 2026-03-09 07:02:11 UTC\n"
        "StatusText=Receiving beats.\nResult=success\nExecMainCode=0\nExecMainStatus=0\n",
        installed=True,
    )
    assert (running.running, running.at_login, running.says) == (True, True, "Receiving beats.")
    assert running.since == datetime(2026, 3, 9, 7, 2, 11, tzinfo=UTC)
    assert running.last_exit is None
    hung = systemd.standing_from(
        tmp_path,
        "ActiveState=activating\nSubState=auto-restart\nResult=watchdog\nExecMainCode=2\nExecMainStatus=6\n",
        installed=True,
    )
    assert (hung.running, hung.last_exit) == (False, "signal 6 (watchdog)")
    assert hung.says == "Waiting before the next start."


@posix
def test_what_launchctl_prints_is_understood(tmp_path: Path) -> None:
    head = "gui/501/unhurry.run = {\n\tactive count = 1\n\tstate = running\n"
    running = launchd.standing_from(tmp_path, f"{head}\tpid = {os.getpid()}\n}}\n", installed=True)
    assert running.running
    ended = launchd.standing_from(tmp_path, f"{head}\tlast exit code = 1\n}}\n", installed=True)
    assert (ended.running, ended.last_exit) == (False, "exit status 1")
    unloaded = launchd.standing_from(tmp_path, "", installed=True)
    assert (unloaded.running, unloaded.last_exit) == (False, None)


@posix
@pytest.mark.skipif(shutil.which("ps") is None, reason="ps is not installed")
def test_the_start_of_a_process_is_told() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        found = launchd.started_at(child.pid)
        child.communicate(b"\n")
    assert found is not None
    assert abs(found - datetime.now(UTC)) < timedelta(minutes=2)
    assert launchd.started_at(child.pid) is None


def test_what_the_task_scheduler_says_is_understood(tmp_path: Path) -> None:
    line = '{{"state":{},"enabled":true,"started":"2026-03-09T07:02:11+00:00","result":{}}}'
    running = task_scheduler.standing_from(tmp_path, line.format(4, 267009))
    assert (running.running, running.since) == (True, datetime(2026, 3, 9, 7, 2, 11, tzinfo=UTC))
    ended = task_scheduler.standing_from(tmp_path, line.format(3, 1))
    assert (ended.running, ended.last_exit) == (False, "exit status 1")
    fresh = task_scheduler.standing_from(tmp_path, line.format(3, 267011))
    assert (fresh.running, fresh.last_exit) == (False, None)


# --- The command, with a systemctl that writes down what it was asked

SYSTEMCTL = """#!/bin/sh
echo "$*" >> "$ASKED"
case "$*" in
*--property=Version*) [ -z "$NO_MANAGER" ] || { echo "Failed to connect to bus: No medium found" >&2; exit 1; }
    echo "Version=252.39-1" ;;
*--property=*) [ -z "$NO_MANAGER" ] || { echo "Failed to connect to bus: No medium found" >&2; exit 1; }
    echo "ActiveState=${STATE:-inactive}"; echo "UnitFileState=enabled" ;;
*" start "*|*restart*) [ -z "$NO_START" ] || { echo "Job failed. See the log." >&2; exit 1; } ;;
esac
"""


class Desktop:
    """A home of its own, and what was asked of its systemctl."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.db = home / "my days" / "d.db"
        self.unit = home / "config" / "systemd" / "user" / "unhurry.service"
        self._asked = home / "asked"

    def asked(self) -> list[str]:
        """Return what changed something since the last time."""
        lines = self._asked.read_text().splitlines() if self._asked.exists() else []
        self._asked.unlink(missing_ok=True)
        return [line.removeprefix("--user ") for line in lines if " show " not in line]

    def service(self, *words: str) -> Result:
        return CliRunner().invoke(unhurry, ["service", *words])


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "systemctl").write_text(SYSTEMCTL)
    (programs / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("ASKED", str(tmp_path / "asked"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("UNHURRY_PAGE__PORT", "0")
    monkeypatch.delenv("UNHURRY_DB", raising=False)
    return Desktop(tmp_path)


@linux
def test_installing_writes_enables_and_starts(desktop: Desktop) -> None:
    done = desktop.service("install", "--db", str(desktop.db))
    assert done.exit_code == 0, done.output
    assert f"Installed: {desktop.unit}" in done.output
    assert f'--db "{desktop.db}"' in desktop.unit.read_text()
    assert desktop.asked() == ["daemon-reload", "enable unhurry.service", "restart unhurry.service"]
    assert desktop.db.parent.stat().st_mode & 0o777 == 0o700


@linux
def test_installing_the_same_again_changes_nothing_and_another_database_replaces_it(desktop: Desktop) -> None:
    desktop.service("install", "--db", str(desktop.db))
    before = desktop.unit.stat().st_ino
    desktop.asked()
    again = desktop.service("install", "--db", str(desktop.db))
    assert "Installed already" in again.output
    assert desktop.unit.stat().st_ino == before
    assert "restart unhurry.service" not in desktop.asked()
    other = desktop.service("install", "--db", str(desktop.home / "other.db"))
    assert "Brought up to date" in other.output
    assert "restart unhurry.service" in desktop.asked()


@linux
def test_installing_for_the_next_log_in_starts_nothing(desktop: Desktop) -> None:
    done = desktop.service("install", "--no-now", "--db", str(desktop.db))
    assert "when you log in next" in done.output
    assert desktop.asked() == ["daemon-reload", "enable unhurry.service"]


@linux
def test_uninstalling_takes_the_service_away_and_leaves_the_diary(desktop: Desktop) -> None:
    migrate(desktop.db)
    desktop.service("install", "--db", str(desktop.db))
    desktop.asked()
    gone = desktop.service("uninstall")
    assert (gone.exit_code, desktop.unit.exists(), desktop.db.exists()) == (0, False, True)
    assert desktop.asked()[0] == "disable --now unhurry.service"
    again = desktop.service("uninstall")
    assert (again.exit_code, desktop.asked()) == (0, [])
    assert "nothing was changed" in again.output


@linux
def test_where_no_manager_answers_nothing_is_written(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_MANAGER", "1")
    refused = desktop.service("install", "--db", str(desktop.db))
    assert isinstance(refused.exception, UnhurryError)
    assert "loginctl enable-linger" in refused.exception.advice
    assert not desktop.unit.exists()
    assert not desktop.db.parent.exists()
    looked = desktop.service("status", "--json")
    assert looked.exit_code == 0
    assert json.loads(looked.output)["running"] is None


@linux
def test_a_service_that_does_not_start_is_said_with_where_to_look(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_START", "1")
    refused = desktop.service("install", "--db", str(desktop.db))
    assert isinstance(refused.exception, UnhurryError)
    assert "did not start" in refused.exception.what
    assert "journalctl --user" in refused.exception.advice


@linux
def test_a_diary_that_is_being_written_is_not_taken_over(desktop: Desktop) -> None:
    program = (
        "import sys, pathlib; from unhurry.store import sole_recorder\n"
        "with sole_recorder(pathlib.Path(sys.argv[1])): print('held', flush=True); input()"
    )
    hold = [sys.executable, "-c", program, str(desktop.db)]
    with subprocess.Popen(hold, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        refused = desktop.service("install", "--db", str(desktop.db))
        other.communicate(b"\n")
    assert isinstance(refused.exception, UnhurryError)
    assert "another Unhurry is recording" in refused.exception.what
    assert not desktop.unit.exists()


# --- The notify socket


class Inbox:
    """What arrives at a notify socket."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + address[1:] if address.startswith("@") else address)

    def waiting(self) -> list[str]:
        self.socket.setblocking(False)
        found: list[str] = []
        while True:
            try:
                found.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return found

    def until(self, word: str, patience_s: float = 60) -> list[str]:
        found: list[str] = []
        deadline = time.monotonic() + patience_s
        while not any(word in said for said in found):
            self.socket.settimeout(max(0.01, deadline - time.monotonic()))
            found.append(self.socket.recv(4096).decode())
        return found


@contextmanager
def inbox(address: str) -> Iterator[Inbox]:
    made = Inbox(address)
    try:
        yield made
    finally:
        made.socket.close()


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry), **more}


def changed(state: LinkState) -> LinkChanged:
    return LinkChanged(state, t_ms=0)


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@needs_sockets
def test_ready_waits_for_the_first_recording_and_for_the_page(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    for first, then in (
        (Notifier.heartbeat, Notifier.page_listens),
        (Notifier.page_listens, Notifier.heartbeat),
    ):
        with inbox(address) as heard:
            notifier = Notifier(address, None)
            first(notifier)
            assert heard.waiting() == []
            then(notifier)
            assert heard.waiting() == ["READY=1"]
            notifier.stopping()
        Path(address).unlink()


@needs_sockets
def test_no_second_hears_two_datagrams_and_news_are_not_lost(tmp_path: Path) -> None:
    address, clock = str(tmp_path / "notify"), Clock()
    with inbox(address) as heard:
        notifier = Notifier(address, 8.0, clock)
        notifier.page_listens()
        notifier.link(changed(LinkState.LOOKING))
        notifier.heartbeat()
        assert heard.waiting() == ["READY=1\nSTATUS=Looking for the strap.\nWATCHDOG=1"]
        for state in (LinkState.CONNECTING, LinkState.SUBSCRIBED, LinkState.RECEIVING):
            notifier.link(changed(state))
            notifier.heartbeat()
        assert heard.waiting() == []
        clock.now_s += 1.0
        notifier.heartbeat()
        assert heard.waiting() == ["STATUS=Receiving beats."]
        clock.now_s += 1.0
        notifier.heartbeat()
        assert heard.waiting() == ["WATCHDOG=1"]
        notifier.stopping()
        assert [said.splitlines()[0] for said in heard.waiting()] == ["STOPPING=1"]
        notifier.heartbeat()
        notifier.stopping()
        assert heard.waiting() == []


@needs_sockets
def test_a_notify_socket_that_is_gone_or_full_stops_nothing(tmp_path: Path) -> None:
    address, clock = str(tmp_path / "notify"), Clock()
    notifier = Notifier(address, 4.0, clock)
    notifier.page_listens()
    notifier.heartbeat()
    with inbox(address) as heard:
        clock.now_s += 1
        notifier.heartbeat()
        assert heard.waiting() == ["READY=1\nWATCHDOG=1"]
        for _ in range(3000):
            clock.now_s += 1
            notifier.heartbeat()
        assert set(heard.waiting()) == {"WATCHDOG=1"}
    notifier.stopping()


@needs_sockets
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has abstract sockets")
def test_an_abstract_socket_is_reached() -> None:
    address = f"@unhurry-test-{os.getpid()}"
    with inbox(address) as heard:
        notifier = notifier_from({"NOTIFY_SOCKET": address})
        notifier.page_listens()
        notifier.heartbeat()
        assert heard.waiting() == ["READY=1"]
        notifier.stopping()


@needs_sockets
@pytest.mark.parametrize(
    ("variables", "asked"),
    [
        ({"WATCHDOG_USEC": "4000000"}, True),
        ({"WATCHDOG_USEC": "4000000", "WATCHDOG_PID": str(os.getpid())}, True),
        ({"WATCHDOG_USEC": "4000000", "WATCHDOG_PID": "1"}, False),
        ({"WATCHDOG_USEC": "0"}, False),
        ({"WATCHDOG_USEC": "soon"}, False),
        ({}, False),
    ],
)
def test_signs_of_life_are_sent_to_whom_they_were_promised(
    variables: dict[str, str], asked: bool, tmp_path: Path
) -> None:
    address = str(tmp_path / "notify")
    with inbox(address) as heard:
        notifier = notifier_from({"NOTIFY_SOCKET": address, **variables})
        notifier.page_listens()
        notifier.heartbeat()
        (said,) = heard.waiting()
        notifier.stopping()
    assert ("WATCHDOG=1" in said) is asked


@pytest.mark.parametrize("address", [None, "", "/", "vsock:2:1234", "relative/socket"])
def test_without_a_usable_socket_nothing_happens(address: str | None) -> None:
    notifier = notifier_from(
        {} if address is None else {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1000000"}
    )
    notifier.page_listens()
    notifier.link(changed(LinkState.RECEIVING))
    notifier.heartbeat()
    notifier.recording_ended()
    notifier.stopping()


@needs_sockets
@pytest.mark.parametrize("state", list(LinkState))
def test_every_state_of_the_link_has_words(state: LinkState, tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with inbox(address) as heard:
        notifier = Notifier(address, None)
        notifier.page_listens()
        notifier.link(changed(state))
        notifier.heartbeat()
        (said,) = heard.waiting()
        notifier.stopping()
    words = said.split("STATUS=")[1]
    assert words.endswith(".")
    assert words[0].isupper()


# --- A running service


@needs_sockets
def test_a_run_says_ready_lives_and_says_when_it_ends(tmp_path: Path) -> None:
    address, database = str(tmp_path / "notify"), tmp_path / "demo.db"
    command = [
        sys.executable,
        "-m",
        "unhurry.command",
        "run",
        "--source",
        "demo",
        "--port",
        "0",
        "--db",
        str(database),
    ]
    with inbox(address) as heard:
        with subprocess.Popen(
            command,
            env=environment(NOTIFY_SOCKET=address, WATCHDOG_USEC="4000000"),
            stdout=subprocess.DEVNULL,
            cwd=tmp_path,
        ) as running:
            try:
                before = heard.until("READY=1")
                assert len(before) == 1
                with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
                    (opened,) = db.execute("SELECT count(*) FROM recordings").fetchone()
                db.close()
                assert opened == 1
                heard.until("WATCHDOG=1")
                running.send_signal(signal.SIGTERM)
                assert "STOPPING=1" in heard.until("STOPPING=1")[-1]
                assert running.wait(timeout=45) == 0
            finally:
                running.kill()
        assert heard.waiting() == []
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        assert db.execute("SELECT cause FROM recordings").fetchall() == [("stopped",)]
    db.close()


@needs_sockets
def test_a_recorder_that_hangs_falls_silent_though_the_loop_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, database = str(tmp_path / "notify"), tmp_path / "demo.db"
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setenv("WATCHDOG_USEC", "1000000")
    migrate(database)
    hanging, goes_on = threading.Event(), threading.Event()
    take = Recorder.take

    def take_until_told(self: Recorder, item: object) -> object:
        if hanging.is_set():
            goes_on.wait(30)
        return take(self, item)  # type: ignore[arg-type]

    monkeypatch.setattr(Recorder, "take", take_until_told)

    async def main(heard: Inbox) -> tuple[list[str], list[str]]:
        stop = asyncio.Event()
        source = DemoSource(simulate_day(), date(2026, 3, 12), speed=16)
        service = asyncio.create_task(
            serve_recording(
                source, database, Settings(), Parameters(), tmp_path / "config.toml", bound=None, stop=stop
            )
        )
        await asyncio.to_thread(heard.until, "READY=1")
        await asyncio.to_thread(heard.until, "WATCHDOG=1")
        hanging.set()
        await asyncio.sleep(1.5)
        heard.waiting()
        await asyncio.sleep(3)
        silence = heard.waiting()
        hanging.clear()
        goes_on.set()
        again = await asyncio.to_thread(heard.until, "WATCHDOG=1")
        stop.set()
        await service
        return silence, again

    with inbox(address) as heard:
        silence, again = asyncio.run(main(heard))
    assert silence == []
    assert "WATCHDOG=1" in again[-1]


def test_a_page_is_served_by_a_program_without_a_window(tmp_path: Path) -> None:
    program = (
        "import sys; sys.stdout = sys.stderr = None\n"
        "from unhurry.command import main\n"
        f"sys.argv = ['unhurry', 'run', '--source', 'demo', '--port', '0', '--db', {str(tmp_path / 'd.db')!r}]\n"
        "import threading, signal\n"
        "from unhurry.command import hosting\n"
        "once = hosting._Server.startup\n"
        "async def startup(self, sockets=None):\n"
        "    await once(self, sockets)\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "hosting._Server.startup = startup\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), cwd=tmp_path, timeout=90, check=False
    )
    assert done.returncode == 0
