"""Sums that people gave elsewhere in Dure for a box: taken as one transfer while the box is open, given back when it is stopped.

Each of those people consented where they gave, and is receipted there: here it is no gift of anybody's, has no giver to show
and cannot be taken back by one.
"""

from uuid import UUID

from dure.base import clock, ids
from dure.base.money import Money
from dure.base.refusals import BadValue
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import (
    AccountId,
    Kind,
    NewPosting,
    NewReversal,
    NewTransfer,
    PostingId,
    TransferId,
)
from dure.foundations.people.types import Actor
from dure.kit import outbox, tx
from dure.services.giving import models, queries, rules
from dure.services.giving.types import BoxId, PooledGift, PooledReturned

from .common import lock_box, state_of

POOLED = Kind("pooled")
WHY = "stopped"


def take_pooled(by: Actor, new: PooledGift) -> None:
    """Take a sum of many people out of the account in which it lies; taken before, nothing is done.

    The end of the box is as sharp as for gifts; the sum is taken whole or not at all.
    Raises NotAllowed, BadValue, BoxNotOpen, RegistrationNeeded, InsufficientFunds, NotFound.
    """
    rules.may_run(by)
    with tx.durable():
        cause, box = lock_box(new.box)
        if models.Pooled.objects.filter(id=new.id).exists():
            return
        if new.amount <= 0:
            raise BadValue(field="amount", reason="range")
        now = clock.now()
        rules.check_open(state_of(cause), box.opens_at, box.closes_at, now)
        ledger.lock_accounts(by, [AccountId(box.account), AccountId(box.match_account)])
        rules.check_room(new.amount, queries.room(new.box))
        transfer = NewTransfer(
            id=TransferId(new.id),
            debit=AccountId(new.account),
            credit=AccountId(box.account),
            amount=Money(new.amount),
            kind=POOLED,
            ref=new.box,
        )
        ledger.post(by, NewPosting.of(transfer, now))
        title = new.title[: models.TITLE_LENGTH_MAX]
        models.Pooled.objects.create(id=new.id, box=box, account=new.account, amount=new.amount, title=title, at=now)


def return_pooled(by: Actor, box: BoxId, pooled: UUID) -> int:
    """A sum of a stopped box lies again where it came from, in the caller's transaction.

    Answers 1, or 0 when it does already. Raises WrongState, Busy, NotFound.
    """
    cause, _ = lock_box(box)
    rules.may_return_matches(state_of(cause))
    row = models.Pooled.objects.select_for_update().get(id=pooled)
    if row.returned_at:
        return 0
    now = clock.now()
    ledger.reverse(by, NewReversal(PostingId(ids.derived(row.id, "return")), PostingId(row.id), now, WHY))
    row.returned_at = now
    row.save(update_fields=["returned_at"])
    outbox.emit(PooledReturned(pooled=row.id, box=box, amount=row.amount, at=now))
    return 1
