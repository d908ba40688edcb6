"""What is written can be carried, so that no announcement stands in the way of the others; and who has left is left alone."""

import json
from datetime import timedelta

import pytest

from dure.base import clock
from dure.base.refusals import BadValue
from dure.services.broadcast import actions, models, queries
from dure.services.broadcast.rules import studio
from dure.services.broadcast.types import Kind, NotUndone

from . import making
from .making import Ground, key, later, person_of


def texts() -> list[str]:
    return [json.loads(content)["parts"][0]["text"] for _, _, content, _ in making.told()]


def urgent(ground: Ground, words: str) -> None:
    said = making.sent(ground, kind=Kind.URGENT, words=words)
    actions.agree_announcement(ground.deputy, said.id, key=key())


def test_lines_as_browsers_send_them_are_carried(ground: Ground) -> None:
    with later():
        urgent(ground, "둑이 넘칩니다.\r\n지금 학교로 가세요.\t\r\n")
    with later(minutes=1):
        assert making.aired() > 0
    assert texts()[0].endswith("둑이 넘칩니다.\n지금 학교로 가세요.")


@pytest.mark.parametrize("kind", Kind)
def test_what_hides_is_refused_before_it_is_kept(ground: Ground, kind: Kind) -> None:
    with later(), pytest.raises(BadValue):
        making.written(ground, kind=kind, words="둑이\u200b 넘칩니다")
    assert not models.Announcement.objects.exists()


@pytest.mark.parametrize("kind", [Kind.NOTICE, Kind.DRILL])
def test_the_longest_announcement_reaches_people(ground: Ground, kind: Kind) -> None:
    words = "가" * studio.WORDS_LENGTH[1]
    with later():
        making.sent(ground, kind=kind, words=words)
    with later(minutes=1):
        assert making.aired() > 0
    assert words in texts()[0]


def test_what_the_channel_refuses_is_put_off_and_holds_up_nobody(ground: Ground) -> None:
    with later():
        bad, good = making.sent(ground), making.sent(ground, words="경로당에 떡이 있습니다")
        models.Announcement.objects.filter(id=bad.id).update(words="넘\u200b칩니다")
    with later(minutes=1):
        making.aired()
    assert making.ways(good, ground.listeners[0]) == [("push", "open")]
    assert making.ways(bad, ground.listeners[0]) == []


def test_who_left_while_it_was_opened_is_told_nothing(ground: Ground) -> None:
    leaving, staying = ground.listeners
    with later():
        said = making.sent(ground)
    with later(minutes=1):
        actions.open_airings(making.BY)
        models.Listener.objects.filter(person_id=person_of(leaving)).update(left_at=clock.now())
        making.aired()
    assert making.ways(said, leaving) == []
    assert making.standing(said)[person_of(leaving)] == "left"
    assert making.ways(said, staying) == [("push", "open")]


def test_one_may_leave_where_the_channel_is_closed(ground: Ground) -> None:
    one = ground.listeners[0]
    with later():
        making.close_channel(ground)
        assert actions.leave_village(one, ground.village.id) is True
        assert actions.leave_village(one, ground.village.id) is False
    assert queries.memberships(person_of(one)) == ()


def test_what_was_opened_in_the_last_moment_is_not_called_taken_back(ground: Ground) -> None:
    with later():
        said = making.sent(ground)
        at = models.Airing.objects.get(announcement_id=said.id).at
        models.Airing.objects.filter(announcement_id=said.id).update(
            opened_at=at
        )  # by another server, whose clock is ahead
    with later(seconds=studio.UNDO_SECONDS - 1), pytest.raises(NotUndone):
        actions.take_back(ground.head, said.id)
    assert timedelta(0) < at - making.NOON
