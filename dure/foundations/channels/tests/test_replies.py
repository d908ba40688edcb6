"""Who is not there hears that the staff answered: once for each time in which they have not looked, and not what is private."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from dure.base import clock
from dure.base.actors import Actor
from dure.foundations.channels import actions, models, queries, tasks
from dure.foundations.channels.actions import pooling
from dure.foundations.channels.rules.replies import NOTICE_WAITS
from dure.foundations.channels.tasks import sending as senders
from dure.foundations.channels.types import AttemptState, Carriage, Lane, Message, MessageSaid, Outcome, Route, Why
from dure.foundations.people.models import Organisation, Person
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import OrgKind
from dure.kit import tx

from . import sending_world as worlds
from .purses import SMS_WON, VOICE_WON, paying_here
from .sending_world import Pocket
from .talking import Stall, client_id, me, reply, say, stall, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def standing() -> Iterator[worlds.Clock]:
    with worlds.at() as clock_:
        yield clock_


@pytest.fixture
def mill(standing: worlds.Clock) -> Stall:
    return stall()


@pytest.fixture
def asker(mill: Stall) -> Actor:
    """Somebody who wrote to the channel, is no friend of it, and takes mail."""
    by = folk.person()
    with tx.durable():
        actions.choose_mail(by, True)
    say(by, mill)
    return by


def answer(mill: Stall, asker: Actor, said: str = "네, 목요일에 오세요.") -> Message:
    conversation = queries.conversation_with(asker, mill.channel)
    assert conversation is not None
    message = reply(mill.staff[0], conversation, said)
    news = MessageSaid(message.id, conversation, mill.channel, me(asker), me(mill.staff[0]), clock.now())
    with tx.durable():
        tasks.tell_reply(news, UUID(int=1))
        tasks.tell_reply(news, UUID(int=1))  # a retry
    return message


def look(mill: Stall, asker: Actor) -> None:
    conversation = queries.conversation_with(asker, mill.channel)
    assert conversation is not None
    with tx.durable():
        actions.read_conversation(asker, conversation, 99)


def mute(mill: Stall, asker: Actor) -> None:
    conversation = queries.conversation_with(asker, mill.channel)
    assert conversation is not None
    with tx.durable():
        actions.mute_conversation(asker, conversation, True)


def send(pocket: Pocket, standing: worlds.Clock) -> list[str]:
    """What leaves once the minute is over, as text."""
    standing.at += NOTICE_WAITS
    before = len(pocket.carried)
    while senders.carry((pocket,), tuple(Lane)):
        pass
    return [str(one.content) for one in pocket.carried[before:]]


def test_who_is_not_there_gets_one_mail_for_all_that_they_have_not_read(
    mill: Stall, asker: Actor, standing: worlds.Clock
) -> None:
    pocket = Pocket()
    answer(mill, asker)
    assert not senders.carry((pocket,), tuple(Lane)), "whoever is there reads it within the minute"
    answer(mill, asker, "아침 아홉 시가 좋습니다.")
    (letter,) = send(pocket, standing)
    assert "네, 목요일에 오세요." in letter
    assert f"/channels/inbox/{mill.handle}/" in letter
    assert pocket.routes_asked == [Route.MAIL]
    answer(mill, asker, "기다리겠습니다.")
    assert send(pocket, standing) == [], "once for each time in which they have not looked"
    look(mill, asker)
    answer(mill, asker, "또 여쭤 보세요.")
    assert len(send(pocket, standing)) == 1


def test_a_notice_of_which_nobody_knows_whether_it_rang_goes_on_to_the_next_way(
    mill: Stall, asker: Actor, standing: worlds.Clock
) -> None:
    """And passes by AlimTalk, which nobody carries here: it was never asked to."""
    phone = {"endpoint": "https://push.sample.example/1", "endpoint_hash": b"1", "p256dh": b"", "auth": b""}
    models.PushSubscription.objects.create(person_id=me(asker), **phone)

    def unsure_of_push(one: Carriage) -> Outcome:
        state = AttemptState.UNSURE if one.route is Route.PUSH else AttemptState.ACCEPTED
        return Outcome(key=one.key, state=state)

    pocket = Pocket(answer=unsure_of_push, routes=frozenset({Route.PUSH, Route.MAIL}))
    answer(mill, asker)
    for _ in range(20):
        send(pocket, standing)
    assert pocket.routes_asked == [Route.PUSH, Route.MAIL]


def test_who_reads_it_within_the_minute_hears_nothing_elsewhere(
    mill: Stall, asker: Actor, standing: worlds.Clock
) -> None:
    pocket = Pocket()
    answer(mill, asker)
    look(mill, asker)
    assert send(pocket, standing) == []


def test_who_reads_it_while_it_is_queued_is_seen_at_the_second_of_delivery(
    mill: Stall, asker: Actor, standing: worlds.Clock
) -> None:
    """The reader's transaction saw no notice yet, so it noted none as opened."""
    pocket = Pocket()
    answer(mill, asker)
    models.Conversation.objects.filter(person=me(asker)).update(read_by_person=99)
    assert send(pocket, standing) == []
    assert models.Dispatch.objects.get().state == "opened"


def test_who_mutes_the_conversation_while_a_notice_is_queued_is_left_in_peace(
    mill: Stall, asker: Actor, standing: worlds.Clock
) -> None:
    pocket = Pocket()
    answer(mill, asker)
    mute(mill, asker)
    assert send(pocket, standing) == []
    row = models.Dispatch.objects.get()
    assert (row.next_at, row.why) == (None, Why.MUTED)


def test_who_has_a_number_only_hears_of_an_answer_by_a_text(mill: Stall, standing: worlds.Clock) -> None:
    by, pocket = folk.person(), Pocket()
    say(by, mill)
    worlds.reach(me(by), Route.SMS, "+821000000303")
    answer(mill, by)
    (letter,) = send(pocket, standing)
    assert "네, 목요일에 오세요." in letter
    assert pocket.routes_asked == [Route.SMS]


def test_it_is_paid_as_broadcasts_are_and_not_at_all_where_nothing_is_left(mill: Stall, standing: worlds.Clock) -> None:
    by, pocket = folk.person(), Pocket(answer=worlds.delivers)
    say(by, mill)
    worlds.reach(me(by), Route.SMS, "+821000000303")
    with paying_here(voice_won=VOICE_WON) as purse:
        answer(mill, by)
        assert list(purse.held.values()) == [2 * VOICE_WON], (
            "the same whoever it is: it tells nobody who has a telephone"
        )
        assert len(send(pocket, standing)) == 1
        senders.close(())
        tasks.settle_costs(0)
        assert purse.told == [], "of one person it would tell that they have a telephone"
        look(mill, by)
        purse.left = 2 * VOICE_WON - 1
        answer(mill, by, "기다리겠습니다.")
        assert send(pocket, standing) == []
        assert len(purse.held) == 1


def asked_by(mill: Stall, *, phones: int, others: int) -> None:
    """So many people were answered, some by a text, some not at all outside the inbox."""
    for number in range(phones + others):
        by = folk.person()
        say(by, mill)
        if number < phones:
            worlds.reach(me(by), Route.SMS, f"+8210000{number:05}")
        answer(mill, by)


def settled(standing: worlds.Clock) -> None:
    pocket = Pocket(answer=worlds.delivers)
    for _ in range(2):
        send(pocket, standing)
    senders.close(())
    tasks.settle_costs(0)


def test_what_answers_cost_is_told_for_twenty_people_together(mill: Stall, standing: worlds.Clock) -> None:
    with paying_here() as purse:
        asked_by(mill, phones=7, others=12)
        settled(standing)
        assert purse.told == []
        asked_by(mill, phones=0, others=1)
        settled(standing)
        assert (len(purse.told), sum(one.won for one in purse.told)) == (20, 7 * SMS_WON)
        tasks.settle_costs(0)
        assert len(purse.told) == 20, "once"


def test_what_waited_too_long_for_twenty_people_is_free(mill: Stall, standing: worlds.Clock) -> None:
    with paying_here() as purse:
        asked_by(mill, phones=2, others=0)
        settled(standing)
        standing.move(days=29)
        tasks.settle_costs(0)
        assert purse.told == []
        standing.move(days=2)
        tasks.settle_costs(0)
        assert [(one.won, one.doubt) for one in purse.told] == [(0, 0)] * 2


def test_what_has_not_waited_so_long_is_not_free_with_it(mill: Stall, standing: worlds.Clock) -> None:
    with paying_here() as purse:
        asked_by(mill, phones=0, others=2)
        settled(standing)
        standing.move(days=20)
        asked_by(mill, phones=7, others=10)
        settled(standing)
        standing.move(days=11)
        tasks.settle_costs(0)
        assert [one.won for one in purse.told] == [0, 0]
        asked_by(mill, phones=0, others=3)
        settled(standing)
        assert (len(purse.told), sum(one.won for one in purse.told)) == (2 + 20, 7 * SMS_WON)


def test_twenty_people_are_counted_among_those_who_are_told_of(
    mill: Stall, standing: worlds.Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not among those whom somebody else just tells of, or whose turn is the next one."""
    with paying_here() as purse:
        asked_by(mill, phones=1, others=19)
        with monkeypatch.context() as fewer:
            fewer.setattr(pooling, "POOLED_MAX", 19)
            settled(standing)
        assert purse.told == []
        tasks.settle_costs(0)
        assert len(purse.told) == 20


@pytest.mark.parametrize("handle", ["sale", "coupon"])
def test_whatever_the_handle_of_a_channel_its_answers_are_told(
    mill: Stall, asker: Actor, standing: worlds.Clock, handle: str
) -> None:
    models.Channel.objects.filter(id=mill.channel).update(handle=handle)
    pocket = Pocket()
    answer(mill, asker)
    (letter,) = send(pocket, standing)
    assert f"/channels/inbox/{handle}/" in letter


def test_it_stands_once_in_the_conversation(mill: Stall, asker: Actor, standing: worlds.Clock) -> None:
    answer(mill, asker)
    send(Pocket(), standing)
    conversation = queries.conversation_with(asker, mill.channel)
    assert conversation is not None
    assert len(queries.messages(asker, conversation)) == 2


@pytest.mark.parametrize("how", ["clinic", "marked"])
def test_words_of_a_clinic_stand_in_the_inbox_only(mill: Stall, asker: Actor, standing: worlds.Clock, how: str) -> None:
    if how == "clinic":
        Organisation.objects.filter(id=mill.organisation).update(kind=OrgKind.CLINIC)
    else:
        with tx.durable():
            actions.edit_channel(
                mill.owner, mill.channel, name="솔내 상담실", about="", contact="031-000-0000", discreet=True
            )
    pocket = Pocket()
    answer(mill, asker, "검사 결과가 나왔습니다.")
    (letter,) = send(pocket, standing)
    assert "검사" not in letter
    assert f"/channels/inbox/{mill.handle}/" in letter


def test_an_answer_that_offers_something_is_told_without_its_words(
    mill: Stall, asker: Actor, standing: worlds.Clock
) -> None:
    pocket = Pocket()
    answer(mill, asker, "이번 주 할인 쿠폰을 드립니다! 반값 세일입니다.")
    (letter,) = send(pocket, standing)
    assert "할인" not in letter


def test_a_muted_conversation_stays_silent(mill: Stall, asker: Actor, standing: worlds.Clock) -> None:
    mute(mill, asker)
    answer(mill, asker)
    assert send(Pocket(), standing) == []
    assert not models.Sending.objects.exists()


def test_who_has_left_the_channel_hears_nothing_outside_the_inbox(
    mill: Stall, asker: Actor, standing: worlds.Clock
) -> None:
    now = clock.now()
    models.Friend.objects.create(
        channel_id=mill.channel, person_id=me(asker), joined_at=now, joined_by="qr", left_at=now
    )
    answer(mill, asker)
    assert send(Pocket(), standing) == []


def test_a_closed_account_hears_nothing(mill: Stall, asker: Actor, standing: worlds.Clock) -> None:
    answer(mill, asker)
    Person.objects.filter(id=me(asker)).update(is_active=False)
    assert send(Pocket(), standing) == []


def test_words_of_the_bot_and_of_people_are_told_to_nobody(mill: Stall, asker: Actor) -> None:
    with tx.durable():
        said = actions.say(asker, mill.channel, words("또 저예요"), client_id())
        news = MessageSaid(said.id, said.conversation, mill.channel, me(asker), None, clock.now())
        tasks.tell_reply(news, UUID(int=1))
    assert queries.unheard(said.id) is None
    assert not models.Sending.objects.exists()
