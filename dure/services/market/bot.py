"""What market answers in a chat: my coupons, and what a shop's channel gives now."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from dure.foundations.channels.types import Button, ButtonKind, Command, Content, CouponCard, Said, Text
from dure.kit import show
from dure.services.market import queries
from dure.services.market.names import offer_line, offer_words
from dure.services.market.types import CouponState

SHOWN_MAX = 2  # with the sentence before them the three parts that a message has


def commands() -> tuple[Command, ...]:
    """What this house answers."""
    return (
        Command("market.coupons", my_coupons, ("내 쿠폰", "쿠폰", "my coupons", "coupons"), "내 쿠폰"),
        Command("market.offers", offers, ("할인", "행사", "offers"), "할인 쿠폰"),
    )


def my_coupons(said: Said) -> Content | None:
    """The coupons of this channel's shop or market that this person can use now, and the way to all others; where nobody knows
    who asks, only the way.
    """
    button = Button(gettext("My coupons"), ButtonKind.LINK, settings.DURE.origin + reverse("market:coupons"))
    if said.person is None:
        return Content((Text(gettext("Log in to see your coupons.")),), (button,))
    held = [one for one in queries.my_coupons_in(said.person, said.channel) if one.state is CouponState.HELD]
    if not held:
        none = gettext("You have no coupon of ours to use right now. See below for all your coupons.")
        return Content((Text(none),), (button,))
    cards = tuple(
        CouponCard(
            str(one.id), offer_words(one.offer), f"{one.issuer} · {one.title}", one.valid_until.date().isoformat()
        )
        for one in held[:SHOWN_MAX]
    )
    words = gettext("You have {n} coupons to use.").format(n=show.count(len(held)))
    return Content((Text(words), *cards), (button,))


def offers(said: Said) -> Content | None:
    """What the shop of this channel gives now; nothing to say in a channel that is no shop's."""
    shop = queries.shop_of_channel(said.channel)
    if shop is None:
        return None
    found = queries.on_offer(shop.id)
    address = settings.DURE.origin + reverse("market:shop", args=[shop.code])
    button = Button(gettext("See the shop"), ButtonKind.LINK, address)
    if not found:
        return Content((Text(gettext("There is no coupon to take right now.")),), (button,))
    lines = [f"{offer_words(one.offer)} · {offer_line(one.offer)}".rstrip(" ·") for one in found[:5]]
    return Content((Text("\n".join(lines)),), (button,))
