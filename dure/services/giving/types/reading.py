"""What pages and the API read: lists, walls, flows, histories. Frozen; names are resolved, hidden names stay hidden."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from .values import BoxId, BoxTotals, CauseCard, CauseId, CauseState, GiftId, GiftState, MatchKind, Topic


class Order(StrEnum):
    NEWEST = "newest"
    ENDING = "ending"
    FULLEST = "fullest"
    EMPTIEST = "emptiest"


@dataclass(frozen=True, slots=True)
class CauseFilter:
    """What a list of causes is narrowed to. Empty means all that the public may see."""

    words: str = ""
    states: tuple[CauseState, ...] = ()
    topic: Topic | None = None
    region: str = ""  # prefix of a region's code
    partner: UUID | None = None
    proposer: UUID | None = None
    inside: bool = False  # for those who work at `partner`: what was withdrawn stays in their list
    emergency: bool = False
    order: Order = Order.NEWEST


@dataclass(frozen=True, slots=True)
class CausePage:
    cards: tuple[CauseCard, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class WallEntry:
    """A gift or a comment on a box's wall. `name` is empty where the giver hides it.

    Words that a steward hid are left out, except for those who look after the wall; `objections` is 0 for all others.
    """

    id: UUID
    name: str
    amount: int
    text: str
    kind: str  # "gift", "comment"
    at: datetime
    hidden: bool = False
    objections: int = 0  # readers who find that it breaks the rules, not answered yet


@dataclass(frozen=True, slots=True)
class RankEntry:
    place: int
    name: str
    amount: int
    gifts: int


@dataclass(frozen=True, slots=True)
class MyGift:
    """A gift as its giver sees it."""

    id: GiftId
    box: BoxId
    code: str
    title: str
    partner: UUID
    partner_name: str
    amount: int
    message: str
    name_shown: bool
    state: GiftState
    box_state: CauseState
    at: datetime
    refundable: bool


@dataclass(frozen=True, slots=True)
class MySums:
    """All that somebody gave and that stands: won, boxes, and the years of it, the last first."""

    won: int
    boxes: int
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Used:
    """Where part of a gift went: a report line, or not yet spent."""

    amount: int
    line: UUID | None
    spent_on: date | None
    payee: str
    purpose: str


@dataclass(frozen=True, slots=True)
class FlowPart:
    name: str  # "people", "matched", what a pooled sum was given with, a plan line's label, a report line's purpose, "unspent"
    amount: int
    count: int


@dataclass(frozen=True, slots=True)
class MoneyFlow:
    """A box's money from where to where; both sides sum to the same."""

    sources: tuple[FlowPart, ...]
    uses: tuple[FlowPart, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class StepEntry:
    """One step of a cause's history."""

    want: str
    before: CauseState
    after: CauseState
    by: UUID | None
    by_name: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ApprovalEntry:
    """A steward's yes to a plan. Who it was is told to stewards, auditors and the partner."""

    steward: UUID | None
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanView:
    version: int
    total: int
    by_name: str
    at: datetime
    approvals: tuple[ApprovalEntry, ...]
    needed: int


@dataclass(frozen=True, slots=True)
class AgreementEntry:
    """An agreement as a steward sees it."""

    id: UUID
    person: UUID
    name: str
    state: str
    joined_at: datetime
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class AgreementPage:
    entries: tuple[AgreementEntry, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class GateNow:
    """How far a gate is at this moment."""

    code: str
    state: CauseState
    goal: int
    agreements: int
    agreements_needed: int
    gate_ends_at: datetime | None
    is_own: bool  # whether who asks proposed it

    @property
    def agreements_missing(self) -> int:
        return max(0, self.agreements_needed - self.agreements)


@dataclass(frozen=True, slots=True)
class BoxNow:
    """What a box holds at this moment."""

    code: str
    state: CauseState
    goal: int
    totals: BoxTotals
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class MyCheer:
    box: BoxId
    kind: MatchKind
    matched: int
    at: datetime


@dataclass(frozen=True, slots=True)
class FundView:
    id: UUID
    name: str
    available: int
    given: int


@dataclass(frozen=True, slots=True)
class Match:
    """What the next cheer would add, and what the funds that can pay it have left. Both 0 when none can."""

    won: int
    left: int


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One transfer of a box, as the public CSV shows it: no names, no person ids."""

    seq: int
    transfer: UUID
    at: datetime
    kind: str
    source: str
    target: str
    amount: int


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How much waits at a desk."""

    vetting: int
    gate: int
    closed: int
    plans: int
    overdue: int
    objections: int  # words on walls that readers object to


@dataclass(frozen=True, slots=True)
class StuckRefunds:
    """What a stopped box still holds."""

    box: BoxId
    code: str
    gifts: int
    matches: int


@dataclass(frozen=True, slots=True)
class Receiptable:
    """A gift of one year for which a partner may issue a receipt."""

    gift: GiftId
    cause: CauseId
    title: str
    partner: UUID
    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class PaidOut:
    """A payout as grant data shows it."""

    box: BoxId
    code: str
    title: str
    story: str
    region: str
    partner: UUID
    amount: int
    awarded_at: datetime  # the second approval of the plan
    paid_out_at: datetime
    reported_at: datetime | None
