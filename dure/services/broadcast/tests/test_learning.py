"""The ladder goes by what the channel really tried, not by what it was given."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from dure.base import ids
from dure.base.actors import PersonId
from dure.foundations.channels.tests import sending_world as outside
from dure.foundations.channels.types import Carriage, Course, Fate, Outcome, Route, SendingId
from dure.foundations.people.tests import making as folk
from dure.services.broadcast import actions, models
from dure.services.broadcast.rules import ladder
from dure.services.broadcast.types import Ended, Kind, Way

from . import making
from .making import BY, NOON, Ground, later

MOMENTS = st.integers(-600, 600).map(lambda minutes: NOON + timedelta(minutes=minutes))
FATES = st.builds(Fate, st.just(SendingId(ids.new())), st.just(PersonId(ids.new())), st.sampled_from(Course), MOMENTS)


def test_a_text_that_the_night_holds_is_waited_for(ground: Ground) -> None:
    """A daughter in New York is awake while it is night in Seoul, where the channel holds her text till the morning."""
    daughter, pocket = folk.person("딸"), outside.Pocket()
    making.numbered(daughter, "+821000000009")
    with later(hours=9):
        making.join(daughter, ground.village.id, "America/New_York")
    with later(hours=10):  # 22 o'clock in Seoul, 9 there
        said = making.sent(ground)
    for minutes in (1, 12, 60):
        with later(hours=10, minutes=minutes):
            making.aired(pocket)
    assert making.ways(said, daughter) == [("push", "failed"), ("text", "open")]
    assert pocket.carried == []
    for minutes in (1, 9):  # from eight in Seoul on
        with later(hours=20, minutes=minutes):
            making.aired(pocket)
    assert [one.route for one in pocket.carried] == [Route.SMS]
    with later(hours=20, minutes=12):
        making.aired(pocket)
    assert [one.route for one in pocket.carried] == [Route.SMS, Route.VOICE]


def test_what_nobody_carries_in_time_is_given_up_and_called_back(ground: Ground) -> None:
    making.numbered(ground.listeners[0], "+821000000001")
    with later():
        said = making.sent(ground)
    with later(minutes=1):
        actions.open_airings(BY)
        making.stepped()
    with later(minutes=8):
        making.stepped()
    assert making.ways(said, ground.listeners[0]) == [("push", "failed"), ("text", "open")]
    pocket = outside.Pocket()
    with later(minutes=12):
        making.stepped()
        outside.send(pocket)
    assert making.ways(said, ground.listeners[0]) == [("push", "failed"), ("text", "failed"), ("call", "open")]
    assert [one.route for one in pocket.carried] == [Route.VOICE]


def test_of_what_the_channel_knows_nothing_it_is_not_asked_for_ever(ground: Ground) -> None:
    making.numbered(ground.listeners[0], "+821000000001")
    with later():
        said = making.sent(ground)
    with later(minutes=1):
        actions.open_airings(BY)
        making.stepped()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM channels_dispatch")
    with later(minutes=2):
        assert actions.learn_fates(BY) > 0
        assert actions.learn_fates(BY) == 0
        making.stepped()
    assert making.ways(said, ground.listeners[0])[1:] == [("text", "failed"), ("call", "open")]


def test_who_was_not_reached_goes_on_at_once(ground: Ground) -> None:
    making.numbered(ground.listeners[0], "+821000000001")

    def answer(one: Carriage) -> Outcome:
        return outside.fails()(one) if one.route is Route.SMS else outside.accepts(one)

    pocket = outside.Pocket(answer=answer)
    with later():
        said = making.sent(ground)
    with later(minutes=1):
        making.aired(pocket)
    with later(minutes=2):
        making.aired(pocket)
    assert making.ways(said, ground.listeners[0])[1:] == [("text", "failed"), ("call", "open")]


def test_a_wait_counts_from_the_real_try(ground: Ground) -> None:
    making.numbered(ground.listeners[0], "+821000000001")
    with later():
        said = making.sent(ground)
    with later(minutes=1):
        actions.open_airings(BY)
        making.stepped()
    pocket = outside.Pocket()
    with later(minutes=9):
        outside.send(pocket)  # the sender stood still for eight minutes
    for minutes in (11.5, 18):
        with later(minutes=minutes):
            making.aired(pocket)
    assert [way for way, _ in making.ways(said, ground.listeners[0])] == ["push", "text"]
    with later(minutes=19.5):
        making.aired(pocket)
    assert [way for way, _ in making.ways(said, ground.listeners[0])] == ["push", "text", "call"]


def test_tries_are_looked_at_less_and_less_and_in_few_statements(ground: Ground) -> None:
    for number, by in enumerate(ground.listeners):
        making.numbered(by, f"+82100000000{number}")
    with later():
        making.sent(ground)
    with later(minutes=1):
        making.aired()
    with later(minutes=1, seconds=29):
        assert actions.learn_fates(BY) == 0
    with (
        later(minutes=1, seconds=31),
        CaptureQueriesContext(
            connection,
        ) as asked,
    ):
        assert actions.learn_fates(BY) == 3  # two texts; the inbox of the deputy, who has no telephone
    assert len(asked) <= 14
    with later(minutes=1, seconds=59):
        assert actions.learn_fates(BY) == 0
    with later(minutes=2, seconds=2):
        assert actions.learn_fates(BY) == 2  # the texts once more: a dealer may say later that there is no such number
    assert models.Try.objects.filter(look_at__isnull=False).count() == 2


@given(st.sampled_from(Kind), st.sampled_from([Way.PUSH, Way.TEXT, Way.CALL, Way.AGAIN]), MOMENTS, FATES, MOMENTS)
def test_every_try_comes_to_an_end(kind: Kind, way: Way, since: object, fate: Fate, now: object) -> None:
    """Whatever the channel says: it was tried, it failed, or it is looked at again, later than now."""
    found = ladder.seen(kind, way, since, fate, now)  # type: ignore[arg-type]  # moments, as hypothesis types them
    assert found.tried_at is None or found.ended is Ended.OPEN
    if found.ended is Ended.OPEN and found.tried_at is None:
        assert found.look_at is not None
    assert found.look_at is None or found.look_at > now  # type: ignore[operator]  # the same
    assert not found.given_up or found.ended is Ended.FAILED
