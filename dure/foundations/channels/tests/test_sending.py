"""The outbox on the real database: each message once, by its ladder, by the law, and explained."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dure.base import clock, ids
from dure.base.actors import PersonId, system
from dure.base.refusals import KeyReused, NotAllowed
from dure.foundations.channels import actions, commands, models, queries
from dure.foundations.channels.tasks import sending as senders
from dure.foundations.channels.types import (
    EVERYBODY,
    AdFormWrong,
    AdLooksLikeInfo,
    AttemptState,
    Carriage,
    ChannelPaused,
    ChannelState,
    DispatchState,
    Lane,
    NewSending,
    Outcome,
    Purpose,
    Reason,
    Route,
    SendingState,
    Told,
    Why,
)
from dure.foundations.channels.types.ladders import DealerCard
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import OrgKind
from dure.kit import tx

from . import sending_world as worlds
from .sending_world import AD, NOTICE, Pocket, World

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 5, 15, 13, 0, tzinfo=UTC)  # 22:00 in Seoul
BY = system("test")


@pytest.fixture
def shop() -> World:
    with worlds.at():
        return worlds.world()


def told(pocket: Pocket, number: int, state: AttemptState, event: str = "", reason: Reason = Reason.NONE) -> Told:
    """A report on the n-th attempt that a dealer carried."""
    key = pocket.carried[number].key
    return Told(event=event or ids.new().hex, key=key, state=state, code="4000", reason=reason, at=clock.now())


def report(*said: Told) -> int:
    with tx.durable():
        return actions.take_reports(BY, "pocket", said)


def test_a_notice_lies_in_the_inbox_and_reaches_the_telephone_once(shop: World) -> None:
    with worlds.at():
        person, pocket = worlds.friend(shop), Pocket()
        sending = worlds.queue(shop, person)
        worlds.send(pocket)
        assert pocket.routes_asked == [Route.SMS], "no browser, no AlimTalk template: on to the text message"
        assert str(pocket.carried[0].to).startswith("+82100000")
        row = worlds.row_of(sending, person)
        assert (row.state, row.next_at) == (DispatchState.DELIVERED, None)
        message = models.Message.objects.get(dispatch=row.id)
        assert (message.position, message.words) == (1, NOTICE.parts[0].text)  # type: ignore[union-attr]  # the notice is one text
        worlds.send(pocket)
        assert len(pocket.carried) == 1


def test_the_same_key_is_one_sending(shop: World) -> None:
    with worlds.at():
        person = worlds.friend(shop)
        first = worlds.queue(shop, person, key="order-1")
        assert worlds.queue(shop, person, key="order-1") == first
        with pytest.raises(KeyReused):
            worlds.queue(shop, person, key="order-1", purpose=Purpose.AD)
        worlds.send(pocket := Pocket())
        assert len(pocket.carried) == 1


def test_a_crash_between_asking_and_noting_asks_again_under_the_same_key(shop: World) -> None:
    with worlds.at() as clock_:
        person, pocket = worlds.friend(shop), Pocket()
        sending = worlds.queue(shop, person)
        cards = (DealerCard(pocket.dealer, pocket.routes, pocket.many_max, pocket.a_second),)
        with tx.durable():
            cut = actions.cut_batch(BY, cards, tuple(Lane))
        pocket.carry(cut.loads[0].carriages)  # and then the worker is killed
        assert worlds.send(pocket) == 0, "nobody else may ask yet"
        clock_.move(seconds=31)
        worlds.send(pocket)
        assert [one.again for one in pocket.carried] == [False, True]
        assert pocket.seen.most_common() == [(pocket.carried[0].key, 2)], "the dealer knows it by its key"
        assert worlds.row_of(sending, person).next_at is None
        assert models.Attempt.objects.filter(dispatch__sending=sending, route=Route.SMS).count() == 1


def test_a_dealer_that_does_not_answer_is_asked_again_under_the_same_key(shop: World) -> None:
    with worlds.at() as clock_:
        person, pocket = worlds.friend(shop), Pocket(answer=worlds.loses)
        sending = worlds.queue(shop, person)
        worlds.send(pocket)
        assert worlds.row_of(sending, person).state == DispatchState.UNSURE
        pocket.answer = worlds.accepts
        clock_.move(minutes=15)
        worlds.send(pocket)
        assert len(pocket.seen) == 1
        assert pocket.carried[-1].again
        assert worlds.row_of(sending, person).next_at is None


def test_a_failure_falls_to_the_next_step_and_a_late_success_sends_nothing(shop: World) -> None:
    with worlds.at():
        person = worlds.friend(shop)
        worlds.reach(person, Route.MAIL, "person@sample.invalid")
        pocket = Pocket()
        sending = worlds.queue(shop, person)
        worlds.send(pocket)
        assert report(told(pocket, 0, AttemptState.FAILED, "event-1", Reason.NOT_REACHED)) == 1
        worlds.send(pocket)
        assert pocket.routes_asked == [Route.SMS, Route.MAIL]
        assert report(told(pocket, 0, AttemptState.DELIVERED, "event-2")) == 1
        worlds.send(pocket)
        assert len(pocket.carried) == 2, "nothing is sent again"
        states = set(models.Attempt.objects.filter(dispatch__sending=sending).values_list("route", "state"))
        assert (Route.SMS, AttemptState.DELIVERED) in states, "the late success is noted"


def test_a_report_counts_once_by_its_event_whatever_order_they_come_in(shop: World) -> None:
    with worlds.at():
        person, pocket = worlds.friend(shop), Pocket()
        sending = worlds.queue(shop, person)
        worlds.send(pocket)
        delivered = told(pocket, 0, AttemptState.DELIVERED, "same")
        assert report(delivered, delivered) == 1
        assert report(delivered) == 0
        assert report(told(pocket, 0, AttemptState.FAILED, "overtaken")) == 1, "noted, but delivered is the last word"
        worlds.send(pocket)
        assert len(pocket.carried) == 1
        assert worlds.row_of(sending, person).state == DispatchState.DELIVERED
        assert report(replace(delivered, event="of a stranger", key="unknown")) == 1, "kept without an attempt"


def test_a_report_that_is_faster_than_our_own_note_stands(shop: World) -> None:
    with worlds.at():
        person = worlds.friend(shop)
        pocket = Pocket()

        def answer(one: Carriage) -> Outcome:
            pocket.carried.append(one)
            report(told(pocket, 0, AttemptState.DELIVERED, "faster"))
            return worlds.accepts(one)

        pocket.answer = answer
        sending = worlds.queue(shop, person)
        worlds.send(pocket)
        attempt = models.Attempt.objects.get(dispatch__sending=sending, route=Route.SMS)
        assert attempt.state == AttemptState.DELIVERED
        assert worlds.row_of(sending, person).next_at is None


def test_an_ad_is_held_for_the_night_and_judged_again_in_the_morning(shop: World) -> None:
    with worlds.at(NIGHT) as clock_:
        stays, leaves, agreed = worlds.friend(shop), worlds.friend(shop), worlds.friend(shop, night=True)
        pocket = Pocket()
        sending = worlds.queue(shop, stays, leaves, agreed, purpose=Purpose.AD)
        worlds.send(pocket)
        assert {one.to for one in pocket.carried} == {_number(agreed)}
        held = worlds.row_of(sending, stays)
        assert (held.state, held.why) == (DispatchState.WAITING, Why.NO_NIGHT_CONSENT)
        models.Friend.objects.filter(person=leaves).update(left_at=clock.now(), ads_since=None, night_ads_since=None)
        clock_.move(hours=10)
        worlds.send(pocket)
        assert {one.to for one in pocket.carried} == {_number(agreed), _number(stays)}
        barred = worlds.row_of(sending, leaves)
        assert (barred.state, barred.why) == (DispatchState.BARRED, Why.LEFT)
        said = queries.explained(BY, sending, stays)
        assert [step.why for step in said.steps if step.why] == [Why.NO_NIGHT_CONSENT, Why.NO_WAY, Why.NO_WAY]


def _number(person: PersonId) -> str:
    return queries.ways_to([person])[person].addresses[0][2]


def test_no_ad_without_consent_and_none_to_whom_the_dealer_says_no(shop: World) -> None:
    with worlds.at():
        silent, agreed = worlds.friend(shop, ads=False), worlds.friend(shop)
        worlds.reach(agreed, Route.MAIL, "agreed@sample.invalid")
        pocket = Pocket(answer=worlds.fails(Reason.OPTED_OUT), routes=frozenset({Route.SMS, Route.MAIL}))
        sending = worlds.queue(shop, silent, agreed, purpose=Purpose.AD)
        worlds.send(pocket)
        assert worlds.row_of(sending, silent).why == Why.NO_AD_CONSENT
        assert len(pocket.carried) == 1, "turned away on one route: no fallback"
        again = worlds.queue(shop, agreed, purpose=Purpose.AD)
        worlds.send(pocket)
        assert len(pocket.carried) == 1
        row = worlds.row_of(again, agreed)
        assert (row.state, row.why) == (DispatchState.BARRED, Why.BLOCKED)


def test_the_cap_holds_across_sendings_and_workers(shop: World) -> None:
    with worlds.at() as clock_:
        person, pocket = worlds.friend(shop), Pocket()
        sendings = [worlds.queue(shop, person, purpose=Purpose.AD) for _ in range(3)]
        for _ in range(6):
            worlds.send(pocket)
            clock_.move(seconds=2)
        assert len(pocket.carried) == 2
        waiting = [one for one in sendings if worlds.row_of(one, person).why == Why.CAP]
        assert len(waiting) == 1
        clock_.move(days=1)
        worlds.send(pocket)
        assert len(pocket.carried) == 3


def test_an_expired_warning_is_never_sent_late_and_only_a_public_body_may_send_one(shop: World) -> None:
    with worlds.at(NIGHT) as clock_:
        village = worlds.world(OrgKind.VILLAGE, verified=True)
        person, pocket = worlds.friend(village), Pocket()
        with pytest.raises(NotAllowed):
            worlds.queue(shop, worlds.friend(shop), purpose=Purpose.SAFETY)
        worlds.queue(village, person, purpose=Purpose.SAFETY, lane=Lane.URGENT)
        worlds.send(pocket)
        assert pocket.routes_asked == [Route.SMS], "at 22:00, because a village head warns"
        late = worlds.queue(village, person, purpose=Purpose.SAFETY, expires_at=clock.now() + timedelta(minutes=1))
        clock_.move(minutes=2)
        worlds.send(pocket)
        assert len(pocket.carried) == 1
        assert worlds.row_of(late, person).state == DispatchState.EXPIRED


def test_a_warning_climbs_while_nobody_says_that_it_arrived(shop: World) -> None:
    with worlds.at() as clock_:
        village = worlds.world(OrgKind.VILLAGE, verified=True)
        person, pocket = worlds.friend(village), Pocket()
        sending = worlds.queue(village, person, purpose=Purpose.SAFETY)
        for _ in range(4):
            worlds.send(pocket)
            clock_.move(minutes=11)
        assert pocket.routes_asked == [Route.SMS, Route.VOICE]
        other = worlds.friend(village)
        worlds.queue(village, other, purpose=Purpose.SAFETY)
        worlds.send(pocket)
        report(told(pocket, 2, AttemptState.DELIVERED))
        clock_.move(minutes=11)
        worlds.send(pocket)
        assert len(pocket.carried) == 3, "it arrived: nobody is called"
        assert worlds.row_of(sending, person).next_at is None


def test_who_has_heard_is_not_called(shop: World) -> None:
    with worlds.at() as clock_:
        person, pocket = worlds.friend(shop, aloud=True), Pocket()
        sending = worlds.queue(shop, person, purpose=Purpose.CARE)
        worlds.send(pocket)
        assert pocket.routes_asked == [Route.VOICE]
        with tx.durable():
            actions.note_opened(BY, [worlds.row_of(sending, person).id])
        clock_.move(minutes=31)
        worlds.send(pocket)
        assert len(pocket.carried) == 1
        assert worlds.row_of(sending, person).state == DispatchState.OPENED


def test_the_doctor_sees_what_has_been_due_for_long(shop: World) -> None:
    with worlds.at() as clock_:
        worlds.queue(shop, worlds.friend(shop), lane=Lane.URGENT, purpose=Purpose.CARE)
        assert _level_of_messages() == "ok"
        clock_.move(minutes=2)
        assert _level_of_messages() == "warning"
        worlds.send(Pocket())
        assert _level_of_messages() == "ok"


def _level_of_messages() -> str:
    return next(str(one.level) for one in commands.diagnoses() if one.subject == "messages")


def test_stopping_lets_nobody_else_get_it(shop: World) -> None:
    with worlds.at() as clock_:
        people = [worlds.friend(shop) for _ in range(3)]
        pocket = Pocket()
        sending = worlds.queue(shop, *people, not_before=clock.now() + timedelta(hours=1))
        with pytest.raises(NotAllowed), tx.durable():
            actions.stop_sending(folk.person(), sending)
        with tx.durable():
            actions.stop_sending(shop.owner, sending)
        clock_.move(hours=2)
        worlds.send(pocket)
        assert pocket.carried == []
        senders.close(())
        assert {worlds.row_of(sending, one).state for one in people} == {DispatchState.STOPPED}


def test_a_sending_whose_every_dispatch_has_an_end_is_done_and_tells(shop: World) -> None:
    with worlds.at():
        sending = worlds.queue(shop, worlds.friend(shop))
        worlds.send(Pocket())
        senders.close(())
        assert models.Sending.objects.get(id=sending).state == SendingState.DONE


def test_a_paused_channel_queues_nothing_and_what_waits_goes_on_when_it_speaks_again(shop: World) -> None:
    with worlds.at() as clock_:
        person, pocket = worlds.friend(shop), Pocket()
        sending = worlds.queue(shop, person)
        models.Channel.objects.filter(id=shop.channel).update(state=ChannelState.PAUSED)
        with pytest.raises(ChannelPaused):
            worlds.queue(shop, person)
        worlds.send(pocket)
        assert worlds.row_of(sending, person).why == Why.CHANNEL_PAUSED
        models.Channel.objects.filter(id=shop.channel).update(state=ChannelState.OPEN)
        clock_.move(hours=1, seconds=1)
        worlds.send(pocket)
        assert len(pocket.carried) == 1


def test_an_ad_borrows_no_other_purpose_and_has_its_form(shop: World) -> None:
    with worlds.at():
        person = worlds.friend(shop)
        with pytest.raises(AdLooksLikeInfo):
            worlds.queue(shop, person, content=AD)
        with pytest.raises(AdFormWrong):
            worlds.queue(shop, person, purpose=Purpose.AD, content=NOTICE)


def test_only_who_speaks_for_the_channel_sends(shop: World) -> None:
    with worlds.at():
        new = NewSending(shop.channel, Purpose.INFO, NOTICE, "k", persons=(worlds.friend(shop),))
        for stranger in (folk.person(), folk.steward()):
            with pytest.raises(NotAllowed), tx.durable():
                actions.queue_sending(stranger, new)
        with pytest.raises(NotAllowed), tx.durable():
            actions.queue_sending(shop.owner, replace(new, lane=Lane.URGENT))
        with tx.durable():
            actions.queue_sending(shop.owner, new)


def test_an_audience_is_matched_in_parts_and_goes_on_after_a_crash(shop: World) -> None:
    with worlds.at():
        people = [worlds.friend(shop) for _ in range(7)]
        gone = worlds.friend(shop)
        models.Friend.objects.filter(person=gone).update(left_at=clock.now(), ads_since=None)
        sending = worlds.queue(shop, segment=EVERYBODY)
        with tx.durable():
            assert actions.match_more(BY, 3) == 3
        assert models.Dispatch.objects.filter(sending=sending).count() == 3
        with pytest.raises(ZeroDivisionError):
            _match_and_crash()
        worlds.match_all()
        found = set(models.Dispatch.objects.filter(sending=sending).values_list("person", flat=True))
        assert found == set(people)
        row = models.Sending.objects.get(id=sending)
        assert (row.state, row.count) == (SendingState.OPEN, 7)


def _match_and_crash() -> None:
    with tx.durable():
        actions.match_more(BY, 3)
        raise ZeroDivisionError


def test_what_is_urgent_overtakes_and_channels_share_a_lane(shop: World) -> None:
    with worlds.at():
        other = worlds.world()
        many = [worlds.friend(shop, aloud=one == 0) for one in range(12)]
        few = [worlds.friend(other) for _ in range(3)]
        worlds.queue(shop, *many)
        worlds.queue(other, *few)
        urgent = worlds.queue(shop, many[0], lane=Lane.URGENT, purpose=Purpose.CARE)
        cards = (DealerCard("pocket", frozenset(Route), 1_000, 100_000),)
        with tx.durable():
            first = actions.cut_batch(BY, cards, tuple(Lane), 6)
        assert [one.key for load in first.loads for one in load.carriages] == [
            models.Attempt.objects.get(dispatch__sending=urgent, route=Route.VOICE).key
        ]
        with tx.durable():
            second = actions.cut_batch(BY, cards, tuple(Lane), 6)
        numbers = {one.to for load in second.loads for one in load.carriages}
        assert len(numbers & {_number(one) for one in few}) == 3, "half of the batch is the small channel's"
