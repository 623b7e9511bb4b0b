"""The answer to "What would I have got?", as the store keeps it and the page and the terminal show it.

In: a `Comparison`, the settings compared. Out: plain JSON objects, and sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unhurry.config.trying import DETECTION_TABLE, PROMPT_TABLE, Tried, toml_line, triable

from .comparing import (
    Comparison,
    DayCount,
    Difference,
    event_gained,
    event_lost,
    offer_gained,
    offer_lost,
)
from .speaking_again import Fate

MOST_CHANGES = 500
"""Moments listed in one answer."""


def content_of(
    comparison: Comparison, now: Tried, tried: Tried, changes: Mapping[str, str]
) -> dict[str, Any]:
    """Return the whole answer."""
    return {
        "sentence": sentence_of(comparison),
        "settings": [_setting(name, now, tried) for name in changes],
        "keep": [
            {"table": _table(name), "line": toml_line(_bare(name), tried.value(name))} for name in changes
        ],
        "result": {
            "days": [_day(day) for day in comparison.days],
            "total": _total(comparison),
            "changes": [_change(each) for each in comparison.differences[:MOST_CHANGES]],
            "left_out": max(0, len(comparison.differences) - MOST_CHANGES),
            "recorded": {
                "events": comparison.recorded.events,
                "offers": comparison.recorded.offers,
                "days_differing": comparison.recorded.days_differing,
                "sentence": recorded_sentence(comparison),
            },
        },
    }


def sentence_of(comparison: Comparison) -> str:
    """Say what would have been different, in one or two sentences."""
    days = len(comparison.days)
    when = "the one day you wore it" if days == 1 else f"the last {days} days you wore it"
    events, events_then = comparison.total(_events_after), comparison.total(_events_before)
    offers, offers_then = comparison.total(_offers_after), comparison.total(_offers_before)
    if not comparison.differences:
        return f"On {when}, nothing would have been different: {_many(offers_then, 'offer')}, as it is now."
    offered = (
        f"as many offers ({offers})"
        if offers == offers_then
        else f"{_many(offers, 'offer')} instead of {offers_then}"
    )
    noticed = (
        f"as many moments noticed ({events})"
        if events == events_then
        else f"{_many(events, 'moment')} noticed instead of {events_then}"
    )
    return f"On {when}, there would have been {offered}, and {noticed}."


def recorded_sentence(comparison: Comparison) -> str | None:
    """Say that some days were decided otherwise when they were lived, if so."""
    days = comparison.recorded.days_differing
    if not days:
        return None
    which = "One of these days was" if days == 1 else f"{days} of these days were"
    return (
        f"{which} judged differently at the time: by an earlier version of Unhurry, or under other settings."
        " Both sides here are worked out anew, so that they can be compared."
    )


def _setting(name: str, now: Tried, tried: Tried) -> dict[str, Any]:
    known = triable(_bare(name))
    return {
        "name": name,
        "title": name if known is None else known.title,
        "unit": None if known is None else known.unit,
        "before": now.value(name),
        "after": tried.value(name),
    }


def _day(day: DayCount) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(),
        "worn_hours": round(day.worn_s / 3600, 2),
        "events_before": day.events_before,
        "events_after": day.events_after,
        "offers_before": day.offers_before,
        "offers_after": day.offers_after,
    }


def _total(comparison: Comparison) -> dict[str, Any]:
    return {
        "days": len(comparison.days),
        "worn_hours": round(comparison.total(_worn_s) / 3600, 2),
        "events_before": comparison.total(_events_before),
        "events_after": comparison.total(_events_after),
        "offers_before": comparison.total(_offers_before),
        "offers_after": comparison.total(_offers_after),
        "events_lost": comparison.count(event_lost),
        "events_gained": comparison.count(event_gained),
        "offers_lost": comparison.count(offer_lost),
        "offers_gained": comparison.count(offer_gained),
    }


def _change(each: Difference) -> dict[str, Any]:
    kept = each.kept
    return {
        "t": each.confirmed.local.isoformat(timespec="milliseconds"),
        "event": None if kept is None else kept.event_id,
        "rise_bpm": round(each.rise_bpm, 1),
        "hr_peak_bpm": round(each.hr_peak_bpm, 1),
        "lasted_s": each.lasted_s,
        "label": None if kept is None else kept.label,
        "answer": None if kept is None or kept.answer is None else kept.answer.value,
        "felt": None if kept is None else kept.felt,
        "before": _kind(each.before),
        "reason_before": _reason(each.before),
        "after": _kind(each.after),
        "reason_after": _reason(each.after),
    }


def _kind(fate: Fate | None) -> str | None:
    return None if fate is None else fate.kind.value


def _reason(fate: Fate | None) -> str | None:
    return None if fate is None else fate.reason.value


def _bare(name: str) -> str:
    return name.removeprefix(f"{PROMPT_TABLE}.")


def _table(name: str) -> str:
    known = triable(_bare(name))
    if known is not None:
        return known.table
    return PROMPT_TABLE if Tried.is_prompt_setting(_bare(name)) else DETECTION_TABLE


def _many(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def _worn_s(day: DayCount) -> int:
    return day.worn_s


def _events_before(day: DayCount) -> int:
    return day.events_before


def _events_after(day: DayCount) -> int:
    return day.events_after


def _offers_before(day: DayCount) -> int:
    return day.offers_before


def _offers_after(day: DayCount) -> int:
    return day.offers_after
