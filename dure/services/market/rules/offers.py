"""What a coupon takes off, and what a campaign may cost at most. Whole won, rounded down in favour of whoever pays."""

from typing import Final

from dure.base.refusals import BadValue
from dure.services.market.types import Offer, OfferKind, TooLittleBought

WON_OFF_MAX: Final = 1_000_000
PAID_MAX: Final = 100_000_000
THING_LENGTH: Final = (1, 40)


def check_offer(offer: Offer) -> None:
    """Whether an offer can be given at all. Raises BadValue."""
    least = 1 if offer.kind is OfferKind.PERCENT else 100
    most = 100 if offer.kind is OfferKind.PERCENT else WON_OFF_MAX
    if not least <= offer.value <= most:
        raise BadValue(field="value", reason="range")
    if offer.kind is OfferKind.PERCENT and not 100 <= offer.most_won <= WON_OFF_MAX:
        raise BadValue(field="most_won", reason="range")  # a percentage of any sum could cost any sum
    if offer.kind is OfferKind.THING and not THING_LENGTH[0] <= len(offer.thing.strip()) <= THING_LENGTH[1]:
        raise BadValue(field="thing", reason="length")
    if not 0 <= offer.least_won <= PAID_MAX:
        raise BadValue(field="least_won", reason="range")
    if offer.kind is OfferKind.WON and 0 < offer.least_won < offer.value:
        raise BadValue(field="least_won", reason="below_offer")


def each_most(offer: Offer) -> int:
    """The most that one coupon can take off, in won."""
    return offer.most_won if offer.kind is OfferKind.PERCENT else offer.value


def needs_sum(offer: Offer) -> bool:
    """Whether the counter has to be told what was bought."""
    return offer.kind is OfferKind.PERCENT or offer.least_won > 0


def won_off(offer: Offer, paid_won: int) -> int:
    """What the coupon takes off a purchase of `paid_won` (0: nobody said). Raises BadValue, TooLittleBought."""
    if not 0 <= paid_won <= PAID_MAX:
        raise BadValue(field="paid_won", reason="range")
    if needs_sum(offer) and paid_won == 0:
        raise BadValue(field="paid_won", reason="missing")
    if paid_won < offer.least_won:
        raise TooLittleBought(least=offer.least_won)
    match offer.kind:
        case OfferKind.WON:
            return min(offer.value, paid_won) if paid_won else offer.value
        case OfferKind.PERCENT:
            return min(paid_won * offer.value // 100, offer.most_won)
        case OfferKind.THING:
            return offer.value


def cost_most(offer: Offer, stock: int) -> int:
    """What a campaign costs when every coupon of it is used for the most it can take off."""
    return each_most(offer) * stock
