"""The simulator itself: the same seed does the same, the model stands by itself, the seams leave nothing behind."""

import ast
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from dure.base import clock, ids
from dure.site import attack
from dure.site.attack import campaign
from dure.site.attack.judge import Answer, Judge, Operation
from dure.site.attack.model import Broken, Key, Model, Move, Outcome, Unit, Value
from dure.site.attack.played import Length
from dure.site.attack.town import Time, virtual

ROOM = Path(attack.__file__).parent
ALONE = ("model", "expect", "drift", "boxes", "holds", "papers", "statements", "sponsors", "remits")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_seeds_hold_and_the_same_seed_does_the_same(tmp_path: Path) -> None:
    first = campaign.run(tmp_path / "one", range(1, 4), Length(200, "desk"), 2, lambda did, played: None)
    assert [one.broken for one in first.played] == ["", "", ""]
    assert sum(one.operations for one in first.played) >= 600
    again = campaign.run(tmp_path / "two", [2], Length(200, "desk"), 1, lambda did, played: None)
    assert again.played[0].digest == next(one.digest for one in first.played if one.seed == 2)


def test_the_model_knows_nothing_of_the_code() -> None:
    """What is compared with the code must not be made of it: plain Python, and the model's own files."""
    for name in ALONE:
        tree = ast.parse((ROOM / f"{name}.py").read_text(encoding="utf-8"))
        imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom | ast.Import)]
        for node in imported:
            places = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            own = isinstance(node, ast.ImportFrom) and node.level == 1 and node.module in ALONE
            assert own or all(place.split(".")[0] not in ("dure", "django", "psycopg") for place in places), name


def test_time_and_ids_follow_from_a_seed_inside_the_block_only() -> None:
    def some() -> tuple[object, ...]:
        time = Time()
        with virtual(time, Random(7)):  # noqa: S311 - chance, not secrecy
            return clock.now(), ids.new(), ids.new_many(3), ids.speakable(), ids.new()

    assert some() == some()
    assert some()[0] == datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
    assert clock.now() != some()[0]
    assert ids.new() != ids.new()


def test_ids_of_a_seed_grow_though_its_clock_goes_back() -> None:
    time = Time()
    with virtual(time, Random(7)):  # noqa: S311 - chance, not secrecy
        before = ids.new()
        time.at = time.at.replace(year=2025)
        assert ids.new() > before


class Log:
    """An auditor who found these lines, in this order, and nothing else."""

    def __init__(self, written: list[Move]) -> None:
        self.written = written

    def observe(self, keys: object) -> dict[Key, Value]:
        return {}

    def tail(self, model: Model) -> tuple[list[Move], set[str]]:
        return self.written, set()

    def balances(self, accounts: object) -> dict[str, list[int]]:
        return {}


def test_money_is_followed_in_the_order_of_the_log() -> None:
    """Second payments of two people for the same sum come and go back in turn: never is more gone than came."""
    came, other = (Move("provider:sandbox", "payment:?", 300, "waiting", funder) for funder in ("one", "other"))
    back = Move("payment:?", "provider:sandbox", 300, back=True)
    outcome = Outcome(frozenset({"ok"}), moves=(came, back, other, back))
    operation = Operation("converge", lambda: [Answer("ok")], lambda: [Unit((), [outcome])])
    for written, holds in (([came, back, other, back], True), ([came, back, back, other], False)):
        judge = Judge(Model(), Log(written))  # type: ignore[arg-type]  # all of an auditor that is asked here
        if holds:
            judge.judge(operation, [Answer("ok")])
        else:
            with pytest.raises(Broken, match=r"invariant 2: payment:\? stands at -300"):
                judge.judge(operation, [Answer("ok")])
