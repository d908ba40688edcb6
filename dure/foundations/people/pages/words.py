"""What a person reads when people says no."""

from django.utils.translation import gettext_lazy as _

from dure.foundations.people import types
from dure.kit.faces import Say, Says

SAYS: Says = {
    types.AddressTaken: Say(_("Somebody already has an account under this e-mail address.")),
    types.AlreadyMember: Say(_("This person belongs to the organisation already.")),
    types.ConflictOfInterest: Say(
        _("You belong to this organisation yourself."), _("Another steward has to decide about it."), 403
    ),
    types.InvitationOver: Say(
        _("This invitation was answered, withdrawn, or has expired."), _("Ask the organisation for a new one.")
    ),
    types.LastOwner: Say(_("An organisation needs at least one owner."), _("Make somebody else an owner first.")),
    types.LoneSteward: Say(
        _("You are the only steward, and a role needs the yes of two."),
        _("Whoever runs the server names the second one with the command “dure appoint”."),
    ),
    types.SecondSteward: Say(
        _("Another steward has to confirm this: not who asked for it, and not whom it is for."), status=403
    ),
    types.NobodyToConfirm: Say(
        _("Besides the two of you there is no steward who could confirm it."),
        _("Whoever runs the server takes a role back with the command “dure appoint --take-back”."),
    ),
    types.LastSteward: Say(_("There has to be at least one steward."), _("Name another one first.")),
    types.NoBankAccount: Say(_("Another bank account is on file by now."), _("Please look at it once more.")),
    types.NumberTaken: Say(_("Another verified organisation already has this registration number.")),
    types.OtherText: Say(_("The text has changed."), _("Please read it once more and agree to the new one.")),
    types.ReasonMissing: Say(_("Please write a reason that the other side can act on."), status=422),
    types.RequiredConsent: Say(
        _("There is no account without this consent."), _("It ends when you close your account.")
    ),
    types.StillNeeded: Say(_("The account cannot be closed yet: something is still open.")),
    types.TooManyInvitations: Say(_("{limit} invitations are waiting for an answer."), _("Withdraw some first.")),
    types.TooManyOrganisations: Say(_("One person can belong to at most {limit} organisations.")),
    types.WrongState: Say(_("The organisation is past this step."), _("Load the page again to see where it stands.")),
}
REASONS = {
    "characters": _("This holds characters that cannot be shown."),
    "check_digit": _("The last digit does not fit the others. Please look at the certificate once more."),
    "number_length": _(
        "Copy the ten digits of the business or non-profit number, or the thirteen of the corporate number."
    ),
    "digits": _("Please use digits and hyphens only."),
}
