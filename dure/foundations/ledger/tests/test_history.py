"""Any history of the book keeps every promise, and every promise is checked after it."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.base import ids
from dure.base.money import Money
from dure.base.refusals import Refusal
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.types import (
    AccountId,
    Limit,
    NewPosting,
    NewResolution,
    NewReversal,
    Posting,
    PostingId,
    TransferId,
)

from .conftest import BY, NOW, move, open_account, single

VERBS = ("post", "post", "link", "pend", "pend", "finish", "void", "expire", "reverse", "again", "seal", "close")
STEP = st.tuples(st.sampled_from(VERBS), st.integers(0, 4), st.integers(0, 4), st.integers(1, 9))


class Town:
    """Accounts of every limit, and what was done with them."""

    def __init__(self) -> None:
        limits = (
            Limit.NONE,
            Limit.NONE,
            *[Limit.DEBITS_MUST_NOT_EXCEED_CREDITS] * 2,
            Limit.CREDITS_MUST_NOT_EXCEED_DEBITS,
        )
        self.accounts: list[AccountId] = [open_account(f"town:{n}", limit) for n, limit in enumerate(limits)]
        self.sent: list[NewPosting] = []
        self.posted: list[Posting] = []
        self.pending: list[Posting] = []
        self.now = NOW

    def step(self, verb: str, a: int, b: int, n: int) -> None:
        """One act, which may be refused."""
        self.now += timedelta(minutes=1)
        debit, credit = self.accounts[a], self.accounts[b]
        match verb:
            case "post":
                self.sent.append(single(debit, credit, n, funder=ids.new()))
                self.posted.append(actions.post(BY, self.sent[-1]))
            case "link":
                legs = (move(self.accounts[0], debit, n), move(debit, credit, n))
                self.posted.append(actions.post(BY, NewPosting(PostingId(ids.new()), legs, at=self.now)))
            case "pend":
                new = NewPosting.of(move(debit, credit, n), at=self.now)
                self.pending.append(actions.pend(BY, new, self.now + timedelta(minutes=n) if n % 2 else None))
            case "finish" if self.pending:
                end = self._ending(a + b, Money(n) if n % 3 else None)
                self.posted.append(queries.posting(actions.post_pending(BY, end).posting))
            case "void" if self.pending:
                actions.void_pending(BY, self._ending(a + b, None))
            case "expire":
                actions.expire_due(BY, self.now)
            case "reverse" if self.posted:
                target = self.posted[(a * 5 + b) % len(self.posted)].id
                actions.reverse(BY, NewReversal(PostingId(ids.new()), target, self.now, reason="tried"))
            case "again" if self.sent:
                actions.post(BY, self.sent[(a * 5 + b) % len(self.sent)])
            case "seal":
                actions.seal(BY, most=n)
            case "close" if n == 9:
                actions.close_account(BY, debit, self.now)

    def _ending(self, which: int, amount: Money | None) -> NewResolution:
        pending = self.pending[which % len(self.pending)].transfers[0].id
        return NewResolution(TransferId(ids.new()), pending, self.now, amount)


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=st.lists(STEP, max_size=40))
def test_any_history_keeps_every_promise(db, steps) -> None:
    with transaction.atomic():
        town = Town()
        for step in steps:
            try:
                with transaction.atomic():
                    town.step(*step)
            except Refusal:
                continue
        assert queries.verify() == ()
        held = [queries.balance(account).held for account in town.accounts]
        assert sum(held) == 0
        for account in town.accounts[2:4]:
            shares = queries.funders(account)
            assert sum(share.available.minor for share in shares) == queries.balance(account).held
        while actions.seal(BY):
            pass
        report = queries.verify_chain()
        assert (report.unsealed, report.breaks) == (0, ())
        transaction.set_rollback(True)
