"""How visits are written: half an hour later, all venues together, filled up, in an order that says nothing.

Until then an accepted pass waits in the journal, sealed under a key that goes with the half hour. A small group is not held
back, because a trace must not wait for more guests, and not dropped: it is filled up with decoys, at closing time as at any
other.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from dure.services.checkin.types import Bucket, Hour, Row, Seed, Visit

from .calendar import BUCKET_MINUTES, hour_of_bucket, starts_at
from .passes import SEALED_BYTES
from .scopes import ID_BYTES, open_row, seal_row

GROUP_MIN: Final = 5  # rows of a venue's half hour are a multiple of it
GRACE_SECONDS: Final = 60  # the last pass of a half hour may still come
_VISIT: Final = b"\x01"
_DECOY: Final = b"\x00"

type Chance = Callable[[int], bytes]
"""So many random bytes."""


def ends_at(bucket: Bucket) -> datetime:
    """The moment at which a half hour is over."""
    return starts_at(bucket.epoch) + timedelta(minutes=(bucket.number + 1) * BUCKET_MINUTES)


def is_due(bucket: Bucket, at: datetime) -> bool:
    """Whether a half hour may be written: it is over, and so is the time in which its last pass could come."""
    return at >= ends_at(bucket) + timedelta(seconds=GRACE_SECONDS)


def hour_of(bucket: Bucket) -> Hour:
    """The hour whose seed a half hour is written with."""
    return Hour(bucket.epoch, bucket.venue, hour_of_bucket(bucket.number))


def decoys_for(visits: int) -> int:
    """How many decoys make a group of so many visits a full one."""
    return -visits % GROUP_MIN if visits else 0


def written(visits: Iterable[Visit], seeds: Mapping[Hour, Seed], chance: Chance) -> tuple[Row, ...]:
    """The rows for these visits, of whichever venues and half hours, in the order of random ids."""
    groups: dict[Bucket, list[bytes]] = {}
    for visit in visits:
        groups.setdefault(visit.bucket, []).append(_VISIT + visit.sealed)
    rows: list[Row] = []
    for bucket, plains in groups.items():
        plains += [_DECOY + chance(SEALED_BYTES) for _ in range(decoys_for(len(plains)))]
        seed = seeds[hour_of(bucket)]
        rows += [seal_row(seed, bucket.number, plain, chance(ID_BYTES)) for plain in plains]
    return tuple(sorted(rows))


def read(seed: Seed, rows: Sequence[Row]) -> tuple[bytes, ...]:
    """The sealed handles in rows of one hour, without the decoys. Raises Unreadable."""
    opened = (open_row(seed, row) for row in rows)
    return tuple(plain[1:] for plain in opened if plain[:1] == _VISIT)
