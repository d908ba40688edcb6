"""Gifts: paid once, counted from the ledger, matched within the fund, returned everywhere."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from dure.base import clock, ids
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import PaymentDeclined, PaymentState, Scenario
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import NOBODY, system
from dure.kit import tx
from dure.kit.testing import Meet, race
from dure.services.giving import actions, models, queries, rules
from dure.services.giving.types import (
    AlreadyRefunded,
    BoxNotOpen,
    CauseState,
    GiftState,
    MatchKind,
    PaidOutAlready,
    WallKind,
)

from . import making
from .making import Town, key
from .strategies import lines_of

BY = system("test")


def test_coming_back_twice_gives_once(town: Town) -> None:
    box, donor = making.opened(town), folk.person()
    back = making.chosen(making.begun(donor, box, 5_000))
    first = actions.complete_gift(donor, back)
    assert actions.complete_gift(donor, back) == first
    assert first.state is GiftState.GIVEN
    assert queries.totals(box).people == 5_000


def test_the_same_key_begins_one_gift(town: Town) -> None:
    box, donor, once = making.opened(town), folk.person(), key()
    assert making.begun(donor, box, 5_000, once=once) == making.begun(donor, box, 5_000, once=once)
    assert models.Gift.objects.count() == 1


@pytest.mark.parametrize("scenario", [Scenario.CARD_REFUSED, Scenario.LIMIT_EXCEEDED, Scenario.NOT_ENOUGH_FUNDS])
def test_a_declined_payment_gives_nothing(town: Town, scenario: Scenario) -> None:
    box, donor = making.opened(town), folk.person()
    order = making.begun(donor, box, 5_000)
    with pytest.raises(PaymentDeclined):
        actions.complete_gift(donor, making.chosen(order, scenario))
    assert queries.totals(box).raised == 0
    assert queries.my_gifts(donor.person) == ()  # type: ignore[arg-type]  # an actor of these tests is a person


def test_a_payer_who_turns_back_has_given_nothing(town: Town) -> None:
    box, donor = making.opened(town), folk.person()
    order = making.begun(donor, box, 5_000)
    assert actions.complete_gift(donor, making.chosen(order, Scenario.CANCEL)).state is GiftState.FAILED
    assert queries.totals(box).raised == 0


def test_a_late_answer_becomes_a_gift_without_paying_again(town: Town) -> None:
    box, donor = making.opened(town), folk.person()
    back = making.chosen(making.begun(donor, box, 5_000), Scenario.LATE)
    assert actions.complete_gift(donor, back).state is GiftState.PENDING
    assert queries.totals(box).raised == 0
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        ledger.converge_payments(system("test"))
        gift = actions.complete_gift(donor, back)
    assert gift.state is GiftState.GIVEN
    assert queries.totals(box).people == 5_000


def test_a_payment_that_comes_after_the_end_goes_back(town: Town) -> None:
    box, donor = making.opened(town), folk.person()
    back = making.chosen(making.begun(donor, box, 5_000))
    with transaction.atomic():
        models.Box.objects.filter(cause_id=box).update(state=CauseState.CLOSED)
        models.Cause.objects.filter(id=box).update(state=CauseState.CLOSED)
    gift = actions.complete_gift(donor, back)
    assert gift.state is GiftState.FAILED
    payment = book.payment(models.Gift.objects.get(id=gift.id).payment)
    assert payment.state is PaymentState.REFUNDED
    assert queries.totals(box).raised == 0


def test_a_gift_out_of_range_is_refused(town: Town) -> None:
    box = making.opened(town)
    for amount in (0, rules.GIFT_MIN - 1, rules.GIFT_MAX + 1, -5):
        with pytest.raises(BadValue):
            making.begun(folk.person(), box, amount)
    with pytest.raises(NotAllowed):
        making.begun(NOBODY, box, 1_000)
    with pytest.raises(BadValue):
        making.begun(folk.person(), box, 1_000, words=("nul \x00 byte", True))


def test_the_last_gift_fills_exactly_all_and_more_is_said_truthfully(town: Town) -> None:
    box = making.opened(town, 100_000)
    making.given(folk.person(), box, 33_333)
    card = queries.card(box)
    missing = rules.missing_to_goal(card.goal, card.totals.raised)
    making.given(folk.person(), box, missing)
    assert queries.card(box).totals.percent_of(100_000) == 100
    making.given(folk.person(), box, 50_000)
    assert queries.card(box).totals.percent_of(100_000) == 150


def test_the_last_won_can_be_given_however_few_they_are(town: Town) -> None:
    box = making.opened(town, 100_000)
    making.given(folk.person(), box, 99_993)
    for amount in (6, 8, 99):
        with pytest.raises(BadValue):
            making.begun(folk.person(), box, amount)
    making.given(folk.person(), box, 7)
    assert queries.totals(box).raised == 100_000
    with pytest.raises(BadValue):
        making.begun(folk.person(), box, 0)


def test_hidden_names_stay_hidden_on_wall_and_in_the_ranking(town: Town) -> None:
    box = making.opened(town)
    shy, proud = folk.person("수줍은예시"), folk.person("당당예시")
    making.given(shy, box, 9_000, words=("warm winter", False))
    making.given(proud, box, 5_000)
    names = [entry.name for entry in queries.wall(box)]
    assert sorted(names) == ["", "당당예시"]
    assert [(entry.place, entry.name, entry.amount) for entry in queries.ranking(box)] == [
        (1, "", 9_000),
        (2, "당당예시", 5_000),
    ]


def test_a_refund_is_undone_everywhere(town: Town) -> None:
    box, donor, other = making.opened(town), folk.person(), folk.person()
    gift = making.given(donor, box, 9_000)
    making.given(other, box, 4_000)
    actions.refund_gift(donor, gift.id, "", key=key())
    totals = queries.totals(box)
    assert (totals.people, totals.givers) == (4_000, 1)
    assert [entry.amount for entry in queries.ranking(box)] == [4_000]
    assert [entry.amount for entry in queries.wall(box)] == [4_000]
    assert [one.state for one in queries.my_gifts(donor.person)] == [GiftState.REFUNDED]  # type: ignore[arg-type]  # an actor of these tests is a person
    assert queries.receiptables(donor.person, town.partner, gift.at.year) == ()  # type: ignore[arg-type]  # an actor of these tests is a person
    with pytest.raises(AlreadyRefunded):
        actions.refund_gift(donor, gift.id, "", key=key())


def test_more_gifts_than_a_page_are_all_found(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries.giving, "OWN_MAX", 2)
    box, donor = making.opened(town), folk.person()
    who = folk.id_of(donor)
    gifts = [making.given(donor, box, won).id for won in (1_000, 2_000, 3_000, 4_000, 5_000)]
    assert [queries.my_gift(who, gift).id for gift in gifts] == gifts
    with pytest.raises(NotFound):
        queries.my_gift(folk.id_of(folk.person()), gifts[0])
    seen = [one.id for one in queries.my_gifts(who)]
    while page := queries.my_gifts(who, before=seen[-1]):
        seen += [one.id for one in page]
    assert seen == gifts[::-1]
    with pytest.raises(NotFound):
        queries.my_gifts(who, before=town.partner)
    sums = queries.my_sums(who)
    assert (sums.won, sums.boxes, sums.years) == (15_000, 1, (clock.today().year,))


def test_nobody_else_takes_a_gift_back_and_nobody_after_the_payout(town: Town) -> None:
    box, (gift,) = making.paid_out(town, (100_000,))
    with pytest.raises(NotAllowed):
        actions.refund_gift(folk.person(), gift, "", key=key())
    with pytest.raises(PaidOutAlready):
        actions.refund_gift(town.stewards[0], gift, "too late", key=key())
    assert queries.totals(box).people == 100_000


def funded(town: Town, amount: int) -> object:
    fund = actions.open_fund(town.stewards[0], "Sample fund", None, key=key())
    actions.top_up(town.stewards[0], fund, amount, key(), key=key())
    return fund


def test_a_cheer_is_matched_once_a_day_and_shown_apart(town: Town) -> None:
    box, neighbour = making.opened(town), folk.person()
    funded(town, 1_000)
    assert actions.cheer(neighbour, box, MatchKind.COMMENT, "Well done", key=key()) == rules.MATCH_WON
    assert actions.cheer(neighbour, box, MatchKind.SHARE, "", key=key()) == 0
    totals = queries.totals(box)
    assert (totals.people, totals.matched) == (0, rules.MATCH_WON)
    with time_machine.travel(queries.card(box).opens_at + timedelta(days=1), tick=False):  # type: ignore[operator]  # an open box has its day
        assert actions.cheer(neighbour, box, MatchKind.SHARE, "", key=key()) == rules.MATCH_WON


def test_a_match_never_exceeds_the_fund(town: Town) -> None:
    box = making.opened(town)
    funded(town, 250)
    won = [actions.cheer(folk.person(), box, MatchKind.SHARE, "", key=key()) for _ in range(4)]
    assert won == [100, 100, 0, 0]
    assert queries.funds()[0].available == 50


def test_an_empty_fund_is_passed_by_without_a_lock(town: Town) -> None:
    box = making.opened(town)
    funded(town, 50)
    funded(town, 300)
    with CaptureQueriesContext(connection) as seen:
        assert actions.cheer(folk.person(), box, MatchKind.SHARE, "", key=key()) == rules.MATCH_WON
    locks = [one["sql"] for one in seen if "giving_match_fund" in one["sql"] and "FOR UPDATE" in one["sql"]]
    assert locks == []
    assert sorted(fund.available for fund in queries.funds()) == [50, 200]


def test_a_cheer_has_one_day_also_at_midnight(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock strikes midnight while a second cheer of the day is written down."""
    box, neighbour = making.opened(town), folk.person()
    funded(town, 1_000)
    midnight = (clock.local(clock.now()) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    with time_machine.travel(midnight - timedelta(milliseconds=1), tick=False) as traveller:
        assert actions.cheer(neighbour, box, MatchKind.SHARE, "", key=key()) == rules.MATCH_WON
        real = clock.today

        def struck() -> object:
            traveller.move_to(midnight)
            return real()

        monkeypatch.setattr(clock, "today", struck)
        assert actions.cheer(neighbour, box, MatchKind.SHARE, "", key=key()) == 0


def test_a_box_whose_time_is_over_is_cheered_no_more(town: Town) -> None:
    box = making.opened(town)
    funded(town, 1_000)
    with time_machine.travel(queries.card(box).closes_at, tick=False), pytest.raises(BoxNotOpen):
        actions.cheer(folk.person(), box, MatchKind.SHARE, "", key=key())
    assert queries.totals(box).matched == 0


def test_an_emergency_counts_ten_times(town: Town) -> None:
    box = making.opened(town, emergency=True)
    funded(town, 5_000)
    assert actions.cheer(folk.person(), box, MatchKind.SHARE, "", key=key()) == rules.MATCH_EMERGENCY_WON


def test_matches_of_a_stopped_box_go_back_to_the_fund(town: Town) -> None:
    box = making.opened(town)
    funded(town, 1_000)
    actions.cheer(folk.person(), box, MatchKind.SHARE, "", key=key())
    actions.stop(town.stewards[0], box, "It cannot be done.", key=key())
    while actions.refund_stopped(BY, box):
        pass
    assert queries.funds()[0].available == 1_000
    assert queries.totals(box).raised == 0


def test_a_hidden_comment_is_gone_and_its_match_stays(town: Town) -> None:
    box = making.opened(town)
    funded(town, 1_000)
    actions.cheer(folk.person(), box, MatchKind.COMMENT, "A sample of bad words", key=key())
    (entry,) = queries.wall(box)
    actions.hide_words(town.stewards[0], box, WallKind.COMMENT, entry.id, key=key())
    assert queries.wall(box) == ()
    assert queries.totals(box).matched == rules.MATCH_WON


# Races (more of them, with their twins without locks, in test_races)


def test_two_payouts_pay_once(real_town: Town) -> None:
    box, _ = making.closed(real_town, (100_000,))
    plan(real_town, box)
    one, other = real_town.stewards
    paid = race(lambda meet: pay(one, box, meet), lambda meet: pay(other, box, meet))
    assert paid.names == ("WrongState", "paid")
    assert queries.totals(box).paid_out == 100_000


def plan(of: Town, box: object) -> None:
    raised = queries.totals(box).raised  # type: ignore[arg-type]  # plain ids stand for the typed ones here
    actions.revise_plan(of.owner, box, lines_of(raised), key=key())  # type: ignore[arg-type]  # an actor of these tests is a person
    for steward in of.stewards:
        making.approve(steward, box)  # type: ignore[arg-type]  # an actor of these tests is a person


def pay(by: object, box: object, meet: Meet) -> str:
    with transaction.atomic(), tx.hosted():  # open until the other has acted, too, or waits for us
        actions.pay_out(by, box, key=key())  # type: ignore[arg-type]  # an actor of these tests is a person
        meet()
    return "paid"


def test_a_refund_and_a_payout_never_both_take_the_same_won(real_town: Town) -> None:
    box, (gift, _) = making.closed(real_town, (60_000, 40_000))
    plan(real_town, box)

    def refund(meet: Meet) -> str:
        with transaction.atomic(), tx.hosted():
            actions.refund_gift(real_town.stewards[1], gift, "asked", key=key())
            meet()
        return "refunded"

    names = race(refund, lambda meet: pay(real_town.stewards[0], box, meet)).names
    assert names in (("PaidOutAlready", "paid"), ("WrongState", "refunded"))
    totals = queries.totals(box)
    assert totals.people == (100_000 if "paid" in names else 40_000)


def test_the_cashier_settles_what_converges(town: Town) -> None:
    """The browser never came back, but the provider took the money: the gift is given all the same."""
    box, donor = making.opened(town), folk.person()
    back = making.chosen(making.begun(donor, box, 7_000), Scenario.LATE)
    assert actions.complete_gift(donor, back).state is GiftState.PENDING
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False):
        ledger.converge_payments(system("test"))
        gift = models.Gift.objects.get(donor_id=donor.person)
        assert actions.settle_payment(BY, gift.payment).state is GiftState.GIVEN
    assert queries.totals(box).people == 7_000


def test_the_wall_loses_no_gift_of_one_commit(town: Town) -> None:
    """A whole group of gifts has one time; page by page each of them is seen once."""
    box = making.opened(town)
    count = queries.WALL_SIZE * 2 + 3
    at, donor = clock.now(), folk.person()
    models.Gift.objects.bulk_create(
        models.Gift(
            id=ids.new(),
            box_id=box,
            donor_id=folk.id_of(donor),
            amount=1_000 + n,
            state=GiftState.GIVEN,
            payment=ids.new(),
            key=key(),
            body_hash=b"",
            at=at,
        )
        for n in range(count)
    )
    seen: list[int] = []
    before = None
    while page := queries.wall(box, before):
        seen += [one.amount for one in page]
        before = page[-1].id
    assert len(seen) == len(set(seen)) == count
    with pytest.raises(NotFound):
        queries.wall(box, ids.new())
