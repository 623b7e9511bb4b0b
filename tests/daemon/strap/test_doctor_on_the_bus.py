"""`unhurry doctor` where there is Bluetooth, and where there is almost: each obstacle is found and named."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from unhurry.command.findings import Finding, Status
from unhurry.command.strap_checks import WantedStrap, look_for_strap
from unhurry.command.surroundings import Place, Surroundings

from .bluez.plan import OTHER_STRAP, StrapPlan
from .lab import QUICK, InLab, Lab

pytest.importorskip("dbus_fast", reason="dbus-daemon is Linux's")

from dbus_fast import Message
from dbus_fast.aio import MessageBus

from unhurry.command.bluez_checks import CHECKS, look
from unhurry.command.notification_checks import check_notifications
from unhurry.config import ChannelSettings

MACHINE = Surroundings(Place.MACHINE, "")
CONTAINER = Surroundings(Place.CONTAINER, "/.dockerenv is there")
ANY = WantedStrap(None, None)


def obstacle(findings: Sequence[Finding]) -> Finding:
    """Return the one problem; everything before it is well, nothing behind it was looked at."""
    assert {finding.check for finding in findings} == set(CHECKS)
    problems = [finding for finding in findings if finding.status is Status.PROBLEM]
    assert len(problems) == 1, findings
    assert problems[0].advice
    return problems[0]


def statuses(findings: Sequence[Finding]) -> dict[str, Status]:
    return {finding.check: finding.status for finding in findings}


@pytest.fixture
def no_bluetooth(needs_dbus: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of a bus that nobody has started yet."""
    path = tmp_path / "bus"
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={path}")
    return path


def test_a_missing_bus_is_the_first_obstacle(no_bluetooth: Path, tmp_path: Path) -> None:
    found = asyncio.run(look(tmp_path, MACHINE))
    assert statuses(found) == dict.fromkeys(CHECKS, Status.SKIPPED) | {"dbus": Status.PROBLEM}
    assert "Start D-Bus" in (obstacle(found).advice or "")
    assert str(no_bluetooth) in obstacle(found).detail


def test_a_bus_that_ended_is_told_from_one_that_was_never_there(no_bluetooth: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(no_bluetooth))
    problem = obstacle(asyncio.run(look(tmp_path, MACHINE)))
    assert "refused" in problem.detail
    assert "Restart" in (problem.advice or "")


def test_a_bus_that_says_nothing_is_not_waited_for(no_bluetooth: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(no_bluetooth))
        mute.listen()
        problem = obstacle(asyncio.run(look(tmp_path, MACHINE)))
    assert "no answer within" in problem.detail


def test_an_address_that_means_nothing_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, needs_dbus: None
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "carrier-pigeon:coop=3")
    for place in (MACHINE, CONTAINER):
        problem = obstacle(asyncio.run(look(tmp_path, place)))
        assert "DBUS_SYSTEM_BUS_ADDRESS" in (problem.advice or "")


def test_inside_a_container_the_way_out_is_said(no_bluetooth: Path, tmp_path: Path) -> None:
    assert "-v /run/dbus" in (obstacle(asyncio.run(look(tmp_path, CONTAINER))).advice or "")


def with_unit(root: Path) -> Path:
    unit = root / "usr/lib/systemd/system/bluetooth.service"
    unit.parent.mkdir(parents=True)
    unit.write_text("[Unit]\n")
    return unit


def test_bluez_is_told_apart_absent_held_back_waiting_and_stopped(in_lab: InLab, tmp_path: Path) -> None:
    absent, masked, waiting, stopped = (
        tmp_path / name for name in ("absent", "masked", "waiting", "stopped")
    )
    for root in (masked, waiting, stopped):
        with_unit(root)
    (masked / "etc/systemd/system").mkdir(parents=True)
    (masked / "etc/systemd/system/bluetooth.service").symlink_to("/dev/null")
    for root in (masked, stopped):
        (root / "sys/class/bluetooth/hci0").mkdir(parents=True)
    (stopped / "run/systemd/system").mkdir(parents=True)

    async def scenario(lab: Lab) -> None:
        await lab.world.stop_bluetoothd()
        problem = obstacle(await look(absent, MACHINE))
        assert (problem.check, "install bluez" in (problem.advice or "")) == ("bluetooth-service", True)
        problem = obstacle(await look(masked, MACHINE))
        assert (problem.check, "unmask" in (problem.advice or "")) == ("bluetooth-service", True)
        problem = obstacle(await look(waiting, MACHINE))
        assert (problem.check, "no Bluetooth adapter" in problem.detail) == ("bluetooth", True)
        problem = obstacle(await look(stopped, MACHINE))
        assert problem.check == "bluetooth-service"
        assert "systemctl enable --now bluetooth" in (problem.advice or "")
        (stopped / "run/systemd/system").rmdir()
        assert "service bluetooth start" in (obstacle(await look(stopped, MACHINE)).advice or "")
        assert obstacle(await look(stopped, CONTAINER)).advice == CONTAINER.way_out
        # Asking has started nothing.
        assert lab.calls("GetManagedObjects") == 0

    in_lab(scenario)


def test_a_policy_that_denies_is_a_matter_of_permission(in_lab: InLab, tmp_path: Path) -> None:
    async def scenario(lab: Lab) -> None:
        found = await look(tmp_path, MACHINE)
        problem = obstacle(found)
        assert problem.check == "bluetooth-permission"
        assert "AccessDenied" in problem.detail
        assert statuses(found)["bluetooth-service"] is Status.OK
        assert statuses(found)["bluetooth"] is Status.SKIPPED

    in_lab(scenario, permitted=False)


def test_bluez_that_does_not_answer_is_restarted(in_lab: InLab, tmp_path: Path) -> None:
    async def scenario(lab: Lab) -> None:
        lab.rules.hang("GetManagedObjects")
        problem = obstacle(await look(tmp_path, MACHINE))
        assert problem.check == "bluetooth-service"
        assert "systemctl restart bluetooth" in (problem.advice or "")

    in_lab(scenario)


def test_an_adapter_is_on_off_blocked_or_missing(in_lab: InLab, tmp_path: Path) -> None:
    async def scenario(lab: Lab) -> None:
        found = await look(tmp_path, MACHINE)
        assert statuses(found) == dict.fromkeys(CHECKS, Status.OK)
        assert "hci0 is on" in found[-1].detail
        lab.world.switch_off()
        problem = obstacle(await look(tmp_path, MACHINE))
        assert (problem.check, problem.detail) == ("bluetooth", "hci0 is off")
        assert "bluetoothctl power on" in (problem.advice or "")
        switch = tmp_path / "sys/class/rfkill/rfkill0"
        switch.mkdir(parents=True)
        for name, value in {"type": "bluetooth", "name": "hci0", "soft": "1", "hard": "0"}.items():
            (switch / name).write_text(f"{value}\n")
        assert obstacle(await look(tmp_path, MACHINE)).detail == "hci0 is off, and blocked"
        lab.world.unplug()
        assert "no Bluetooth adapter" in obstacle(await look(tmp_path, MACHINE)).detail
        (tmp_path / "sys/class/bluetooth/hci0").mkdir(parents=True)
        assert "the kernel has hci0" in obstacle(await look(tmp_path, MACHINE)).detail

    in_lab(scenario)


def test_a_strap_that_is_heard_is_called_once_and_hung_up_on(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        found = await look_for_strap(ANY, 0.5, QUICK)
        assert (found.status, found.detail) == (Status.OK, "Strap 0001 is in reach, answers and sends")
        assert lab.calls("Connect") == 1
        await lab.until(lambda: not lab.strap.connected)

    in_lab(scenario)


def test_a_strap_in_use_is_left_alone(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        found = await look_for_strap(ANY, 0.5, QUICK)
        assert found.status is Status.OK
        assert "connected to this computer already" in found.detail
        assert lab.strap.connected
        assert [lab.calls(method) for method in ("Connect", "Disconnect", "StartDiscovery")] == [0, 0, 0]

    in_lab(scenario, StrapPlan(connected_before=True))


def test_without_scanning_nothing_is_called(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        assert (await look_for_strap(ANY, None, QUICK)).status is Status.SKIPPED
        assert [lab.calls(method) for method in ("Connect", "StartDiscovery")] == [0, 0]

    in_lab(scenario)


def test_of_several_straps_none_is_called_but_the_wearers_own(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        found = await look_for_strap(ANY, 0.5, QUICK)
        assert (found.status, lab.calls("Connect")) == (Status.OK, 0)
        assert "Strap 0001, Other strap" in found.detail
        assert "--strap" in (found.advice or "")
        found = await look_for_strap(WantedStrap(None, OTHER_STRAP.address), 0.5, QUICK)
        assert found.detail == "Other strap is in reach, answers and sends"
        found = await look_for_strap(WantedStrap("0001", OTHER_STRAP.address), 0.5, QUICK)
        assert found.detail == "Strap 0001 is in reach, answers and sends"

    in_lab(scenario, StrapPlan(), OTHER_STRAP)


def test_the_strap_used_last_sleeps_while_another_is_heard(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        found = await look_for_strap(WantedStrap(None, "C0:FF:EE:00:00:00"), 0.5, QUICK)
        assert found.status is Status.PROBLEM
        assert "asleep" in found.detail
        assert "heard instead: Strap 0001" in found.detail
        assert "Moisten" in (found.advice or "")
        assert lab.calls("Connect") == 0
        lab.strap.go_away()
        await asyncio.sleep(0.2)
        lab.device.forget()
        found = await look_for_strap(ANY, 0.5, QUICK)
        assert (found.status, found.detail) == (Status.PROBLEM, "no strap was heard")

    in_lab(scenario)


def test_a_strap_that_refuses_is_maybe_held_by_another_app(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.rules.fail("Connect", "org.bluez.Error.Failed", times=None, text="le-connection-abort-by-local")
        found = await look_for_strap(ANY, 0.5, QUICK)
        assert found.status is Status.PROBLEM
        assert "does not let itself be called" in found.detail
        assert "Another app" in (found.advice or "")

    in_lab(scenario)


def test_a_strap_that_answers_and_sends_nothing_wants_damp_electrodes(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.strap.silent_connections = 1
        found = await look_for_strap(ANY, 0.5, QUICK)
        assert (found.status, found.detail) == (Status.PROBLEM, "Strap 0001 answers, but sends nothing")
        assert "electrodes" in (found.advice or "")
        await lab.until(lambda: not lab.strap.connected)

    in_lab(scenario)


def test_notifications_are_looked_for_on_the_bus_of_the_session(
    in_lab: InLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(message: Message) -> Message | None:
        if message.member == "GetCapabilities":
            return Message.new_method_return(message, "as", [["body", "actions"]])
        if message.member != "GetServerInformation":
            return None
        return Message.new_method_return(message, "ssss", ["Desk", "Somebody", "1.0", "1.2"])

    async def scenario(lab: Lab) -> None:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", lab.world.address)
        found = await asyncio.to_thread(check_notifications, ChannelSettings())
        assert (found.status, "no program" in found.detail) == (Status.SKIPPED, True)
        assert found.advice
        desktop = await MessageBus(lab.world.address).connect()
        desktop.add_message_handler(answer)
        await desktop.request_name("org.freedesktop.Notifications")
        found = await asyncio.to_thread(check_notifications, ChannelSettings())
        assert found.status is Status.OK
        assert found.detail == "Desk 1.0 by Somebody shows offers, with buttons"
        desktop.disconnect()

    in_lab(scenario)


def test_without_a_session_offers_still_have_the_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    found = check_notifications(ChannelSettings())
    assert found.status is Status.SKIPPED
    assert "on the page and in the terminal" in found.detail
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'gone'}")
    assert "not to be reached" in check_notifications(ChannelSettings()).detail
