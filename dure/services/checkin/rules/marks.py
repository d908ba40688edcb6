"""One person, one check-in a minute, wherever and with however many telephones, without saying which person.

The day is covered twice by windows of two minutes, the second covering one minute later than the first. In every window a
person has one mark of eight bytes, the same at every issuer that holds the day's rate key, and nothing like the person's
other marks. A pass carries the two marks of its minute. Whoever was accepted has spent both.

Two minutes that are the same or next to each other share a window, so of two passes less than a minute apart at most one is
accepted. Minutes that are further apart share none, so two accepted passes of a person have nothing in common.
"""

from typing import Final

from dure.services.checkin.types import Epoch, Subject

from .calendar import MINUTES
from .secrets import derived

MARK_BYTES: Final = 8


def subject_of(rates: bytes, epoch: Epoch, identity: bytes) -> Subject:
    """A person on one day, from the day's rate key and what every issuer knows the person by (CI, else the telephone number)."""
    return Subject(derived(rates, b"subject", epoch.to_bytes(2), identity))


def windows_of(minute: int) -> tuple[int, int]:
    """The window of each cover that a minute of the day is in."""
    if not 0 <= minute < MINUTES:
        raise ValueError("a day has 1,440 minutes")
    return minute // 2, (minute + 1) // 2


def nonce_of(subject: Subject, minute: int) -> bytes:
    """Both marks of a person's minute."""
    first, second = windows_of(minute)
    return mark_of(subject, 0, first) + mark_of(subject, 1, second)


def nonces_of(subject: Subject) -> list[bytes]:
    """The nonces of a person's whole day, by minute; each mark is made once for the two minutes of its window."""
    marks = [[mark_of(subject, cover, window) for window in range(MINUTES // 2 + 1)] for cover in (0, 1)]
    windows = [windows_of(minute) for minute in range(MINUTES)]
    return [marks[0][first] + marks[1][second] for first, second in windows]


def mark_of(subject: Subject, cover: int, window: int) -> bytes:
    """A person's mark in one window of the first (0) or second (1) cover."""
    return derived(subject, b"mark", cover.to_bytes(1), window.to_bytes(2))[:MARK_BYTES]
