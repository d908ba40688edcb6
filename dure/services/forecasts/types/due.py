"""Who wants to hear what, what they were told, and what is due to them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from .feeds import Field, Hazard
from .levels import ImpactLevel

__all__ = [
    "CallStep",
    "Change",
    "ChangeKind",
    "Delivered",
    "Notice",
    "Plan",
    "Reader",
    "ReaderId",
    "SenderRole",
    "Standing",
    "Subject",
    "Subscription",
    "Watch",
]

ReaderId = NewType("ReaderId", UUID)


class SenderRole(StrEnum):
    """Who stands behind a level."""

    AUTHORITY = "authority"  # the weather authority's own feed, or an issuer whose certificate is pinned
    COUNTY = "county"  # a county officer at the desk
    MIRROR = "mirror"  # somebody who passes on what others say


@dataclass(frozen=True, slots=True)
class Subject:
    """What a level is about."""

    zone: str
    hazard: Hazard
    field: Field
    day: date  # in Seoul


@dataclass(frozen=True, slots=True)
class Standing:
    """The level of a subject as it was said last."""

    subject: Subject
    level: ImpactLevel
    issued: datetime
    number: int  # tells two of one minute apart
    since: datetime  # when we first knew of this level
    expires: datetime
    role: SenderRole


@dataclass(frozen=True, slots=True)
class Reader:
    """A person as far as messages go."""

    id: ReaderId
    time_zone: str  # of the IANA list: where the reader is
    hour: int  # 0 to 23, on the reader's clock: when ordinary forecasts are welcome


@dataclass(frozen=True, slots=True)
class Subscription:
    reader: ReaderId
    zone: str
    field: Field
    level: ImpactLevel  # from which on the reader wants to hear


class ChangeKind(StrEnum):
    FIRST = "first"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    ALL_CLEAR = "all_clear"


@dataclass(frozen=True, slots=True)
class Change:
    """One subject, from what the reader was told of it last to what it is now."""

    subject: Subject
    kind: ChangeKind
    before: ImpactLevel
    level: ImpactLevel
    issued: datetime
    expires: datetime
    role: SenderRole
    breaks_quiet: bool  # it goes out in the reader's quiet hours; whoever sends it logs this change


@dataclass(frozen=True, slots=True)
class Notice:
    """All that one reader is told at one time: one message, in however many zones the reader has places."""

    reader: ReaderId
    at: datetime
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send now, and when to ask again if nothing is heard before; None: not before something is."""

    notices: tuple[Notice, ...]
    ask_again: datetime | None


@dataclass(frozen=True, slots=True)
class Watch:
    """Somebody cares whether a parent reads. Both agreed: the parent sees who watches, and may end it."""

    watcher: Reader
    parent: Reader
    wish: Subscription | None  # of the parent, what it was agreed for; None: they hear of the place no more
    hour: int  # on the parent's clock: who has not read by then is to be called
    parent_agreed: bool


@dataclass(frozen=True, slots=True)
class Delivered:
    """A notice on its way, and whether it was read."""

    notice: Notice
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class CallStep:
    """Tell the watcher: she has not read it, call her."""

    watcher: ReaderId
    parent: ReaderId
    of: datetime  # when the notice went out
    at: datetime
    until: datetime  # when nothing of it holds any more
