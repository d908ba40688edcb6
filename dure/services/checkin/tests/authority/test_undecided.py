"""Queries on which no second officer decides: they end by themselves, and the public log says so."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from dure.base.actors import NOBODY, system
from dure.base.refusals import NotAllowed
from dure.foundations.vault import queries as vault
from dure.services.checkin.actions import authority as actions
from dure.services.checkin.queries import authority as queries
from dure.services.checkin.rules import statements, tracing
from dure.services.checkin.types import NotNow, OverQuota, QueryState

from .standing import DAY, NOON, PROGRAM, asked, key, officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=True):
        yield


def log() -> list[dict[str, Any]]:
    return [json.loads(entry.body) for entry in vault.entries("authority", 0, 50)]


def test_a_query_on_which_nobody_decides_ends_by_itself_and_makes_room() -> None:
    kim, lee = officer(), officer()
    waits = [actions.file(kim, asked(), key=key()) for _ in range(tracing.OPEN_MAX)]
    actions.approve(lee, waits.pop())
    with time_machine.travel(NOON + 6 * DAY, tick=True):
        assert actions.end_undecided(PROGRAM) == 0
        with pytest.raises(OverQuota):
            actions.file(kim, asked(), key=key())
    with time_machine.travel(NOON + 7 * DAY + timedelta(hours=1), tick=True):
        for by in (NOBODY, kim, lee, system("party.identity")):
            with pytest.raises(NotAllowed):
                actions.end_undecided(by)
        assert [actions.end_undecided(PROGRAM) for _ in range(2)] == [len(waits), 0]
        actions.file(kim, asked(), key=key())
        with pytest.raises(NotNow):
            actions.approve(lee, waits[0])
    assert {(one, queries.query(one).state) for one in waits} == {(one, QueryState.REFUSED) for one in waits}
    said = [one for one in log() if one["kind"] == statements.REFUSED]
    assert [(one["query"], one["by_itself"]) for one in said] == [(str(one), True) for one in waits]
