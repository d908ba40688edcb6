"""Keys for the door: of a day, to open and check passes; of a half hour, to seal what waits in its journal.

Each is looked up in the vault once in a while and for all who scan, in a thread, because that may ask the database. It is kept no
longer than the vault keeps one; whether its day may still be checked is asked with every code (`rules.admitting`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django_bolt.concurrency import sync_to_thread

from dure.foundations.vault import queries as vault
from dure.foundations.vault.types import (
    ClockWentBack,
    KeyDestroyed,
    KeyEnded,
    KeyLost,
    NoSuchKey,
    RootUnfit,
)
from dure.kit import seals
from dure.services.checkin.queries import days as keys
from dure.services.checkin.rules import days, rounds
from dure.services.checkin.types import DayClosed, Epoch, Forged, HalfHour, Opener, Party, SpentKeys
from dure.services.checkin.types.doors import NotReady

from .held import Held

HELD_SECONDS: Final = 20.0
DAYS_MAX: Final = 8
HALVES_MAX: Final = 16
RETRY_SECONDS: Final = 5
_MISSING: Final = (NoSuchKey, KeyLost, ClockWentBack, RootUnfit)


@dataclass(frozen=True, slots=True)
class OfDay:
    """What a code of a day is judged with."""

    keys: SpentKeys
    unseal: Opener


async def of_day(epoch: Epoch) -> OfDay:
    """The keys of a day. Raises NotReady, DayClosed."""
    return await _days.of(epoch)


async def of_half_hour(half: HalfHour) -> bytes:
    """The key under which is sealed what is journalled in a half hour. Raises NotReady, DayClosed."""
    return await _halves.of(half)


def forget() -> None:
    """Keep no key any more."""
    _days.clear()
    _halves.clear()


def _day(epoch: Epoch) -> OfDay:
    try:
        passes = keys.secret(Party.IDENTITY, days.PASSES, epoch)
        spent = keys.secret(Party.VISITS, days.SPENT, epoch)
        opener = vault.letter_opener(days.key_name(Party.VISITS, days.LETTERS, epoch))
    except (KeyEnded, KeyDestroyed):
        raise DayClosed(epoch=epoch) from None
    except _MISSING as refusal:
        raise NotReady(retry_seconds=RETRY_SECONDS) from refusal
    return OfDay(SpentKeys(passes=passes, spent=spent), _unsealing(opener))


def _half_hour(half: HalfHour) -> bytes:
    try:
        return vault.opened(rounds.journal_name(half)).secret
    except (KeyEnded, KeyDestroyed):
        raise DayClosed(epoch=half.epoch) from None
    except _MISSING as refusal:
        raise NotReady(retry_seconds=RETRY_SECONDS) from refusal


def _unsealing(opener: Callable[[bytes, bytes], bytes]) -> Opener:
    def unseal(context: bytes, letter: bytes) -> bytes:
        try:
            return opener(context, letter)
        except seals.SealBroken:
            raise Forged() from None

    return unseal


async def _of_day(epoch: Epoch) -> OfDay:
    found: OfDay = await sync_to_thread(_asked, _day, epoch)
    return found


async def _of_half_hour(half: HalfHour) -> bytes:
    found: bytes = await sync_to_thread(_asked, _half_hour, half)
    return found


def _asked[K, V](look_up: Callable[[K], V], key: K) -> V:
    """In a thread that asks so seldom that it keeps no connection to the database."""
    try:
        return look_up(key)
    finally:
        connection.close()


_days = Held(_of_day, HELD_SECONDS, DAYS_MAX)
_halves = Held(_of_half_hour, HELD_SECONDS, HALVES_MAX)
