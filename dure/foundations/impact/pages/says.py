"""The words of the indicators: names, how each is counted, what it does not say."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy, pgettext_lazy

from dure.foundations.impact.types import Axis, CountedOtherwise, NotCountable, Unit
from dure.kit.faces import Say, Says, Words


@dataclass(frozen=True, slots=True)
class InWords:
    """An indicator in words."""

    name: Words
    how: Words
    limits: Words


SAYS: Says = {
    CountedOtherwise: Say(
        _("This was counted before with another number. Nothing was changed."),
        _("Count a correction, as an event of its own."),
    ),
    NotCountable: Say(_("This cannot be counted. Nothing was changed.")),
}
AXES: Mapping[Axis, tuple[Words, Words]] = {
    Axis.SCALE: (_("How many"), _("How many take part, and how much comes together.")),
    Axis.OUTPUT: (_("What came of it"), _("What was opened, paid out, spent and used.")),
    Axis.LASTING: (_("Does it hold"), _("Whether what was promised was kept, and trust lasts.")),
}
UNITS: Mapping[Unit, Words] = {
    Unit.PEOPLE: npgettext_lazy("unit", "person", "people", "n"),
    Unit.WON: pgettext_lazy("unit", "won"),
    Unit.GIFTS: npgettext_lazy("unit", "gift", "gifts", "n"),
    Unit.CAUSES: npgettext_lazy("unit", "cause", "causes", "n"),
    Unit.BOXES: npgettext_lazy("unit", "box", "boxes", "n"),
    Unit.SHOPS: npgettext_lazy("unit", "shop", "shops", "n"),
    Unit.COUPONS: npgettext_lazy("unit", "coupon", "coupons", "n"),
    Unit.DAYS: npgettext_lazy("unit", "day", "days", "n"),
    Unit.PERCENT: pgettext_lazy("unit", "%"),
}
INDICATORS: Mapping[str, InWords] = {
    "people_taking_part": InWords(
        _("People taking part"),
        _(
            "Everyone who proposed a cause, agreed to one, gave, or cheered so that a matching fund added something; each"
            " once, however often they did. Who took all of that back is not counted."
        ),
        _(
            "Two accounts of one person count twice. A cheer that no fund answered does not count."
            " IRIS+ has no metric for people who give; PI4060 counts those who receive."
        ),
    ),
    "won_given": InWords(
        _("Given by people"),
        _("All gifts that were received, minus those given back."),
        _("Received is not yet paid out, and paid out is not yet spent: see those figures."),
    ),
    "won_matched": InWords(
        _("Added by matching funds"),
        _("What matching funds added for comments and shares."),
        _("It comes from the funds' sponsors, not from people, and is never part of what people gave."),
    ),
    "causes_proposed": InWords(
        _("Causes proposed"),
        _("Causes that were put before everybody, each once."),
        _("Drafts do not count. Many proposals are no success in themselves: see how many boxes opened."),
    ),
    "boxes_opened": InWords(
        _("Donation boxes opened"),
        _("Causes that found enough agreement, passed the vetting and were opened for gifts."),
        _("An open box says nothing yet about what it changed."),
    ),
    "won_paid_out": InWords(
        _("Paid out to partners"),
        _("Money that left the boxes for the organisations that carry the causes out."),
        _("Gifts and matching together. Paid out is not yet spent."),
    ),
    "won_spent": InWords(
        _("Spent, with proof"),
        _("What the use reports show as spent, every line with date, payee, purpose, amount and proof."),
        _("As reported by the partners; a line shows what was bought, not what it changed."),
    ),
    "reports_on_time": InWords(
        _("Reports that came in time"),
        _("Of all boxes whose use report was due by now, the share whose report came by its due day."),
        _(
            "A box whose report is not due yet does not count. With few boxes the true share may be far off: see the range."
        ),
    ),
    "gifts_refunded": InWords(
        _("Gifts given back"),
        _("Of all gifts ever received, the share that was refunded."),
        _("Counts gifts, not won. A refund can be a good sign: a box was stopped before harm was done."),
    ),
    "shops_opened": InWords(
        _("Shops that take part"),
        _("Shops of markets and streets that opened their place here, each once."),
        _("A shop that closed later is still counted. A place alone brings nobody: see who came, and who came back."),
    ),
    "people_shopping": InWords(
        _("People who used a coupon"),
        _(
            "Everyone who gave in a coupon at a shop, each once, however often and wherever. One that was undone is not counted."
        ),
        _("Who buys without a coupon is not seen. Two accounts of one person count twice."),
    ),
    "coupons_used": InWords(
        _("Coupons used"),
        _("Coupons given in at a shop, with a line or without, minus those undone."),
        _("It says nothing about what was bought besides, nor whether they would have come anyway."),
    ),
    "coupon_won": InWords(
        _("Taken off by coupons"),
        _("What these coupons took off the price, minus those undone."),
        _(
            "A coupon for a thing counts as what it is worth, as its shop said."
            " Who paid for it - shop, association or fund - is not told apart."
        ),
    ),
    "courses_completed": InWords(
        _("Shops that completed the course"),
        _("Shops that did every task of the eight weeks themselves, as the product saw it; each course once."),
        _("It says what they did, not whether it brought them customers."),
    ),
    "came_back": InWords(
        _("Uses by somebody who came back"),
        _("Of all coupons used, the share by a person who had used one at the same shop on an earlier day."),
        _(
            "Shops forget who held a coupon 90 days after its end: who comes back later counts as new."
            " A visit without a coupon is not seen."
        ),
    ),
    "people_keeping": InWords(
        _("People who kept days of a hundred"),
        _(
            "Everyone who kept one day at least in a season that is settled, each once, however many projects and seasons."
        ),
        _("Seasons with fewer than five people are not in it. Who proves a day says so: nobody stood beside them."),
    ),
    "days_kept": InWords(
        _("Days kept"),
        _("The days that count as kept in settled seasons, of every person and project, days off in proportion."),
        _("Seasons with fewer than five people are not in it. What a dispute put right later is not in it."),
    ),
    "deposits_given": InWords(
        _("Given from deposits"),
        _("What was not returned of the deposits of settled seasons and went to receivers, fees taken off."),
        _(
            "A season in which one to four people gave something is not in it, so that the sum is nobody's own;"
            " nor what a dispute put right later."
        ),
    ),
    "deposits_returned": InWords(
        _("Returned from deposits"),
        _("What went back of the deposits of settled seasons, as their books say."),
        _(
            "The same seasons as for what was given. A bank may take days; what goes back before a season begins is not counted."
        ),
    ),
    "kept_on": InWords(
        _("Kept on to the end"),
        _(
            "Of all deposits of settled seasons, the share whose person still proved a day that counts in the last two weeks."
        ),
        _(
            "Counts deposits, not people: who is in two projects counts twice. Seasons with fewer than five people are not in it."
        ),
    ),
}
