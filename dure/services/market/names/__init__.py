"""What people read for the codes of market: one word a code, for all faces alike."""

from .coupons import CONFLICTS, GIVEN, PAYERS, offer_line, offer_words
from .markets import PLACES, RHYTHMS, days_of
from .states import ASSOCIATIONS, CAMPAIGNS, DEPOSITS, GRANTS, OFFERS, REDEMPTIONS, SHOP_STATES

__all__ = [
    "ASSOCIATIONS",
    "CAMPAIGNS",
    "CONFLICTS",
    "DEPOSITS",
    "GIVEN",
    "GRANTS",
    "OFFERS",
    "PAYERS",
    "PLACES",
    "REDEMPTIONS",
    "RHYTHMS",
    "SHOP_STATES",
    "days_of",
    "offer_line",
    "offer_words",
]
