"""Many sendings of one channel at once, stopped at once; and whom a sending has not reached."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dure.base import clock
from dure.base.actors import PersonId, system
from dure.base.refusals import BadValue, KeyReused, NotAllowed
from dure.foundations.channels import actions, models, queries
from dure.foundations.channels.types import (
    EVERYBODY,
    Content,
    DispatchState,
    NewSending,
    Purpose,
    SendingId,
    SendingState,
    Text,
)
from dure.foundations.people.tests import making as folk
from dure.kit import tx

from . import sending_world as worlds
from .sending_world import Pocket, World

pytestmark = pytest.mark.django_db
BY = system("test")
NIGHT = datetime(2026, 5, 15, 13, 0, tzinfo=UTC)  # 22:00 in Seoul


@pytest.fixture
def shop() -> World:
    with worlds.at():
        return worlds.world()


def new(
    shop: World, key: str, *persons: PersonId, said: str = "내일은 아침 아홉 시에 문을 엽니다.", **more: object
) -> NewSending:
    return NewSending(shop.channel, Purpose.INFO, Content((Text(said),)), key, persons=persons, **more)  # type: ignore[arg-type]  # given by the test


def queue(*news: NewSending) -> tuple[SendingId, ...]:
    with tx.durable():
        return actions.queue_sendings(BY, news)


def test_each_reaches_whom_it_names_once_with_its_own_words(shop: World) -> None:
    with worlds.at():
        one, two, three = (worlds.friend(shop) for _ in range(3))
        first, second = queue(new(shop, "a", one, two, one), new(shop, "b", three, said="모레는 쉽니다."))
        worlds.send(pocket := Pocket())
        assert len(pocket.carried) == 3
        assert worlds.row_of(first, two).state == worlds.row_of(second, three).state == DispatchState.DELIVERED
        said = models.Message.objects.get(dispatch=worlds.row_of(second, three).id).words
        assert said == "모레는 쉽니다."
    assert {row.id: row.count for row in models.Sending.objects.all()} == {first: 2, second: 1}


def test_it_takes_as_many_statements_for_thirty_as_for_three(shop: World) -> None:
    with worlds.at():
        persons = [worlds.friend(shop) for _ in range(3)]
        counts = []
        for many in (3, 30):
            news = [new(shop, f"{many}-{number}", *persons) for number in range(many)]
            with CaptureQueriesContext(connection) as asked:
                queue(*news)
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_used_key_another_channel_or_an_audience_refuses_all_of_them(shop: World) -> None:
    with worlds.at():
        person, other = worlds.friend(shop), worlds.world()
        queue(new(shop, "used", person))
        for wrong, refusal in (
            (new(shop, "used", person), KeyReused),
            (new(other, "c", person), BadValue),
            (new(shop, "d", segment=EVERYBODY), BadValue),
            (new(shop, "e"), BadValue),
        ):
            with pytest.raises(refusal):
                queue(new(shop, "fine", person), wrong)
            assert not models.Sending.objects.filter(key="fine").exists()


def test_nobody_else_queues_or_stops_for_a_channel(shop: World) -> None:
    with worlds.at():
        [sending] = queue(new(shop, "a", worlds.friend(shop)))
        for act in (
            lambda: actions.queue_sendings(folk.person("남예시"), [new(shop, "b", worlds.friend(shop))]),
            lambda: actions.stop_sendings(folk.person("남예시"), [sending]),
        ):
            with pytest.raises(NotAllowed), tx.durable():
                act()
    assert models.Sending.objects.get().state == SendingState.OPEN


def test_what_is_stopped_together_reaches_nobody(shop: World) -> None:
    with worlds.at():
        persons = [worlds.friend(shop) for _ in range(3)]
        sendings = queue(*(new(shop, f"k{number}", person) for number, person in enumerate(persons)))
        with tx.durable():
            actions.stop_sendings(BY, sendings[:2])
            actions.close_sendings(BY)
        worlds.send(pocket := Pocket())
        assert [worlds.row_of(one, who).state for one, who in zip(sendings, persons, strict=True)] == [
            DispatchState.STOPPED,
            DispatchState.STOPPED,
            DispatchState.DELIVERED,
        ]
        assert len(pocket.carried) == 1


def test_who_waits_for_the_morning_or_was_stopped_is_not_reached_and_who_opened_it_is(shop: World) -> None:
    with worlds.at(NIGHT):
        waits, opened = worlds.friend(shop), worlds.friend(shop)
        [sending] = queue(new(shop, "night", waits, opened))
        worlds.send(Pocket())
        models.Dispatch.objects.filter(person_id=opened).update(opened_at=clock.now())
        assert queries.unreached([sending]) == {sending: {waits}}
        with tx.durable():
            actions.stop_sendings(BY, [sending])
            actions.close_sendings(BY)
        assert queries.unreached([sending]) == {sending: {waits}}


def test_whom_a_telephone_reached_or_who_has_none_is_not_among_them(shop: World) -> None:
    with worlds.at() as clock_:
        called, without = worlds.friend(shop), worlds.friend(shop, phone=False)
        [sending] = queue(new(shop, "day", called, without))
        assert queries.unreached([sending]) == {sending: {called, without}}
        worlds.send(Pocket())
        clock_.move(hours=1)
        worlds.send(Pocket())
        assert queries.unreached([sending]) == {}
