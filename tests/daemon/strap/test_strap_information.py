"""What a strap tells about itself, over real bleak: battery, model, firmware; and what is learnt of it on the way."""

from __future__ import annotations

import json
from dataclasses import replace

from unhurry.daemon.sources import StrapLearnt
from unhurry.signal import Kind
from unhurry.store import LinkState
from unhurry.store.profiles import KeptProfile

from .bluez.plan import Information, StrapPlan
from .lab import QUICK, InLab, Lab, Listener

H10 = StrapPlan(information=Information())


def profiles(listener: Listener) -> list[KeptProfile]:
    return [item.profile for item in listener.items if isinstance(item, StrapLearnt)]


def batteries(listener: Listener) -> list[int | None]:
    return list(dict.fromkeys(link.battery_percent for link in listener.links))


def test_model_and_firmware_are_told_with_the_profile(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until(lambda: any(profile.firmware for profile in profiles(listener)))
        profile = profiles(listener)[-1]
        assert (profile.address, profile.manufacturer) == (H10.address, "Polar Electro Oy")
        assert (profile.model, profile.firmware) == ("H10", "5.0.0")

    in_lab(scenario, H10)


def test_a_battery_that_tells_of_changes_is_not_asked_again(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        timings = replace(QUICK, battery_every_s=0.2)
        async with lab.listening(timings=timings) as listener:
            await lab.until(lambda: lab.calls("StartNotify") == 2)
            reads = lab.calls("ReadValue")
            lab.strap.set_battery(14)
            await listener.until(lambda: batteries(listener)[-1] == 14)
            await listener.until_beats(10)
            assert lab.calls("ReadValue") == reads
        assert batteries(listener) == [None, 87, 14]
        assert listener.states[-1] is LinkState.RECEIVING
        assert LinkState.LOST not in listener.states

    in_lab(scenario)


def test_a_battery_that_does_not_tell_is_read_again_now_and_then(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.rules.delay("ReadValue", 0.3)
        async with lab.listening(timings=replace(QUICK, battery_every_s=0.3)) as listener:
            await listener.until_beats(1)
            lab.rules.fail("StartNotify", "NotSupported", times=None)
            await listener.until(lambda: 87 in batteries(listener))
            lab.strap.battery_percent = 60
            await listener.until(lambda: batteries(listener)[-1] == 60)
        assert batteries(listener) == [None, 87, 60]

    in_lab(scenario, H10)


def test_17_a_strap_that_tells_nothing_about_itself_is_worn_all_the_same(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats(10)
        assert lab.calls("ReadValue") == 0
        assert batteries(listener) == [None]
        assert {(profile.model, profile.firmware) for profile in profiles(listener)} == {(None, None)}

    in_lab(scenario, StrapPlan(battery_percent=None))


def test_readings_that_are_never_answered_hold_no_beat_up(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        lab.rules.hang("ReadValue", times=None)
        async with lab.listening(timings=replace(QUICK, battery_s=0.2, grace_s=0.1)) as listener:
            await listener.until_beats(5)
            await lab.until(lambda: lab.calls("ReadValue") == 4)
            await listener.until_beats(10)
        assert listener.beats == lab.sent[: len(listener.beats)]
        assert LinkState.LOST not in listener.states

    in_lab(scenario, H10)


def test_how_long_a_connection_lasted_is_learnt_when_it_drops(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats(10)
            lab.strap.drop()
            await listener.until_told(LinkState.LOST)
            await listener.until(lambda: bool(json.loads(profiles(listener)[-1].counts)["drops_s"]))
        (lasted_s,) = json.loads(profiles(listener)[-1].counts)["drops_s"]
        assert 0.5 <= lasted_s <= 20

    in_lab(scenario)


def test_18_a_contact_bit_that_has_proved_itself_takes_the_rate_of_a_strap_off_the_body(
    in_lab: InLab,
) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats(5)
            lab.strap.take_off()
            await listener.until(lambda: 0 in listener.values(Kind.HEART_RATE))
            believed = listener.values(Kind.HEART_RATE)
            assert believed.index(0) == 19, "from the twentieth frame on that says so"
            assert set(believed[19:]) == {0}
            lab.strap.put_on()
            await listener.until_beats(5)

    in_lab(scenario, StrapPlan(keeps_rate=True))


def test_18_a_contact_bit_that_says_off_while_beats_come_is_not_believed(in_lab: InLab) -> None:
    async def scenario(lab: Lab) -> None:
        async with lab.listening() as listener:
            await listener.until_beats(3)
            lab.strap.contact = False
            await listener.until_beats(30)
            lab.strap.take_off()
            before = len(listener.values(Kind.HEART_RATE))
            await listener.until(lambda: len(listener.values(Kind.HEART_RATE)) >= before + 10)
        assert 0 not in listener.values(Kind.HEART_RATE)
        assert len(listener.beats) >= 33

    in_lab(scenario, StrapPlan(keeps_rate=True))
