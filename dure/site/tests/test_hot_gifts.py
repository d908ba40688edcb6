"""The hot path on the real database: one statement a group, each gift once, one bad gift never fails its group."""

import asyncio
from collections.abc import Awaitable, Sequence

import pytest

from dure.base import ids
from dure.base.refusals import KeyReused, NotAllowed, NotFound, Refusal
from dure.foundations.ledger.providers import sign_receipt
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.services.giving import hot, queries
from dure.services.giving.tests import making
from dure.services.giving.tests.making import Town, key
from dure.services.giving.types import BoxId, BoxNotOpen, PaymentDiffers, PaymentUsed


@pytest.fixture
def real_town(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    making.gate_of(monkeypatch, 1)
    return making.town()


def paid(donor: Actor, box: BoxId, amount: int) -> hot.NewGift:
    return hot.NewGift(amount=amount, payment=sign_receipt(ids.new(), box, folk.id_of(donor), amount))


def together(calls: Sequence[Awaitable[hot.Given]]) -> list[hot.Given | BaseException]:
    async def run() -> list[hot.Given | BaseException]:
        try:
            return await asyncio.gather(*calls, return_exceptions=True)
        finally:
            await hot.close()  # or the test database could not be dropped

    return asyncio.run(run())


def give(donor: Actor, box: BoxId, gift: hot.NewGift, once: str = "") -> Awaitable[hot.Given]:
    return hot.give(folk.id_of(donor).bytes, donor.verified, box, gift, once or key())


def test_a_group_gives_each_gift_once_and_refuses_each_bad_one_by_itself(real_town: Town) -> None:
    box, shut = making.opened(real_town), making.closed(real_town, (100_000,))[0]
    one, other, once = folk.person(), folk.person(), key()
    good, used = paid(one, box, 5_000), paid(other, box, 2_000)
    answers = together(
        [
            give(one, box, good, once),
            give(one, box, good, once),
            give(one, box, paid(one, box, 9_000), once),
            give(other, box, used),
            give(other, box, used),
            give(other, shut, paid(other, shut, 700)),
            give(other, BoxId(ids.new()), paid(other, box, 800)),
            give(folk.person(verified=False), box, good),
        ]
    )
    given = [answer for answer in answers if isinstance(answer, hot.Given)]
    assert sorted(answer.amount for answer in given) == [2_000, 5_000, 5_000]
    assert len({answer.gift for answer in given}) == 2
    kinds = sorted(type(answer).__name__ for answer in answers if isinstance(answer, Refusal))
    assert kinds == sorted(kind.__name__ for kind in (BoxNotOpen, KeyReused, NotAllowed, PaymentDiffers, PaymentUsed))
    assert queries.totals(box).people == 7_000
    assert NotFound not in {type(answer) for answer in answers}, "a payment for another box says so first"
