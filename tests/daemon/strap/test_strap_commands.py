"""`unhurry scan` and `unhurry doctor`, as a wearer runs them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner, Result

from unhurry.command.doctor import command as doctor
from unhurry.command.options import common_options
from unhurry.command.scan import command as scan
from unhurry.config import StrapError

from .bluez.plan import OTHER_STRAP, StrapPlan

if TYPE_CHECKING:
    from .bluez.beside import Beside


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


@pytest.fixture
def bluetooth(needs_dbus: None) -> Iterator[Beside]:
    """A Bluetooth with two straps, beside the command, which brings an event loop of its own."""
    from .bluez.beside import beside  # noqa: PLC0415 - it stands on dbus-fast, which only Linux has

    with beside(StrapPlan(), OTHER_STRAP) as running:
        yield running


@pytest.mark.usefixtures("bluetooth")
def test_scan_lists_the_straps_in_reach(paths: list[str]) -> None:
    result = CliRunner().invoke(scan, ["--json", "--seconds", "1", *paths])
    assert result.exit_code == 0, result.exception
    straps = json.loads(result.stdout)
    assert [strap["name"] for strap in straps] == ["Strap 0001", "Other strap"]
    assert [strap["rssi_dbm"] for strap in straps] == [-50, -70]
    table = CliRunner().invoke(scan, ["--seconds", "1", *paths]).output.splitlines()
    assert table[0].split() == ["name", "address", "signal", "battery"]
    assert len(table) == 3


def test_doctor_sees_the_strap_and_the_adapter_that_is_off(bluetooth: Beside, paths: list[str]) -> None:
    _, findings = _doctor(*paths)
    assert findings["strap"]["status"] == "ok"
    assert "Strap 0001" in findings["strap"]["detail"]
    assert {findings[check]["status"] for check in ("dbus", "bluetooth", "bluetooth-permission")} == {"ok"}
    bluetooth.pull(bluetooth.world.switch_off)
    result, findings = _doctor("--no-scan", *paths)
    assert result.exit_code == 1
    assert findings["bluetooth"]["status"] == "problem"
    assert "bluetoothctl power on" in findings["bluetooth"]["advice"]


def test_the_database_comes_from_the_option_then_the_environment(tmp_path: Path) -> None:
    @click.command()
    @common_options
    def where(db: Path, config: Path) -> None:
        click.echo(db)

    environment = {"UNHURRY_DB": str(tmp_path / "env.db")}
    assert CliRunner().invoke(where, [], env=environment).output.strip() == str(tmp_path / "env.db")
    given = CliRunner().invoke(where, ["--db", str(tmp_path / "given.db")], env=environment)
    assert given.output.strip() == str(tmp_path / "given.db")
