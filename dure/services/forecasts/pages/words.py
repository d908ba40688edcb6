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
        503,
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
    t.AlertNotIssuable: Say(_("This alert breaks the standard and was not issued."), "", 422),
    t.AlertUntrusted: Say(_("Nobody whom we trust signed this alert."), "", 422),
}
REASONS: Mapping[str, Words] = {
    "phone": _("This is no telephone number."),
    "twice": _("This is there twice."),
    "digits": _("Region codes are two to ten digits."),
}
