"""Donations for receipts: every gift that stands is noted under its giver and partner, every refund takes it out again."""

from collections.abc import Sequence
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


def attest_gifts(by: Actor, told: Sequence[GiftsReceived]) -> None:
    """Note the gifts of some commits as donations to their partners. Those noted before stay as they are."""
    rules.may_run(by)
    causes: dict[UUID, models.Cause] = models.Cause.objects.in_bulk({item.box for news in told for item in news.items})
    donations = []
    for news in told:
        day = clock.local(news.at).date()
        for item in news.items:
            cause = causes[item.box]
            donations.append(
                NewDonation(
                    id=item.gift,
                    donor=item.donor,
                    receiver=cause.partner_id,
                    on=day,
                    amount=item.amount,
                    note=cause.title[:NOTE_LENGTH_MAX],
                )
            )
    with tx.durable():
        adopt_payments(by, [donation.id for donation in donations])
        ledger.record_donations(by, donations)


def unattest_gift(by: Actor, news: GiftRefunded) -> None:
    """A gift went back: a receipt that attests it is taken back too."""
    rules.may_run(by)
    with tx.durable():
        ledger.reverse_donation(by, news.gift, "refund")
