"""What a request says, and what is answered where no value of pledges says it."""

import base64
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from dure.base.refusals import BadValue
from dure.kit.photos import PICTURE_BYTES_MAX
from dure.services.pledges.rules import days, group, noticing, permits
from dure.services.pledges.types import (
    Certificate,
    Consent,
    CountProof,
    Life,
    NewProof,
    PledgeId,
    ReceiverId,
    ReceiverSum,
    Season,
    ShownName,
    ToldFigures,
)

Code = Annotated[str, msgspec.Meta(pattern="^[0-9A-Z]{4,8}$", description="Speakable code.")]
CertificateCode = Annotated[str, msgspec.Meta(pattern="^[0-9A-Z]{8}$", description="As it stands on the paper.")]
Page = Annotated[int, msgspec.Meta(ge=1, le=1_000)]
Search = Annotated[str, msgspec.Meta(max_length=60)]
Provider = Annotated[str, msgspec.Meta(max_length=30, pattern="^[a-z-]*$")]
Words = Annotated[str, msgspec.Meta(max_length=permits.TEXT_LENGTH_MAX)]
PICTURE_TEXT_MAX = -(-PICTURE_BYTES_MAX // 3) * 4
Picture = Annotated[
    str, msgspec.Meta(min_length=4, max_length=PICTURE_TEXT_MAX, description="JPEG, PNG or WebP, base64.")
]
Day = Annotated[int, msgspec.Meta(ge=1, le=days.SEASON_DAYS)]
Why = Annotated[str, msgspec.Meta(min_length=permits.WHY_LENGTH[0], max_length=permits.WHY_LENGTH[1])]


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request body."""


class Agreed(Shape, frozen=True):
    """Whether what is not returned is given, and to which receiver of the season, or that the group decides (`by_vote`)."""

    gives: bool
    receiver: UUID | None = None
    by_vote: bool = False

    def consent(self) -> Consent:
        """The same as the actions take it."""
        return Consent(self.gives, ReceiverId(self.receiver) if self.receiver else None, self.by_vote)


class Asked(Agreed, frozen=True):
    """What somebody says who asks for a place; `provider` empty: the first that is switched on."""

    provider: Provider = ""


class SentPhoto(Shape, frozen=True):
    """A photo that proves a day, and perhaps a few words with it."""

    picture: Picture
    text: Words = ""

    def proof(self, pledge: UUID, day: int) -> NewProof:
        """The same as the action takes it. Raises BadValue."""
        try:
            content = base64.b64decode(self.picture, validate=True)
        except ValueError as error:
            raise BadValue(field="picture", reason="kind") from error
        return NewProof(pledge=PledgeId(pledge), day=day, text=self.text, picture=content)


class Appealed(Shape, frozen=True):
    """Why a rejected proof should count."""

    words: Why


class Said(Shape, frozen=True):
    """A few words under a proof."""

    text: Annotated[str, msgspec.Meta(min_length=group.COMMENT_LENGTH[0], max_length=group.COMMENT_LENGTH[1])]


class GroupProof(msgspec.Struct, frozen=True):
    """A proof as its group sees it: nothing of what was said between its person, the leader and a steward."""

    id: UUID
    person: UUID
    day: int
    text: str
    number: int | None
    has_picture: bool
    sent_at: datetime


class Shown(msgspec.Struct, frozen=True):
    """A proof as its group sees it, with what was said of it."""

    proof: GroupProof
    life: Life


class Because(Shape, frozen=True):
    """A reason that somebody reads."""

    why: Why


class Voted(Shape, frozen=True):
    """Whom the group should give to."""

    receiver: UUID


class Disputed(Shape, frozen=True):
    """Which days of a settled pledge should have counted, and why."""

    days: Annotated[tuple[Day, ...], msgspec.Meta(min_length=1, max_length=days.SEASON_DAYS)]
    why: Why


class Proposed(Shape, frozen=True):
    """Which of the days in dispute count after all, and why."""

    days: Annotated[tuple[Day, ...], msgspec.Meta(max_length=days.SEASON_DAYS)]
    why: Why


class Noted(msgspec.Struct, frozen=True):
    """It is noted; nothing more is told."""

    noted: bool = True


class Gone(msgspec.Struct, frozen=True):
    """Under which proof words stood that are gone."""

    proof: UUID


class ShownAs(Shape, frozen=True):
    """How much of the name stands on a certificate."""

    name: ShownName


class CalendarAt(msgspec.Struct, frozen=True):
    """Where a calendar program reads my promises (iCalendar). Whoever has the address reads them."""

    address: str


class Checkout(msgspec.Struct, frozen=True):
    """Where to send somebody who is to pay."""

    address: str


class CertificatePage(msgspec.Struct, frozen=True):
    """A certificate, and its way to the published root."""

    certificate: Certificate
    count: CountProof


class SeasonPage(msgspec.Struct, frozen=True):
    """A season with its sums, once enough people are in it; settled, also with those of receivers that enough people chose."""

    season: Season
    figures: ToldFigures | None
    receivers: tuple[ReceiverSum, ...]


class At(Shape, frozen=True):
    """At which hour on the clock in Seoul; null: never."""

    hour: Annotated[int, msgspec.Meta(ge=0, le=23)] | None


class Told(Shape, frozen=True):
    """What everybody of a project should know."""

    text: Annotated[str, msgspec.Meta(min_length=noticing.NOTICE_LENGTH[0], max_length=noticing.NOTICE_LENGTH[1])]


class TakenDown(msgspec.Struct, frozen=True):
    """Of which project a notice was taken down."""

    project: UUID


class StreamAt(msgspec.Struct, frozen=True):
    """Whether everybody reads what somebody proves in a project; then where, and since when."""

    is_open: bool
    address: str = ""
    since: datetime | None = None
