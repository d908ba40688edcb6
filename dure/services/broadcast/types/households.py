"""Who listens without an account: a name and a telephone number, with the word of whoever picks it up."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.refusals import Refusal

__all__ = ["Household", "HouseholdId", "HouseholdState", "SaidNo", "Taken", "Wanted"]

HouseholdId = NewType("HouseholdId", UUID)


class HouseholdState(StrEnum):
    """Where it is with their word."""

    ASKED = "asked"  # they were not reached yet: nothing but the question goes to them
    LISTENING = "listening"
    REFUSED = "refused"
    LAPSED = "lapsed"  # nobody picked it up, three times
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Household:
    """A telephone that listens to a village, or was asked to, for who speaks there."""

    id: HouseholdId
    name: str
    number: str
    state: HouseholdState
    entered_at: datetime
    agreed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call that is to be made, or a text that is to be sent: its name at the gateway, under which it is done once, and to which
    number. `text`: the announcement that is sent, as to a listener of `village`; None: it is a call.
    """

    name: str
    number: str
    text: UUID | None = None
    village: str = ""


class Taken(StrEnum):
    """What the gateway says when it is asked for a call or a text."""

    YES = "yes"
    NOT_NOW = "not_now"  # it is down, busy, or says nothing: it is asked again
    NEVER = "never"  # it does not do this at all, or not to this number


class SaidNo(Refusal):
    """They said that they do not want to be called by this village; before `until` nobody asks them again."""

    until: datetime
