"""Donations for receipts: every gift that stands is noted under its giver and partner, every refund takes it out again."""

from uuid import UUID

from dure.base import clock
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import NewDonation
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.services.giving import models, rules
from dure.services.giving.types import GiftRefunded, GiftsReceived

from .gifting import adopt_payments

NOTE_LENGTH_MAX = 60


def attest_gifts(by: Actor, news: GiftsReceived) -> None:
    """Note the gifts of one commit as donations to their partners. Those noted before stay as they are."""
    rules.may_run(by)
    boxes = {item.box for item in news.items}
    causes: dict[UUID, models.Cause] = models.Cause.objects.in_bulk(boxes)
    day = clock.local(news.at).date()
    with tx.durable():
        adopt_payments(by, [item.gift for item in news.items])
        ledger.record_donations(
            by,
            [
                NewDonation(
                    id=item.gift,
                    donor=item.donor,
                    receiver=causes[item.box].partner_id,
                    on=day,
                    amount=item.amount,
                    note=causes[item.box].title[:NOTE_LENGTH_MAX],
                )
                for item in news.items
            ],
        )


def unattest_gift(by: Actor, news: GiftRefunded) -> None:
    """A gift went back: a receipt that attests it is taken back too."""
    rules.may_run(by)
    with tx.durable():
        ledger.reverse_donation(by, news.gift, "refund")
