"""What deposits gave for a donation box: pooled into one sum, and handed over while the box is open."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from dure.base.actors import OrganisationId
from dure.base.refusals import Refusal

__all__ = ["BoxClosesTooSoon", "GiftsPooled", "OpenBox"]


@dataclass(frozen=True, slots=True)
class OpenBox:
    """A donation box that takes money, as news tells of it. A season may name it as a receiver."""

    id: UUID
    organisation: OrganisationId  # which carries it out, answers for the money, and has it where the box cannot
    title: str
    closes_at: datetime


class BoxClosesTooSoon(Refusal):
    """Receivers of the season are paid from `on` on; a box that closes before cannot be named."""

    on: date


@dataclass(frozen=True, slots=True)
class GiftsPooled:  # news
    """What people of a season gave for a box is one sum now, in `account`; the box may take it."""

    pool: UUID  # the id of the transfer to come
    box: UUID
    account: UUID
    won: int
    season: str  # its name
    at: datetime
