"""Two at the same time: each race with its twin that shows the race with the lock off."""

import pytest

from dure.foundations.channels import actions, models, queries
from dure.foundations.channels.types import BroadcastState, JoinedBy, TemplateState
from dure.kit import tx
from dure.kit.testing import Meet, Outcomes, race

from . import making

pytestmark = pytest.mark.django_db(transaction=True)


def leaves_twice(*, locked: bool) -> tuple[Outcomes, list[tuple[str, str]]]:
    channel, _owner = making.channel()
    friend = making.friend(channel.id)

    def leave(meet: Meet) -> str:
        with tx.durable():
            actions.leave(friend, channel.id)
            meet()
        return "left"

    outcomes = race(leave, leave, locked=locked, together=True)
    return outcomes, making.lines(channel.id, friend)


def test_two_taps_on_leave_are_one_line_of_the_log() -> None:
    outcomes, log = leaves_twice(locked=True)
    assert outcomes.names == ("left", "left")
    assert log == [("messages", "given"), ("messages", "withdrawn")]


def test_without_the_lock_they_would_be_two() -> None:
    _outcomes, log = leaves_twice(locked=False)
    assert log == [("messages", "given"), ("messages", "withdrawn"), ("messages", "withdrawn")]


def joins_while_it_closes(*, locked: bool) -> tuple[Outcomes, int]:
    channel, owner = making.channel()
    joining = making.person()

    def close(meet: Meet) -> str:
        with tx.durable():
            actions.close_channel(owner, channel.id)
            meet()
        return "closed"

    def join(meet: Meet) -> str:
        with tx.durable():
            actions.join(joining, channel.id, JoinedBy.QR)
            meet()
        return "joined"

    outcomes = race(close, join, locked=locked, together=True)
    return outcomes, models.Friend.objects.filter(channel_id=channel.id, left_at__isnull=True).count()


def test_nobody_stays_a_friend_of_a_channel_that_closes() -> None:
    outcomes, friends = joins_while_it_closes(locked=True)
    assert outcomes.names in (("ChannelClosed", "closed"), ("closed", "joined"))
    assert friends == 0


def test_without_the_lock_somebody_would() -> None:
    outcomes, friends = joins_while_it_closes(locked=False)
    assert outcomes.names == ("closed", "joined")
    assert friends == 1


def first_joins_at_once() -> tuple[Outcomes, list[tuple[str, str]]]:
    channel, _owner = making.channel()
    joining = making.person()

    def join(meet: Meet) -> str:
        with tx.durable():
            actions.join(joining, channel.id, JoinedBy.QR, ads=True)
            meet()
        return "joined"

    return race(join, join), making.lines(channel.id, joining)


def test_two_first_joins_are_one() -> None:
    """The insert waits for the other by the primary key, which no lock of ours could be taken away from."""
    outcomes, log = first_joins_at_once()
    assert outcomes.names == ("joined", "joined")
    assert log == [("messages", "given"), ("ads", "given")]


def approved_while_edited(*, locked: bool) -> tuple[Outcomes, BroadcastState, str]:
    channel, owner = making.channel()
    making.friend(channel.id)
    second = making.steward()
    with tx.durable():
        kept = actions.write_broadcast(owner, making.notice(channel.id), key="k")
        models.Broadcast.objects.filter(id=kept.id).update(state=BroadcastState.ASKED)

    def approve(meet: Meet) -> str:
        with tx.durable():
            meet()
            actions.approve_broadcast(second, kept.id, kept.version)
            meet()
        return "approved"

    def edit(meet: Meet) -> str:
        with tx.durable():
            actions.edit_broadcast(owner, kept.id, making.notice(channel.id, "다른 말입니다."))
            meet()
            meet()
        return "edited"

    outcomes = race(approve, edit, locked=locked)
    now = queries.broadcast(owner, kept.id)
    return outcomes, now.state, "changed" if now.version != kept.version else "same"


def test_nothing_is_approved_that_is_being_changed() -> None:
    outcomes, state, _content = approved_while_edited(locked=True)
    assert outcomes.names == ("ChangedMeanwhile", "edited")
    assert state is BroadcastState.DRAFT


def test_without_the_lock_changed_words_would_count_as_approved() -> None:
    outcomes, state, content = approved_while_edited(locked=False)
    assert outcomes.names == ("approved", "edited")
    assert (state, content) == (BroadcastState.SCHEDULED, "changed")


def test_two_versions_of_a_template_do_not_get_one_number() -> None:
    channel, owner = making.channel()

    def write(key: str):
        def run(meet: Meet) -> str:
            with tx.durable():
                made = actions.write_template(owner, making.template(channel.id), key=key)
                meet()
            return f"version {made.version}"

        return run

    assert race(write("a"), write("b")).names == ("version 1", "version 2")
    assert {one.state for one in queries.templates_for(owner, channel.id)} == {TemplateState.DRAFT}
