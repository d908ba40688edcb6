"""A child asks that a parent without an account hears the village: the head looks first, then the parent says yes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId
from dure.base.refusals import Refusal

__all__ = ["AskedLately", "AsksTooMany", "ParentRequest", "RequestId", "RequestStanding", "RequestState"]

RequestId = NewType("RequestId", UUID)


class RequestState(StrEnum):
    """Where it is with the head. What comes after a yes, the household says."""

    WAITING = "waiting"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by who asked
    LAPSED = "lapsed"  # nobody looked at it in time


class RequestStanding(StrEnum):
    """How far it is, for who asked."""

    WAITING = "waiting"  # for the head
    REFUSED = "refused"  # by the head
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    CALLING = "calling"  # the head agreed; the parent was not reached yet
    HEARING = "hearing"  # the parent said yes
    SAID_NO = "said_no"  # the parent did not want to
    NOT_REACHED = "not_reached"
    OVER = "over"  # the parent heard it, and does no more


@dataclass(frozen=True, slots=True)
class ParentRequest:
    """A request as it stands."""

    id: RequestId
    by: PersonId
    village: str
    name: str
    number: str
    standing: RequestStanding
    asked_at: datetime
    lapses_at: datetime
    ended_at: datetime | None


class AsksTooMany(Refusal):
    """So many of their requests wait already."""

    limit: int


class AskedLately(Refusal):
    """The village said no to this number; before `until` it is not asked again."""

    until: datetime
