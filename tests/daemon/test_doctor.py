"""`unhurry doctor` on everything but the radio, as a wearer runs it: what it finds, what it says, what it leaves alone."""

from __future__ import annotations

import grp
import json
import os
import pickle
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from click.testing import CliRunner, Result

from unhurry.command.clock_checks import check_clock, check_stored_time, check_synchronised
from unhurry.command.database_checks import check_database, check_privacy
from unhurry.command.doctor import command as doctor
from unhurry.command.findings import Finding, Status, guarded, on_this_system
from unhurry.command.folder_checks import check_disk, file_system
from unhurry.command.installation_checks import check_parts
from unhurry.command.membership import Membership, membership
from unhurry.command.rfkill import LIFT_HARD, LIFT_SOFT, bluetooth_switches, check_switches
from unhurry.command.running import running_service, strap_of
from unhurry.command.settings_checks import check_port, check_settings, settings_or_defaults
from unhurry.command.surroundings import Place, check_surroundings, surroundings
from unhurry.config import PageSettings, Settings
from unhurry.store import migrate, sole_recorder
from unhurry.store.database import SCHEMA_VERSION

ROOTS = [Path(__file__).parents[2] / root for root in ("signal", "config", "store", "daemon", "api")]
NOBODY = 65534
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has it")
unix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes and owners of this kind")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "home" / "unhurry.db"
    migrate(path)
    return path


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Options and surroundings that keep doctor away from what this computer really has; no D-Bus."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path / 'nobus'}")
    monkeypatch.setenv("UNHURRY_PAGE__PORT", str(_free_port()))
    monkeypatch.delenv("UNHURRY_DB", raising=False)
    return ["--db", str(tmp_path / "home" / "unhurry.db"), "--no-scan"]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _doctor(*options: str) -> tuple[Result, dict[str, dict[str, Any]]]:
    result = CliRunner().invoke(doctor, ["--json", *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    found = json.loads(result.stdout)
    by_check = {finding["check"]: finding for finding in found}
    assert len(by_check) == len(found)
    return result, by_check


def _as_nobody(look: Callable[[], Finding]) -> Finding:
    """Return what `look` finds for a user who owns nothing; root may write everywhere."""
    if os.geteuid() != 0:
        return look()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        os.write(writing, pickle.dumps(look()))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        found: Finding = pickle.loads(answer.read())
    os.waitpid(child, 0)
    return found


# --- the command -----------------------------------------------------------------------------------------


@linux_only
def test_every_subject_has_its_finding_and_a_problem_makes_exit_one(nowhere: list[str]) -> None:
    result, found = _doctor(*nowhere)
    assert result.exit_code == 1
    assert set(found) == {
        "computer", "python", "packages", "parts", "signal", "fonts",
        "clock", "clock-sync", "time-zone", "clock-database",
        "settings", "disk", "database", "database-privacy", "running", "port", "notifications",
        "rfkill", "dbus", "bluetooth-service", "bluetooth-permission", "bluetooth", "strap",
    }  # fmt: skip
    assert found["dbus"]["status"] == "problem"
    assert found["dbus"]["advice"]
    behind = ("bluetooth-service", "bluetooth-permission", "bluetooth", "strap")
    assert [found[check]["status"] for check in behind] == ["skipped"] * 4


@linux_only
def test_the_text_has_a_line_per_check_an_arrow_per_advice_and_a_last_word(nowhere: list[str]) -> None:
    result = CliRunner().invoke(doctor, nowhere)
    assert result.exit_code == 1
    *lines, last = result.output.splitlines()
    assert all(
        line.split()[0] in {"ok", "problem", "skipped"} for line in lines if not line.strip().startswith("→")
    )
    assert "stand" in last
    assert "in the way" in last


def test_looking_leaves_no_trace(nowhere: list[str], tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    _doctor(*nowhere)
    assert sorted(tmp_path.rglob("*")) == before
    migrate(tmp_path / "home" / "unhurry.db")
    kept = {path: path.read_bytes() for path in (tmp_path / "home").iterdir()}
    _doctor(*nowhere)
    assert {path: path.read_bytes() for path in (tmp_path / "home").iterdir()} == kept


def test_an_empty_environment_brings_no_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "unhurry.command", "doctor", "--no-scan", "--json"]
    environment = {"PYTHONPATH": os.pathsep.join(map(str, ROOTS)), "UNHURRY_DB": str(tmp_path / "unhurry.db")}
    if sys.platform == "win32":
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]  # without it Python itself does not start
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode in {0, 1}, result.stderr
    assert "Traceback" not in result.stderr
    assert {finding["check"] for finding in json.loads(result.stdout)} >= {"database", "strap"}


def test_a_check_that_fails_or_hangs_is_a_finding_and_the_next_goes_on() -> None:
    def stumble() -> Finding:
        raise KeyError("left")

    def lack() -> Finding:
        raise ImportError("No module named 'scipy'")

    (stumbled,) = guarded("one", stumble)
    assert stumbled.status is Status.PROBLEM
    assert stumbled.detail == "could not be looked at: KeyError: 'left'"
    (lacking,) = guarded("two", lack)
    assert (lacking.detail, lacking.advice) == (
        "could not be looked at: No module named 'scipy'",
        "Install Unhurry again.",
    )
    never = Event()
    (hanging,) = guarded("three", lambda: Finding.ok("three", str(never.wait())), limit_s=0.05)
    never.set()
    assert (hanging.check, hanging.status) == ("three", Status.PROBLEM)
    assert "no answer within" in hanging.detail
    assert guarded("four", lambda: Finding.ok("four", "well")) == [Finding.ok("four", "well")]


def test_each_system_has_its_own_advice() -> None:
    said = [
        on_this_system(linux="l", darwin="d", win32="w", platform=system)
        for system in ("linux", "darwin", "win32", "freebsd14")
    ]
    assert said == ["l", "d", "w", "l"]


# --- what was installed, and where it lives --------------------------------------------------------------


def test_the_parts_are_found_and_signal_is_the_standard_librarys() -> None:
    parts, standard = check_parts()
    assert parts.status is Status.OK
    assert all(
        f"unhurry.{part} from" in parts.detail for part in ("signal", "config", "store", "daemon", "api")
    )
    assert standard.status is Status.OK


@pytest.mark.parametrize(
    ("files", "environment", "place"),
    [
        ({}, {}, Place.MACHINE),
        ({".dockerenv": ""}, {}, Place.CONTAINER),
        ({"run/.containerenv": ""}, {}, Place.CONTAINER),
        ({}, {"container": "lxc"}, Place.CONTAINER),
        ({".flatpak-info": "[Application]"}, {"container": "flatpak"}, Place.FLATPAK),
        ({"proc/sys/kernel/osrelease": "5.15.153.1-microsoft-standard-WSL2\n"}, {}, Place.WSL2),
        ({"proc/sys/kernel/osrelease": "4.4.0-19041-Microsoft\n"}, {}, Place.WSL1),
        ({"proc/sys/kernel/osrelease": "6.1.0-18-amd64\n"}, {}, Place.MACHINE),
        ({}, {"SNAP": "/snap/unhurry/7"}, Place.SNAP),
        ({}, {"SNAP": "/snap/code/160"}, Place.MACHINE),
    ],
)
def test_walls_around_the_program_are_known_by_their_signs(
    files: dict[str, str], environment: dict[str, str], place: Place, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = surroundings(tmp_path, environment, executable="/snap/unhurry/7/bin/python3")
    assert found.place is place
    assert (found.way_out is None) is (place is Place.MACHINE)
    assert check_surroundings(found).status is Status.OK


# --- settings and the page's address ---------------------------------------------------------------------


def test_settings_with_a_typo_are_a_problem_that_names_the_key(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert check_settings(path).status is Status.OK
    path.write_text("[prompts]\nbuget_per_day = 3\n")
    finding = check_settings(path)
    assert finding.status is Status.PROBLEM
    assert "buget_per_day" in finding.detail
    assert settings_or_defaults(path).page == Settings().page


def test_with_broken_settings_the_rest_is_still_looked_at(nowhere: list[str], tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[prompts\n")
    _, found = _doctor(*nowhere, "--config", str(path))
    assert found["settings"]["status"] == "problem"
    assert found["database"]["status"] == "ok"
    assert "port" in found


@pytest.mark.parametrize(("key", "value"), [("no_such_parameter", 3), ("sustain_s", 2.5)])
def test_a_detector_parameter_that_run_refuses_is_a_problem(tmp_path: Path, key: str, value: float) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[detection.parameters]\n{key} = {value}\n")
    finding = check_settings(path)
    assert finding.status is Status.PROBLEM
    assert key in finding.detail
    assert str(path) in finding.detail
    assert finding.advice


def test_a_page_for_the_whole_network_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[page]\nhost = "0.0.0.0"\n')
    finding = check_settings(path)
    assert finding.status is Status.PROBLEM
    assert "this machine alone" in finding.detail


def test_a_port_in_use_is_a_problem_until_it_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        page = PageSettings(port=taken.getsockname()[1])
        assert check_port(page, ours=False).status is Status.PROBLEM
        assert check_port(page, ours=True).status is Status.OK
    assert check_port(page, ours=False).status is Status.OK


def test_a_settings_file_that_was_asked_for_and_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    result = CliRunner().invoke(doctor, ["--config", str(tmp_path / "nowhere.toml")])
    assert result.exit_code == 2
    assert "there is no settings file" in result.output


# --- the database and its disk ---------------------------------------------------------------------------


def test_a_database_is_sound_missing_or_something_else(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "unhurry.db"
    missing = check_database(path)
    assert (missing.status, path.parent.exists()) == (Status.OK, False)
    path.parent.mkdir()
    migrate(path)
    assert check_database(path).status is Status.OK
    text = tmp_path / "notes.txt"
    text.write_text("these are notes, not a database")
    assert check_database(text).status is Status.PROBLEM
    assert check_database(text / "unhurry.db").status is Status.PROBLEM
    assert check_database(tmp_path).status is Status.PROBLEM
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as other:
        other.execute("CREATE TABLE songs (title TEXT)")
    other.close()
    assert check_database(foreign).status is Status.PROBLEM


def test_an_empty_file_and_an_earlier_version_are_no_problem(tmp_path: Path, database: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    assert (check_database(empty).status, "next start" in check_database(empty).detail) == (Status.OK, True)
    _pragma(database, f"user_version = {SCHEMA_VERSION - 1}")
    assert (check_database(database).status, "next start" in check_database(database).detail) == (
        Status.OK,
        True,
    )


def test_a_later_version_and_damage_are_told_apart(database: Path) -> None:
    _pragma(database, f"user_version = {SCHEMA_VERSION + 1}")
    later = check_database(database)
    assert (later.status, later.advice) == (Status.PROBLEM, "Update Unhurry.")
    _pragma(database, f"user_version = {SCHEMA_VERSION}")
    size = database.stat().st_size
    with database.open("r+b") as file:
        file.seek(size // 4)
        file.write(os.urandom(size // 2))
    damaged = check_database(database)
    assert damaged.status is Status.PROBLEM
    assert "damaged" in damaged.detail
    assert "backup" in (damaged.advice or "")


def _pragma(path: Path, text: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA {text}")
    connection.close()


_HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(sys.argv[2])
connection.execute(sys.argv[3])
connection.execute("CREATE TABLE IF NOT EXISTS held (n)")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def _held(path: Path, first: str, then: str) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path), first, then],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        yield
        holder.stdin.close()


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("PRAGMA foreign_keys = ON", "BEGIN IMMEDIATE"),
        ("PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE"),
    ],
)
def test_a_database_that_another_program_holds_is_locked(
    first: str, then: str, nowhere: list[str], database: Path
) -> None:
    with _held(database, first, then):
        result, found = _doctor(*nowhere)
    assert result.exit_code == 1
    assert found["database"]["detail"] == f"{database} is locked by another program"
    assert "Close the program" in found["database"]["advice"]
    assert found["clock-database"]["status"] == "skipped"
    assert check_database(database).status is Status.OK


@unix_only
def test_a_file_or_folder_that_may_not_be_written_is_a_problem(tmp_path: Path, database: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)  # pytest keeps its folders closed to others
    database.parent.chmod(0o555)
    database.chmod(0o444)
    try:
        check_database(database)  # what it imports, it imports as a user who can read it
        kept = _as_nobody(lambda: check_database(database))
        missing = _as_nobody(lambda: check_database(database.with_name("other.db")))
    finally:
        database.parent.chmod(0o700)
    assert (kept.status, "may not be written" in kept.detail) == (Status.PROBLEM, True)
    assert (missing.status, "cannot be created" in missing.detail) == (Status.PROBLEM, True)
    assert "--db" in (missing.advice or "")


@unix_only
def test_what_others_can_open_is_a_problem_and_closed_again_none(database: Path) -> None:
    assert check_privacy(database).status is Status.OK
    for path, mode in ((database, 0o640), (database.parent, 0o777)):
        path.chmod(mode)
        finding = check_privacy(database)
        assert (finding.status, f"mode {mode:04o}" in finding.detail) == (Status.PROBLEM, True)
        assert (finding.advice or "").startswith("Close it: `chmod ")
        path.chmod(0o600 if path == database else 0o700)
    assert check_privacy(database).status is Status.OK
    own = database.parent / "unhurry"
    own.mkdir(mode=0o755)
    assert check_privacy(own / "unhurry.db").status is Status.PROBLEM


@unix_only
def test_a_database_of_another_user_is_a_problem(database: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(database, NOBODY, NOBODY)
    finding = check_privacy(database)
    assert (finding.status, "belongs to another user" in finding.detail) == (Status.PROBLEM, True)
    assert "without `sudo`" in (finding.advice or "")


def test_a_disk_with_too_little_room_is_a_problem(tmp_path: Path) -> None:
    assert check_disk(tmp_path / "deep" / "unhurry.db", needed_bytes=1).status is Status.OK
    full = check_disk(tmp_path / "unhurry.db", needed_bytes=10**18)
    assert (full.status, "are free" in full.detail) == (Status.PROBLEM, True)


@linux_only
def test_a_disk_that_can_only_be_read_is_a_problem() -> None:
    lines = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    points = [
        Path(point)
        for _, point, kind, options, *_ in lines
        if "ro" in options.split(",") and kind != "autofs"
    ]
    closed = [point for point in points if point.is_dir() and os.statvfs(point).f_flag & os.ST_RDONLY]
    if not closed:
        pytest.skip("no disk is mounted read-only here")
    assert "can only be read" in check_disk(closed[0] / "unhurry.db").detail


def test_a_network_disk_and_a_synchronised_folder_are_problems(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    place = tmp_path / "my disk"
    place.mkdir()
    escaped = str(place).replace(" ", r"\040")
    mounts.write_text(
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        f"40 22 0:40 / {escaped} rw,relatime shared:9 - nfs4 nas:/home rw\n"
        "a line that means nothing\n"
    )
    assert file_system(place / "deep", mounts) == "nfs4"
    assert file_system(tmp_path, mounts) == "ext4"
    assert file_system(tmp_path, tmp_path / "nowhere") is None
    finding = check_disk(place / "unhurry.db", mounts=mounts)
    assert (finding.status, "network disk (nfs4)" in finding.detail) == (Status.PROBLEM, True)
    cloud = tmp_path / "OneDrive - Somewhere"
    cloud.mkdir()
    finding = check_disk(cloud / "unhurry.db", mounts=mounts)
    assert (finding.status, "carried to other computers" in finding.detail) == (Status.PROBLEM, True)


# --- time ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("now_s", [0.0, 4_102_444_801.0])
def test_a_clock_that_was_never_set_is_a_problem(now_s: float) -> None:
    assert check_clock(now_s).status is Status.PROBLEM
    assert check_clock(1_800_000_000.0).status is Status.OK


def test_a_clock_nobody_sets_is_no_obstacle() -> None:
    assert check_synchronised().status in {Status.OK, Status.SKIPPED}


def test_measurements_from_the_future_are_a_problem(database: Path) -> None:
    assert check_stored_time(database, readable=True).status is Status.SKIPPED
    now_s = time.time()
    _measured(database, start_ms=round(now_s * 1000) - 7_200_000, seen_ms=None, end_ms=3_600_000)
    assert check_stored_time(database, readable=True, now_s=now_s).status is Status.OK
    behind = check_stored_time(database, readable=True, now_s=now_s - 11 * 3600)
    assert (behind.status, "10 h ahead of this clock" in behind.detail) == (Status.PROBLEM, True)
    assert check_stored_time(database, readable=False, now_s=0.0).status is Status.SKIPPED


_ZONE = "from unhurry.command.clock_checks import check_time_zone as look; print(*map(str, (look().status, look().detail)))"


@unix_only
@pytest.mark.parametrize(("zone", "status"), [("Nowhere/Lost", "problem"), ("Asia/Kathmandu", "ok")])
def test_a_time_zone_nobody_knows_is_a_problem(zone: str, status: str) -> None:
    environment = {**os.environ, "TZ": zone, "PYTHONPATH": os.pathsep.join(map(str, ROOTS))}
    said = subprocess.run(
        [sys.executable, "-c", _ZONE], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert said.split()[0] == status
    assert zone in said


# --- Unhurry itself, at work -----------------------------------------------------------------------------


def _measured(
    database: Path, *, start_ms: int, seen_ms: int | None, end_ms: int | None = None, source: str = "ble"
) -> None:
    connection = sqlite3.connect(database)
    with connection:
        connection.execute(
            """INSERT INTO recordings (source, device, wall_ms, utc_offset_s, simulated, end_ms, cause)
            VALUES (?, 'Strap 0001', ?, 0, 0, ?, ?)""",
            (source, start_ms, end_ms, None if end_ms is None else "stopped"),
        )
        if seen_ms is not None:
            connection.execute(
                """INSERT INTO now (id, recording, t_ms, seen_wall_ms, speed, since_ms, motion_known)
                VALUES (1, last_insert_rowid(), 1000, ?, 1.0, 0, 0)""",
                (seen_ms,),
            )
    connection.close()


def _alive(database: Path) -> None:
    """Let the recording be seen at this moment: ten seconds later it counts as left by a dead process."""
    connection = sqlite3.connect(database)
    with connection:
        connection.execute("UPDATE now SET seen_wall_ms = ?", (round(time.time() * 1000),))
    connection.close()


def _linked(database: Path, state: str, advice: str | None) -> None:
    connection = sqlite3.connect(database)
    with connection:
        connection.execute(
            """INSERT INTO links (recording, t_ms, state, device, battery_percent, advice)
            SELECT max(id), 900, ?, 'Strap 0001', 62, ? FROM recordings""",
            (state, advice),
        )
    connection.close()


def test_while_unhurry_records_its_own_word_stands_for_a_search(nowhere: list[str], database: Path) -> None:
    now_ms = round(time.time() * 1000)
    _measured(database, start_ms=now_ms - 60_000, seen_ms=now_ms)
    _linked(database, "receiving", None)
    _doctor(*nowhere)  # the first time imports take theirs
    _alive(database)
    _, found = _doctor(*nowhere, "--scan")
    assert found["strap"]["status"] == "ok"
    assert found["strap"]["detail"].endswith("says: Strap 0001, receiving, battery 62 %")
    assert str(database) in found["running"]["detail"]
    _linked(database, "taken", "Another app may hold your strap: close it.")
    _alive(database)
    _, found = _doctor(*nowhere, "--scan")
    assert (found["strap"]["status"], found["strap"]["advice"]) == (
        "problem",
        "Another app may hold your strap: close it.",
    )


def test_the_page_is_asked_first_and_its_port_is_not_taken_by_a_stranger(
    nowhere: list[str], database: Path
) -> None:
    port = os.environ["UNHURRY_PAGE__PORT"]
    now_ms = round(time.time() * 1000)
    _measured(database, start_ms=now_ms - 60_000, seen_ms=now_ms)
    _linked(database, "looking", "No strap is in reach.")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, ROOTS))}
    with subprocess.Popen(
        [sys.executable, "-m", "unhurry.command", "serve", "--db", str(database), "--port", port],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as page:
        assert page.stdout is not None
        assert port in page.stdout.readline()
        _alive(database)
        _, found = _doctor(*nowhere)
        page.terminate()
    assert found["running"]["detail"] == f"Unhurry is running; the page at http://127.0.0.1:{port}/ says so"
    assert (found["strap"]["status"], found["strap"]["advice"]) == ("problem", "No strap is in reach.")
    assert found["port"]["detail"] == f"Unhurry is running at http://127.0.0.1:{port}/"


def test_a_recorder_that_says_nothing_yet_is_known_by_its_lock(database: Path) -> None:
    page = PageSettings(port=_free_port())
    assert running_service(database, page, readable=True) is None
    with sole_recorder(database):
        service = running_service(database, page, readable=False)
    assert running_service(database, page, readable=True) is None
    if sys.platform == "win32":
        pytest.skip("Windows asks page and file alone")
    assert service is not None
    assert service.holds_radio
    assert strap_of(service).status is Status.SKIPPED


def test_a_service_that_plays_a_day_does_not_hold_the_radio(database: Path) -> None:
    now_ms = round(time.time() * 1000)
    _measured(database, start_ms=now_ms - 60_000, seen_ms=now_ms, source="demo")
    service = running_service(database, PageSettings(port=_free_port()), readable=True)
    assert service is not None
    assert not service.holds_radio


# --- switches and groups ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("radios", "status", "advice"),
    [
        ([], Status.SKIPPED, None),
        ([("wlan", "1", "1")], Status.SKIPPED, None),
        ([("bluetooth", "0", "0")], Status.OK, None),
        ([("bluetooth", "1", "0")], Status.PROBLEM, LIFT_SOFT),
        ([("bluetooth", "0", "1")], Status.PROBLEM, LIFT_HARD),
        ([("bluetooth", "1", "1")], Status.PROBLEM, LIFT_HARD),
        ([("bluetooth", "1", "1"), ("bluetooth", "1", "0")], Status.PROBLEM, LIFT_SOFT),
        ([("bluetooth", "1", "1"), ("bluetooth", "0", "0")], Status.OK, None),
    ],
)
def test_a_switch_for_radio_stands_in_the_way_when_no_radio_is_left(
    radios: list[tuple[str, str, str]], status: Status, advice: str | None, tmp_path: Path
) -> None:
    for number, (kind, soft, hard) in enumerate(radios):
        folder = tmp_path / f"sys/class/rfkill/rfkill{number}"
        folder.mkdir(parents=True)
        for name, text in {"type": kind, "name": f"hci{number}", "soft": soft, "hard": hard}.items():
            (folder / name).write_text(f"{text}\n")
    finding = check_switches(bluetooth_switches(tmp_path))
    assert (finding.status, finding.advice) == (status, advice)


@linux_only
def test_a_group_is_mine_not_mine_or_not_there() -> None:
    mine = grp.getgrgid(os.getegid()).gr_name
    assert membership(mine) is Membership.YES
    assert membership("no-such-group-anywhere") is Membership.NO_GROUP
    me = {os.getegid(), *os.getgroups()}
    others = [entry for entry in grp.getgrall() if entry.gr_gid not in me and not entry.gr_mem]
    assert others
    assert membership(others[0].gr_name) is Membership.NO
