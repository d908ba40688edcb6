"""Two workers at once, and one that is killed in the middle: nobody twice, nobody forgotten."""

from collections import Counter

import pytest

from dure.foundations.channels import actions as channels
from dure.kit.testing import Meet, race
from dure.services.broadcast import actions, models

from . import making
from .making import BY, Ground, later

SLOW = 3


def asked(said: object) -> Counter[object]:
    """How often the channel was asked for each person."""
    return Counter(person for *_, whom in making.told() for person in whom)


def test_two_workers_tell_nobody_twice(real_ground: Ground) -> None:
    with later():
        said = making.sent(real_ground)
    with later(minutes=1):
        assert actions.open_airings(BY) == 1

    def work(meet: Meet) -> object:
        with later(minutes=1):
            steps = 0
            meet()
            while more := actions.air_due(BY, making.WORDING, SLOW):
                steps += more
            return steps

    race(work, work)
    with later(minutes=1):
        while actions.air_due(BY, making.WORDING):
            pass
    listeners = {person for person, n in asked(said).items() if n == 1}
    assert listeners == set(making.standing(said))
    assert len(listeners) == 13
    assert models.Try.objects.filter(way="push").count() == 13


def test_who_is_killed_in_the_middle_leaves_all_or_nothing(
    real_ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine dies after the channel has it and before the batch is written down: neither happened."""

    class Killed(BaseException):
        pass

    real = channels.queue_sendings

    def queue_and_die(*args: object, **named: object) -> object:
        real(*args, **named)  # type: ignore[arg-type]  # as it was called
        raise Killed

    with later():
        said = making.sent(real_ground)
    with later(minutes=1):
        actions.open_airings(BY)
        with monkeypatch.context() as dying:
            dying.setattr(channels, "queue_sendings", queue_and_die)
            with pytest.raises(Killed):
                actions.air_due(BY, making.WORDING)
        assert (making.told(), models.Try.objects.count()) == ([], 0)
        assert making.aired() == 13
    assert set(asked(said).values()) == {1}
    assert len(asked(said)) == 13


def test_two_workers_open_an_airing_once(real_ground: Ground) -> None:
    with later():
        said = making.sent(real_ground)

    def work(meet: Meet) -> object:
        with later(minutes=1):
            meet()
            return actions.open_airings(BY)

    opened = race(work, work)
    assert len(making.standing(said)) == 13
    assert opened is not None
