"""The engine's proof finds nothing in the town as it is, and every violation that is planted in the engine by its name."""

import pytest

from dure.foundations.channels.types import Purpose, Route, Why
from dure.site.proving import engine
from dure.site.proving.engine_court import Proof
from dure.site.proving.engine_town import Size

from .planted_engine import ENGINE, Planted, planted

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SMALL = Size(channels=15, people=40, friends=10, days=(0, 366, 731), looks=(0, 31))
CAMPAIGNS = 600  # dure prove-messages --engine runs 100,000
PLANTED_CAMPAIGNS = 250
SEEDS = 8  # a rare one may need some more


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
    found = set()
    for seed in range(SEEDS):
        with planted(defect):
            proof = engine.prove(PLANTED_CAMPAIGNS, seed, size=SMALL)
        found |= set(proof.violations)
        if defect.caught in found:
            return
    pytest.fail(f"{defect}: found {sorted(found)}, not {defect.caught!r}")
