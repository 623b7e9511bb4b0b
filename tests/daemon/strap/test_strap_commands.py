"""`unhurry scan` and `unhurry doctor`, as a wearer runs them."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from unhurry.command.computer_checks import check_database, check_parts, check_port, check_settings
from unhurry.command.doctor import command as doctor
from unhurry.command.findings import Status
from unhurry.command.options import common_options
from unhurry.command.scan import command as scan
from unhurry.config import PageSettings, StrapError
from unhurry.store import migrate

LAB = Path(__file__).parents[4] / "shared" / "ble-lab"


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Options that keep a command away from the real database and settings."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("UNHURRY_DB", raising=False)
    return ["--db", str(tmp_path / "unhurry.db")]


@pytest.fixture
def no_dbus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer without D-Bus."""
    if sys.platform != "linux":
        pytest.skip("D-Bus is Linux's")
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path / 'nowhere'}")


def _doctor(*options: str) -> tuple[Result, dict[str, dict[str, Any]]]:
    result = CliRunner().invoke(doctor, ["--json", *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result, {finding["check"]: finding for finding in json.loads(result.stdout)}


@pytest.mark.usefixtures("no_dbus")
def test_scan_without_bluetooth_is_one_clear_error(paths: list[str]) -> None:
    result = CliRunner().invoke(scan, paths)
    assert isinstance(result.exception, StrapError)
    assert str(result.exception).startswith("D-Bus does not answer. Start D-Bus")


@pytest.mark.usefixtures("no_dbus")
def test_doctor_without_bluetooth_names_the_first_obstacle_and_exits_with_one(paths: list[str]) -> None:
    result, findings = _doctor(*paths)
    assert result.exit_code == 1
    assert findings["dbus"]["status"] == "problem"
    assert "Start D-Bus" in findings["dbus"]["advice"]
    behind = ["bluetooth", "bluetooth-permission", "strap"]
    assert [findings[check]["status"] for check in behind] == ["skipped"] * 3


@pytest.mark.usefixtures("no_dbus")
def test_doctor_prints_a_line_per_check_and_no_traceback(paths: list[str]) -> None:
    result = CliRunner().invoke(doctor, paths)
    assert result.exit_code == 1
    lines = [line for line in result.output.splitlines() if not line.strip().startswith("→")]
    assert all(line.split()[0] in {"ok", "problem", "skipped"} for line in lines)


@pytest.fixture
def lab_bus() -> Iterator[tuple[str, Path]]:
    """The imitated bluetoothd as a process of its own, with two straps: its address and control socket."""
    pytest.importorskip("dbus_fast", reason="dbus-daemon is Linux's")
    if not (LAB / "fake_bluez.py").is_file():
        pytest.skip("the shared BLE lab is not beside the repository")
    service = subprocess.Popen(
        [sys.executable, str(LAB / "fake_bluez.py"), "--also", "Other strap"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert service.stdout is not None
    with service:
        address, control = (service.stdout.readline().strip().partition("=")[2] for _ in range(2))
        if not address:
            pytest.skip("dbus-daemon is not installed")
        try:
            yield address, Path(control)
        finally:
            service.terminate()


def test_scan_lists_the_straps_in_reach(
    lab_bus: tuple[str, Path], monkeypatch: pytest.MonkeyPatch, paths: list[str]
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", lab_bus[0])
    result = CliRunner().invoke(scan, ["--json", "--seconds", "1", *paths])
    assert result.exit_code == 0, result.exception
    straps = json.loads(result.stdout)
    assert sorted(strap["name"] for strap in straps) == ["Other strap", "Strap 0001"]
    assert all(strap["rssi_dbm"] < 0 and ":" in strap["address"] for strap in straps)
    table = CliRunner().invoke(scan, ["--seconds", "1", *paths]).output.splitlines()
    assert table[0].split() == ["name", "address", "signal", "battery"]
    assert len(table) == 3


def test_doctor_sees_the_strap_and_the_adapter_that_is_off(
    lab_bus: tuple[str, Path], monkeypatch: pytest.MonkeyPatch, paths: list[str]
) -> None:
    address, control = lab_bus
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    _, findings = _doctor(*paths)
    assert findings["strap"]["status"] == "ok"
    assert "Strap 0001" in findings["strap"]["detail"]
    assert {findings[check]["status"] for check in ("dbus", "bluetooth", "bluetooth-permission")} == {"ok"}
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as lever:
        lever.connect(str(control))
        lever.sendall(b"adapter off\n")
        assert lever.recv(100).startswith(b"ok")
    result, findings = _doctor("--no-scan", *paths)
    assert result.exit_code == 1
    assert findings["bluetooth"]["status"] == "problem"
    assert "bluetoothctl power on" in findings["bluetooth"]["advice"]


def test_the_parts_are_found_and_signal_is_the_standard_librarys() -> None:
    parts, standard = check_parts()
    assert parts.status is Status.OK
    assert all(
        f"unhurry.{part} from" in parts.detail for part in ("signal", "config", "store", "daemon", "api")
    )
    assert standard.status is Status.OK


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
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as other:
        other.execute("CREATE TABLE songs (title TEXT)")
    other.close()
    assert check_database(foreign).status is Status.PROBLEM


def test_settings_with_a_typo_are_a_problem_that_names_the_key(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert check_settings(path)[0].status is Status.OK
    path.write_text("[prompts]\nbuget_per_day = 3\n")
    finding, settings = check_settings(path)
    assert finding.status is Status.PROBLEM
    assert "buget_per_day" in finding.detail
    assert settings is None


@pytest.mark.parametrize(("key", "value"), [("no_such_parameter", 3), ("sustain_s", 2.5)])
def test_a_detector_parameter_that_run_refuses_is_a_problem(tmp_path: Path, key: str, value: float) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[detection.parameters]\n{key} = {value}\n")
    finding, _ = check_settings(path)
    assert finding.status is Status.PROBLEM
    assert key in finding.detail
    assert str(path) in finding.detail
    assert finding.advice


def test_a_page_for_the_whole_network_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[page]\nhost = "0.0.0.0"\n')
    finding, _ = check_settings(path)
    assert finding.status is Status.PROBLEM
    assert "this machine alone" in finding.detail


def test_a_port_in_use_is_a_problem_until_it_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        page = PageSettings(port=taken.getsockname()[1])
        assert check_port(page).status is Status.PROBLEM
    assert check_port(page).status is Status.OK


def test_a_settings_file_that_was_asked_for_and_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    result = CliRunner().invoke(doctor, ["--config", str(tmp_path / "nowhere.toml")])
    assert result.exit_code == 2
    assert "there is no settings file" in result.output


def test_the_database_comes_from_the_option_then_the_environment(tmp_path: Path) -> None:
    @click.command()
    @common_options
    def where(db: Path, config: Path) -> None:
        click.echo(db)

    environment = {"UNHURRY_DB": str(tmp_path / "env.db")}
    assert CliRunner().invoke(where, [], env=environment).output.strip() == str(tmp_path / "env.db")
    given = CliRunner().invoke(where, ["--db", str(tmp_path / "given.db")], env=environment)
    assert given.output.strip() == str(tmp_path / "given.db")
