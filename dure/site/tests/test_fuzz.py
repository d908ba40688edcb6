"""Requests made up from the API's own description find no fault.

`FUZZ_EXAMPLES=400 FUZZ_SEED=7 .venv/bin/pytest dure/site/tests/test_fuzz.py -s` tries harder, and others.
"""

import dataclasses
import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from django.conf import settings as conf
from django.db import connection
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from dure.kit import limits, routes
from dure.kit.flush import Flush
from dure.kit.group_commit import GroupCommit
from dure.kit.line import Line
from dure.services.giving import hot
from dure.services.giving.tests import making

from . import fuzzing

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))  # of each operation
SEED = int(os.environ.get("FUZZ_SEED", "2002"))
MODES = (GenerationMode.POSITIVE, GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def try_all(client: Any, known: fuzzing.Around, seen: fuzzing.Seen, operation: Any, *, keep: bool = False) -> None:
    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(MODES).flatmap(lambda mode: fuzzing.requests(operation, mode, known)))
    def run(made: tuple[Any, str, bool]) -> None:
        case, who, pure = made
        with nullcontext() if keep else fuzzing.undone():
            fuzzing.send(client, seen, case, who, known.tokens[who], pure=pure)

    run()


def report(seen: fuzzing.Seen) -> None:
    """What a longer run by hand prints (-s)."""
    lines = [f"{count:6} {label}" for label, count in sorted(seen.cases.items())]
    sys.stdout.write("\n".join([*lines, f"{seen.cases.total():6} in all; {dict(sorted(seen.statuses.items()))}", ""]))


def told(seen: fuzzing.Seen) -> str:
    return "\n\n".join(f"{label}: {kind}\n{example}" for (label, kind), example in seen.faults.items())


@pytest.fixture(autouse=True)
def as_often_as_they_like(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few bearers send all: the limit on writes would hide what lies behind it."""
    monkeypatch.setattr(routes, "WRITES_MAX", 1_000_000)
    monkeypatch.setattr(routes, "_hot", limits.Window(1_000_000, 60))


@pytest.fixture
def hot_room(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A hot room of its own, on committed rows. It cannot be closed as it ought to: the server's event loop is gone by then."""
    monkeypatch.setattr(hot, "_line", Line(waits_for_disk=False))
    monkeypatch.setattr(hot, "_flush", Flush(hot._line))
    monkeypatch.setattr(hot, "gifts", GroupCommit(hot.write, name="giving.gifts", durable=hot._flush))
    yield
    for line in (hot._line, *hot._flush._free):
        if line._connection is not None:
            line._connection.pgconn.finish()
    with connection.cursor() as cursor:  # those of the server's threads
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


@pytest.mark.usefixtures("hot_room")
def test_the_hot_route_answers_as_described(api_client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    making.gate_of(monkeypatch, 1)
    known, seen = fuzzing.around(), fuzzing.Seen()
    try_all(api_client, known, seen, fuzzing.operations()[fuzzing.HOT], keep=True)
    report(seen)
    assert not seen.faults, told(seen)
    assert seen.statuses[201]  # some are given


@pytest.fixture
def texts() -> Iterator[None]:
    """Somebody carries text messages, so that numbers can be asked for; nobody asks them here."""
    ours = dataclasses.replace(conf.DURE, solapi_key="K", solapi_secret="s", solapi_sender="029302266")
    with override_settings(DURE=ours):
        yield


@pytest.mark.timeout(900)  # every route in turn: some minutes, and thrice as many where the machine is busy
@pytest.mark.django_db
@pytest.mark.usefixtures("texts")
def test_whoever_asks_whatever_the_answer_is_as_described(api_client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    making.gate_of(monkeypatch, 1)
    known, seen = fuzzing.around(), fuzzing.Seen()
    for label, operation in fuzzing.operations().items():
        if label != fuzzing.HOT:
            try_all(api_client, known, seen, operation)
    report(seen)
    assert not seen.faults, told(seen)
    assert seen.statuses[200] + seen.statuses[201] > len(seen.cases)  # it does get somewhere
