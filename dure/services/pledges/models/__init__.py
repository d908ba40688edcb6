"""Tables of pledges. The won itself stands in the ledger: each deposit in an account of its own."""

from .common import PICTURES, private
from .disputes import Correction, Dispute, DisputeDay, DisputeStep
from .group import Block, Cheer, Comment, Complaint, Hush, Notice
from .keepsakes import CalendarKey, Certificate, OpenStream
from .meetings import Meeting, MeetingAnswer
from .pledges import ConsentStep, Pledge, Proof, Settlement
from .pooling import OpenBox, Pool, StoppedBox
from .reminding import Reminder, ReminderHour
from .seasons import Project, ProjectStep, Receiver, Season
from .voting import GroupChoice, Vote

__all__ = [
    "PICTURES",
    "Block",
    "CalendarKey",
    "Certificate",
    "Cheer",
    "Comment",
    "Complaint",
    "ConsentStep",
    "Correction",
    "Dispute",
    "DisputeDay",
    "DisputeStep",
    "GroupChoice",
    "Hush",
    "Meeting",
    "MeetingAnswer",
    "Notice",
    "OpenBox",
    "OpenStream",
    "Pledge",
    "Pool",
    "Project",
    "ProjectStep",
    "Proof",
    "Receiver",
    "Reminder",
    "ReminderHour",
    "Season",
    "Settlement",
    "StoppedBox",
    "Vote",
    "private",
]
