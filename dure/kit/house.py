"""The house card: what every house says of itself in its apps.py."""

from dataclasses import dataclass, field
from datetime import date, timedelta


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
