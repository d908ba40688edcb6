"""What a person reads when seasons, projects or proofs say no."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from dure.kit.faces import Say, Says, Words
from dure.services.pledges import types as t

SAYS: Says = {
    t.SeasonClosed: Say(
        _("The season is not at the point where this can be done."), _("Look at its days on its page.")
    ),
    t.WrongStep: Say(_("This does not fit how it stands now."), _("Load the page again; somebody was faster.")),
    t.AlreadyIn: Say(_("You have a place in this project, or wait for one."), _("Find it under My projects.")),
    t.NotInSeason: Say(_("This organisation receives nothing of this season."), _("Choose one of the list."), 422),
    t.ReceiverNeeded: Say(_("Please say who is to receive what is not returned."), "", 422),
    t.ReceiverUnfit: Say(_("Only verified organisations can receive what is not returned."), "", 422),
    t.BoxClosesTooSoon: Say(
        _("Receivers are paid from {on} on: a donation box must be open longer than that."),
        _("Have its end put off first, or name its organisation."),
        422,
    ),
    t.ConsentClosed: Say(_("The season is being settled: this can no longer be changed."), ""),
    t.NotTheirTurn: Say(_("Somebody else has to decide this."), _("Nobody decides on what is their own."), 403),
    t.NotSettledYet: Say(_("The season is not settled yet."), _("Please come again then.")),
    t.NoSuchDay: Say(_("A season has the days 1 to 100."), "", 422),
    t.DayNotOpen: Say(_("This day can be proved from {opens_at} on."), _("Please come again then.")),
    t.DayClosed: Say(_("This day was open until {closed_at}."), _("What stood then, stands.")),
    t.ProofUnfit: Say(_("The project asks for another sort of proof."), _("Look at how a day is proved."), 422),
    t.SettlesFrom: Say(_("The season can be settled from {on} on."), _("Until then people may object and appeal.")),
    t.Undecided: Say(
        _("{left} late proofs or appeals wait for a word."),
        _("Decide on them first; what was rejected can be appealed for a week."),
    ),
    t.VoteNotOpen: Say(_("Your group votes from {opens_on} on."), _("Please come again then.")),
    t.DisputeClosed: Say(_("A settled count could be disputed until {until}."), ""),
    t.DisputeOpen: Say(
        _("There is a dispute already that nobody has decided yet."), _("Please wait for the stewards.")
    ),
    t.DisputedDayUnfit: Say(_("Day {day} counts already, or was in dispute before."), "", 422),
    t.AllDaysCount: Say(_("All hundred days are kept: there is nothing to put right."), ""),
    t.SecondStewardNeeded: Say(_("Another steward has to say the same."), _("You proposed it."), 403),
    t.GiftPassedOn: Say(
        _("What was given has left for its receiver and cannot be taken back."),
        _("Nothing was changed. Please speak with the receiver first."),
    ),
    t.FeePassedOn: Say(
        _("The fee of this deposit was spent and cannot be taken back."),
        _("Nothing was changed. Please have the fees of the season filled up first."),
    ),
    t.OwnProof: Say(_("What is your own is cheered by the others."), "", 403),
    t.OwnWords: Say(_("This is for the words of others."), "", 403),
    t.Silenced: Say(_("A steward decided that you say nothing more in this project: {why}"), "", 403),
    t.PartyTooLarge: Say(
        _("There are {capacity} places altogether: so many do not fit."), _("Come with fewer people."), 422
    ),
    t.NoRoom: Say(
        _("There is room for {left} companions. What you said before stands."), _("Say a smaller number."), 409
    ),
    t.TooManyComing: Say(
        _("{coming} people have a place already: there cannot be fewer places."), _("Say a larger number."), 422
    ),
    t.EditedMeanwhile: Say(
        _("Somebody changed this meeting meanwhile. Nothing of yours was saved."), _("Load the page again and look.")
    ),
    t.AnswersClosed: Say(_("One could say yes until {until}."), _("You can still say that you do not come.")),
    t.MeetingOver: Say(_("This does not fit the meeting as it stands."), _("Load the page again.")),
    t.MeetingsFull: Say(_("{limit} meetings lie ahead: no more fit."), _("Cancel one, or wait until one is over.")),
    t.CommentsFull: Say(_("There are {limit} comments here already: no more fit."), _("Say it under another day.")),
}
REASONS: Mapping[str, Words] = {
    "order_of_days": _("The days do not follow each other: projects, then joining, then the first day."),
    "twice": _("This is there twice."),
    "either": _("Either you name one, or the group decides."),
    "order_of_times": _("These times do not follow each other: answering, then beginning, then the end."),
    "outside_season": _("Meetings are from the first day of the season to a week after its last."),
    "quiet_hours": _("At night nobody is reminded: choose an hour from 8 in the morning to 8 in the evening."),
    "outside_window": _("At this hour the project cannot be proved. Choose one of the list."),
}
WAYS: Mapping[str, Words] = {
    "toss": _("Card or easy pay (Toss Payments)"),
    "toss-account": _("Bank transfer (Toss Payments)"),
    "kakaopay": _("KakaoPay"),
    "sandbox": _("Practice payment: no money moves"),
}
