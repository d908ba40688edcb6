"""Ids: UUIDv7 (RFC 9562), minted in Python, so that a row's id exists before the row does."""

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

# Letters and digits that survive a phone call: no 0/O, 1/I/L, 5/S, 2/Z, 8/B.
SPEAKABLE = "34679ACDEFGHJKMNPQRTUVWXY"
_FAIR = 256 - 256 % len(SPEAKABLE)  # a byte below it names each letter as often as any other


class Mint:
    """Gives out (millisecond, number within it), always growing, and random bytes."""

    def __init__(self, milliseconds: Callable[[], int], random: Callable[[int], bytes]) -> None:
        self._milliseconds = milliseconds
        self.random = random
        self._lock = threading.Lock()
        self._last_ms = 0
        self._counter = 0

    def ticks(self, count: int) -> list[tuple[int, int]]:
        """The next `count` of (millisecond, number within it)."""
        ticks = []
        with self._lock:
            now_ms = self._milliseconds()
            for _ in range(count):
                if now_ms > self._last_ms:
                    self._last_ms, self._counter = now_ms, int.from_bytes(self.random(2)) & 0x7FF
                else:
                    self._counter += 1
                    if self._counter > 0xFFF:  # more than 4,096 in a millisecond: borrow from the next one
                        self._last_ms, self._counter = self._last_ms + 1, 0
                ticks.append((self._last_ms, self._counter))
        return ticks


_own = Mint(lambda: time.time_ns() // 1_000_000, os.urandom)
_other: ContextVar[Mint | None] = ContextVar("mint", default=None)


def _mint() -> Mint:
    return _other.get() or _own


@contextmanager
def minted_by(mint: Mint) -> Iterator[None]:
    """In this block, and in what is started from it, ids come from `mint`. For simulations: a town never does this."""
    token = _other.set(mint)
    try:
        yield
    finally:
        _other.reset(token)


def new() -> UUID:
    """A UUIDv7 that sorts after every id this process minted before it."""
    mint = _mint()
    [(ms, counter)] = mint.ticks(1)
    tail = int.from_bytes(mint.random(8)) & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=(ms << 80) | (0x7 << 76) | (counter << 64) | (0b10 << 62) | tail)


def new_many(count: int) -> list[bytes]:
    """The bytes of `count` UUIDv7, each after the one before, in one go: for hot paths."""
    mint = _mint()
    tails = mint.random(8 * count)
    return [
        (head << 16 | 0x7000 | counter).to_bytes(8) + bytes((tails[at] & 0x3F | 0x80,)) + tails[at + 1 : at + 8]
        for at, (head, counter) in zip(range(0, 8 * count, 8), mint.ticks(count), strict=True)
    ]


def speakable(length: int = 6) -> str:
    """A short random code a person can read out over the phone."""
    random, letters = _mint().random, ""
    while len(letters) < length:
        letters += "".join(SPEAKABLE[byte % len(SPEAKABLE)] for byte in random(length) if byte < _FAIR)
    return letters[:length]


def derived(parent: UUID, name: str) -> UUID:
    """The same id for the same (parent, name): the n-th effect of one event, however often it is redelivered."""
    digest = hashlib.sha256(parent.bytes + name.encode()).digest()
    as_int = int.from_bytes(digest[:16])
    as_int = as_int & ~(0xF << 76) | (0x8 << 76)
    as_int = as_int & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=as_int)
