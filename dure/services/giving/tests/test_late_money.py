"""Money that a provider took while nobody looked: honoured or given back, never left to wait for ever."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection

from dure.base import clock
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import PaymentCaptured, PaymentCapturedLate, PaymentFailed, PaymentState, Scenario
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import system
from dure.kit import delivery
from dure.kit.outbox import Wiring
from dure.kit.verify import silent
from dure.services.giving import actions, commands, models, queries
from dure.services.giving.types import GiftState

from . import making
from .making import Town, key

BY = system("test")


def hear() -> None:
    """Deliver the news of payments to what giving does with them."""
    wiring = Wiring()
    for news in (PaymentCaptured, PaymentCapturedLate, PaymentFailed):
        wiring.on(news, _settle)
    delivery.run_until_idle(wiring)


def _settle(news: PaymentCaptured | PaymentCapturedLate | PaymentFailed, news_id: UUID) -> None:
    actions.settle_payment(BY, news.payment)


def findings() -> set[str]:
    return {each.check for check in commands.verify_checks() for each in check.run(silent)}


def test_money_taken_after_the_gift_was_given_up_goes_back(town: Town) -> None:
    """The payer turns back in one window and pays in another: the provider has the money, and the gift has failed."""
    box, donor = making.opened(town), folk.person()
    order = making.begun(donor, box, 5_000)
    assert actions.complete_gift(donor, making.chosen(order, Scenario.CANCEL)).state is GiftState.FAILED
    making.chosen(order, Scenario.TWICE)
    with time_machine.travel(clock.now() + timedelta(minutes=30), tick=False):
        assert ledger.converge_payments(BY).captured == 1
        hear()
        (payment,) = book.payments_for(book.payment_by_order(order).purpose)
        assert (payment.state, payment.refunded) == (PaymentState.REFUNDED, 5_000)
        assert book.payments_waiting() == ()
        assert (queries.totals(box).raised, findings()) == (0, set())


def test_late_money_that_nobody_gives_back_is_found(town: Town) -> None:
    box, donor = making.opened(town), folk.person()
    order = making.begun(donor, box, 5_000)
    actions.complete_gift(donor, making.chosen(order, Scenario.CANCEL))
    hear()
    making.chosen(order, Scenario.TWICE)
    with time_machine.travel(clock.now() + timedelta(minutes=30), tick=False):
        ledger.converge_payments(BY)
        assert findings() == set(), "the news still waits"
        delivery.run_until_idle(Wiring())  # nobody listens
        assert findings() == {"giving.payments"}


@contextmanager
def dying_at(words: str) -> Iterator[None]:
    """The process ends when it would say `words` to the database."""

    def wrapper(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if words in sql:
            raise SystemExit
        return execute(sql, *rest)

    with connection.execute_wrapper(wrapper), pytest.raises(SystemExit):
        yield


def test_money_is_in_the_box_only_with_its_gift(real_town: Town) -> None:
    """A crash amid the return from the provider: no won lies in the box that is no gift, whatever happens to the box next."""
    box, donor, other = making.opened(real_town, 100_000), folk.person(), folk.person()
    making.given(other, box, 100_000)
    back = making.chosen(making.begun(donor, box, 5_000))
    with dying_at('UPDATE "giving_gift" SET "state"'):
        actions.complete_gift(donor, back)
    assert queries.totals(box).raised == 100_000
    actions.close(real_town.owner, box, key=key())
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        ledger.converge_payments(BY)
        hear()
        assert models.Gift.objects.get(donor_id=donor.person).state == GiftState.FAILED
        assert book.payment_by_order(back["orderId"]).state is PaymentState.REFUNDED
        assert queries.totals(box).raised == 100_000
        assert findings() - {"giving.donations"} == set(), "nobody noted donations here"
