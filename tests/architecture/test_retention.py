"""A promise to keep something for a while only names the code that keeps it."""

import importlib
from pathlib import Path

from django.apps import apps

from dure.kit.house import HouseCard, Retention


def promises() -> list[tuple[str, Retention]]:
    cards = [(config.name, getattr(config, "card", None)) for config in apps.get_app_configs()]
    return [(name, one) for name, card in cards if isinstance(card, HouseCard) for one in card.retention]


def test_every_retention_names_a_task_that_runs_by_itself_or_a_query() -> None:
    assert promises()
    for house, promise in promises():
        room, _, name = promise.by.rpartition(".")
        found = getattr(importlib.import_module(room), name)
        assert room.startswith(house), f"{house}: {promise.what}: {promise.by} is another house's"
        if ".tasks" in room:
            module = importlib.import_module(found.func.__module__)
            source = Path(module.__file__ or "").read_text(encoding="utf-8")
            before = source.split(f"def {name}(")[0].rsplit("\n\n", 1)[-1]
            assert "@app.periodic(" in before, f"{house}: {promise.what}: {promise.by} does not run by itself"
        else:
            assert ".queries" in room, f"{house}: {promise.what}: {promise.by} is neither a task nor a query"
            assert callable(found)
