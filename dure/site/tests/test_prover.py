"""The prover finds nothing in the town as it is, and every planted violation by its name."""

import pytest

from dure.foundations.channels.types import Purpose
from dure.site.proving import law as proving

from .planted import LAW, Planted

CAMPAIGNS = 1_500  # dure prove-messages runs 100,000
PLANTED_CAMPAIGNS = 200
SEEDS = 8  # a rare one may need some more


def test_no_delivery_of_the_town_violates_anything() -> None:
    proof = proving.prove(CAMPAIGNS, seed=7)
    assert not proof.violations, "\n".join(proof.examples)
    assert all(proof.deliveries[purpose] > 100 for purpose in Purpose), "and much was delivered"


@pytest.mark.parametrize("planted", LAW, ids=str)
def test_a_planted_violation_is_caught_by_its_name(planted: Planted) -> None:
    found = set()
    for seed in range(SEEDS):
        proof = proving.prove(PLANTED_CAMPAIGNS, seed, planted.town)
        found |= set(proof.violations)
        if planted.violation in found:
            return
    pytest.fail(f"{planted.defect}: found {sorted(found)}, not {planted.violation!r}")
