"""One recording, studied: our detector and the others, as it is and warm.

In: a `Task`. Out: its `Studied`. The same task always gives the same result, wherever and in whatever order
it is done.
"""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np

from unhurry.config import UnhurryError
from unhurry.signal import STATES, Arrivals, Minute, MotionLevels, Seconds, State

from .course import Course, course_of
from .detection import Alarm, hear
from .donor import warmed
from .outcome import Conditions, GroundTime, Outcome, ScoreCounts, Studied, Task
from .people import Wearing
from .references import additional_heart_rate, fixed_threshold, random_times, variability_dip
from .tally import Tally, hours, mean_tally, tally
from .truth import Truth, truth_of
from .wear import Wear, read_wear, without_motion

_SCORE_STEP = 0.02
_SCORE_BINS = 1000
"""Scores are counted in steps of 0.02 up to 20: areas under the ROC curve are good to four digits."""

_BOTH_LEVELS = frozenset({"still_below", "moving_from"})
_DRAWS = 20
_SEED = 20_26


def study(task: Task) -> Studied:
    """Study one recording. What cannot be read is reported, not raised."""
    given = task.conditions
    try:
        asked = given.parameters.motion if given.levels_given == _BOTH_LEVELS else None
        wear = read_wear(task.wearing, asked)
        if wear.motion_levels is not None:
            wear = replace(wear, motion_levels=_levels(given, wear.motion_levels))
    except UnhurryError as error:
        return Studied(task.wearing, None, None, (), str(error))
    truth = truth_of(course_of(wear.arrivals, wear.motion_levels), wear.labels)
    notes = list(wear.notes)
    if not truth.course.worn.any():
        notes.append("no heart rate in it that could be one: nothing to measure")
    elif wear.labels and truth.quiet_bpm is None:
        notes.append("no quiet time: nobody can be called a responder, and it is not measured warm")
    warm = None
    if given.donors and truth.quiet_bpm is not None:
        before = warmed(task.wearing, wear, truth.quiet_bpm, given.donors)
        if before is None:
            notes.append("no donor has six hours awake: not measured warm")
        else:
            warm = _outcome(task, wear, truth, before.arrivals, before.offset_s)
    as_it_is = _outcome(task, wear, truth, wear.arrivals, 0)
    return Studied(task.wearing, as_it_is, warm, tuple(notes), None)


def _levels(given: Conditions, own: MotionLevels) -> MotionLevels:
    return replace(own, **{name: getattr(given.parameters.motion, name) for name in given.levels_given})


def _outcome(task: Task, wear: Wear, truth: Truth, arrivals: Arrivals, offset_s: int) -> Outcome:
    """Run every detector over `arrivals`, in which the recording begins at `offset_s`."""
    given = task.conditions
    levels = wear.motion_levels if given.motion else None
    parameters = given.parameters if levels is None else replace(given.parameters, motion=levels)
    arrivals = arrivals if given.motion else without_motion(arrivals)
    heard = hear(parameters, given.prompts, arrivals)
    course = course_of(arrivals, levels)
    ours = _own(heard.events, offset_s, truth.course)
    alarms = (
        heard.events,
        heard.prompts,
        heard.prompts_unsure,
        fixed_threshold(course, 95.0),
        fixed_threshold(course, 80.0),
        additional_heart_rate(course),
        variability_dip(arrivals) if wear.heart == "rr" else None,
    )
    tallies = [None if each is None else tally(truth, _own(each, offset_s, truth.course)) for each in alarms]
    moved = (replace(each, start_s=each.start_s - offset_s) for each in heard.minutes)
    minutes = [each for each in moved if each.start_s + 60 > truth.course.first_s]
    judged, judgeable = _judged(truth, minutes)
    return Outcome(
        hours=hours(truth.course.worn),
        spans=len(truth.spans),
        responders=sum(span.responder for span in truth.spans),
        fresh=sum(span.fresh for span in truth.spans),
        grounds=tuple(
            GroundTime(
                label=ground.label,
                original=ground.original,
                hours=hours(ground.seconds & truth.course.worn),
                hours_free=hours(ground.seconds & truth.course.worn & truth.locomotion_free),
                stretches=len(ground.stretches),
            )
            for ground in truth.grounds
        ),
        tallies=(*tallies, _at_random(task.wearing, truth, ours)),
        judged_min=judged,
        judgeable_min=judgeable,
        minutes_by_state=tuple(sum(each.state is state for each in minutes) for state in STATES),
        scores=_scores(truth, heard.seconds, offset_s),
    )


def _own(alarms: tuple[Alarm, ...], offset_s: int, course: Course) -> tuple[Alarm, ...]:
    """Return what of the alarms reaches into the recording, in its own time."""
    moved = (Alarm(each.confirmed_s - offset_s, each.end_s - offset_s) for each in alarms)
    return tuple(each for each in moved if each.confirmed_s >= course.first_s or each.end_s > course.first_s)


def _at_random(wearing: Wearing, truth: Truth, ours: tuple[Alarm, ...]) -> Tally:
    """Return how as many alarms at random times do, on the mean of twenty draws."""
    own = [alarm for alarm in ours if alarm.confirmed_s >= truth.course.first_s]
    open_s = tuple(alarm.end_s - alarm.confirmed_s for alarm in own)
    rng = np.random.default_rng((_SEED, zlib.crc32(f"{wearing.dataset}/{wearing.name}".encode())))
    draws = (random_times(truth.course, open_s, len(own), rng) for _ in range(_DRAWS))
    return mean_tally(tuple(tally(truth, draw) for draw in draws))


def _judged(truth: Truth, minutes: list[Minute]) -> tuple[int, int]:
    """Return how many minutes were judged, and how many could have been.

    Worn, asleep and moving are what half of a minute or more was, by heart rate, labels and movement alone.
    """
    judged = judgeable = 0
    for minute in minutes:
        where = truth.course.between(minute.start_s, minute.start_s + 60)
        motion = truth.course.motion[where]
        known, moving = (~np.isnan(motion)).sum(), (motion >= 1.0).sum()
        half = (where.stop - where.start) / 2
        worn, asleep = truth.course.worn[where].sum() >= half > 0, truth.asleep[where].sum() >= half
        if worn and not asleep and not 2 * moving >= known > 0:
            judgeable += 1
            judged += minute.state in {State.CALM, State.AROUSED}
    return judged, judgeable


def _scores(truth: Truth, seconds: Seconds, offset_s: int) -> tuple[ScoreCounts, ...]:
    index = seconds.t_s - offset_s - truth.course.first_s
    keep = (index >= 0) & (index < len(truth.course)) & ~np.isnan(seconds.score)
    index, score = index[keep], seconds.score[keep]
    bins = np.clip((score / _SCORE_STEP).astype(np.int64), 0, _SCORE_BINS - 1)
    labels = [("stress", truth.stress)]
    labels += [(ground.label, ground.seconds) for ground in truth.grounds if ground.original is None]
    return tuple(
        ScoreCounts(name, np.bincount(bins[inside[index]], minlength=_SCORE_BINS)) for name, inside in labels
    )
