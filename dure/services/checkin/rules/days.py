"""Which keys each party makes for a day, what each is for, and the first day on which it opens nothing.

A key of one day opens nothing of another; what has to be opened for 28 days lives so long, all else dies sooner.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from dure.base.actors import Actor
from dure.base.refusals import NotAllowed
from dure.foundations.vault.types import KeyName, KeyUse
from dure.services.checkin.types import Epoch, Party

from .calendar import DAYS_KEPT, SPENT_DAYS, day_of, epoch_of

PASSES: Final = "passes"
RATES: Final = "rates"
HANDLES: Final = "handles"
LETTERS: Final = "letters"
SPENT: Final = "spent"
AUTHORITY: Final = "authority"
SHARES: Final = "shares"
ISSUED_DAYS: Final = 1  # what passes are made with ends with the day itself (`calendar.issuing_ends_at`)
AHEAD: Final = 1  # so many days to come have their keys already: batches are fetched the evening before


@dataclass(frozen=True, slots=True)
class DayKey:
    """A key that a party makes for every day."""

    purpose: str
    use: KeyUse
    days: int  # it opens nothing from the first second of so many days after its own


KEYS: Final[Mapping[Party, tuple[DayKey, ...]]] = {
    Party.IDENTITY: (
        DayKey(PASSES, KeyUse.OWN, ISSUED_DAYS),
        DayKey(RATES, KeyUse.OWN, ISSUED_DAYS),
        DayKey(HANDLES, KeyUse.OWN, DAYS_KEPT),
        DayKey(SHARES, KeyUse.LETTERS, DAYS_KEPT),
    ),
    Party.VISITS: (
        DayKey(LETTERS, KeyUse.LETTERS, SPENT_DAYS),
        DayKey(SPENT, KeyUse.OWN, SPENT_DAYS),
        DayKey(SHARES, KeyUse.LETTERS, DAYS_KEPT),
    ),
    Party.AUTHORITY: (
        DayKey(AUTHORITY, KeyUse.LETTERS, DAYS_KEPT),
        DayKey(SHARES, KeyUse.LETTERS, DAYS_KEPT),
    ),
}


def key_name(party: Party, purpose: str, epoch: Epoch) -> KeyName:
    """What a party's key of a day is called in every vault and log."""
    return KeyName(party.value, purpose, day_of(epoch))


def ends_on(key: DayKey, epoch: Epoch) -> date:
    """The first day on which a key opens nothing."""
    return day_of(epoch) + timedelta(days=key.days)


def copy_ends_on(epoch: Epoch) -> date:
    """The first day on which the visit party's copy of `passes` opens nothing: what is scanned late is checked until then.

    The original ends with its day, so that no issuer can try out whose mark a mark is.
    """
    return day_of(epoch) + timedelta(days=SPENT_DAYS)


def days_to_begin(at: datetime) -> tuple[Epoch, ...]:
    """The days whose keys have to be there at `at`."""
    today = epoch_of(at)
    return tuple(Epoch(today + ahead) for ahead in range(AHEAD + 1))


def may_begin(by: Actor) -> None:
    """Raises NotAllowed for all but a program of ours."""
    if not by.is_system:
        raise NotAllowed(needs="system")
