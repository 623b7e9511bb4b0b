"""How things are now.

In: a database. Out: a `Status`: link, strap, wear, the state of this moment, modes, today's accounting.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from unhurry.signal.records import State

from .channels import ChannelState, channels_kept
from .database import Database
from .heart import quiet_bpm
from .intents import Modes, modes_at
from .moments import Day, Moment, Offsets, Present, RecordingRow, present
from .profiles import profile_of
from .prompts import KeptPrompt, standing_prompt
from .records import LinkState
from .straps import StrapChoice, straps_in_reach
from .timeline import states_of_day

Wear = Literal["on", "off", "unknown"]

_NOT_CONNECTED = frozenset({State.NO_LINK, State.SUSPENDED, State.PAUSED})


@dataclass(frozen=True, slots=True)
class LinkNow:
    """The link to the strap."""

    state: LinkState
    since: Moment
    advice: str | None


@dataclass(frozen=True, slots=True)
class StrapNow:
    """The strap, as far as it is known."""

    name: str
    battery_percent: int | None
    model: str | None = None
    firmware: str | None = None


@dataclass(frozen=True, slots=True)
class MomentNow:
    """The state of this moment."""

    state: State
    since: Moment
    hr_bpm: float | None
    """Median of the last 15 s."""
    level_bpm: float | None
    baseline_bpm: float | None
    spread_bpm: float | None
    motion_known: bool


@dataclass(frozen=True, slots=True)
class Today:
    """The accounting of the recording's today."""

    day: Day
    minutes_by_state: dict[State, int]
    events: int
    prompts: int
    budget: int | None
    """Offers a day at most, from the settings in force; None before any were kept."""


@dataclass(frozen=True, slots=True)
class Status:
    """How things are now."""

    present: Present
    link: LinkNow | None
    strap: StrapNow | None
    straps_in_reach: tuple[StrapChoice, ...]
    """Between these the wearer has to choose; empty unless a choice is due."""
    wear: Wear
    moment: MomentNow | None
    """None unless a service is running and has judged something."""
    modes: Modes
    prompt: KeptPrompt | None
    today: Today
    channels: tuple[ChannelState, ...]
    """The ways of showing an offer, of the service that runs; without one, none."""
    schema: int
    settings: str | None


def status(database: Database) -> Status:
    """Return how things are now, all of one moment of the database."""
    with database.snapshot() as db:
        now = present(db)
        moment = _moment(db, now)
        day = Offsets(db).day(now.moment.date)
        settings = db.row(
            "SELECT version, json FROM settings ORDER BY last_used_wall_ms DESC, rowid DESC LIMIT 1"
        )
        span = (day.start.wall_ms, day.end.wall_ms)
        return Status(
            present=now,
            link=_link(db, now),
            strap=_strap(db, now.recording),
            straps_in_reach=_in_reach(db, now),
            wear=_wear(moment),
            moment=moment,
            modes=modes_at(db, day_start_wall_ms=day.start.wall_ms, now_wall_ms=now.moment.wall_ms),
            prompt=standing_prompt(db, now.moment.wall_ms),
            today=Today(
                day=day,
                minutes_by_state=states_of_day(db, day),
                events=db.value("SELECT count(*) FROM events WHERE wall_ms >= ? AND wall_ms < ?", span),
                prompts=db.value(
                    "SELECT count(*) FROM prompts WHERE shown_wall_ms >= ? AND shown_wall_ms < ?", span
                ),
                budget=_budget(settings[1]) if settings else None,
            ),
            channels=channels_kept(db) if now.running else (),
            schema=db.value("PRAGMA user_version"),
            settings=settings[0] if settings else None,
        )


def _link(db: Database, now: Present) -> LinkNow | None:
    recording = now.recording
    if recording is None:
        return None
    rows = db.rows(
        "SELECT t_ms, state, advice FROM links WHERE recording = ? ORDER BY t_ms DESC, id DESC",
        (recording.id,),
    )
    if not now.running:
        reached = Moment(recording.wall_ms + now.reached_ms, recording.utc_offset_s)
        return LinkNow(LinkState.ENDED, reached, None)
    if not rows:
        return None
    since_ms, state, advice = rows[0]
    for t_ms, earlier, _ in rows:
        if earlier != state:
            break
        since_ms = t_ms
    return LinkNow(LinkState(state), Moment(recording.wall_ms + since_ms, recording.utc_offset_s), advice)


def _strap(db: Database, recording: RecordingRow | None) -> StrapNow | None:
    if recording is None:
        return None
    told: str | None = db.value(
        """SELECT device FROM links WHERE recording = ? AND device IS NOT NULL
        ORDER BY t_ms DESC, id DESC LIMIT 1""",
        (recording.id,),
    )
    battery = db.value(
        """SELECT battery_percent FROM links
        WHERE recording = ? AND device IS ? AND battery_percent IS NOT NULL
        ORDER BY t_ms DESC, id DESC LIMIT 1""",
        (recording.id, told),
    )
    name = told or recording.device
    profile = profile_of(db, name) if recording.source == "ble" else None
    if profile is None:
        return StrapNow(name, battery)
    return StrapNow(name, battery, profile.model, profile.firmware)


def _in_reach(db: Database, now: Present) -> tuple[StrapChoice, ...]:
    if now.recording is None or not now.running:
        return ()
    return straps_in_reach(db, now.recording.id)


def _moment(db: Database, now: Present) -> MomentNow | None:
    recording = now.recording
    if recording is None or not now.running:
        return None
    row = db.row(
        """SELECT state, since_ms, t_ms, level_bpm, baseline_bpm, spread_bpm, motion_known FROM now
        WHERE recording = ?""",
        (recording.id,),
    )
    if row is None or row[0] is None:
        return None
    state, since_ms, t_ms, level, baseline, spread, motion_known = row
    return MomentNow(
        State(state),
        Moment(recording.wall_ms + since_ms, recording.utc_offset_s),
        quiet_bpm(db, recording.id, t_ms),
        level,
        baseline,
        spread,
        bool(motion_known),
    )


def _wear(moment: MomentNow | None) -> Wear:
    if moment is None or moment.state in _NOT_CONNECTED:
        return "unknown"
    return "off" if moment.state is State.OFF_BODY else "on"


def _budget(settings: str) -> int | None:
    budget = json.loads(settings).get("prompts", {}).get("budget_per_day")
    return budget if isinstance(budget, int) else None
