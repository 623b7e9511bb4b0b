"""Whether the user of this process belongs to a group, and whether the process knows already (Unix)."""

from __future__ import annotations

import grp
import os
import pwd
from enum import StrEnum


class Membership(StrEnum):
    """How a user and a group stand to each other."""

    YES = "yes"
    NOT_YET = "not_yet"
    """The user was added after this session began."""
    NO = "no"
    NO_GROUP = "no_group"


def membership(group: str) -> Membership:
    """Return how the user of this process stands to `group`. Never raises."""
    try:
        entry = grp.getgrnam(group)
    except KeyError:
        return Membership.NO_GROUP
    if entry.gr_gid in (os.getegid(), *os.getgroups()):
        return Membership.YES
    try:
        user = pwd.getpwuid(os.geteuid())
    except KeyError:
        return Membership.NO
    member = user.pw_name in entry.gr_mem or user.pw_gid == entry.gr_gid
    return Membership.NOT_YET if member else Membership.NO
