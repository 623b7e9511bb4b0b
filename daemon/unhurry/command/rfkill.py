"""The switches Linux has for radios: a key of the laptop (hard), a setting (soft).

In: `/sys/class/rfkill`. Out: `Switch`es of Bluetooth, and the check of `doctor` on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .findings import Finding

LIFT_SOFT = "Lift the block: `rfkill unblock bluetooth`, or switch Bluetooth on in the settings."
LIFT_HARD = "Use the switch or key for radio on the computer itself, or look in its firmware setup."


@dataclass(frozen=True, slots=True)
class Switch:
    """One Bluetooth radio, and what blocks it."""

    name: str
    soft: bool
    hard: bool

    @property
    def blocked(self) -> bool:
        """Whether it cannot send or hear."""
        return self.soft or self.hard


def bluetooth_switches(root: Path) -> tuple[Switch, ...]:
    """Return the switches of the Bluetooth radios; none where the system has none, or does not tell."""
    return tuple(
        Switch(
            name=_text(folder / "name") or folder.name,
            soft=_text(folder / "soft") == "1",
            hard=_text(folder / "hard") == "1",
        )
        for folder in sorted((root / "sys/class/rfkill").glob("rfkill*"))
        if _text(folder / "type") == "bluetooth"
    )


def check_switches(switches: Sequence[Switch]) -> Finding:
    """Is a Bluetooth radio left that nothing blocks?"""
    if not switches:
        return Finding.skipped("rfkill", "this computer lists no switch for Bluetooth")
    seen = ", ".join(f"{switch.name} {_state(switch)}" for switch in switches)
    if not all(switch.blocked for switch in switches):
        return Finding.ok("rfkill", seen)
    # A soft block can be lifted from here; where one radio has no other, that is the shorter way.
    only_soft = any(switch.soft and not switch.hard for switch in switches)
    return Finding.problem("rfkill", seen, LIFT_SOFT if only_soft else LIFT_HARD)


def _state(switch: Switch) -> str:
    match switch.soft, switch.hard:
        case True, True:
            return "is blocked by a switch and by the settings"
        case False, True:
            return "is blocked by a switch of the computer"
        case True, False:
            return "is blocked by the settings"
        case _:
            return "is not blocked"


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
