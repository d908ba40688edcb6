"""Donations for receipts: every gift that stands is noted under its giver and partner, every refund takes it out again."""

from uuid import UUID

from dure.base import clock
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import CaptureReceipt, NewDonation, PaymentId, Purpose, SpentReceipt
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.services.giving import models, rules
from dure.services.giving.types import GiftRefunded, GiftsReceived

from .gifting import PURPOSE

NOTE_LENGTH_MAX = 60


def attest_gifts(by: Actor, news: GiftsReceived) -> None:
    """Note the gifts of one commit as donations to their partners. Those noted before stay as they are."""
    rules.may_run(by)
    boxes = {item.box for item in news.items}
    causes: dict[UUID, models.Cause] = models.Cause.objects.in_bulk(boxes)
    day = clock.local(news.at).date()
    with tx.durable():
        _adopt(by, news)
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


def _adopt(by: Actor, news: GiftsReceived) -> None:
    """Gifts of the hot path were paid by capture receipts: enter their payments, so that they can be refunded."""
    boxes = models.Box.objects.in_bulk({item.box for item in news.items})
    payments = dict(models.Gift.objects.filter(id__in=[item.gift for item in news.items]).values_list("id", "payment"))
    ledger.adopt_receipts(
        by,
        [
            SpentReceipt(
                receipt=CaptureReceipt(PaymentId(payments[item.gift]), item.box, item.donor, item.amount),
                purpose=Purpose(PURPOSE, item.gift),
                at=news.at,
                account=boxes[item.box].account,
                posting=item.gift,
            )
            for item in news.items
        ],
    )


def unattest_gift(by: Actor, news: GiftRefunded) -> None:
    """A gift went back: a receipt that attests it is taken back too."""
    rules.may_run(by)
    with tx.durable():
        ledger.reverse_donation(by, news.gift, "refund")
