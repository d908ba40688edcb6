"""Words for offers, campaigns and what became of a coupon."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.kit import show
from dure.services.market.types import ConflictKind, Given, Offer, OfferKind, Payer

GIVEN: Mapping[Given, Promise] = {
    Given.TAKEN: _("People take it themselves"),
    Given.WELCOME: _("For new regulars"),
    Given.BIRTHDAY: _("In the week before their birthday"),
    Given.ABSENCE: _("For those who have not come for long"),
}
PAYERS: Mapping[Payer, Promise] = {
    Payer.SHOP: _("The shop gives it"),
    Payer.ASSOCIATION: _("The association pays"),
    Payer.FUND: _("A fund pays"),
}
CONFLICTS: Mapping[ConflictKind, Promise] = {
    ConflictKind.USED_BEFORE: _("Another counter's use of the same coupon reached us first. That one counts."),
    ConflictKind.TOO_LATE: _("It reached us more than 72 hours after it was used."),
    ConflictKind.EXPIRED: _("The coupon was not good on that day."),
    ConflictKind.NOT_HERE: _("It is no coupon of this shop."),
    ConflictKind.FORGED: _("It is not a coupon of ours."),
    ConflictKind.FROM_THE_FUTURE: _("The telephone's clock is ahead. Set it and use the coupon anew."),
    ConflictKind.SUM_UNFIT: _("The sum of the purchase is missing or too small for it."),
    ConflictKind.OWN_COUNTER: _("It belongs to somebody of this shop, and others pay for it."),
    ConflictKind.SHOP_CLOSED: _("The shop was closed when it was used."),
    ConflictKind.KNOWN_ID: _("Another use was noted under the same number. Use the coupon anew."),
}


def offer_words(offer: Offer) -> str:
    """What one gets, in as few words as fit on a coupon: "3,000 won off"."""
    match offer.kind:
        case OfferKind.WON:
            return gettext("{won} off").format(won=show.money(offer.value))
        case OfferKind.PERCENT:
            return gettext("{percent} % off").format(percent=offer.value)
        case OfferKind.THING:
            return gettext("{thing} for free").format(thing=offer.thing)


def offer_line(offer: Offer) -> str:
    """The conditions of an offer in one line; empty when it has none."""
    parts = []
    if offer.kind is OfferKind.PERCENT:
        parts.append(gettext("at most {won}").format(won=show.money(offer.most_won)))
    if offer.least_won:
        parts.append(gettext("from {won} on").format(won=show.money(offer.least_won)))
    return " · ".join(parts)
