"""What giving tells. Past participles, frozen; told in the transaction that made them true."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from .values import BoxId, CauseId, GiftId, MatchKind


@dataclass(frozen=True, slots=True)
class CauseProposed:
    cause: CauseId
    proposer: UUID
    partner: UUID
    region: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PartnerAsked:
    """An organisation was named as partner; `anew`: it had answered, and what it answered to has changed."""

    cause: CauseId
    partner: UUID
    anew: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class PartnerAnswered:
    cause: CauseId
    partner: UUID
    accepted: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class AgreementGiven:
    cause: CauseId
    person: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class AgreementEnded:
    """Taken back by the person, or struck out by a steward."""

    cause: CauseId
    person: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class GateReached:
    cause: CauseId
    agreements: int
    at: datetime


@dataclass(frozen=True, slots=True)
class GateReopened:
    cause: CauseId
    agreements: int
    at: datetime


@dataclass(frozen=True, slots=True)
class NeedsWorkAsked:
    cause: CauseId
    steward: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class CauseRejected:
    cause: CauseId
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CauseWithdrawn:
    cause: CauseId
    at: datetime


@dataclass(frozen=True, slots=True)
class BoxOpened:
    box: BoxId
    partner: UUID
    goal: int
    region: str
    closes_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class BoxExtended:
    box: BoxId
    closes_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class GiftGiven:
    """One gift inside GiftsReceived."""

    gift: GiftId
    box: BoxId
    donor: UUID
    amount: int


@dataclass(frozen=True, slots=True)
class GiftsReceived:
    """All gifts of one commit; a group commit tells many at once. Count each by its own id."""

    items: tuple[GiftGiven, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class GiftRefunded:
    gift: GiftId
    box: BoxId
    donor: UUID
    amount: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MatchGiven:
    match: UUID
    box: BoxId
    person: UUID
    kind: MatchKind
    amount: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MatchReturned:
    """The box was stopped: what the fund had added for this comment or share is the fund's again."""

    match: UUID
    box: BoxId
    person: UUID
    amount: int
    at: datetime


@dataclass(frozen=True, slots=True)
class BoxClosed:
    box: BoxId
    raised: int
    at: datetime


@dataclass(frozen=True, slots=True)
class BoxStopped:
    box: BoxId
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BoxRefunded:
    box: BoxId
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanRevised:
    box: BoxId
    total: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanApproved:
    box: BoxId
    steward: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class PayoutPaid:
    box: BoxId
    partner: UUID
    amount: int
    report_due_on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class ReportFiled:
    box: BoxId
    partner: UUID
    spent: int
    lines: int
    on_time: bool
    at: datetime
