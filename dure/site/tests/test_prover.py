"""The prover finds nothing in the town as it is, and every planted violation by its name."""

import pytest

from dure.foundations.channels.rules import oracle
from dure.foundations.channels.rules.sending import OFFERS, fault_of
from dure.foundations.channels.types import Content, Picture, Purpose, Text
from dure.site.proving import law as proving

from .planted import CONTACT, FORMS, HEAD, LAW, NAME, OFFER, WAY_OUT, Planted

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


@pytest.mark.parametrize(("words", "rule"), FORMS)
def test_an_ad_of_a_wrong_form_is_caught_by_the_rule_that_it_breaks(words: str, rule: str) -> None:
    content = Content((Text(words),) if words else (Picture("file", "참기름 반값"),))
    assert fault_of(Purpose.AD, content, NAME, CONTACT) == rule
    assert not oracle.is_marked(words, NAME, CONTACT), "the oracle says so too"


def test_an_ad_of_the_right_form_passes_as_an_ad_and_as_nothing_else() -> None:
    words = f"{HEAD}\n{OFFER}\n{WAY_OUT}"
    content = Content((Text(words),))
    assert oracle.is_marked(words, NAME, CONTACT)
    assert fault_of(Purpose.AD, content, NAME, CONTACT) == ""
    for purpose in (Purpose.INFO, Purpose.SAFETY, Purpose.CARE):
        assert fault_of(purpose, content, NAME, CONTACT) == OFFERS


def test_some_sixty_violations_are_planted() -> None:
    assert len(LAW) + len(FORMS) >= 60
