"""What a provider pays out: net, fee and VAT are entries of their own, equal the bank's line, and take nothing from any gift."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from dure.base import clock, ids
from dure.base.refusals import BadValue, NotAllowed, Refusal
from dure.foundations.ledger import actions, commands, models, queries, tasks
from dure.foundations.ledger.providers import SANDBOX
from dure.foundations.ledger.rules import settling as rules
from dure.foundations.ledger.types import (
    AccountId,
    BankLine,
    BankLineUsed,
    DifferenceState,
    LineKind,
    LineSettledBefore,
    Payment,
    Settlement,
    SettlementDiffers,
    SettlementId,
    SettlementLine,
    SettlementNotBookable,
    SettlementState,
    SettlementStatement,
    StatementSumWrong,
)
from dure.foundations.people.tests import making
from dure.kit.testing import Meet, race
from dure.kit.verify import silent

from .conftest import NOW
from .paying import BY, a_box, a_payer, paid
from .test_payments import held
from .test_refunds import give_back

ON = date(2026, 5, 4)
in_the_database = pytest.mark.django_db


def line(payment: Payment, fee: int = 300, vat: int = 30, **changes: Any) -> SettlementLine:
    made = SettlementLine(payment.order, payment.payment_key, LineKind.CAPTURE, payment.amount, fee, vat)
    return replace(made, **changes)


def statement(*lines: SettlementLine, reference: str = "S-1") -> SettlementStatement:
    net = sum(each.gross - each.fee - each.vat for each in lines)
    return SettlementStatement("sandbox", reference, ON, lines, net)


def taken(*lines: SettlementLine, reference: str = "S-1") -> SettlementId:
    return actions.take_settlement(BY, statement(*lines, reference=reference))


def booked(settlement: SettlementId, amount: int, key: str = "book") -> SettlementState:
    return actions.book_settlement(BY, settlement, BankLine(amount, f"KB-{settlement}"), key=key)


def found() -> set[str]:
    return {finding.check for check in commands.verify_checks() for finding in check.run(silent)}


amounts = st.integers(1, 10**9)


@given(st.integers(-(10**9), 10**9), st.integers(-(10**7), 10**7), st.integers(-(10**6), 10**6))
def test_entries_always_come_to_the_gross_sum(net: int, fee: int, vat: int) -> None:
    known = Settlement(
        id=SettlementId(ids.new()),
        provider="sandbox",
        reference="S",
        on=ON,
        gross=net + fee + vat,
        fee=fee,
        vat=vat,
        net=net,
        state=SettlementState.TAKEN,
        version=0,
        posting=None,
        bank=None,
        at=None,  # type: ignore[arg-type]  # nobody reads it here
    )
    provider = AccountId(ids.new())
    moved = rules.entries(known, provider, ids.new())
    came = sum(each.amount.minor if each.credit == provider else -each.amount.minor for each in moved)
    assert came == known.gross
    assert len(moved) == sum(bool(part) for part in (net, fee, vat))
    assert all(each.amount.minor > 0 for each in moved)


@given(amounts, st.integers(0, 2_000))
def test_a_fee_never_exceeds_its_rate(amount: int, rate: int) -> None:
    fee, vat = rules.expected_fee(amount, rate)
    assert fee * 10_000 <= amount * rate < (fee + 1) * 10_000
    assert vat * 10 <= fee < (vat + 1) * 10


@in_the_database
def test_net_fee_and_vat_are_entries_of_their_own_and_no_gift_is_touched() -> None:
    by, box = a_payer(), a_box()
    one, two = paid(by, box), paid(by, box, 20_000)
    settlement = taken(line(one), line(two, 600, 60))
    assert held("provider:sandbox") == -30_000
    assert booked(settlement, 29_010) is SettlementState.BOOKED
    assert queries.balance(box).held == 30_000, "the platform bears the fee"
    accounts = ("provider:sandbox", "bank:platform", "platform:fees", "platform:fees_vat")
    assert [held(each) for each in accounts] == [0, -29_010, -900, -90]
    posting = queries.settlement(BY, settlement).posting
    assert posting is not None
    kinds = [str(each.kind) for each in queries.posting(posting).transfers]  # type: ignore[arg-type]  # plain ids stand for the typed ones here
    assert kinds == ["settlement", "payment_processor_fee", "payment_processor_fee_tax"]
    assert found() == set()


@in_the_database
def test_what_was_cancelled_is_taken_off() -> None:
    by, box = a_payer(), a_box()
    one, two = paid(by, box), paid(by, box)
    give_back(two, 4_000)
    actions.settle_refunds(BY)
    refund = queries.refunds_of(two.id)[0]
    cancel = line(two, -120, -12, kind=LineKind.CANCEL, amount=4_000, cancel_id=str(refund.id))
    settlement = taken(line(one), line(two), cancel)
    assert booked(settlement, 16_000 - 480 - 48) is SettlementState.BOOKED
    assert (held("provider:sandbox"), queries.balance(box).held) == (0, 16_000)
    assert found() == set()


@in_the_database
def test_more_cancelled_than_taken_goes_the_other_way() -> None:
    by, box = a_payer(), a_box()
    one = paid(by, box)
    booked(taken(line(one)), 9_670)
    give_back(one, 10_000)
    actions.settle_refunds(BY)
    cancel = line(one, 0, 0, kind=LineKind.CANCEL, cancel_id="c")
    assert booked(taken(cancel, reference="S-2"), -10_000, "two") is SettlementState.BOOKED
    assert (held("provider:sandbox"), held("bank:platform")) == (0, 330)
    assert found() == set()


@in_the_database
def test_the_same_twice_has_one_effect() -> None:
    one = paid(a_payer(), a_box())
    settlement = taken(line(one))
    assert taken(line(one)) == settlement
    assert [booked(settlement, 9_670) for _ in range(2)] == [SettlementState.BOOKED] * 2
    with pytest.raises(SettlementNotBookable):
        booked(settlement, 9_670, "another key")
    assert held("bank:platform") == -9_670


@in_the_database
def test_what_does_not_add_up_or_was_settled_is_refused() -> None:
    one, two = paid(a_payer(), a_box()), paid(a_payer(), a_box())
    with pytest.raises(StatementSumWrong) as refused:
        actions.take_settlement(BY, replace(statement(line(one)), net=9_671))
    assert (refused.value.expected, refused.value.given) == (9_670, 9_671)
    for wrong in (statement(), statement(line(one), line(one)), statement(line(one, fee=10_000))):
        with pytest.raises(BadValue):
            actions.take_settlement(BY, wrong)
    taken(line(one))
    with pytest.raises(LineSettledBefore):
        taken(line(one), line(two), reference="S-2")
    with pytest.raises(SettlementDiffers):
        taken(line(one, fee=200))
    assert models.SettlementLine.objects.count() == 1


@in_the_database
def test_another_sum_at_the_bank_books_nothing_and_is_kept_by_name() -> None:
    one = paid(a_payer(), a_box())
    settlement = taken(line(one))
    assert booked(settlement, 9_600) is SettlementState.DIFFERS
    assert held("provider:sandbox") == -10_000
    entry = queries.differences(BY).entries[0]
    assert (entry.difference.kind, entry.difference.ours, entry.difference.theirs) == ("settled", 9_670, 9_600)
    with pytest.raises(NotAllowed):
        actions.ask_again(BY, entry.id)
    assert booked(settlement, 9_670, "the right line") is SettlementState.BOOKED
    assert queries.difference(BY, entry.id).state is DifferenceState.OPEN, "a person says what it was"


@in_the_database
def test_a_line_of_the_bank_pays_one_settlement() -> None:
    one, two = (taken(line(paid(a_payer(), a_box())), reference=name) for name in ("S-1", "S-2"))
    assert booked(one, 9_670) is SettlementState.BOOKED
    with pytest.raises(BankLineUsed):
        actions.book_settlement(BY, two, BankLine(9_670, f" KB-{one} "), key="the same line")
    assert held("provider:sandbox") == -10_000
    actions.reverse_settlement(BY, one, "it was the other one's", key="back")
    again = actions.book_settlement(BY, two, BankLine(9_670, f"KB-{one}"), key="now")
    assert again is SettlementState.BOOKED
    with pytest.raises(BadValue):
        actions.book_settlement(BY, one, BankLine(9_670, "  "), key="no number")


@in_the_database
def test_another_fee_than_agreed_is_kept_by_name(settings: Any) -> None:
    settings.DURE = replace(settings.DURE, fee_rates=(("sandbox", 300),))
    one, two = paid(a_payer(), a_box()), paid(a_payer(), a_box())
    taken(line(one), line(two, fee=400, vat=40))
    entries = queries.differences(BY).entries
    assert [(each.difference.kind, each.difference.payment_key) for each in entries] == [("fee", two.payment_key)]
    assert (entries[0].difference.ours, entries[0].difference.theirs) == (330, 440)


def named(*lines: SettlementLine) -> dict[str, tuple[str, int, int]]:
    """The differences that a settlement of these lines leaves, by the key of their payment."""
    taken(*lines)
    found = [entry.difference for entry in queries.differences(BY).entries]
    return {one.payment_key: (one.kind.value, one.ours, one.theirs) for one in found}


@in_the_database
def test_a_line_that_our_book_has_otherwise_or_not_at_all_is_kept_by_name() -> None:
    one, two = paid(a_payer(), a_box()), paid(a_payer(), a_box())
    stranger = line(one, order="theirs", payment_key="stranger", amount=4_000)
    assert named(line(one), line(two, amount=9_000), stranger) == {
        two.payment_key: ("settled_amount", 10_000, 9_000),
        "stranger": ("settled_amount", 0, 4_000),
    }
    actions.run_reconciliation(BY, "sandbox", NOW - timedelta(days=3), NOW + timedelta(days=3))
    assert queries.differences_open() == 2, "the provider's list agrees; its settlement still does not"


@in_the_database
def test_what_was_taken_off_and_never_went_back_is_kept_by_name() -> None:
    """A card's owner complained weeks later: the provider took the money off, and no nightly comparison looks so far back."""
    quiet, whole, part, again = (paid(a_payer(), a_box()) for _ in range(4))
    give_back(whole, 10_000)
    give_back(part, 2_000)
    taken(line(again), line(again, -30, -3, kind=LineKind.CANCEL, cancel_id="1", amount=3_000), reference="S-0")
    cancels = [
        line(quiet, -300, -30, kind=LineKind.CANCEL, cancel_id="complaint"),
        line(whole, -300, -30, kind=LineKind.CANCEL, cancel_id="ours"),
        line(part, -30, -3, kind=LineKind.CANCEL, cancel_id="ours", amount=1_000),
        line(again, -30, -3, kind=LineKind.CANCEL, cancel_id="2", amount=3_000),
    ]
    found = [entry.difference for entry in queries.differences(BY).entries]
    assert [(one.payment_key, one.theirs) for one in found] == [(again.payment_key, 3_000)]
    assert named(line(quiet), line(whole), line(part), *cancels).keys() == {quiet.payment_key, again.payment_key}
    kinds = {(entry.difference.kind.value, entry.difference.theirs) for entry in queries.differences(BY).entries}
    assert kinds == {("settled_cancel", 10_000), ("settled_cancel", 3_000), ("settled_cancel", 6_000)}


@in_the_database
def test_a_booking_is_taken_back_whole_and_can_be_booked_anew() -> None:
    one = paid(a_payer(), a_box())
    settlement = taken(line(one))
    booked(settlement, 9_670)
    for _ in range(2):
        actions.reverse_settlement(BY, settlement, "the wrong day's line", key="back")
    accounts = ("provider:sandbox", "bank:platform", "platform:fees", "platform:fees_vat")
    assert [held(each) for each in accounts] == [-10_000, 0, 0, 0]
    assert queries.settlement(BY, settlement).state is SettlementState.REVERSED
    assert found() == set()
    with pytest.raises(SettlementNotBookable):
        actions.reverse_settlement(BY, settlement, "once more", key="again")
    assert booked(settlement, 9_670, "anew") is SettlementState.BOOKED
    assert held("bank:platform") == -9_670
    assert found() == set()


@in_the_database
def test_verify_finds_each_way_a_settlement_can_be_broken() -> None:
    one = paid(a_payer(), a_box())
    settlement = taken(line(one))
    booked(settlement, 9_670)
    row = models.Settlement.objects.filter(id=settlement)
    models.SettlementLine.objects.update(fee=301)
    assert found() == {"ledger.settlements"}
    models.SettlementLine.objects.update(fee=300)
    row.update(fee=290, vat=40)
    assert found() == {"ledger.settlements"}
    row.update(fee=300, vat=30, posting=ids.new())
    assert found() == {"ledger.settlements"}
    row.update(posting=None, state="taken", bank_amount=None)
    assert found() == {"ledger.providers"}, "booked, and the settlement does not know it"


@in_the_database
def test_only_stewards_settle() -> None:
    one = paid(a_payer(), a_box())
    settlement = taken(line(one))
    auditor, steward = making.auditor(), making.steward()
    assert queries.settlements(auditor)[0].id == settlement
    for refused in (
        lambda: actions.take_settlement(auditor, statement(line(one), reference="S-3")),
        lambda: actions.book_settlement(auditor, settlement, BankLine(9_670, "x"), key="a"),
        lambda: actions.reverse_settlement(auditor, settlement, "because", key="b"),
        lambda: queries.settlements(making.person()),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert actions.book_settlement(steward, settlement, BankLine(9_670, "x"), key="c") is SettlementState.BOOKED


@in_the_database
def test_what_was_never_paid_out_is_named_until_it_is() -> None:
    with time_machine.travel(NOW, tick=False) as travel:
        early, back, late = paid(a_payer(), a_box()), paid(a_payer(), a_box()), paid(a_payer(), a_box())
        give_back(back, 10_000)
        models.Payment.objects.filter(id=late.id).update(captured_at=NOW + timedelta(days=5))
        travel.shift(timedelta(days=15))
        tasks.settle(0)
        assert queries.differences(BY).total == 0, "no settlement was ever entered: nothing can be missing"
        taken(line(paid(a_payer(), a_box())))
        for _ in range(2):
            tasks.settle(0)
        entries = queries.differences(BY).entries
        assert [(each.difference.kind, each.difference.payment_key) for each in entries] == [
            ("not_settled", early.payment_key)
        ]
        taken(line(early), reference="S-2")
        tasks.settle(0)
        assert queries.difference(BY, entries[0].id).state is DifferenceState.AGREED


@in_the_database
def test_a_provider_that_can_be_asked_is_asked_every_night(monkeypatch: pytest.MonkeyPatch) -> None:
    payment, asked = paid(a_payer(), a_box()), list[date]()

    def settled(on: date) -> tuple[SettlementStatement, ...]:
        asked.append(on)
        return (statement(line(payment)),)

    monkeypatch.setattr(SANDBOX, "settled", settled, raising=False)
    for _ in range(2):
        tasks.settle(0)
    assert asked == [clock.today() - timedelta(days=1)] * 2
    assert [each.state for each in queries.settlements(BY)] == [SettlementState.TAKEN]


def book_at_once(locked: bool) -> tuple[str, ...]:
    settlement = taken(line(paid(a_payer(), a_box())))

    def run(meet: Meet) -> str:
        try:
            state = booked(settlement, 9_670, ids.new().hex)
            meet()
        except Refusal as refusal:
            return refusal.code
        return str(state)

    return race(run, run, locked=locked).names


@pytest.mark.django_db(transaction=True)
def test_two_stewards_at_once_book_it_once() -> None:
    names = book_at_once(locked=True)
    assert names[0] != names[1], names
    assert held("bank:platform") == -9_670


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_think_that_they_booked_it() -> None:
    """The id of the posting follows from the settlement: even then the money moves once."""
    assert book_at_once(locked=False) == ("booked", "booked")
    assert held("bank:platform") == -9_670
