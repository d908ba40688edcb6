"""What a person reads when the ledger says no."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dure.foundations.ledger import types
from dure.kit.faces import Say, Says, Words

SAYS: Says = {
    types.AccountClosed: Say(_("This account in the book is closed.")),
    types.AlreadyReversed: Say(_("This was taken back before.")),
    types.InsufficientFunds: Say(_("The money for this is not there: {available} won are left.")),
    types.LotDrawn: Say(
        _("This money was passed on already, so it cannot go back from here."),
        _("Please write to whoever runs this place."),
    ),
    types.AmountDiffers: Say(
        _("The sum that came back from the provider is not the one that was asked for."),
        _("Nothing was taken. Please begin once more."),
    ),
    types.OrderUnknown: Say(_("There is no such payment."), _("Please begin once more."), 404),
    types.PaymentAlreadyAllotted: Say(_("The money of this payment has gone where it belongs already.")),
    types.PaymentDeclined: Say(
        _("The payment was declined. Nothing was taken."), _("Try another card or another way to pay."), 402
    ),
    types.CardRefused: Say(_("The card company refused the card. Nothing was taken."), _("Try another card."), 402),
    types.LimitExceeded: Say(
        _("The sum is above the limit of the card. Nothing was taken."), _("Try a smaller sum or another card."), 402
    ),
    types.NotEnoughFunds: Say(
        _("There is not enough money in the account. Nothing was taken."),
        _("Try a smaller sum or another account."),
        402,
    ),
    types.TurnedBack: Say(
        _("You turned back before paying. Nothing was taken."), _("Begin once more when you like."), 402
    ),
    types.PaymentExpired: Say(_("This payment has expired. Nothing was taken."), _("Please begin once more."), 410),
    types.PaymentNotCaptured: Say(_("Only money that was taken can be given back.")),
    types.ProviderRefused: Say(_("The provider will not do this."), _("Please write to whoever runs this place."), 502),
    types.ProviderSilent: Say(
        _("The provider has not answered yet."),
        _("Do not pay again: we keep asking, and tell you in {wait} or a little later whether it worked."),
        503,
    ),
    types.AwaitsDeposit: Say(
        _("The bank transfer has not arrived yet."),
        _("Send the sum to the account you were given; it counts as soon as it is there."),
        503,
    ),
    types.RefundAccountNeeded: Say(
        _("The money came by bank transfer, so we need to know where it goes back to."),
        _("Name an account under Bank transfers."),
        503,
    ),
    types.ProviderUnknown: Say(_("This way to pay is not open here."), _("Please choose another one."), 404),
    types.RefundDiffers: Say(_("Another refund has this number already."), _("Load the page again."), 422),
    types.RefundExceeds: Say(_("Of this payment only {left} won can still be given back."), status=422),
    types.WebhookForged: Say(_("This message was not signed by the provider."), status=403),
    types.ReceiptForged: Say(_("This capture receipt was not signed by the provider."), status=422),
    types.NotQualified: Say(_("This organisation may not issue donation receipts.")),
    types.NothingToReceipt: Say(_("Every donation of that year is on a receipt already.")),
    types.IdentityNumberInvalid: Say(
        _("This is no resident or business number."),
        _("Please look at your card once more, or leave the field empty."),
        422,
    ),
    types.ReceiptConsentMissing: Say(
        _("A receipt needs your consent to passing on your details."), _("Tick it, or do without a receipt."), 403
    ),
    types.ReceiptAlreadyReversed: Say(_("This receipt was cancelled before.")),
    types.DifferenceClosed: Say(
        _("This difference is closed already."), _("If it is found again, it opens by itself.")
    ),
    types.SettlementDiffers: Say(_("A settlement of this number was entered before with other content."), status=422),
    types.StatementSumWrong: Say(_("The lines come to {expected}, the statement says {given}."), status=422),
    types.BankLineUsed: Say(
        _("Another settlement was booked on the bank's line {reference}."), _("Look which of the two it belongs to.")
    ),
    types.LineSettledBefore: Say(_("A payment of this statement stands in another settlement already.")),
    types.MandateRefused: Say(
        _("The card was not registered. Nothing was taken."), _("Try another card, or give once."), 402
    ),
    types.MandateEnded: Say(_("This card can no longer be charged."), _("Register a card anew."), 410),
    types.MandateDiffers: Say(_("This card belongs to somebody else."), status=403),
    types.PayoutDiffers: Say(_("A payout of this number was asked for before with other content."), status=422),
    types.PayoutInFile: Say(_("One of these payouts stands in another file already."), _("Load the page again.")),
    types.PayoutWaits: Say(_("{payee} has no bank account that a steward confirmed."), _("Leave it out of this file.")),
    types.PayeeChanged: Say(
        _("The bank account of {payee} is another one by now."), _("Drop this file and prepare a new one.")
    ),
    types.PayeeUnwritable: Say(
        _("The bank account of {payee} cannot be written into a file for the bank."),
        _("Have its holder, number and bank corrected first."),
        422,
    ),
    types.PayoutSumDiffers: Say(
        _("The payouts on their way come to {expected}, the bank took {given}."),
        _("Enter first what came back."),
        422,
    ),
    types.BankReferenceKnown: Say(_("Another file was confirmed with this number of the bank.")),
    types.WrongFileState: Say(_("This file is past that step."), _("Load the page again to see where it stands.")),
    types.SameSteward: Say(_("You prepared this file: another steward releases it."), status=403),
    types.SettlementFileWrong: Say(
        _("The file cannot be read: line {line}, column “{column}”."),
        _("It needs the columns order, payment_key, kind, amount, fee, vat, and whole won."),
        422,
    ),
    types.SettlementNotBookable: Say(
        _("This settlement is past that step."), _("Load the page again to see where it stands.")
    ),
    types.NotOwed: Say(_("This refund is past that step."), _("Load the page again to see where it stands.")),
    types.SecondPersonNeeded: Say(
        _("Who transferred the money does not confirm it."), _("Ask another steward to look."), 403
    ),
    types.RefundReferenceKnown: Say(_("Another refund was paid under this number of the bank: {reference}.")),
    types.IdentityGone: Say(
        _("The donor's details were erased at the end of the time they had to be kept."), status=410
    ),
}
REASONS = {
    "not_positive": _("The sum must be more than nothing."),
    "out_of_range": _("This sum is not possible."),
    "not_a_local_path": _("This address does not belong to this place."),
}

DIFFERENCES: Mapping[str, Words] = {
    types.DifferenceKind.ONLY_OURS: _("Only our book has it"),
    types.DifferenceKind.ONLY_THEIRS: _("Only the provider has it"),
    types.DifferenceKind.AMOUNT: _("The sums differ"),
    types.DifferenceKind.REFUNDED: _("The refunds differ"),
    types.DifferenceKind.TAKEN_TWICE: _("Taken twice for one order"),
    types.DifferenceKind.FEE: _("The fee is not the one agreed"),
    types.DifferenceKind.SETTLED: _("The bank received another sum"),
    types.DifferenceKind.NOT_SETTLED: _("Not settled for long"),
    types.DifferenceKind.SETTLED_AMOUNT: _("The settlement has another sum"),
    types.DifferenceKind.SETTLED_CANCEL: _("The settlement took off more"),
}
MEANINGS: Mapping[str, Words] = {
    types.DifferenceKind.ONLY_OURS: _(
        "We count money as taken that the provider does not know of. It may never arrive."
    ),
    types.DifferenceKind.ONLY_THEIRS: _(
        "The provider took money that stands in no box here. Somebody paid and got nothing."
    ),
    types.DifferenceKind.AMOUNT: _("Both count the payment, with another sum each."),
    types.DifferenceKind.REFUNDED: _("Both count the payment; what went back to the payer differs."),
    types.DifferenceKind.TAKEN_TWICE: _("The payer paid twice for the same thing. The second payment has to go back."),
    types.DifferenceKind.FEE: _("What the provider kept for itself does not fit the rate of its contract."),
    types.DifferenceKind.SETTLED: _("The line on the bank statement is not what the settlement says."),
    types.DifferenceKind.NOT_SETTLED: _("The money was taken, but no settlement has it yet."),
    types.DifferenceKind.SETTLED_AMOUNT: _(
        "A line of a settlement has this payment with another sum than our book, or our book does not count it at all."
    ),
    types.DifferenceKind.SETTLED_CANCEL: _(
        "Settlements took off more of this payment than went back to the payer by our book: a complaint, or a cancellation made"
        " at the provider."
    ),
}
DIFFERENCE_STATES: Mapping[str, tuple[Words, str]] = {
    types.DifferenceState.OPEN: (pgettext_lazy("difference", "Open"), "sun"),
    types.DifferenceState.AGREED: (pgettext_lazy("difference", "Agrees now"), ""),
    types.DifferenceState.EXPLAINED: (pgettext_lazy("difference", "Explained"), "grey"),
}
DIFFERENCE_STEPS: Mapping[str, Words] = {
    types.DifferenceWant.FIND: _("Found"),
    types.DifferenceWant.FIND_AGAIN: _("Found again"),
    types.DifferenceWant.ASK: _("The provider was asked; it still differs"),
    types.DifferenceWant.NOTE: pgettext_lazy("difference", "Note"),
    types.DifferenceWant.AGREE: _("The books agree"),
    types.DifferenceWant.EXPLAIN: _("Closed with a reason"),
}
OUTCOMES: Mapping[str, tuple[Words, str]] = {
    types.ReconciliationOutcome.AGREES: (_("Agree"), ""),
    types.ReconciliationOutcome.DIFFERS: (_("Differ"), "sun"),
    types.ReconciliationOutcome.SILENT: (_("No answer"), "warn"),
}
SETTLEMENT_STATES: Mapping[str, tuple[Words, str]] = {
    types.SettlementState.TAKEN: (_("Look at the bank"), "sun"),
    types.SettlementState.DIFFERS: (_("Other sum at the bank"), "warn"),
    types.SettlementState.BOOKED: (pgettext_lazy("settlement", "Booked"), ""),
    types.SettlementState.REVERSED: (pgettext_lazy("settlement", "Taken back"), "grey"),
}
FILE_STATES: Mapping[types.FileState, tuple[Words, str]] = {
    types.FileState.PREPARED: (_("Waits for release"), "sun"),
    types.FileState.RELEASED: (_("At the bank"), "sun"),
    types.FileState.CONFIRMED: (_("Arrived"), ""),
    types.FileState.RETURNED: (_("All came back"), "warn"),
    types.FileState.DROPPED: (pgettext_lazy("payout file", "Dropped"), "grey"),
}
LINE_STATES: Mapping[types.LineState, tuple[Words, str]] = {
    types.LineState.LISTED: (_("Listed"), "quiet"),
    types.LineState.SENT: (_("At the bank"), "sun"),
    types.LineState.PAID: (_("Arrived"), ""),
    types.LineState.RETURNED: (_("Came back"), "warn"),
    types.LineState.DROPPED: (pgettext_lazy("payout file", "Dropped"), "grey"),
}
FILE_STEPS: Mapping[types.FileWant, Words] = {
    types.FileWant.PREPARE: _("Prepared"),
    types.FileWant.RELEASE: _("Released"),
    types.FileWant.READ: _("Downloaded"),
    types.FileWant.CONFIRM: _("Confirmed with the bank's number"),
    types.FileWant.RETURN_LINE: _("A payout came back"),
    types.FileWant.DROP: pgettext_lazy("payout file", "Dropped"),
}
FILE_FORMS: Mapping[types.FileForm, Words] = {
    types.FileForm.CSV: _("Bulk transfer (CSV)"),
    types.FileForm.PAIN: _("ISO 20022 (pain.001)"),
}
OWED_STATES: Mapping[str, tuple[Words, str]] = {
    types.RefundState.ASKED: (_("Asked once more"), "grey"),
    types.RefundState.SETTLED: (_("Given back by the provider"), ""),
    types.RefundState.REFUSED: (pgettext_lazy("refund", "Owed"), "warn"),
    types.RefundState.ENTERED: (_("Waits for a second steward"), "sun"),
    types.RefundState.PAID: (_("Paid at the bank"), ""),
}
OWED_STEPS: Mapping[str, Words] = {
    types.OwedWant.ENTER: _("Transferred at the bank"),
    types.OwedWant.CONFIRM: _("Confirmed"),
    types.OwedWant.TAKE_BACK: pgettext_lazy("refund", "Taken back"),
    types.OwedWant.RETRY: _("The provider was asked once more"),
}
PROVIDERS: Mapping[str, Words] = {
    "toss": _("Toss Payments"),
    "toss-account": _("Toss Payments, bank transfers"),
    "kakaopay": _("KakaoPay"),
    "sandbox": _("Practice payments"),
}


def provider_named(name: str) -> Words:
    """A provider as people call it; one we have no word for by its own."""
    return PROVIDERS.get(name, name)
