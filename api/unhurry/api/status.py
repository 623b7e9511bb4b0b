"""How things are now, over HTTP."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from unhurry.config.content import Practices
from unhurry.signal.records import State
from unhurry.store import Database, LinkState, Moment
from unhurry.store.moments import machine_offset_s
from unhurry.store.status import LinkNow, MomentNow, Status, StrapNow, status

from .access import Content, Reading
from .numbers import tenth
from .prompts import Prompt, prompt_of
from .times import iso, iso_at

router = APIRouter(prefix="/api/status", tags=["status"])


def _version() -> str:
    try:
        return version("unhurry")
    except PackageNotFoundError:  # run from a folder of sources
        return "unknown"


VERSION = _version()

_USUAL_SPREADS = 2
"""How many spreads to each side still count as usual; the page draws its band with the same."""


class DaemonNow(BaseModel):
    """The running service."""

    running: bool
    last_seen: str | None


class Link(BaseModel):
    """The link to the strap."""

    state: LinkState
    since: str | None
    advice: str | None


class Strap(BaseModel):
    """The strap, as far as it is known."""

    name: str
    battery_percent: int | None
    model: str | None
    firmware: str | None


class StrapInReach(BaseModel):
    """A strap the wearer may choose."""

    name: str
    address: str
    rssi_dbm: int | None


class Now(BaseModel):
    """The state of this moment."""

    state: State
    since: str
    hr_bpm: float | None
    level_bpm: float | None
    usual_low_bpm: float | None
    usual_high_bpm: float | None
    motion_known: bool


class Modes(BaseModel):
    """What the wearer has asked for."""

    observing: bool
    conversation_since: str | None
    snoozed_until: str | None
    driving: bool
    paused_since: str | None


class LastRecording(BaseModel):
    """The latest recording."""

    id: int
    started: str
    until: str


class Today(BaseModel):
    """The accounting of today."""

    date: str
    minutes_by_state: dict[State, int]
    events: int
    prompts: int
    budget: int | None


class ChannelNow(BaseModel):
    """A way of showing an offer."""

    name: str
    on: bool
    problem: str | None


class Versions(BaseModel):
    """What wrote and what reads."""

    unhurry: str
    schema_: int = Field(alias="schema")  # pydantic has a `schema` of its own
    settings: str | None


class StatusNow(BaseModel):
    """How things are now. `now` is the recording's: in a replay it runs at the speed of that day."""

    now: str
    simulated: bool
    source: str | None
    speed: float
    daemon: DaemonNow
    link: Link
    strap: Strap | None
    straps_in_reach: list[StrapInReach]
    wear: Literal["on", "off", "unknown"]
    moment: Now | None
    modes: Modes
    prompt: Prompt | None
    last_recording: LastRecording | None
    today: Today
    channels: list[ChannelNow]
    versions: Versions


def status_now(db: Database, practices: Practices) -> StatusNow:
    """Return how things are now, as the wire has it."""
    found = status(db)
    present = found.present
    recording = present.recording
    return StatusNow(
        now=iso(present.moment),
        simulated=recording is not None and recording.simulated,
        source=None if recording is None else recording.source,
        speed=present.speed,
        daemon=DaemonNow(running=present.running, last_seen=_machine_time(present.seen_wall_ms)),
        link=_link(found.link),
        strap=None if found.strap is None else _strap(found.strap),
        straps_in_reach=[
            StrapInReach(name=strap.name, address=strap.address, rssi_dbm=strap.rssi_dbm)
            for strap in found.straps_in_reach
        ],
        wear=found.wear,
        moment=None if found.moment is None else _moment(found.moment),
        modes=_modes(found),
        prompt=None if found.prompt is None else prompt_of(found.prompt, practices),
        last_recording=None
        if recording is None
        else LastRecording(
            id=recording.id,
            started=iso_at(recording.wall_ms, recording.utc_offset_s),
            until=iso_at(recording.wall_ms + present.reached_ms, recording.utc_offset_s),
        ),
        today=Today(
            date=found.today.day.date.isoformat(),
            minutes_by_state=found.today.minutes_by_state,
            events=found.today.events,
            prompts=found.today.prompts,
            budget=found.today.budget,
        ),
        channels=[ChannelNow(name=each.name, on=each.on, problem=each.problem) for each in found.channels],
        versions=Versions(unhurry=VERSION, schema=found.schema, settings=found.settings),
    )


@router.get("")
def now(db: Reading, practices: Content) -> StatusNow:
    """How things are now."""
    return status_now(db, practices)


def _link(link: LinkNow | None) -> Link:
    if link is None:
        return Link(state=LinkState.ENDED, since=None, advice=None)
    return Link(state=link.state, since=iso(link.since), advice=link.advice)


def _strap(strap: StrapNow) -> Strap:
    return Strap(
        name=strap.name,
        battery_percent=strap.battery_percent,
        model=strap.model,
        firmware=strap.firmware,
    )


def _moment(moment: MomentNow) -> Now:
    low = high = None
    if moment.baseline_bpm is not None and moment.spread_bpm is not None:
        reach = _USUAL_SPREADS * moment.spread_bpm
        low, high = moment.baseline_bpm - reach, moment.baseline_bpm + reach
    return Now(
        state=moment.state,
        since=iso(moment.since),
        hr_bpm=tenth(moment.hr_bpm),
        level_bpm=tenth(moment.level_bpm),
        usual_low_bpm=tenth(low),
        usual_high_bpm=tenth(high),
        motion_known=moment.motion_known,
    )


def _modes(found: Status) -> Modes:
    modes, offset_s = found.modes, found.present.moment.utc_offset_s
    conversation, snoozed = modes.conversation_since_wall_ms, modes.snoozed_until_wall_ms
    paused = modes.paused_since_wall_ms
    return Modes(
        observing=modes.observing,
        conversation_since=None if conversation is None else iso_at(conversation, offset_s),
        snoozed_until=None if snoozed is None else iso_at(snoozed, offset_s),
        driving=modes.driving_since_wall_ms is not None,
        paused_since=None if paused is None else iso_at(paused, offset_s),
    )


def _machine_time(wall_ms: int | None) -> str | None:
    return None if wall_ms is None else iso(Moment(wall_ms, machine_offset_s(wall_ms)))
