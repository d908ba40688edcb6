"""What the points on the map are called. A house names its kinds in its `pages.py`: `POINT_KINDS = {"box": PointKind(...)}`."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class PointKind:
    """A kind of point: its name in the plural ("Clinics"), and the name of the address that shows one (takes its ref)."""

    label: str | Promise
    url_name: str = ""


_registered: dict[str, PointKind] = {}


def register(kinds: Mapping[str, PointKind]) -> None:
    """Make a house's kinds known to the map. A kind that nobody named is not offered to people."""
    _registered.update(kinds)


def named() -> Mapping[str, PointKind]:
    """Every kind that has a name."""
    return dict(_registered)
