"""A condition about openings or places may be aimed at, and tells nothing about a single friend on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.foundations.channels import actions, queries
from dure.foundations.channels.rules import figures
from dure.foundations.channels.types import BroadcastState
from dure.foundations.people.types import system

from . import making

NAMES = ("queued", "sent", "delivered", "opened", "clicked", "left")


@pytest.mark.django_db
@pytest.mark.parametrize("segment", ["꼬리표:하나 그리고 읽음 < 3", "꼬리표:하나 그리고 제외 읽음 < 3"])
def test_a_message_aimed_at_who_opened_says_neither_yes_nor_no_about_one_friend(segment: str) -> None:
    channel, owner = making.channel()
    one = making.friend(channel.id)
    actions.note_friend(owner, channel.id, making.id_of(one), tags=("하나",))
    made = actions.write_broadcast(owner, making.notice(channel.id, segment=segment), key="k")
    assert actions.hand_in_broadcast(owner, made.id) is BroadcastState.SCHEDULED
    assert actions.send_broadcast(system("test"), made.id) is BroadcastState.SENDING
    told = queries.figures(owner, queries.broadcast(owner, made.id))
    assert told is not None
    assert {getattr(told, name) for name in NAMES} == {None}


@given(st.integers(0, 300), st.integers(0, 300))
def test_what_became_of_a_private_audience_comes_in_tens_from_the_floor_on(queued: int, part: int) -> None:
    counts = dict.fromkeys(NAMES, min(part, queued)) | {"queued": queued}
    told = figures.figures(counts, bounds=(0, queued))
    assert (told.queued is None) == (queued < figures.FLOOR)
    for name in NAMES:
        count = getattr(told, name)
        assert count is None or (count % figures.STEP == 0 and queued >= figures.FLOOR)
