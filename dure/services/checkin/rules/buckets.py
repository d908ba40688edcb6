"""How visits are written: when their half hour is over, all venues together, filled up, in an order that says nothing.

Until then an accepted pass waits in the journal, sealed under a key that goes with the half hour. A small group is not held
back, because a trace must not wait for more guests, and not dropped: it is filled up with decoys, at closing time as at any
other.

Which half hour it waits in: its own as long as nothing of that may have been read, else the present one. So every entry is read
once, with all others of the half hour that it waits in, and never before its own half hour is over.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from dure.services.checkin.types import Bucket, HalfHour, Hour, Row, Seed, Visit

from .calendar import BUCKET_MINUTES, BUCKETS, half_hour_of, hour_of_bucket, starts_at
from .passes import SEALED_BYTES
from .scopes import ID_BYTES, open_row, seal_row
from .secrets import derived

GROUP_MIN: Final = 5  # rows of a venue's half hour are a multiple of it
CLOSED_SECONDS: Final = 60  # after its end no more is journalled in a half hour: its last pass came within 30
WRITTEN_SECONDS: Final = (
    120  # after its end it may be written: whoever decided before it closed has committed, or sleeps
)
_VISIT: Final = b"\x01"
_DECOY: Final = b"\x00"


def ends_at(half: HalfHour | Bucket) -> datetime:
    """The moment at which a half hour is over."""
    return starts_at(half.epoch) + timedelta(minutes=(half.number + 1) * BUCKET_MINUTES)


def journalled_in(bucket: Bucket, at: datetime) -> HalfHour:
    """The half hour in whose journal a visit waits that is accepted at `at`: its own until that closes, else the present one.

    An entry does not say outside of its seal whether it came late; with all others it becomes a row when that half hour is.
    """
    if at < ends_at(bucket) + timedelta(seconds=CLOSED_SECONDS):
        return HalfHour(bucket.epoch, bucket.number)
    return half_hour_of(at)


def is_due(half: HalfHour, at: datetime) -> bool:
    """Whether a half hour may be written: it is over, nothing is journalled in it any more, and nothing is on its way."""
    return at >= ends_at(half) + timedelta(seconds=WRITTEN_SECONDS)


def hour_of(bucket: Bucket) -> Hour:
    """The hour at a venue that a half hour is in."""
    return Hour(bucket.epoch, bucket.venue, hour_of_bucket(bucket.number))


def part_of(hour: Hour, written_in: HalfHour) -> int:
    """Which part of an hour is written with this half hour: 0 and 1 are its own two, what was settled later has a higher one."""
    return (written_in.epoch - hour.epoch) * BUCKETS + written_in.number - hour.hour * 60 // BUCKET_MINUTES


def parts_of(visits: Iterable[Visit], written_in: HalfHour) -> tuple[tuple[Hour, int], ...]:
    """Every part of an hour at a venue for which a seed is needed to write these visits."""
    return tuple(sorted({(hour, part_of(hour, written_in)) for hour in (hour_of(visit.bucket) for visit in visits)}))


def decoys_for(visits: int) -> int:
    """How many decoys make a group of so many visits a full one."""
    return -visits % GROUP_MIN if visits else 0


def written(
    entries: Mapping[bytes, Visit], written_in: HalfHour, seeds: Mapping[Hour, Seed], key: bytes
) -> tuple[Row, ...]:
    """The rows for the journal of a half hour (id of an entry -> visit), of whichever venues, in the order of their ids.

    Ids and decoys come from the journal's `key`: made again after a crash they are the same ones, and nobody can say which entry
    became which row when the key is gone. Seeds are fresh each time.
    """
    groups: dict[Bucket, dict[bytes, bytes]] = {}
    for entry, visit in entries.items():
        row = derived(key, b"row", entry)[:ID_BYTES]
        groups.setdefault(visit.bucket, {})[row] = _VISIT + visit.sealed
    rows: list[Row] = []
    for bucket, plains in groups.items():
        place = bucket.epoch.to_bytes(2) + bucket.venue.bytes + bucket.number.to_bytes(1)
        for number in range(decoys_for(len(plains))):
            draw = [derived(key, b"decoy", place, number.to_bytes(1), at.to_bytes(1)) for at in range(3)]
            plains[draw[2][:ID_BYTES]] = _DECOY + (draw[0] + draw[1])[:SEALED_BYTES]
        seed = seeds[hour_of(bucket)]
        if seed.part != part_of(seed.hour, written_in):
            raise ValueError("the seed of another part")
        rows += [seal_row(seed, bucket.number, plain, row) for row, plain in plains.items()]
    return tuple(sorted(rows))


def read(seed: Seed, rows: Sequence[Row]) -> tuple[bytes, ...]:
    """The sealed handles in rows of one part of an hour, without the decoys. Raises Unreadable."""
    opened = (open_row(seed, row) for row in rows)
    return tuple(plain[1:] for plain in opened if plain[:1] == _VISIT)
