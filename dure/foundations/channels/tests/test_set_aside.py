"""What cannot be read is set aside with its code, and the rest goes on; a slow dealer is not asked about the same ones again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dure.base import clock
from dure.base.actors import Actor, system
from dure.foundations.channels import actions, models, queries
from dure.foundations.channels.queries.inbox import message_of
from dure.foundations.channels.rules import ladders
from dure.foundations.channels.tasks import sending as senders
from dure.foundations.channels.types import (
    EVERYBODY,
    AttemptState,
    Content,
    DispatchState,
    Lane,
    Purpose,
    Route,
    SendingState,
    Text,
)
from dure.foundations.channels.types.ladders import Bucket
from dure.foundations.people.types import OrgKind
from dure.kit import tx

from . import sending_world as worlds
from .sending_world import Pocket, World

pytestmark = pytest.mark.django_db
BY = system("test")


@pytest.fixture
def standing() -> Iterator[worlds.Clock]:
    with worlds.at() as clock_:
        yield clock_


@pytest.fixture
def shop(standing: worlds.Clock) -> World:
    return worlds.world()


def test_content_that_cannot_be_read_holds_up_nobody(shop: World) -> None:
    one, other, pocket = worlds.friend(shop), worlds.friend(shop), Pocket()
    broken, sound = worlds.queue(shop, one), worlds.queue(shop, other)
    body = models.Sending.objects.get(id=broken).body_id
    models.Body.objects.filter(id=body).update(content=b"{")
    worlds.send(pocket)
    assert len(pocket.carried) == 1
    assert worlds.row_of(broken, one).state == DispatchState.FAILED
    assert worlds.row_of(sound, other).next_at is None
    attempt = models.Attempt.objects.get(dispatch__sending=broken)
    assert (attempt.state, attempt.code) == (AttemptState.FAILED, "unreadable")


def test_variables_that_cannot_be_read_hold_up_nobody(shop: World) -> None:
    one, other, pocket = worlds.friend(shop), worlds.friend(shop), Pocket()
    sending = worlds.queue(shop, one, other)
    models.Dispatch.objects.filter(person=one).update(variables={"name": [1]})
    worlds.send(pocket)
    assert len(pocket.carried) == 1
    assert worlds.row_of(sending, one).state == DispatchState.FAILED


def test_an_address_whose_seal_is_broken_is_one_step_that_failed(shop: World) -> None:
    one, other, pocket = worlds.friend(shop), worlds.friend(shop), Pocket()
    worlds.reach(one, Route.MAIL, "one@sample.invalid")
    models.Reach.objects.filter(person=one, route=Route.SMS).update(sealed=b"\x01" + b"0" * 40)
    sending = worlds.queue(shop, one, other)
    worlds.send(pocket)
    assert sorted(pocket.routes_asked) == [Route.MAIL, Route.SMS], "the next way leads to them"
    codes = models.Attempt.objects.filter(dispatch__person=one, state=AttemptState.FAILED).values_list(
        "code", flat=True
    )
    assert set(codes) == {"seal"}
    explained = queries.explained(BY, sending, one)
    assert "seal" in {step.code for step in explained.steps}


@pytest.mark.parametrize("purpose", [Purpose.INFO, Purpose.SAFETY])
def test_what_a_dealer_may_have_is_in_doubt_when_its_address_cannot_be_read_any_more(
    standing: worlds.Clock, purpose: Purpose
) -> None:
    shop = worlds.world(OrgKind.VILLAGE, verified=True)
    one, pocket = worlds.friend(shop), Pocket(answer=worlds.loses)
    worlds.reach(one, Route.MAIL, "one@sample.invalid")
    sending = worlds.queue(shop, one, purpose=purpose)
    worlds.send(pocket)
    assert worlds.row_of(sending, one).state == DispatchState.UNSURE
    models.Reach.objects.filter(person=one, route=Route.SMS).update(sealed=b"\x01" + b"0" * 40)
    for _ in range(40):
        standing.move(minutes=1)
        worlds.send(pocket)
    assert set(pocket.routes_asked) == {Route.SMS}, "no second message by another way, and none by a dealer of texts"
    row = worlds.row_of(sending, one)
    assert (row.state, row.next_at) == (DispatchState.DELIVERED, None), "in the inbox"
    attempt = models.Attempt.objects.get(dispatch=row.id, route=Route.SMS)
    assert (attempt.dealer, attempt.state) == ("pocket", AttemptState.UNSURE)


@pytest.mark.parametrize("purpose", [Purpose.INFO, Purpose.SAFETY])
@pytest.mark.parametrize("then", ["dropped", "another"])
def test_what_a_dealer_may_have_is_in_doubt_when_its_number_was_given_up(
    standing: worlds.Clock, purpose: Purpose, then: str
) -> None:
    """Asked again without a number it would be refused, and go by another way although the first may have arrived; asked again
    for another number it would arrive twice.
    """
    shop = worlds.world(OrgKind.VILLAGE, verified=True)
    one, pocket = worlds.friend(shop), Pocket(answer=worlds.loses)
    worlds.reach(one, Route.MAIL, "one@sample.invalid")
    sending = worlds.queue(shop, one, purpose=purpose)
    worlds.send(pocket)
    assert worlds.row_of(sending, one).state == DispatchState.UNSURE
    (first,) = {each.to for each in pocket.carried}
    with tx.durable():
        actions.drop_number(Actor(person=one))
    if then == "another":
        standing.move(seconds=1)
        worlds.reach(one, Route.SMS, "+821000009999")
        models.Reach.objects.filter(person=one, route=Route.SMS).update(proved_at=clock.now())
    for _ in range(40):
        standing.move(minutes=1)
        worlds.send(pocket)
    assert {each.to for each in pocket.carried if each.route is Route.SMS} == {first}
    assert Route.MAIL not in pocket.routes_asked
    assert models.Attempt.objects.get(dispatch__person=one, route=Route.SMS).state == AttemptState.UNSURE


def test_what_a_dealer_may_have_is_in_doubt_when_its_words_cannot_be_read_any_more(
    shop: World, standing: worlds.Clock
) -> None:
    one, pocket = worlds.friend(shop), Pocket(answer=worlds.loses)
    sending = worlds.queue(shop, one)
    worlds.send(pocket)
    models.Body.objects.filter(id=models.Sending.objects.get(id=sending).body_id).update(content=b"{")
    standing.move(minutes=5)
    worlds.send(pocket)
    row = worlds.row_of(sending, one)
    assert (row.state, row.next_at) == (DispatchState.DELIVERED, None), "in the inbox"
    attempt = models.Attempt.objects.get(dispatch=row.id, route=Route.SMS)
    assert (attempt.dealer, attempt.state) == ("pocket", AttemptState.UNSURE)


def test_a_condition_that_cannot_be_read_stops_its_own_sending_only(shop: World) -> None:
    worlds.friend(shop)
    broken = worlds.queue(shop, segment=EVERYBODY)
    models.Sending.objects.filter(id=broken).update(segment=b"{")
    sound = worlds.queue(shop, segment=EVERYBODY)
    worlds.match_all()
    states = dict(models.Sending.objects.values_list("id", "state"))
    assert states == {broken: SendingState.STOPPED, sound: SendingState.OPEN}


def test_who_waits_for_a_slow_dealer_is_looked_at_when_it_can_take_them(shop: World, standing: worlds.Clock) -> None:
    friends, pocket = [worlds.friend(shop) for _ in range(60)], Pocket(a_second=10)
    sending = worlds.queue(shop, *friends)
    looked = 0
    for _ in range(200):
        while senders.carry((pocket,), tuple(Lane)):
            looked += 1
        if len(pocket.carried) == len(friends):
            break
        standing.move(seconds=0.5)
    assert len(pocket.carried) == len(friends) == len(pocket.seen)
    seconds = (clock.now() - worlds.NOON).total_seconds()
    assert seconds < 12, "ten a second, a fifth of it kept for what is urgent"
    written = models.Dispatch.objects.filter(sending=sending).count()
    assert looked <= written, "each is looked at once or twice, not twice a second"


def test_each_gets_a_time_of_its_own_behind_those_who_have_one(shop: World) -> None:
    now = clock.now()
    bucket = Bucket(0, now)
    first = ladders.book(bucket, 3, 10, Lane.NORMAL, now)
    second = ladders.book(first.bucket, 2, 10, Lane.NORMAL, now)
    times = [*first.times, *second.times]
    assert times == sorted(set(times))
    assert times[0] == now + ladders.TOKEN_WAIT
    late = ladders.book(bucket, 1_000_000, 10, Lane.BULK, now)
    assert max(late.times) == now + ladders.PUT_OFF_MAX
    urgent = ladders.book(first.bucket, 2, 10, Lane.REPLY, now)
    assert set(urgent.times) == {now + ladders.TOKEN_WAIT}
    assert urgent.bucket == first.bucket


def test_a_dealer_that_is_left_alone_is_not_asked_about_before_its_time(shop: World, standing: worlds.Clock) -> None:
    until = clock.now() + timedelta(seconds=90)
    models.DealerLoad.objects.create(dealer="pocket", tokens=10, filled_at=clock.now(), failures=5, open_until=until)
    person = worlds.friend(shop)
    sending = worlds.queue(shop, person)
    worlds.send(Pocket())
    row = worlds.row_of(sending, person)
    assert row.next_at is not None
    assert row.next_at >= until


def test_what_was_filled_in_is_read_after_the_sending_is_forgotten(shop: World, standing: worlds.Clock) -> None:
    person = worlds.friend(shop)
    sending = worlds.queue(
        shop,
        person,
        content=Content((Text("#{이름} 님, 다 빻았습니다."),)),
        variables={person: {"이름": "이예시"}},
        purpose=Purpose.INFO,
    )
    worlds.send(Pocket())
    senders.close(())
    with tx.durable():
        assert actions.forget_sendings(BY, clock.now() + timedelta(days=400)) == 1
    assert not models.Dispatch.objects.filter(sending=sending).exists()
    row = models.Message.objects.select_related("body", "dispatch").get(conversation__person=person)
    assert message_of(row).content == Content((Text("이예시 님, 다 빻았습니다."),))
