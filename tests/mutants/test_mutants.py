"""Every patch still fits, every invariant has a mutant, the quick ones are killed. All of them: `python -m tests.mutants`."""

import pytest

from tests.mutants import __main__ as command
from tests.mutants import breeding

LATER = {6, 7, 8}  # deposits, the fund, goods sold for a cause: no service yet that could break them
MUTANTS = breeding.mutants()


def test_every_invariant_has_a_mutant() -> None:
    assert {mutant.invariant for mutant in MUTANTS} - {0} == set(range(1, 13)) - LATER
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


def test_a_mutant_that_does_not_exist_was_not_killed() -> None:
    assert command.main(["no such mutant"]) == 2


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_its_patches_fit(mutant: breeding.Mutant) -> None:
    for patch in mutant.patches:
        assert breeding.fits(patch), f"{patch.file} changed: write the patch anew, or the mutant proves nothing"
        assert patch.old != patch.new


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(breeding.SECONDS_MAX + 60)
@pytest.mark.parametrize("mutant", [one for one in MUTANTS if one.quick], ids=lambda mutant: mutant.name)
def test_it_is_killed(mutant: breeding.Mutant) -> None:
    found = breeding.fate(mutant)
    assert found.killed, found.said
