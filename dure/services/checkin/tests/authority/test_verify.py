"""`dure verify --role authority`: a query that was answered and is not in the log as it was answered is found every time."""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import time_machine

from dure.base import ids
from dure.kit.verify import silent
from dure.services.checkin.commands import authority as commands
from dure.services.checkin.models.authority import tables
from dure.services.checkin.types import QueryState

from .standing import NOON, OFFICE, OTHER_OFFICE, logged, officer

pytestmark = pytest.mark.django_db
SEEDS = range(1, 6)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=True):
        yield


def found() -> list[str]:
    [check] = commands.verify_checks()
    return [one.subject for one in check.run(silent)]


def change(query: UUID, **fields: object) -> None:
    assert tables.Query.objects.filter(id=query).update(**fields) == 1


def unlogged(query: UUID) -> UUID:
    """The same query once more under another id, as though it had been logged: the log has never heard of it."""
    row = tables.Query.objects.get(id=query)
    row.pk = ids.new()
    row.save(force_insert=True)
    return UUID(str(row.pk))


def answered_before_it_was_logged(query: UUID) -> UUID:
    """Its state says that nobody agreed yet, and something was opened for it."""
    copy = unlogged(query)
    change(copy, state=QueryState.FILED.value, log_entry=None, decided_by=None)
    tables.Extract.objects.create(id=ids.new(), query_id=copy, hour=9, part=0, sealed=bytes(64))
    return copy


def changed(**fields: object) -> Callable[[UUID], UUID]:
    def plant(query: UUID) -> UUID:
        change(query, **fields)
        return query

    return plant


PLANTS: dict[str, Callable[[UUID], UUID]] = {
    "never logged": unlogged,
    "answered before": answered_before_it_was_logged,
    "another venue": changed(venue=UUID(int=4_711)),
    "other hours": changed(first_hour=20, hours=3),
    "another entry": changed(log_entry=4_711),
    "another day of filing": changed(filed_at=NOON.replace(year=2025)),
    "another case": changed(case="2026-감염-9999"),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("plant", PLANTS)
def test_whatever_is_wrong_with_one_of_several_queries_is_found_and_no_other_is_named(seed: int, plant: str) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test that comes out the same twice
    queries = []
    for number, office in enumerate((OFFICE, OTHER_OFFICE)):
        one, other = officer(office), officer(office)
        queries += [logged(one, other, case=f"2026-감염-{number}{hour}", first_hour=hour) for hour in (8, 12)]
    assert found() == []
    wrong = PLANTS[plant](chance.choice(queries))
    assert found() == [str(wrong)]
