"""What a person reads when forecasts say no."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dure.kit.faces import Say, Says, Words
from dure.services.forecasts import types as t

SAYS: Says = {
    t.NoZones: Say(
        _("This place does not know the authority's warning zones yet."),
        _("Whoever runs it has to load them. Please come again later."),
        409,
    ),
    t.NoZoneHere: Say(
        _("The weather authority warns for no zone at this place."), _("Choose the town or county around it."), 422
    ),
    t.PlacesFull: Say(_("{limit} places are as many as fit."), _("Take one away first.")),
    t.WatchesFull: Say(_("{limit} people are as many as fit."), _("End one of them first.")),
    t.WatchClosed: Say(
        _("This link is not open any more: it was used, ended, or nobody answered in time."),
        pgettext_lazy("link of a family", "Ask for a new one."),
    ),
    t.OwnWatch: Say(
        _("This link is for the one you want to look after."), _("Send it to them; they open it and agree."), 403
    ),
    t.AlertUnreadable: Say(_("This is no alert that can be read."), "", 422),
    t.AlertUnfit: Say(
        _("This alert cannot be kept."),
        _("It has to say its sender, its number and when it was sent, and be of these days."),
        422,
    ),
    t.NotACertificate: Say(
        _("This is no certificate that can sign alerts."),
        _("Paste one certificate in PEM that still holds, with an elliptic or a long RSA key."),
        422,
    ),
    t.FingerprintDiffers: Say(
        _("This is not the fingerprint of this certificate."),
        _(
            "Have it read to you again. If it still differs, one of the two does not come from the agency: believe neither."
        ),
        422,
    ),
    t.IssueClosed: Say(_("This cannot be done any more: it has left, or was taken back."), _("Look at how far it is.")),
    t.NothingToReplace: Say(
        _("What this is about does not hold any more, or was not issued by you."),
        _("Issue a new alert if there is danger."),
    ),
    t.NothingToTell: Say(
        _("Nobody can be told of this alert: it is over, not believed, or not for people."), _("Look at how it stands.")
    ),
    t.OwnIssue: Say(_("Somebody else has to agree, not who wrote it."), _("Ask another owner or a steward."), 403),
    t.PinTaken: Say(_("This certificate is pinned for this sender already.")),
    t.SourceTaken: Say(_("This address is asked already.")),
    t.SourcesFull: Say(_("{limit} sources are as many as fit."), _("End one of them first.")),
    t.AlertNotIssuable: Say(_("This alert breaks the standard and was not issued."), "", 422),
    t.AlertUntrusted: Say(_("Nobody whom we trust signed this alert."), "", 422),
}
REASONS: Mapping[str, Words] = {
    "phone": _("This is no telephone number."),
    "twice": _("This is there twice."),
    "fingerprint": _("A fingerprint has 64 digits and letters from a to f."),
    "points": _("These are no pairs of latitude and longitude."),
    "address": _("Give an address of the public net with https."),
    "digits": _("Region codes are two to ten digits."),
}
