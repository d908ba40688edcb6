"""Funds, budgets and message credits: the won is the ledger's."""

from typing import Final
from uuid import UUID

from django.db.models import Sum

from dure.base.actors import Actor, OrganisationId
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import AccountId, account_id
from dure.services.market import models
from dure.services.market.rules import permits
from dure.services.market.types import (
    AssociationState,
    Credit,
    CreditLine,
    Deposit,
    DepositState,
    Fund,
    FundId,
    GrantKind,
    MarketId,
    ShopId,
)

from .shops import speaker_of

LINES_MAX: Final = 50
FUNDS_MAX: Final = 100


def credit_account(organisation: OrganisationId) -> str:
    """The code of the account in which an organisation's message credits stand."""
    return f"market_credit:{organisation}"


def budget_account(market: MarketId) -> str:
    """The code of the account in which an association's budget for coupons stands."""
    return f"market_budget:{market}"


def owed_account(shop: ShopId) -> str:
    """The code of the account in which stands what a shop is owed for coupons that others pay."""
    return f"market_shop:{shop}"


def held(code: str) -> int:
    """What may still leave the account of this code; 0 where it was never opened."""
    found = book.balances([account_id(code)])
    return found[account_id(code)].available if found else 0


def credit(by: Actor, organisation: OrganisationId) -> Credit:
    """An organisation's message credits, with their last lines. Raises NotAllowed."""
    permits.may_see_money(by, organisation)
    account = account_id(credit_account(organisation))
    balance = book.balances([account]).get(account)
    spent = models.MessageCost.objects.filter(organisation_id=organisation).aggregate(Sum("spent"))["spent__sum"] or 0
    return Credit(
        organisation=organisation,
        available=balance.available if balance else 0,
        held=balance.debits_pending if balance else 0,
        spent=spent,
        lines=_lines(organisation),
    )


def pays_for(organisation: OrganisationId) -> bool:
    """Whether message credits are this organisation's way to pay: it has a shop, speaks for a market, or was granted some."""
    return (
        models.Shop.objects.filter(organisation_id=organisation).exists()
        or models.Association.objects.filter(organisation_id=organisation, state=AssociationState.CONFIRMED).exists()
        or models.Grant.objects.filter(organisation_id=organisation, kind=GrantKind.CREDIT).exists()
    )


def credit_left(organisation: OrganisationId) -> int:
    """What messages of this organisation may still cost."""
    return held(credit_account(organisation))


def budget_left(by: Actor, market: MarketId) -> int:
    """What an association may still set aside for coupons. Raises NotAllowed, NotFound."""
    permits.may_see_money(by, speaker_of(market))
    return held(budget_account(market))


def owed(by: Actor, shop: ShopId, organisation: OrganisationId) -> int:
    """What a shop is owed for coupons that others pay. Raises NotAllowed."""
    permits.may_see_money(by, organisation)
    return held(owed_account(shop))


def funds(by: Actor) -> tuple[Fund, ...]:
    """All funds, with what is left in them. Raises NotAllowed."""
    permits.may_look(by)
    rows = list(models.Fund.objects.order_by("opened_at")[:FUNDS_MAX])
    balances = book.balances([AccountId(row.account) for row in rows])
    granted = dict(models.Grant.objects.values_list("fund").annotate(Sum("won")))
    return tuple(
        Fund(
            FundId(row.id),
            row.name,
            balances[AccountId(row.account)].available if AccountId(row.account) in balances else 0,
            granted.get(row.id, 0),
            row.active,
        )
        for row in rows
    )


def deposits(by: Actor) -> tuple[Deposit, ...]:
    """The last deposits, those that wait first. Raises NotAllowed."""
    permits.may_look(by)
    rows = models.Deposit.objects.order_by("-entered_at")[:FUNDS_MAX]
    found = [
        Deposit(row.id, FundId(row.fund_id), row.won, row.reference, DepositState(row.state), row.entered_at)
        for row in rows
    ]
    found.sort(key=lambda one: one.state is not DepositState.ENTERED)
    return tuple(found)


def cost_of(sending: UUID) -> int | None:
    """What a sending came to; None while it is on its way or when nothing was held back for it."""
    row = models.MessageCost.objects.filter(sending=sending).first()
    return row.spent if row else None


def _stands(row: models.MessageCost) -> str:
    return "held" if row.ended_at is None else "spent"


def _lines(organisation: OrganisationId) -> tuple[CreditLine, ...]:
    grants = models.Grant.objects.filter(organisation_id=organisation, kind=GrantKind.CREDIT).select_related("fund")
    costs = models.MessageCost.objects.filter(organisation_id=organisation)
    lines = [CreditLine(row.won, row.fund.name, row.at) for row in grants.order_by("-at")[:LINES_MAX]]
    lines += [
        CreditLine(-(row.held if row.spent is None else row.spent + row.open_won), _stands(row), row.at)
        for row in costs.order_by("-at")[:LINES_MAX]
    ]
    lines.sort(key=lambda one: one.at, reverse=True)
    return tuple(lines[:LINES_MAX])
