"""The page's pure modules, run in the browser they are written for: breath, time, paths, states."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from unhurry.signal.records import State
from unhurry.store.records import LinkState

from .conftest import ORIGIN


def run(page: Page, module: str, body: str, argument: object = None) -> Any:
    """Return what `body` makes of the module `m` and `argument`."""
    return page.evaluate(
        f"async (argument) => {{ const m = await import('{ORIGIN}/page/js/{module}.js'); {body} }}", argument
    )


FOUR_SIX = [{"kind": "in", "seconds": 4}, {"kind": "out", "seconds": 6}]
BOX = [{"kind": kind, "seconds": 4} for kind in ("in", "hold", "out", "hold")]
SIGH = [{"kind": "in", "seconds": 2}, {"kind": "in", "seconds": 1}, {"kind": "out", "seconds": 6}]


def test_a_practice_lasts_whole_breaths_as_near_to_its_minutes_as_can_be(blank: Page) -> None:
    planned = run(blank, "breath", "return m.plan(...argument)", [FOUR_SIX, 2])
    assert (planned["breaths"], planned["totalMs"]) == (12, 120_000)
    assert run(blank, "breath", "return m.plan(...argument).breaths", [FOUR_SIX, 0.5]) == 3
    assert run(blank, "breath", "return m.plan(...argument).breaths", [BOX, 0.01]) == 1


@pytest.mark.parametrize("phases", [FOUR_SIX, BOX, SIGH], ids=["four_six", "box", "sigh"])
def test_the_breath_never_jumps_and_goes_from_empty_to_full_and_back(blank: Page, phases: object) -> None:
    full = run(
        blank,
        "breath",
        "const p = m.plan(argument, 1); return Array.from({length: p.totalMs / 20 + 1}, (_, i) => m.at(p, i * 20).fullness)",
        phases,
    )
    assert full[0] == 0
    assert full[-1] == pytest.approx(0, abs=1e-9)
    assert max(full) == pytest.approx(1, abs=1e-9)
    assert max(abs(after - before) for before, after in pairwise(full)) < 0.02


def test_where_a_breath_is_depends_on_the_time_alone(blank: Page) -> None:
    said = run(
        blank,
        "breath",
        "const p = m.plan(argument, 2); return [-1000, 0, 3999, 4000, 9500, 10000, 119990, 120000, 500000].map((t) => { const a = m.at(p, t);"
        " return [a.kind, a.breath, a.done]; })",
        FOUR_SIX,
    )
    assert said == [
        ["before", -1, False],
        ["in", 0, False],
        ["in", 0, False],
        ["out", 0, False],
        ["out", 0, False],
        ["in", 1, False],
        ["out", 11, False],
        ["out", 12, True],
        ["out", 12, True],
    ]


def test_a_hold_keeps_the_breath_as_it_is(blank: Page) -> None:
    held = run(
        blank,
        "breath",
        "const p = m.plan(argument, 1); return [5000, 7000, 13000, 15000].map((t) => m.at(p, t).fullness)",
        BOX,
    )
    assert held == [1, 1, 0, 0]


def test_times_keep_the_hours_they_were_lived_in(blank: Page) -> None:
    iso = "2026-03-12T11:20:05.250+01:00"
    assert (
        run(blank, "time", "const {ms, offsetMs} = m.read(argument); return m.write(ms, offsetMs)", iso)
        == iso
    )
    assert run(blank, "time", "return m.hhmm(argument)", iso) == "11:20"
    assert run(blank, "time", "return m.inWords(argument)", iso) == "Thursday, late morning"
    assert run(blank, "time", "return m.dayName('2026-03-12')") == "Thursday 12 March"
    assert run(blank, "time", "return [m.shift('2026-03-01', -1), m.shift('2026-12-31', 1)]") == [
        "2026-02-28",
        "2027-01-01",
    ]
    with pytest.raises(Error, match="not a time with an offset"):
        run(blank, "time", "return m.read('2026-03-12T11:20:05')")


def test_on_the_day_the_clocks_go_forward_the_picture_leaves_the_missing_hour_out(blank: Page) -> None:
    hours = run(
        blank,
        "time",
        "const c = new m.WallClock(argument); const t = m.ms(argument[1]);"
        " return [c.hhmm(t - 3600e3), c.hhmm(t - 60e3), c.hhmm(t), c.hhmm(t + 3600e3)]",
        ["2026-03-29T00:00:00.000+01:00", "2026-03-29T03:00:00.000+02:00", "2026-03-30T00:00:00.000+02:00"],
    )
    assert hours == ["01:00", "01:59", "03:00", "04:00"]


def test_a_line_breaks_at_a_gap_and_is_never_drawn_across_it(blank: Page) -> None:
    points = [{"t": t, "hr": hr} for t, hr in ((0, 60), (1, 61), (2, None), (3, 62), (9, 63), (10, 64))]
    runs = run(blank, "plot-path", "return m.runs(argument, 1.5).map((r) => r.map((p) => p.t))", points)
    assert runs == [[0, 1], [3], [9, 10]]


def test_what_is_above_the_usual_is_cut_exactly_where_the_line_crosses(blank: Page) -> None:
    points = [{"t": t, "hr": hr, "high": 70} for t, hr in ((0, 60), (10, 80), (20, 80), (30, 60))]
    (part,) = run(
        blank, "plot-path", "return m.above(argument).map((r) => r.map((p) => [p.t, p.hr]))", points
    )
    assert part == [[5, 70], [10, 80], [20, 80], [25, 70]]


def status(**changes: object) -> dict[str, object]:
    calm = {
        "state": "calm",
        "since": "2026-03-12T11:00:00+01:00",
        "hr_bpm": 66.4,
        "usual_low_bpm": 61.0,
        "usual_high_bpm": 73.2,
        "motion_known": True,
    }
    return {
        "now": "2026-03-12T11:20:05+01:00",
        "source": "ble",
        "daemon": {"running": True, "last_seen": "2026-03-12T11:20:04+01:00"},
        "link": {"state": "receiving", "since": "2026-03-12T07:00:00+01:00", "advice": None},
        "strap": None,
        "wear": "on",
        "moment": calm,
        "modes": {"observing": False, "conversation_since": None, "snoozed_until": None, "driving": False},
        "last_recording": {
            "id": 1,
            "started": "2026-03-12T07:00:00+01:00",
            "until": "2026-03-12T11:20:04+01:00",
        },
    } | changes


def test_a_calm_moment_is_said_in_words_and_its_number_stands_apart(blank: Page) -> None:
    said = run(blank, "states", "return m.describe(argument)", status())
    assert said["say"] == "Sitting still, near your usual."
    assert said["more"] == [
        {"num": "66 beats a minute. Your usual here is 61 to 73.", "word": "Nothing to do."}
    ]


def test_without_movement_nobody_is_said_to_sit_still_and_the_page_says_what_that_means(blank: Page) -> None:
    for state, words in (("calm", "Near your usual."), ("aroused", "Above your usual for this hour.")):
        moment = {"state": state, "since": None, "hr_bpm": 66.4, "usual_low_bpm": None, "motion_known": False}
        said = run(blank, "states", "return m.describe(argument)", status(moment=moment))
        assert said["say"] == words
        assert said["more"][-1].startswith("This strap does not tell movement")


def test_every_state_of_link_and_moment_has_words(blank: Page) -> None:
    for link in LinkState:
        said = run(
            blank,
            "states",
            "return m.describe(argument)",
            status(link={"state": link.value, "since": "2026-03-12T11:00:00+01:00"}),
        )
        assert said["say"].endswith("."), link
    for state in State:
        said = run(
            blank,
            "states",
            "return m.describe(argument)",
            status(moment={"state": state.value, "since": None, "hr_bpm": None}),
        )
        assert said["say"].endswith("."), state


def test_care_for_the_strap_is_shown_beside_the_moment(blank: Page) -> None:
    advice = "The strap battery is at 15 %."
    link = {"state": "receiving", "since": None, "advice": advice}
    said = run(blank, "states", "return m.describe(argument)", status(link=link))
    assert said["say"] == "Sitting still, near your usual."
    assert said["more"][-1] == advice
    noisy = {"state": "noisy", "since": None, "hr_bpm": None}
    said = run(blank, "states", "return m.describe(argument)", status(link=link, moment=noisy))
    assert said["more"] == [advice], "it stands in for the general word"


def test_only_observing_shows_neither_curve_nor_number(blank: Page) -> None:
    modes = {"observing": True, "conversation_since": None, "snoozed_until": None, "driving": False}
    said = run(blank, "states", "return m.describe(argument)", status(modes=modes))
    assert said["quiet"] is True
    assert all(isinstance(line, str) for line in said["more"])
    assert said["act"]["intent"] == "observe"


def test_a_stopped_service_says_when_it_last_listened(blank: Page) -> None:
    daemon = {"running": False, "last_seen": "2026-03-11T22:10:00+01:00"}
    said = run(blank, "states", "return m.describe(argument)", status(daemon=daemon, moment=None))
    assert said["say"] == "Nothing is listening right now."
    assert "on Wednesday 11 March at 22:10" in said["more"][0]


def test_near_your_usual_is_said_of_a_heart_in_its_band_not_of_one_half_way_there(blank: Page) -> None:
    def at(second: int, bpm: float | None, state: str = "aroused") -> dict[str, Any]:
        t = f"2026-03-12T11:{20 + second // 60:02}:{second % 60:02}.000+01:00"
        return {"t": t, "hr_bpm": bpm, "baseline_bpm": 66.0, "spread_bpm": 2.0, "state": state}

    def near(curve: list[dict[str, Any]], closed: str = "settled") -> Any:
        moment = {"peak": at(0, None)["t"], "end": at(60, None)["t"], "closed": closed, "curve": curve}
        return run(blank, "tale", "return m.nearUsual(argument)", moment)

    down = [at(second, 90 - second / 5) for second in range(0, 160, 5)]
    assert near(down[:20]) is None, "at the end of the moment it was half-way"
    assert near(down) == at(100, 70)["t"]
    assert near(down, "moved") is None
    assert near([*down[:10], at(50, 60), *down[11:20]]) is None, "one value does not stay"
    assert near([*down[:15], at(75, 75, "moving"), *down[16:]]) is None, "from there on it had another reason"
    assert near([{**point, "hr_bpm": None} for point in down]) is None
