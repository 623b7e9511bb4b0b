"""The channels the settings switch on, and the words they show.

In: settings, the config folder, the page's address. Out: a `Messenger` to put around the recording.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from unhurry.config import Settings
from unhurry.config.content import Practices
from unhurry.store.channels import ChannelState

from ..prompting.offers import Offer
from .apprise import AppriseChannel
from .channel import Channel, Notice
from .desktop import DesktopChannel
from .messenger import Messenger
from .ntfy import NtfyChannel

TITLE = "Unhurry"
_BREATH = "A moment to breathe?"
_OTHER = "A moment for yourself?"
_GRACE_S = 5.0
"""The loop says first that an offer's time is over; this is for when it cannot."""


def messenger_for(
    settings: Settings,
    database: Path,
    folder: Path,
    practices: Practices,
    *,
    page: str | None,
    speed: float,
) -> Messenger:
    """Return what shows offers on the channels of `settings`; `page` is the page's address, if it is served.

    `folder` is the wearer's config folder, `speed` how fast the recording's time passes.
    """
    wanted = settings.channels
    channels: list[Channel] = []
    others = [
        ChannelState("page", on=page is not None),
        ChannelState("terminal", on=settings.prompts.terminal),
    ]
    if wanted.desktop:
        channels.append(DesktopChannel())
    if wanted.ntfy.on:
        channels.append(NtfyChannel(wanted.ntfy, folder))
    if wanted.apprise:
        channels.append(AppriseChannel(wanted.apprise))
    running = {channel.name for channel in channels}
    others += [ChannelState(name, on=False) for name in ("desktop", "ntfy", "apprise") if name not in running]
    return Messenger(
        database,
        channels,
        composer(practices, page),
        others=others,
        expiry_s=settings.prompts.expiry_min * 60 / speed + _GRACE_S,
    )


def composer(practices: Practices, page: str | None) -> Callable[[Offer], Notice]:
    """Return what puts an offer into words; the same few whatever the heart did."""

    def compose(offer: Offer) -> Notice:
        practice = practices.named(offer.practice)
        breath = practice is None or bool(practice.phases)
        place = "breathe" if breath else "ground"
        address = None if page is None else f"{page}{place}/{offer.practice}?prompt={offer.prompt_id}"
        return Notice(offer.prompt_id, TITLE, _BREATH if breath else _OTHER, address)

    return compose
