"""A broadcast whose time has come: started once, refused with its reason, paid by whoever pays; never in the way of others."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from dure.base.refusals import BadValue, Busy, KeyReused, NotFound
from dure.foundations.channels import actions, models, queries, tasks
from dure.foundations.channels.queries import paying
from dure.foundations.channels.rules.broadcasts import SECOND_PERSON_ABOVE
from dure.foundations.channels.types import (
    AdConsentChanged,
    BroadcastId,
    BroadcastState,
    Channel,
    NotEnoughCredit,
    Payer,
    Route,
    Spent,
)
from dure.foundations.people.types import Actor, system
from dure.kit import delivery
from dure.kit.outbox import Wiring

from . import making, sending_world
from .purses import SMS_WON, Purse, paying_here
from .sending_world import Pocket

pytestmark = pytest.mark.django_db
BY = system("test")


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    """By night a notice rings nowhere."""
    with sending_world.at():
        yield


@pytest.fixture
def purse() -> Iterator[Purse]:
    """Whoever pays here, and what messages cost."""
    with paying_here() as one:
        yield one


def ready(owner: Actor, channel: Channel, key: str = "k", **changes: object) -> BroadcastId:
    made = actions.write_broadcast(owner, making.notice(channel.id, **changes), key=key)  # type: ignore[arg-type]  # by name
    assert actions.hand_in_broadcast(owner, made.id) is BroadcastState.SCHEDULED
    return made.id


def with_telephone(channel: Channel) -> Actor:
    one = making.friend(channel.id)
    sending_world.reach(making.id_of(one), Route.SMS, f"01000{making.id_of(one).int % 1_000_000:06}")
    return one


def test_one_that_is_refused_says_why_and_holds_up_no_other() -> None:
    channel, owner = making.channel()
    making.friend(channel.id)
    bad, good = ready(owner, channel, "bad"), ready(owner, channel, "good")
    long = "가" * 60
    models.Broadcast.objects.filter(id=bad).update(purpose="ad")  # its words are no notice any more, say
    body = models.Broadcast.objects.get(id=bad).body
    models.Body.objects.filter(id=body.id).update(
        content=b'{"parts":[{"type":"text","text":"' + long.encode() * 20 + b'"}]}'
    )
    tasks.send_due(0)
    refused = queries.broadcast(owner, bad)
    assert (refused.state, refused.refused) == (BroadcastState.REFUSED, "content_too_long")
    assert queries.broadcast(owner, good).state is BroadcastState.SENDING
    actions.edit_broadcast(owner, bad, making.notice(channel.id, "내일은 엽니다."))
    assert actions.hand_in_broadcast(owner, bad) is BroadcastState.SCHEDULED
    tasks.send_due(0)
    again = queries.broadcast(owner, bad)
    assert (again.state, again.refused) == (BroadcastState.SENDING, "")


def test_one_that_breaks_holds_up_no_other() -> None:
    channel, owner = making.channel()
    making.friend(channel.id)
    bad, good = ready(owner, channel, "bad"), ready(owner, channel, "good")
    body = models.Broadcast.objects.get(id=bad).body
    models.Body.objects.filter(id=body.id).update(content=b"{")
    tasks.send_due(0)
    assert queries.broadcast(owner, good).state is BroadcastState.SENDING
    assert models.Broadcast.objects.get(id=bad).state == "scheduled"


def test_one_whose_refusal_cannot_be_written_down_now_holds_up_no_other() -> None:
    """Somebody else is at its row at that moment."""
    channel, owner = making.channel()
    making.friend(channel.id)
    bad, good = ready(owner, channel, "bad"), ready(owner, channel, "good")
    models.Broadcast.objects.filter(id=bad).update(purpose="ad")
    body = models.Broadcast.objects.get(id=bad).body
    models.Body.objects.filter(id=body.id).update(
        content=b'{"parts":[{"type":"text","text":"' + "가".encode() * 1_200 + b'"}]}'
    )
    refusals = []

    def taken(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('UPDATE "channels_broadcast"') and '"refused"' in sql:
            refusals.append(sql)
            raise Busy(retry_seconds=1)
        return execute(sql, *rest)

    with connection.execute_wrapper(taken):
        tasks.send_due(0)
    assert len(refusals) == 1
    assert queries.broadcast(owner, bad).state is BroadcastState.SCHEDULED, "refused in the next minute"
    assert queries.broadcast(owner, good).state is BroadcastState.SENDING
    tasks.send_due(0)
    assert queries.broadcast(owner, bad).state is BroadcastState.REFUSED


def test_broadcasts_of_a_paused_channel_are_not_due() -> None:
    channel, owner = making.channel()
    making.friend(channel.id)
    ready(owner, channel)
    actions.pause_channel(making.steward(), channel.id, "다른 가게인 척합니다.")
    tasks.send_due(0)
    assert models.Broadcast.objects.get().state == "scheduled"


def test_what_it_may_cost_is_held_when_it_starts_and_settled_when_it_is_over(purse: Purse) -> None:
    channel, owner = making.channel()
    for _ in range(3):
        with_telephone(channel)
    seen = queries.estimate(owner, making.notice(channel.id))
    assert (seen.bill.most_won, seen.bill.at_hand, seen.bill.left_won) == (30, 1_000, 970)
    made = ready(owner, channel)
    assert purse.held == {}
    tasks.send_due(0)
    assert list(purse.held.values()) == [30]
    pocket = Pocket(answer=sending_world.delivers, routes=frozenset({Route.SMS}))
    sending_world.match_all()
    sending_world.send(pocket)
    actions.settle_costs(BY)
    assert purse.told == [], "it is still on its way"
    actions.close_sendings(BY)
    assert [actions.settle_costs(BY) for _ in range(2)] == [1, 0]
    [spent] = purse.told
    assert (spent.won, spent.doubt) == (30, 0)
    assert queries.broadcast(owner, made).sending == spent.sending


def test_one_whose_payer_breaks_is_told_again_and_holds_up_no_other(purse: Purse) -> None:
    for _ in range(2):
        channel, owner = making.channel()
        with_telephone(channel)
        ready(owner, channel)
    tasks.send_due(0)
    sending_world.match_all()
    sending_world.send(Pocket(answer=sending_world.delivers, routes=frozenset({Route.SMS})))
    actions.close_sendings(BY)
    bad, good = purse.held
    breaks = {bad}

    def settled(by: Actor, spent: Spent) -> None:
        if spent.sending in breaks:
            raise ZeroDivisionError
        purse.settle(by, spent)

    paying.offer_payer("purse", Payer(purse.at_hand, purse.hold, settled))
    assert actions.settle_costs(BY) == 2
    assert [one.sending for one in purse.told] == [good]
    breaks.clear()
    assert actions.settle_costs(BY) == 0, "not at once again"
    models.Sending.objects.filter(id=bad).update(settle_at=models.Sending.objects.get(id=bad).at)
    actions.settle_costs(BY)
    assert [one.sending for one in purse.told] == [good, bad]


def test_of_a_few_the_bill_does_not_say_who_has_a_telephone(purse: Purse) -> None:
    bills = []
    for has in (True, False):
        channel, owner = making.channel()
        with_telephone(channel) if has else making.friend(channel.id)
        bills.append(queries.estimate(owner, making.notice(channel.id)).bill)
    assert bills[0] == bills[1]


def test_without_enough_credit_it_is_refused_by_name_before_anybody_agrees_and_when_it_starts(purse: Purse) -> None:
    channel, owner = making.channel()
    with_telephone(channel)
    purse.left = SMS_WON - 1
    made = actions.write_broadcast(owner, making.notice(channel.id), key="k")
    with pytest.raises(NotEnoughCredit):
        actions.hand_in_broadcast(owner, made.id)
    purse.left = SMS_WON
    actions.hand_in_broadcast(owner, made.id)
    purse.left = 0
    tasks.send_due(0)
    refused = queries.broadcast(owner, made.id)
    assert (refused.state, refused.refused, refused.sending) == (BroadcastState.REFUSED, "not_enough_credit", None)
    assert models.Sending.objects.count() == 0, "nothing has left"
    actions.edit_broadcast(owner, made.id, making.notice(channel.id, free_only=True))
    actions.hand_in_broadcast(owner, made.id)
    tasks.send_due(0)
    assert queries.broadcast(owner, made.id).state is BroadcastState.SENDING


def test_a_second_person_cannot_agree_to_what_cannot_be_paid(purse: Purse) -> None:
    channel, owner = making.channel()
    for _ in range(SECOND_PERSON_ABOVE + 1):
        making.friend(channel.id)
    with_telephone(channel)
    made = actions.write_broadcast(owner, making.notice(channel.id), key="k")
    assert actions.hand_in_broadcast(owner, made.id) is BroadcastState.ASKED
    purse.left = 0
    with pytest.raises(NotEnoughCredit):
        actions.approve_broadcast(making.steward(), made.id, made.version)


def test_where_nobody_pays_a_broadcast_goes_by_the_ways_that_cost_nothing(purse: Purse) -> None:
    channel, owner = making.channel()
    friend = with_telephone(channel)
    purse.at_hand = lambda organisation: None  # type: ignore[method-assign]  # no business of its own
    ready(owner, channel)
    tasks.send_due(0)
    sending_world.match_all()
    pocket = Pocket()
    sending_world.send(pocket)
    assert pocket.carried == []
    assert models.Message.objects.filter(conversation__person=making.id_of(friend)).count() == 1
    assert (purse.held, purse.told) == ({}, [])


def test_a_key_says_one_thing_only() -> None:
    channel, owner = making.channel(handle="두부집", about="두부")
    made = actions.write_broadcast(owner, making.notice(channel.id), key="k")
    assert actions.write_broadcast(owner, making.notice(channel.id), key="k").id == made.id
    kept = actions.write_template(owner, making.template(channel.id), key="t")
    assert actions.write_template(owner, making.template(channel.id), key="t") == kept
    opened = replace(making.new_channel(channel.organisation), handle="두부집", about="두부")
    assert actions.open_channel(owner, opened, key="first").id == channel.id
    for again in (
        lambda: actions.write_broadcast(owner, making.notice(channel.id, "다른 말입니다."), key="k"),
        lambda: actions.write_broadcast(owner, making.notice(channel.id, segment="꼬리표:단골"), key="k"),
        lambda: actions.write_template(owner, making.template(channel.id, "다른 말입니다."), key="t"),
        lambda: actions.open_channel(owner, replace(opened, about="다른 가게"), key="first"),
    ):
        with pytest.raises(KeyReused):
            again()


def test_a_broadcast_stays_in_the_channel_whose_people_write_it() -> None:
    channel, owner = making.channel()
    other, _other_owner = making.channel(name="다른 이름 (예시)")
    made = actions.write_broadcast(owner, making.notice(channel.id), key="k")
    with pytest.raises(NotFound):
        actions.edit_broadcast(owner, made.id, making.notice(other.id))


def test_the_words_of_a_template_are_those_that_were_approved() -> None:
    channel, owner = making.channel()
    second = making.member(channel.organisation, owner)
    kept = actions.write_template(owner, making.template(channel.id, "내일은 쉽니다."), key="t")
    actions.ask_template(owner, kept.id)
    actions.approve_template(second, kept.id)
    new = making.notice(channel.id, "내일은 쉽니다.", template=kept.id)
    assert actions.write_broadcast(owner, new, key="k").template == kept.id
    with pytest.raises(BadValue):
        actions.write_broadcast(owner, making.notice(channel.id, "모레는 쉽니다.", template=kept.id), key="other")


def test_nobody_is_said_to_have_been_told_who_was_not() -> None:
    channel, _owner = making.channel()
    friend, gone = making.friend(channel.id, ads=True), making.friend(channel.id, ads=True)
    steward, wiring = making.steward(), Wiring()
    wiring.on_many(AdConsentChanged, tasks.confirm_consents)
    actions.leave(gone, channel.id, origin="mail-header")
    actions.pause_channel(steward, channel.id, "다른 가게인 척합니다.")
    delivery.run_until_idle(wiring)
    tasks.confirm_late(0)
    assert not models.ConsentLine.objects.filter(act="confirmed").exists()
    assert models.Sending.objects.count() == 0
    actions.resume_channel(steward, channel.id)
    for _ in range(2):
        tasks.confirm_late(0)
    [line] = models.ConsentLine.objects.filter(act="confirmed")
    assert (line.person_id, line.kind) == (friend.person, "ads")
    assert models.Sending.objects.count() == 1
