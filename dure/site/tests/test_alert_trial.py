"""`dure simulate alerts`: its oracle asks no rule of the house, finds every miss, and a small trial ends well."""

import ast
import re
from pathlib import Path
from uuid import UUID

import pytest

from dure.site.tests.test_crash import SECONDS_MAX, simulated
from dure.site.trials import alert_due
from dure.site.trials.alert_due import Chain, misses

ONE, TWO, THREE, FOUR = (UUID(int=number) for number in range(1, 5))
HOMES = {ONE: "north", TWO: "south", THREE: "north", FOUR: "sea"}


def test_the_oracle_goes_through_a_chain_by_hand() -> None:
    chain = Chain(HOMES)
    assert chain.due("alert", "Moderate", ["north", "south"]) == {ONE: "first", TWO: "first", THREE: "first"}
    assert chain.due("update", "Severe", ["north"]) == {ONE: "upgrade", TWO: "not_here", THREE: "upgrade"}
    assert chain.due("update", "Severe", ["north", "sea"]) == {ONE: "changed", THREE: "changed", FOUR: "first"}
    assert chain.due("update", "Minor", ["north", "sea", "south"]) == {
        ONE: "downgrade",
        THREE: "downgrade",
        FOUR: "downgrade",
        TWO: "first",
    }
    assert chain.due("all_clear", "Minor", ["north"]) == dict.fromkeys(HOMES, "all_clear")
    assert chain.due("cancel", "Minor", ["north"]) == {}


@pytest.mark.parametrize(
    ("told", "queued", "names"),
    [
        ([(ONE, "first"), (TWO, "changed")], [ONE, TWO], []),
        ([(ONE, "first")], [ONE, TWO], ["due and not told"]),
        ([(ONE, "first"), (TWO, "changed"), (THREE, "first")], [ONE, TWO], ["told and not due"]),
        ([(ONE, "first"), (TWO, "changed"), (TWO, "changed")], [ONE, TWO], ["told twice"]),
        ([(ONE, "first"), (TWO, "first")], [ONE, TWO], ["told something else"]),
        ([(ONE, "first"), (TWO, "changed")], [ONE], ["due and without a message"]),
        ([(ONE, "first"), (TWO, "changed")], [ONE, TWO, THREE], ["a message and not due"]),
        ([(ONE, "first"), (TWO, "changed")], [ONE, TWO, TWO], ["two messages"]),
        ([], [], ["due and not told", "due and without a message"]),
    ],
)
def test_every_miss_is_found(told: list[tuple[UUID, str]], queued: list[UUID], names: list[str]) -> None:
    found = misses({ONE: "first", TWO: "changed"}, told, queued)
    assert [one.partition(":")[0] for one in found] == names


def test_the_oracle_knows_nothing_of_the_house() -> None:
    tree = ast.parse(Path(alert_due.__file__).read_text(encoding="utf-8"))
    used = {one.module for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)}
    used |= {name.name for one in ast.walk(tree) if isinstance(one, ast.Import) for name in one.names}
    assert used == {"collections", "collections.abc", "dataclasses", "uuid"}


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(SECONDS_MAX + 20)
def test_a_small_trial_tells_everybody_whom_the_oracle_names(tmp_path: Path) -> None:
    said = simulated(tmp_path / "var", "alerts", "--mutants", "40", "--chains", "2", "--readers", "300", "--kills", "2")
    told = re.search(r"told: ([\d,]+) of ([\d,]+) that an oracle names", said)
    assert told is not None, said
    assert told[1] == told[2] != "0", said
    assert "Everybody was told what the oracle says, once, and nobody else." in said
