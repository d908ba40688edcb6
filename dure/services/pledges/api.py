"""The JSON face of pledges: seasons and projects for everybody, one's own pledges and proofs for who has a token."""

import base64
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from django.conf import settings
from django.urls import reverse
from django_bolt import Request

from dure.base.refusals import BadValue
from dure.foundations.people import queries as people
from dure.foundations.people.types import NOBODY, Actor, PersonId
from dure.kit import bearer
from dure.kit.photos import PICTURE_BYTES_MAX
from dure.kit.routes import Key, Routes, needs_token, takes_token
from dure.services.pledges import actions, hot, queries
from dure.services.pledges.rules import days, group, permits
from dure.services.pledges.types import (
    Blocked,
    Certificate,
    CheerWord,
    Comment,
    CommentId,
    ComplaintKind,
    Consent,
    CountProof,
    Life,
    NewProof,
    Pledge,
    PledgeId,
    Project,
    Proof,
    ProofId,
    ReceiverId,
    ReceiverSum,
    Season,
    SeasonFigures,
    ShownName,
    StatementLine,
    Way,
)

routes = Routes("/api/v1/pledges", tags=["pledges"])
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
    """Whether what is not returned is given, and to which receiver of the season."""

    gives: bool
    receiver: UUID | None = None

    def consent(self) -> Consent:
        """The same as the actions take it."""
        return Consent(self.gives, ReceiverId(self.receiver) if self.receiver else None)


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
    figures: SeasonFigures | None
    receivers: tuple[ReceiverSum, ...]


@routes.get("/seasons")
def seasons(request: Request) -> tuple[Season, ...]:
    """All seasons, the newest first."""
    return queries.seasons()


@routes.get("/seasons/{code}", also={"404"})
def season(request: Request, code: Code) -> SeasonPage:
    """One season."""
    found = queries.season_by_code(code)
    figures = queries.figures(found.id)
    return SeasonPage(found, figures, queries.told_sums(found.id) if figures else ())


@routes.get("/seasons/{code}/projects", also={"404"})
def projects(request: Request, code: Code, q: Search = "", page: Page = 1) -> tuple[Project, ...]:
    """Open projects of a season, by title."""
    return queries.find_projects(queries.season_by_code(code).id, q, page=page)


@routes.get("/projects/{code}", **takes_token)
def project(request: Request, code: Code) -> Project:
    """One project."""
    return queries.project_by_code(code, _actor(request))


@routes.post("/projects/{code}/pledges", status_code=201, **needs_token)
def join(request: Request, code: Code, body: Asked, key: Key) -> Pledge:
    """Ask for a place; `state` says whether one is kept while the deposit is paid, or whether one waits."""
    by = _actor(request)
    way = Way("/pledges/paid/", body.provider)
    return actions.join(by, queries.project_by_code(code, by).id, body.consent(), way, key=key)


@routes.get("/mine", **needs_token)
def mine(request: Request) -> tuple[Pledge, ...]:
    """My pledges, the newest first."""
    return queries.my_pledges(permits.somebody(_actor(request)))


@routes.post("/mine/calendar", **needs_token)
def renew_calendar(request: Request, key: Key) -> CalendarAt:
    """Have an address for my calendar; the one before ends."""
    found = actions.renew_calendar(_actor(request), key=key)
    return CalendarAt(f"{settings.DURE.origin}{reverse('pledges:calendar', args=[found.key, found.seal])}")


@routes.post("/mine/{pledge}/checkout", **needs_token)
def checkout(request: Request, pledge: UUID) -> Checkout:
    """Where to pay a deposit."""
    return Checkout(actions.pay_deposit(_actor(request), PledgeId(pledge)))


@routes.get("/mine/{pledge}/statement", **needs_token)
def statement(request: Request, pledge: UUID) -> tuple[StatementLine, ...]:
    """The account of a deposit, line by line."""
    return queries.statement(_actor(request), PledgeId(pledge))


@routes.get("/mine/{pledge}/count", **needs_token)
def count(request: Request, pledge: UUID) -> CountProof:
    """What shows that my count of kept days is in the total that the season published."""
    return queries.count_proof(_actor(request), PledgeId(pledge))


@routes.put("/mine/{pledge}/certificate", **needs_token)
def certify(request: Request, pledge: UUID, body: ShownAs, key: Key) -> Certificate:
    """Have a certificate of my kept days, with as much of my name as I want. One made before is replaced."""
    return actions.make_certificate(_actor(request), PledgeId(pledge), body.name, key=key)


@routes.post("/mine/{pledge}/certificate/withdraw", **needs_token)
def withdraw_certificate(request: Request, pledge: UUID, key: Key) -> Pledge:
    """Take my certificate back: its code leads nowhere any more."""
    actions.withdraw_certificate(_actor(request), PledgeId(pledge), key=key)
    return queries.pledge(PledgeId(pledge))


@routes.get("/certificates/{code}", also={"404"})
def certificate(request: Request, code: CertificateCode) -> CertificatePage:
    """What a certificate says, and what shows that its count is in the published total. For whoever was shown its code."""
    return CertificatePage(queries.certificate_by_code(code), queries.count_of_certificate(code))


@routes.put("/mine/{pledge}/consent", **needs_token)
def consent(request: Request, pledge: UUID, body: Agreed, key: Key) -> Pledge:
    """Say anew what becomes of what is not returned."""
    return actions.change_consent(_actor(request), PledgeId(pledge), body.consent(), key=key)


@routes.post("/mine/{pledge}/leave", **needs_token)
def leave(request: Request, pledge: UUID, key: Key) -> Pledge:
    """Leave a project."""
    return actions.leave(_actor(request), PledgeId(pledge), key=key)


@routes.put("/mine/{pledge}/days/{day}", validate_response=False, **needs_token)
async def prove(request: Request, pledge: UUID, day: Day, body: hot.SentProof, key: Key) -> hot.Proven:
    """Prove a day. Sent again it replaces what was sent, as long as the day is open."""
    return await hot.prove(bearer.person_bytes(request), pledge, day, body, key)


@routes.put("/mine/{pledge}/days/{day}/photo", **needs_token)
def prove_by_photo(request: Request, pledge: UUID, day: Day, body: SentPhoto, key: Key) -> Proof:
    """Prove a day by a photo. It is kept small, upright and without what the camera wrote into it."""
    return actions.send_proof(_actor(request), body.proof(pledge, day), key=key)


@routes.post("/proofs/{proof}/appeal", **needs_token)
def appeal(request: Request, proof: UUID, body: Appealed, key: Key) -> Proof:
    """Ask a steward to look at a rejected proof of mine."""
    return actions.appeal_proof(_actor(request), ProofId(proof), body.words, key=key)


@routes.get("/projects/{code}/proofs", **needs_token)
def feed(request: Request, code: Code, before: UUID | None = None) -> tuple[Shown, ...]:
    """What the group of a project proved, the newest first, with the last of what was said of each; `before` a proof: what
    came before it.
    """
    by = _actor(request)
    found = queries.feed(by, queries.project_by_code(code, by), ProofId(before) if before else None)
    lives = queries.lives(by, [one.id for one in found])
    return tuple(Shown(msgspec.convert(one, GroupProof, from_attributes=True), lives[one.id]) for one in found)


@routes.get("/proofs/{proof}/life", **needs_token)
def life(request: Request, proof: UUID) -> Life:
    """All that was said of a proof: each word with its count, every comment."""
    return queries.life(_actor(request), ProofId(proof))


@routes.put("/proofs/{proof}/cheers/{word}", **needs_token)
def cheer(request: Request, proof: UUID, word: CheerWord, key: Key) -> Life:
    """Say a word of somebody else's proof."""
    return actions.cheer(_actor(request), ProofId(proof), word, key=key)


@routes.delete("/proofs/{proof}/cheers/{word}", **needs_token)
def take_cheer_back(request: Request, proof: UUID, word: CheerWord, key: Key) -> Life:
    """Take a word back."""
    return actions.take_cheer_back(_actor(request), ProofId(proof), word, key=key)


@routes.post("/proofs/{proof}/comments", status_code=201, **needs_token)
def comment(request: Request, proof: UUID, body: Said, key: Key) -> Comment:
    """Write a few words under a proof."""
    return actions.comment(_actor(request), ProofId(proof), body.text, key=key)


@routes.put("/comments/{comment}", **needs_token)
def edit_comment(request: Request, comment: UUID, body: Said, key: Key) -> Comment:
    """Change my words."""
    return actions.edit_comment(_actor(request), CommentId(comment), body.text, key=key)


@routes.delete("/comments/{comment}", **needs_token)
def delete_comment(request: Request, comment: UUID, key: Key) -> Gone:
    """Take my words away."""
    return Gone(actions.delete_comment(_actor(request), CommentId(comment), key=key))


@routes.put("/comments/{comment}/hidden", **needs_token)
def hide_comment(request: Request, comment: UUID, body: Because, key: Key) -> Comment:
    """Hide somebody else's comment in a project that I lead."""
    return actions.hide_comment(_actor(request), CommentId(comment), body.why, key=key)


@routes.delete("/comments/{comment}/hidden", **needs_token)
def show_comment(request: Request, comment: UUID, key: Key) -> Comment:
    """Show a hidden comment again."""
    return actions.show_comment(_actor(request), CommentId(comment), key=key)


@routes.post("/proofs/{proof}/complaints", status_code=201, **needs_token)
def complain_of_proof(request: Request, proof: UUID, body: Because, key: Key) -> Noted:
    """Tell the stewards of a proof that breaks the rules."""
    actions.complain(_actor(request), ComplaintKind.PROOF, proof, body.why, key=key)
    return Noted()


@routes.post("/comments/{comment}/complaints", status_code=201, **needs_token)
def complain_of_comment(request: Request, comment: UUID, body: Because, key: Key) -> Noted:
    """Tell the stewards of a comment that breaks the rules."""
    actions.complain(_actor(request), ComplaintKind.COMMENT, comment, body.why, key=key)
    return Noted()


@routes.post("/projects/{code}/people/{person}/complaints", status_code=201, **needs_token)
def complain_of_person(request: Request, code: Code, person: UUID, body: Because, key: Key) -> Noted:
    """Tell the stewards of somebody who behaves badly in a project."""
    by = _actor(request)
    project = queries.project_by_code(code, by)
    actions.complain_of_person(by, project.id, PersonId(person), body.why, key=key)
    return Noted()


@routes.get("/blocked", **needs_token)
def blocked(request: Request) -> tuple[Blocked, ...]:
    """Whom I blocked."""
    return queries.blocked_by(permits.somebody(_actor(request)))


@routes.put("/blocked/{person}", **needs_token)
def block(request: Request, person: UUID, key: Key) -> Noted:
    """See nothing more of somebody; they are not told."""
    actions.block(_actor(request), PersonId(person), key=key)
    return Noted()


@routes.delete("/blocked/{person}", **needs_token)
def unblock(request: Request, person: UUID, key: Key) -> Noted:
    """See somebody again."""
    actions.unblock(_actor(request), PersonId(person), key=key)
    return Noted()


def _actor(request: Request) -> Actor:
    person = bearer.person_or_none(request)
    return people.actor(PersonId(person)) if person else NOBODY
