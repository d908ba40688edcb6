"""What people read: names of states, topics and marks, and the words for every refusal."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dure.foundations.ledger.types import (
    PayoutPlace,
    law,
)
from dure.kit.faces import Say, Says, Words
from dure.services.giving import types as t

MARKS: Mapping[t.VettingMark, Promise] = {
    t.VettingMark.PUBLIC_INTEREST: _("It serves the public, not one family or firm."),
    t.VettingMark.CREDIBLE: _("Proposer and partner can be believed; what they say was looked up."),
    t.VettingMark.DELIVERABLE: _("The partner can really do it in the time and with the sum."),
    t.VettingMark.CONCRETE: _("Whom it helps, with what, when and for how much is stated."),
    t.VettingMark.NOT_FOR_PROFIT: _("Nobody makes a profit from it."),
    t.VettingMark.NOT_MISSIONARY: _("It does not spread a religion."),
    t.VettingMark.NOT_PARTISAN: _("It serves no party and no candidate."),
}
ORDERS: Mapping[t.Order, Promise] = {
    t.Order.NEWEST: _("Newest"),
    t.Order.ENDING: _("Ending soon"),
    t.Order.FULLEST: _("Nearly there"),
    t.Order.EMPTIEST: _("Needs a push"),
}
TASKS: Mapping[t.Want, Promise] = {
    t.Want.ANSWER_AS_PARTNER: _("Say whether you will carry it out"),
    t.Want.REVISE_PLAN: _("Plan the sum raised"),
    t.Want.FILE_REPORT: _("Report what was spent"),
}
DUTIES: Mapping[law.DutyKind, Promise] = {
    law.DutyKind.REGISTER: _("Register the collection and its plan"),
    law.DutyKind.USE_MONEY: _("Use what was raised"),
    law.DutyKind.REQUEST_AUDIT: _("Ask an accountant for the audit"),
    law.DutyKind.REPORT_USE: _("Publish date, payee and purpose of every use"),
}
AUTHORITIES: Mapping[law.Authority, Promise] = {
    law.Authority.PROVINCE: _("with the province or metropolitan city"),
    law.Authority.INTERIOR_MINISTRY: _("with the Ministry of the Interior"),
}
LACKS: Mapping[str, Promise] = {
    "acceptance": _("its yes to this cause"),
    "verification": _("verification as an organisation"),
    "bank_account": _("a checked bank account"),
    "registration": _("the registration number of the collection (from 10,000,000 won on)"),
}
FLOW: Mapping[str, Promise] = {
    "people": _("Neighbours"),
    "matched": _("Matched cheers"),
    "unspent": _("Not spent yet"),
}

REGULAR_STATES: Mapping[t.RegularState, tuple[Promise, str]] = {
    t.RegularState.ASKED: (_("Waits for a card"), "grey"),
    t.RegularState.RUNNING: (_("Every month"), ""),
    t.RegularState.PAUSED: (_("Rests"), "sun"),
    t.RegularState.ENDED: (_("Stopped"), "grey"),
}
REGULAR_WHY: Mapping[str, Promise] = {
    t.Why.CARD: _(
        "Your card was refused several times, so it rests. Stop it and begin anew with another card, or let it go on."
    ),
    t.Why.BOX_CLOSED: _("Its box has closed, and you wanted it to end with the box."),
    t.Why.GONE: _("The account it belonged to was closed."),
}
MONTH_STATES: Mapping[t.ChargeState, tuple[Promise, str]] = {
    t.ChargeState.DUE: (_("Is charged soon"), "quiet"),
    t.ChargeState.CHARGING: (_("Is being charged"), "sun"),
    t.ChargeState.GIVEN: (_("Given"), ""),
    t.ChargeState.FAILED: (_("Card refused"), "warn"),
    t.ChargeState.SKIPPED: (_("Left out"), "grey"),
}
PAYOUT_PLACES: Mapping[PayoutPlace, Promise] = {
    PayoutPlace.WAITS: _("The payout waits for the bank"),
    PayoutPlace.BANK: _("The payout is at the bank"),
    PayoutPlace.ARRIVED: _("The payout has arrived"),
    PayoutPlace.RETURNED: _("The bank sent the payout back; it goes out again"),
}
DEPOSITS: Mapping[t.DepositState, Promise] = {
    t.DepositState.WAITING: _("waits for a second steward"),
    t.DepositState.BOOKED: _("booked"),
    t.DepositState.REVERSED: _("taken back"),
    t.DepositState.DROPPED: _("dropped"),
}

# What a step's reason says where it is a word of the machine and not somebody's sentence.
WHYS: Mapping[str, Promise] = {
    "accepted": _("said yes"),
    "declined": _("said no"),
    "gate_missed": _("too few agreed in time"),
    "refund": _("a gift went back"),
    "stopped": _("the box was stopped"),
    "emergency_confirmed": _("as an emergency"),
    "emergency_not_confirmed": _("not as an emergency"),
}
SAYS: Says = {
    t.RegularPast: Say(_("This regular gift is past that step."), _("Load the page again to see where it stands.")),
    t.RegularKnown: Say(
        _("You give to this organisation every month already."), _("Change the sum of the one you have.")
    ),
    t.NoRegularHere: Say(_("Regular gifts cannot be charged here yet."), _("Give once instead."), 404),
    # of giving's own refusals; what became of a payment is said by the ledger's words
    t.WrongState: Say(
        _("This is not possible at this stage."), _("Someone may have moved it on: open the page again and look."), 409
    ),
    t.OwnProposal: Say(
        _("You proposed this, so your own agreement does not count."), _("Share the link so that others agree."), 403
    ),
    t.AlreadyAgreed: Say(_("You have agreed already. Thank you."), "", 409),
    t.SameIdentity: Say(_("You have agreed with another account of yours. One person counts once."), "", 409),
    t.AgreementInvalid: Say(
        _("Your agreement to this cause was found invalid and cannot be given again."),
        _("If that is wrong, write to the people who run this place."),
        403,
    ),
    t.GateClosed: Say(_("The gate has closed, so agreements can neither be given nor taken back."), "", 409),
    t.TooFew: Say(_("{needed} approvals are needed, {have} are there."), "", 409),
    t.PartnerNotReady: Say(
        _("The partner organisation still lacks something: neither can a box open nor money be paid to it."),
        _("See the list on this page, and write to the partner."),
        409,
    ),
    t.ReportOverdue: Say(
        _("The partner owes a report on “{title}” since {due}."),
        _("Its next box opens when that report is filed."),
        409,
    ),
    t.SamePerson: Say(_("You have decided on this already; the second decision must come from someone else."), "", 409),
    t.ProposalChanged: Say(
        _("The proposal was reworked since you read it. Nothing was decided."), _("Read it again, then decide."), 409
    ),
    t.PlanChanged: Say(
        _("The partner has made another plan since you read it. Nothing was approved."),
        _("Read the new one, then decide."),
        409,
    ),
    t.SumDiffers: Say(
        _("The lines add up to {lines_sum} won, but must be exactly {expected} won."),
        _("Change the lines until both sums are the same."),
        422,
    ),
    t.CostsTooHigh: Say(
        _("The cost lines add up to {costs} won; the law allows {cap} won of this total."),
        _("Make the costs smaller or move what reaches the cause to direct lines."),
        422,
    ),
    t.AgreedBefore: Say(
        _(
            "People agreed to this proposal, so only its story, pictures and lines can change, and the sum only downwards."
        ),
        _("To change anything else, withdraw it and propose it anew."),
        409,
    ),
    t.GoalFrozen: Say(_("The goal cannot change while the box is open."), "", 409),
    t.BoxNotOpen: Say(
        _("This box takes no gifts now. Nothing was charged."), _("Look for another cause that is open."), 409
    ),
    t.RegistrationNeeded: Say(
        _("This box takes less than {limit} won in all, because its collection is not registered."),
        _("Give less, or give to another cause."),
        409,
    ),
    t.CollectionNumberTaken: Say(
        _("This number stands with the cause {code_of_other}; each collection is registered by itself."),
        _("Look at the letter of the authority again."),
        409,
    ),
    t.NotOverYet: Say(_("The box is open until {closes_at} and its goal is not reached yet."), "", 409),
    t.AlreadyRefunded: Say(_("This gift was given back already."), "", 409),
    t.DepositKnown: Say(
        _("A deposit with the reference {reference} is there already."), _("Look through the list of deposits."), 409
    ),
    t.DepositOver: Say(_("This deposit was decided on already."), _("Open the page again and look."), 409),
    t.DepositSpent: Say(
        _("Part of this deposit was given to boxes already, so it cannot be taken back whole."),
        _("Enter the difference with its own reference once the bank shows it."),
        409,
    ),
    t.PaidOutAlready: Say(
        _("It is too late: the box was paid out, so the gift is with the partner and is being used."),
        _("Ask the partner organisation; its address stands on its page."),
        409,
    ),
    t.ProofMissing: Say(_("The line for {payee} has no proof yet."), _("Add a receipt as PDF or picture."), 422),
    t.PaymentDiffers: Say(
        _("This payment is not for this gift: box, giver or sum differ. Nothing was taken."), "", 422
    ),
    t.PaymentUsed: Say(_("This payment has paid for another gift already."), "", 409),
}
REASONS: Mapping[str, Promise] = {
    "length": _("Too short or too long."),
    "characters": _("There are signs in it that cannot be stored."),
    "range": _("This is outside what is possible here."),
    "gift_range": _("A gift is from 100 won to 100,000,000 won, or exactly what the box still needs."),
    "count": _("There are too few or too many."),
    "positive": _("Each sum must be more than zero."),
    "label": _("Each line needs words."),
    "future": _("This day has not come yet."),
    "before_opening": _("Nothing of this box could be spent before it opened."),
    "over": _("Its time is already over."),
    "year": _("The law lets a collection run for one year at most."),
    "empty": _("Leave this empty."),
    "size": _("The file is empty or too large."),
    "kind": _("This kind of file cannot be used here."),
    "unknown": _("We do not know this."),
    **{mark.value: _("Every point of the checklist must be ticked before a box opens.") for mark in t.VettingMark},
}

WAYS: dict[str, Words] = {
    "toss": _("Card or easy pay (Toss Payments)"),
    "toss-account": _("Bank transfer (Toss Payments)"),
    "kakaopay": _("KakaoPay"),
    "sandbox": _("Practice payment: no money moves"),
}
