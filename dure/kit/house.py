"""The house card: what every house says of itself in its apps.py; and where its rooms are in this process."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import import_module
from types import ModuleType

from django.apps import apps
from django.utils.module_loading import module_has_submodule


@dataclass(frozen=True, slots=True)
class Flag:
    """A feature flag. It has an owner and a day on which it must be gone."""

    name: str
    owner: str
    expires: date
    why: str
    default: bool = False


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a kind of record is kept, why no shorter, and what ends it then.

    `by` is the dotted path of the task that erases it, or of the query that no longer finds it.
    """

    what: str
    keep: timedelta
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class HouseCard:
    """Shown in the table of services, checked by the architecture tests. `news` are types the house emits."""

    name: str
    icon: str
    news: tuple[type, ...] = ()
    flags: tuple[Flag, ...] = ()
    retention: tuple[Retention, ...] = field(default=())


def rooms(room: str) -> Iterator[tuple[str, ModuleType]]:
    """(house, its room of this name) of every installed house that has one.

    A house of several parties has the room of each in a file of its own, `pages.visits`: the one of the party whose tables
    this process has is the room.
    """
    for app in apps.get_app_configs():
        of = getattr(app, "house", app.name if hasattr(app, "card") else "")
        if not of or not module_has_submodule(import_module(of), room):
            continue
        found = import_module(f"{of}.{room}")
        party = getattr(app, "party", "")
        if not party:
            yield app.label, found
        elif module_has_submodule(found, party):
            yield of.rpartition(".")[2], import_module(f"{found.__name__}.{party}")


def demand_installed(label: str) -> None:
    """For the tables of one party: in a process of another they do not exist, and importing them is a bug."""
    if not any(app.label == label for app in apps.get_app_configs()):
        raise RuntimeError(f"the tables of {label} do not exist in this process")
