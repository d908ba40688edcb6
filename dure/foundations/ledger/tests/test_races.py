"""Races on real transactions, each with a twin that shows it with the guards taken away."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection

from dure.base import ids
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.types import (
    PAYOUT,
    Limit,
    NewPosting,
    NewResolution,
    NewReversal,
    Posting,
    PostingId,
    TransferId,
)
from dure.kit import tx
from dure.kit.testing import Meet, race

from .conftest import BY, NOW, open_account, single

pytestmark = pytest.mark.django_db(transaction=True)


def commit(act: Callable[[], object], done: str) -> Callable[[Meet], str]:
    """A runner: act, meet the other before the commit, commit."""

    def run(meet: Meet) -> str:
        with tx.durable():
            act()
            meet()
        return done

    return run


@pytest.fixture
def without(transactional_db) -> Callable[..., AbstractContextManager[None]]:
    """Take guards of the database away: names of constraints and unique indexes. Empties the book before they return."""

    @contextmanager
    def taken(*names: str) -> Iterator[None]:
        back = []
        with connection.cursor() as cursor:
            for name in names:
                cursor.execute(
                    "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s",
                    [name],
                )
                if found := cursor.fetchone():
                    back.append(f"ALTER TABLE {found[0]} ADD CONSTRAINT {name} {found[1]}")
                    cursor.execute(f"ALTER TABLE {found[0]} DROP CONSTRAINT {name}")
                else:
                    cursor.execute("SELECT pg_get_indexdef(%s::regclass)", [name])
                    back.append(cursor.fetchone()[0])
                    cursor.execute(f"DROP INDEX {name}")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = replica")  # past the guards: this book never was
                cursor.execute(
                    "TRUNCATE ledger_transfer, ledger_balance, ledger_account, ledger_open_pending, ledger_chain"
                )
                cursor.execute("RESET session_replication_role")
                for statement in back:
                    cursor.execute(statement)

    return taken


def post(new: NewPosting) -> Posting:
    with tx.durable():
        return actions.post(BY, new)


def held(account) -> int:
    return queries.balance(account).held


def paying(box, partner) -> Callable[[Meet], str]:
    return commit(lambda: actions.post(BY, single(box, partner, 80, kind=PAYOUT)), "paid")


def test_two_payouts_of_one_sum(bank, box, partner) -> None:
    post(single(bank, box, 100))
    assert race(paying(box, partner), paying(box, partner)).names == ("InsufficientFunds", "paid")
    assert (held(box), held(partner)) == (20, 80)


def test_the_payouts_race_is_real_without_lock_and_limit(bank, box, partner, without) -> None:
    with without("ledger_balance_debits_limit"):
        post(single(bank, box, 100))
        assert race(paying(box, partner), paying(box, partner), locked=False).names == ("paid", "paid")
        assert held(box) == -60
        assert {finding.check for finding in queries.verify()} == {"ledger.limits", "ledger.lineage"}


def test_the_database_holds_the_limit_even_when_the_application_forgets_its_lock(bank, box, partner) -> None:
    post(single(bank, box, 100))
    with pytest.raises(IntegrityError, match="ledger_balance_debits_limit"):
        race(paying(box, partner), paying(box, partner), locked=False)
    assert held(box) == 20


def ending(pending, act, done: str) -> Callable[[Meet], str]:
    return commit(lambda: act(BY, NewResolution(id=TransferId(ids.new()), pending=pending, at=NOW)), done)


def reserve(bank, box) -> TransferId:
    with tx.durable():
        return actions.pend(BY, single(bank, box, 100)).transfers[0].id


def test_two_ends_of_one_reservation(bank, box) -> None:
    pending = reserve(bank, box)
    post_it, void_it = ending(pending, actions.post_pending, "posted"), ending(pending, actions.void_pending, "voided")
    assert race(post_it, void_it).names in {("PendingAlreadyPosted", "posted"), ("PendingAlreadyVoided", "voided")}
    again = reserve(bank, box)
    twice = (ending(again, actions.post_pending, "posted"), ending(again, actions.post_pending, "posted"))
    assert race(*twice).names == ("PendingAlreadyPosted", "posted")
    assert queries.verify() == ()


def test_the_resolution_race_is_real_without_lock_and_guards(bank, box, without) -> None:
    with without("ledger_transfer_resolved_once", "ledger_balance_not_negative"):
        pending = reserve(bank, box)
        twice = (ending(pending, actions.post_pending, "posted"), ending(pending, actions.post_pending, "posted"))
        assert race(*twice, locked=False).names == ("posted", "posted")
        assert held(box) == 200
        assert "ledger.once" in {finding.check for finding in queries.verify()}


def reversing(posting) -> Callable[[Meet], str]:
    new = NewReversal(id=PostingId(ids.new()), posting=posting, at=NOW, reason="asked for")
    return commit(lambda: actions.reverse(BY, new), "reversed")


def test_a_posting_is_reversed_once(bank, box) -> None:
    gift = post(single(bank, box, 100))
    post(single(bank, box, 100))
    assert race(reversing(gift.id), reversing(gift.id)).names == ("AlreadyReversed", "reversed")
    assert held(box) == 100


def test_the_reversal_race_is_real_without_lock_and_guard(bank, box, without) -> None:
    with without("ledger_transfer_reversed_once"):
        gift = post(single(bank, box, 100))
        post(single(bank, box, 100))
        assert race(reversing(gift.id), reversing(gift.id), locked=False).names == ("reversed", "reversed")
        assert held(box) == 0


def test_the_last_money_is_given_back_or_paid_out_but_not_both(bank, box, partner) -> None:
    gift = post(single(bank, box, 80))
    names = race(reversing(gift.id), paying(box, partner)).names
    assert names in {("LotDrawn", "paid"), ("InsufficientFunds", "reversed")}
    assert queries.verify() == ()


def test_the_same_posting_sent_twice_at_once_happens_once(bank, box) -> None:
    new = single(bank, box, 100)
    send = commit(lambda: actions.post(BY, new), "posted")
    assert race(send, send).names == ("posted", "posted")
    assert held(box) == 100


def test_one_id_for_two_things_at_once_is_refused_by_name(bank, box, partner) -> None:
    new = single(bank, box, 100)
    other = replace(new, transfers=(replace(new.transfers[0], debit=partner, credit=bank),))
    post(single(bank, partner, 100))
    first, second = commit(lambda: actions.post(BY, new), "posted"), commit(lambda: actions.post(BY, other), "posted")
    assert race(first, second).names == ("PostingExistsWithDifferent", "posted")


def test_opposite_transfers_never_wait_in_a_circle(bank, box, partner) -> None:
    post(single(bank, box, 1_000))
    post(single(bank, partner, 1_000))
    there = commit(lambda: actions.post(BY, single(box, partner, 1)), "posted")
    back = commit(lambda: actions.post(BY, single(partner, box, 1)), "posted")
    for _ in range(3):
        assert race(there, back).names == ("posted", "posted")


def test_an_account_closes_or_receives(bank, box) -> None:
    give, close = (
        commit(lambda: actions.post(BY, single(bank, box, 1)), "given"),
        commit(lambda: actions.close_account(BY, box, NOW), "closed"),
    )
    assert race(give, close).names in {("AccountNotEmpty", "given"), ("AccountClosed", "closed")}


def test_two_sealers_make_one_chain(bank, box) -> None:
    for _ in range(5):
        post(single(bank, box, 1))
    sealed: list[int] = []
    run = commit(lambda: sealed.append(actions.seal(BY)), "sealed")
    race(run, run)
    assert sorted(sealed) == [0, 5]
    assert queries.verify_chain().breaks == ()


def test_what_commits_late_is_sealed_later(bank, box, partner) -> None:
    """A transfer with a lower number than sealed ones appears when its slow transaction ends. It is not lost."""
    till = open_account("provider:other", Limit.NONE)

    def slow(meet: Meet) -> str:
        with tx.durable():
            actions.post(BY, single(bank, box, 1))
            meet()
            meet()  # the sealer never comes: it runs meanwhile
        return "posted"

    def sealer(meet: Meet) -> str:
        meet()
        post(single(till, partner, 1))
        for _ in range(4):
            with tx.durable():
                actions.seal(BY)
        return str(queries.verify_chain().sealed)

    assert race(slow, sealer).names == ("1", "posted")
    for _ in range(3):
        with tx.durable():
            actions.seal(BY)
    report = queries.verify_chain()
    assert (report.sealed, report.unsealed, report.breaks) == (2, 0, ())
