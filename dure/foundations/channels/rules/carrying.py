"""What a channel's message may carry besides words. Pure."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from dure.foundations.channels.types import Card, CarriedCoupon, Content, CouponCard, CouponGone, Picture


def carried(card: CouponCard, known: Iterable[CarriedCoupon], at: datetime | None) -> CarriedCoupon:
    """The coupon that a card names, word by word as its house says it, and not over before the message goes out at `at`.

    Raises CouponGone.
    """
    found = next((one for one in known if one.card == card), None)
    if found is None:
        raise CouponGone(why="unknown")
    if found.left < 1:
        raise CouponGone(why="sold_out")
    if at is not None and at >= found.valid_until:
        raise CouponGone(why="over")
    return found


def files_of(content: Content) -> frozenset[str]:
    """The files of all pictures in it."""
    shown = (part.picture if isinstance(part, Card) else part for part in content.parts)
    return frozenset(one.file for one in shown if isinstance(one, Picture))


def ids_of(files: Iterable[str]) -> list[UUID]:
    """Those of them that are ids of stored files."""
    found = []
    for file in files:
        try:
            found.append(UUID(file))
        except ValueError:
            continue
    return found
