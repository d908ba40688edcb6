"""Friends on the real database: joining, choosing, leaving by a tap or a link, what is told and what the log says."""

from datetime import date, timedelta
from string import ascii_letters, digits
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction

from dure.base import clock
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.channels import actions, commands, models, queries
from dure.foundations.channels.types import (
    ChannelClosed,
    ChannelPaused,
    ChannelState,
    ConsentKind,
    FriendDate,
    HandleTaken,
    JoinedBy,
    LinkKind,
    LinkOver,
    NotAFriend,
    TooManyChannels,
)
from dure.foundations.people import queries as people
from dure.foundations.people.types import NOBODY
from dure.kit.models import News
from dure.kit.verify import silent

from . import making

pytestmark = pytest.mark.django_db


def told(kind: str) -> int:
    return News.objects.filter(kind=f"channels.{kind}").count()


def broken_promises() -> list[str]:
    return [finding.what for check in commands.verify_checks() for finding in check.run(silent)]


def test_a_channel_opens_once_for_a_key_and_its_handle_is_its_own() -> None:
    owned, owner = making.organisation(making.person())
    new = making.new_channel(owned, handle="두부집")
    first = actions.open_channel(owner, new, key="k")
    assert actions.open_channel(owner, new, key="k") == first
    assert (first.handle, first.state, first.verified) == ("두부집", ChannelState.OPEN, False)
    assert queries.friend_counts([first.id]) == {first.id: 0}
    assert queries.channel_by_handle("두부집") == first
    with pytest.raises(HandleTaken):
        actions.open_channel(owner, new, key="another")
    for number in range(4):
        actions.open_channel(owner, making.new_channel(owned), key=f"more{number}")
    with pytest.raises(TooManyChannels):
        actions.open_channel(owner, making.new_channel(owned), key="last")
    assert told("ChannelOpened") == 5


def test_joining_is_no_yes_to_ads() -> None:
    channel, _owner = making.channel()
    friend = making.friend(channel.id)
    found = queries.friend(channel.id, making.id_of(friend))
    assert found is not None
    assert (found.is_here, found.ads_since, found.night_ads_since) == (True, None, None)
    assert making.lines(channel.id, friend) == [("messages", "given")]
    assert queries.friend_counts([channel.id])[channel.id] == 1
    assert told("FriendJoined") == 1
    assert told("AdConsentChanged") == 0


def test_joining_twice_adds_nothing_and_joining_with_ads_adds_the_ads() -> None:
    channel, _owner = making.channel()
    friend = making.friend(channel.id)
    for _ in range(2):
        actions.join(friend, channel.id, JoinedBy.LINK, ads=True, night_ads=True)
    assert making.lines(channel.id, friend) == [("messages", "given"), ("ads", "given"), ("night_ads", "given")]
    assert told("FriendJoined") == 1
    assert told("AdConsentChanged") == 2
    assert broken_promises() == []


def test_leaving_ends_everything_at_once_and_can_be_undone_without_the_ads() -> None:
    channel, _owner = making.channel()
    friend = making.friend(channel.id, ads=True, night_ads=True)
    undo = actions.leave(friend, channel.id)
    found = queries.friend(channel.id, making.id_of(friend))
    assert found is not None
    assert (found.is_here, found.ads_since, found.night_ads_since) == (False, None, None)
    assert queries.friend_counts([channel.id])[channel.id] == 0
    actions.leave(friend, channel.id)
    assert told("FriendLeft") == 1
    actions.follow_link(NOBODY, undo.token)
    found = queries.friend(channel.id, making.id_of(friend))
    assert found is not None
    assert (found.is_here, found.ads_since, found.joined_by) == (True, None, JoinedBy.QR)
    assert broken_promises() == []


def test_leaving_by_link_needs_no_log_in_and_no_date() -> None:
    channel, _owner = making.channel()
    friend = making.friend(channel.id, ads=True)
    token = queries.leave_token(channel.id, making.id_of(friend))
    with time_machine.travel(clock.now() + timedelta(days=1_500)):
        actions.follow_link(NOBODY, token)
    assert queries.friend_counts([channel.id])[channel.id] == 0
    assert queries.consent_log(channel.id, making.id_of(friend))[0].origin == "leave-link"


def test_a_link_about_ads_stops_ads_and_leaves_the_friendship() -> None:
    channel, _owner = making.channel()
    friend = making.friend(channel.id, ads=True, night_ads=True)
    token = queries.leave_token(channel.id, making.id_of(friend), LinkKind.ADS)
    for _ in range(2):
        assert actions.follow_link(NOBODY, token, origin="mail-header") is None
    found = queries.friend(channel.id, making.id_of(friend))
    assert found is not None
    assert (found.is_here, found.ads_since, found.night_ads_since) == (True, None, None)


def test_a_link_that_was_changed_or_has_run_out_does_nothing() -> None:
    channel, _owner = making.channel()
    friend = making.friend(channel.id)
    token = queries.leave_token(channel.id, making.id_of(friend))
    last = len(token) - 1
    changed = [(place, "A" if token[place] != "A" else "B") for place in range(0, last, 5)]
    changed += [
        (last, other) for other in ascii_letters + digits + "-_" if other != token[last]
    ]  # some are the same bytes
    for place, other in changed:
        with pytest.raises(LinkOver):
            actions.follow_link(NOBODY, token[:place] + other + token[place + 1 :])
    for wrong in ("", "x", "가", token + "AAAA", "A" * 500, "=" * 70):
        with pytest.raises(LinkOver):
            queries.linked(wrong)
    undo = actions.leave(friend, channel.id)
    with time_machine.travel(undo.until + timedelta(seconds=1)), pytest.raises(LinkOver):
        actions.follow_link(NOBODY, undo.token)


def test_all_ads_stop_in_one_tap() -> None:
    friend = making.person("여러 곳 단골")
    for _ in range(3):
        channel, _owner = making.channel()
        actions.join(friend, channel.id, JoinedBy.QR, ads=True)
    assert actions.withdraw_all_ads(friend) == 3
    assert not [one for one in queries.friendships(making.id_of(friend)) if one.ads_since]
    assert actions.withdraw_all_ads(friend) == 0


def test_a_paused_channel_takes_no_friends_but_lets_them_go() -> None:
    channel, owner = making.channel()
    friend = making.friend(channel.id, ads=True)
    actions.pause_channel(making.steward(), channel.id, "다른 가게인 척합니다.")
    assert queries.paused_why(channel.id) == "다른 가게인 척합니다."
    with pytest.raises(ChannelPaused):
        making.friend(channel.id)
    with pytest.raises(ChannelPaused):
        actions.set_ad_consent(friend, channel.id, ConsentKind.NIGHT_ADS, True)
    actions.set_ad_consent(friend, channel.id, ConsentKind.ADS, False)
    actions.leave(friend, channel.id)
    with pytest.raises(NotAllowed):
        actions.resume_channel(owner, channel.id)
    actions.resume_channel(making.steward(), channel.id)
    making.friend(channel.id)


def test_a_closed_channel_lets_everybody_go_and_stays_closed() -> None:
    channel, owner = making.channel()
    friends = [making.friend(channel.id), making.friend(channel.id, ads=True, night_ads=True)]
    gone = making.friend(channel.id, ads=True)
    actions.leave(gone, channel.id)
    assert actions.close_channel(owner, channel.id) == 2
    assert making.lines(channel.id, friends[0])[-1] == ("messages", "withdrawn")
    assert making.lines(channel.id, friends[1])[-3:] == [
        ("night_ads", "withdrawn"),
        ("ads", "withdrawn"),
        ("messages", "withdrawn"),
    ]
    assert broken_promises() == []
    for no in (lambda: actions.close_channel(owner, channel.id), lambda: making.friend(channel.id)):
        with pytest.raises(ChannelClosed):
            no()


def test_the_log_of_consents_only_grows() -> None:
    channel, _owner = making.channel()
    making.friend(channel.id)
    line = models.ConsentLine.objects.filter(channel_id=channel.id)
    for change in (lambda: line.update(act="withdrawn"), lambda: line.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"ads_since": None, "night_ads_since": None}, "the consent to ads differs"),
        ({"night_ads_since": None}, "the consent to night ads differs"),
        ({"joined_at": clock.now() - timedelta(days=3)}, "joined at another time"),
        (
            {"left_at": clock.now(), "ads_since": None, "night_ads_since": None},
            "is a friend in one and not in the other",
        ),
        ({"reminded_at": clock.now()}, "the notice of every two years differs"),
    ],
)
def test_columns_that_say_other_than_the_log_are_found(change: dict[str, object], what: str) -> None:
    channel, _owner = making.channel()
    making.friend(channel.id, ads=True, night_ads=True)
    assert broken_promises() == []
    models.Friend.objects.filter(channel_id=channel.id).update(**change)
    assert broken_promises() == [what]


def test_what_a_channel_notes_is_what_the_friend_reads() -> None:
    channel, owner = making.channel()
    friend = making.friend(channel.id)
    visited = FriendDate("visited", date(2026, 11, 1))
    actions.note_friend(
        owner, channel.id, making.id_of(friend), tags=["단골", " 배달 ", "단골"], note="순두부", dates=[visited]
    )
    actions.note_friend(owner, channel.id, making.id_of(friend), dates=[FriendDate("birthday", date(1960, 2, 29))])
    noted = queries.noted(owner, channel.id, making.id_of(friend))
    assert (noted.tags, noted.note, len(noted.dates)) == (("단골", "배달"), "순두부", 2)
    assert queries.tags_of(owner, channel.id) == ("단골", "배달")
    exported: Any = dict(people.export_parts(making.id_of(friend)))["channels"]
    [friendship] = exported["friendships"]
    assert (friendship["note"], friendship["tags"]) == ("순두부", ["단골", "배달"])
    assert [line["kind"] for line in exported["consents"]] == ["messages"]


@pytest.mark.parametrize("tags", [["가" * 21], ['"'], [""], [f"t{number}" for number in range(21)]])
def test_tags_that_do_not_fit(tags: list[str]) -> None:
    channel, owner = making.channel()
    friend = making.friend(channel.id)
    with pytest.raises(BadValue):
        actions.note_friend(owner, channel.id, making.id_of(friend), tags=tags)


def test_nothing_is_noted_about_who_left() -> None:
    channel, owner = making.channel()
    friend = making.friend(channel.id)
    actions.leave(friend, channel.id)
    with pytest.raises(NotAFriend):
        actions.note_friend(owner, channel.id, making.id_of(friend), note="또 오세요")
