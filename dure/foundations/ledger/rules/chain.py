"""The arithmetic of the chain: hash = SHA-256(hash before, canonical text of the transfer). Pure."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from dure.foundations.ledger.types import Break, BreakKind, Head

__all__ = ["Link", "Walk", "link_hash", "links"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link as stored, with the transfer's canonical text as it stands now; None when the transfer is gone."""

    position: int
    transfer: UUID
    hash: bytes
    canonical: str | None


def link_hash(before: bytes, canonical: str) -> bytes:
    """The hash of a transfer at its place in the chain."""
    return hashlib.sha256(before + canonical.encode()).digest()


def links(head: Head, transfers: Iterable[tuple[UUID, str]]) -> Iterator[Link]:
    """The links that append `transfers` (id, canonical text) to the chain after `head`."""
    position, before = head.position, head.hash
    for transfer, canonical in transfers:
        position, before = position + 1, link_hash(before, canonical)
        yield Link(position=position, transfer=transfer, hash=before, canonical=canonical)


class Walk:
    """Walks the chain link by link and notes where it breaks, going on from the hash that is stored.

    When a link does not fit, its successor tells what was changed: if the successor fits the hash that the link should
    have, the stored hash was changed, else the transfer.
    """

    def __init__(self) -> None:
        self.head = Head()
        self.sealed = 0
        self.breaks: list[Break] = []
        self._doubted: tuple[Link, bytes] | None = None

    def step(self, link: Link) -> None:
        """Take the next link, in the order of positions."""
        before = self.head.hash
        if link.position != self.head.position + 1:
            self._settle_doubt(None)
            self.breaks.append(Break(position=self.head.position + 1, kind=BreakKind.LINK_MISSING))
        elif link.canonical is None:
            self._settle_doubt(None)
            self.breaks.append(Break(position=link.position, kind=BreakKind.TRANSFER_MISSING, transfer=link.transfer))
        elif link_hash(before, link.canonical) != link.hash:
            if not self._settle_doubt(link):
                self._doubted = (link, link_hash(before, link.canonical))
        else:
            self._settle_doubt(None)
        self.head = Head(position=link.position, hash=link.hash)
        self.sealed += 1

    def end(self) -> None:
        """After the last link."""
        self._settle_doubt(None)

    def _settle_doubt(self, successor: Link | None) -> bool:
        """Say what was wrong with the doubted link; answers whether that explains its successor's misfit, too."""
        if self._doubted is None:
            return False
        doubted, expected = self._doubted
        self._doubted = None
        explains = successor is not None and link_hash(expected, successor.canonical or "") == successor.hash
        kind = BreakKind.HASH_CHANGED if explains else BreakKind.TRANSFER_CHANGED
        self.breaks.append(Break(position=doubted.position, kind=kind, transfer=doubted.transfer))
        return explains
