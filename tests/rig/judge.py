"""Was every beat kept exactly once, and does every gap say why?

In: what the strap says it sent, and what the database holds. Out: `Verdict`, whose `complaints` are sentences, none
when all is well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from .complaints import (
    about_acceleration,
    about_gaps,
    about_minutes,
    about_the_end,
    first_from,
    moment,
    states_between,
)
from .faults import FAULTS, START, Fault
from .kept import Kept, KeptLink, Pulled, read_kept
from .truth import SentBeat, Truth, read_truth

IN_FLIGHT_S = 2.0
"""What a strap sends just before its link breaks may be in a buffer on the way: it counts, but apart."""
BREAKING_S = 10.0
"""A link does not take longer than this to break; the kernel gives bluetoothd's orphans 2 s."""
LATE_S = 10.0
"""A beat that comes later than this after it was sent is another one with the same interval."""
_CLOCKS_S = 0.5
"""The strap notes the wall clock, the service counts on from it: an emulated machine slews one against the other."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one fault."""

    fault: str
    states: tuple[str, ...]
    """What the link said until beats came again, in order."""
    told_after_s: float | None
    """From the fault to the first state that names it, as a reader of the database sees it."""
    back_after_s: float | None
    """From the strap's return to the first beat that a reader of the database sees."""
    connections: int
    in_flight: int
    in_flight_lost: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole day."""

    came: tuple[Came, ...]
    sent: int
    stored: int
    lost: int
    surplus: int
    """Stored, but not sent, or stored twice."""
    in_flight_lost: int
    after_the_end: int
    """Sent while the service was hanging up."""
    lag_s: tuple[float, float]
    """Median and largest time from sent to arrived."""
    beating_s: float
    motion: int
    stop_took_s: float
    printed: tuple[str, ...]
    complaints: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether there is nothing to complain of."""
        return not self.complaints


def judge(out: Path) -> Verdict:
    """Judge what a run left in `out`. Raises OSError, sqlite3.Error or ValueError when that is not whole."""
    return verdict_on(read_truth(out / "log" / "strap.jsonl"), read_kept(out))


def verdict_on(truth: Truth, kept: Kept) -> Verdict:
    """Compare what was sent with what was kept."""
    pairs, missing, surplus = _paired(truth, kept)
    windows = {pulled.fault: _breaking(pulled, truth) for pulled in kept.pulled}
    flying = [beat for beat in missing if any(a <= beat.at_s <= b for a, b in windows.values())]
    late = [beat for beat in missing if beat.at_s >= kept.stop_s]
    lost = [beat for beat in missing if beat not in flying and beat not in late]
    lags = sorted(kept.beats[j].arrived_s - truth.beats[i].at_s for i, j in pairs) or [0.0]
    came = tuple(
        _came(pulled, until_s, truth, kept, windows[pulled.fault], flying) for pulled, until_s in _spans(kept)
    )
    complaints = [
        *(f"lost: {beat.rr_1024}/1024 s, sent at {moment(beat.at_s, kept)}" for beat in lost),
        *(f"stored without having been sent, or twice: {surplus} beats" for _ in range(min(surplus, 1))),
        *(f"paired with a beat {lag:.1f} s away" for lag in lags if not -_CLOCKS_S <= lag <= LATE_S),
        *_about_faults(came, kept),
        *about_gaps(kept),
        *about_minutes(kept),
        *about_acceleration(truth, kept),
        *about_the_end(truth, kept),
    ]
    return Verdict(
        came=came,
        sent=len(truth.beats),
        stored=len(kept.beats),
        lost=len(lost),
        surplus=surplus,
        in_flight_lost=len(flying),
        after_the_end=len(late),
        lag_s=(lags[len(lags) // 2], lags[-1]),
        beating_s=sum(beat.rr_1024 for beat in kept.beats) / 1024,
        motion=kept.motion,
        stop_took_s=kept.stop_took_s,
        printed=kept.printed,
        complaints=tuple(complaints),
    )


def _paired(truth: Truth, kept: Kept) -> tuple[list[tuple[int, int]], list[SentBeat], int]:
    """Return which beat sent is which beat stored, in order; those sent and not stored; how many nobody sent."""
    sent = [beat.rr_1024 for beat in truth.beats]
    stored = [beat.rr_1024 for beat in kept.beats]
    pairs: list[tuple[int, int]] = []
    missing: list[SentBeat] = []
    surplus = 0
    for kind, a, b, c, d in SequenceMatcher(None, sent, stored, autojunk=False).get_opcodes():
        if kind == "equal":
            pairs += zip(range(a, b), range(c, d), strict=True)
        else:
            missing += truth.beats[a:b]
            surplus += d - c
    return pairs, missing, surplus


def _spans(kept: Kept) -> Iterator[tuple[Pulled, float]]:
    """Give each fault the time until the next one."""
    ends = [pulled.began_s for pulled in kept.pulled[1:]]
    yield from zip(kept.pulled, [*ends, kept.stop_s], strict=True)


def _fault(name: str) -> Fault:
    """Return the fault of that name; the start is one as well, for what is measured."""
    start = Fault(START, (), frozenset({"looking"}), breaks_link=False)
    return next((fault for fault in FAULTS if fault.name == name), start)


def _breaking(pulled: Pulled, truth: Truth) -> tuple[float, float]:
    """Return from when to when what the strap sends may not arrive; nothing for a fault that breaks no link."""
    if not _fault(pulled.fault).breaks_link:
        return pulled.began_s, pulled.began_s - 1
    broken_s = first_from(truth.disconnected_s, pulled.began_s)
    latest_s = pulled.began_s + BREAKING_S
    return pulled.began_s - IN_FLIGHT_S, latest_s if broken_s is None else min(latest_s, broken_s)


def _came(
    pulled: Pulled,
    until_s: float,
    truth: Truth,
    kept: Kept,
    window: tuple[float, float],
    flying: list[SentBeat],
) -> Came:
    broken_s = first_from(truth.disconnected_s, pulled.began_s)
    speechless_s = pulled.ended_s if broken_s is None or broken_s >= until_s else broken_s
    again_s = first_from(truth.notified_s, speechless_s)
    stored_s = None if again_s is None or again_s >= until_s else _readable(again_s, kept)
    told = _fault(pulled.fault).told
    states = tuple(states_between(kept.links, pulled.began_s, again_s or until_s))
    named = next((link for link in kept.links if link.state in told and link.at_s >= pulled.began_s), None)
    named_s = None if named is None or named.at_s >= until_s else _told(named, kept)
    return Came(
        fault=pulled.fault,
        states=states,
        told_after_s=None if named_s is None else named_s - pulled.began_s,
        back_after_s=None
        if again_s is None or stored_s is None
        else stored_s - _returned(pulled, again_s, truth),
        connections=sum(pulled.began_s <= at_s < until_s for at_s in truth.connected_s),
        in_flight=sum(window[0] <= beat.at_s <= window[1] for beat in truth.beats),
        in_flight_lost=sum(window[0] <= beat.at_s <= window[1] for beat in flying),
    )


def _returned(pulled: Pulled, again_s: float, truth: Truth) -> float:
    """Return when everything was there again: the strap, and what the levers had taken away."""
    signs = (pulled.began_s, pulled.ended_s, *truth.advertised_s, *truth.resumed_s)
    return max(at_s for at_s in signs if pulled.began_s <= at_s <= again_s)


def _readable(sent_s: float, kept: Kept) -> float | None:
    """Return when a reader saw the first beat that arrived after `sent_s`."""
    number = sum(beat.arrived_s < sent_s - _CLOCKS_S for beat in kept.beats) + 1
    return next((seen.at_s for seen in kept.seen if seen.beats >= number), None)


def _told(link: KeptLink, kept: Kept) -> float | None:
    return next((seen.at_s for seen in kept.seen if seen.links >= link.id), None)


def _about_faults(came: Iterable[Came], kept: Kept) -> Iterator[str]:
    happened = {pulled.fault for pulled in kept.pulled}
    for fault in FAULTS:
        if fault.name not in happened:
            yield f"{fault.name}: never happened"
    for one in came:
        if one.told_after_s is None:
            expected = " or ".join(sorted(_fault(one.fault).told))
            yield f"{one.fault}: the link never said {expected}, but {', '.join(one.states) or 'nothing'}"
        if one.back_after_s is None:
            yield f"{one.fault}: no beat came afterwards"
