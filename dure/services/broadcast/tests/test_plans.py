"""The statements of airing go by their indexes, however many wait for another day."""

from typing import Any

import pytest
from django.db import connection

from dure.base import ids
from dure.kit import sqlfiles

from .making import NOON

HOUSE = "dure.services.broadcast"
CLAIM = {"kinds": ["notice"], "villages": [ids.new()], "counts": [10], "now": NOON}
COUNT = {"now": NOON, "most": 100, "portion": 10, "lot": 1}
HOMES = {"since": NOON, "most": 100}
LOOKS = {"now": NOON, "most": 100}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "asked", "index"),
    [
        ("claim_due", CLAIM, "broadcast_reach_due"),
        ("count_due", COUNT, "broadcast_reach_due"),
        ("claim_looks", LOOKS, "broadcast_try_look"),
        ("open_households", HOMES, "broadcast_airing_ends"),
    ],
)
def test_the_plan_of_a_statement_is_its_index(name: str, asked: dict[str, Any], index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # the tables of a test are small
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("EXPLAIN (COSTS OFF) " + sqlfiles.load(HOUSE, name).text, asked)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan, plan
    assert "Seq Scan" not in plan, plan
