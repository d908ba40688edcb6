"""Reserve, then post all or part, give up, or let expire: once, and limits count what is reserved."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from dure.base import ids
from dure.base.money import Money
from dure.base.refusals import BadValue
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.types import (
    AccountNotEmpty,
    CurrencyMismatch,
    InsufficientFunds,
    NewResolution,
    NewReversal,
    NotPending,
    NotReversible,
    PendingAlreadyPosted,
    PendingAlreadyVoided,
    PendingAmountExceeded,
    PendingExpired,
    Phase,
    PostingExistsWithDifferent,
    PostingId,
    Transfer,
    TransferId,
    TransferUnknown,
)
from dure.kit import models as kit

from .conftest import BY, NOW, single, won

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def reserve(bank, box, amount: int, expires_at=None) -> Transfer:
    return actions.pend(BY, single(bank, box, amount), expires_at).transfers[0]


def ending(pending: Transfer, amount: int | None = None, at=NOW) -> NewResolution:
    return NewResolution(
        id=TransferId(ids.new()), pending=pending.id, at=at, amount=None if amount is None else won(amount)
    )


def sums(account) -> tuple[int, int, int, int]:
    of = queries.balance(account)
    return of.debits_posted, of.credits_posted, of.debits_pending, of.credits_pending


def test_a_reservation_moves_nothing_until_it_is_posted(bank, box) -> None:
    pending = reserve(bank, box, 100)
    assert (sums(bank), sums(box)) == ((0, 0, 100, 0), (0, 0, 0, 100))
    actions.post_pending(BY, ending(pending))
    assert (sums(bank), sums(box)) == ((100, 0, 0, 0), (0, 100, 0, 0))


def test_part_of_it_is_posted_and_the_rest_returns(bank, box) -> None:
    posted = actions.post_pending(BY, ending(reserve(bank, box, 100), amount=30))
    assert posted.amount == won(30)
    assert sums(box) == (0, 30, 0, 0)


def test_it_is_given_up(bank, box) -> None:
    actions.void_pending(BY, ending(reserve(bank, box, 100)))
    assert sums(box) == (0, 0, 0, 0)


def test_money_that_is_reserved_cannot_be_spent(bank, box, partner) -> None:
    actions.post(BY, single(bank, box, 100))
    reserve(box, partner, 60)
    with pytest.raises(InsufficientFunds) as refusal:
        actions.post(BY, single(box, partner, 41))
    assert refusal.value == InsufficientFunds(account=box, available=40)
    with pytest.raises(InsufficientFunds):
        reserve(box, partner, 41)
    with pytest.raises(InsufficientFunds):  # money that is only on its way in is not there yet
        reserve(partner, bank, 1)
    with pytest.raises(AccountNotEmpty):
        actions.close_account(BY, partner, NOW)


def test_the_same_resolution_again_changes_nothing(bank, box) -> None:
    pending = reserve(bank, box, 100)
    end = ending(pending, amount=40)
    assert actions.post_pending(BY, end) == actions.post_pending(BY, end)
    for other, field in ((replace(end, amount=won(41)), "amount"), (replace(end, amount=None), "amount")):
        with pytest.raises(PostingExistsWithDifferent) as refusal:
            actions.post_pending(BY, other)
        assert refusal.value.field == field
    with pytest.raises(PostingExistsWithDifferent):
        actions.void_pending(BY, end)


@pytest.mark.parametrize(
    ("first", "no"), [(actions.post_pending, PendingAlreadyPosted), (actions.void_pending, PendingAlreadyVoided)]
)
def test_it_ends_once(bank, box, first, no) -> None:
    pending = reserve(bank, box, 100)
    first(BY, ending(pending))
    for again in (actions.post_pending, actions.void_pending):
        with pytest.raises(no):
            again(BY, ending(pending))


def test_what_does_not_fit_is_refused_by_name(bank, box) -> None:
    pending = reserve(bank, box, 100)
    with pytest.raises(PendingAmountExceeded) as refusal:
        actions.post_pending(BY, ending(pending, amount=101))
    assert refusal.value.reserved == 100
    with pytest.raises(BadValue):
        actions.post_pending(BY, ending(pending, amount=0))
    with pytest.raises(CurrencyMismatch):
        actions.post_pending(BY, replace(ending(pending), amount=Money(1, "USD")))
    with pytest.raises(NotPending):
        actions.post_pending(BY, ending(actions.post(BY, single(bank, box, 1)).transfers[0]))
    with pytest.raises(TransferUnknown):
        actions.post_pending(BY, replace(ending(pending), pending=TransferId(ids.new())))
    with pytest.raises(BadValue):
        reserve(bank, box, 1, expires_at=NOW)
    with pytest.raises(NotReversible):
        actions.reverse(
            BY, NewReversal(id=PostingId(ids.new()), posting=pending.posting, at=NOW, reason="a reservation")
        )


def test_it_expires_at_the_very_second(bank, box) -> None:
    early, late = reserve(bank, box, 100, NOW + HOUR), reserve(bank, box, 50, NOW + 2 * HOUR)
    reserve(bank, box, 7)
    with pytest.raises(PendingExpired), transaction.atomic():
        actions.post_pending(BY, ending(early, at=NOW + HOUR))
    assert actions.expire_due(BY, NOW + HOUR - timedelta(microseconds=1)) == 0
    assert actions.expire_due(BY, NOW + HOUR) == 1
    assert actions.expire_due(BY, NOW + HOUR) == 0
    assert sums(box) == (0, 0, 0, 57)
    resolved = queries.resolution(early.id)
    assert resolved is not None
    assert resolved.phase is Phase.EXPIRE
    told = kit.News.objects.get(kind="ledger.ReservationExpired")
    assert told.body["pending"] == str(early.id)
    with pytest.raises(PendingExpired):
        actions.post_pending(BY, ending(early, at=NOW))
    actions.post_pending(BY, ending(late, at=NOW + 2 * HOUR - timedelta(microseconds=1)))


def test_expiring_goes_in_runs(bank, box) -> None:
    for _ in range(5):
        reserve(bank, box, 1, NOW + HOUR)
    assert [actions.expire_due(BY, NOW + HOUR, most=2) for _ in range(4)] == [2, 2, 1, 0]


def test_a_late_retry_of_a_reservation_is_the_same(bank, box) -> None:
    new = single(bank, box, 100)
    first = actions.pend(BY, new, NOW + HOUR)
    assert actions.pend(BY, replace(new, at=NOW + HOUR), NOW + 2 * HOUR) == first
    with pytest.raises(PostingExistsWithDifferent) as refusal:
        actions.pend(BY, new, NOW + 2 * HOUR)
    assert refusal.value.field == "expires_at"
    with pytest.raises(PostingExistsWithDifferent) as refusal:
        actions.post(BY, new)
    assert refusal.value.field == "phase"
