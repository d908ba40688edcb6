"""The hot room: gifts that are paid already. Typed message in, one statement for the whole group, typed verdict out.

Budget: one statement and one commit a group, no ORM, no wait for company but the commit before (README, "Budgets").
Ids travel as their 16 bytes from the socket to the database and back; a UUID object is made only for the answer.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
import psycopg

from dure.base import clock, ids
from dure.base.refusals import BadValue, Interrupted, KeyReused, NotAllowed, NotFound, Refusal
from dure.foundations.ledger.hot import read_receipt
from dure.foundations.ledger.types import REGISTRATION_FROM_WON, account_id
from dure.kit import arrays, line, outbox, sqlfiles
from dure.kit.flush import Flush
from dure.kit.group_commit import GroupCommit
from dure.services.giving.rules.money import GIFT_MAX, GIFT_MIN, MESSAGE_LENGTH_MAX
from dure.services.giving.types import BoxNotOpen, GiftsReceived, PaymentDiffers, PaymentUsed, RegistrationNeeded

TOKEN_LENGTH_MAX = 200
AMOUNT = f"Whole won: {GIFT_MIN} or more, or exactly what the box still needs to be full."
ASKED_AGAIN_MAX = 3
RETRY_SECONDS = 1
_PROVIDER = account_id("provider:sandbox")
_GIVE = sqlfiles.load("dure.services.giving", "give").text
_DONOR_KEY = "giving_gift_donor_id"
_NEWS = outbox.kind_of(GiftsReceived)


class NewGift(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A gift to make. `payment` is the provider's receipt for money it has taken from you for this box."""

    amount: Annotated[int, msgspec.Meta(ge=1, le=GIFT_MAX, description=AMOUNT)]
    payment: Annotated[str, msgspec.Meta(min_length=1, max_length=TOKEN_LENGTH_MAX)]
    message: Annotated[str, msgspec.Meta(max_length=MESSAGE_LENGTH_MAX)] = ""
    name_shown: bool = False


class Given(msgspec.Struct, frozen=True):
    """The gift is in the book, durably. The same request again gets the same answer."""

    gift: UUID
    box: UUID
    amount: int
    at: datetime


class Give(msgspec.Struct, frozen=True, gc=False):
    """One gift on its way into a group. Ids are 16 bytes."""

    box: bytes
    donor: bytes
    amount: int
    message: str
    name_shown: bool
    payment: bytes
    key: str
    body_hash: bytes


class Written(msgspec.Struct, frozen=True, gc=False):
    """The gift is in the book under `gift` since `at`."""

    gift: bytes
    at: datetime


class Kept(msgspec.Struct, frozen=True, gc=False):
    """The key stands for another request: that of `body_hash`, which gave `gift`. In a group it may come behind this one."""

    gift: bytes
    at: datetime
    body_hash: bytes


type Verdict = Written | Refusal


async def give(donor: bytes, verified: bool, box: UUID, new: NewGift, key: str) -> Given:
    """Give `new` to `box`. The same key and body again answers the same gift.

    Raises NotAllowed, PaymentDiffers, ReceiptForged, BadValue, NotFound, BoxNotOpen, RegistrationNeeded, PaymentUsed,
    KeyReused, Busy, Interrupted.
    """
    if not verified:
        raise NotAllowed(needs="verified_account")
    if "\0" in new.message:
        raise BadValue(field="message", reason="characters")
    payment, paid_for, payer, paid = read_receipt(new.payment)
    where = box.bytes
    if paid_for != where or payer != donor or paid != new.amount:
        raise PaymentDiffers()
    # The receipt says box, donor and amount; what else makes the request what it is stands beside it.
    body_hash = hashlib.sha256(f"{new.payment} {new.name_shown} {new.message}".encode()).digest()
    message = new.message.strip()
    verdict = await _written(Give(where, donor, new.amount, message, new.name_shown, payment, key, body_hash))
    return Given(UUID(bytes=verdict.gift), box, new.amount, verdict.at)


async def _written(asked: Give) -> Written:
    try:
        verdict = await gifts.add(asked)
    except psycopg.IntegrityError as error:
        if (error.diag.constraint_name or "").startswith(_DONOR_KEY):  # a token may outlive its person's account
            raise NotAllowed(needs="log_in") from error
        raise
    except line.UNKNOWN_ERRORS as error:  # perhaps it was written: the same key again will tell
        raise Interrupted(retry_seconds=RETRY_SECONDS) from error
    if isinstance(verdict, Refusal):
        raise verdict
    return verdict


async def close() -> None:
    """Close every connection of this room. The next gift opens others."""
    await gifts.close()
    await _line.close()
    await _flush.close()


async def write(group: Sequence[Give]) -> list[Verdict]:
    """Write the group in one statement. A key that comes twice in it is given once and answered twice."""
    await _flush.ready()
    first: dict[tuple[bytes, str], Give] = {}
    for asked in group:
        first.setdefault((asked.donor, asked.key), asked)
    verdicts = await _ask(list(first.values()))
    return [_told(asked, first[(asked.donor, asked.key)], verdicts[(asked.donor, asked.key)]) for asked in group]


def _told(asked: Give, first: Give, verdict: Verdict | Kept) -> Verdict:
    """What `asked` hears when the first request of the group under its key was answered `verdict`."""
    if isinstance(verdict, Kept):
        same, verdict = verdict.body_hash == asked.body_hash, Written(verdict.gift, verdict.at)
    else:
        same = first.body_hash == asked.body_hash
    return verdict if same else KeyReused(key=asked.key)


async def _ask(group: list[Give]) -> dict[tuple[bytes, str], Verdict | Kept]:
    """One statement for all. A twin in another process at the same moment makes some of them ask again."""
    verdicts: dict[tuple[bytes, str], Verdict | Kept] = {}
    for _ in range(ASKED_AGAIN_MAX):
        minted, at = ids.new_many(len(group)), clock.now()
        rows = await _line.fetch(_GIVE, _values(group, minted, at))
        odd = {row[0]: row for row in rows if row[1] != "booked"}
        _check(rows, len(group) - len(odd))
        again = []
        for number, (asked, gift) in enumerate(zip(group, minted, strict=True), start=1):
            row = odd.get(number)
            verdict = Written(gift, at) if row is None else _verdict(row)
            if verdict is None:
                again.append(asked)
            else:
                verdicts[(asked.donor, asked.key)] = verdict
        if not again:
            return verdicts
        group = again
    raise TimeoutError("the same keys are written elsewhere all the time")


def _check(rows: list[tuple[Any, ...]], given: int) -> None:
    """As many transfers were booked as gifts are said to be given. Anything else is a bug, and the answer is no."""
    if [row[0] for row in rows if row[1] == "booked"] != [given]:
        raise AssertionError("gifts without transfers")


def _values(group: list[Give], minted: list[bytes], at: datetime) -> tuple[Any, ...]:
    """The group as columns, in the order of the statement's parameters."""
    return (
        arrays.uuids(minted),
        arrays.uuids([asked.box for asked in group]),
        arrays.uuids([asked.donor for asked in group]),
        arrays.numbers([asked.amount for asked in group]),
        arrays.texts([asked.message for asked in group]),
        arrays.bools([asked.name_shown for asked in group]),
        arrays.uuids([asked.payment for asked in group]),
        arrays.texts([asked.key for asked in group]),
        arrays.digests([asked.body_hash for asked in group]),
        at,
        _PROVIDER,
        ids.new(),
        _NEWS,
        GIFT_MIN,
        REGISTRATION_FROM_WON,
    )


def _verdict(row: tuple[Any, ...]) -> Verdict | Kept | None:
    """What a row of the statement says of the gift it is about; None: ask again."""
    _number, word, gift, at, opens_at, closes_at, stored = row
    match word:
        case "known":
            return Written(gift.bytes, at)
        case "key_reused":
            return Kept(gift.bytes, at, stored)
        case "nobody":
            return NotAllowed(needs="log_in")
        case "too_small":
            return BadValue(field="amount", reason="gift_range")
        case "no_box":
            return NotFound(what="box")
        case "not_open":
            return BoxNotOpen(opens_at=opens_at, closes_at=closes_at)
        case "payment_used":
            return PaymentUsed()
        case "registration_needed":
            return RegistrationNeeded(limit=REGISTRATION_FROM_WON)
        case _:
            return None


_line = line.Line(waits_for_disk=False)
_flush = Flush(_line)
gifts = GroupCommit(write, name="giving.gifts", durable=_flush)
