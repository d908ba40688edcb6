"""Of many sendings of one channel a batch takes portions, drawn by lot; none waits for another to end, and nobody is left out."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from dure.base import clock
from dure.foundations.channels import models
from dure.foundations.channels.types import Lane
from dure.kit import sqlfiles

from . import sending_world as worlds

pytestmark = pytest.mark.django_db
SENDINGS, PERSONS, BATCH, PORTION = 12, 4, 6, 2


def claimed(turn: int, batch: int = BATCH) -> Counter[UUID]:
    """How many people of which sending the statement takes; they wait for nothing afterwards."""
    asked: dict[str, Any] = {
        "lane": Lane.NORMAL,
        "now": clock.now(),
        "batch": batch,
        "portion": PORTION,
        "turn": turn,
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load("dure.foundations.channels", "claim_due").text, asked)
        rows = models.Dispatch.objects.filter(id__in=[row[0] for row in cursor.fetchall()])
    taken = Counter(rows.values_list("sending_id", flat=True))
    rows.update(state="delivered", next_at=None)
    return taken


def queued(world: worlds.World, sendings: int = SENDINGS, persons: int = PERSONS) -> list[UUID]:
    people = [worlds.friend(world, phone=False) for _ in range(persons)]
    return [worlds.queue(world, *people) for _ in range(sendings)]


def test_a_batch_takes_portions_of_few_sendings() -> None:
    with worlds.at():
        queued(worlds.world())
        first = claimed(turn=1)
        assert len(first) == BATCH // PORTION
        assert set(first.values()) == {PORTION}


def test_the_lot_draws_others_at_another_turn() -> None:
    with worlds.at():
        queued(worlds.world())
        drawn = {frozenset(claimed(turn)) for turn in range(6)}
        assert len(drawn) > 1


def test_nobody_is_left_out_and_nobody_is_taken_twice() -> None:
    with worlds.at():
        sendings = queued(worlds.world())
        total: Counter[UUID] = Counter()
        for turn in range(SENDINGS * PERSONS):
            more = claimed(turn)
            if not more:
                break
            total += more
        assert total == Counter(dict.fromkeys(sendings, PERSONS))


def test_what_has_nobody_due_does_not_end_the_search() -> None:
    with worlds.at():
        sendings = queued(worlds.world())
        models.Dispatch.objects.exclude(sending=sendings[-1]).update(state="delivered", next_at=None)
        assert claimed(turn=1) == {sendings[-1]: PERSONS}


def test_what_is_left_of_a_batch_is_taken_of_the_first() -> None:
    with worlds.at():
        queued(worlds.world(), sendings=2, persons=8)
        assert sorted(claimed(turn=1).values()) == [PORTION, BATCH - PORTION]


def test_sendings_to_one_person_fill_a_batch() -> None:
    with worlds.at():
        queued(worlds.world(), sendings=BATCH * 2, persons=1)
        assert claimed(turn=1).total() == BATCH


def test_channels_get_their_portion_however_many_sendings_one_has() -> None:
    with worlds.at():
        queued(worlds.world())
        [small] = queued(worlds.world(), sendings=1, persons=8)
        for turn in range(3):
            assert claimed(turn)[small] >= PORTION


def test_channels_with_nobody_due_take_nothing_from_a_batch() -> None:
    with worlds.at():
        queued(worlds.world())
        for _ in range(BATCH):
            held = queued(worlds.world(), sendings=1, persons=1)
            models.Dispatch.objects.filter(sending__in=held).update(state="delivered", next_at=None)
        assert claimed(turn=1).total() == BATCH
