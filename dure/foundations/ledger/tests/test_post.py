"""Posting: all or none, once, within limits, with names for every no."""

from dataclasses import replace

import pytest
from django.db import connection, transaction

from dure.base import ids
from dure.base.money import Money
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.types import (
    FEE,
    PAYOUT,
    AccountClosed,
    AccountExistsWithDifferent,
    AccountId,
    AccountNotEmpty,
    AccountUnknown,
    CurrencyMismatch,
    InsufficientFunds,
    Limit,
    NewAccount,
    NewPosting,
    PostingExistsWithDifferent,
    PostingId,
)
from dure.foundations.people.types import NOBODY

from .conftest import BY, NOW, move, open_account, single

pytestmark = pytest.mark.django_db


def held(account: AccountId) -> int:
    return queries.balance(account).held


def test_a_gift_moves_the_balances(bank, box) -> None:
    posted = actions.post(BY, single(bank, box, 10_000))
    assert (held(bank), held(box)) == (-10_000, 10_000)
    assert queries.posting(posted.id) == posted
    assert queries.statement(box) == posted.transfers


def test_sending_it_again_changes_nothing(bank, box) -> None:
    new = single(bank, box, 10_000)
    first = actions.post(BY, new)
    assert actions.post(BY, replace(new, at=NOW.replace(hour=10))) == first
    assert held(box) == 10_000


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", Money(9_999)),
        ("kind", FEE),
        ("funder", ids.new()),
        ("ref", ids.new()),
        ("credit", "partner"),
        ("debit", "partner"),
    ],
)
def test_the_same_id_with_other_content_names_the_field(bank, box, partner, field, value) -> None:
    new = single(bank, box, 10_000)
    actions.post(BY, new)
    other = replace(new.transfers[0], **{field: partner if value == "partner" else value})
    with pytest.raises(PostingExistsWithDifferent) as refusal:
        actions.post(BY, replace(new, transfers=(other,)))
    assert refusal.value.field == field


def test_linked_transfers_all_happen_or_none(bank, box, partner) -> None:
    legs = (move(bank, box, 10_000), move(box, partner, 10_001, kind=FEE))
    linked = NewPosting(id=PostingId(ids.new()), transfers=legs, at=NOW)
    with pytest.raises(InsufficientFunds) as refusal, transaction.atomic():
        actions.post(BY, linked)
    assert refusal.value == InsufficientFunds(account=box, available=10_000)
    assert held(box) == 0
    fitting = replace(linked, transfers=(legs[0], replace(legs[1], amount=Money(200))))
    posted = actions.post(BY, fitting)
    assert (held(box), held(partner)) == (9_800, 200)
    assert [(t.leg, t.legs) for t in posted.transfers] == [(1, 2), (2, 2)]
    assert actions.post(BY, fitting) == posted == queries.posting(linked.id)


def test_a_leg_cannot_be_used_in_another_posting(bank, box, partner) -> None:
    leg = move(bank, box, 10)
    actions.post(BY, NewPosting.of(leg, at=NOW))
    with pytest.raises(PostingExistsWithDifferent):
        actions.post(BY, NewPosting(id=PostingId(ids.new()), transfers=(leg, move(bank, partner, 1)), at=NOW))


def test_a_later_posting_cannot_save_an_earlier_one(bank, box, partner) -> None:
    with pytest.raises(InsufficientFunds), transaction.atomic():
        actions.post_many(BY, (single(box, partner, 5, kind=PAYOUT), single(bank, box, 5)))
    actions.post_many(BY, (single(bank, box, 5), single(box, partner, 5, kind=PAYOUT)))
    assert (held(box), held(partner)) == (0, 5)


def test_accounts_that_do_not_fit_are_named(bank, box) -> None:
    nowhere = AccountId(ids.new())
    dollars = open_account("box:dollars", currency="USD")
    with pytest.raises(AccountUnknown) as refusal:
        actions.post(BY, single(bank, nowhere, 1))
    assert refusal.value == AccountUnknown(account=nowhere)
    with pytest.raises(CurrencyMismatch) as mismatch:
        actions.post(BY, single(bank, dollars, 1))
    assert mismatch.value == CurrencyMismatch(account=dollars, currency="USD")


def test_an_account_closes_when_empty_and_for_good(bank, box, partner) -> None:
    actions.post(BY, single(bank, box, 7))
    with pytest.raises(AccountNotEmpty) as refusal:
        actions.close_account(BY, box, NOW)
    assert refusal.value == AccountNotEmpty(account=box, held=7, pending=0)
    actions.post(BY, single(box, partner, 7))
    closed = actions.close_account(BY, box, NOW)
    assert closed.closed_at == NOW
    assert actions.close_account(BY, box, NOW.replace(hour=23)) == closed
    with pytest.raises(AccountClosed):
        actions.post(BY, single(bank, box, 7))


def test_an_account_is_opened_once(box) -> None:
    again = actions.open_account(BY, NewAccount(code="box:test", limit=Limit.DEBITS_MUST_NOT_EXCEED_CREDITS), NOW)
    assert again.id == box
    with pytest.raises(AccountExistsWithDifferent) as refusal:
        actions.open_account(BY, NewAccount(code="box:test", limit=Limit.NONE), NOW)
    assert refusal.value.field == "limit"


@pytest.mark.parametrize("amount", [0, -1])
def test_only_positive_amounts_move(bank, box, amount) -> None:
    with pytest.raises(BadValue):
        actions.post(BY, single(bank, box, amount))


def test_nobody_moves_nothing(bank, box) -> None:
    with pytest.raises(NotAllowed):
        actions.post(NOBODY, single(bank, box, 1))


def test_the_budget_of_a_post_is_four_statements(bank, box, django_assert_num_queries) -> None:
    with django_assert_num_queries(4):
        actions.post(BY, single(bank, box, 1))
    with django_assert_num_queries(4):
        actions.post_many(BY, [single(bank, box, 1) for _ in range(50)])


def test_the_hot_path_books_a_whole_group(bank, box, partner) -> None:
    new = [ids.new() for _ in range(3)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_post_group(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [new, [bank] * 3, [box, partner, box], [1, 2, 3], ["KRW"] * 3, ["gift"] * 3, new, [None] * 3, NOW],
        )
        assert cursor.fetchone() == (3,)
    assert (held(bank), held(box), held(partner)) == (-6, 4, 2)
