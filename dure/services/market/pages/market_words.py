"""What a person reads when markets, shops or coupons say no."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from dure.kit.faces import Say, Says, Words
from dure.services.market import types as t

SAYS: Says = {
    t.ShopKnown: Say(_("Your organisation has its shop here already."), _("Open it on the desk.")),
    t.ShopClosed: Say(_("This shop is closed."), _("Its coupons are no longer given or taken.")),
    t.AssociationKnown: Say(
        _("Another organisation speaks for this market, or has asked to."),
        _("If that is a mistake, write to whoever runs this place."),
    ),
    t.WrongPlace: Say(_("This does not fit how it stands now."), _("Load the page again; somebody was faster.")),
    t.NotVerified: Say(
        _("Your organisation is not verified yet."), _("Hand in its papers on the desk of organisations first."), 409
    ),
    t.SoldOut: Say(_("All coupons are given out."), _("Look whether the shop has another one.")),
    t.HasEnough: Say(_("You have had as many as one may have: {limit}."), _("Find yours under My coupons.")),
    t.NotGivenOut: Say(_("This coupon is no longer given out."), _("Look whether the shop has another one.")),
    t.NotGivenThisWay: Say(_("This coupon comes by itself and cannot be fetched."), ""),
    t.HolderUnproved: Say(
        _("Others pay for this coupon: it is for people whose e-mail address is proved."),
        _("They open the letter with the code first; a coupon that the shop pays itself can be given at once."),
    ),
    t.NotYet: Say(_("This coupon is good from {since} on."), _("Please come again then.")),
    t.CouponExpired: Say(_("This coupon ran out on {at}."), _("Nothing was taken off.")),
    t.CouponUsed: Say(_("This coupon was used before, on {at}."), _("Each one is good once.")),
    t.NotACoupon: Say(_("This is not one of our coupons."), _("Check the eight letters, or scan the code again."), 422),
    t.NotHere: Say(_("This coupon is for {issuer}."), _("It is not good here.")),
    t.OwnCounter: Say(
        _("People who work at a shop cannot get or use there what others pay for."),
        _("At other shops of the market it is good, where it is the market's."),
    ),
    t.TooLittleBought: Say(
        _("This coupon needs a purchase of {least} won or more."), _("Write the sum beside it."), 422
    ),
    t.UndoOver: Say(_("It could be undone until {until}."), _("Now it is final.")),
    t.AlreadyUndone: Say(_("This was undone before."), ""),
    t.BudgetShort: Say(
        _("The budget is too small: it may cost {most} won and {left} won are there."),
        _("Give out fewer coupons, or a smaller discount."),
    ),
    t.DepositKnown: Say(_("A deposit with the reference {reference} was entered before."), _("Look at the list.")),
    t.DepositOver: Say(_("This deposit was decided before."), ""),
    t.SameSteward: Say(_("Whoever entered a deposit cannot confirm it."), _("Ask another steward."), 403),
    t.CreditShort: Say(
        _("The message credits are not enough: {won} won are needed, {left} won are there."),
        _("Send to fewer people, or in the inbox only, which costs nothing."),
    ),
    t.SendingUnknown: Say(_("Nothing is held back for this message."), "", 404),
}
REASONS: Mapping[str, Words] = {
    "range": _("This number is too small or too large."),
    "below_offer": _("The purchase must be at least as large as what is taken off."),
    "no_market": _("A stall belongs to a market. Choose the market first."),
    "no_such_market": _("No market fits this. Write its name as it stands on its gate, or leave this empty."),
    "several_markets": _("Several markets fit this. Write the town, too."),
    "one_issuer": _("A coupon is either a shop's or a market's."),
}
