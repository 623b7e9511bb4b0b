"""`unhurry detect`: the live pipeline over a recording, for people and for programs."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from unhurry.config import UsageError

from .options import common_options
from .output import print_lines
from .starting import StartTime

if TYPE_CHECKING:
    from unhurry.config import Settings
    from unhurry.signal import ArousalEvent, Minute, Output, Parameters
    from unhurry.store import NewDecision
    from unhurry.store.formats import Recording


@dataclass(frozen=True, slots=True)
class Detected:
    """What the pipeline and the policy made of a recording."""

    recording: Recording
    output: Output
    minutes: tuple[Minute, ...]
    events: tuple[ArousalEvent, ...]
    """Final values, by number."""
    decisions: tuple[NewDecision, ...]


@click.command(epilog="Example: unhurry detect walk.rr.csv.gz --motion walk.acc.csv.gz --json")
@click.argument("recording", type=click.Path(path_type=Path))
@click.option(
    "--motion", metavar="FILE", type=click.Path(path_type=Path), help="Movement beside the recording."
)
@click.option("--start", type=StartTime(), help="Wall time of second 0; without it quiet hours do not apply.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines instead of a table.")
@click.option(
    "--scores", metavar="SECONDS", type=click.IntRange(1), help="With --json: the score every so often."
)
@click.option(
    "--set", "changes", metavar="KEY=VALUE", multiple=True, help="Change a parameter; may be repeated."
)
@common_options
def command(
    recording: Path,
    motion: Path | None,
    start: datetime | None,
    as_json: bool,
    scores: int | None,
    changes: tuple[str, ...],
    db: Path,
    config: Path,
) -> None:
    """Run the detector over RECORDING, as it would have run live. Reads and writes no database."""
    del db
    if scores is not None and not as_json:
        raise UsageError("--scores prints JSON Lines.", "Add --json.")
    from .starting import loaded, parameters_from  # noqa: PLC0415 - loaded when asked for

    settings = loaded(config)
    parameters = parameters_from(settings, changes)
    detected = detect(recording, motion, start, settings, parameters, changes)
    if as_json:
        print_lines(
            json.dumps(line, allow_nan=False, separators=(",", ":")) for line in json_lines(detected, scores)
        )
    else:
        print_lines(plain_lines(detected))


def detect(
    path: Path,
    motion: Path | None,
    start: datetime | None,
    settings: Settings,
    parameters: Parameters,
    changes: tuple[str, ...] = (),
) -> Detected:
    """Read a recording and run `step` and the policy over it. Raises InputError, UsageError."""
    from unhurry.daemon.listening import decide_all, listen  # noqa: PLC0415
    from unhurry.daemon.sources.replay import anchor_at  # noqa: PLC0415
    from unhurry.store.formats import read_recording  # noqa: PLC0415

    given = {change.partition("=")[0].strip() for change in changes}
    both = {"motion.still_below", "motion.moving_from"}
    if motion is None and given & both:
        raise UsageError("--set motion.… needs a movement file.", "Add --motion FILE.")
    levels = parameters.motion if both <= given else None
    recording = read_recording(path, motion=motion, levels=levels)
    if recording.motion_levels is not None and levels is None:
        for name in sorted(both - given):
            value = getattr(recording.motion_levels, name.removeprefix("motion."))
            parameters = parameters.setting(name, repr(value))
    listened = listen(parameters, recording.arrivals)
    anchor = None if start is None else anchor_at(start)
    decisions = decide_all(settings.prompts, settings.notice, listened, anchor)
    return Detected(recording, listened.output, listened.minutes, listened.events, decisions)


def json_lines(detected: Detected, scores: int | None) -> Iterator[dict[str, Any]]:
    """Yield the lines of the contract, events first."""
    for event in detected.events:
        yield {
            "type": "event",
            "id": event.number,
            "start_s": event.start_s,
            "confirmed_s": event.confirmed_s,
            "peak_s": event.peak_s,
            "end_s": event.end_s,
            "hr_peak_bpm": round(event.hr_peak_bpm, 2),
            "hr_baseline_bpm": round(event.hr_baseline_bpm, 2),
            "score_peak": round(event.score_peak, 3),
            "confidence": event.confidence.value,
        }
    for decision in detected.decisions:
        yield {
            "type": "decision",
            "t_s": decision.t_s,
            "event": decision.event_number,
            "decision": decision.kind.value,
            "reason": decision.reason.value,
        }
    for minute in detected.minutes:
        yield {
            "type": "minute",
            "start_s": minute.start_s,
            "state": minute.state.value,
            "hr_bpm": _rounded(minute.hr_bpm, 1),
            "rmssd_ms": _rounded(minute.rmssd_ms, 1),
            "quality": round(minute.quality, 3),
        }
    if scores is not None:
        yield from _score_lines(detected, scores)
    yield _summary(detected)


def _score_lines(detected: Detected, every_s: int) -> Iterator[dict[str, Any]]:
    from unhurry.signal import STATES  # noqa: PLC0415

    seconds = detected.output.seconds
    rows = zip(seconds.t_s.tolist(), seconds.score.tolist(), seconds.state.tolist(), strict=True)
    for t_s, score, index in rows:
        if t_s % every_s == 0:
            state = STATES[int(index)]
            yield {"type": "score", "t_s": t_s, "score": _rounded(score, 3), "state": state.value}


def _summary(detected: Detected) -> dict[str, Any]:
    from unhurry.signal import Verdict  # noqa: PLC0415

    recording = detected.recording
    arrival_ms = recording.arrivals.arrival_ms
    states = Counter(minute.state.value for minute in detected.minutes)
    # The last two beats of a recording never get a verdict.
    accepted = sum(verdict in (Verdict.OK, Verdict.GAP) for verdict in detected.output.beats.verdict.tolist())
    return {
        "type": "summary",
        "beats": recording.beats,
        "beats_ok": accepted,
        "samples": recording.samples,
        "hours": round(float(arrival_ms[-1] - arrival_ms[0]) / 3_600_000, 4),
        "events": len(detected.events),
        "prompts": sum(decision.kind.value == "prompt" for decision in detected.decisions),
        "minutes_by_state": dict(sorted(states.items())),
        "version": version("unhurry"),
    }


def plain_lines(detected: Detected) -> Iterator[str]:
    """Yield the same for a person."""
    summary = _summary(detected)
    beats, samples = summary["beats"], summary["samples"]
    rows = _counted(beats, "beat") if beats else _counted(samples, "heart rate")
    yield f"{detected.recording.name}: {_length(summary['hours'])}, {rows}"
    by_event = {decision.event_number: decision for decision in detected.decisions}
    for event in detected.events:
        decision = by_event[event.number]
        until = "open" if event.end_s is None else _clock(event.end_s)
        told = (
            "offered"
            if decision.kind.value == "prompt"
            else f"held: {decision.reason.value.replace('_', ' ')}"
        )
        course = f"{event.hr_baseline_bpm:3.0f} to {event.hr_peak_bpm:3.0f} bpm"
        yield f"  {_clock(event.start_s)} to {until:>8}  {course}  {event.confidence.value:4}  {told}"
    states = summary["minutes_by_state"]
    if not states:
        yield "  too short for anything to be said about it"
        return
    if not states.keys() & {"calm", "aroused"}:
        yield "  no minute of it could be judged"
    elif not detected.events:
        yield "  no moment in which the heart sped up for no visible reason"
    minutes = ", ".join(f"{state.replace('_', ' ')} {count}" for state, count in states.items())
    yield f"  minutes: {minutes}"


def _length(hours: float) -> str:
    if hours < 1 / 60:
        return _counted(round(hours * 3600), "second")
    return _counted(round(hours * 60), "minute") if hours < 1 else f"{hours:.1f} hours"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _clock(t_s: float) -> str:
    whole = int(t_s)
    return f"{whole // 3600:d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, digits)
