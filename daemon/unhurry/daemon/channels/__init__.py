"""Ways of showing an offer beyond the page and the terminal. None can hold up the recording."""

from .channel import Channel, ChannelAbsent, ChannelTrouble, Notice, Patience
from .messenger import Messenger

__all__ = ["Channel", "ChannelAbsent", "ChannelTrouble", "Messenger", "Notice", "Patience"]
