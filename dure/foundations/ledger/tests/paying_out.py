"""What the tests of payouts share: a partner with a bank account, a payout in the book, two stewards."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from dure.base import ids
from dure.base.money import Money
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.types import (
    PAYOUT,
    BankLine,
    Limit,
    NewAccount,
    NewPayout,
    NewPosting,
    NewTransfer,
    PayoutFileId,
    PayoutFileWhole,
    TransferId,
)
from dure.foundations.people import actions as people
from dure.foundations.people.tests import making
from dure.foundations.people.types import Actor, OrganisationId
from dure.kit import tx

from .conftest import NOW
from .paying import BY, a_box, a_payer, paid

NUMBER = "123-456789-01-234"
HOLDER = "솔내리 이웃돕기회"


@dataclass(frozen=True, slots=True)
class Town:
    """Two stewards who may handle files, and an organisation that is paid."""

    one: Actor
    two: Actor
    payee: OrganisationId
    owner: Actor


def a_town(holder: str = HOLDER) -> Town:
    payee, owner = making.verified_organisation(making.person())
    town = Town(making.steward("박운영"), making.steward("정운영"), payee, owner)
    set_account(town, NUMBER, holder)
    return town


def set_account(town: Town, number: str, holder: str = HOLDER, *, confirmed: bool = True) -> None:
    with tx.durable():
        account = people.set_bank_account(town.owner, town.payee, bank_code="004", number=number, holder=holder)
        if confirmed:
            people.verify_bank_account(town.one, town.payee, account)


def a_payout(town: Town, amount: int = 10_000, title: str = "겨울 난방") -> UUID:
    """Won that was given, then paid out in the book; it waits for the bank."""
    box, payout = a_box(f"box:{ids.new()}"), ids.new()
    paid(a_payer(), box, amount)
    with transaction.atomic():
        project = actions.open_account(
            BY, NewAccount(f"project:{payout}", Limit.DEBITS_MUST_NOT_EXCEED_CREDITS), NOW
        ).id
        transfer = NewTransfer(TransferId(payout), box, project, Money(amount), PAYOUT)
        actions.post(BY, NewPosting.of(transfer, NOW))
        actions.ask_payout(BY, NewPayout(payout, town.payee, amount, title))
    return payout


def prepared(town: Town, *payouts: UUID) -> PayoutFileId:
    return actions.prepare_payouts(town.one, payouts or (a_payout(town),), key=ids.new().hex)


def released(town: Town, *payouts: UUID) -> PayoutFileId:
    return actions.release_payouts(town.two, prepared(town, *payouts), key=ids.new().hex)


def confirmed(town: Town, *payouts: UUID, reference: str = "KB-1") -> PayoutFileId:
    file = released(town, *payouts)
    bank = BankLine(whole(town, file).on_the_way, reference)
    return actions.confirm_payouts(town.one, file, bank, key=ids.new().hex)


def whole(town: Town, file: PayoutFileId) -> PayoutFileWhole:
    return queries.payout_file(town.one, file)


def came_back(town: Town, file: PayoutFileId, at: int = 0, why: str = "계좌 해지") -> PayoutFileId:
    return actions.return_payout(town.one, whole(town, file).lines[at].id, why, key=ids.new().hex)
