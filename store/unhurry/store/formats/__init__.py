"""Formats in and out of the house: what other programs and other people's files look like."""

from .recording import Recording, find_motion, read_recording

__all__ = ["Recording", "find_motion", "read_recording"]
