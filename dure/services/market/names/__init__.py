"""What people read for the codes of market: one word a code, for all faces alike."""

from .coupons import CONFLICTS, GIVEN, PAYERS, offer_line, offer_words
from .markets import PLACES, RHYTHMS, days_of

__all__ = ["CONFLICTS", "GIVEN", "PAYERS", "PLACES", "RHYTHMS", "days_of", "offer_line", "offer_words"]
