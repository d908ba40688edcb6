"""Days, slots, minutes and half hours of the Korean calendar.

An epoch is a day in Seoul, whatever the zone of the machine. The 28 days: what was written on day d can be read on the days d
to d+27; from the first second of day d+28 on it cannot, whether or not anything was destroyed.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from dure.base.clock import SEOUL, local
from dure.services.checkin.types import DayClosed, Epoch, HalfHour

FIRST_DAY: Final = date(2020, 1, 1)
EPOCH_MAX: Final = 0xFFFF
SLOT_SECONDS: Final = 15
SLOTS: Final = 24 * 60 * 60 // SLOT_SECONDS
MINUTES: Final = 24 * 60
BUCKET_MINUTES: Final = 30
BUCKETS: Final = MINUTES // BUCKET_MINUTES
DAYS_KEPT: Final = 28
DAYS_CHECKED: Final = (
    2  # passes of day d are checked on d and d+1, and in the first minutes of d+2: offline for 24 hours
)
SPENT_DAYS: Final = 3  # what is spent is remembered, and the keys for checking kept, to the end of day d+2
ISSUED_DAYS_BEFORE: Final = 1  # batches of day d are handed out on d-1 and d; then issuers have no key of d any more
LAID_DAYS_AHEAD: Final = 2  # tables of so many days to come lie ready, so that a night without a worker closes no door


def epoch_of(at: datetime) -> Epoch:
    """The day in Seoul on which `at` is."""
    return epoch_on(local(at).date())


def epoch_on(day: date) -> Epoch:
    """The number of a local day."""
    number = (day - FIRST_DAY).days
    if not 0 <= number <= EPOCH_MAX:
        raise ValueError("a day before 2020 or after 2199")
    return Epoch(number)


def day_of(epoch: Epoch) -> date:
    """The local day of an epoch."""
    return FIRST_DAY + timedelta(days=epoch)


@lru_cache(maxsize=128)  # asked for with every pass, and always for the same few days
def starts_at(epoch: Epoch) -> datetime:
    """The first moment of a day in Seoul, in UTC."""
    day = day_of(epoch)
    return datetime(day.year, day.month, day.day, tzinfo=SEOUL).astimezone(UTC)


def slot_of(at: datetime) -> tuple[Epoch, int]:
    """The day and the 15 seconds of it that `at` is in."""
    epoch = epoch_of(at)
    return epoch, int((at - starts_at(epoch)).total_seconds()) // SLOT_SECONDS


def slot_starts_at(epoch: Epoch, slot: int) -> datetime:
    """The moment at which a slot begins."""
    return starts_at(epoch) + timedelta(seconds=slot * SLOT_SECONDS)


def minute_of_slot(slot: int) -> int:
    """The minute of the day that a slot is in."""
    return slot * SLOT_SECONDS // 60


def bucket_of_slot(slot: int) -> int:
    """The half hour of the day that a slot is in."""
    return minute_of_slot(slot) // BUCKET_MINUTES


def half_hour_of(at: datetime) -> HalfHour:
    """The half hour in which `at` is."""
    epoch, slot = slot_of(at)
    return HalfHour(epoch, bucket_of_slot(slot))


def hour_of_bucket(number: int) -> int:
    """The hour of the day that a half hour is in."""
    return number * BUCKET_MINUTES // 60


def is_readable(epoch: Epoch, at: datetime) -> bool:
    """Whether records of a day may be read at `at`: by the age of the day alone, so a job that did not run opens nothing."""
    return 0 <= epoch_of(at) - epoch < DAYS_KEPT


def demand_readable(epoch: Epoch, at: datetime) -> None:
    """Raises DayClosed for a day that is over its 28 days, or that has not begun (a clock that went back)."""
    if not is_readable(epoch, at):
        raise DayClosed(epoch=epoch)


def is_checkable(epoch: Epoch, at: datetime) -> bool:
    """Whether the keys with which passes of a day are checked exist at `at`."""
    return 0 <= epoch_of(at) - epoch < SPENT_DAYS


def is_issuable(epoch: Epoch, at: datetime) -> bool:
    """Whether passes of a day are made at `at`: on the day before and on the day, not after it."""
    return -ISSUED_DAYS_BEFORE <= epoch_of(at) - epoch <= 0


def issuing_ends_at(epoch: Epoch) -> datetime:
    """The moment from which no issuer has a key with which passes of a day were made (`rates`, and its copy of `passes`).

    They are needed no longer, and with them one could try out whose mark a mark is. The visit party's own `passes` and `spent`
    live on until `forgotten_at`, for what is settled late.
    """
    return starts_at(Epoch(epoch + 1))


def days_to_lay(at: datetime) -> tuple[Epoch, ...]:
    """The days whose tables have to lie ready at `at`: some to come, and those of which something may be settled still."""
    today = epoch_of(at)
    return tuple(Epoch(today + ahead) for ahead in range(1 - SPENT_DAYS, LAID_DAYS_AHEAD + 1))


def destroyed_at(epoch: Epoch) -> datetime:
    """The moment from which nothing of a day can be read."""
    return starts_at(Epoch(epoch + DAYS_KEPT))


def forgotten_at(epoch: Epoch) -> datetime:
    """The moment from which what was spent on a day is forgotten; its passes cannot be checked any more from then on."""
    return starts_at(Epoch(epoch + SPENT_DAYS))


def due_for_destruction(epochs: frozenset[Epoch], at: datetime) -> frozenset[Epoch]:
    """Days whose keys have to go now, also those that an earlier run missed."""
    return frozenset(epoch for epoch in epochs if at >= destroyed_at(epoch))
