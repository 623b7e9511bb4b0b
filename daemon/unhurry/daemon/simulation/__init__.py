"""A physiological simulation of a wearer's day, for `demo` and for tests."""

from .day import SimulatedDay, simulate_day
from .pulse import Slip, SlipKind
from .script import DAY, DAY_START, DURATION_S, NOTES, Episode, EpisodeKind, Note, Scene, seconds_at

__all__ = [
    "DAY",
    "DAY_START",
    "DURATION_S",
    "NOTES",
    "Episode",
    "EpisodeKind",
    "Note",
    "Scene",
    "SimulatedDay",
    "Slip",
    "SlipKind",
    "seconds_at",
    "simulate_day",
]
