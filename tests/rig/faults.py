"""What is done to the service in the virtual machine, and what the link has to say about each.

In: nothing. Out: `FAULTS`, in the order in which they happen. The scenario pulls the levers inside the
machine, the judge reads the same list outside.
"""

from __future__ import annotations

from dataclasses import dataclass

START = "the service starts"
STOP = "the service is ended"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, and is put right again."""

    name: str
    levers: tuple[str, ...]
    """Words for `labctl`, or `wait SECONDS`."""
    told: frozenset[str]
    """States of the link; at least one of them must be in the database while no beats come."""
    breaks_link: bool = True
    """Beats sent while it happens can be lost in the air, or in a bluetoothd that is no more."""


FAULTS: tuple[Fault, ...] = (
    Fault("the strap hangs up", ("strap drop remote",), frozenset({"lost"})),
    Fault(
        "out of reach for 15 s",
        ("strap adv off", "strap drop timeout", "wait 15", "strap adv on"),
        frozenset({"lost"}),
    ),
    Fault(
        "silent for 12 s",
        ("strap silent", "wait 12", "strap resume"),
        frozenset({"silent"}),
        breaks_link=False,
    ),
    # Nothing makes this strap speak again but a new connection, which the service has to think of itself.
    Fault("silent for good", ("strap silent",), frozenset({"silent"}), breaks_link=False),
    Fault("bluetoothd restarts", ("bluetoothd restart",), frozenset({"lost", "no_adapter"})),
    Fault(
        "bluetoothd is killed",
        ("bluetoothd crash", "wait 5", "bluetoothd start"),
        frozenset({"lost", "silent", "no_adapter"}),
    ),
    Fault("Bluetooth off for 20 s", ("adapter off", "wait 20", "adapter on"), frozenset({"adapter_off"})),
    Fault(
        "away for 2 min",
        ("strap adv off", "strap drop timeout", "wait 120", "strap adv on"),
        frozenset({"lost"}),
    ),
)
