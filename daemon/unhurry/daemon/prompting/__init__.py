"""When to speak and when to stay silent, and the ways of speaking."""

from .policy import Circumstances, Standing, answered, asked, decide, policy_time, standing_from

__all__ = ["Circumstances", "Standing", "answered", "asked", "decide", "policy_time", "standing_from"]
