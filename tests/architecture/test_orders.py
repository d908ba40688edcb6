"""What is ordered by an instant is ordered by something unique behind it: two things may happen in one millisecond.

Without that a list changes between two looks, and a page of it shows one line twice and another never.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture import town
from tests.architecture.town import Finding

ROOMS = ("queries", "actions")


def loose(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, key) of each order whose last key is an instant."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "order_by"):
            continue
        last = node.args[-1] if node.args else None
        if isinstance(last, ast.Constant) and isinstance(last.value, str):
            key = last.value.lstrip("-").rsplit("__", 1)[-1]
            if key == "at" or key.endswith("_at"):
                yield node.lineno, last.value


def test_an_order_by_an_instant_ends_in_something_unique() -> None:
    def findings() -> Iterator[Finding]:
        for source in town.sources():
            if source.room in ROOMS and not source.is_test:
                yield from (Finding(f"{source.name}:{line}", f"ties of {key}") for line, key in loose(source.tree))

    town.settle("orders", findings())


@pytest.mark.parametrize(
    ("line", "is_wrong"),
    [
        ('rows.order_by("-at")', True),
        ('rows.order_by("name", "cause__closes_at")', True),
        ('rows.order_by("-at", "-pk")', False),
        ('rows.order_by("position")', False),
        ("rows.order_by()", False),
        ("rows.order_by(*order)", False),
    ],
)
def test_the_check_itself(line: str, is_wrong: bool) -> None:
    assert bool(list(loose(ast.parse(line)))) is is_wrong
