"""Ids: UUIDv7 (RFC 9562), minted in Python, so that a row's id exists before the row does."""

import hashlib
import os
import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last_ms = 0
_counter = 0

# Letters and digits that survive a phone call: no 0/O, 1/I/L, 5/S, 2/Z, 8/B.
SPEAKABLE = "34679ACDEFGHJKMNPQRTUVWXY"


def _ticks(count: int) -> list[tuple[int, int]]:
    """The next `count` of (millisecond, number within it)."""
    global _last_ms, _counter
    ticks = []
    with _lock:
        now_ms = time.time_ns() // 1_000_000
        for _ in range(count):
            if now_ms > _last_ms:
                _last_ms, _counter = now_ms, secrets.randbits(11)
            else:
                _counter += 1
                if _counter > 0xFFF:  # more than 4,096 in a millisecond: borrow from the next one
                    _last_ms, _counter = _last_ms + 1, 0
            ticks.append((_last_ms, _counter))
    return ticks


def new() -> UUID:
    """A UUIDv7 that sorts after every id this process minted before it."""
    [(ms, counter)] = _ticks(1)
    tail = int.from_bytes(os.urandom(8)) & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=(ms << 80) | (0x7 << 76) | (counter << 64) | (0b10 << 62) | tail)


def new_many(count: int) -> list[bytes]:
    """The bytes of `count` UUIDv7, each after the one before, in one go: for hot paths."""
    tails = os.urandom(8 * count)
    return [
        (head << 16 | 0x7000 | counter).to_bytes(8) + bytes((tails[at] & 0x3F | 0x80,)) + tails[at + 1 : at + 8]
        for at, (head, counter) in zip(range(0, 8 * count, 8), _ticks(count), strict=True)
    ]


def speakable(length: int = 6) -> str:
    """A short random code a person can read out over the phone."""
    return "".join(secrets.choice(SPEAKABLE) for _ in range(length))


def derived(parent: UUID, name: str) -> UUID:
    """The same id for the same (parent, name): the n-th effect of one event, however often it is redelivered."""
    digest = hashlib.sha256(parent.bytes + name.encode()).digest()
    as_int = int.from_bytes(digest[:16])
    as_int = as_int & ~(0xF << 76) | (0x8 << 76)
    as_int = as_int & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=as_int)
