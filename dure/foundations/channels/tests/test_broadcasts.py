"""From a draft to the outbox: once, what was approved, in its form; who is told what about their consents."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest
import time_machine

from dure.base import clock
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.channels import actions, models, queries, tasks
from dure.foundations.channels.rules.broadcasts import SECOND_PERSON_ABOVE
from dure.foundations.channels.types import (
    AdConsentChanged,
    AdLooksLikeInfo,
    Broadcast,
    BroadcastState,
    ChangedMeanwhile,
    ChannelPaused,
    ConsentAct,
    ConsentKind,
    Content,
    JoinedBy,
    NeedsSecondPerson,
    NobodyToReach,
    Purpose,
    SegmentUnreadable,
    Text,
    VariableUnknown,
)
from dure.foundations.people.actions import close_account
from dure.foundations.people.types import AccountClosed, Actor, Origin, system
from dure.kit import delivery
from dure.kit.models import News
from dure.kit.outbox import Wiring

from . import making

pytestmark = pytest.mark.django_db
BY = system("test")
wiring = Wiring()  # as in site/wiring.py, of which a house knows nothing
wiring.on_many(AdConsentChanged, tasks.confirm_consents)
wiring.on(AccountClosed, tasks.let_person_go)


def scheduled(owner: Actor, made: Broadcast) -> Broadcast:
    assert actions.hand_in_broadcast(owner, made.id) is BroadcastState.SCHEDULED
    return queries.broadcast(owner, made.id)


def crowd(channel_id, size: int) -> None:
    for _ in range(size):
        making.friend(channel_id)


def test_a_small_one_goes_out_once_in_the_form_of_an_ad() -> None:
    channel, owner = making.channel()
    making.friend(channel.id, ads=True)
    made = scheduled(owner, actions.write_broadcast(owner, making.offer(channel.id), key="k"))
    assert actions.write_broadcast(owner, making.offer(channel.id), key="k").id == made.id
    for _ in range(2):
        tasks.send_due(0)
    sent = queries.broadcast(owner, made.id)
    assert sent.state is BroadcastState.SENDING
    [row] = models.Sending.objects.filter(channel_id=channel.id)
    assert (row.id, row.about, row.purpose, row.key) == (sent.sending, made.id, "ad", f"broadcast:{made.id}")
    text = queries.bodies([row.body_id])[row.body_id].parts[0].text  # type: ignore[union-attr]  # it is a text
    assert text.startswith(f"(광고) {making.NAME} {making.CONTACT}\n")
    assert News.objects.filter(kind="channels.BroadcastSent").count() == 1


def test_it_waits_for_its_time() -> None:
    channel, owner = making.channel()
    making.friend(channel.id)
    at = clock.now() + timedelta(hours=3)
    made = scheduled(owner, actions.write_broadcast(owner, making.notice(channel.id, at=at), key="k"))
    assert actions.send_broadcast(BY, made.id) is BroadcastState.SCHEDULED
    with time_machine.travel(at + timedelta(seconds=1)):
        assert queries.broadcasts_due(clock.now()) == (made.id,)
        assert actions.send_broadcast(BY, made.id) is BroadcastState.SENDING


def test_one_that_outgrew_what_one_may_send_alone_asks_again() -> None:
    channel, owner = making.channel()
    making.friend(channel.id)
    made = scheduled(owner, actions.write_broadcast(owner, making.notice(channel.id), key="k"))
    crowd(channel.id, SECOND_PERSON_ABOVE)
    assert actions.send_broadcast(BY, made.id) is BroadcastState.ASKED
    actions.approve_broadcast(making.steward(), made.id, made.version)
    assert actions.send_broadcast(BY, made.id) is BroadcastState.SENDING


def test_what_changed_after_it_was_read_is_not_approved() -> None:
    channel, owner = making.channel()
    second = making.member(channel.organisation, owner)
    crowd(channel.id, SECOND_PERSON_ABOVE + 1)
    made = actions.write_broadcast(owner, making.notice(channel.id), key="k")
    assert actions.hand_in_broadcast(owner, made.id) is BroadcastState.ASKED
    assert [one.id for one in queries.broadcasts_to_approve(second)] == [made.id]
    assert queries.broadcasts_to_approve(owner) == ()
    with pytest.raises(NeedsSecondPerson):
        actions.approve_broadcast(owner, made.id, made.version)
    changed = actions.edit_broadcast(second, made.id, making.notice(channel.id, "다른 말"))
    actions.hand_in_broadcast(owner, made.id)
    with pytest.raises(ChangedMeanwhile):
        actions.approve_broadcast(owner, made.id, made.version)
    with pytest.raises(NeedsSecondPerson):
        actions.approve_broadcast(second, made.id, changed.version)
    actions.approve_broadcast(owner, made.id, changed.version)
    assert queries.broadcast(owner, made.id).state is BroadcastState.SCHEDULED


def test_stopping_stops_what_is_on_its_way() -> None:
    channel, owner = making.channel()
    making.friend(channel.id)
    made = scheduled(owner, actions.write_broadcast(owner, making.notice(channel.id), key="k"))
    actions.send_broadcast(BY, made.id)
    actions.stop_broadcast(owner, made.id)
    assert queries.broadcast(owner, made.id).state is BroadcastState.STOPPED
    assert models.Sending.objects.get(channel_id=channel.id).state == "stopped"
    actions.finish_broadcast(BY, made.id)
    assert queries.broadcast(owner, made.id).state is BroadcastState.STOPPED


def test_a_paused_channel_sends_nothing_until_it_goes_on() -> None:
    channel, owner = making.channel()
    making.friend(channel.id)
    made = scheduled(owner, actions.write_broadcast(owner, making.notice(channel.id), key="k"))
    steward = making.steward()
    actions.pause_channel(steward, channel.id, "다른 가게인 척합니다.")
    assert actions.send_broadcast(BY, made.id) is BroadcastState.SCHEDULED
    with pytest.raises(ChannelPaused):
        actions.write_broadcast(owner, making.notice(channel.id), key="other")
    actions.resume_channel(steward, channel.id)
    assert actions.send_broadcast(BY, made.id) is BroadcastState.SENDING


def test_a_test_goes_to_the_writer_alone() -> None:
    channel, owner = making.channel()
    friend = making.friend(channel.id, ads=True)
    made = actions.write_broadcast(owner, making.offer(channel.id), key="k")
    actions.send_test(owner, made.id)
    said = models.Message.objects.filter(conversation__channel_id=channel.id)
    assert [row.conversation.person_id for row in said] == [owner.person]
    assert "(광고)" in said[0].words
    assert friend.person != owner.person
    assert models.Sending.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"content": Content((Text("오늘만 할인"),))}, AdLooksLikeInfo),
        ({"content": Content((Text("#{이름} 님, 내일은 쉽니다."),))}, VariableUnknown),
        ({"segment": "별명:x"}, SegmentUnreadable),
        ({"purpose": Purpose.SAFETY}, BadValue),
        ({"at": clock.now() - timedelta(hours=1)}, BadValue),
        ({"title": ""}, BadValue),
    ],
)
def test_what_cannot_be_written(change: dict[str, object], refusal: type[Exception]) -> None:
    channel, owner = making.channel()
    with pytest.raises(refusal):
        actions.write_broadcast(owner, replace(making.notice(channel.id), **change), key="k")  # type: ignore[arg-type]  # fields by name


def test_nobody_to_reach_is_said_before_anybody_waits() -> None:
    channel, owner = making.channel()
    crowd(channel.id, 20)
    made = actions.write_broadcast(owner, making.offer(channel.id), key="k")
    with pytest.raises(NobodyToReach):
        actions.hand_in_broadcast(owner, made.id)


def test_estimates_count_who_takes_ads_and_who_sleeps() -> None:
    channel, owner = making.channel()
    night = clock.local(clock.now()).replace(hour=22)
    for number in range(66):
        making.friend(channel.id, ads=number < 44, night_ads=number < 22)
    everybody = queries.estimate(owner, making.notice(channel.id))
    assert (everybody.friends, everybody.reached, everybody.won) == (66, 66, 0)
    ads = queries.estimate(owner, making.offer(channel.id, at=night))
    assert (ads.friends, ads.reached, ads.held_for_night) == (66, 40, 20), "what somebody agreed to comes in tens"


def test_of_a_few_no_estimate_says_what_one_of_them_agreed_to() -> None:
    told = []
    for takes_ads in (True, False):
        channel, owner = making.channel()
        one = making.friend(channel.id, ads=takes_ads)
        actions.note_friend(owner, channel.id, making.id_of(one), tags=("하나",))
        new = making.offer(channel.id, segment="꼬리표:하나", at=clock.local(clock.now()).replace(hour=22))
        told.append((queries.estimate(owner, new), queries.friends(owner, channel.id).friends[0]))
        made = actions.write_broadcast(owner, replace(new, at=None), key="k")
        assert actions.hand_in_broadcast(owner, made.id) is BroadcastState.SCHEDULED
        assert actions.send_broadcast(BY, made.id) is BroadcastState.SENDING
    (yes, seen), (no, other) = told
    assert yes == no
    assert (yes.friends, yes.reached, yes.held_for_night) == (1, None, None)
    assert {field.name for field in fields(seen)} == {field.name for field in fields(other)}
    assert not {"ads_since", "night_ads_since", "reminded_at"} & {field.name for field in fields(seen)}


def test_figures_of_a_few_are_not_told() -> None:
    channel, owner = making.channel()
    making.friend(channel.id)
    made = scheduled(owner, actions.write_broadcast(owner, making.notice(channel.id), key="k"))
    assert queries.figures(owner, made) is None
    actions.send_broadcast(BY, made.id)
    actions.match_more(BY)
    figures = queries.figures(owner, queries.broadcast(owner, made.id))
    assert figures is not None
    assert (figures.queued, figures.sent, figures.opened, figures.left) == (1, None, None, None)


def test_every_yes_and_no_to_ads_is_confirmed_once() -> None:
    channel, _owner = making.channel()
    friend = making.friend(channel.id, ads=True, night_ads=True)
    delivery.run_until_idle(wiring)
    delivery.run_until_idle(wiring)
    assert making.lines(channel.id, friend)[3:] == [("ads", "confirmed"), ("night_ads", "confirmed")]
    [sending] = models.Sending.objects.filter(channel_id=channel.id)
    text = queries.bodies([sending.body_id])[sending.body_id].parts[0].text  # type: ignore[union-attr]  # it is a text
    assert making.NAME in text
    assert text.count("동의") >= 2
    assert sending.purpose == "info"


def test_friends_of_a_channel_who_chose_the_same_are_told_by_one_sending() -> None:
    (channel, _), (other, _) = making.channel(), making.channel()
    moment = clock.now()
    with clock.read_from(lambda: moment):  # the minute is part of what they are told
        friends = [making.friend(channel.id, ads=True) for _ in range(3)]
        undecided = making.friend(channel.id, ads=True)
        actions.set_ad_consent(undecided, channel.id, ConsentKind.ADS, False)
        elsewhere = making.friend(other.id, ads=True)
    delivery.run_until_idle(wiring)
    told = models.Dispatch.objects.values_list("sending", "person")
    by_sending: dict[object, set[object]] = {}
    for sending, person in told:
        by_sending.setdefault(sending, set()).add(person)
    alike = ([*friends], [undecided], [elsewhere])
    assert {frozenset(one) for one in by_sending.values()} == {
        frozenset(making.id_of(one) for one in some) for some in alike
    }
    assert making.lines(channel.id, undecided)[3:] == [("ads", "confirmed")] * 2, "the yes and the no, in one message"


def test_what_is_chosen_while_the_news_is_on_its_way_is_told_too_and_once() -> None:
    """The log says that they were told: of all that stands above that line, whenever the news of it comes."""
    channel, _owner = making.channel()
    friend = making.friend(channel.id, ads=True)
    [yes] = queries.unconfirmed(clock.now())
    actions.set_ad_consent(friend, channel.id, ConsentKind.ADS, False)
    told = actions.confirm_consents(BY, [yes])
    assert [news.act for news in told] == [ConsentAct.GIVEN, ConsentAct.WITHDRAWN]
    assert actions.confirm_consents(BY, told[1:]) == ()
    assert queries.unconfirmed(clock.now()) == ()
    actions.set_ad_consent(friend, channel.id, ConsentKind.ADS, True)
    assert [news.act for news in actions.confirm_consents(BY, told)] == [ConsentAct.GIVEN]
    actions.set_ad_consent(friend, channel.id, ConsentKind.ADS, False)
    actions.leave(friend, channel.id)
    actions.join(friend, channel.id, JoinedBy.QR, ads=True)
    assert [news.act for news in actions.confirm_consents(BY, told)] == [ConsentAct.GIVEN], "leaving told them the rest"


def test_the_notice_of_every_two_years_is_sent_once_and_noted() -> None:
    channel, _owner = making.channel(name="반값 할인마트 (예시)")
    friend = making.friend(channel.id, ads=True)
    with time_machine.travel(clock.now() + timedelta(days=690)):
        tasks.remind_friends(0)
        assert models.Sending.objects.count() == 0
    with time_machine.travel(clock.now() + timedelta(days=705)):
        for _ in range(2):
            tasks.remind_friends(0)
        assert models.Sending.objects.count() == 1
        assert making.lines(channel.id, friend)[-1] == ("ads", "reminded")
    with time_machine.travel(clock.now() + timedelta(days=705 + 705)):
        tasks.remind_friends(0)
        assert models.Sending.objects.count() == 2
    found = queries.friend(channel.id, making.id_of(friend))
    assert found is not None
    assert found.ads_since is not None  # silence keeps it


def test_a_closed_account_is_no_friend_and_nothing_noted_stays() -> None:
    channel, owner = making.channel()
    friend = making.friend(channel.id, ads=True)
    actions.note_friend(owner, channel.id, making.id_of(friend), tags=["단골"], note="순두부")
    close_account(friend, Origin(face="page"))
    delivery.run_until_idle(wiring)
    row = models.Friend.objects.get(channel_id=channel.id)
    assert (row.left_at is None, row.ads_since, row.tags, row.note) == (False, None, [], "")


def test_the_platforms_own_work_is_nobody_elses() -> None:
    channel, owner = making.channel()
    making.friend(channel.id)
    made = scheduled(owner, actions.write_broadcast(owner, making.notice(channel.id), key="k"))
    for by in (owner, making.steward(), making.person()):
        for do in (
            lambda by=by: actions.send_broadcast(by, made.id),
            lambda by=by: actions.finish_broadcast(by, made.id),
            lambda by=by: actions.confirm_consents(by, []),
            lambda by=by: actions.remind_friends(by),
            lambda by=by: actions.let_person_go(by, making.id_of(owner)),
        ):
            with pytest.raises(NotAllowed):
                do()


def test_who_was_a_friend_before_is_one_again_and_counts_as_known() -> None:
    channel, _owner = making.channel()
    friend = making.friend(channel.id)
    actions.leave(friend, channel.id)
    actions.join(friend, channel.id, JoinedBy.LINK)
    told = News.objects.filter(kind="channels.FriendJoined").order_by("id").values_list("body", flat=True)
    assert [('"first": true' in str(body).replace("'", '"').replace("True", "true")) for body in told] == [True, False]
