"""Feature flags: declared on a house card with owner and expiry, switched on with DURE_FLAGS=name,name."""

from collections.abc import Iterable

from django.apps import apps
from django.conf import settings

from dure.kit.house import Flag, HouseCard


def declared() -> dict[str, Flag]:
    """All flags that a house card declares, by name."""
    cards: Iterable[HouseCard | None] = (getattr(app, "card", None) for app in apps.get_app_configs())
    return {flag.name: flag for card in cards if card for flag in card.flags}


def is_on(name: str) -> bool:
    """Whether the flag is on here. An undeclared name is a bug."""
    flag = declared()[name]
    return flag.default or name in settings.DURE.flags


def undeclared() -> list[str]:
    """Names in DURE_FLAGS that no house declares: a typo, or a flag that is gone."""
    return sorted(set(settings.DURE.flags) - set(declared()))
