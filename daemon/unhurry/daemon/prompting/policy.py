"""When to speak: one decision for every arousal event, with its reason and the numbers behind it.

In: settings, what has been said so far (`Standing`), an event and its circumstances. Out: the next
standing and a `NewDecision`. Pure: the caller hands in the time. Live it is wall time that never runs
backwards; in replay and demo it is the recording's.

The reasons to stay silent are asked in a fixed order, the wearer's own wishes first, so that "why
nothing at 14:10?" has one answer. Missing evidence keeps the mouth shut.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time

from unhurry.config import PromptSettings
from unhurry.signal import ArousalEvent, Confidence
from unhurry.store import Answer, DecisionKind, IntentKind, IntentRow, NewDecision, PolicyFacts, Reason
from unhurry.store.intents import FORGOTTEN_AFTER_MS, SNOOZE_MIN

_MINUTE_MS = 60_000
_DAY_MS = 24 * 60 * _MINUTE_MS
WARM_UP_S = 20 * 60
"""An offer before the wearer was seen at rest for twenty minutes would rest on a usual of a few breaths."""
EXERTION_BPM = 130.0
"""Without movement data a level this far up is more likely stairs than a message."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the policy remembers: offers made, and what the wearer asked for. Times are policy time in ms."""

    day: int = 0
    """Local day number that `offers_today` belongs to."""
    offers_today: int = 0
    last_offer_ms: int | None = None
    silent_until_ms: int | None = None
    """"Not now", a snooze."""
    observing_day: int | None = None
    """Local day for which the wearer wanted to be left to observe."""
    conversation_since_ms: int | None = None
    driving_since_ms: int | None = None
    latest_ms: int | None = None
    """Policy time never runs behind this."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Where and when an event was confirmed."""

    policy_ms: int
    utc_offset_s: int
    local_time: time | None
    """None when the wall time of the recording is unknown: then quiet hours do not apply."""
    beyond_line: bool = False
    """The heart has been fast or slow for so long that this is what there is to say (`notice`)."""


def decide(
    settings: PromptSettings, standing: Standing, event: ArousalEvent, now: Circumstances
) -> tuple[Standing, NewDecision]:
    """Decide about a confirmed event and return what is to be remembered of it."""
    at_ms = now.policy_ms if standing.latest_ms is None else max(now.policy_ms, standing.latest_ms)
    standing = replace(_on_day(standing, at_ms, now.utc_offset_s), latest_ms=at_ms)
    since_offer_ms = None if standing.last_offer_ms is None else at_ms - standing.last_offer_ms
    reason = _reason(settings, standing, event, now, at_ms, since_offer_ms)
    speaks = reason is Reason.OK
    decision = NewDecision(
        t_s=event.confirmed_s,
        event_number=event.number,
        kind=DecisionKind.PROMPT if speaks else DecisionKind.HELD,
        reason=reason,
        numbers={
            "rise_bpm": round(event.hr_peak_bpm - event.hr_baseline_bpm, 1),
            "hr_bpm": round(event.hr_peak_bpm, 1),
            "usual_bpm": round(event.hr_baseline_bpm, 1),
            "score": round(event.score_peak, 2),
            "confidence": event.confidence.value,
            "offers_today": standing.offers_today,
            "budget": settings.budget_per_day,
            "minutes_since_offer": None if since_offer_ms is None else round(since_offer_ms / _MINUTE_MS, 1),
        },
    )
    if speaks:
        standing = replace(standing, offers_today=standing.offers_today + 1, last_offer_ms=at_ms)
    return standing, decision


def _reason(
    settings: PromptSettings,
    standing: Standing,
    event: ArousalEvent,
    now: Circumstances,
    at_ms: int,
    since_offer_ms: int | None,
) -> Reason:
    held = (
        (standing.observing_day == standing.day, Reason.OBSERVING),
        (_lasts(standing.driving_since_ms, at_ms), Reason.DRIVING),
        (_lasts(standing.conversation_since_ms, at_ms), Reason.CONVERSATION),
        (standing.silent_until_ms is not None and at_ms < standing.silent_until_ms, Reason.SNOOZED),
        (now.local_time is not None and in_quiet_hours(settings, now.local_time), Reason.QUIET_HOURS),
        (now.beyond_line, Reason.NOTICE),
        (not event.motion_known and event.hr_peak_bpm >= EXERTION_BPM, Reason.EXERTION),
        (event.rest_s < WARM_UP_S and not settings.on_low_confidence, Reason.WARM_UP),
        (event.confidence is Confidence.LOW and not settings.on_low_confidence, Reason.LOW_CONFIDENCE),
        (standing.offers_today >= settings.budget_per_day, Reason.BUDGET),
        (since_offer_ms is not None and since_offer_ms < settings.cooldown_min * _MINUTE_MS, Reason.COOLDOWN),
    )
    return next((reason for holds, reason in held if holds), Reason.OK)


def in_quiet_hours(settings: PromptSettings, local: time) -> bool:
    """Return whether `local` lies in the quiet hours, which may span midnight. Equal ends mean none."""
    start, end = settings.quiet_from, settings.quiet_to
    if start <= end:
        return start <= local < end
    return local >= start or local < end


def asked(standing: Standing, intent: IntentRow, utc_offset_s: int) -> Standing:
    """Return the standing after a wish of the wearer."""
    match intent.kind:
        case IntentKind.SNOOZE:
            minutes = float(intent.arguments.get("minutes", SNOOZE_MIN))
            until_ms = intent.wall_ms + round(minutes * _MINUTE_MS)
            # A longer silence that was asked for stands; no minutes at all take it back.
            longest_ms = max(until_ms, standing.silent_until_ms or until_ms) if minutes > 0 else None
            return replace(standing, silent_until_ms=longest_ms)
        case IntentKind.OBSERVE:
            on = bool(intent.arguments.get("on", True))
            return replace(standing, observing_day=_day(intent.wall_ms, utc_offset_s) if on else None)
        case IntentKind.CONVERSATION_START:
            return replace(standing, conversation_since_ms=intent.wall_ms)
        case IntentKind.CONVERSATION_END:
            return replace(standing, conversation_since_ms=None)
        case IntentKind.DRIVING_START:
            return replace(standing, driving_since_ms=intent.wall_ms)
        case IntentKind.DRIVING_END:
            return replace(standing, driving_since_ms=None)
        case _:
            return standing  # not about speaking


def answered(
    settings: PromptSettings,
    standing: Standing,
    answer: Answer,
    reason: str | None,
    at_ms: int,
    utc_offset_s: int,
) -> Standing:
    """Return the standing after an answer to an offer: "not now" buys time, more of it for a reason."""
    if answer is not Answer.NOT_NOW:
        return standing
    if reason == "leave_me_today":
        midnight_ms = (_day(at_ms, utc_offset_s) + 1) * _DAY_MS - utc_offset_s * 1000
        return replace(standing, silent_until_ms=midnight_ms)
    if reason == "driving":
        return standing  # becomes a wish of its own, which the wearer can take back: see the recorder
    until_ms = at_ms + settings.not_now_min * _MINUTE_MS
    return replace(standing, silent_until_ms=max(until_ms, standing.silent_until_ms or until_ms))


def standing_from(settings: PromptSettings, facts: PolicyFacts, now_ms: int, utc_offset_s: int) -> Standing:
    """Return the standing that a restarted service had before it was stopped."""
    modes = facts.modes
    standing = Standing(
        day=_day(now_ms, utc_offset_s),
        offers_today=facts.prompts_today,
        last_offer_ms=facts.last_prompt_wall_ms,
        silent_until_ms=modes.snoozed_until_wall_ms,
        observing_day=_day(now_ms, utc_offset_s) if modes.observing else None,
        conversation_since_ms=modes.conversation_since_wall_ms,
        driving_since_ms=modes.driving_since_wall_ms,
        latest_ms=policy_time(now_ms, facts.latest_wall_ms),
    )
    if facts.last_not_now_wall_ms is None:
        return standing
    return answered(
        settings,
        standing,
        Answer.NOT_NOW,
        facts.last_not_now_reason,
        facts.last_not_now_wall_ms,
        utc_offset_s,
    )


def policy_time(now_ms: int, latest_ms: int | None) -> int:
    """Return the time the policy goes by: `now_ms`, or the latest in the store when the clock was put back.

    A store that knows a time more than a day ahead was written under a wrong clock: it would silence us
    until then, so it is not believed.
    """
    if latest_ms is None or latest_ms - now_ms > _DAY_MS:
        return now_ms
    return max(now_ms, latest_ms)


def _on_day(standing: Standing, at_ms: int, utc_offset_s: int) -> Standing:
    day = _day(at_ms, utc_offset_s)
    return standing if day == standing.day else replace(standing, day=day, offers_today=0)


def _day(at_ms: int, utc_offset_s: int) -> int:
    return (at_ms + utc_offset_s * 1000) // _DAY_MS


def _lasts(since_ms: int | None, at_ms: int) -> bool:
    """A mode that was switched on and forgotten ends by itself."""
    return since_ms is not None and at_ms - since_ms <= FORGOTTEN_AFTER_MS
