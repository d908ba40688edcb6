"""Seasons, projects, pledges, proofs, and what becomes of a deposit."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import OrganisationId, PersonId

__all__ = [
    "Beside",
    "Consent",
    "Corrected",
    "CountProof",
    "NewProject",
    "NewProof",
    "NewSeason",
    "Pledge",
    "PledgeId",
    "PledgeState",
    "PledgeWant",
    "Project",
    "ProjectId",
    "ProjectState",
    "ProjectVerdict",
    "ProjectWant",
    "Proof",
    "ProofId",
    "ProofKind",
    "ProofState",
    "ProofWant",
    "Receiver",
    "ReceiverId",
    "ReceiverSum",
    "Season",
    "SeasonFigures",
    "SeasonId",
    "SeasonPhase",
    "SeasonState",
    "Settled",
    "Split",
    "StatementLine",
    "Way",
    "Window",
]

SeasonId = NewType("SeasonId", UUID)
ProjectId = NewType("ProjectId", UUID)
PledgeId = NewType("PledgeId", UUID)
ProofId = NewType("ProofId", UUID)
ReceiverId = NewType("ReceiverId", UUID)


class SeasonState(StrEnum):
    """What is written down of a season; the rest follows from its dates."""

    OPEN = "open"
    SETTLING = "settling"  # the books are made; nothing of it can be undone, only gone on with
    SETTLED = "settled"


class SeasonPhase(StrEnum):
    """Where a season is on a day."""

    PROPOSING = "proposing"  # projects may be proposed, and joined
    JOINING = "joining"  # projects may be joined
    READY = "ready"  # nobody joins any more; the first day is near
    RUNNING = "running"
    REVIEW = "review"  # the hundred days are over: objections, appeals
    SETTLING = "settling"
    SETTLED = "settled"


class ProjectState(StrEnum):
    PROPOSED = "proposed"
    RETURNED = "returned"  # a steward asks for a change
    OPEN = "open"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class ProjectWant(StrEnum):
    """What can happen to a project. `rules.projects.NEXT` says from where it leads where."""

    EDIT = "edit"
    APPROVE = "approve"
    RETURN = "return"
    DECLINE = "decline"
    CANCEL = "cancel"


class ProjectVerdict(StrEnum):
    """What a steward says of a proposed project."""

    APPROVE = "approve"
    RETURN = "return"
    DECLINE = "decline"


class PledgeState(StrEnum):
    WAITING = "waiting"  # on the waiting list
    OFFERED = "offered"  # a place came free and is kept for this person for a while
    PAYING = "paying"  # sent to the provider; the place is kept
    JOINED = "joined"  # the deposit is held
    STOPPED = "stopped"  # gave up after the first day; what was kept counts
    LAPSED = "lapsed"  # a kept place was not taken in time
    FAILED = "failed"  # the payment came to nothing
    LEFT = "left"  # went before the first day; all of it goes back
    CANCELLED = "cancelled"  # the project was cancelled; all of it goes back
    SETTLED = "settled"


class PledgeWant(StrEnum):
    """What can happen to a pledge. `rules.joining.NEXT` says from where it leads where."""

    OFFER = "offer"
    PAY = "pay"
    LAPSE = "lapse"
    FAIL = "fail"
    HOLD = "hold"  # the deposit came
    LEAVE = "leave"
    STOP = "stop"
    CANCEL = "cancel"
    SETTLE = "settle"


class ProofKind(StrEnum):
    """How a day is proved."""

    PHOTO = "photo"
    TEXT = "text"
    NUMBER = "number"
    CHECK = "check"


class ProofState(StrEnum):
    COUNTS = "counts"  # sent in time
    LATE = "late"  # sent after the window closed: counts when the leader accepts it
    ACCEPTED = "accepted"
    REJECTED = "rejected"  # by the leader or a steward, who said why; the person may appeal
    APPEALED = "appealed"  # a steward decides
    REFUSED = "refused"  # by a steward after an appeal: final
    WITHDRAWN = "withdrawn"  # by the person, before the day closed


class ProofWant(StrEnum):
    """What can happen to a proof. `rules.proofs.NEXT` says from where it leads where."""

    SEND = "send"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"
    REJECT = "reject"
    APPEAL = "appeal"
    UPHOLD = "uphold"  # the appeal is right
    REFUSE = "refuse"  # it is not


@dataclass(frozen=True, slots=True)
class Window:
    """When on a day one proves it, in minutes since midnight in Seoul; `until` 1440 is the end of the day."""

    start: int = 0
    until: int = 1_440


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSeason:
    """A season to open. It runs for exactly a hundred days from `starts_on`."""

    name: str
    starts_on: date
    propose_until: date
    join_until: date
    deposit: int  # won
    grace_minutes: int = 0  # how long after its window a day is still open
    fee_percent: int = 0  # of what is given, for running the season; what goes back is never charged
    receivers: tuple[OrganisationId, ...] = ()
    boxes: tuple[UUID, ...] = ()  # donation boxes that are open


@dataclass(frozen=True, slots=True)
class Receiver:
    """An organisation, or a donation box that it carries out, that may receive what is not returned."""

    id: ReceiverId
    organisation: OrganisationId
    name: str
    box: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    id: SeasonId
    code: str
    name: str
    starts_on: date
    ends_on: date
    propose_until: date
    join_until: date
    deposit: int
    grace_minutes: int
    fee_percent: int
    state: SeasonState
    phase: SeasonPhase
    receivers: tuple[Receiver, ...] = ()
    settled_at: datetime | None = None
    root: str = ""  # of the hash tree over everybody's count, once settled


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProject:
    """A project as its leader writes it."""

    season: SeasonId
    title: str
    promise: str
    how: str  # how a day is proved, in words
    proof: ProofKind
    capacity: int
    unit: str = ""  # of a number: pages, steps
    days_a_week: int = 7  # how many of seven days one has to prove; the others are days off
    window: Window = Window()


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    id: ProjectId
    code: str
    season: SeasonId
    leader: PersonId
    title: str
    promise: str
    how: str
    proof: ProofKind
    unit: str
    capacity: int
    taken: int
    waiting: int
    days_a_week: int
    window: Window
    state: ProjectState
    why: str = ""  # what a steward said

    @property
    def left(self) -> int:
        """Places that are free."""
        return max(0, self.capacity - self.taken)


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether what is not returned may be given away, and to whom. Without a yes all of it is returned."""

    gives: bool
    receiver: ReceiverId | None = None
    by_vote: bool = False  # the group decides to whom


@dataclass(frozen=True, slots=True)
class Way:
    """By which provider one pays, and where the provider sends one back to."""

    return_to: str
    provider: str = ""  # empty: the first that is switched on


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a deposit: the parts sum to it, to the won."""

    kept: int
    refund: int
    donation: int
    fee: int
    at: datetime
    refunded: bool  # the refund was handed to the provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """One person in one project, with the deposit."""

    id: PledgeId
    project: ProjectId
    person: PersonId
    state: PledgeState
    deposit: int
    consent: Consent
    asked_at: datetime
    offered_until: datetime | None = None
    settled: Settled | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProof:
    """What somebody sends for a day of a pledge. Sent again for the same day it replaces what was sent."""

    pledge: PledgeId
    day: int  # 1..100
    text: str = ""
    number: int | None = None
    picture: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    id: ProofId
    pledge: PledgeId
    person: PersonId
    day: int
    state: ProofState
    text: str
    number: int | None
    has_picture: bool
    alike: int  # other proofs of this season with the very same picture; people decide what that means
    sent_at: datetime
    why: str = ""
    appeal: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """Where the won of a deposit go. `refund + donation + fee` is the deposit."""

    kept: int
    refund: int
    donation: int
    fee: int


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line of a deposit's account, as a bank statement has it: what came (positive) or went, and what is left."""

    at: datetime
    what: str  # deposit, donation, fee, refund, reversal
    won: int
    left: int


@dataclass(frozen=True, slots=True)
class ReceiverSum:
    """What a receiver received of a season."""

    receiver: Receiver
    won: int
    paid: int


@dataclass(frozen=True, slots=True)
class Beside:
    """A neighbour on the way from a leaf to the root; hashes in hexadecimal."""

    hash: str
    is_left: bool


@dataclass(frozen=True, slots=True)
class Corrected:
    """An entry of a season's list of corrections; hashes in hexadecimal (rules/commitment.py says how they are made)."""

    number: int  # from 1 on
    at: datetime
    before: str  # the leaf of the count that stood
    after: str  # the leaf of the count that stands
    hash: str  # over the entry before, or the published root, and these two


@dataclass(frozen=True, slots=True)
class CountProof:
    """What shows that a person's count of kept days is in the published total (rules/commitment.py says how)."""

    pledge: PledgeId
    kept: int
    leaf: str
    way: tuple[Beside, ...]
    root: str
    kept_now: int = 0  # the same, or what it was corrected to
    corrections: tuple[Corrected, ...] = ()  # all of the season's, in order: with them `kept_now` is shown


@dataclass(frozen=True, slots=True)
class SeasonFigures:
    """A season in sums. Of fewer people than the floor nothing is said."""

    projects: int
    people: int
    held: int
    kept_days: int
    refund: int
    donation: int
    fee: int
    waiting_for_refund: int
