"""Words of what is refused around a query."""

from django.utils.translation import gettext_lazy as _

from dure.kit.faces import Say, Says
from dure.services.checkin.pages import says
from dure.services.checkin.types import (
    CaseMissing,
    DayClosed,
    NeedsAnotherOfficer,
    NothingNew,
    NotInScope,
    NotLogged,
    NotNow,
    OtherOffice,
    OverQuota,
    ScopeTooWide,
    SharesMissing,
)
from dure.services.checkin.types.offices import NoSafetyChannel, OtherOfficer, TooManyPlaces

SAYS: Says = {
    **says.SAYS,
    CaseMissing: Say(
        _("Please give the number of the case: letters, digits and hyphens, 4 to 40 of them, no spaces."), status=422
    ),
    ScopeTooWide: Say(
        _("One query asks for at most {hours_max} hours of one day, and only for hours that are over."), status=422
    ),
    DayClosed: Say(_("That day is past its 28 days, or has not begun: nothing of it can be read.")),
    OverQuota: Say(
        _("Your office has reached its limit of {limit} queries."),
        _("Close one that is done, or wait until next week."),
        429,
    ),
    NeedsAnotherOfficer: Say(_("Who filed a query does not decide on it."), _("Ask a colleague of your office."), 403),
    OtherOffice: Say(_("This is a query of another office."), status=403),
    NotNow: Say(_("This query has gone on meanwhile."), _("Open it again to see how far it is.")),
    NothingNew: Say(_("Nothing came late for this query.")),
    NotLogged: Say(_("This query does not stand in the public log, so nothing is released for it."), status=403),
    NotInScope: Say(_("The query does not name this hour."), status=403),
    SharesMissing: Say(_("A second party has not given its share yet.")),
    NoSafetyChannel: Say(_("No public body has the channel from which people are told yet.")),
    OtherOfficer: Say(_("This person acts for another office already.")),
    TooManyPlaces: Say(_("The register has too many places to look through at once.")),
}
