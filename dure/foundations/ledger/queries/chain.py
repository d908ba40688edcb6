"""The hash chain: its head, and a walk that finds where it breaks."""

from collections.abc import Iterator
from typing import Any, Final

from django.db import connection

from dure.foundations.ledger import models, rules
from dure.foundations.ledger.types import Break, BreakKind, ChainReport, Head
from dure.kit import sqlfiles
from dure.kit.verify import FINDINGS_MAX, Progress, silent

from .book import PACKAGE

__all__ = ["CHAIN_PAGE", "head", "unsealed", "verify_chain"]

CHAIN_PAGE: Final = 10_000


def head() -> Head:
    """The last link of the chain."""
    row = models.ChainLink.objects.order_by("-position").first()
    return Head(position=row.position, hash=bytes(row.hash)) if row else Head()


def unsealed() -> int:
    """How many transfers wait for the sealer."""
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(PACKAGE, "chain_tail").text)
        count: int = cursor.fetchone()[0]
        return count


def verify_chain(progress: Progress = silent, anchor: Head | None = None) -> ChainReport:
    """Walk the whole chain. The first of `breaks` is where it stops being what was sealed; at most FINDINGS_MAX are listed.

    One flipped byte of a sealed transfer or of a hash is found, a removed one, and one slipped in between. What was cut
    off at the end is found with an `anchor`: a head that was written down when it was the head.
    """
    walk, total = rules.Walk(), head().position
    anchored = anchor is None or not anchor.position
    for link in _links():
        walk.step(link)
        anchored = anchored or (anchor is not None and (link.position, link.hash) == (anchor.position, anchor.hash))
        if link.position % CHAIN_PAGE == 0:
            progress(link.position, total)
        if len(walk.breaks) > FINDINGS_MAX:
            break
    walk.end()
    breaks = list(walk.breaks)
    if anchor is not None and not anchored:
        breaks.append(Break(position=anchor.position, kind=BreakKind.NOT_THE_ANCHOR))
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(PACKAGE, "chain_missing").text, {"most": FINDINGS_MAX})
        breaks += [Break(position=0, kind=BreakKind.SLIPPED_IN, transfer=row[0]) for row in cursor.fetchall()]
    progress(walk.sealed, walk.sealed)
    return ChainReport(head=walk.head, sealed=walk.sealed, unsealed=unsealed(), breaks=tuple(breaks[:FINDINGS_MAX]))


def _links() -> Iterator[rules.Link]:
    after = 0
    while rows := _page(after):
        for position, transfer, digest, canonical in rows:
            yield rules.Link(position=position, transfer=transfer, hash=bytes(digest), canonical=canonical)
        after = rows[-1][0]


def _page(after: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(PACKAGE, "chain_page").text, {"after": after, "most": CHAIN_PAGE})
        return list(cursor.fetchall())
