"""One person, one check-in a minute, wherever and with however many telephones, without saying which person.

The day is covered twice by windows of two minutes, the second covering one minute later than the first. In every window a
person has one mark of eight bytes, the same at every issuer that holds the day's rate key, and nothing like the person's
other marks. A pass carries the two marks of its minute. Whoever was accepted has spent both.

Two minutes that are the same or next to each other share a window, so of two passes less than a minute apart at most one is
accepted. Minutes that are further apart share none, so two accepted passes of a person have nothing in common.
"""

import re
from typing import Final

from dure.services.checkin.types import Epoch, KnownBy, NotAnIdentity, Subject

from .calendar import MINUTES
from .secrets import derived

MARK_BYTES: Final = 8
ACCOUNT_BYTES: Final = 16
_CI: Final = re.compile(r"[A-Za-z0-9+/]{86}==")  # "connecting information" of an identity agency: 64 bytes, in base64
_TELEPHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164; a number of Korea may be written with its nought


def subject_of(rates: bytes, epoch: Epoch, known: KnownBy, identity: bytes) -> Subject:
    """A person on one day, from the day's rate key and what every issuer of the federation knows the person by.

    One kind for all of them: who is known by a CI here and by a telephone number there would be two persons. So a federation
    settles on `known` once, and hands its rate keys out with it.
    """
    return Subject(derived(rates, b"subject", epoch.to_bytes(2), known.value.encode(), spelled(known, identity)))


def spelled(known: KnownBy, identity: bytes) -> bytes:
    """What a person is known by, in one way: issuers write telephone numbers differently. Raises NotAnIdentity."""
    if known is KnownBy.ACCOUNT:
        if len(identity) != ACCOUNT_BYTES:
            raise NotAnIdentity()
        return identity
    text = identity.decode("ascii", "replace")
    if known is KnownBy.CI:
        if not _CI.fullmatch(text):
            raise NotAnIdentity()
        return identity
    digits = re.sub(r"[\s()-]", "", text)
    digits = "+82" + digits[1:] if digits.startswith("0") and not digits.startswith("00") else digits
    if not _TELEPHONE.fullmatch(digits):
        raise NotAnIdentity()
    return digits.encode()


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
