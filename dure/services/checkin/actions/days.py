"""Every party makes its keys of today and tomorrow, and its public log tells of them in the same commit."""

from dure.base import clock
from dure.base.actors import Actor
from dure.foundations.vault import actions as vault
from dure.kit import tx
from dure.services.checkin.queries import days as queries
from dure.services.checkin.rules import days
from dure.services.checkin.types import Party


def begin_days(by: Actor, party: Party) -> int:
    """Make this party's keys that are missing; how many that was. Again: none.

    Only a program of ours may. Raises NotAllowed, and what the vault refuses (ClockJumped, LogWentBack, Busy ...).
    """
    days.may_begin(by)
    made = 0
    for epoch in days.days_to_begin(clock.now()):
        named = [(days.key_name(party, key.purpose, epoch), key) for key in days.KEYS[party]]
        missing = [(name, key) for name, key in named if not queries.is_made(name)]
        if not missing:
            continue
        with tx.durable():
            for name, key in missing:
                vault.make_key(by, name, days.ends_on(key, epoch), key.use)
        made += len(missing)
    return made
