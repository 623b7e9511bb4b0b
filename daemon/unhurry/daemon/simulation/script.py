"""The script of one simulated day: what happens when, as data, with the words beside it.

In: nothing. Out: `DAY`, the scenes from 07:00 to 22:30, and `NOTES`, what the simulated wearer wrote in the
morning. The wearer works at a desk, walks to work, and waits for an answer that does not come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum


class EpisodeKind(StrEnum):
    """What a stretch of the day is, for the body and for the strap."""

    EMOTIONAL = "emotional"
    WALKING = "walking"
    STAIRS = "stairs"
    STANDING = "standing"
    HOUSEWORK = "housework"
    """On one's feet, a few steps now and then."""
    TALKING = "talking"
    COFFEE = "coffee"
    MEAL = "meal"
    LYING = "lying"
    BREATHING = "breathing"
    """Slow breathing, six a minute."""
    DROPOUT = "dropout"
    """The strap is out of reach: nothing arrives."""


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch of the day and what it is: the truth a detector can be held against."""

    kind: EpisodeKind
    start_s: float
    end_s: float
    label: str


@dataclass(frozen=True, slots=True)
class Scene:
    """An episode with what it does to the heart."""

    episode: Episode
    rise_bpm: float = 0.0
    """How far the heart goes above rest while it lasts; scenes add up."""
    breath_hz: float | None = None
    """How fast one breathes in it; None: as its kind has it."""


@dataclass(frozen=True, slots=True)
class Note:
    """A line the simulated wearer wrote."""

    written_s: float
    text: str
    episode: Episode | None = None
    """What it is about."""


DAY_START = time(7, 0)
"""Local time of `t = 0`."""
DURATION_S = 15.5 * 3600


def seconds_at(clock: str) -> float:
    """Return the time of "HH:MM" or "HH:MM:SS" in seconds since the start of the day."""
    moment = time.fromisoformat(clock)
    return float((moment.hour - DAY_START.hour) * 3600 + moment.minute * 60 + moment.second)


def _scene(kind: EpisodeKind, start: str, end: str, label: str, rise_bpm: float = 0.0) -> Scene:
    return Scene(Episode(kind, seconds_at(start), seconds_at(end), label), rise_bpm)


DAY: tuple[Scene, ...] = (
    _scene(EpisodeKind.HOUSEWORK, "07:00:40", "07:11", "Up and dressing", 9),
    _scene(EpisodeKind.COFFEE, "07:16", "08:30", "First coffee", 2),
    _scene(EpisodeKind.BREATHING, "07:30", "07:35", "Slow breathing, five minutes", -2),
    _scene(EpisodeKind.MEAL, "07:42", "07:57", "Breakfast", 4),
    _scene(EpisodeKind.HOUSEWORK, "07:59", "08:05", "Getting ready to go", 8),
    _scene(EpisodeKind.WALKING, "08:05", "08:33:50", "Walk to work", 30),
    _scene(EpisodeKind.STAIRS, "08:33:50", "08:35", "Up to the office", 36),
    _scene(EpisodeKind.STANDING, "09:18", "09:20", "Fetching water", 6),
    _scene(EpisodeKind.EMOTIONAL, "09:40", "09:43:30", "A reply that sounded cold", 18),
    _scene(EpisodeKind.EMOTIONAL, "10:12", "10:15", "Reading it again", 16),
    _scene(EpisodeKind.WALKING, "10:30", "10:34", "Down for coffee and back", 29),
    _scene(EpisodeKind.COFFEE, "10:36", "11:40", "Second coffee", 2),
    _scene(EpisodeKind.EMOTIONAL, "11:20", "11:24", "A message, read and not answered", 25),
    _scene(EpisodeKind.STANDING, "12:12", "12:14", "At the printer", 6),
    _scene(EpisodeKind.STAIRS, "13:00", "13:01:30", "Stairs, in a hurry", 54),
    _scene(EpisodeKind.WALKING, "13:01:30", "13:25", "Walk at lunch", 29),
    _scene(EpisodeKind.MEAL, "13:28", "13:45", "Lunch", 4),
    _scene(EpisodeKind.EMOTIONAL, "14:10", "14:14", "A short, tense call", 15),
    _scene(EpisodeKind.TALKING, "14:10", "14:14", "On the phone", 4),
    _scene(EpisodeKind.STANDING, "15:12", "15:14", "To a colleague's desk", 6),
    _scene(EpisodeKind.STAIRS, "15:14", "15:14:40", "One flight of stairs", 30),
    _scene(EpisodeKind.TALKING, "15:25", "15:50", "Team meeting", 4),
    _scene(EpisodeKind.DROPOUT, "16:10", "16:35", "Strap and laptop apart"),
    _scene(EpisodeKind.WALKING, "17:30", "17:56", "Walk home", 31),
    _scene(EpisodeKind.STAIRS, "17:56", "17:57", "Up to the flat", 36),
    _scene(EpisodeKind.HOUSEWORK, "18:08", "18:28", "Cooking", 8),
    _scene(EpisodeKind.EMOTIONAL, "18:40", "18:50", "A hard talk", 25),
    _scene(EpisodeKind.TALKING, "18:40", "19:02", "Talking at the table", 4),
    _scene(EpisodeKind.MEAL, "19:25", "19:50", "Dinner", 6),
    _scene(EpisodeKind.HOUSEWORK, "19:52", "20:08", "Washing up", 8),
    _scene(EpisodeKind.EMOTIONAL, "20:40", "20:44", "Still no answer", 17),
    _scene(EpisodeKind.LYING, "21:05", "22:05", "On the sofa", -4),
    _scene(EpisodeKind.HOUSEWORK, "22:10", "22:17", "Brushing teeth", 8),
)


def _about(label: str) -> Episode:
    return next(scene.episode for scene in DAY if scene.episode.label == label)


NOTES: tuple[Note, ...] = (
    Note(
        seconds_at("07:37"),
        "Five minutes of slow breathing before the day. Slept a little short.",
        _about("Slow breathing, five minutes"),
    ),
    Note(
        seconds_at("09:52"),
        "One short reply, and I was sure something is wrong. Put the phone in the drawer. #message",
        _about("A reply that sounded cold"),
    ),
    Note(
        seconds_at("10:21"),
        "Read it a third time. It says “busy today, later”. That may be all it means. #message",
        _about("Reading it again"),
    ),
)
