"""Budgets: how many statements each action and question takes, as the README says."""

from datetime import timedelta

import pytest

from dure.base import ids
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.types import (
    Limit,
    NewAccount,
    NewPosting,
    NewResolution,
    NewReversal,
    PostingId,
    TransferId,
    account_id,
)

from .conftest import BY, NOW, move, single

pytestmark = pytest.mark.django_db


def test_the_budgets_of_the_actions(bank, box, partner, django_assert_num_queries) -> None:
    """However many transfers."""
    with django_assert_num_queries(2):
        actions.open_account(BY, NewAccount("box:new", Limit.NONE), NOW)
    with django_assert_num_queries(3):
        actions.close_account(BY, account_id("box:new"), NOW)
    with django_assert_num_queries(1):
        actions.lock_accounts(BY, (bank, box, partner))
    many = [single(bank, box, 10) for _ in range(50)]
    with django_assert_num_queries(4):
        actions.post_many(BY, many)
    with django_assert_num_queries(4):
        pending = actions.pend(BY, single(box, partner, 5)).transfers[0]
    actions.pend(BY, single(bank, box, 5), expires_at=NOW + timedelta(hours=1))
    with django_assert_num_queries(5 + 2):
        assert actions.expire_due(BY, NOW + timedelta(hours=1)) == 1
    with django_assert_num_queries(5):
        actions.post_pending(BY, NewResolution(id=TransferId(ids.new()), pending=pending.id, at=NOW))
    linked = NewPosting(id=PostingId(ids.new()), transfers=(move(bank, box, 9), move(box, partner, 1)), at=NOW)
    actions.post(BY, linked)
    with django_assert_num_queries(7):
        actions.reverse(BY, NewReversal(id=PostingId(ids.new()), posting=many[-1].id, at=NOW, reason="asked for"))
    with django_assert_num_queries(7):
        actions.seal(BY)


def test_the_budgets_of_lineage(bank, box, partner, django_assert_num_queries) -> None:
    gifts = [actions.post(BY, single(bank, box, 10, funder=ids.new())).transfers[0] for _ in range(20)]
    payout = actions.post(BY, single(box, partner, 150)).transfers[0]
    with django_assert_num_queries(6):  # transfer, reversal, account, place, and one for each account passed
        queries.trace(gifts[0].id)
    with django_assert_num_queries(5):
        queries.sources(payout.id)
    with django_assert_num_queries(5):
        queries.funders(partner)
