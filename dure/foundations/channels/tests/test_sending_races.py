"""Two workers and the day's cap: one place is left, two ads are due. With its twin, in which the day is read and then written."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from dure.base import clock
from dure.base.actors import system
from dure.foundations.channels import actions, models
from dure.foundations.channels.rules.law import TERMS
from dure.foundations.channels.types import Lane, Purpose, Why
from dure.kit import tx
from dure.kit.testing import Meet, race

from . import sending_world as worlds

BY = system("test")
pytestmark = pytest.mark.django_db(transaction=True)
COUNTING = "INSERT INTO channels_day_count"
# What take_days does, without its one moment: it looks who has a place, and leaves the counting for later.
ONLY_LOOKING = """
SELECT asked.channel, asked.person FROM unnest(%(channels)s::uuid[], %(persons)s::uuid[]) AS asked (channel, person)
LEFT JOIN channels_day_count n ON n.channel_id = asked.channel AND n.person_id = asked.person
  AND n.purpose = %(purpose)s AND n.day = %(day)s
WHERE coalesce(n.count, 0) < %(most)s
"""


@contextmanager
def only_looking() -> Iterator[None]:
    """In this thread the day's count is read, and not written in the same moment."""

    def look(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        return execute(ONLY_LOOKING if COUNTING in sql else sql, params, many, context)

    with connection.execute_wrapper(look):
        yield


def two_workers(*, counted: bool) -> tuple[int, int]:
    """One place is left today and two ads are due; answers how many came today, and how many wait for tomorrow."""
    most = TERMS[Purpose.AD].a_day
    assert most is not None
    with worlds.at() as noon:
        world = worlds.world()
        person = worlds.friend(world, phone=False)
        day = clock.local(noon.at).date()
        models.DayCount.objects.create(
            channel_id=world.channel, person_id=person, purpose=Purpose.AD, day=day, count=most - 1
        )
        sendings = [worlds.queue(world, person, purpose=Purpose.AD) for _ in range(2)]

    def cut(meet: Meet) -> str:
        later, counting = clock.read_from(lambda: noon.at + timedelta(seconds=1)), nullcontext()
        with later, counting if counted else only_looking(), tx.durable():
            actions.cut_batch(BY, (), tuple(Lane), 1)
            meet()
        return "cut"

    assert race(cut, cut).names == ("cut", "cut")
    rows = models.Dispatch.objects.filter(sending__in=sendings)
    return (
        models.Message.objects.filter(dispatch_id__in=rows.values("id")).count(),
        rows.filter(why=Why.CAP, next_at__isnull=False).count(),
    )


def test_two_workers_do_not_go_past_the_cap_of_a_day() -> None:
    assert two_workers(counted=True) == (1, 1)


def test_read_first_and_written_later_the_cap_would_be_passed() -> None:
    assert two_workers(counted=False) == (2, 0)
