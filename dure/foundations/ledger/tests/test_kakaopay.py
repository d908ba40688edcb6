"""What is special about KakaoPay: codes, and reconciliation without a list of its payments."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from dure.base import clock
from dure.foundations.ledger import actions, providers, queries
from dure.foundations.ledger.models import Payment as PaymentRow
from dure.foundations.ledger.providers.kakaopay import KakaoPay
from dure.foundations.ledger.providers.line import Line
from dure.foundations.ledger.types import (
    DifferenceKind,
    LimitExceeded,
    PaymentDeclined,
    PaymentState,
    ProviderRefused,
    ProviderSilent,
)

from .adapting import Twin, begun, confirmed, decided, paid
from .paying import BY, a_box, a_payer

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 1, 9, 0, tzinfo=clock.SEOUL)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def travel() -> Any:
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


def answering(monkeypatch: pytest.MonkeyPatch, address: str, code: int) -> None:
    """Let the provider answer one address with an error code."""
    asked = Line.post

    def post(self: Line, path: str, *rest: Any, **more: Any) -> tuple[int, Any]:
        return (
            (400, {"error_code": code, "error_message": "x"}) if path == address else asked(self, path, *rest, **more)
        )

    monkeypatch.setattr(Line, "post", post)


@pytest.mark.parametrize(
    ("code", "refusal"),
    [(-797, LimitExceeded), (-705, PaymentDeclined), (-783, PaymentDeclined), (-999, ProviderSilent)],
)
def test_codes_of_an_approval(
    twins: dict[str, Twin], monkeypatch: pytest.MonkeyPatch, code: int, refusal: type[Exception]
) -> None:
    by, box = a_payer(), a_box()
    back = decided(by, twins["kakaopay"], begun(by, "kakaopay"))
    answering(monkeypatch, "/approve", code)
    with pytest.raises(refusal):
        confirmed(by, back, box)


@pytest.mark.parametrize(
    ("code", "refusal"),
    [(-710, ProviderSilent), (-785, ProviderSilent), (-784, ProviderRefused), (-781, ProviderSilent)],
)
def test_codes_of_a_cancel(
    twins: dict[str, Twin], monkeypatch: pytest.MonkeyPatch, code: int, refusal: type[Exception]
) -> None:
    payment = paid(twins, "kakaopay")
    answering(monkeypatch, "/cancel", code)
    with pytest.raises(refusal):
        providers.provider("kakaopay").cancel(payment.payment_key, "x", 1_000, "환불")


def test_both_directions_are_found_among_the_orders_that_came_from_here(twins: dict[str, Twin]) -> None:
    """What only they count, because our book lost it; and what only we count, because theirs did."""
    lost_here, lost_there = paid(twins, "kakaopay"), paid(twins, "kakaopay")
    PaymentRow.objects.filter(id=lost_here.id).update(
        state=PaymentState.EXPIRED, captured_at=None, payment_key="", waiting=False
    )
    del twins["kakaopay"].book.payments[lost_there.payment_key]
    found = actions.reconcile(BY, "kakaopay", START - HOUR, START + HOUR)
    assert {(one.kind, one.order) for one in found} == {
        (DifferenceKind.ONLY_THEIRS, lost_here.order),
        (DifferenceKind.ONLY_OURS, lost_there.order),
    }


def test_only_orders_that_can_have_been_paid_in_the_time_are_asked_about(twins: dict[str, Twin], travel: Any) -> None:
    paid(twins, "kakaopay")
    travel.shift(3 * HOUR)
    late = paid(twins, "kakaopay")
    adapter = providers.provider("kakaopay")
    assert isinstance(adapter, KakaoPay)
    asked: list[str] = []
    look = adapter._look
    adapter._look = lambda tid: asked.append(tid) or look(tid)  # type: ignore[method-assign,func-returns-value]  # the test listens in
    now = START + 3 * HOUR
    assert [each.order for each in adapter.listed(now - HOUR, now + HOUR)] == [late.order]
    assert asked == [queries.payment(late.id).payment_key]
