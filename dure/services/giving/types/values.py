"""Nouns of giving. Amounts are whole won; instants are UTC; days are local to Asia/Seoul."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

CauseId = NewType("CauseId", UUID)
BoxId = CauseId  # a box has the id of its cause
GiftId = NewType("GiftId", UUID)  # a gift has the id of its transfer in the ledger


class CauseState(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"  # the agreement gate
    VETTING = "vetting"
    NEEDS_WORK = "needs_work"  # back with the proposer, with comments
    OPEN = "open"
    CLOSED = "closed"
    PLANNED = "planned"  # a revised plan for the sum really raised waits for approvals
    PAID_OUT = "paid_out"
    REPORTED = "reported"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    REFUNDED = "refunded"
    ENDED = "ended"  # closed, and nothing was raised


class Want(StrEnum):
    """What somebody wants to do with a cause. `rules.STATES` says from where it leads where."""

    EDIT = "edit"
    PROPOSE = "propose"
    ANSWER_AS_PARTNER = "answer_as_partner"
    AGREE = "agree"
    UNAGREE = "unagree"
    INVALIDATE = "invalidate"
    REACH_GATE = "reach_gate"
    REOPEN_GATE = "reopen_gate"
    MISS_GATE = "miss_gate"
    ASK_WORK = "ask_work"
    RESUBMIT = "resubmit"
    REJECT = "reject"
    OPEN = "open"
    GIVE = "give"
    CHEER = "cheer"
    EXTEND = "extend"
    REGISTER = "register"
    CLOSE = "close"
    STOP = "stop"
    REVISE_PLAN = "revise_plan"
    APPROVE_PLAN = "approve_plan"
    REJECT_PLAN = "reject_plan"
    PAY_OUT = "pay_out"
    WRITE_REPORT = "write_report"
    FILE_REPORT = "file_report"
    REFUND_GIFT = "refund_gift"
    FINISH_REFUND = "finish_refund"
    END_EMPTY = "end_empty"
    WITHDRAW = "withdraw"


class Topic(StrEnum):
    CHILDREN = "children"
    ELDERS = "elders"
    DISABILITY = "disability"
    HEALTH = "health"
    DISASTER = "disaster"
    ENVIRONMENT = "environment"
    ANIMALS = "animals"
    COMMUNITY = "community"
    CULTURE = "culture"
    ABROAD = "abroad"


class LineKind(StrEnum):
    """A cost line pays for raising and administration and counts against the legal cap; the rest reaches the cause."""

    DIRECT = "direct"
    COST = "cost"


class PartnerState(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class AgreementState(StrEnum):
    VALID = "valid"
    WITHDRAWN = "withdrawn"
    INVALIDATED = "invalidated"


class GiftState(StrEnum):
    PENDING = "pending"  # waits for the payment provider; counts nowhere
    GIVEN = "given"
    REFUNDED = "refunded"
    FAILED = "failed"  # declined, expired, or captured too late and returned


class DepositState(StrEnum):
    WAITING = "waiting"  # for a second steward; counts nowhere
    BOOKED = "booked"
    REVERSED = "reversed"  # it was booked by mistake and taken out of the book again
    DROPPED = "dropped"  # it was never booked


class LetterKind(StrEnum):
    """What donors are told of a box they gave to."""

    PAID_OUT = "paid_out"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that is to be sent now."""

    box: BoxId
    donor: UUID
    kind: LetterKind


class MatchKind(StrEnum):
    COMMENT = "comment"
    SHARE = "share"


class WallKind(StrEnum):
    """Whose words stand on a wall."""

    GIFT = "gift"
    COMMENT = "comment"


class VettingMark(StrEnum):
    """The checklist of vetting; every mark must be ticked before a box opens."""

    PUBLIC_INTEREST = "public_interest"
    CREDIBLE = "credible"
    DELIVERABLE = "deliverable"
    CONCRETE = "concrete"
    NOT_FOR_PROFIT = "not_for_profit"
    NOT_MISSIONARY = "not_missionary"
    NOT_PARTISAN = "not_partisan"


class Verdict(StrEnum):
    APPROVE = "approve"
    NEEDS_WORK = "needs_work"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class BudgetLine:
    label: str
    amount: int
    kind: LineKind = LineKind.DIRECT


@dataclass(frozen=True, slots=True)
class CauseDraft:
    """Everything a proposer fills in."""

    title: str
    story: str
    beneficiary: str
    topic: Topic
    region: str  # code of `places`
    goal: int
    days_open: int
    partner: UUID
    lines: tuple[BudgetLine, ...]
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    id: UUID
    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class BoxTotals:
    """What the ledger says of a box, now. Never a stored counter."""

    people: int  # won given by people, also in pooled sums; refunds taken off
    matched: int  # won from matching funds
    givers: int  # distinct people with a gift that stands
    paid_out: int
    spent: int  # won of report lines

    @property
    def raised(self) -> int:
        return self.people + self.matched

    def percent_of(self, goal: int) -> int:
        """Whole percent, floored: 99.9 % is not yet 100 %, and more than 100 % is said as it is."""
        return self.raised * 100 // goal


@dataclass(frozen=True, slots=True)
class CauseCard:
    """A cause in a list."""

    id: CauseId
    code: str
    title: str
    state: CauseState
    topic: Topic
    region: str
    beneficiary: str
    goal: int
    emergency: bool
    partner: UUID
    partner_name: str
    agreements: int
    agreements_needed: int
    totals: BoxTotals
    opens_at: datetime | None
    closes_at: datetime | None
    cover: Picture | None

    @property
    def agreements_missing(self) -> int:
        return max(0, self.agreements_needed - self.agreements)


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause, whole."""

    card: CauseCard
    story: str
    proposer: UUID
    partner_state: PartnerState
    days_open: int
    lines: tuple[BudgetLine, ...]
    plan: tuple[BudgetLine, ...]  # the revised plan; empty before there is one
    pictures: tuple[Picture, ...]
    proposed_at: datetime | None
    gate_ends_at: datetime | None
    paid_out_at: datetime | None
    report_due_on: date | None
    reported_at: datetime | None
    ended_why: str


@dataclass(frozen=True, slots=True)
class Agreement:
    id: UUID
    cause: CauseId
    person: UUID
    state: AgreementState
    at: datetime


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the partner can carry a box now."""

    state: PartnerState
    verified: bool
    bank_account: bool
    overdue: "OverdueReport | None"
    registered: bool = True  # the collection, where the goal asks for it (from 10,000,000 won on)


@dataclass(frozen=True, slots=True)
class OverdueReport:
    """A report the partner owes since `due`."""

    cause: CauseId
    title: str
    due: date


@dataclass(frozen=True, slots=True)
class Check:
    """One steward's word in vetting."""

    steward: UUID
    verdict: Verdict
    marks: tuple[VettingMark, ...]
    emergency: bool  # whether this steward confirms that it is one
    comment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Yes:
    """A steward's yes in vetting, and the `round` of the proposal that they have read."""

    round: int
    marks: tuple[VettingMark, ...]
    comment: str = ""
    emergency: bool = False  # confirms what the proposer claims


@dataclass(frozen=True, slots=True)
class Approval:
    """One steward's yes to a revised plan."""

    steward: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Gift:
    id: GiftId
    box: BoxId
    donor: UUID
    amount: int
    message: str
    name_shown: bool
    state: GiftState
    at: datetime


@dataclass(frozen=True, slots=True)
class Way:
    """How a gift is paid: where the payer comes back to, and at which provider; empty: the first one that is switched on."""

    return_to: str
    provider: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    id: UUID
    box: BoxId
    person: UUID
    text: str
    matched: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One use of money: when, to whom, what for, how much, and the proof."""

    id: UUID
    spent_on: date
    payee: str
    purpose: str
    amount: int
    proof_name: str
    proof_sha256: str
