"""What a source may be asked for while it runs.

In: nothing. Out: frozen records. A source takes up what means something to it and leaves the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ChooseStrap:
    """From now on this is the wearer's strap."""

    address: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Measure nothing until `Resume`; the strap may sleep."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on measuring."""


StrapWish: TypeAlias = ChooseStrap | Pause | Resume
