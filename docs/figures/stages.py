"""One figure for each stage of docs/detector.md, from the simulated wearer's day.

In: a `Heard` day. Out: a `Canvas` for each.
"""

from __future__ import annotations

import numpy as np
from canvas import LEFT, RIGHT, WIDTH, Canvas, Panel
from palette import PALETTE, STATE_COLOURS
from probing import believed_range
from wearer import Heard, clock, ticks

from unhurry.daemon.simulation import EpisodeKind, SlipKind, seconds_at
from unhurry.signal import State, Verdict

_HEART, _HEATHER, _USUAL = PALETTE["heart"], PALETTE["heather"], PALETTE["loch-mark"]
_GORSE, _INK = PALETTE["gorse"], PALETTE["ink-3"]


def beat_clock(heard: Heard) -> Canvas:
    """Beats that arrive late and in a burst, and the clock that does not mind."""
    start, end = "12:39:30", "12:40:30"
    canvas = Canvas(290, "Lateness of arrivals and error of the beat clock around a stall of the radio")
    canvas.text(LEFT, 26, "Arrivals jitter and stall; the beat clock goes on", "title")
    x_range = (seconds_at(start), seconds_at(end))
    panel = Panel(canvas, 76, 160, x_range, (0.0, 5.0))
    panel.y_ticks((0, 1, 2, 3, 4, 5), "s")
    panel.x_ticks([(x_range[0] + s, f"{s} s") for s in range(0, 61, 10)])
    beats, true_ms = heard.beats, heard.day.beat_ms[: len(heard.beats)]
    inside = (true_ms >= x_range[0] * 1000) & (true_ms < x_range[1] * 1000)
    at_s = true_ms[inside] / 1000
    arrived_s = (beats.t_ms + beats.late_ms - true_ms)[inside] / 1000
    clocked_s = (beats.t_ms - true_ms)[inside] / 1000
    panel.dots(at_s, arrived_s, PALETTE["gorse-mark"], 5)
    panel.line(at_s, clocked_s, _HEART, 2)
    canvas.legend(
        LEFT,
        50,
        [
            ("a beat's arrival after the beat itself", PALETTE["gorse-mark"]),
            ("its time on the beat clock", _HEART),
        ],
    )
    canvas.text(
        LEFT,
        278,
        "The radio stalls for 4.6 s, then delivers. Clock and beat differ by the strap's own delay.",
        "soft",
    )
    return canvas


def verdicts(heard: Heard) -> Canvas:
    """An early beat and a missed one among believed ones, and what would have been believed."""
    canvas = Canvas(
        320, "Intervals around an early and around a missed beat, with the range that is believed"
    )
    canvas.text(
        LEFT, 26, "An early beat, a missed beat, and what would have been believed in their place", "title"
    )
    width = (WIDTH - LEFT - RIGHT - 50) / 2
    for i, (kind, words) in enumerate(
        ((SlipKind.ECTOPIC, "an early beat"), (SlipKind.MISSED, "a missed beat"))
    ):
        slip = next(s for s in heard.day.slips if s.kind is kind and _sits_still(heard, s.t_s))
        middle = int(heard.beats.t_ms.searchsorted(slip.t_s * 1000))
        rows = slice(middle - 14, middle + 16)
        t_s = heard.beats.t_ms[rows] / 1000
        rr_ms = heard.beats.rr_1024[rows] / 1.024
        panel = Panel(
            canvas,
            80,
            180,
            (float(t_s[0]) - 1, float(t_s[-1]) + 1),
            (300.0, 2000.0),
            LEFT + i * (width + 50),
            width,
        )
        low, high = np.array([believed_range(heard, row) for row in range(rows.start, rows.stop)]).T
        panel.band(t_s, low, high, PALETTE["band"])
        panel.y_ticks((400, 800, 1200, 1600), "ms")
        panel.x_ticks([(float(t_s[0]) + s, f"{s} s") for s in range(0, int(t_s[-1] - t_s[0]) + 1, 10)])
        panel.line(t_s, rr_ms, PALETTE["line"], 1.2)
        verdict = heard.beats.verdict[rows]
        good = verdict == Verdict.OK
        panel.dots(t_s[good], rr_ms[good], _HEART, 6)
        panel.dots(t_s[~good], rr_ms[~good], _HEATHER, 9)
        for at, value, found in zip(t_s[~good], rr_ms[~good], verdict[~good], strict=True):
            words_at = panel.y(value) + (20 if value < np.median(rr_ms) else -10)
            canvas.text(
                panel.x(at),
                words_at,
                Verdict(found).name.lower().replace("_", " or "),
                anchor="middle",
                colour=_HEATHER,
            )
        canvas.text(panel.left, 66, f"{words}, {clock(slip.t_s)}", "soft")
    canvas.legend(
        LEFT,
        306,
        [
            ("believed", _HEART),
            ("not believed", _HEATHER),
            ("would be believed, all else being the same", PALETTE["band"]),
        ],
    )
    return canvas


def level(heard: Heard) -> Canvas:
    """Beats, level, variability and movement through a tense moment and a walk."""
    start, end = "10:08", "10:40"
    canvas = Canvas(500, "Heart rate with its level, RMSSD and movement over half an hour")
    canvas.text(LEFT, 26, "Level, variability and movement: a tense moment, then a walk", "title")
    x_range = (seconds_at(start), seconds_at(end))
    where = heard.between(start, end)
    seconds = heard.seconds
    t_s = seconds.t_s[where].astype(np.float64)
    heart = Panel(canvas, 82, 150, x_range, (50.0, 100.0))
    heart.y_ticks((60, 80, 100), "bpm")
    heart.line(t_s[::2], seconds.hr_bpm[where][::2], PALETTE["hatch"], 1)
    heart.line(t_s[::3], seconds.level_bpm[where][::3], _HEART, 2)
    canvas.legend(LEFT, 50, [("beat by beat", PALETTE["hatch"]), ("level", _HEART)])
    rmssd = Panel(canvas, 276, 70, x_range, (0.0, 60.0))
    rmssd.y_ticks((0, 30, 60), "ms")
    rmssd.line(t_s[::3], seconds.rmssd_ms[where][::3], PALETTE["loch"], 1.8)
    canvas.text(LEFT + 8, 272, "RMSSD of the last 60 s", "soft")
    motion = Panel(canvas, 386, 74, x_range, (0.0, 5.0))
    motion.y_ticks((0, 5), "")
    motion.line(t_s[::3], seconds.motion[where][::3], _GORSE, 1.5)
    motion.level(1.0, _INK, "moving from here on")
    canvas.text(LEFT + 8, 382, "movement", "soft")
    motion.x_ticks(ticks(start, end, 4))
    _tell(heart, heard, start, end)
    return canvas


def usual(heard: Heard) -> Canvas:
    """The usual through a morning: what moves it and what does not."""
    start, end = "08:30", "12:30"
    canvas = Canvas(370, "The wearer's usual over a morning, with the states that decide what moves it")
    canvas.text(LEFT, 26, "The usual: walks and events stay out of it", "title")
    x_range = (seconds_at(start), seconds_at(end))
    where = heard.between(start, end)
    seconds = heard.seconds
    t_s = seconds.t_s[where][::15].astype(np.float64)
    base, spread = seconds.baseline_bpm[where][::15], seconds.spread_bpm[where][::15]
    panel = Panel(canvas, 82, 180, x_range, (50.0, 110.0))
    panel.band(t_s, base - spread, base + spread, PALETTE["band"])
    panel.y_ticks((60, 80, 100), "bpm")
    panel.line(t_s, seconds.level_bpm[where][::15], _HEART, 1.5)
    panel.line(t_s, base, _USUAL, 2)
    canvas.legend(LEFT, 50, [("level", _HEART), ("the usual", _USUAL), ("and its spread", PALETTE["band"])])
    _ribbon(canvas, heard, start, end, x_range, 272)
    Panel(canvas, 272, 22, x_range, (0, 1)).x_ticks(ticks(start, end, 30))
    _state_legend(canvas, heard, start, end, 342)
    return canvas


def event(heard: Heard) -> Canvas:
    """One event from onset to offset."""
    own = heard.event_after("11:15")
    start, end = "11:16", "11:34"
    canvas = Canvas(520, "One event: level, score and states, with onset, confirmation and offset")
    canvas.text(LEFT, 26, "One event, from onset to offset", "title")
    x_range = (seconds_at(start), seconds_at(end))
    where = heard.between(start, end)
    seconds = heard.seconds
    t_s = seconds.t_s[where].astype(np.float64)
    base, spread = seconds.baseline_bpm[where], seconds.spread_bpm[where]
    top = Panel(canvas, 82, 170, x_range, (50.0, 110.0))
    top.band(t_s[::5], (base - spread)[::5], (base + spread)[::5], PALETTE["band"])
    top.y_ticks((60, 80, 100), "bpm")
    top.line(t_s[::5], base[::5], _USUAL, 1.5)
    top.line(t_s[::2], seconds.level_bpm[where][::2], _HEART, 2)
    canvas.legend(LEFT, 50, [("level", _HEART), ("the usual", _USUAL), ("and its spread", PALETTE["band"])])
    highest = float(np.nanmax(seconds.score[where]))
    ceiling = float(np.ceil(highest / 2) * 2)
    score = Panel(canvas, 290, 110, x_range, (0.0, ceiling))
    score.y_ticks((0.0, ceiling / 2, ceiling), "score")
    score.line(t_s[::2], seconds.score[where][::2], _HEATHER, 2)
    score.level(heard.parameters.on_score, _INK, f"up from {heard.parameters.on_score:g}")
    for panel in (top, score):
        panel.mark(own.start_s, "onset" if panel is top else "", _HEATHER, anchor="end")
        panel.mark(own.confirmed_s, "confirmed" if panel is top else "", _HEATHER)
        if own.end_s is not None:
            ending = "" if own.ending is None else f", {own.ending.value}"
            panel.mark(own.end_s, f"offset{ending}" if panel is top else "", _HEATHER)
    _ribbon(canvas, heard, start, end, x_range, 412)
    Panel(canvas, 412, 22, x_range, (0, 1)).x_ticks(ticks(start, end, 2))
    _state_legend(canvas, heard, start, end, 482)
    rise = f"{own.hr_baseline_bpm:.0f} to {own.hr_peak_bpm:.0f} bpm"
    told = f"told {own.confirmed_s - own.start_s:.0f} s after its onset"
    canvas.text(LEFT, 508, f"{rise}, {told}; confidence {own.confidence.value}.", "soft")
    return canvas


def whole_day(heard: Heard) -> Canvas:
    """The whole day: heart, usual, events, states, and what really happened."""
    start, end = "07:00", "22:30"
    canvas = Canvas(430, "A simulated day: heart rate, the usual, events, states, and what really happened")
    canvas.text(LEFT, 26, "The simulated wearer's whole day", "title")
    x_range = (seconds_at(start), seconds_at(end))
    seconds = heard.seconds
    first = slice(59, None, 60)
    t_s = seconds.t_s[first].astype(np.float64)
    base, spread = seconds.baseline_bpm[first], seconds.spread_bpm[first]
    panel = Panel(canvas, 82, 190, x_range, (50.0, 130.0))
    panel.stretches((own.start_s, own.end_s or x_range[1], PALETTE["heather-soft"]) for own in heard.events)
    panel.band(t_s, base - spread, base + spread, PALETTE["band"])
    panel.y_ticks((60, 80, 100, 120), "bpm")
    panel.line(t_s, seconds.level_bpm[first], _HEART, 1.5)
    panel.line(t_s, base, _USUAL, 1.5)
    for own in heard.events:
        panel.dots(np.array([own.confirmed_s]), np.array([127.0]), PALETTE["heather-mark"], 8)
    canvas.legend(
        LEFT,
        50,
        [
            ("level", _HEART),
            ("the usual", _USUAL),
            ("and its spread", PALETTE["band"]),
            ("an event", PALETTE["heather-mark"]),
        ],
    )
    _ribbon(canvas, heard, start, end, x_range, 284)
    truth = Panel(canvas, 314, 22, x_range, (0, 1))
    kinds = {
        EpisodeKind.EMOTIONAL: PALETTE["heather-mark"],
        EpisodeKind.WALKING: PALETTE["gorse-mark"],
        EpisodeKind.STAIRS: PALETTE["gorse-mark"],
        EpisodeKind.HOUSEWORK: PALETTE["gorse-soft"],
        EpisodeKind.DROPOUT: PALETTE["edge"],
    }
    truth.stretches((own.start_s, own.end_s, kinds[own.kind]) for own in heard.day.truth if own.kind in kinds)
    canvas.text(LEFT - 8, 300, "said", "soft", "end")
    canvas.text(LEFT - 8, 330, "was", "soft", "end")
    truth.x_ticks(ticks(start, end, 60)[::2])
    _state_legend(canvas, heard, start, end, 384)
    canvas.text(
        LEFT,
        414,
        "Was, in the same colours: something moving the heart, walking and stairs, housework, out of reach.",
        "soft",
    )
    return canvas


def _sits_still(heard: Heard, t_s: float) -> bool:
    """Whether the wearer sits for a minute around a moment, so that the figure shows the slip alone."""
    around = heard.seconds.t_s.searchsorted([t_s - 60, t_s + 60]).tolist()
    states = heard.seconds.state[slice(*around)]
    calm = list(State).index(State.CALM)
    return len(states) > 0 and bool((states == calm).all())


def _ribbon(
    canvas: Canvas, heard: Heard, start: str, end: str, x_range: tuple[float, float], top: float
) -> None:
    spans = heard.spans(start, end)
    Panel(canvas, top, 22, x_range, (0, 1)).stretches((a, b, STATE_COLOURS[state]) for a, b, state in spans)


def _state_legend(canvas: Canvas, heard: Heard, start: str, end: str, y: float) -> None:
    seen = {state for _, _, state in heard.spans(start, end)}
    canvas.legend(
        LEFT, y, [(state.value.replace("_", " "), STATE_COLOURS[state]) for state in State if state in seen]
    )


def _tell(panel: Panel, heard: Heard, start: str, end: str) -> None:
    """Write what really happened above its time."""
    for own in heard.day.truth:
        if seconds_at(start) <= own.start_s < seconds_at(end) and own.kind is not EpisodeKind.COFFEE:
            panel.canvas.path(
                f"M{panel.x(own.start_s):.1f} {panel.top - 6:.1f}H{panel.x(own.end_s):.1f}",
                PALETTE["peat-mark"],
                4,
            )
            panel.canvas.text(panel.x(own.start_s), panel.top - 14, own.label, colour=PALETTE["peat"])
