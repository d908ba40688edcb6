"""What the API of giving takes: typed, bounded, no field that is not known."""

import base64
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from dure.base.refusals import BadValue
from dure.services.giving.hot import AMOUNT
from dure.services.giving.rules import GIFT_MAX
from dure.services.giving.rules.money import DEPOSIT_MAX, LINES_MAX, MESSAGE_LENGTH_MAX, REFERENCE_LENGTH
from dure.services.giving.rules.permits import (
    BENEFICIARY_LENGTH,
    COLLECTION_NUMBER_LENGTH,
    DAYS_OPEN_MAX,
    DAYS_OPEN_MIN,
    GOAL_MAX,
    GOAL_MIN,
    STORY_LENGTH,
    TITLE_LENGTH,
)
from dure.services.giving.types import BudgetLine, CauseDraft, LineKind, MatchKind, Topic, VettingMark

ALT_LENGTH_MAX = 200
PROOF_TEXT_MAX = 14_000_000  # 10 MB in base64
Won = Annotated[int, msgspec.Meta(ge=1, le=GOAL_MAX, description="Whole won.")]
Why = Annotated[str, msgspec.Meta(min_length=5, max_length=500)]
Region = Annotated[str, msgspec.Meta(pattern="^[0-9]{10}$", description="Code of the Ministry of the Interior.")]


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request body."""


class Line(Shape, frozen=True):
    label: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    amount: Won
    kind: LineKind = LineKind.DIRECT


class Draft(Shape, frozen=True):
    title: Annotated[str, msgspec.Meta(min_length=TITLE_LENGTH[0], max_length=TITLE_LENGTH[1])]
    story: Annotated[str, msgspec.Meta(min_length=STORY_LENGTH[0], max_length=STORY_LENGTH[1])]
    beneficiary: Annotated[str, msgspec.Meta(min_length=BENEFICIARY_LENGTH[0], max_length=BENEFICIARY_LENGTH[1])]
    topic: Topic
    region: Region
    goal: Annotated[int, msgspec.Meta(ge=GOAL_MIN, le=GOAL_MAX, description="Whole won; the lines sum to it.")]
    days_open: Annotated[int, msgspec.Meta(ge=DAYS_OPEN_MIN, le=DAYS_OPEN_MAX)]
    partner: UUID
    lines: Annotated[list[Line], msgspec.Meta(min_length=1, max_length=LINES_MAX)]
    emergency: bool = False

    def content(self) -> CauseDraft:
        """The draft as the actions take it."""
        return CauseDraft(
            title=self.title,
            story=self.story,
            beneficiary=self.beneficiary,
            topic=self.topic,
            region=self.region,
            goal=self.goal,
            days_open=self.days_open,
            partner=self.partner,
            lines=budget(self.lines),
            emergency=self.emergency,
        )


class Plan(Shape, frozen=True):
    lines: Annotated[list[Line], msgspec.Meta(min_length=1, max_length=LINES_MAX)]


class PlanApproval(Shape, frozen=True):
    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000, description="Of the plan that you have read.")]


class Reason(Shape, frozen=True):
    why: Annotated[str, msgspec.Meta(max_length=500)] = ""


class StrictReason(Shape, frozen=True):
    why: Why


class Answer(Shape, frozen=True):
    accepts: bool


class Vetting(Shape, frozen=True):
    verdict: Literal["approve", "needs_work", "reject"]
    round: Annotated[int, msgspec.Meta(ge=0, le=1_000_000, description="Of the proposal you have read; for a yes.")] = 0
    marks: Annotated[list[VettingMark], msgspec.Meta(max_length=len(VettingMark))] = []
    comment: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    emergency: Annotated[bool, msgspec.Meta(description="Confirms that it is one, where the proposer says so.")] = False


class Registration(Shape, frozen=True):
    number: Annotated[
        str,
        msgspec.Meta(
            min_length=COLLECTION_NUMBER_LENGTH[0],
            max_length=COLLECTION_NUMBER_LENGTH[1],
            description="Under which the authority registered this very collection.",
        ),
    ]


class Strike(Shape, frozen=True):
    agreements: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=500)]
    why: Why


class Cheering(Shape, frozen=True):
    kind: MatchKind
    text: Annotated[str, msgspec.Meta(max_length=MESSAGE_LENGTH_MAX)] = ""


class Checkout(Shape, frozen=True):
    amount: Annotated[int, msgspec.Meta(ge=1, le=GIFT_MAX, description=AMOUNT)]
    message: Annotated[str, msgspec.Meta(max_length=MESSAGE_LENGTH_MAX)] = ""
    name_shown: Annotated[
        bool, msgspec.Meta(description="Whether the name stands on the wall and among the givers.")
    ] = False

    provider: Annotated[
        str,
        msgspec.Meta(
            max_length=20, description="toss, toss-account, kakaopay or sandbox; empty: the first one switched on."
        ),
    ] = ""


class Return(Shape, frozen=True):
    """What the provider's address brought back: empty `payment_key` when the payer turned back."""

    order: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{6,64}$")]
    payment_key: Annotated[str, msgspec.Meta(max_length=200)] = ""
    amount: Annotated[int, msgspec.Meta(ge=0, le=GIFT_MAX)] = 0
    pg_token: Annotated[str, msgspec.Meta(max_length=200, description="What KakaoPay brings back.")] = ""


class Extension(Shape, frozen=True):
    until: Annotated[datetime, msgspec.Meta(tz=True)]


class SpendingLine(Shape, frozen=True):
    spent_on: date
    payee: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    purpose: Annotated[str, msgspec.Meta(min_length=2, max_length=200)]
    amount: Won
    proof_name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    proof: Annotated[str, msgspec.Meta(min_length=4, max_length=PROOF_TEXT_MAX, description="PDF or picture, base64.")]


class NewFund(Shape, frozen=True):
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=60)]


class Deposit(Shape, frozen=True):
    amount: Annotated[int, msgspec.Meta(ge=1, le=DEPOSIT_MAX)]
    reference: Annotated[
        str,
        msgspec.Meta(
            min_length=REFERENCE_LENGTH[0],
            max_length=REFERENCE_LENGTH[1],
            description="The bank's; each is taken once.",
        ),
    ]


class Count(msgspec.Struct, frozen=True):
    """How many there are now."""

    count: int


class Added(msgspec.Struct, frozen=True):
    """The id of what was made."""

    id: UUID


class Sum(msgspec.Struct, frozen=True):
    """Whole won."""

    amount: int


class Paper(msgspec.Struct, frozen=True):
    """A file."""

    name: str
    content: Annotated[str, msgspec.Meta(description="base64")]


class Address(msgspec.Struct, frozen=True):
    """Where to send the payer."""

    address: str


def budget(lines: list[Line]) -> tuple[BudgetLine, ...]:
    """Lines as the actions take them."""
    return tuple(BudgetLine(label=line.label, amount=line.amount, kind=line.kind) for line in lines)


class NewPicture(Shape, frozen=True):
    picture: Annotated[
        str, msgspec.Meta(min_length=4, max_length=PROOF_TEXT_MAX, description="JPEG, PNG or WebP, base64.")
    ]
    alt: Annotated[str, msgspec.Meta(min_length=1, max_length=ALT_LENGTH_MAX, description="What it shows, in words.")]


def decoded(text: str, field: str) -> bytes:
    """The bytes behind base64. Raises BadValue."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:  # binascii.Error is one, what is not ASCII another
        raise BadValue(field=field, reason="kind") from error
