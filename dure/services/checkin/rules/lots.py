"""How codes to read out travel from the identity party to the visit party: in lots of one length, sealed, in no order.

An entry says by which tag a code is found, whose it is among those with the same tag, and the sealed handle. A lot is filled up
with entries that no code finds; so it does not say how many people are in it, and one with a single person looks like all others.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from dure.base.refusals import BadValue
from dure.services.checkin.types import DayClosed, Epoch
from dure.services.checkin.types.lots import SpokenEntry

from .calendar import epoch_of, is_issuable, starts_at
from .passes import SEALED_BYTES
from .spoken import CALLS_A_DAY, CODES_A_DAY, TAG_BYTES

LOT: Final = 600  # entries
SETS: Final = LOT // max(CODES_A_DAY, CALLS_A_DAY)  # of one way to come to a code, of one person each
EVENING: Final = timedelta(hours=18)  # from then on the codes of tomorrow are handed over
ENTRY_BYTES: Final = 2 * TAG_BYTES + SEALED_BYTES


def context(epoch: Epoch) -> bytes:
    """To what a lot is sealed besides the visit party's key of the day."""
    return b"dure.checkin/1 spoken " + str(epoch).encode()


def days_to_hand(at: datetime) -> tuple[Epoch, ...]:
    """Of which days codes are handed over now."""
    today = epoch_of(at)
    return (today, Epoch(today + 1)) if at >= starts_at(today) + EVENING else (today,)


def check_day(epoch: Epoch, at: datetime) -> None:
    """Whether codes of a day are taken at `at`. Raises DayClosed."""
    if not is_issuable(epoch, at):
        raise DayClosed(epoch=epoch)


def filled(entries: Iterable[SpokenEntry], decoy: Callable[[], SpokenEntry]) -> bytes:
    """A lot of these entries, in the order of their tags, which is that of chance."""
    known = list(entries)
    if len(known) > LOT:
        raise ValueError(f"a lot has {LOT} entries")
    known += [decoy() for _ in range(LOT - len(known))]
    return b"".join(one.tag + one.owner + one.sealed for one in sorted(known, key=lambda one: one.tag))


def read(lot: bytes) -> tuple[SpokenEntry, ...]:
    """The entries of a lot. Raises BadValue."""
    if len(lot) != LOT * ENTRY_BYTES:
        raise BadValue(field="lot", reason="length")
    cut = (lot[at : at + ENTRY_BYTES] for at in range(0, len(lot), ENTRY_BYTES))
    return tuple(SpokenEntry(one[:TAG_BYTES], one[TAG_BYTES : 2 * TAG_BYTES], one[2 * TAG_BYTES :]) for one in cut)
