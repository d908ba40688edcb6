"""A gateway that tells a thing twice at the same moment, to two processes: it is done once, and both are answered the same."""

from collections.abc import Callable

import pytest

from dure.kit.testing import Meet, race
from dure.services.broadcast import actions, models
from dure.services.broadcast.twins.telephone import tone
from dure.services.broadcast.types import CallEvent, Sign

from . import telephoning as on
from .making import BY, Ground, later

WORDING = actions.CallWording(lambda name, at: f"{name} 님이 전화로 말한 방송입니다. 글은 아직 없습니다.")
WRONG = "395173"


def told(what: Sign, turn: int, **more: object) -> CallEvent:
    return CallEvent(call="race", turn=turn, what=what, **more)  # type: ignore[arg-type]  # as it is named


def at_once(event: CallEvent) -> Callable[[Meet], object]:
    def work(meet: Meet) -> object:
        with later():
            meet()
            return actions.answer_call(BY, event, lambda address: tone(2), WORDING).turn

    return work


@pytest.fixture
def town(real_ground: Ground) -> Ground:
    with later(minutes=-1):
        on.known(real_ground)
    return real_ground


def both(event: CallEvent) -> int:
    """Tell it twice at once; answers the number of the answer, of which there is one."""
    first, second = (one.value for one in race(at_once(event), at_once(event)).each)
    assert first == second
    return int(first.number)


def test_a_whole_call_told_twice_at_once(town: Ground) -> None:
    assert both(told(Sign.RANG, 0, caller=on.HEAD_NUMBER)) == 1
    assert models.Call.objects.count() == 1
    assert both(told(Sign.KEYED, 1, keys="1")) == 2
    assert both(told(Sign.KEYED, 2, keys=WRONG)) == 3
    assert models.TelephoneSecret.objects.get(person=town.head.person).wrong == 1
    assert both(told(Sign.KEYED, 3, keys=on.DIGITS)) == 4
    assert both(told(Sign.RECORDED, 4, recording="somewhere")) == 5
    assert (models.Announcement.objects.count(), models.Recording.objects.count()) == (1, 1)
    assert both(told(Sign.KEYED, 5, keys="1")) == 6
    assert models.Airing.objects.count() == 1
