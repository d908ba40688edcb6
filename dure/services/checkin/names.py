"""What people read for a code: grounds and states of a query, what keeps one waiting, what a report finds."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dure.services.checkin.types import LegalBasis, Party, QueryState

PARTIES: Mapping[Party, Promise] = {
    Party.IDENTITY: _("identity party (who)"),
    Party.VISITS: _("visit party (where)"),
    Party.AUTHORITY: _("authority (asks)"),
}
GROUNDS: Mapping[LegalBasis, Promise] = {
    LegalBasis.INVESTIGATION: _("Article 18: epidemiological investigation"),
    LegalBasis.REQUEST: _("Article 76-2: request for records of places visited"),
}
STATES: Mapping[QueryState, Promise] = {
    QueryState.FILED: _("waits for a second officer"),
    QueryState.APPROVED: _("approved, on its way to the public log"),
    QueryState.LOGGED: _("in the public log, being answered"),
    QueryState.RELEASED: _("answered, people are being told"),
    QueryState.TOLD: _("people are told"),
    QueryState.CLOSED: pgettext_lazy("query", "closed"),
    QueryState.REFUSED: pgettext_lazy("query", "refused"),
}
# What stands in a conversation where a warning stood, once its 28 days are over.
FORGOTTEN: Promise = _("A warning about QR check-in stood here. It was taken away after 28 days.")
ODD: Mapping[str, Promise] = {
    "never_made": _("No key was told of for this day"),
    "made_twice": _("Two keys were told of for one day"),
    "not_destroyed": _("A key that was due is not called destroyed"),
    "destroyed_unknown": _("A key is called destroyed that was never told of"),
    "destroyed_early": _("A key was destroyed before its 28 days were over"),
    "destroyed_late": _("A key was destroyed later than on day 28"),
    "told_twice": _("A query stands in the log twice"),
    "closed_unlogged": _("A query was closed that never stood in the log"),
    "closed_otherwise": _("A query was closed with other hours than it was logged with"),
    "open_too_long": _("A query is open for more than 30 days"),
    "answered_unlogged": _("A party answered a query that does not stand in the log"),
}
