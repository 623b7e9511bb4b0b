"""One SQLite file: its schema, what is written, what is read, and what changed."""

from .batch import Batch, Decided, LinkMark, Now, Written
from .database import Database, open_database
from .feed import Change, Feed
from .lock import sole_recorder
from .migrations import migrate
from .moments import Day, Moment, Offsets, Present, RecordingRow, present
from .records import (
    Anchor,
    Answer,
    DecisionKind,
    Entry,
    EntryDraft,
    IntentKind,
    IntentRow,
    LinkState,
    NewDecision,
    NewPrompt,
    NewRecording,
    PromptRow,
    Reason,
)
from .resume import PolicyFacts, close_left_open, policy_facts, remembered_strap
from .straps import StrapChoice
from .writer import AnswerRow, Writer

__all__ = [
    "Anchor",
    "Answer",
    "AnswerRow",
    "Batch",
    "Change",
    "Database",
    "Day",
    "Decided",
    "DecisionKind",
    "Entry",
    "EntryDraft",
    "Feed",
    "IntentKind",
    "IntentRow",
    "LinkMark",
    "LinkState",
    "Moment",
    "NewDecision",
    "NewPrompt",
    "NewRecording",
    "Now",
    "Offsets",
    "PolicyFacts",
    "Present",
    "PromptRow",
    "Reason",
    "RecordingRow",
    "StrapChoice",
    "Writer",
    "Written",
    "close_left_open",
    "migrate",
    "open_database",
    "policy_facts",
    "present",
    "remembered_strap",
    "sole_recorder",
]
