"""What somebody keeps of a hundred days: a certificate, with as much of the name as its person wants shown."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from .values import PledgeId

__all__ = ["Certificate", "ShownName"]


class ShownName(StrEnum):
    """How much of a name stands on a certificate. Other names than one's own are not written: nobody could vouch for them."""

    WHOLE = "whole"
    FIRST = "first"  # the first letter, a circle for each other
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """That somebody kept so many of a hundred days, by whose code anybody sees that it is true."""

    code: str
    pledge: PledgeId
    name: str  # as its person wants it shown; empty for none
    project: str
    promise: str
    season: str
    season_code: str
    starts_on: date
    ends_on: date
    kept: int
    root: str  # that the season published; the count is in it
    made_at: datetime
