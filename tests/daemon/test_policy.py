"""When Unhurry speaks, when it is silent, and which reason it gives."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unhurry.config import PromptSettings
from unhurry.daemon.prompting import Circumstances, Standing, answered, asked, decide, standing_from
from unhurry.daemon.prompting.policy import in_quiet_hours
from unhurry.signal import ArousalEvent, Confidence
from unhurry.store import Answer, DecisionKind, IntentKind, IntentRow, PolicyFacts, Reason
from unhurry.store.intents import Modes

HOUR_MS = 3_600_000
SETTINGS = PromptSettings()


def event(number: int = 1, confirmed_s: float = 7200.0, **changes: Any) -> ArousalEvent:
    values = {
        "number": number,
        "start_s": confirmed_s - 45,
        "confirmed_s": confirmed_s,
        "peak_s": confirmed_s,
        "end_s": None,
        "hr_peak_bpm": 88.0,
        "hr_baseline_bpm": 66.0,
        "score_peak": 6.0,
        "confidence": Confidence.HIGH,
        "motion_known": True,
        "rest_s": 5 * 3600,
    }
    return ArousalEvent(**(values | changes))


def at(hours: float, clock: time | None = time(12)) -> Circumstances:
    return Circumstances(round(hours * HOUR_MS), 0, clock)


def intent(kind: IntentKind, hours: float, **arguments: Any) -> IntentRow:
    return IntentRow(id=1, kind=kind, wall_ms=round(hours * HOUR_MS), arguments=arguments)


def reason(
    standing: Standing, now: Circumstances, settings: PromptSettings = SETTINGS, **changes: Any
) -> Reason:
    return decide(settings, standing, event(**changes), now)[1].reason


def test_a_clear_event_in_a_free_hour_leads_to_an_offer_with_its_numbers() -> None:
    standing, decision = decide(SETTINGS, Standing(), event(), at(12))
    assert (decision.kind, decision.reason, decision.event_number) == (DecisionKind.PROMPT, Reason.OK, 1)
    assert decision.t_s == 7200.0
    assert decision.numbers["rise_bpm"] == 22.0
    assert (standing.offers_today, standing.last_offer_ms) == (1, 12 * HOUR_MS)


def test_a_held_event_costs_nothing_of_the_day() -> None:
    standing, decision = decide(SETTINGS, Standing(), event(confidence=Confidence.LOW), at(12))
    assert (decision.kind, decision.reason) == (DecisionKind.HELD, Reason.LOW_CONFIDENCE)
    assert standing.offers_today == 0


@pytest.mark.parametrize(
    ("standing", "now", "changes", "expected"),
    [
        (Standing(last_offer_ms=12 * HOUR_MS), at(12.7), {}, Reason.COOLDOWN),
        (Standing(offers_today=3), at(15), {}, Reason.BUDGET),
        (Standing(), at(23, time(23)), {}, Reason.QUIET_HOURS),
        (Standing(), at(3, time(3)), {}, Reason.QUIET_HOURS),
        (Standing(silent_until_ms=14 * HOUR_MS), at(13), {}, Reason.SNOOZED),
        (Standing(conversation_since_ms=12 * HOUR_MS), at(13), {}, Reason.CONVERSATION),
        (Standing(driving_since_ms=12 * HOUR_MS), at(13), {}, Reason.DRIVING),
        (Standing(observing_day=0), at(13), {}, Reason.OBSERVING),
        (Standing(), replace(at(13), beyond_line=True), {}, Reason.NOTICE),
        (Standing(silent_until_ms=14 * HOUR_MS), replace(at(13), beyond_line=True), {}, Reason.SNOOZED),
        (Standing(), at(13), {"rest_s": 900}, Reason.WARM_UP),
        (Standing(), at(13), {"confidence": Confidence.LOW}, Reason.LOW_CONFIDENCE),
        (Standing(), at(13), {"hr_peak_bpm": 141.0, "motion_known": False}, Reason.EXERTION),
    ],
)
def test_each_reason_to_be_silent_is_named(
    standing: Standing, now: Circumstances, changes: dict[str, Any], expected: Reason
) -> None:
    assert reason(standing, now, **changes) is expected


def test_the_wearers_own_wish_is_the_reason_even_when_others_hold() -> None:
    standing = Standing(observing_day=0, offers_today=9, silent_until_ms=24 * HOUR_MS)
    assert reason(standing, at(23, time(23)), confidence=Confidence.LOW) is Reason.OBSERVING


def test_the_budget_is_new_each_local_day_and_the_cooldown_is_not() -> None:
    standing = Standing(day=0, offers_today=3, last_offer_ms=round(23.9 * HOUR_MS))
    assert reason(standing, at(24.2)) is Reason.COOLDOWN
    assert reason(standing, at(25)) is Reason.OK


def test_a_low_confidence_offer_is_made_only_when_asked_for() -> None:
    wished = SETTINGS.model_copy(update={"on_low_confidence": True})
    assert reason(Standing(), at(12), wished, confidence=Confidence.LOW, confirmed_s=900.0) is Reason.OK


@pytest.mark.parametrize(
    ("hour", "quiet"), [(21, False), (22, True), (23, True), (0, True), (6, True), (7, False)]
)
def test_quiet_hours_span_midnight(hour: int, quiet: bool) -> None:
    assert in_quiet_hours(SETTINGS, time(hour)) is quiet


def test_equal_ends_mean_no_quiet_hours() -> None:
    none = SETTINGS.model_copy(update={"quiet_from": time(0), "quiet_to": time(0)})
    assert not any(in_quiet_hours(none, time(hour)) for hour in range(24))


def test_without_a_wall_time_quiet_hours_do_not_apply() -> None:
    assert reason(Standing(), at(3, None)) is Reason.OK


def test_wishes_change_the_standing_and_are_taken_back() -> None:
    talking = asked(Standing(), intent(IntentKind.CONVERSATION_START, 12), 0)
    assert reason(talking, at(12.5)) is Reason.CONVERSATION
    assert reason(asked(talking, intent(IntentKind.CONVERSATION_END, 13), 0), at(13.1)) is Reason.OK
    snoozed = asked(Standing(), intent(IntentKind.SNOOZE, 12, minutes=30), 0)
    assert reason(snoozed, at(12.4)) is Reason.SNOOZED
    assert reason(snoozed, at(12.6)) is Reason.OK
    observing = asked(Standing(), intent(IntentKind.OBSERVE, 12, on=True), 0)
    assert reason(observing, at(20)) is Reason.OBSERVING
    assert reason(observing, at(32)) is Reason.OK  # a new day
    assert reason(asked(observing, intent(IntentKind.OBSERVE, 13, on=False), 0), at(20)) is Reason.OK


def test_a_snooze_never_shortens_a_longer_silence_but_none_at_all_takes_it_back() -> None:
    today = answered(SETTINGS, Standing(), Answer.NOT_NOW, "leave_me_today", 12 * HOUR_MS, 0)
    snoozed = asked(today, intent(IntentKind.SNOOZE, 13, minutes=30), 0)
    assert reason(snoozed, at(20)) is Reason.SNOOZED
    assert reason(asked(snoozed, intent(IntentKind.SNOOZE, 14, minutes=0), 0), at(20)) is Reason.OK


def test_a_conversation_nobody_ended_is_over_after_some_hours() -> None:
    talking = asked(Standing(), intent(IntentKind.CONVERSATION_START, 8), 0)
    assert reason(talking, at(13)) is Reason.OK


def test_not_now_buys_time_and_its_reason_decides_how_much() -> None:
    plain = answered(SETTINGS, Standing(), Answer.NOT_NOW, None, 12 * HOUR_MS, 0)
    assert reason(plain, at(12.5)) is Reason.SNOOZED
    assert reason(plain, at(12.8)) is Reason.OK
    today = answered(SETTINGS, Standing(), Answer.NOT_NOW, "leave_me_today", 12 * HOUR_MS, 0)
    assert reason(today, at(23.9)) is Reason.SNOOZED
    assert reason(today, at(24.1)) is Reason.OK
    # Driving becomes a wish of its own, which can be taken back.
    assert answered(SETTINGS, Standing(), Answer.NOT_NOW, "driving", 12 * HOUR_MS, 0) == Standing()
    assert answered(SETTINGS, Standing(), Answer.FINE, None, 12 * HOUR_MS, 0) == Standing()


def test_a_restart_forgets_nothing() -> None:
    facts = PolicyFacts(
        prompts_today=2,
        last_prompt_wall_ms=12 * HOUR_MS,
        last_not_now_wall_ms=12 * HOUR_MS,
        last_not_now_reason=None,
        modes=Modes(),
        latest_wall_ms=12 * HOUR_MS,
    )
    standing = standing_from(SETTINGS, facts, round(12.1 * HOUR_MS), 0)
    assert standing.offers_today == 2
    assert reason(standing, at(12.5)) is Reason.SNOOZED
    assert reason(standing, at(13)) is Reason.OK


def test_time_that_runs_backwards_does_not_open_a_new_budget() -> None:
    standing, _ = decide(SETTINGS, Standing(day=1, offers_today=3, latest_ms=30 * HOUR_MS), event(), at(20))
    assert standing.offers_today == 3


def test_a_store_written_under_a_wrong_clock_does_not_silence_us_for_years() -> None:
    facts = PolicyFacts(0, None, None, None, Modes(), latest_wall_ms=10_000_000 * HOUR_MS)
    assert reason(standing_from(SETTINGS, facts, 12 * HOUR_MS, 0), at(12.5)) is Reason.OK


@given(
    st.lists(st.tuples(st.floats(0.01, 3), st.booleans(), st.booleans()), max_size=60),
    st.integers(0, 5),
    st.integers(0, 120),
)
def test_no_day_has_more_offers_than_its_budget_and_no_two_are_close(
    steps: list[tuple[float, bool, bool]], budget: int, cooldown_min: int
) -> None:
    settings = replace_settings(budget, cooldown_min)
    standing, hours, offers = Standing(), 0.0, []
    for number, (gap_h, sure, moves) in enumerate(steps, 1):
        hours += gap_h
        confidence = Confidence.HIGH if sure else Confidence.LOW
        now = at(hours)
        said = replace(event(number), confidence=confidence, motion_known=moves)
        standing, decision = decide(settings, standing, said, now)
        if decision.kind is DecisionKind.PROMPT:
            offers.append(now.policy_ms)
    assert all(sum(offer // (24 * HOUR_MS) == day for offer in offers) <= budget for day in range(20))
    assert all(b - a >= cooldown_min * 60_000 for a, b in itertools.pairwise(offers))


def replace_settings(budget: int, cooldown_min: int) -> PromptSettings:
    return SETTINGS.model_copy(update={"budget_per_day": budget, "cooldown_min": cooldown_min})
