"""Funds, budgets and message credits: the won is the ledger's."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Max, QuerySet, Sum
from django.db.models.functions import TruncDate

from dure.base import clock
from dure.base.actors import Actor, OrganisationId
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import AccountId, account_id
from dure.foundations.people import queries as people
from dure.foundations.people.types import OrgState
from dure.services.market import models
from dure.services.market.rules import permits, purses
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
LOOKED_AT_MAX: Final = 500


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


def is_spoken_for(market: MarketId) -> bool:
    """Whether an association speaks for a market."""
    return models.Association.objects.filter(market_id=market, state=AssociationState.CONFIRMED).exists()


def is_gone(organisation: OrganisationId, now: datetime) -> bool:
    """Whether nobody is left who uses an organisation's message credits."""
    shop = models.Shop.objects.filter(organisation_id=organisation).first()
    speaks = models.Association.objects.filter(organisation_id=organisation, state=AssociationState.CONFIRMED).exists()
    revoked = people.organisation(organisation).state is OrgState.REVOKED
    return purses.is_gone(revoked, shop.closed_at if shop else None, speaks, now)


def markets_left() -> tuple[MarketId, ...]:
    """Markets for which nobody speaks, and something of their budget is left; the first of them."""
    spoken = models.Association.objects.filter(state=AssociationState.CONFIRMED).values("market")
    granted = models.Grant.objects.filter(kind=GrantKind.BUDGET).exclude(market__in=spoken)
    found = [MarketId(one) for one in granted.values_list("market", flat=True).distinct() if one is not None]
    return tuple(sorted(_rich(found, budget_account))[:LOOKED_AT_MAX])


def organisations_left(now: datetime) -> tuple[OrganisationId, ...]:
    """Organisations that are gone, and something of their message credits is left; the first of them."""
    granted = models.Grant.objects.filter(kind=GrantKind.CREDIT).values_list("organisation", flat=True).distinct()
    rich = _rich([OrganisationId(one) for one in granted], credit_account)
    return tuple(one for one in sorted(rich) if is_gone(one, now))[:LOOKED_AT_MAX]


def _rich[Id: UUID](owners: Sequence[Id], code_of: Callable[[Id], str]) -> list[Id]:
    """Those of them in whose account something is left."""
    accounts = {account_id(code_of(one)): one for one in owners}
    return [accounts[account] for account, one in book.balances(list(accounts)).items() if one.available > 0]


def funds(by: Actor) -> tuple[Fund, ...]:
    """All funds, with what is left in them. Raises NotAllowed."""
    permits.may_look(by)
    rows = list(models.Fund.objects.order_by("opened_at", "pk")[:FUNDS_MAX])
    balances = book.balances([AccountId(row.account) for row in rows])
    granted = Counter(dict(models.Grant.objects.values_list("fund").annotate(Sum("won"))))
    granted.subtract(dict(models.GrantReturn.objects.values_list("grant__fund").annotate(Sum("won"))))
    return tuple(
        Fund(
            FundId(row.id),
            row.name,
            balances[AccountId(row.account)].available if AccountId(row.account) in balances else 0,
            granted[row.id],
            row.active,
        )
        for row in rows
    )


def deposits(by: Actor) -> tuple[Deposit, ...]:
    """The last deposits, those that wait first. Raises NotAllowed."""
    permits.may_look(by)
    rows = models.Deposit.objects.order_by("-entered_at", "-pk")[:FUNDS_MAX]
    found = [
        Deposit(row.id, FundId(row.fund_id), row.won, row.reference, DepositState(row.state), row.entered_at)
        for row in rows
    ]
    found.sort(key=lambda one: one.state is not DepositState.ENTERED)
    return tuple(found)


def _lines(organisation: OrganisationId) -> tuple[CreditLine, ...]:
    grants = models.Grant.objects.filter(organisation_id=organisation, kind=GrantKind.CREDIT).select_related("fund")
    costs = models.MessageCost.objects.filter(organisation_id=organisation).exclude(spent=0, ended_at__isnull=False)
    back = models.GrantReturn.objects.filter(grant__in=grants).order_by("-at", "-pk")
    lines = [CreditLine(row.won, row.fund.name, row.at) for row in grants.order_by("-at", "-pk")[:LINES_MAX]]
    lines += [CreditLine(-row.won, "returned", row.at) for row in back[:LINES_MAX]]
    lines += [
        CreditLine(-(row.held if row.spent is None else row.spent + row.open_won), "held", row.at)
        for row in costs.filter(ended_at__isnull=True).order_by("-at", "-pk")[:LINES_MAX]
    ]
    lines += _spent_by_day(costs.filter(ended_at__isnull=False))
    lines.sort(key=lambda one: one.at, reverse=True)
    return tuple(lines[:LINES_MAX])


def _spent_by_day(costs: QuerySet[models.MessageCost]) -> list[CreditLine]:
    """What was spent, by the day on which it was settled: answers are settled together, and no line is of one of them."""
    days = costs.values_list(TruncDate("ended_at", tzinfo=clock.SEOUL)).annotate(Sum("spent"), last=Max("ended_at"))
    return [CreditLine(-won, "spent", at) for _day, won, at in days.order_by("-last")[:LINES_MAX]]
