"""Tables of pledges. The won itself stands in the ledger: each deposit in an account of its own."""

from .keepsakes import CalendarKey, Certificate, OpenStream
from .seasons import (
    PICTURES,
    Block,
    Cheer,
    Comment,
    Complaint,
    ConsentStep,
    Hush,
    Notice,
    Pledge,
    Project,
    ProjectStep,
    Proof,
    Receiver,
    Season,
    Settlement,
    private,
)

__all__ = [
    "PICTURES",
    "Block",
    "CalendarKey",
    "Certificate",
    "Cheer",
    "Comment",
    "Complaint",
    "ConsentStep",
    "Hush",
    "Notice",
    "OpenStream",
    "Pledge",
    "Project",
    "ProjectStep",
    "Proof",
    "Receiver",
    "Season",
    "Settlement",
    "private",
]
