"""The checks of `dure verify` find nothing in sound books, and each kind of damage by name."""

from datetime import timedelta

import pytest

from dure.base import clock, ids
from dure.foundations.ledger import actions, commands
from dure.foundations.ledger.models import Donation, DonationReceiptLine, Payment, ReceiptSeries, Refund
from dure.foundations.ledger.types import NewReversal, PostingId
from dure.kit import tx
from dure.kit.diagnosis import Level
from dure.kit.verify import silent

from .paying import BY, a_box, a_payer, begun, paid
from .test_receipts import a_donor, a_receiver, donated, issued, reversed_gift
from .test_refunds import give_back, waited

pytestmark = pytest.mark.django_db


def found() -> set[str]:
    return {finding.check for check in commands.verify_checks() for finding in check.run(silent)}


def busy_town() -> None:
    """Payments, refunds and receipts of every kind."""
    box, payer = a_box(), a_payer()
    begun(payer)
    paid(payer)
    give_back(paid(payer, box), 10_000)
    give_back(paid(payer, box), 4_000)
    give_back(waited(box), 10_000)
    give_back(waited(box), 1_000)
    give_back(paid(payer), 2_000)
    actions.settle_refunds(BY)
    donor, (receiver, _) = a_donor(), a_receiver()
    kept, gone = donated(donor, receiver, 30_000), donated(donor, receiver, 20_000)
    issued(donor, receiver)
    reversed_gift(gone)
    reversed_gift(kept, 5_000)
    donated(donor, receiver, 1_000)


def test_sound_books_have_no_findings() -> None:
    busy_town()
    assert found() == set()


def test_a_capture_without_a_booking_is_found() -> None:
    busy_town()
    Payment.objects.filter(state="captured").update(posting=ids.new())
    assert "ledger.payments" in found()


def test_a_refund_beyond_the_payment_is_found() -> None:
    busy_town()
    Refund.objects.filter(amount=4_000).update(amount=14_000)
    assert found() == {"ledger.refunds", "ledger.providers"}


def test_money_left_behind_where_it_waited_is_found() -> None:
    busy_town()
    Payment.objects.filter(waiting=True, state="captured").update(waiting=False)
    assert found() == {"ledger.waits"}


def test_a_provider_that_paid_back_what_the_book_kept_is_found() -> None:
    """As it was when only the last of two hops was reversed."""
    busy_town()
    payment = waited(a_box())
    with tx.durable():
        new = NewReversal(PostingId(ids.new()), PostingId(payment.posting), clock.now(), "half of it")  # type: ignore[arg-type]  # plain ids stand for the typed ones here
        actions.reverse(BY, new)
    Refund.objects.create(
        id=ids.new(), payment_id=payment.id, amount=10_000, reason="all", state="settled", asked_at=clock.now()
    )
    assert found() == {"ledger.waits", "ledger.providers", "ledger.refunds"}


def test_a_receipt_that_attests_another_sum_is_found() -> None:
    busy_town()
    Donation.objects.filter(reversed=5_000).update(reversed=6_000)
    assert found() == {"ledger.receipts"}


def test_a_line_that_differs_from_its_receipt_is_found() -> None:
    busy_town()
    DonationReceiptLine.objects.filter(live=True).update(amount=1)
    assert found() == {"ledger.receipts"}


def test_a_missing_number_is_found() -> None:
    busy_town()
    ReceiptSeries.objects.update(last=99)
    assert found() == {"ledger.receipt_numbers"}


def test_doctor_tells_of_money_that_is_not_where_it_belongs() -> None:
    def said() -> tuple[Level, str]:
        found = commands.diagnoses()[1]
        return found.level, found.found

    payer, box = a_payer(), a_box()
    waits = paid(payer)
    refund = give_back(paid(payer, box), 4_000)
    assert said()[0] is Level.OK, "an hour is given to all"
    Payment.objects.filter(id=waits.id).update(captured_at=clock.now() - timedelta(hours=2))
    Refund.objects.filter(id=refund.id).update(asked_at=clock.now() - timedelta(hours=2))
    level, found = said()
    assert level is Level.WARNING
    assert found.startswith("1 payments were taken")
    assert ", 1 refunds have" in found
    give_back(waits, 10_000)
    actions.settle_refunds(BY)
    assert said()[0] is Level.OK
    Refund.objects.filter(id=refund.id).update(state="refused")
    assert "4000 won were refused" in said()[1]
