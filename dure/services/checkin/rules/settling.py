"""When a scan counts: with a line at once, without one within a day, and only where the line was really gone.

A scanner's word for the time is worth something only as long as it cannot be made up later. A venue's scanners say every five
minutes that they are there, whether or not anybody comes (so these heart-beats say nothing about guests). What was scanned
between two of them had a line: it counts when it comes within ten minutes, and not afterwards.
"""

from datetime import datetime, timedelta
from typing import Final

from dure.services.checkin.types import Code, Pass, Scan, TooEarly, TooLate, WasOnline

from .calendar import SLOT_SECONDS, slot_starts_at

LATE_SECONDS_MAX: Final = 30  # after its slot has ended: a slow line, a telephone whose clock is behind
EARLY_SECONDS_MAX: Final = 15  # before its slot begins: a telephone whose clock is ahead
OFFLINE_HOURS_MAX: Final = 24  # a scanner may bring what it took so much later
BEAT_SECONDS: Final = 300
INTERRUPTED_SECONDS_MAX: Final = 2 * BEAT_SECONDS  # a line that was away between two heart-beats


def beat_of(at: datetime) -> int:
    """The five minutes that `at` is in, as a number."""
    return int(at.timestamp()) // BEAT_SECONDS


def check_time(shown: Code | Pass, at: datetime) -> None:
    """Whether a pass is in its time when it is scanned at `at`. Raises TooEarly, TooLate."""
    begins = slot_starts_at(shown.epoch, shown.slot)
    if at < begins - timedelta(seconds=EARLY_SECONDS_MAX):
        raise TooEarly()
    if at >= begins + timedelta(seconds=SLOT_SECONDS + LATE_SECONDS_MAX):
        raise TooLate()


def check_settling(scan: Scan) -> None:
    """Whether a scan comes in time, not from the future, and not from a venue that had its line then.

    Raises TooEarly, TooLate, WasOnline.
    """
    if scan.scanned_at > scan.at + timedelta(seconds=EARLY_SECONDS_MAX):
        raise TooEarly()
    if scan.at > scan.scanned_at + timedelta(hours=OFFLINE_HOURS_MAX):
        raise TooLate()
    if scan.at - scan.scanned_at <= timedelta(seconds=INTERRUPTED_SECONDS_MAX):
        return
    beat = beat_of(scan.scanned_at)
    if {beat, beat + 1} <= scan.heard:
        raise WasOnline()
