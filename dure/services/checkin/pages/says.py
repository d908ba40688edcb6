"""Words of check-in's refusals, for the faces of all parties."""

from django.utils.translation import gettext_lazy as _

from dure.kit.faces import Say, Says
from dure.kit.peers import NoPeer, PeerRefused, PeerSilent
from dure.services.checkin.types import DayClosed, HalfMissing, NotAgreed, Revoked
from dure.services.checkin.types.calls import NotTheGateway
from dure.services.checkin.types.doors import NotReady, TokenUnfit
from dure.services.checkin.types.register import InviteSpent, NotAKey, VenueOtherwise, VenueRevoked

SAYS: Says = {
    NotAgreed: Say(_("You have not agreed to check-in, so no codes are made for you."), status=403),
    DayClosed: Say(_("Codes are made for today and tomorrow only."), status=410),
    HalfMissing: Say(
        _("The keys of this day are not there yet."),
        _("They come by themselves. Please try again in a few minutes."),
        503,
    ),
    VenueOtherwise: Say(_("This place stands in the register with another name. Nothing was changed.")),
    VenueRevoked: Say(_("This place may not scan any more."), _("Its owner can register a new one.")),
    InviteSpent: Say(
        _("This code was used already, or it is too old."), _("The owner of the place can make a new one."), 410
    ),
    TokenUnfit: Say(
        _("This is no scanner of a place."), _("Set it up with the address that the owner of the place shows."), 401
    ),
    Revoked: Say(_("This scanner may not scan any more."), _("The owner of the place can let another one in."), 403),
    NotTheGateway: Say(_("This is not signed by the gateway that takes calls here."), status=403),
    NotReady: Say(_("The keys of the day are not here yet."), _("Please try again in {wait}."), 503),
    NotAKey: Say(_("This device could not be set up."), _("Open the address once more and try again."), 422),
    NoPeer: Say(
        _("The other parties of check-in are not set up here."),
        _("Whoever runs this place has to say where they are."),
        503,
    ),
    PeerSilent: Say(_("The other party of check-in does not answer."), _("Please try again in {wait}."), 503),
    PeerRefused: Say(_("The other party of check-in said no. Nothing was changed.")),
}
