"""The tree of things that can go wrong, each said in one line with what the wearer can do about it.

    UnhurryError                exit 1: could not
    ├── InputError              a file or value that cannot be used (names file and line)
    ├── DatabaseError           the database cannot be opened, read or written
    │   ├── NotADatabase
    │   └── NewerDatabase       written by a later version of Unhurry
    ├── SettingsError           the configuration file says something we do not understand (names the key)
    ├── PortInUse
    └── StrapError              no Bluetooth, adapter off, not permitted …
    UsageError                  exit 2: wrong usage

Absence that belongs to a day (no strap in reach, a dropped link) is a state, not an error.
"""

from __future__ import annotations


class UnhurryError(Exception):
    """`what` happened (and where), and the `advice`: what can be done. Both are short sentences."""

    exit_code = 1

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(f"{what} {advice}".strip())
        self.what = what
        self.advice = advice


class InputError(UnhurryError):
    """A file or a value that cannot be used; `what` names the file and, where there is one, the line."""


class DatabaseError(UnhurryError):
    """The database cannot be opened, read or written."""


class NotADatabase(DatabaseError):  # noqa: N818 - says what it is
    """The file is not an SQLite database, or is damaged."""


class NewerDatabase(DatabaseError):  # noqa: N818
    """A later version of Unhurry wrote this database; opening it could lose what it added."""


class SettingsError(UnhurryError):
    """The configuration file says something that is not understood; `what` names the file and the key."""


class PortInUse(UnhurryError):  # noqa: N818
    """Another program listens on the address the page wants."""


class StrapError(UnhurryError):
    """Bluetooth cannot be used: no adapter, switched off, not permitted."""


class UsageError(UnhurryError):
    """Options that contradict each other or mean nothing."""

    exit_code = 2
