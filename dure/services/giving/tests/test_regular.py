"""Regular gifts: one charge a month whatever happens, a ladder for refused cards, and every won like that of any gift."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from dure.base import clock
from dure.base.refusals import BadValue, KeyReused, NotAllowed
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import MandateState, PaymentCaptured, PaymentCapturedLate, PaymentFailed, Scenario
from dure.foundations.people.tests import making as people
from dure.foundations.people.types import Actor, system
from dure.kit import delivery, tx
from dure.kit.outbox import Wiring
from dure.kit.testing import Meet, race
from dure.services.giving import actions, commands, models, queries, tasks
from dure.services.giving.actions.regular import begin_charge
from dure.services.giving.rules import regular as rules
from dure.services.giving.types import (
    BoxNotOpen,
    ChargeState,
    GiftRefunded,
    GiftsReceived,
    GiftState,
    NewRegular,
    NoRegularHere,
    Reach,
    RegularId,
    RegularKnown,
    RegularPast,
    RegularPaused,
    RegularState,
    Why,
)

from . import making

BY = system("test")
START = datetime(2026, 1, 31, 3, 0, tzinfo=UTC)  # the last of January, at noon in Seoul
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@given(st.integers(1, 31), days)
def test_the_next_due_day_is_near_never_past_and_in_a_month_of_its_own(day: int, today: date) -> None:
    due = rules.next_due(day, today, None)
    assert today <= due <= today + timedelta(days=31)
    assert due.day == day or (due + timedelta(days=1)).day == 1, "the day, or the last of a shorter month"
    after = rules.next_due(day, today, rules.month_of(today))
    assert rules.month_of(after) == rules.next_month(rules.month_of(today))


@given(st.integers(1, 31), days)
def test_twelve_months_have_twelve_charges(day: int, start: date) -> None:
    today, months = start, [rules.month_of(start)]
    for _ in range(12):
        today = rules.next_due(day, today, months[-1])
        months.append(rules.month_of(today))
    assert len(set(months)) == 13
    assert months == sorted(months)


def test_short_months_and_leap_years() -> None:
    assert [rules.due_in(date(2026, month, 1), 31).day for month in (1, 2, 4)] == [31, 28, 30]
    assert rules.due_in(date(2028, 2, 1), 30) == date(2028, 2, 29)


@given(st.integers(1, 6), days)
def test_the_ladder_ends_and_never_leaves_its_month(tries: int, today: date) -> None:
    again = rules.try_again(tries, today, rules.month_of(today))
    assert again is None or (again > today and rules.month_of(again) == rules.month_of(today))
    assert rules.try_again(len(rules.LADDER) + 1, today, rules.month_of(today)) is None


@pytest.fixture
def travel() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def donor(db: None) -> Actor:
    return people.person()


def _settle(news: PaymentCaptured | PaymentCapturedLate | PaymentFailed, news_id: UUID) -> None:
    actions.settle_payment(BY, news.payment)


def work() -> int:
    """What the worker does in a while: charge, find out, tell."""
    given = actions.charge_regular(BY)
    ledger.converge_payments(BY)
    wiring = Wiring()
    for kind in (PaymentCaptured, PaymentCapturedLate, PaymentFailed):
        wiring.on(kind, _settle)
    wiring.on_many(GiftsReceived, lambda told: actions.attest_gifts(BY, [news for news, _ in told]))
    wiring.on(GiftRefunded, lambda news, _: actions.unattest_gift(BY, news))
    wiring.on(RegularPaused, tasks.write_regular_paused)
    delivery.run_until_idle(wiring)
    return given


def months(donor: Actor, regular: RegularId) -> list[tuple[str, ChargeState]]:
    found = queries.my_regular(donor, regular).charges
    return [(f"{one.month:%Y-%m}", one.state) for one in reversed(found)]


def found() -> list[str]:
    return [f"{one.check}: {one.what}" for check in commands.verify_checks() for one in check.run(lambda *_: None)]


def test_a_year_of_it_is_a_gift_a_month_on_its_day(travel: Any, town: making.Town, donor: Actor) -> None:
    box = making.opened(town, days_open=90)
    regular = making.running(donor, box)
    assert (regular.next_on, regular.card) == (date(2026, 2, 28), "연습용 카드 ****1004")
    given = 0
    for _ in range(88):
        given += work()
        travel.shift(timedelta(days=1))
    assert given == 3
    gifts = models.Gift.objects.filter(donor=donor.person, state=GiftState.GIVEN).order_by("at")
    assert [str(clock.local(gift.at).date()) for gift in gifts] == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert queries.totals(box).people == 30_000
    assert found() == []


@pytest.mark.parametrize(
    ("wakes", "charged", "next_on"),
    [
        (datetime(2026, 2, 28, 3, tzinfo=UTC), "2026-02", date(2026, 3, 31)),
        (datetime(2026, 3, 2, 3, tzinfo=UTC), "2026-01", date(2026, 3, 31)),
        (datetime(2026, 3, 31, 3, tzinfo=UTC), "2026-03", date(2026, 4, 30)),
    ],
)
def test_a_month_that_the_worker_slept_through_is_left_out_and_the_next_one_waits_for_its_day(
    travel: Any, town: making.Town, donor: Actor, wakes: datetime, charged: str, next_on: date
) -> None:
    regular = making.running(donor, making.opened(town, days_open=90))
    work()
    travel.move_to(wakes)
    work()
    assert months(donor, regular.id)[-1] == (charged, ChargeState.GIVEN)
    assert queries.my_regular(donor, regular.id).next_on == next_on


def test_the_worker_again_and_again_charges_once(travel: Any, town: making.Town, donor: Actor) -> None:
    regular = making.running(donor, making.opened(town))
    assert [work() for _ in range(5)] == [1, 0, 0, 0, 0]
    assert months(donor, regular.id) == [("2026-01", ChargeState.GIVEN)]


def test_it_is_on_the_statement_and_follows_its_refund(travel: Any, town: making.Town, donor: Actor) -> None:
    regular = making.running(donor, making.opened(town))
    work()
    assert donor.person is not None
    statement = book.annual_statement(donor, donor.person, 2026)
    assert statement.donated == 10_000
    gift = queries.my_regular(donor, regular.id).charges[0].gift
    actions.refund_gift(donor, gift, "", key="back")  # type: ignore[arg-type]  # a plain id stands for the typed one
    work()
    assert book.annual_statement(donor, donor.person, 2026).donated == 0
    assert months(donor, regular.id) == [("2026-01", ChargeState.GIVEN)]
    assert work() == 0, "what was given back is not charged again"
    assert found() == []


def test_a_refused_card_is_tried_again_then_it_rests_and_the_donor_hears(
    travel: Any, town: making.Town, donor: Actor
) -> None:
    travel.move_to(datetime(2026, 3, 2, 3, 0, tzinfo=UTC))
    regular = making.running(donor, making.opened(town), Scenario.NOT_ENOUGH_FUNDS)
    tried = []
    for _ in range(15):
        work()
        [month] = queries.my_regular(donor, regular.id).charges
        tried.append(month.tries)
        travel.shift(timedelta(days=1))
    assert tried == [1, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4]
    known = queries.my_regular(donor, regular.id)
    assert (known.state, known.why, known.next_on) == (RegularState.PAUSED, Why.CARD, None)
    assert [letter.subject for letter in mail.outbox if "정기후원" in letter.subject]
    assert models.Gift.objects.filter(state=GiftState.FAILED).count() == 4
    assert found() == []


def test_paused_changed_and_let_go_on_without_catching_up(travel: Any, town: making.Town, donor: Actor) -> None:
    regular = making.running(donor, making.opened(town, days_open=90), day=10)
    work()
    actions.pause_regular(donor, regular.id, key="p")
    travel.shift(timedelta(days=60))
    assert work() == 0
    actions.change_regular(donor, regular.id, 30_000, 15, key="c")
    known = queries.my_regular(donor, actions.resume_regular(donor, regular.id, key="r"))
    assert known.next_on == date(2026, 4, 15)
    travel.move_to(datetime(2026, 4, 15, 3, 0, tzinfo=UTC))
    assert work() == 1
    assert queries.my_regular(donor, regular.id).charges[0].amount == 30_000
    assert months(donor, regular.id) == [("2026-01", ChargeState.GIVEN), ("2026-04", ChargeState.GIVEN)]


def test_paused_and_resumed_in_one_month_is_still_charged_once(travel: Any, town: making.Town, donor: Actor) -> None:
    travel.move_to(datetime(2026, 3, 2, 3, 0, tzinfo=UTC))
    regular = making.running(donor, making.opened(town), day=20)
    work()
    actions.pause_regular(donor, regular.id, key="p")
    actions.resume_regular(donor, regular.id, key="r")
    travel.move_to(datetime(2026, 3, 20, 3, 0, tzinfo=UTC))
    assert work() == 0
    assert queries.my_regular(donor, regular.id).next_on == date(2026, 4, 20)


def test_stopped_at_once_and_its_key_erased(travel: Any, town: making.Town, donor: Actor) -> None:
    regular = making.running(donor, making.opened(town))
    actions.stop_regular(donor, regular.id, key="s")
    assert work() == 0
    assert book.mandate(regular.mandate).state is MandateState.ENDED
    assert months(donor, regular.id) == [("2026-01", ChargeState.SKIPPED)]
    with pytest.raises(RegularPast):
        actions.resume_regular(donor, regular.id, key="r")


def test_when_its_box_closes_it_goes_on_with_the_next_one_or_ends(travel: Any, town: making.Town, donor: Actor) -> None:
    first = making.opened(town, days_open=30)
    on = making.running(donor, first)
    work()
    other = people.person()
    ends = making.running(other, first, reach=Reach.BOX)
    work()
    travel.shift(timedelta(days=20))
    second = making.opened(town, days_open=60)
    travel.move_to(datetime(2026, 3, 31, 3, 0, tzinfo=UTC))
    actions.close_due(BY)
    assert work() == 1
    assert queries.totals(second).people == 10_000
    assert months(donor, on.id)[-1] == ("2026-03", ChargeState.GIVEN)
    known = queries.my_regular(other, ends.id)
    assert (known.state, known.why) == (RegularState.ENDED, Why.BOX_CLOSED)
    travel.move_to(datetime(2026, 6, 30, 3, 0, tzinfo=UTC))
    actions.close_due(BY)
    assert work() == 0
    assert months(donor, on.id)[-1] == ("2026-06", ChargeState.SKIPPED), "no box is open: nothing is taken"
    assert queries.my_regular(donor, on.id).state is RegularState.RUNNING


def test_a_worker_that_dies_anywhere_leads_to_one_charge(travel: Any, town: making.Town, donor: Actor) -> None:
    regular = making.running(donor, making.opened(town))
    [charge] = models.RegularCharge.objects.values_list("id", flat=True)
    assert begin_charge(BY, charge, clock.today())  # dies before the provider is asked
    assert not begin_charge(BY, charge, clock.today())
    gift = models.Gift.objects.get()
    ledger.charge_payment(BY, gift.payment, regular.mandate)  # another one asks, and dies before it is entered
    for _ in range(3):
        work()
        travel.shift(timedelta(seconds=30))
    assert months(donor, regular.id) == [("2026-01", ChargeState.GIVEN)]
    assert models.Gift.objects.count() == 1
    assert queries.totals(regular.box).people == 10_000
    assert found() == []


def test_a_late_answer_is_not_asked_for_again(travel: Any, town: making.Town, donor: Actor) -> None:
    regular = making.running(donor, making.opened(town), Scenario.LATE)
    for _ in range(4):
        work()
        travel.shift(timedelta(seconds=30))
    assert months(donor, regular.id) == [("2026-01", ChargeState.GIVEN)]
    assert models.Gift.objects.count() == 1


def test_what_does_not_fit_and_who_may_not(travel: Any, town: making.Town, donor: Actor, settings: Any) -> None:
    box = making.opened(town)
    for wrong in (NewRegular(999, 1, Reach.BOX), NewRegular(10_000, 0, Reach.BOX), NewRegular(10_000, 32, Reach.BOX)):
        with pytest.raises(BadValue):
            actions.promise(donor, box, wrong, key=making.key())
    with pytest.raises(NotAllowed):
        making.promised(people.person(verified=False), box)
    regular = making.running(donor, box)
    with pytest.raises(RegularKnown):
        making.promised(donor, box)
    for stranger in (people.person(), people.steward()):
        with pytest.raises(NotAllowed):
            queries.my_regular(stranger, regular.id)
        with pytest.raises(NotAllowed):
            actions.stop_regular(stranger, regular.id, key=making.key())
    with pytest.raises(NotAllowed):
        actions.charge_regular(donor)
    settings.DURE = replace(settings.DURE, sandbox_payments=False)
    with pytest.raises(NoRegularHere):
        making.promised(people.person(), box)


@pytest.mark.django_db
def test_a_box_that_is_not_open_takes_no_promise(town: making.Town, donor: Actor) -> None:
    box, _gifts = making.closed(town, (100_000,))
    with pytest.raises(BoxNotOpen):
        making.promised(donor, box)


def begin_at_once(town: making.Town, *, locked: bool) -> tuple[str, ...]:
    donor = people.person()
    making.running(donor, making.opened(town))
    [charge] = models.RegularCharge.objects.values_list("id", flat=True)

    def run(meet: Meet) -> str:
        with transaction.atomic(), tx.hosted():
            began = begin_charge(BY, charge, clock.today())
            meet()
        return "began" if began else "left alone"

    return race(run, run, locked=locked).names


@pytest.mark.django_db(transaction=True)
def test_two_workers_begin_a_month_once(real_town: making.Town) -> None:
    assert begin_at_once(real_town, locked=True) == ("began", "left alone")
    assert models.Gift.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_only_the_key_of_the_try_keeps_a_second_payment_out(real_town: making.Town) -> None:
    assert begin_at_once(real_town, locked=False) == (KeyReused.__name__, "began")


def test_verify_finds_a_month_that_is_not_what_its_gift_is(travel: Any, town: making.Town, donor: Actor) -> None:
    making.running(donor, making.opened(town))
    work()
    months_of = models.RegularCharge.objects
    for wrong in ({"amount": 9_999}, {"state": ChargeState.SKIPPED}):
        with transaction.atomic():
            months_of.update(**wrong)
            assert {one.split(":")[0] for one in found()} == {"giving.regular"}, wrong
            transaction.set_rollback(True)
    assert found() == []
