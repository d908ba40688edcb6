"""Funds, and what they give: message credits, and budgets for coupons. Every won goes through the ledger."""

from dataclasses import replace
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, OrganisationId, PersonId
from dure.base.money import Money
from dure.base.refusals import KeyReused, NotFound
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import (
    AccountId,
    InsufficientFunds,
    NewPosting,
    NewResolution,
    TransferId,
)
from dure.kit import outbox, tx
from dure.services.market import models, queries
from dure.services.market.queries.credits import budget_account, credit_account
from dure.services.market.rules import permits, purses
from dure.services.market.types import (
    BudgetShort,
    CreditGranted,
    DepositKnown,
    DepositState,
    FundId,
    GrantKind,
    MarketId,
    SendingUnknown,
)

from .common import DEALERS, GRANT, MESSAGES, SPONSORS, TOP_UP, holding, outside, post, transfer


def open_fund(by: Actor, name: str, *, key: str) -> FundId:
    """A steward opens a fund for markets. Raises NotAllowed, BadValue."""
    with tx.action(by, "market.open_fund", key, name, UUID) as done:
        if done:
            return FundId(done.answer())
        permits.may_steward(by)
        purses.check_fund(name)
        fund = ids.new()
        account = holding(by, f"market_fund:{fund}")
        models.Fund.objects.create(id=fund, name=name.strip(), account=account, opened_at=clock.now())
        return FundId(done.keep(fund))


def enter_deposit(by: Actor, fund: FundId, won: int, reference: str, *, key: str) -> UUID:
    """A steward enters what came in for a fund, as the bank shows it; it counts when another steward has confirmed it.

    Raises NotAllowed, NotFound, BadValue, DepositKnown.
    """
    reference = " ".join(reference.split())
    with tx.action(by, "market.enter_deposit", key, (fund, won, reference), UUID) as done:
        if done:
            return done.answer()
        permits.may_steward(by)
        purses.check_deposit(won, reference)
        _fund(fund)
        row = models.Deposit(
            id=ids.new(),
            fund_id=fund,
            won=won,
            reference=reference,
            entered_by=permits.somebody(by),
            entered_at=clock.now(),
        )
        models.Deposit.objects.bulk_create([row], ignore_conflicts=True)
        if not models.Deposit.objects.filter(id=row.id).exists():
            raise DepositKnown(reference=reference)
        return done.keep(row.id)


def decide_deposit(by: Actor, deposit: UUID, yes: bool, *, key: str) -> UUID:
    """Another steward has seen the deposit at the bank, too, and it counts; or has not, and it is dropped.

    Raises NotAllowed, NotFound, DepositOver, SameSteward.
    """
    with tx.action(by, "market.decide_deposit", key, (deposit, yes), UUID) as done:
        if done:
            return done.answer()
        permits.may_steward(by)
        row = models.Deposit.objects.select_for_update(of=("self",)).select_related("fund").filter(id=deposit).first()
        if row is None:
            raise NotFound(what="deposit")
        purses.may_decide_deposit(by.person, PersonId(row.entered_by), DepositState(row.state))
        if yes:
            post(by, [transfer(row.id, outside(by, SPONSORS), AccountId(row.fund.account), row.won, TOP_UP)])
        row.state = DepositState.BOOKED if yes else DepositState.DROPPED
        row.decided_by, row.decided_at = by.person, clock.now()
        row.save(update_fields=["state", "decided_by", "decided_at"])
        return done.keep(row.id)


def grant_credit(by: Actor, fund: FundId, organisation: OrganisationId, won: int, *, key: str) -> UUID:
    """A steward gives an organisation message credits out of a fund. Raises NotAllowed, NotFound, BadValue, BudgetShort."""
    with tx.action(by, "market.grant_credit", key, (fund, organisation, won), UUID) as done:
        if done:
            return done.answer()
        _may_grant(by, organisation, won)
        grant = models.Grant(
            id=ids.new(),
            fund_id=fund,
            organisation_id=organisation,
            kind=GrantKind.CREDIT,
            won=won,
            by=permits.somebody(by),
            at=clock.now(),
        )
        _grant(by, grant, holding(by, credit_account(organisation)))
        outbox.emit(CreditGranted(grant=grant.id, organisation=organisation, won=won, at=grant.at))
        return done.keep(grant.id)


def grant_budget(by: Actor, fund: FundId, market: MarketId, won: int, *, key: str) -> UUID:
    """A steward gives a market's association won for coupons out of a fund.

    Raises NotAllowed, NotFound, BadValue, BudgetShort.
    """
    with tx.action(by, "market.grant_budget", key, (fund, market, won), UUID) as done:
        if done:
            return done.answer()
        organisation = queries.speaker_of(market)
        _may_grant(by, organisation, won, gains=queries.has_shop_in(by, market))
        grant = models.Grant(
            id=ids.new(),
            fund_id=fund,
            organisation_id=organisation,
            market_id=market,
            kind=GrantKind.BUDGET,
            won=won,
            by=permits.somebody(by),
            at=clock.now(),
        )
        _grant(by, grant, holding(by, budget_account(market)))
        return done.keep(grant.id)


def hold_credit(by: Actor, organisation: OrganisationId, sending: UUID, won: int) -> int:
    """Hold back what a sending may cost at most, before it leaves; answers what is held. The same sending again changes nothing.

    Raises NotAllowed, CreditShort, KeyReused.
    """
    if not by.is_system:
        permits.may_work(by, organisation)
    with tx.durable():
        account = holding(by, credit_account(organisation))
        ledger.lock_accounts(by, [account])
        row = models.MessageCost.objects.filter(sending=sending).first()
        if row is not None:
            if row.organisation_id != organisation:
                raise KeyReused(key=str(sending))
            return row.held
        purses.may_hold(won, book.balance(account).available)
        row = models.MessageCost(id=ids.new(), sending=sending, organisation_id=organisation, held=won, at=clock.now())
        if won:
            ledger.pend(by, NewPosting.of(transfer(row.id, account, outside(by, DEALERS), won, MESSAGES), row.at))
        else:
            row.spent, row.ended_at = 0, row.at
        row.save(force_insert=True)
        return won


def spend_credit(by: Actor, sending: UUID, cost: int, doubt: int = 0) -> int:
    """The sending came to `cost` so far, and `doubt` may still come to it: that much is spent and kept back, the rest is free
    again. May be said anew when more is known, also after the end (a message that arrived late): what was spent stays spent, the
    same word again changes nothing, and never more goes than was held before sending. Answers what was spent.

    Raises NotAllowed, SendingUnknown.
    """
    permits.may_run(by)
    with tx.durable():
        row = models.MessageCost.objects.select_for_update().filter(sending=sending).first()
        if row is None:
            raise SendingUnknown(sending=sending)
        before = row.spent or 0
        after = max(before, purses.spent_of(row.held, cost))
        keeps = min(max(0, doubt), row.held - after)
        if row.spent is None or (after, keeps) != (before, row.open_won):
            _settle(by, row, after - before, keeps)
            row.spent, row.ended_at = (row.spent or 0), None if row.open_won else clock.now()
            row.save(update_fields=["spent", "open_won", "turn", "ended_at"])
        return int(row.spent or 0)


def _settle(by: Actor, row: models.MessageCost, more: int, keeps: int) -> None:
    """Spend `more` of what is held back, or of what is free where nothing is held any more; keep `keeps` back, as far as that is
    still there, free the rest.
    """
    account, now = holding(by, credit_account(OrganisationId(row.organisation_id))), clock.now()
    ledger.lock_accounts(by, [account])
    pending = row.held if row.spent is None else row.open_won
    if pending:
        was = TransferId(row.id if row.turn == 0 else ids.derived(row.id, f"hold:{row.turn}"))
        ended = TransferId(ids.derived(row.id, "end" if row.turn == 0 else f"end:{row.turn}"))
        sure = min(more, pending)
        if sure:
            ledger.post_pending(by, NewResolution(ended, was, now, Money(sure)))
        else:
            ledger.void_pending(by, NewResolution(ended, was, now))
        row.spent = (row.spent or 0) + sure
        more -= sure
    row.turn += 1
    late = min(more, book.balance(account).available)  # what is no longer there is borne by whoever runs the place
    if late > 0:
        one = ids.derived(row.id, f"late:{row.turn}")
        post(by, [replace(transfer(one, account, outside(by, DEALERS), late, MESSAGES), ref=row.id)])
        row.spent = (row.spent or 0) + late
    row.open_won = min(keeps, book.balance(account).available)  # what was freed may be spent elsewhere by now
    if row.open_won:
        again = ids.derived(row.id, f"hold:{row.turn}")
        kept = replace(transfer(again, account, outside(by, DEALERS), row.open_won, MESSAGES), ref=row.id)
        ledger.pend(by, NewPosting.of(kept, now))


def _may_grant(by: Actor, organisation: OrganisationId, won: int, *, gains: bool = False) -> None:
    permits.may_grant(by, organisation, gains=gains)
    purses.check_grant(won)


def _grant(by: Actor, grant: models.Grant, to: AccountId) -> None:
    fund = _fund(FundId(grant.fund_id))
    try:
        post(by, [transfer(grant.id, AccountId(fund.account), to, grant.won, GRANT)])
    except InsufficientFunds as short:
        raise BudgetShort(most=grant.won, left=short.values()["available"]) from short
    grant.save(force_insert=True)


def _fund(fund: FundId) -> models.Fund:
    row = models.Fund.objects.filter(id=fund, active=True).first()
    if row is None:
        raise NotFound(what="fund")
    return row
