"""Words for what became of messages: for stewards who are asked why somebody did not get one."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dure.foundations.channels.types import AttemptState, DispatchState, Route, SendingState, Why

__all__ = ["ATTEMPT_STATES", "DISPATCH_STATES", "ROUTES", "SENDING_STATES", "WHYS"]

SENDING_STATES: dict[str, tuple[Promise, str]] = {
    SendingState.QUEUEING: (_("Looking up who gets it"), "sun"),
    SendingState.OPEN: (_("Being sent"), ""),
    SendingState.STOPPED: (pgettext_lazy("sending", "Stopped"), "warn"),
    SendingState.DONE: (pgettext_lazy("sending", "Through"), "grey"),
}
DISPATCH_STATES: dict[str, tuple[Promise, str]] = {
    DispatchState.WAITING: (pgettext_lazy("dispatch", "Waits"), "sun"),
    DispatchState.SENDING: (pgettext_lazy("dispatch", "Is being handed over"), "sun"),
    DispatchState.UNSURE: (_("The dealer has not answered"), "warn"),
    DispatchState.SENT: (pgettext_lazy("dispatch", "Handed over"), ""),
    DispatchState.DELIVERED: (pgettext_lazy("dispatch", "Arrived"), ""),
    DispatchState.OPENED: (pgettext_lazy("dispatch", "Read"), ""),
    DispatchState.FAILED: (_("Could not be delivered"), "warn"),
    DispatchState.BARRED: (_("May not be sent"), "grey"),
    DispatchState.EXPIRED: (_("Its time was over"), "grey"),
    DispatchState.STOPPED: (pgettext_lazy("dispatch", "Stopped"), "grey"),
}
ATTEMPT_STATES: dict[str, tuple[Promise, str]] = {
    AttemptState.BEGUN: (_("Handed to the dealer"), "done"),
    AttemptState.UNSURE: (_("The dealer has not answered"), "now"),
    AttemptState.ACCEPTED: (_("The dealer has it"), "done"),
    AttemptState.DELIVERED: (pgettext_lazy("attempt", "Arrived"), "done"),
    AttemptState.FAILED: (pgettext_lazy("attempt", "Did not arrive"), "bad"),
}
ROUTES: dict[str, Promise] = {
    Route.INBOX: _("Inbox"),
    Route.PUSH: _("Notification"),
    Route.MAIL: _("E-mail"),
    Route.ALIMTALK: _("AlimTalk"),
    Route.SMS: _("Text message"),
    Route.VOICE: _("Telephone call"),
}
WHYS: dict[str, Promise] = {
    Why.LEFT: _("Is no friend of the channel any more, or never was one."),
    Why.NO_AD_CONSENT: _("Has not agreed to ads."),
    Why.NO_NIGHT_CONSENT: _("Has not agreed to ads at night: it waits until 8 in the morning."),
    Why.QUIET_HOURS: _("It is night: it rings from 8 in the morning. The inbox has it already."),
    Why.DORMANT: _("Has not used the account for a year: no ads until they come back."),
    Why.REMINDER_DUE: _("The consent to ads is two years old, and they have not been told of it since."),
    Why.CAP: _("Has had enough of this channel for today: it waits until tomorrow."),
    Why.NO_WAY: _("No address is known for this way, nobody carries it there, or nobody pays for it."),
    Why.EXPIRED: _("The message was no longer true by then."),
    Why.STOPPED: _("The sender stopped it."),
    Why.BLOCKED: _("Has refused messages on this way, here or at the dealer."),
    Why.CHANNEL_PAUSED: _("The channel may not speak at the moment."),
    Why.BAD_FORM: _("An ad without its marking or way out, or an ad that passed as something else."),
    Why.MUTED: _("Has muted the conversation: the inbox takes it and nothing rings."),
}
