"""What one share opens: one hour at one venue, by cryptography and not by a WHERE.

For every part of an hour at a venue that it writes, the visit party takes a random seed, splits it two of three, seals each share
to one party's key of the day with `share_context` as its context, seals the rows, and forgets it (`seeds`). A row opens with a
key that is derived from seed, day, venue, hour and part, and says its half hour inside the seal.
"""

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from dure.services.checkin.types import Hour, Party, Row, Seed, Unreadable

from .calendar import hour_of_bucket
from .secrets import KEY_BYTES, derived

ID_BYTES: Final = 16
NONCE_BYTES: Final = 12
PLAIN_BYTES: Final = 65  # visit or decoy, sealed handle
TAG_BYTES: Final = 16
BODY_BYTES: Final = PLAIN_BYTES + TAG_BYTES
HOLDER_OF: Final = {Party.IDENTITY: 1, Party.VISITS: 2, Party.AUTHORITY: 3}  # whose share is which


def hour_label(hour: Hour) -> bytes:
    """Day, venue and hour, in 19 bytes."""
    return hour.epoch.to_bytes(2) + hour.venue.bytes + hour.hour.to_bytes(1)


def seed_context(hour: Hour, part: int) -> bytes:
    """What a seed is dealt as: shares of another hour or part do not fit together with its own."""
    return b"dure.checkin/1 seed " + hour_label(hour) + part.to_bytes(2)


def share_context(hour: Hour, part: int, party: Party) -> bytes:
    """To what a share is sealed besides its party's key: for another hour or venue it does not open."""
    return b"dure.checkin/1 share " + party.value.encode() + b" " + hour_label(hour) + part.to_bytes(2)


def hour_of(row: Row) -> Hour:
    """The hour at a venue that a row belongs to."""
    return Hour(row.epoch, row.venue, hour_of_bucket(row.number))


def seal_row(seed: Seed, number: int, plain: bytes, row: bytes) -> Row:
    """A row of this hour. `row` is its random id, used once; `plain` has one length for visits and decoys."""
    if len(plain) != PLAIN_BYTES or len(row) != ID_BYTES or hour_of_bucket(number) != seed.hour.hour:
        raise ValueError("a row has 65 bytes, a random id, and a half hour of its seed's hour")
    body = _cipher(seed).encrypt(row[:NONCE_BYTES], plain, _context(seed.hour, seed.part, number, row))
    return Row(row, seed.hour.epoch, seed.hour.venue, number, seed.part, body)


def open_row(seed: Seed, row: Row) -> bytes:
    """What is in a row. Raises Unreadable: another hour or venue, another part, a row that was moved or changed."""
    if hour_of(row) != seed.hour or row.part != seed.part:
        raise Unreadable()
    try:
        context = _context(seed.hour, row.part, row.number, row.id)
        return _cipher(seed).decrypt(row.id[:NONCE_BYTES], row.body, context)
    except InvalidTag:
        raise Unreadable() from None


def _cipher(seed: Seed) -> ChaCha20Poly1305:
    if len(seed.secret) != KEY_BYTES:
        raise ValueError("a seed has 32 bytes")
    return ChaCha20Poly1305(derived(seed.secret, b"rows", hour_label(seed.hour), seed.part.to_bytes(2)))


def _context(hour: Hour, part: int, number: int, row: bytes) -> bytes:
    return hour_label(hour) + part.to_bytes(2) + number.to_bytes(1) + row
