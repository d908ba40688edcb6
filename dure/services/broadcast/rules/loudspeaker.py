"""When a loudspeaker plays what, and which of its words are believed. Pure; the device keeps the same rules without a line."""

from datetime import datetime, timedelta
from typing import Final

from dure.base.refusals import BadValue
from dure.services.broadcast.types import Kind

from .ladder import is_night, morning

ZONE: Final = "Asia/Seoul"  # where the hall stands
NAME_LENGTH: Final = (1, 40)
DEVICES_MAX: Final = 10  # of one village
PLAYS_MAX: Final = 100  # told at once
AHEAD_MAX: Final = timedelta(minutes=5)  # so far a device's clock may be before ours


def plays_at(kind: Kind, at: datetime) -> datetime:
    """When it is played: at night only what is urgent; the rest in the morning, if it still holds then."""
    if kind is Kind.URGENT or not is_night(at, ZONE):
        return at
    return morning(at, ZONE)


def check_name(name: str) -> str:
    """What people call the device. Raises BadValue."""
    said = " ".join(name.split())
    if not NAME_LENGTH[0] <= len(said) <= NAME_LENGTH[1]:
        raise BadValue(field="name", reason="length")
    return said


def believed(said: datetime, airs: datetime, expires: datetime, now: datetime) -> datetime | None:
    """When it was played, by a device that says so: None where that cannot be, for it was not on the air or is still to come."""
    if not airs <= said < expires or said > now + AHEAD_MAX:
        return None
    return min(said, now)
