"""The README draws the table of states; this compares the two."""

import re
from pathlib import Path

from dure.services.giving import commands, rules
from dure.services.giving.types import CauseState, Want

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_every_state_and_every_wish_is_drawn() -> None:
    states = README.split("## States")[1].split("## Who may")[0]
    words = set(re.findall(r"[a-z_]+", states))
    assert {state.value for state in CauseState} <= words
    assert {want.value for want in Want} <= words | {"follow"}


def test_the_drawing_names_each_wish_that_changes_a_state() -> None:
    drawing = README.split("```")[1]
    changing = {want.value for (before, want), after in rules.STATES.items() if before is not after}
    assert {want for want in changing if want not in drawing} <= {"ask_work"}, "ask_work is the arrow to needs_work"


def test_every_proof_stands_with_its_promise() -> None:
    for check in commands.verify_checks():
        assert f"| `{check.name}` | {check.promise} |" in README
