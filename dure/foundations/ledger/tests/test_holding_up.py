"""A provider that is silent, or switched off, holds up nobody who pays by another."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from dure.foundations.ledger import actions, models, providers, queries, tasks
from dure.foundations.ledger.providers import SANDBOX
from dure.foundations.ledger.providers.kakaopay import KakaoPay
from dure.foundations.ledger.providers.toss import Toss
from dure.foundations.ledger.rules.payments import SILENT_IN_A_ROW_MAX
from dure.foundations.ledger.types import PaymentState, ProviderSilent, ReconciliationOutcome, RefundState

from .conftest import NOW
from .paying import BY, a_box, a_payer, begun, paid, returned
from .test_refunds import give_back

pytestmark = pytest.mark.django_db
MANY = SILENT_IN_A_ROW_MAX + 2


@pytest.fixture(autouse=True)
def travel() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


def test_who_pays_by_another_provider_is_not_held_up(travel: Any) -> None:
    """Payments of a provider that is no longer set up are due before the one of a provider that is."""
    by, box = a_payer(), a_box()
    gone = [paid(by, box).id for _ in range(MANY)]
    models.Payment.objects.filter(id__in=gone).update(provider="kakaopay")
    late = begun(by)
    back = returned(late)
    SANDBOX.confirm(back.payment_key, back.order, back.amount)
    models.Payment.objects.filter(id=late.id).update(ask_at=NOW + timedelta(seconds=6))
    travel.shift(timedelta(seconds=10))
    found = actions.converge_payments(BY)
    assert (found.captured, found.silent) == (1, SILENT_IN_A_ROW_MAX)
    assert queries.payment(late.id).state is PaymentState.CAPTURED


def test_who_is_owed_by_another_provider_is_not_held_up() -> None:
    by, box = a_payer(), a_box()
    gone = [paid(by, box) for _ in range(MANY)]
    for payment in gone:
        give_back(payment, 1_000)
    models.Payment.objects.filter(id__in=[payment.id for payment in gone]).update(provider="kakaopay")
    refund = give_back(paid(by, box), 1_000)
    assert actions.settle_refunds(BY) == 1
    assert models.Refund.objects.get(id=refund.id).state == RefundState.SETTLED
    asked = models.Refund.objects.filter(asks__gt=0, state=RefundState.ASKED).count()
    assert asked == SILENT_IN_A_ROW_MAX, "the others are due at once when the next round begins"


def test_a_silent_provider_costs_a_round_three_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    by, box = a_payer(), a_box()
    for _ in range(MANY):
        give_back(paid(by, box), 1_000)
    calls = []

    def silent(*said: object) -> None:
        calls.append(said)
        raise ProviderSilent(retry_seconds=1)

    monkeypatch.setattr(SANDBOX, "cancel", silent)
    assert actions.settle_refunds(BY) == 0
    assert len(calls) == SILENT_IN_A_ROW_MAX
    monkeypatch.undo()
    assert actions.settle_refunds(BY) == MANY - SILENT_IN_A_ROW_MAX


def test_a_list_that_cannot_be_followed_says_nothing_and_ends_no_night(monkeypatch: pytest.MonkeyPatch) -> None:
    """Toss lists a payment that its own look-up does not know."""
    toss = Toss("test_sk_x", "https://dure.example.org")

    def get(path: str, query: object = None) -> tuple[int, Any]:
        if path == "/v1/transactions":
            return 200, [{"paymentKey": "ghost", "transactionKey": "t", "amount": 1_000, "method": "카드"}]
        return 404, {"code": "NOT_FOUND_PAYMENT"}

    monkeypatch.setattr(toss._line, "get", get)
    with providers.played_by(toss):
        run = actions.run_reconciliation(BY, "toss", NOW, NOW + timedelta(hours=1))
    assert run.outcome is ReconciliationOutcome.SILENT


def test_what_nobody_foresaw_at_one_provider_keeps_no_other_from_its_comparison(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.DURE = replace(settings.DURE, kakaopay_secret_key="x" * 40, kakaopay_cid="TC0ONETIME")
    assert providers.names()[0] == "kakaopay", "the one that fails must have its turn before the other"

    def broken(*said: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(KakaoPay, "listed", broken)
    with pytest.raises(ExceptionGroup) as failed:
        tasks.reconcile(0)
    assert [type(each) for each in failed.value.exceptions] == [ZeroDivisionError]
    assert {each.provider for each in queries.reconciliations(BY)} == {"sandbox"}
