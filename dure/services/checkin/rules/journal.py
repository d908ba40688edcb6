"""Where an accepted pass waits until its half hour is over: sealed, so that a disk read later says neither where nor who.

An entry is opened once, when it is written as a row; its key goes when all entries of the half hour were. An entry says its
venue, its day and its own half hour inside the seal only: one that came without a line, hours later, looks like all others of the
half hour that it waits in (`buckets.journalled_in`).
"""

from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from dure.services.checkin.types import Bucket, Epoch, HalfHour, Unreadable, VenueId, Visit

from .passes import SEALED_BYTES
from .scopes import ID_BYTES, NONCE_BYTES, TAG_BYTES
from .secrets import KEY_BYTES

ENTRY_BYTES: Final = 2 + 16 + 1 + SEALED_BYTES + TAG_BYTES


def seal_entry(key: bytes, half: HalfHour, row: bytes, visit: Visit) -> bytes:
    """The entry for a visit, waiting in this half hour under this random id, which is used once."""
    if len(row) != ID_BYTES or len(visit.sealed) != SEALED_BYTES:
        raise ValueError("an entry has a random id of 16 bytes and a sealed handle of 64")
    bucket = visit.bucket
    plain = bucket.epoch.to_bytes(2) + bucket.venue.bytes + bucket.number.to_bytes(1) + visit.sealed
    return _cipher(key).encrypt(row[:NONCE_BYTES], plain, _context(half, row))


def open_entry(key: bytes, half: HalfHour, row: bytes, entry: bytes) -> Visit:
    """The visit in an entry. Raises Unreadable: another key, moved to another place in the journal, or changed."""
    if len(entry) != ENTRY_BYTES or len(row) != ID_BYTES:
        raise Unreadable()
    try:
        plain = _cipher(key).decrypt(row[:NONCE_BYTES], entry, _context(half, row))
    except InvalidTag:
        raise Unreadable() from None
    bucket = Bucket(Epoch(int.from_bytes(plain[:2])), VenueId(UUID(bytes=plain[2:18])), plain[18])
    return Visit(bucket, plain[19:])


def _cipher(key: bytes) -> ChaCha20Poly1305:
    if len(key) != KEY_BYTES:
        raise ValueError("a journal's key has 32 bytes")
    return ChaCha20Poly1305(key)


def _context(half: HalfHour, row: bytes) -> bytes:
    return b"dure.checkin/1 journal " + half.epoch.to_bytes(2) + half.number.to_bytes(1) + row
