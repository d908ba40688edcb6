"""What a house may show on the home page, and in the desk's list: plain values, drawn by the shell."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HomeCard:
    """One line on the home page. The newest stand first; `mark` puts a card before the others."""

    title: str
    note: str
    href: str
    sign: str = "news"  # an icon of the sprite
    when: datetime | None = None
    badge: str = ""
    mark: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A way into a house: on 함께 (take part), on 나 (me) and in the desk."""

    label: str
    href: str
    sign: str = ""
    note: str = ""
    badge: str = ""
    current: bool = False
