"""What giving may cost: each line of "Budgets" in its README is counted here."""

import asyncio
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dure.base import ids
from dure.foundations.people.tests import making as folk
from dure.services.giving import hot, queries
from dure.services.giving.tests import making
from dure.services.giving.tests.making import Town
from dure.services.giving.types import BoxId

README = Path(hot.__file__).with_name("README.md")
GROUP = 40


def budget(path: str) -> int:
    """How many statements the README allows to `path`."""
    found = re.search(rf"^\| {re.escape(path)}[^|]*\| (?:at most )?(\d+)", README.read_text(encoding="utf-8"), re.M)
    assert found, f"the README has no budget for {path}"
    return int(found[1])


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    making.gate_of(monkeypatch, 1)
    return making.town()


def boxes(town: Town, count: int) -> list[BoxId]:
    made = [making.opened(town) for _ in range(count)]
    for box in made:
        making.given(folk.person(), box, 1_000)
    return made


def test_totals_cost_the_same_however_many_boxes(town: Town) -> None:
    made = boxes(town, 4)
    for asked in (made[:1], made):
        with CaptureQueriesContext(connection) as statements:
            assert len(queries.totals_of(asked)) == len(asked)
        assert len(statements) <= budget("totals of n boxes")


def test_won_raised_are_read_without_anybodys_gifts(town: Town) -> None:
    made = boxes(town, 4)
    for asked in (made[:1], made):
        with CaptureQueriesContext(connection) as statements:
            assert queries.raised_of(asked) == dict.fromkeys(asked, 1_000)
        assert len(statements) <= budget("won raised by n boxes")
        assert not [one for one in statements if "giving_gift" in one["sql"]]


def test_a_page_of_the_list_costs_the_same_however_long_it_is(town: Town) -> None:
    counts = []
    for more in (1, 3):
        boxes(town, more)
        Client().get("/giving/")  # what is read once a process is read
        with CaptureQueriesContext(connection) as statements:
            assert Client().get("/giving/").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= budget("a page of the list")


@pytest.mark.parametrize(("part", "path"), [("gate", "gate"), ("raised", "sums"), ("wall", "wall")])
def test_what_an_open_page_asks_again_and_again_costs_little(town: Town, part: str, path: str) -> None:
    cause = making.proposed(town) if part == "gate" else boxes(town, 1)[0]
    address = f"/giving/{queries.code_of(cause)}/{part}/"
    most = budget(f"an open page asks again for the {path}")
    seen = ["", str(queries.wall(cause)[0].id)] if part == "wall" else [""]
    for after in seen:  # before there was anything, and when nothing is new
        asked = {"news": "1", "after": after}
        Client().get(address, asked, headers={"HX-Request": "true"})  # what is read once a process is read
        with CaptureQueriesContext(connection) as statements:
            answer = Client().get(address, asked, headers={"HX-Request": "true"})
        assert answer.status_code == (204 if after else 200)
        assert len(statements) <= (most - 1 if after else most)


@pytest.mark.django_db(transaction=True)
def test_a_group_of_gifts_is_one_statement(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    making.gate_of(monkeypatch, 1)
    box = making.opened(making.town())
    donors = [folk.id_of(folk.person()).bytes for _ in range(GROUP)]
    group = [
        hot.Give(box.bytes, donor, 1_000, "", True, ids.new().bytes, ids.new().hex, os.urandom(32)) for donor in donors
    ]
    asked: list[str] = []
    fetch = hot._line.fetch

    async def counted(statement: str, values: Any) -> Any:
        asked.append(statement)
        return await fetch(statement, values)

    monkeypatch.setattr(hot._line, "fetch", counted)

    async def write() -> list[hot.Verdict]:
        try:
            return await hot.write(group)
        finally:
            await hot.close()

    verdicts = asyncio.run(write())
    assert all(isinstance(verdict, hot.Written) for verdict in verdicts)
    assert len(asked) == budget("a group of gifts")
    assert queries.totals(box).people == GROUP * 1_000
