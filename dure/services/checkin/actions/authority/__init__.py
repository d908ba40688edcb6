"""Writing at the authority: its people, what officers do with a query, and what the program does with it then."""

from .filing import approve, close, file, look_again, refuse
from .lapsing import close_old, end_undecided
from .officers import appoint_officer, dismiss_officer
from .pursuing import combine, log, pursue, tell
from .reporting import keep_report

__all__ = [
    "appoint_officer",
    "approve",
    "close",
    "close_old",
    "combine",
    "dismiss_officer",
    "end_undecided",
    "file",
    "keep_report",
    "log",
    "look_again",
    "pursue",
    "refuse",
    "tell",
]
