"""Print how well artifacts are told from heartbeats, by Unhurry and by its peers. `make bench` runs this too.

In: gudb, mmash and mitdb beside the repository (courses.py says what is taken from them). Out: four tables.

*Put in*: missed, extra and early beats, one in about 31 and in about 100 intervals. An artifact is found when
an interval that it touches is rejected; those intervals and the one on either side count neither as genuine
nor as false alarms; every other known interval that is rejected is a false alarm. *Start* are the first 91
intervals of a recording.

*Breath*: simulated hearts that swing by 36 bpm at six breaths a minute; all is genuine.

*Ectopic*: mitdb, after the first 91 beats, by local burden: the share of ectopic beats among the last 91, the
beat itself included. An ectopic beat is found when its interval or the next is rejected. Records in atrial
fibrillation are counted apart.

*Uneven*: what the pipeline makes of mitdb. A stretch is a minute or more of burden over 20 %.

Behind each share: 95 % interval, people drawn with replacement 1000 times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from courses import (
    FIBRILLATION,
    Annotated,
    BoolArray,
    Course,
    Spoilt,
    gudb_alone,
    gudb_joined,
    gudb_people,
    mitdb_records,
    mmash_stretches,
    slow_breath,
    spoil,
)
from judges import JUDGES, any_peer, through_step
from tally import Tally, count, near, sensitivity, specificity

from unhurry.signal import STATES, State
from unhurry.signal.records import FloatArray

_START = 91
_KINDS = ("missed", "extra", "early")
_RATES = (31, 100)
_BURDENS = (("< 5 %", 0.0, 0.05), ("5-20 %", 0.05, 0.20), ("> 20 %", 0.20, 1.01))
_MEANS_BPM = (55.0, 62.0, 70.0, 80.0)
_STRETCH_S = 60
_UNTRUSTED = (STATES.index(State.UNEVEN), STATES.index(State.NOISY))
_JUDGED = (STATES.index(State.CALM), STATES.index(State.AROUSED))


def print_artifacts() -> None:
    """Measure everything and print each row as soon as it is known."""
    people = gudb_people()
    if not people:
        print("artifacts: ../shared/data is not here, nothing to measure on")
        return
    print("\nArtifacts put in: sensitivity by kind and specificity, 95 % interval over people")
    _print_put_in("gudb", [c for person in people for c in gudb_alone(person, _START)], ("start",))
    _print_put_in("gudb", [gudb_joined(person) for person in people], ("after",))
    _print_put_in("mmash", list(mmash_stretches(any_peer)), ("start", "after"))
    print("\nSix breaths a minute, swing of 36 bpm (simulated): share of beats kept, by mean heart rate")
    _print_breath()
    print("\nEctopic beats of mitdb: sensitivity (of how many) and specificity by local burden")
    records = list(mitdb_records())
    _print_ectopic(records)
    print("\nWhat the pipeline makes of mitdb")
    _print_uneven(records)


def _print_put_in(words: str, courses: list[Course], phases: tuple[str, ...]) -> None:
    spoilt = [*_spoilt(courses)]
    for name, judge in JUDGES.items():
        judged = [(kind, some, judge(some.course)) for kind, some in spoilt]
        for phase in phases:
            tallies = [(kind, _in_phase(some, rejected, phase)) for kind, some, rejected in judged]
            found = "  ".join(
                f"{k} {sensitivity((t for kind, t in tallies if kind == k), 3)}" for k in _KINDS
            )
            kept = specificity((tally for _, tally in tallies), 4)
            print(f"{words + ', ' + phase:<14}{name:<24}{found}  kept {kept}", flush=True)


def _spoilt(courses: list[Course]) -> Iterator[tuple[str, Spoilt]]:
    """Yield each course as it is, and with artifacts of each kind and rate."""
    none = np.empty(0, np.int64)
    for place, course in enumerate(courses):
        yield "clean", Spoilt(course, none, none)
        for number, kind in enumerate(_KINDS):
            for every in _RATES:
                yield kind, spoil(course, kind, every, seed=1000 * number + every + 7 * place)


def _in_phase(spoilt: Spoilt, rejected: BoolArray, phase: str) -> Tally:
    counted = (np.arange(len(rejected)) < _START) == (phase == "start")
    return count(spoilt.course, rejected, counted, spoilt.first, spoilt.last)


def _print_breath() -> None:
    for name, judge in JUDGES.items():
        kept = "  ".join(f"{mean:.0f}: {1 - np.mean(judge(slow_breath(mean))):.3f}" for mean in _MEANS_BPM)
        print(f"{'simulated':<14}{name:<24}{kept}", flush=True)


def _print_ectopic(records: list[Annotated]) -> None:
    for name, judge in JUDGES.items():
        rejected = {record.course.person: judge(record.course) for record in records}
        for words, chosen in (
            ("sinus", [r for r in records if r.course.person not in FIBRILLATION]),
            ("fibrillation", [r for r in records if r.course.person in FIBRILLATION]),
            ("all", records),
        ):
            cells: list[str] = []
            for label, low, high in _BURDENS:
                tallies = [_by_burden(r, rejected[r.course.person], low, high) for r in chosen]
                shares = f"{sensitivity(tallies, 2)} at {specificity(tallies, 3)}"
                cells.append(f"{label} ({sum(t.artifacts for t in tallies)}) {shares}")
            print(f"{words:<14}{name:<24}{'  '.join(cells)}", flush=True)


def _by_burden(record: Annotated, rejected: BoolArray, low: float, high: float) -> Tally:
    size = len(rejected)
    burden = _burden(record)
    counted = (burden >= low) & (burden < high) & (np.arange(size) >= _START)
    first = np.flatnonzero(record.ectopic)
    unclear = np.flatnonzero(record.unclear)
    course = replace(record.course, known=~near(size, unclear, unclear))
    return count(course, rejected, counted, first, np.minimum(first + 1, size - 1))


def _burden(record: Annotated) -> FloatArray:
    """Share of ectopic beats among the last 91 at each; of fewer at the start, still in parts of 91."""
    burden: FloatArray = np.convolve(record.ectopic, np.ones(_START), "full")[: len(record.beat)] / _START
    return burden


def _print_uneven(records: list[Annotated]) -> None:
    delays: list[int] = []
    never: list[str] = []
    quiet_s, doubted_s, judged_s, events = 0, 0, 0, 0
    for record in records:
        output, _ = through_step(record.course)
        seconds = output.seconds
        untrusted = np.isin(seconds.state, _UNTRUSTED)
        newest = np.searchsorted(record.course.t_ms, seconds.t_s * 1000, "left") - 1
        burden = np.where(newest >= _START, _burden(record)[np.maximum(newest, 0)], np.nan)
        for start, stop in _runs(burden > _BURDENS[-1][1]):
            if stop - start >= _STRETCH_S:
                at = np.flatnonzero(untrusted[start:stop])
                delays += at[:1].tolist()
                never += [record.course.person] * (len(at) == 0)
        if record.course.person not in FIBRILLATION:
            quiet = burden < _BURDENS[0][2]
            quiet_s += int(np.count_nonzero(quiet))
            doubted_s += int(np.count_nonzero(quiet & untrusted))
        judged_s += int(np.count_nonzero(np.isin(seconds.state, _JUDGED)))
        events += len({event.number for event in output.events})
    slow = sum(delay > _STRETCH_S for delay in delays)
    stretches = len(delays) + len(never)
    words = f"{stretches} stretches over 20 %: uneven or noisy after {np.median(delays):.0f} s (median)"
    print(f"{words}, later than a minute {slow}, never {len(never)} ({', '.join(never) or '-'})")
    print(f"below 5 %, sinus: {doubted_s / quiet_s:.3f} of {quiet_s / 3600:.1f} h uneven or noisy")
    print(f"{events} arousal event(s) in {judged_s / 3600:.1f} judged hours of all records", flush=True)


def _runs(flags: BoolArray) -> Iterable[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False]))))
    return zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


if __name__ == "__main__":
    print_artifacts()
