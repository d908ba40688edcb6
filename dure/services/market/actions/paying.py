"""What shops are owed for coupons that others pay leaves the book: asked for here, put into files by two stewards."""

from dure.base import ids
from dure.base.actors import Actor, OrganisationId
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import PAYOUT, NewPayout, account_id
from dure.foundations.people import queries as people
from dure.kit import locks, tx
from dure.services.market import models
from dure.services.market.queries.credits import owed_account
from dure.services.market.rules import permits
from dure.services.market.types import ShopId

from .common import holding, post, transfer


def pay_owed(by: Actor) -> int:
    """Ask that each shop is paid at its bank what it is owed; answers how many. What is owed to an organisation that is not
    verified, or has no bank account that a steward confirmed, stays owed. Safe to repeat.
    """
    permits.may_run(by)
    with tx.durable():
        locks.lock_name("market.pay_owed")
        shops = {account_id(owed_account(ShopId(row.id))): row for row in models.Shop.objects.order_by("id")}
        owed = {account: one.available for account, one in book.balances(list(shops)).items() if one.available > 0}
        cards = people.organisations(OrganisationId(shops[account].organisation_id) for account in owed)
        asked = 0
        for account, won in sorted(owed.items()):
            shop = shops[account]
            payee = OrganisationId(shop.organisation_id)
            if not (cards[payee].verified and people.has_verified_bank_account(payee)):
                continue
            payout = ids.new()
            post(by, [transfer(payout, account, holding(by, f"market_paid:{shop.id}"), won, PAYOUT)])
            ledger.ask_payout(by, NewPayout(payout, payee, won, shop.name))
            asked += 1
        return asked
