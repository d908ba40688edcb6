"""Money around messages and coupons: funds, budgets, message credits. All of it stands in the ledger."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import OrganisationId

FundId = NewType("FundId", UUID)


class GrantKind(StrEnum):
    """What a fund's won is for."""

    CREDIT = "credit"  # messages
    BUDGET = "budget"  # coupons of an association


class DepositState(StrEnum):
    """Where a deposit into a fund stands."""

    ENTERED = "entered"  # counts when another steward has seen it, too
    BOOKED = "booked"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Fund:
    """Won that somebody gave for markets."""

    id: FundId
    name: str
    available: int
    granted: int
    active: bool


@dataclass(frozen=True, slots=True)
class Deposit:
    """Won that came in for a fund, as the bank shows it."""

    id: UUID
    fund: FundId
    won: int
    reference: str
    state: DepositState
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class CreditLine:
    """One line of an organisation's message credits: granted (positive), held back, spent or given back (negative)."""

    won: int
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Credit:
    """An organisation's message credits. `held` waits for messages that are on their way."""

    organisation: OrganisationId
    available: int
    held: int
    spent: int
    lines: tuple[CreditLine, ...] = ()
