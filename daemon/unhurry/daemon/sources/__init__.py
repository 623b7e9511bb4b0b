"""Where beats come from: a strap, a recording, a simulated day."""

from .items import Arrived, LinkChanged, RecordingOpened, Source, SourceItem, StrapLearnt, adjusted
from .wishes import ChooseStrap, Pause, Resume, StrapWish

__all__ = [
    "Arrived",
    "ChooseStrap",
    "LinkChanged",
    "Pause",
    "RecordingOpened",
    "Resume",
    "Source",
    "SourceItem",
    "StrapLearnt",
    "StrapWish",
    "adjusted",
]
