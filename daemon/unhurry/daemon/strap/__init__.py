"""The heart-rate strap: finding it, keeping the link, and its beats as a source."""

from .causes import Cause
from .finding import StrapInReach, connected_straps, scan_straps
from .source import BleSource
from .timings import Timings
from .trouble import RADIO_ERRORS, Trouble, trouble_of

__all__ = [
    "RADIO_ERRORS",
    "BleSource",
    "Cause",
    "StrapInReach",
    "Timings",
    "Trouble",
    "connected_straps",
    "scan_straps",
    "trouble_of",
]
