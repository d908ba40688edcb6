"""What a person reads when channels say no."""

from django.utils.translation import gettext_lazy as _

from dure.foundations.channels import types
from dure.kit.faces import Say, Says

SAYS: Says = {
    types.AddressUnproved: Say(
        _("The e-mail address of your account is not proved yet."), _("Open the letter with the code first.")
    ),
    types.CodeOver: Say(_("This code is good no more."), _("Ask for a new one."), 422),
    types.CodesSpent: Say(_("This town sends no more codes for now."), _("Please try again in {wait}."), 429),
    types.CodeWrong: Say(
        _("That is not the code that we sent. You can try {left} more times."),
        _("Look at the newest message: only the last code is good."),
        422,
    ),
    types.NobodyCarries: Say(_("This town has nobody who carries text messages yet."), status=503),
    types.NoTelephone: Say(_("There is no proved telephone number."), _("Name one first.")),
    types.AdFormWrong: Say(_("The form of the ad is not right ({rule})."), status=422),
    types.AdLooksLikeInfo: Say(
        _("“{found}” offers something, so this is an ad."), _("Choose “Ad”, or leave it out."), 422
    ),
    types.AlreadySent: Say(_("It has left already.")),
    types.ChangedMeanwhile: Say(_("Somebody changed it meanwhile."), _("Please read it once more.")),
    types.ChannelClosed: Say(_("This channel is closed."), status=410),
    types.ChannelPaused: Say(_("This channel is paused by the stewards."), _("It can send again when they let it.")),
    types.ContentTooLong: Say(
        _("This is too long: {length} characters or entries, at most {limit} fit ({field})."), status=422
    ),
    types.CouponGone: Say(
        _("This coupon cannot be taken here: it is over, or the message was a trial."),
        _("Look at the page of the shop for others."),
    ),
    types.HandleTaken: Say(_("Another channel already has the handle {handle}."), _("Please choose another one.")),
    types.LinkOver: Say(
        _("This link does not hold, or no longer."), _("Log in and leave on the page of the channel."), 410
    ),
    types.NeedsSecondPerson: Say(_("Whoever wrote it cannot approve it: another person has to."), status=403),
    types.NobodyToReach: Say(
        _("Nobody would get this message."), _("Look at the condition, and at how many friends take ads."), 422
    ),
    types.NotAFriend: Say(_("Only friends of the channel can do this, or be noted.")),
    types.NotEnoughCredit: Say(
        _("Sending costs up to {won} won, and {left} won are left."),
        _("Send it only by ways that cost nothing, or to fewer people."),
    ),
    types.ReportForged: Say(_("No dealer has signed this report."), status=403),
    types.SegmentUnreadable: Say(
        _("The condition cannot be read at character {at}."), _("There could stand: {expected}."), 422
    ),
    types.TemplateUnfit: Say(
        _("This cannot be an AlimTalk template ({rule})."),
        _("It has to be approved, no ad, and within the lengths that AlimTalk takes."),
        422,
    ),
    types.TooFewToTell: Say(
        _("Who opened a message, and who lives where, is not shown by name."),
        _("You can aim at it; the list shows tags, visits and birthdays."),
        403,
    ),
    types.TooManyChannels: Say(_("An organisation has at most {limit} channels."), _("Close one first.")),
    types.VariableUnknown: Say(_("Nothing fills the variable {name}."), status=422),
    types.WrongState: Say(_("It is past this step."), _("Load the page again to see where it stands.")),
}
REASONS = {
    "handle_length": _("A handle has 2 to 12 letters."),
    "handle_letters": _("A handle is Korean or Latin letters and digits, not both together, and begins with a letter."),
    "handle_reserved": _("This handle is kept for public bodies and for Dure itself."),
    "contact": _("Please give a telephone number or an e-mail address: an ad has to name it."),
    "one_line": _("This has to fit on one line."),
    "target": _("A link begins with https://, or with / for a page of ours; a call is digits."),
    "night_needs_ads": _("Ads at night need the consent to ads."),
    "too_far": _("At most 60 days ahead."),
    "too_many": _("These are too many."),
    "tag": _("A tag has at most 20 letters, and no quotes."),
    "variable": _("A variable is # and a name in braces: letters and digits, at most 20."),
    "variable_in_label": _("The label of a button takes no variables."),
    "template_text": _("These are not the words of the template that was approved."),
    "mobile_number": _("Please give a mobile number, like 010-1234-5678."),
    "foreign_number": _("Text messages reach Korean numbers only, like 010-1234-5678."),
    "code": _("The code has six digits."),
    "alimtalk_text_only": _("AlimTalk takes one text and buttons only."),
}
