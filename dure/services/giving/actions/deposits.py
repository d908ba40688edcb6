"""Deposits of sponsors into matching funds: with the bank's reference, by two stewards where they are large, and back again."""

from uuid import UUID

from django.db.models import QuerySet

from dure.base import clock, ids
from dure.base.money import Money
from dure.base.refusals import NotFound
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import (
    AccountId,
    InsufficientFunds,
    Kind,
    Limit,
    LotDrawn,
    NewAccount,
    NewPosting,
    NewReversal,
    NewTransfer,
    PostingId,
    TransferId,
)
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.services.giving import models, rules
from dure.services.giving.types import DepositKnown, DepositSpent, DepositState

SPONSORS = NewAccount("outside:sponsors", Limit.NONE)  # where sponsors' money comes from
TOP_UP = Kind("top_up")


def top_up(by: Actor, fund: UUID, amount: int, reference: str, *, key: str) -> UUID:
    """Enter a sponsor's deposit as the bank shows it; answers its id. From TWO_PERSON_DEPOSIT on it counts only when another
    steward has confirmed it. Raises NotAllowed, NotFound, BadValue, DepositKnown.
    """
    reference = " ".join(reference.split())
    with tx.action(by, "giving.top_up", key, (fund, amount, reference), UUID) as done:
        if done:
            return done.answer()
        rules.may_steward(by)
        rules.check_deposit(amount, reference)
        found = models.MatchFund.objects.select_for_update().filter(id=fund).first()
        if found is None:
            raise NotFound(what="fund")
        deposit = models.Deposit(
            id=ids.new(),
            fund=found,
            amount=amount,
            reference=reference,
            asked_by_id=rules.somebody(by),
            asked_at=clock.now(),
        )
        models.Deposit.objects.bulk_create([deposit], ignore_conflicts=True)
        if not models.Deposit.objects.filter(id=deposit.id).exists():
            raise DepositKnown(reference=reference)
        if amount < rules.TWO_PERSON_DEPOSIT:
            _book(by, deposit)
        return done.keep(deposit.id)


def confirm_deposit(by: Actor, deposit: UUID, *, key: str) -> UUID:
    """A second steward has seen the deposit at the bank, too: now it counts.

    Raises NotAllowed, NotFound, DepositOver, SamePerson.
    """
    with tx.action(by, "giving.confirm_deposit", key, deposit, UUID) as done:
        if done:
            return done.answer()
        rules.may_steward(by)
        found = _locked(deposit)
        rules.may_confirm_deposit(by, DepositState(found.state), found.asked_by_id)
        _book(by, found)
        return done.keep(found.id)


def take_deposit_back(by: Actor, deposit: UUID, why: str, *, key: str) -> UUID:
    """A deposit that was entered by mistake is dropped, or taken out of the book as long as all of it is still in the fund.

    Raises NotAllowed, NotFound, BadValue, DepositOver, DepositSpent.
    """
    with tx.action(by, "giving.take_deposit_back", key, (deposit, why), UUID) as done:
        if done:
            return done.answer()
        rules.may_steward(by)
        found, now = _locked(deposit), clock.now()
        after = rules.may_take_deposit_back(DepositState(found.state), why)
        if after is DepositState.REVERSED:
            back = NewReversal(PostingId(ids.derived(found.id, "back")), PostingId(found.id), now, why.strip()[:200])
            try:
                ledger.reverse(by, back)
            except (InsufficientFunds, LotDrawn) as refusal:
                raise DepositSpent() from refusal
        found.state, found.ended_by, found.ended_at, found.why = after, by.person, now, why.strip()[:500]
        found.save(update_fields=["state", "ended_by", "ended_at", "why"])
        return done.keep(found.id)


def _locked(deposit: UUID) -> models.Deposit:
    rows: QuerySet[models.Deposit] = models.Deposit.objects.select_related("fund").select_for_update(of=("self",))
    found = rows.filter(id=deposit).first()
    if found is None:
        raise NotFound(what="deposit")
    return found


def _book(by: Actor, deposit: models.Deposit) -> None:
    now, fund = clock.now(), deposit.fund
    transfer = NewTransfer(
        id=TransferId(deposit.id),
        debit=ledger.open_account(by, SPONSORS, now).id,
        credit=AccountId(fund.account),
        amount=Money(deposit.amount),
        kind=TOP_UP,
        funder=fund.sponsor_id or fund.id,
        ref=fund.id,
    )
    ledger.post(by, NewPosting.of(transfer, now))
    deposit.state, deposit.booked_by, deposit.booked_at = DepositState.BOOKED, by.person, now
    deposit.save(update_fields=["state", "booked_by", "booked_at"])
