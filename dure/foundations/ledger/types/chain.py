"""The hash chain over the log."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

__all__ = ["GENESIS", "Break", "BreakKind", "ChainReport", "Head"]

GENESIS: Final = bytes(32)  # stands before the first position


@dataclass(frozen=True, slots=True)
class Head:
    """The last link. Write it down elsewhere (print it, publish it), and nobody can rewrite what lies before it."""

    position: int = 0
    hash: bytes = GENESIS

    def __str__(self) -> str:
        return f"{self.position}:{self.hash.hex()}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """The head that `str` printed. Raises ValueError."""
        position, _, digest = text.strip().partition(":")
        if len(digest) != 2 * len(GENESIS):
            raise ValueError("a head is written as position:hash, the hash in 64 hexadecimal digits")
        return cls(position=int(position), hash=bytes.fromhex(digest))


class BreakKind(StrEnum):
    LINK_MISSING = "link_missing"  # a position was taken out of the chain
    TRANSFER_MISSING = "transfer_missing"  # a sealed transfer is gone
    TRANSFER_CHANGED = "transfer_changed"  # a column of a sealed transfer is not what it was
    HASH_CHANGED = "hash_changed"  # the link's own hash is not what it was
    SLIPPED_IN = "slipped_in"  # a transfer was put into the part of the log that is sealed
    NOT_THE_ANCHOR = "not_the_anchor"  # the chain is not the one whose head was written down


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold."""

    position: int  # 0: no position, see `transfer`
    kind: BreakKind
    transfer: UUID | None = None


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What walking the chain found. `unsealed` transfers are the tail that waits for the sealer."""

    head: Head
    sealed: int
    unsealed: int
    breaks: tuple[Break, ...] = ()
