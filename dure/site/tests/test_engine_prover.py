"""The engine's proof finds nothing in the town as it is, and every violation that is planted in the engine by its name."""

from functools import partial

import pytest
from django.db import transaction

from dure.foundations.channels.rules.oracle import Violation
from dure.foundations.channels.types import Purpose, Route, Why
from dure.site.proving import engine
from dure.site.proving.engine_court import Flaw, Proof
from dure.site.proving.engine_town import Size

from .planted_engine import ENGINE, Planted, planted

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SMALL = Size(channels=15, people=40, friends=10, days=(0, 366, 731), looks=(0, 31))
CAMPAIGNS = 300  # dure prove-messages --engine runs 100,000
TINY = Size(channels=5, people=10, friends=5, days=(0,), looks=(0,))
PLANTED_CAMPAIGNS = 120
DRAWS = 12  # most need one, a rare one some more; each is a cohort of its own


def told(proof: Proof) -> str:
    return "\n".join(proof.examples)


@pytest.mark.timeout(300)
def test_no_delivery_and_no_reason_of_the_engine_is_wrong() -> None:
    proof = engine.prove(CAMPAIGNS, seed=7, size=SMALL)
    assert not proof.violations, told(proof)
    assert all(proof.deliveries[purpose] > 50 for purpose in Purpose), "and much was delivered"
    assert set(proof.routes) == set(Route), "by every route"
    assert {Why.NO_NIGHT_CONSENT, Why.QUIET_HOURS, Why.CAP, Why.CHANNEL_PAUSED} <= set(proof.held)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("defect", ENGINE, ids=str)
def test_a_violation_planted_in_the_engine_is_caught_by_its_name(defect: Planted) -> None:
    found: set[Violation | Flaw] = set()
    for draw in range(DRAWS):
        with transaction.atomic(), planted(defect):
            enough = partial(_has_all, defect.caught - found)
            found |= set(engine.prove(PLANTED_CAMPAIGNS, draw, size=defect.size, enough=enough).violations)
            transaction.set_rollback(True)  # what one draw left waiting is nothing to the next
        if defect.caught <= found:
            return
    pytest.fail(f"{defect}: found {sorted(found)}, not {sorted(defect.caught - found)}")


def _has_all(wanted: frozenset[Violation | Flaw], proof: Proof) -> bool:
    return wanted <= set(proof.violations)


def test_every_draw_is_a_proof_of_its_own() -> None:
    """Campaigns of a second draw in one database are not taken for those of the first."""
    first, second = (engine.prove(30, seed=1, size=TINY) for _ in range(2))
    assert first.refused == second.refused
    assert min(first.deliveries.total(), second.deliveries.total()) > 10
