"""The sample town: every house's sample people and things, in the order in which they need each other.

A house has a room `demo.py` with `load()`, safe to run again, and may have `logins() -> (who, e-mail, password), ...`.
"""

import hashlib
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from django.apps import apps
from django.db import connection

from dure.kit import delivery, marks
from dure.site import parties
from dure.site.wiring import wiring

HOUSES = (
    *("places", "people", "ledger", "impact", "channels"),
    *("giving", "market", "pledges", "forecasts", "broadcast", "checkin"),
)
MARK = "sample town"

type Login = tuple[str, str, str]


def load() -> bool:
    """Load the sample town when it is not there yet or its text has changed; answers whether it did."""
    fingerprint = _fingerprint()
    if marks.read(MARK) == fingerprint:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")  # nobody gave anything yet; a crash loads it again
    try:
        for room in _rooms():
            room.load()
        delivery.run_until_idle(wiring)
        marks.write(MARK, fingerprint)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")
    return True


def logins() -> list[Login]:
    """Sample people to log in as."""
    return [login for room in _rooms() if hasattr(room, "logins") for login in room.logins()]


def _rooms() -> Iterator[ModuleType]:
    for label in HOUSES:
        name = f"{apps.get_app_config(label).name}.demo"
        if find_spec(name):
            room = import_module(name)
            own = (
                f"{name}.{parties.IDENTITY}"  # a house of several parties has the samples of each in a file of its own
            )
            yield import_module(own) if hasattr(room, "__path__") and find_spec(own) else room


def _fingerprint() -> str:
    """Changes when a line of a demo room changes."""
    seen = hashlib.sha256()
    for room in _rooms():
        source = Path(str(room.__file__))
        files = sorted(source.parent.glob("*.py")) if source.name == "__init__.py" else [source]
        for file in files:
            seen.update(file.read_bytes())
    return seen.hexdigest()
