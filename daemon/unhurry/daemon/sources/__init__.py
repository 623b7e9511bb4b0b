"""Where beats come from: a strap, a recording, a simulated day."""

from .items import Arrived, LinkChanged, RecordingOpened, Source, SourceItem, adjusted

__all__ = ["Arrived", "LinkChanged", "RecordingOpened", "Source", "SourceItem", "adjusted"]
