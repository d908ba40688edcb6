"""Won of a fund that nobody is left to use goes back to it: an association's budget when it ends, message credits of who is gone.

Locks: the row that says so first, then the accounts in the ledger, all at once; under those the grants are read.
"""

from collections.abc import Callable

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from dure.base import clock, ids
from dure.base.actors import Actor, OrganisationId
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import AccountId, account_id
from dure.kit import tx
from dure.services.market import models, queries
from dure.services.market.queries.credits import budget_account, credit_account
from dure.services.market.rules import permits, purses
from dure.services.market.types import GrantKind, MarketId

from .common import GRANT_BACK, post, transfer


def return_credit(by: Actor, organisation: OrganisationId) -> int:
    """Give back to their funds what is left of the message credits of an organisation that is gone; answers how much, 0 where it
    is not. What is still held for messages on their way comes later. Safe to repeat. Raises NotAllowed.
    """
    permits.may_run(by)
    with tx.durable():
        grants = models.Grant.objects.filter(organisation_id=organisation, kind=GrantKind.CREDIT)
        return _give_back(by, credit_account(organisation), grants, lambda: queries.is_gone(organisation, clock.now()))


def return_budget(by: Actor, market: MarketId) -> int:
    """Give back what is left of a market's budget where nobody speaks for it; answers how much. Safe to repeat.

    Raises NotAllowed.
    """
    permits.may_run(by)
    with tx.durable():
        return give_budget_back(by, market)


def return_left(by: Actor) -> int:
    """Give back what came free later: budgets of markets for which nobody speaks, credits of organisations that are gone.

    Answers how much. Safe to repeat. Raises NotAllowed.
    """
    permits.may_run(by)
    budgets = sum(return_budget(by, market) for market in queries.markets_left())
    return budgets + sum(return_credit(by, organisation) for organisation in queries.organisations_left(clock.now()))


def give_budget_back(by: Actor, market: MarketId) -> int:
    """`return_budget` as a part of what ends an association, or a campaign of one that ended."""
    grants = models.Grant.objects.filter(market_id=market, kind=GrantKind.BUDGET)
    return _give_back(by, budget_account(market), grants, lambda: not queries.is_spoken_for(market))


def _give_back(by: Actor, code: str, grants: QuerySet[models.Grant], is_left: Callable[[], bool]) -> int:
    """Asked under the lock whether anybody is there: whoever was granted something a moment ago keeps it."""
    account, funds = account_id(code), set(grants.values_list("fund__account", flat=True))
    if not funds or account not in book.balances([account]):
        return 0
    left = ledger.lock_accounts(by, [account, *map(AccountId, funds)])[account].available
    if not left or not is_left():
        return 0
    found = grants.select_related("fund").annotate(returned=Coalesce(Sum("returns__won"), 0))
    rows = {row.id: row for row in found.order_by("-at", "-id")}
    parts, now = purses.backwards(left, [(row.id, row.won - row.returned) for row in rows.values()]), clock.now()
    made = [models.GrantReturn(id=ids.new(), grant=rows[grant], won=won, at=now) for grant, won in parts]
    post(by, [transfer(one.id, account, AccountId(one.grant.fund.account), one.won, GRANT_BACK) for one in made])
    models.GrantReturn.objects.bulk_create(made)
    return sum(one.won for one in made)
