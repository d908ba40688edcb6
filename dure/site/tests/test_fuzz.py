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
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from dure.kit import limits, routes
from dure.kit.tests import rooms
from dure.services.giving import hot
from dure.services.giving.tests import making
from dure.services.pledges import hot as proving
from dure.services.pledges.tests import making as pledges

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
def hot_rooms(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hot rooms of their own, on committed rows."""
    with rooms.of_its_own(hot, "gifts", monkeypatch), rooms.of_its_own(proving, "proofs", monkeypatch):
        yield


@pytest.mark.usefixtures("hot_rooms")
def test_the_hot_route_answers_as_described(api_client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    making.gate_of(monkeypatch, 1)
    known, seen = fuzzing.around(), fuzzing.Seen()
    try_all(api_client, known, seen, fuzzing.operations()[fuzzing.HOT], keep=True)
    report(seen)
    assert not seen.faults, told(seen)
    assert seen.statuses[201]  # some are given


@pytest.mark.usefixtures("hot_rooms")
def test_the_hot_route_of_proofs_answers_as_described(api_client: Any) -> None:
    season = pledges.ground()
    by, other = season.people[:2]
    real = {"pledge": [str(pledges.joined(one, season.project).id) for one in (by, other)]}
    pledges.begun(season)
    tokens = {name: pledges.token(who) for name, who in (("citizen", by), ("other", other))} | {"nobody": ""}
    known, seen = fuzzing.Around(tokens, real), fuzzing.Seen()
    try_all(api_client, known, seen, fuzzing.operations()[fuzzing.PROVE], keep=True)
    report(seen)
    assert not seen.faults, told(seen)
    assert seen.statuses[401]


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
        if label not in (fuzzing.HOT, fuzzing.PROVE):
            try_all(api_client, known, seen, operation)
    report(seen)
    assert not seen.faults, told(seen)
    assert seen.statuses[200] + seen.statuses[201] > len(seen.cases)  # it does get somewhere
