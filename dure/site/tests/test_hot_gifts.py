"""The hot path on the real database: one statement a group, each gift once, one bad gift never fails its group."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Sequence

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from dure.base import clock, ids
from dure.base.money import Money
from dure.base.refusals import BadValue, KeyReused, NotAllowed, NotFound, Refusal
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.hot import TILL
from dure.foundations.ledger.providers import sign_receipt
from dure.foundations.ledger.types import (
    GIFT,
    REGISTRATION_FROM_WON,
    DonorIdentity,
    NewPosting,
    NewTransfer,
    PaymentState,
    Purpose,
    RefundState,
    TransferId,
)
from dure.foundations.people import actions as people_actions
from dure.foundations.people import queries as people
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, Origin, ReceiptCode, system
from dure.kit import delivery
from dure.kit.testing import Meet, race
from dure.kit.verify import silent
from dure.services.giving import actions, hot, queries
from dure.services.giving.tests import making
from dure.services.giving.tests.making import Town, key
from dure.services.giving.types import (
    BoxId,
    BoxNotOpen,
    GiftId,
    GiftState,
    PaymentDiffers,
    PaymentUsed,
    RegistrationNeeded,
)
from dure.site import rooms
from dure.site.wiring import wiring

UNCOMMITTED_SECONDS, WRITTEN_SECONDS_MAX = 0.4, 10
CONSENT = "receipt_sharing"
WHO = DonorIdentity("홍길동", "가람군 솔내면 솔내리 12", "900101-1234567")


@pytest.fixture
def real_town(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    making.gate_of(monkeypatch, 1)
    return making.town(receipt_code=ReceiptCode.GENERAL)


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


def test_a_gift_in_the_book_is_answered_though_another_request_under_its_key_stands_before_it(real_town: Town) -> None:
    box, one, once = making.opened(real_town), folk.person(), key()
    good, other, third = (paid(one, box, amount) for amount in (5_000, 9_000, 7_000))
    (first,) = together([give(one, box, good, once)])
    answers = together([give(one, box, body, once) for body in (other, third, good)])
    assert isinstance(first, hot.Given)
    assert [type(answer).__name__ for answer in answers[:2]] == ["KeyReused", "KeyReused"]
    assert answers[2] == first
    assert queries.totals(box).people == 5_000


def test_a_key_stands_for_one_gift_whichever_way_it_was_given(real_town: Town) -> None:
    box, giver = making.opened(real_town), folk.person()
    hot_first, page_first = key(), key()
    making.begun(giver, box, 1_000, once=page_first)
    answers = together(
        [give(giver, box, paid(giver, box, 1_000), hot_first), give(giver, box, paid(giver, box, 1_000), page_first)]
    )
    assert isinstance(answers[0], hot.Given)
    assert isinstance(answers[1], KeyReused)
    with pytest.raises(KeyReused):
        making.begun(giver, box, 1_000, once=hot_first)
    assert book.payment_of_key(folk.id_of(giver), hot_first) is None, "nobody is asked to pay for it"


def test_a_closed_account_gives_no_more_though_its_token_still_holds(real_town: Town) -> None:
    box, gone, stays = making.opened(real_town), folk.person(), folk.person()
    once = key()
    before = paid(gone, box, 1_000)
    (first,) = together([give(gone, box, before, once)])
    get_user_model().objects.filter(pk=folk.id_of(gone)).update(is_active=False)  # as closing does, and a lock-out
    answers = together(
        [
            give(gone, box, before, once),
            give(gone, box, paid(gone, box, 1_000)),
            give(stays, box, paid(stays, box, 500)),
        ]
    )
    assert answers[0] == first, "what was answered stays answered"
    assert isinstance(answers[1], NotAllowed)
    assert answers[1].needs == "log_in"
    assert isinstance(answers[2], hot.Given)
    assert queries.totals(box).people == 1_500


def test_the_last_won_fill_the_box_also_here(real_town: Town) -> None:
    box, giver = making.opened(real_town, 100_000), folk.person()
    together([give(giver, box, paid(giver, box, 99_993))])
    answers = together([give(giver, box, paid(giver, box, amount)) for amount in (6, 8)])
    assert answers == [BadValue(field="amount", reason="gift_range")] * 2
    (answer,) = together([give(giver, box, paid(giver, box, 7))])
    assert isinstance(answer, hot.Given)
    assert queries.totals(box).raised == 100_000


def test_of_a_group_only_one_fills_the_box(real_town: Town) -> None:
    """Found by `dure simulate attack`: each of them would fill the box, but not after the others."""
    box = making.opened(real_town)
    goal, givers = queries.card(box).goal, [folk.person() for _ in range(4)]
    before = [give(givers[0], box, paid(givers[0], box, goal - 200))]
    assert all(isinstance(one, hot.Given) for one in together(before))
    gifts = [paid(giver, box, won) for giver, won in zip(givers, (150, 50, 50, 50), strict=True)]
    answers = together(
        [give(givers[0], box, gifts[0]), *(give(*one) for one in zip(givers, [box] * 4, gifts, strict=True))]
    )
    assert [type(one) for one in answers] == [hot.Given, PaymentUsed, hot.Given, BadValue, BadValue]
    assert queries.raised(box) == goal


def test_an_unregistered_collection_ends_below_the_law_s_sum(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also within one group, and beside a box that has no such end."""
    making.gate_of(monkeypatch, 1)
    town, giver = making.town(registered=False), folk.person()
    box, most = making.opened(town), REGISTRATION_FROM_WON - 1
    answers = together(
        [give(giver, box, paid(giver, box, most - 1_000)), give(giver, box, paid(giver, box, 600))]
        + [give(giver, box, paid(giver, box, 600), once) for once in ("a", "b")]
    )
    assert [isinstance(answer, hot.Given) for answer in answers] == [True, True, False, False]
    assert answers[2] == RegistrationNeeded(limit=REGISTRATION_FROM_WON)
    assert queries.totals(box).raised == most - 400
    (exactly,) = together([give(giver, box, paid(giver, box, 400))])
    assert isinstance(exactly, hot.Given)


def test_groups_of_several_servers_do_not_pass_it_together(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another server's gift is written and not committed yet while ours looks how much room is left."""
    making.gate_of(monkeypatch, 1)
    town, giver = making.town(registered=False), folk.person()
    box, most = making.opened(town), REGISTRATION_FROM_WON - 1
    together([give(giver, box, paid(giver, box, most - 1_000))])

    written = threading.Event()

    def other(meet: Meet) -> object:
        with transaction.atomic():
            ledger.post(system("test"), NewPosting.of(_transfer(box, giver, 900), clock.now()))
            written.set()
            time.sleep(UNCOMMITTED_SECONDS)
        return "given"

    def ours(meet: Meet) -> object:
        assert written.wait(WRITTEN_SECONDS_MAX)
        (answer,) = together([give(giver, box, paid(giver, box, 900))])
        return answer.code if isinstance(answer, Refusal) else "given"

    assert race(other, ours).names == ("given", "registration_needed")


def _transfer(box: BoxId, giver: Actor, amount: int) -> NewTransfer:
    return NewTransfer(
        id=TransferId(ids.new()),
        debit=TILL.id,
        credit=queries.box_account(box),
        amount=Money(amount),
        kind=GIFT,
        funder=folk.id_of(giver),
        ref=box,
    )


def test_a_hot_gift_is_receipted_and_goes_back_like_any_other(real_town: Town) -> None:
    box, giver, hasty = making.opened(real_town), folk.person(), folk.person()
    kept, back, soon = together(
        [
            give(giver, box, paid(giver, box, 30_000)),
            give(giver, box, paid(giver, box, 20_000)),
            give(hasty, box, paid(hasty, box, 4_000)),
        ]
    )
    assert isinstance(kept, hot.Given)
    assert isinstance(back, hot.Given)
    assert isinstance(soon, hot.Given)
    actions.refund_gift(hasty, GiftId(soon.gift), "a slip", key=key())  # before the news was heard
    delivery.run_until_idle(wiring)
    with transaction.atomic():
        (consent,) = [each for each in people.consents_of(folk.id_of(giver)) if each.text.purpose == CONSENT]
        people_actions.give_consent(giver, CONSENT, consent.text.version, Origin("test"))
        year = clock.today().year
        receipt = ledger.issue_receipt(giver, folk.id_of(giver), real_town.partner, year, WHO)
    assert receipt.total == 50_000

    actions.refund_gift(giver, GiftId(back.gift), "a slip", key=key())
    delivery.run_until_idle(wiring)
    assert queries.totals(box).people == 30_000
    states = {one.id: one.state for one in queries.my_gifts(folk.id_of(giver))}
    assert states == {back.gift: GiftState.REFUNDED, kept.gift: GiftState.GIVEN}
    (statement,) = book.entitlements(giver, folk.id_of(giver), year)
    assert (statement.donated, statement.receipted) == (30_000, 30_000), "a new receipt replaced the one for both"
    ledger.settle_refunds(system("test"))
    for given, state, refunds in (
        (kept, PaymentState.CAPTURED, []),
        (back, PaymentState.REFUNDED, [RefundState.SETTLED]),
        (soon, PaymentState.REFUNDED, [RefundState.SETTLED]),
    ):
        (payment,) = book.payments_for(Purpose("giving.gift", given.gift))
        assert (payment.state, payment.amount) == (state, given.amount)
        assert [refund.state for refund in book.refunds_of(payment.id)] == refunds
    assert [found for check in rooms.verify_checks() for found in check.run(silent)] == []
