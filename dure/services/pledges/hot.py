"""The hot room: a day is proved. Typed message in, one statement for the whole group, typed verdict out.

The rules are those of `actions.send_proof`, which takes photos as well; that both answer alike is a test. What counts is when a
proof arrives here, before it waits for its group. Budget: one statement and one commit a group, no ORM (README, "Budgets").
"""

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, NamedTuple
from uuid import UUID

import msgspec

from dure.base import clock, ids
from dure.base.refusals import Busy, Interrupted, KeyReused, NotAllowed, NotFound, Refusal, TooOften
from dure.kit import arrays, keys, line, sqlfiles
from dure.kit.flush import Flush
from dure.kit.group_commit import GroupCommit
from dure.services.pledges.rules import days, permits
from dure.services.pledges.types import (
    DayClosed,
    DayNotOpen,
    NewProof,
    NoSuchDay,
    PledgeId,
    ProofKind,
    ProofState,
    WrongStep,
)

VERB: Final = "pledges.prove"
BODY_KEY: Final = "pledges.prove.v1"
RETRY_SECONDS: Final = 1
# So long a proof waits, in turn, for somebody else who holds its pledge: a page that takes a picture, a settlement. It is judged
# by when it arrived; sent back as Busy it would have to arrive again, which a minute before midnight costs its day.
WAITS_SECONDS: Final = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LATE_MINUTES: Final = days.LATE_DAYS * days.DAY_MINUTES
_PROVE: Final = sqlfiles.load("dure.services.pledges", "prove").text


class SentProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What proves a day. Photos are sent on the page."""

    text: Annotated[str, msgspec.Meta(max_length=permits.TEXT_LENGTH_MAX)] = ""
    number: Annotated[int, msgspec.Meta(ge=0, le=permits.NUMBER_MAX)] | None = None


class Proven(msgspec.Struct, frozen=True):
    """A proof as it stands, durably. The same request again gets the same proof."""

    id: UUID
    pledge: UUID
    person: UUID
    day: int
    state: ProofState
    text: str
    number: int | None
    has_picture: bool
    alike: int
    sent_at: datetime
    why: str = ""
    appeal: str = ""


class Prove(msgspec.Struct, frozen=True, gc=False):
    """One proof on its way into a group. Ids are 16 bytes."""

    pledge: bytes
    person: bytes
    day: int
    text: str
    number: int | None
    key: str
    body_hash: bytes
    at: datetime

    def new(self) -> NewProof:
        """The same as the rules take it."""
        return NewProof(pledge=PledgeId(UUID(bytes=self.pledge)), day=self.day, text=self.text, number=self.number)


class _Row(NamedTuple):
    """What the statement says of one proof of the group."""

    n: int
    verdict: str
    proof: UUID
    word: str  # a state or a sort, as the verdict has it
    opens: datetime
    closes: datetime
    seconds_left: int  # of the hour in which this person's proofs are counted
    has_picture: bool
    alike: int
    text: str
    number: int | None
    sent_at: datetime
    why: str
    appeal: str


type Verdict = Proven | Refusal | None
"""None: nothing was done, as somebody else holds the pledge or writes the same key in this moment. Ask again."""


async def prove(person: bytes, pledge: UUID, day: int, sent: SentProof, key: str) -> Proven:
    """Prove a day of a pledge. Sent again it replaces what was sent, as long as the day is open; durable when this answers.

    Raises NotAllowed, WrongStep, NoSuchDay, DayNotOpen, DayClosed, ProofUnfit, BadValue, TooOften, KeyReused, NotFound, Busy,
    Interrupted.
    """
    asked = _asked(person, pledge, day, sent, key)
    for seconds in WAITS_SECONDS:
        if seconds:
            await asyncio.sleep(seconds)
        try:
            verdict = await proofs.add(asked)
        except line.UNKNOWN_ERRORS as error:  # perhaps it was written: the same key again will tell
            raise Interrupted(retry_seconds=RETRY_SECONDS) from error
        if isinstance(verdict, Refusal):
            raise verdict
        if verdict is not None:
            return verdict
    raise Busy(retry_seconds=RETRY_SECONDS)


async def close() -> None:
    """Close every connection of this room. The next proof opens others."""
    await proofs.close()
    await _line.close()
    await _flush.close()


async def write(group: Sequence[Prove]) -> list[Verdict]:
    """Write the group in one statement. A key that comes twice in it is written once and answered twice."""
    await _flush.ready()
    first: dict[tuple[bytes, str], Prove] = {}
    for asked in group:
        first.setdefault((asked.person, asked.key), asked)
    rows = await _line.fetch(_PROVE, _values(list(first.values())))
    verdicts = {known: _verdict(_Row(*row), asked) for (known, asked), row in zip(first.items(), rows, strict=True)}
    return [_told(asked, first[asked.person, asked.key], verdicts[asked.person, asked.key]) for asked in group]


def _asked(person: bytes, pledge: UUID, day: int, sent: SentProof, key: str) -> Prove:
    within = min(max(day, 0), days.SEASON_DAYS + 1)  # no more is stored than a day
    body = msgspec.json.encode((pledge, within, sent.text, sent.number))
    digest = hmac.digest(keys.derived(BODY_KEY), body, hashlib.sha256)
    return Prove(pledge.bytes, person, within, sent.text, sent.number, key, digest, clock.now())


def _told(asked: Prove, first: Prove, verdict: Verdict) -> Verdict:
    """What `asked` hears when the first request of the group under its key was answered `verdict`."""
    if asked.body_hash == first.body_hash:
        return verdict
    return KeyReused(key=asked.key) if isinstance(verdict, Proven) else None


def _values(group: list[Prove]) -> tuple[Any, ...]:
    """The group as columns, in the order of the statement's parameters."""
    fits = [_fits(asked) for asked in group]
    return (
        arrays.uuids(ids.new_many(len(group))),
        arrays.uuids([asked.pledge for asked in group]),
        arrays.uuids([asked.person for asked in group]),
        arrays.numbers([asked.day for asked in group]),
        arrays.texts([asked.text.strip() if any(fit) else "" for asked, fit in zip(group, fits, strict=True)]),
        arrays.numbers(
            [
                -1 if asked.number is None or not any(fit) else asked.number
                for asked, fit in zip(group, fits, strict=True)
            ]
        ),
        *(arrays.bools([fit[sort] for fit in fits]) for sort in range(3)),
        arrays.texts([asked.key for asked in group]),
        arrays.digests([asked.body_hash for asked in group]),
        arrays.numbers([(asked.at - _EPOCH) // _MICROSECOND for asked in group]),
        max(asked.at for asked in group),
        VERB,
        permits.PROOFS_COUNTED,
        permits.PROOFS_PER_HOUR_MAX,
        permits.HOUR_SECONDS,
        _LATE_MINUTES,
    )


def _fits(asked: Prove) -> tuple[bool, bool, bool]:
    """Whether it proves a day by words, by a number, by a tick: what `permits.check_proof` lets pass, without its reasons."""
    text = asked.text.strip()
    number = asked.number is None or 0 <= asked.number <= permits.NUMBER_MAX
    sound = number and len(text) <= permits.TEXT_LENGTH_MAX and "\0" not in asked.text
    return sound and bool(text), sound and asked.number is not None, sound


def _verdict(row: _Row, asked: Prove) -> Verdict:
    """What a row of the statement says of the proof it is about."""
    match row.verdict:
        case "sent":
            return _proven(row, asked, asked.text.strip(), asked.number, asked.at)
        case "known":
            return _proven(row, asked, row.text, row.number, row.sent_at.astimezone(UTC))
        case "busy" | "again":
            return None
        case _:
            return _refusal(row, asked)


def _proven(row: _Row, asked: Prove, text: str, number: int | None, at: datetime) -> Proven:
    return Proven(
        id=row.proof,
        pledge=UUID(bytes=asked.pledge),
        person=UUID(bytes=asked.person),
        day=asked.day,
        state=ProofState(row.word),
        text=text,
        number=number,
        has_picture=row.has_picture,
        alike=row.alike,
        sent_at=at,
        why=row.why or "",
        appeal=row.appeal or "",
    )


def _refusal(row: _Row, asked: Prove) -> Refusal:
    match row.verdict:
        case "key_reused":
            return KeyReused(key=asked.key)
        case "no_pledge":
            return NotFound(what="pledge")
        case "not_own":
            return NotAllowed(needs="own")
        case "pledge_stands" | "project_stands" | "proof_stands":
            return WrongStep(state=row.word)
        case "no_day":
            return NoSuchDay()
        case "not_open":
            return DayNotOpen(opens_at=clock.local(row.opens))
        case "closed":
            return DayClosed(closed_at=clock.local(row.closes))
        case "too_often":
            return TooOften(retry_seconds=row.seconds_left)
        case "unfit":
            return _unfit(row, asked)
        case _:
            raise AssertionError(f"no such verdict: {row.verdict}")


def _unfit(row: _Row, asked: Prove) -> Refusal:
    """Why the rules do not take it; that they do not, the statement said."""
    new = asked.new()
    try:
        permits.check_proof(new, permits.judged_as(new, ProofKind(row.word), row.has_picture))
    except Refusal as refusal:
        return refusal
    raise AssertionError("the statement and the rules differ")


_line = line.Line(waits_for_disk=False)
_flush = Flush(_line)
proofs = GroupCommit(write, name="pledges.proofs", durable=_flush)
