"""Words for channels, friends and consents."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dure.foundations.channels.types import ChannelState, ConsentAct, ConsentKind, JoinedBy

__all__ = ["ACTS", "CHANNEL_STATES", "CONSENTS", "ORIGINS", "WAYS"]

CHANNEL_STATES: dict[str, tuple[Promise, str]] = {
    ChannelState.OPEN: (pgettext_lazy("channel", "Open"), ""),
    ChannelState.PAUSED: (pgettext_lazy("channel", "Paused"), "warn"),
    ChannelState.CLOSED: (pgettext_lazy("channel", "Closed"), "grey"),
}
CONSENTS: dict[str, Promise] = {
    ConsentKind.MESSAGES: _("Friend of the channel"),
    ConsentKind.ADS: _("Ads"),
    ConsentKind.NIGHT_ADS: _("Ads at night"),
}
ACTS: dict[str, tuple[Promise, str]] = {
    ConsentAct.GIVEN: (pgettext_lazy("consent", "Agreed"), ""),
    ConsentAct.WITHDRAWN: (pgettext_lazy("consent", "Taken back"), "grey"),
    ConsentAct.CONFIRMED: (pgettext_lazy("consent", "You were told"), "quiet"),
    ConsentAct.REMINDED: (pgettext_lazy("consent", "You were reminded"), "quiet"),
}
WAYS: dict[str, Promise] = {
    JoinedBy.QR: _("QR code"),
    JoinedBy.LINK: _("Link"),
    JoinedBy.SEARCH: pgettext_lazy("how a friend came", "Search"),
    JoinedBy.SERVICE: pgettext_lazy("how a friend came", "A service"),
}
ORIGINS: dict[str, Promise] = {
    "page": _("on the page of the channel"),
    "leave-link": _("by the link in a message"),
    "mail-header": _("in the mail program"),
    "phone": _("by telephone"),
    "api": _("by a program"),
    "service": _("by a service of Dure"),
    "demo": _("in the sample town"),
    "closed": _("because the channel closed"),
    "task": _("by Dure"),
}
