"""Our books beside the provider's: each kind of difference is found by its name, an agreeing day finds none, two clocks do
no harm, and what became of a difference stays written down."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from dure.base import clock, ids
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.ledger import actions, commands, models, queries, tasks
from dure.foundations.ledger.models import Payment as PaymentRow
from dure.foundations.ledger.models import SandboxPayment
from dure.foundations.ledger.providers import SANDBOX, sign_receipt, verify_receipt
from dure.foundations.ledger.rules import reconciling as rules
from dure.foundations.ledger.types import (
    DifferenceClosed,
    DifferenceEntry,
    DifferenceState,
    DifferenceWant,
    Payment,
    PaymentState,
    ProviderSilent,
    Purpose,
    ReconciliationOutcome,
    Scenario,
    SpentReceipt,
)
from dure.foundations.people.tests import making
from dure.foundations.people.types import NOBODY
from dure.kit import tx
from dure.kit.diagnosis import Level

from .paying import BY, a_box, a_payer, begun, paid, returned
from .test_refunds import give_back

START = datetime(2026, 5, 1, 9, 0, tzinfo=clock.SEOUL)
DAY = (datetime(2026, 5, 1, tzinfo=clock.SEOUL), datetime(2026, 5, 2, tzinfo=clock.SEOUL))
WHY = "The counter gave it back in cash."
in_the_database = pytest.mark.django_db


@pytest.fixture(autouse=True)
def travel() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


def run(since: datetime | None = None, until: datetime | None = None) -> dict[str, str]:
    """What a run finds, today if not said otherwise: the name of the difference by the provider's key."""
    today = rules.day(clock.today(), clock.SEOUL)
    found = actions.run_reconciliation(BY, "sandbox", since or today[0], until or today[1]).differences
    return {one.payment_key: str(one.kind) for one in found}


def lose(payment: Payment) -> None:
    """Our side forgets that it was taken."""
    PaymentRow.objects.filter(id=payment.id).update(state="confirming", captured_at=None, account=None, posting=None)


def lose_theirs(payment: Payment) -> None:
    SandboxPayment.objects.filter(payment_key=payment.payment_key).update(state="expired", captured_at=None)


def one_difference() -> tuple[Payment, DifferenceEntry]:
    payment = paid(a_payer(), a_box())
    SANDBOX.cancel(payment.payment_key, "at the counter", 1_000, "")
    run()
    return payment, queries.differences(BY).entries[0]


# Rules


@given(st.integers(0, 10**7), st.timedeltas(timedelta(seconds=1), timedelta(days=9)))
def test_stretches_are_the_period_without_a_gap_or_an_overlap(seconds: int, length: timedelta) -> None:
    since = START + timedelta(seconds=seconds)
    pieces = rules.stretches(since, since + length)
    assert (pieces[0][0], pieces[-1][1]) == (since, since + length)
    assert all(before[1] == after[0] for before, after in pairwise(pieces))
    assert all(timedelta(0) < end - begin <= rules.STRETCH for begin, end in pieces)


def test_every_day_is_compared_several_times() -> None:
    nights = [date(2026, 5, 1) + timedelta(days=n) for n in range(40)]
    compared = [day for night in nights for day in rules.days_of_night(night)]
    assert compared.count(date(2026, 5, 1)) == len(rules.LOOK_BACK_DAYS) >= 3
    assert all(day < night for night in nights for day in rules.days_of_night(night))


def test_what_may_become_of_a_difference() -> None:
    table = {(state, want): rules.STATES.get((state, want)) for state in DifferenceState for want in DifferenceWant}
    assert {pair: after for pair, after in table.items() if after} == rules.STATES
    with pytest.raises(DifferenceClosed) as refused:
        rules.follow(DifferenceState.EXPLAINED, DifferenceWant.ASK)
    assert refused.value.state == "explained"


# Runs


@in_the_database
def test_an_agreeing_day_has_no_differences() -> None:
    by, box = a_payer(), a_box()
    begun(by)
    paid(by, box)
    paid(by)
    give_back(paid(by, box), 4_000)
    give_back(paid(by, box), 10_000)
    actions.settle_refunds(BY)
    give_back(paid(by, box), 1_000)  # the provider has not been told yet: that is no difference
    done = actions.run_reconciliation(BY, "sandbox", *DAY)
    assert (done.outcome, done.found, done.ours, done.theirs) == (ReconciliationOutcome.AGREES, 0, 5, 5)
    assert queries.differences_open() == 0


@in_the_database
def test_each_kind_of_difference_is_found_by_its_name() -> None:
    by, box = a_payer(), a_box()
    same, ours, theirs, amount, refunded, twice = (paid(by, box) for _ in range(6))
    lose_theirs(ours)
    lose(theirs)
    SandboxPayment.objects.filter(payment_key=amount.payment_key).update(amount=9_000)
    SANDBOX.cancel(refunded.payment_key, "at the counter", 1_000, "")
    SandboxPayment.objects.create(
        payment_key="sb_second",
        order=twice.order,
        amount=10_000,
        tax_free=10_000,
        scenario=Scenario.APPROVE,
        state="captured",
        authorised_at=clock.now(),
        captured_at=clock.now(),
    )
    unknown = SandboxPayment.objects.get(payment_key="sb_second")
    unknown.payment_key, unknown.order = "sb_stranger", "dure-stranger"
    unknown.save(force_insert=True)
    assert run() == {
        ours.payment_key: "only_ours",
        theirs.payment_key: "only_theirs",
        "sb_stranger": "only_theirs",
        amount.payment_key: "amount",
        refunded.payment_key: "refunded",
        "sb_second": "taken_twice",
    }
    assert same.payment_key not in run()
    assert queries.differences_open() == 6
    assert {each.found for each in queries.reconciliations(BY)} == {6}


@in_the_database
def test_a_refund_that_only_we_know_is_a_difference() -> None:
    payment = paid(a_payer(), a_box())
    refund = give_back(payment, 2_000)
    models.Refund.objects.filter(id=refund.id).update(state="settled", settled_at=clock.now(), ask_at=None)
    found = actions.run_reconciliation(BY, "sandbox", *DAY).differences
    assert [(one.kind, one.ours, one.theirs) for one in found] == [("refunded", 2_000, 0)]


@in_the_database
@pytest.mark.parametrize("seconds", [-300, -2, 2, 300])
def test_two_clocks_make_no_difference_at_either_end(seconds: int) -> None:
    """Taken at the very edge by our clock, minutes beyond it by the provider's."""
    edges = [DAY[0], DAY[1] - timedelta(seconds=1), DAY[0] + timedelta(hours=1), DAY[1]]
    for edge in edges:
        payment = paid(a_payer(), a_box())
        PaymentRow.objects.filter(id=payment.id).update(captured_at=edge)
        theirs = SandboxPayment.objects.filter(payment_key=payment.payment_key)
        theirs.update(captured_at=edge + timedelta(seconds=seconds))
    for days in (-1, 0, 1):
        assert run(DAY[0] + timedelta(days=days), DAY[1] + timedelta(days=days)) == {}


@in_the_database
def test_a_difference_at_the_edge_belongs_to_one_day() -> None:
    found: list[str] = []
    for edge in (DAY[0] - timedelta(seconds=1), DAY[0], DAY[1] - timedelta(seconds=1), DAY[1]):
        payment = paid(a_payer(), a_box())
        PaymentRow.objects.filter(id=payment.id).update(captured_at=edge)
        lose_theirs(payment)
    for days in (-1, 0, 1):
        found += run(DAY[0] + timedelta(days=days), DAY[1] + timedelta(days=days))
    assert len(found) == len(set(found)) == 4


@in_the_database
def test_a_receipt_the_provider_signed_is_its_word() -> None:
    """The hot path takes signed receipts; the provider's list has them only once they were shown to it."""
    by, box = a_payer(), a_box()
    booked = paid(by, box)
    assert by.person
    token = sign_receipt(ids.new(), box, by.person, 5_000)
    spent = SpentReceipt(verify_receipt(token), Purpose("test.gift", ids.new()), clock.now(), box, booked.posting)
    with tx.durable():
        actions.adopt_receipts(BY, (spent,))
    assert run() == {}
    PaymentRow.objects.filter(payment_key=token).update(amount=6_000)
    assert run() == {token: "only_ours"}


@in_the_database
def test_a_silent_provider_says_nothing_about_the_books(monkeypatch: pytest.MonkeyPatch) -> None:
    _, entry = one_difference()

    def silent(since: datetime, until: datetime) -> None:
        raise ProviderSilent(retry_seconds=1)

    monkeypatch.setattr(SANDBOX, "listed", silent)
    assert actions.run_reconciliation(BY, "sandbox", *DAY).outcome is ReconciliationOutcome.SILENT
    assert queries.difference(BY, entry.id).state is DifferenceState.OPEN
    assert queries.providers_silent() == ("sandbox",)


# What becomes of them


@in_the_database
def test_found_twice_it_is_one_difference_with_two_steps() -> None:
    _, entry = one_difference()
    run()
    assert queries.differences(BY).total == 1
    assert [step.want for step in queries.difference(BY, entry.id).steps] == ["find", "find_again"]


@in_the_database
def test_the_next_run_closes_what_is_gone() -> None:
    payment, entry = one_difference()
    SandboxPayment.objects.get(payment_key=payment.payment_key).cancels.all().delete()
    assert run() == {}
    after = queries.difference(BY, entry.id)
    assert (after.state, after.steps[-1].want) == (DifferenceState.AGREED, DifferenceWant.AGREE)
    SANDBOX.cancel(payment.payment_key, "at the counter again", 1_000, "")
    run()
    assert queries.difference(BY, entry.id).state is DifferenceState.OPEN


@in_the_database
def test_asking_again_brings_in_line_what_we_know() -> None:
    payment = begun(a_payer())
    back = returned(payment)
    SANDBOX.confirm(back.payment_key, back.order, back.amount)
    assert run() == {back.payment_key: "only_theirs"}
    entry = queries.differences(BY).entries[0]
    steward = making.steward()
    assert actions.ask_again(steward, entry.id).state is DifferenceState.AGREED
    assert queries.payment(payment.id).state is PaymentState.CAPTURED
    assert queries.difference(BY, entry.id).steps[-1].by == steward.person
    with pytest.raises(DifferenceClosed):
        actions.ask_again(steward, entry.id)


@in_the_database
def test_asking_again_in_vain_leaves_it_open() -> None:
    _, entry = one_difference()
    after = actions.ask_again(making.steward(), entry.id)
    assert (after.state, after.steps[-1].want) == (DifferenceState.OPEN, DifferenceWant.ASK)


@in_the_database
def test_a_person_notes_and_explains_once() -> None:
    _, entry = one_difference()
    steward = making.steward()
    for _ in range(2):
        actions.note_difference(steward, entry.id, "Asked the provider by telephone.", key="one")
        actions.explain_difference(steward, entry.id, WHY, key="two")
    after = queries.difference(BY, entry.id)
    assert [(step.want, step.note) for step in after.steps[1:]] == [
        ("note", "Asked the provider by telephone."),
        ("explain", WHY),
    ]
    assert after.state is DifferenceState.EXPLAINED
    run()
    assert queries.difference(BY, entry.id).state is DifferenceState.EXPLAINED
    with pytest.raises(DifferenceClosed):
        actions.explain_difference(steward, entry.id, WHY, key="three")
    with pytest.raises(BadValue):
        actions.note_difference(steward, entry.id, "  ", key="four")


@in_the_database
def test_stewards_act_auditors_read_nobody_else_does_either() -> None:
    _, entry = one_difference()
    auditor, neighbour = making.auditor(), making.person()
    assert queries.difference(auditor, entry.id) == queries.difference(BY, entry.id)
    assert queries.differences(auditor, DifferenceState.OPEN, "refunded").total == 1
    assert queries.differences(auditor, DifferenceState.OPEN, "amount").total == 0
    for refused in (
        lambda: actions.ask_again(auditor, entry.id),
        lambda: actions.note_difference(auditor, entry.id, WHY, key="a"),
        lambda: actions.explain_difference(auditor, entry.id, WHY, key="b"),
        lambda: queries.difference(neighbour, entry.id),
        lambda: queries.differences(neighbour),
        lambda: queries.reconciliations(NOBODY),
        lambda: actions.run_reconciliation(neighbour, "sandbox", *DAY),
        lambda: actions.reconcile(NOBODY, "sandbox", *DAY),
    ):
        with pytest.raises(NotAllowed):
            refused()


@in_the_database
@pytest.mark.parametrize("table", ["ledger_reconciliation", "ledger_difference", "ledger_difference_step"])
def test_what_was_found_and_written_stays(table: str) -> None:
    one_difference()
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET at = now()"):
        with (
            pytest.raises(IntegrityError, match="only grows"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@in_the_database
def test_every_night_each_provider_is_compared_and_doctor_tells(travel: Any) -> None:
    payment = paid(a_payer(), a_box())
    SANDBOX.cancel(payment.payment_key, "at the counter", 1_000, "")
    travel.shift(timedelta(days=1))
    tasks.reconcile(0)
    runs = queries.reconciliations(BY)
    assert len(runs) == len(rules.LOOK_BACK_DAYS)
    assert {each.since for each in runs} >= {DAY[0]}
    said = next(each for each in commands.diagnoses() if each.subject == "reconciliation")
    assert (said.level, "1 difference" in said.found) == (Level.WARNING, True)


@in_the_database
@pytest.mark.parametrize("days", [0, -1, 93])
def test_a_period_has_a_length_that_can_be_read(days: int) -> None:
    with pytest.raises(BadValue):
        actions.run_reconciliation(BY, "sandbox", DAY[0], DAY[0] + timedelta(days=days))
