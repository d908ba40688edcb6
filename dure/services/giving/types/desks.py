"""What desks read: the file of a cause in vetting, what waits for a partner, what the law asks of a box."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from dure.foundations.ledger.types.law import Authority, Duty

from .reading import WallEntry
from .values import CauseCard, DepositState, OverdueReport, PartnerState, Verdict, VettingMark, Want


class Queue(StrEnum):
    """The lists at the stewards' desk."""

    VETTING = "vetting"
    PLANS = "plans"
    GATE = "gate"
    OPEN = "open"
    CLOSED = "closed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class VettingWord:
    """What a steward said in vetting. Who it was, and every yes, is told to stewards and auditors only."""

    verdict: Verdict
    comment: str
    marks: tuple[VettingMark, ...]
    emergency: bool  # whether this steward confirms that it is one
    steward: UUID | None
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DepositView:
    """A sponsor's deposit, for stewards and auditors."""

    id: UUID
    fund: UUID
    fund_name: str
    amount: int
    reference: str  # the bank's
    state: DepositState
    asked_by: str
    asked_at: datetime
    booked_by: str
    booked_at: datetime | None
    ended_at: datetime | None
    why: str
    own: bool  # whether who asks entered it, so that somebody else confirms it


@dataclass(frozen=True, slots=True)
class VettedPartner:
    """The partner as vetting looks at it."""

    id: UUID
    name: str
    verified: bool
    registration_number: str
    representative: str
    state: PartnerState  # its answer to this cause
    bank_account_checked: bool
    lacks: tuple[str, ...]  # before it can carry a box
    overdue: OverdueReport | None


@dataclass(frozen=True, slots=True)
class VettingFile:
    """Everything beside the cause itself that a steward looks at."""

    round: int  # grows each time the proposal comes back; a yes names it
    proposer: UUID
    proposer_name: str
    proposer_since: datetime
    partner: VettedPartner
    register_with: Authority | None  # with whom the collection must be registered
    collection_number: str  # under which it registered this collection; empty: not yet
    has_stake: bool  # whether who asks is its proposer or works for its partner
    words: tuple[VettingWord, ...]
    objected: tuple[WallEntry, ...]  # words on its wall that readers object to


@dataclass(frozen=True, slots=True)
class PlanSentBack:
    """Why a plan has to be made anew: in the words of the steward who sent it back, or because a gift went back."""

    version: int
    why: str
    by_refund: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class PartnerTask:
    """What waits for a partner about one cause."""

    card: CauseCard
    want: Want
    sent_back: PlanSentBack | None = None


@dataclass(frozen=True, slots=True)
class PartnerDesk:
    """What waits for an organisation, the longest first, and the report it has owed longest."""

    tasks: tuple[PartnerTask, ...]
    overdue: OverdueReport | None


@dataclass(frozen=True, slots=True)
class LegalDuties:
    """What donation law asks of a box. Before it opens nothing is due yet: the days are those of a box opened today."""

    duties: tuple[Duty, ...]
    opened: bool
    costs_max: int  # won of what was raised that may be costs of raising and running
    costs_max_at_goal: int


@dataclass(frozen=True, slots=True)
class MyPart:
    """What somebody did about one cause."""

    is_proposer: bool
    has_agreed: bool
    matched_today: bool  # whether today's cheer was counted as a gift already


@dataclass(frozen=True, slots=True)
class PartnerChoice:
    """A verified organisation that can be named as partner."""

    id: UUID
    name: str
    registration_number: str


@dataclass(frozen=True, slots=True)
class PartnerChoices:
    """Those that fit, by name; `more`: there are further ones, so that more of the name is needed."""

    partners: tuple[PartnerChoice, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class ProofFile:
    """Where the proof of a spending line lies in the private store, and what it was called."""

    path: str
    name: str
