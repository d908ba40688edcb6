"""Lineage conserves every won: against an oracle that moves coins one by one."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.base import ids
from dure.base.money import Money
from dure.base.refusals import Refusal
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.types import (
    PAYOUT,
    AccountId,
    Limit,
    LotDrawn,
    NewPosting,
    NewReversal,
    PostingId,
    Share,
    Trace,
    Transfer,
    TransferId,
)

from .conftest import BY, NOW, move, open_account, single, won

ANNA, BORA, CHOI = (ids.derived(UUID(int=0), name) for name in ("anna", "bora", "choi"))


def give(bank: AccountId, box: AccountId, amount: int, funder: UUID | None) -> Transfer:
    return actions.post(BY, single(bank, box, amount, funder=funder)).transfers[0]


def take(box: AccountId, to: AccountId, amount: int) -> Transfer:
    return actions.post(BY, single(box, to, amount, kind=PAYOUT)).transfers[0]


def back(transfer: Transfer, reason: str = "asked for") -> None:
    actions.reverse(BY, NewReversal(id=PostingId(ids.new()), posting=transfer.posting, at=NOW, reason=reason))


@pytest.mark.django_db
def test_a_gift_is_followed_over_several_hops(bank, box, partner) -> None:
    shop = open_account("payee:shop", Limit.NONE)
    anna, bora = give(bank, box, 600, ANNA), give(bank, box, 400, BORA)
    payout = take(box, partner, 700)
    heating, food = take(partner, shop, 500), take(partner, shop, 150)
    assert queries.trace(anna.id) == (
        Trace(steps=(anna.id, payout.id, heating.id), account=shop, amount=won(500)),
        Trace(steps=(anna.id, payout.id, food.id), account=shop, amount=won(100)),
    )
    assert set(queries.trace(bora.id)) == {
        Trace(steps=(bora.id,), account=box, amount=won(300)),
        Trace(steps=(bora.id, payout.id, food.id), account=shop, amount=won(50)),
        Trace(steps=(bora.id, payout.id), account=partner, amount=won(50)),
    }
    assert queries.sources(payout.id) == (Share(ANNA, won(600)), Share(BORA, won(100)))
    assert queries.sources(food.id) == (Share(ANNA, won(100)), Share(BORA, won(50)))
    shares = {each.funder: (each.amount.minor, each.available.minor, each.spent.minor) for each in queries.funders(box)}
    assert shares == {ANNA: (600, 0, 600), BORA: (400, 300, 100)}
    shares = {
        each.funder: (each.amount.minor, each.available.minor, each.spent.minor) for each in queries.funders(partner)
    }
    assert shares == {ANNA: (600, 0, 600), BORA: (100, 50, 50)}


@pytest.mark.django_db
def test_a_reversed_gift_was_never_there(bank, box, partner) -> None:
    anna, bora, choi = (give(bank, box, 100, who) for who in (ANNA, BORA, CHOI))
    take(box, partner, 50)
    back(bora)
    assert queries.trace(bora.id) == ()
    payout = take(box, partner, 100)
    assert queries.sources(payout.id) == (Share(ANNA, won(50)), Share(CHOI, won(50)))
    assert [share.funder for share in queries.funders(box)] == [ANNA, CHOI]
    assert sum(part.amount.minor for part in queries.trace(choi.id)) == 100
    with pytest.raises(LotDrawn) as refusal:
        back(anna)
    assert refusal.value == LotDrawn(transfer=anna.id, drawn=100)
    with pytest.raises(LotDrawn) as refusal:
        back(choi)
    assert refusal.value == LotDrawn(transfer=choi.id, drawn=50)


@pytest.mark.django_db
def test_a_gift_and_its_fee_go_back_together(bank, box) -> None:
    fees = open_account("fees:test", Limit.NONE)
    linked = NewPosting(
        id=PostingId(ids.new()),
        transfers=(move(bank, box, 1_000, funder=ANNA), move(box, fees, 30)),
        at=NOW,
    )
    posted = actions.post(BY, linked)
    back(posted.transfers[0])
    assert queries.balance(box).held == 0
    assert queries.funders(box) == ()


@pytest.mark.django_db
def test_unnamed_money_from_outside_is_said_to_be_unnamed(bank, box, partner) -> None:
    give(bank, box, 10, None)
    payout = take(box, partner, 4)
    assert queries.sources(payout.id) == (Share(None, won(4)),)


# Coins: an account is a list of coins, each coin knows its funder and its way.


@dataclass
class Coins:
    """The oracle: one object a won."""

    lines: dict[AccountId, list[tuple[UUID | None, tuple[TransferId, ...]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    passed: dict[TransferId, list[UUID | None]] = field(default_factory=dict)

    def replay(self, log: list[tuple[Transfer, bool]], outside: set[AccountId]) -> None:
        for t, stands in log:
            if not stands:
                continue
            if t.debit in outside:
                coins: list[tuple[UUID | None, tuple[TransferId, ...]]] = [(t.funder, (t.id,))] * t.amount.minor
            else:
                line = self.lines[t.debit]
                taken, self.lines[t.debit] = line[: t.amount.minor], line[t.amount.minor :]
                coins = [(t.funder or funder, (*way, t.id)) for funder, way in taken]
            self.passed[t.id] = [funder for funder, _ in coins]
            self.lines[t.credit] += coins

    def where(self, gift: TransferId) -> dict[tuple[tuple[TransferId, ...], AccountId], int]:
        found: dict[tuple[tuple[TransferId, ...], AccountId], int] = defaultdict(int)
        for account, line in self.lines.items():
            for _, way in line:
                if gift in way:
                    found[way[way.index(gift) :], account] += 1
        return dict(found)


STEP = st.tuples(
    st.sampled_from(["give", "give", "give", "pass", "pass", "back"]),
    st.integers(0, 5),
    st.integers(0, 5),
    st.integers(1, 12),
)


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=st.lists(STEP, min_size=1, max_size=25))
def test_every_won_is_where_the_coins_say(bank, steps) -> None:
    with transaction.atomic():
        _play(bank, steps)
        transaction.set_rollback(True)


def _play(bank: AccountId, steps: list[tuple[str, int, int, int]]) -> None:
    inside = [open_account(f"box:{n}") for n in range(3)]
    outside = {bank, open_account("payee:any", Limit.NONE)}
    (shop,) = outside - {bank}
    made: list[Transfer] = []
    undone: set[TransferId] = set()
    for verb, a, b, amount in steps:
        try:
            with transaction.atomic():
                if verb == "give":
                    made.append(give(bank, inside[a % 3], amount, (ANNA, BORA, CHOI, None)[b % 4]))
                elif verb == "pass":
                    # Money flows downhill, so that reversals cannot make a circle of the past.
                    to = ([*inside, shop])[a % 3 + 1]
                    made.append(take(inside[a % 3], to, amount))
                elif made:
                    target = made[(a * 7 + b) % len(made)]
                    if target.id not in undone:
                        back(target)
                        undone.add(target.id)
        except Refusal:
            continue
    _compare(made, undone, inside, outside)


def _compare(made: list[Transfer], undone: set[TransferId], inside: list[AccountId], outside: set[AccountId]) -> None:
    coins = Coins()
    coins.replay([(t, t.id not in undone) for t in made], outside)
    for t in made:
        traced = queries.trace(t.id)
        assert {(each.steps, each.account): each.amount.minor for each in traced} == coins.where(t.id)
        if t.id not in undone:
            assert sum(each.amount.minor for each in traced) == t.amount.minor
            whose: dict[UUID | None, int] = defaultdict(int)
            for funder in coins.passed[t.id]:
                whose[funder] += 1
            assert {share.funder: share.amount.minor for share in queries.sources(t.id)} == whose
    for account in inside:
        here: dict[UUID | None, int] = defaultdict(int)
        for funder, _ in coins.lines[account]:
            here[funder] += 1
        shares = queries.funders(account)
        assert {share.funder: share.available.minor for share in shares if share.available.minor} == here
        assert sum(share.available.minor for share in shares) == queries.balance(account).held
        assert all(share.amount == Money(share.available.minor + share.spent.minor) for share in shares)
