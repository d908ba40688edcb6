"""The sample town: every house's sample people and things, in the order in which they need each other."""

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

HOUSES = ("places", "people", "ledger", "impact", "giving")


def load() -> None:
    """Load what is not loaded yet. Each house's `demo.load` is safe to run again."""
    for load_house in _loaders():
        load_house()


def _loaders() -> Iterator[Callable[[], None]]:
    for label in HOUSES:
        name = f"{apps.get_app_config(label).name}.demo"
        if find_spec(name):
            yield import_module(name).load
