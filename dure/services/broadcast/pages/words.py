"""What a person reads when village broadcast says no."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from dure.kit.faces import Say, Says, Words
from dure.services.broadcast import types as t

SAYS: Says = {
    t.NoOffice: Say(_("You hold no office in {villages} of these villages."), _("Choose villages of your own."), 403),
    t.VillagesDiffer: Say(
        _("The villages that you confirmed are not those that you chose."), _("Look at each of them and tick it."), 422
    ),
    t.SecondPersonNeeded: Say(
        _("An urgent announcement needs another person with an office."), _("Ask your deputy to agree to it."), 403
    ),
    t.NotUndone: Say(
        _("It is on the air since {aired_at} and cannot be taken back any more."),
        _("You can end it, and send a correction."),
    ),
    t.NumberWrong: Say(_("That is not the number of the village."), _("You may try {left} more times."), 403),
    t.NumberLocked: Say(
        _("It was wrong too often. Nobody may try before {until}."),
        _("Ask another person with an office to agree, or have another number set."),
        429,
    ),
    t.NumberMissing: Say(
        _("One of these villages has no number."), _("Whoever answers for the village sets one at the desk.")
    ),
    t.OfficeTaken: Say(_("Somebody else is head of this village from {since} on."), _("End that office first.")),
    t.RepeatsUnfit: Say(_("It cannot come again like this."), _("Choose a last day within two years."), 422),
    t.NoChannel: Say(
        _("This place has no channel from which villages hear."),
        _("Whoever runs it opens one with the name broadcast."),
        503,
    ),
    t.NotPublic: Say(
        _("Only a verified village or agency may send what is urgent."),
        _("Please speak with whoever runs this place."),
        403,
    ),
    t.PodcastOver: Say(
        _("This podcast is over."), _("Its listener has another address, or hears this village no more."), 410
    ),
    t.SaidNo: Say(_("They said that they do not want to be called. You may ask them again from {until} on.")),
    t.AsksTooMany: Say(
        _("{limit} of your requests wait already."), _("Please wait until somebody has looked at them.")
    ),
    t.AskedLately: Say(
        _("The village said no to this. You may ask again from {until} on."), _("Please speak with the village head.")
    ),
    t.NotTheGateway: Say(_("This is not signed by the gateway that takes calls here."), status=403),
    t.CallOutOfTurn: Say(_("This does not follow on our last answer of this call, which was {turn}.")),
    t.NotWritten: Say(_("This does not fit how the announcement stands now."), _("Load the page again.")),
}
REASONS: Mapping[str, Words] = {
    "no_listener": _("Only who listens to the village can hold an office of it."),
    "kind": _("This is no sound that we know."),
    "six_digits": _("Please give six digits."),
    "too_plain": _("Somebody would guess this one first. Please take another."),
    "telephone": _("Please give a Korean telephone number, with its area code."),
    "asked_already": _("You have asked for this number already."),
    "over": _("This office is over."),
}
