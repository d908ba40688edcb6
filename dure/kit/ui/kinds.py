"""What the points on the map are called. A house names its kinds in its `pages.py`: `POINT_KINDS = {"box": PointKind(...)}`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class PointKind:
    """A kind of point: its name in the plural ("Clinics"), and where the thing with this ref is shown."""

    label: str | Promise
    address: Callable[[UUID], str] | None = None


_registered: dict[str, PointKind] = {}


def register(kinds: Mapping[str, PointKind]) -> None:
    """Make a house's kinds known to the map. A kind that nobody named is not offered to people."""
    _registered.update(kinds)


def named() -> Mapping[str, PointKind]:
    """Every kind that has a name."""
    return dict(_registered)
