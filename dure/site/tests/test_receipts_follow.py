"""Receipts and yearly statements follow whatever is taken back, from end to end: gift, news, donation, receipt, paper.

Every story begins with a donor who gave 30,000 and 20,000 won and has a receipt for both. It says what stands in the end.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from pypdf import PdfReader

from dure.base import clock
from dure.base.refusals import Refusal
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import documents
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.tests import paying_out, test_receipts
from dure.foundations.ledger.types import (
    BankLine,
    LineKind,
    PaymentId,
    RefundState,
    Scenario,
    SettlementLine,
    SettlementStatement,
)
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, ReceiptCode, system
from dure.kit import delivery, tx
from dure.kit.testing import Meet, race
from dure.kit.verify import silent
from dure.services.giving import actions, models, queries
from dure.services.giving.tests import making
from dure.services.giving.types import BoxId, Gift, GiftGiven, GiftId, GiftRefunded, GiftsReceived
from dure.site import rooms
from dure.site.wiring import wiring

BY = system("test")
NOON = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Begun:
    town: making.Town
    donor: Actor
    box: BoxId
    first: Gift
    second: Gift


def hear() -> None:
    """The worker does what is to be done."""
    ledger.settle_refunds(BY)
    delivery.run_until_idle(wiring)


def stands(donor: Actor, year: int = 2026) -> tuple[int, int]:
    """What can be receipted, and what is on receipts that hold; statement, receipts, paper and checks say the same."""
    assert donor.person is not None
    hear()
    statement = book.annual_statement(donor, donor.person, year)
    gifts = models.Gift.objects.filter(donor_id=donor.person, state="given")
    assert statement.donated == sum(one.amount for one in gifts if clock.local(one.at).year == year)
    assert statement.receipted == sum(one.total for one in statement.receipts if one.live)
    paper = PdfReader(io.BytesIO(documents.statement_pdf(donor, donor.person, year)))
    words = "".join(page.extract_text() for page in paper.pages)
    assert f"{statement.donated:,}" in words
    assert [found for check in rooms.verify_checks() for found in check.run(silent)] == []
    return statement.donated, statement.receipted


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    making.gate_of(monkeypatch, 1)
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def begun(travel: Any, db: None) -> Begun:
    return begin()


def begin() -> Begun:
    town = making.town(receipt_code=ReceiptCode.GENERAL)
    donor, box = test_receipts.a_donor(), making.opened(town, goal=100_000)
    first, second = making.given(donor, box, 30_000), making.given(donor, box, 20_000)
    hear()
    test_receipts.issued(donor, town.partner)
    return Begun(town, donor, box, first, second)


def refused_by_the_provider(of: Begun) -> UUID:
    """The first gift is to go back, and its provider has nothing to give back any more."""
    payment = models.Gift.objects.get(id=of.first.id).payment
    key = book.payment(PaymentId(payment)).payment_key
    with connection.cursor() as cursor:  # the tables of the ledger are its own
        cursor.execute("UPDATE ledger_sandbox_payment SET state = 'declined' WHERE payment_key = %s", [key])
    actions.refund_gift(of.donor, of.first.id, "", key="back")
    hear()
    [refund] = book.refunds_of(PaymentId(payment))
    assert refund.state is RefundState.REFUSED
    return refund.id


def one_gift(of: Begun) -> tuple[int, int]:
    actions.refund_gift(of.donor, of.first.id, "", key="back")
    return 20_000, 20_000


def both_gifts(of: Begun) -> tuple[int, int]:
    for gift in (of.first, of.second):
        actions.refund_gift(of.town.stewards[0], gift.id, "a slip", key=str(gift.id))
    return 0, 0


def the_same_gift_twice(of: Begun) -> tuple[int, int]:
    one_gift(of)
    hear()
    return one_gift(of)


def a_stopped_box(of: Begun) -> tuple[int, int]:
    actions.stop(of.town.stewards[0], of.box, "the partner gave up", key="stop")
    while actions.refund_all_stopped(BY):
        pass
    return 0, 0


def a_refund_that_stewards_pay_at_the_bank(of: Begun) -> tuple[int, int]:
    refund = refused_by_the_provider(of)
    one, two = of.town.stewards
    ledger.enter_owed(one, refund, "KB 2026-77", key="enter")
    ledger.confirm_owed(two, refund, key="confirm")
    return 20_000, 20_000


def a_bank_transfer_of_it_that_came_back(of: Begun) -> tuple[int, int]:
    refund = refused_by_the_provider(of)
    one, two = of.town.stewards
    ledger.enter_owed(one, refund, "KB 2026-77", key="enter")
    ledger.confirm_owed(two, refund, key="confirm")
    ledger.take_owed_back(one, refund, "the bank sent it back", key="back")
    return 20_000, 20_000  # it is owed to the donor still: no donation


def a_regular_gift(of: Begun) -> tuple[int, int]:
    making.running(of.donor, of.box, amount=5_000)
    assert actions.charge_regular(BY) == 1
    hear()
    assert stands(of.donor) == (55_000, 50_000)
    [charge] = models.RegularCharge.objects.all()
    assert charge.gift_id is not None
    actions.refund_gift(of.donor, GiftId(charge.gift_id), "", key="back")
    return 50_000, 50_000


def a_payment_made_twice(of: Begun) -> tuple[int, int]:
    order = making.begun(of.donor, of.box, 1_000)
    actions.complete_gift(of.donor, making.chosen(order, Scenario.TWICE))
    ledger.converge_payments(BY)
    return 51_000, 50_000


def a_payout_that_the_bank_sent_back(of: Begun) -> tuple[int, int]:
    payout = paid_out(of)
    town = paying_out.Town(*of.town.stewards, of.town.partner, of.town.owner)
    file = paying_out.confirmed(town, payout)
    paying_out.came_back(town, file)
    return 50_000, 50_000  # the partner has the donation, and will have the money


def a_settlement_that_was_booked_by_mistake(of: Begun) -> tuple[int, int]:
    payment = book.payment(PaymentId(models.Gift.objects.get(id=of.first.id).payment))
    line = SettlementLine(payment.order, payment.payment_key, LineKind.CAPTURE, 30_000, 900, 90)
    new = SettlementStatement("sandbox", "S-1", clock.today(), (line,), 29_010)
    steward = of.town.stewards[0]
    settlement = ledger.take_settlement(steward, new)
    ledger.book_settlement(steward, settlement, BankLine(29_010, "KB-9"), key="book")
    ledger.reverse_settlement(steward, settlement, "another day's line", key="reverse")
    return 50_000, 50_000


def a_sponsors_deposit(of: Begun) -> tuple[int, int]:
    steward = of.town.stewards[0]
    fund = actions.open_fund(steward, "응원 기금", None, key="fund")
    deposit = actions.top_up(steward, fund, 5_000, "KB 2026-1", key="deposit")
    actions.take_deposit_back(steward, deposit, "entered by mistake", key="back")
    return 50_000, 50_000


STORIES: tuple[Callable[[Begun], tuple[int, int]], ...] = (
    one_gift,
    both_gifts,
    the_same_gift_twice,
    a_stopped_box,
    a_refund_that_stewards_pay_at_the_bank,
    a_bank_transfer_of_it_that_came_back,
    a_regular_gift,
    a_payment_made_twice,
    a_payout_that_the_bank_sent_back,
    a_settlement_that_was_booked_by_mistake,
    a_sponsors_deposit,
)


def paid_out(of: Begun) -> UUID:
    making.given(folk.person(), of.box, 50_000)
    actions.close(of.town.owner, of.box, key="close")
    actions.revise_plan(of.town.owner, of.box, (making.line("기름", 100_000),), key="plan")
    for steward in of.town.stewards:
        making.approve(steward, of.box)
    actions.pay_out(of.town.stewards[0], of.box, key="pay out")
    payout = models.Box.objects.get(cause_id=of.box).payout
    assert payout is not None
    return payout


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_receipt_and_statement_follow(begun: Begun, story: Callable[[Begun], tuple[int, int]]) -> None:
    assert stands(begun.donor) == (50_000, 50_000)
    expected = story(begun)
    assert stands(begun.donor) == expected
    live = [one for one in book.donation_receipts_of(begun.donor, begun.donor.person, 2026) if one.live]  # type: ignore[arg-type]  # a donor is a person
    assert len(live) == (1 if expected[1] else 0)


def test_what_goes_back_in_the_new_year_is_taken_out_of_the_old_one(travel: Any, db: None) -> None:
    travel.move_to(datetime(2026, 12, 31, 14, 30, tzinfo=UTC))  # half an hour before midnight in Seoul
    of = begin()
    travel.shift(timedelta(hours=1))
    assert stands(of.donor, 2027) == (0, 0)
    actions.refund_gift(of.donor, of.first.id, "", key="back")
    assert (stands(of.donor, 2026), stands(of.donor, 2027)) == ((20_000, 20_000), (0, 0))
    [old, new] = sorted(book.donation_receipts_of(of.donor, of.donor.person, 2026), key=lambda one: one.issued_at)  # type: ignore[arg-type]  # a donor is a person
    assert (old.live, new.live, new.replaces, new.tax_year) == (False, True, old.id, 2026)


def test_news_in_the_wrong_order_and_twice_lead_to_the_same(begun: Begun) -> None:
    gift = making.given(begun.donor, begun.box, 7_000)
    back = GiftRefunded(gift.id, begun.box, gift.donor, 7_000, clock.now())
    with pytest.raises(Refusal):  # it comes again later, when the gift was noted
        actions.unattest_gift(BY, back)
    actions.refund_gift(begun.donor, gift.id, "", key="back")
    hear()
    for _ in range(2):
        actions.unattest_gift(BY, back)
        item = queries.gift(gift.id)
        told = GiftsReceived(items=(GiftGiven(item.id, item.box, item.donor, item.amount),), at=item.at)
        actions.attest_gifts(BY, [told])
    assert stands(begun.donor) == (50_000, 50_000)


def issue_and_take_back_at_once(*, locked: bool) -> set[str]:
    """A receipt is issued while its gift goes back; answers what `dure verify` says afterwards."""
    donor, (receiver, _owner) = test_receipts.a_donor(), test_receipts.a_receiver()
    gift = test_receipts.donated(donor, receiver)

    def issue(meet: Meet) -> str:
        with tx.durable():
            ledger.issue_receipt(donor, donor.person, receiver, 2026, test_receipts.WHO)  # type: ignore[arg-type]  # a donor is a person
            meet()
        return "issued"

    def take_back(meet: Meet) -> str:
        with tx.durable():
            ledger.reverse_donation(BY, gift.id, "refund")
            meet()
        return "back"

    race(issue, take_back, locked=locked)
    return {found.check for check in book.money_checks() for found in check.run(silent)}


@pytest.mark.django_db(transaction=True)
def test_a_receipt_issued_while_its_gift_goes_back_does_not_outlive_it() -> None:
    assert issue_and_take_back_at_once(locked=True) == set()


@pytest.mark.django_db(transaction=True)
def test_two_gifts_of_one_receipt_go_back_at_once() -> None:
    donor, (receiver, _owner) = test_receipts.a_donor(), test_receipts.a_receiver()
    gifts = [test_receipts.donated(donor, receiver) for _ in range(2)]
    test_receipts.issued(donor, receiver)

    def take_back(gift: UUID) -> Callable[[Meet], str]:
        def run(meet: Meet) -> str:
            with tx.durable():
                ledger.reverse_donation(BY, gift, "refund")
                meet()
            return "back"

        return run

    assert race(*(take_back(gift.id) for gift in gifts)).names == ("back", "back")
    assert {found.check for check in book.money_checks() for found in check.run(silent)} == set()
    assert not [one for one in book.donation_receipts_of(donor, donor.person, 2026) if one.live]  # type: ignore[arg-type]  # a donor is a person


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_it_would() -> None:
    assert issue_and_take_back_at_once(locked=False) == {"ledger.receipts"}
