"""Codes to read out at the visit party: taken from the identity party, in lots. How one is found and spent: `hot.door`."""

from django.db import connection

from dure.base import clock
from dure.base.actors import Actor
from dure.foundations.vault import queries as vault
from dure.kit import sqlfiles, tx
from dure.services.checkin.queries import days as keys
from dure.services.checkin.rules import days, lots, registry, spoken
from dure.services.checkin.types import Epoch, Party

_TAKE = sqlfiles.load("dure.services.checkin", "take_spoken").text


def take_spoken(by: Actor, epoch: Epoch, letter: bytes) -> None:
    """Keep a lot of a day's codes until day 3. The same codes again, however they are sealed: nothing changes.

    Raises NotAllowed, DayClosed, BadValue, and what the vault refuses.
    """
    registry.may_register(by)
    lots.check_day(epoch, clock.now())
    raw = vault.unseal_letter(days.key_name(Party.VISITS, days.LETTERS, epoch), lots.context(epoch), letter)
    entries = lots.read(raw)
    own = keys.secret(Party.VISITS, days.SPENT, epoch)
    with tx.durable(), connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {
                "epoch": epoch,
                "entries": [spoken.entry(own, epoch, one.tag).hex() for one in entries],
                "owners": [one.owner.hex() for one in entries],
                "sealed": [one.sealed for one in entries],
            },
        )
