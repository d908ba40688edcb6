"""What a caller is told, phrase by phrase. It is spoken, so it says first what one gets and then the key."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dure.kit.faces import Words
from dure.services.broadcast.types import Line, Phrase

MINUTE_SECONDS: Final = 60
SAID: Final[Mapping[Phrase, Words]] = {
    Phrase.UNKNOWN: _(
        "This is the village broadcast. We do not know this number. Ask the head of your village for its code, join with it"
        " on our page, and prove this telephone number there. Then call again."
    ),
    Phrase.WITHHELD: _(
        "This is the village broadcast. Your number is not shown, and we know who calls by the number alone. Please call again"
        " with your number shown."
    ),
    Phrase.MENU: _("To speak to your village, press 1. To hear what was said, press 2. To end, press 0."),
    Phrase.NO_DIGITS: _("If you want to speak by telephone, set a telephone password in the studio first."),
    Phrase.ASK_DIGITS: _("Please press the six digits of your telephone password, then the hash key."),
    Phrase.DIGITS_WRONG: _("That is not right. You may try {count} more times."),
    Phrase.DIGITS_LOCKED: _("It was wrong too often. Please call again in an hour, or use the studio."),
    Phrase.OFFICE: _("To speak to your village, press 1. To end, press 0."),
    Phrase.OFFICE_TAKE_BACK: _("To take back what you sent last, press 3."),
    Phrase.OFFICE_WAITING: _("Something urgent waits for your word. To hear it, press 4."),
    Phrase.CHOOSE_VILLAGE: _("To which village?"),
    Phrase.VILLAGE_KEY: _("To {names}, press {count}."),
    Phrase.MORE_VILLAGES: _("For other villages, press 9."),
    Phrase.NOT_HEARD: _("We could not hear you."),
    Phrase.YOU_SAID: _("You said this."),
    Phrase.REVIEW: _(
        "To send it to {names}, press 1. To say it again, press 2. To send it as something urgent, press 3."
        " To throw it away, press 0."
    ),
    Phrase.SENT: _("It goes to {names} in {count} seconds. To take it back, press 0 now."),
    Phrase.ASKED: _("It is urgent and waits for a second person of {names}. To take it back, press 0 now."),
    Phrase.ON_AIR: _("Thank you. Please type its words in the studio later, for those who read."),
    Phrase.NOT_SENT: _("It could not be sent now. It is kept as a draft in the studio."),
    Phrase.TAKEN_BACK: _("It is taken back. Nobody heard it."),
    Phrase.TOO_LATE: _("It cannot be taken back any more. You can end it in the studio."),
    Phrase.THROWN_AWAY: _("It is thrown away. Nothing was sent."),
    Phrase.KEPT: _("Nothing was sent. It is kept as a draft in the studio."),
    Phrase.AGREE_KEYS: _("If you agree that it is sent now, press 1. If not, press 0."),
    Phrase.AGREED: _("Thank you. It is being sent."),
    Phrase.NOT_AGREED: _("It could not be sent. Please look into the studio."),
    Phrase.NOTHING: _(
        "Nothing was said in the last thirty days. To hear the village no more, press 9. To end, press 0."
    ),
    Phrase.ITEM_KEYS: _(
        "If you heard it, press 1. For the next one, press 2. Once more, press 3. To hear the village no more, press 9."
        " To end, press 0."
    ),
    Phrase.CONSENT: _(
        "This is the village broadcast of {names}. Somebody who speaks for the village entered your number. If you want"
        " a call or a text message when something is said there, and the village may see whether you heard it, press 1."
        " If you do not, press 9."
    ),
    Phrase.CONSENTED: _(
        "Thank you. From now on we tell you by call or text message. If you want to hear it again, call this number. To end it,"
        " press 9 in a call."
    ),
    Phrase.REFUSED: _("We do not call you again. Goodbye."),
    Phrase.RUNG: _("This is the village broadcast. When you have heard it, please press 1."),
    Phrase.RUNG_KEYS: _(
        "If you heard it, press 1. To hear it once more, press 3. If you do not want such calls any more, press 9."
    ),
    Phrase.NO_KEY: _("No key was pressed, so we do not know whether you heard it."),
    Phrase.THANKS: _("Thank you for telling us."),
    Phrase.ALL: _("That was all."),
    Phrase.LEAVE: _("To hear {names} no more, press 9 once more. To go back, press any other key."),
    Phrase.LEFT: _("From now on nothing comes to you any more."),
    Phrase.UNCLEAR: _("That key means nothing here."),
    Phrase.GOODBYE: _("Goodbye."),
}


def said(line: Line) -> str:
    """The words of a phrase."""
    match line.phrase:
        case Phrase.LISTEN:
            text = ngettext(
                "There is {count} broadcast of the last thirty days.",
                "There are {count} broadcasts of the last thirty days.",
                line.count,
            )
            return text.format(count=line.count)
        case Phrase.SPEAK:
            minutes = line.count // MINUTE_SECONDS
            text = ngettext(
                "To {names}. Speak after the tone, for {count} minute at most, then press the hash key.",
                "To {names}. Speak after the tone, for {count} minutes at most, then press the hash key.",
                minutes,
            )
            return text.format(names=line.names, count=minutes)
    return str(SAID[line.phrase]).format(names=line.names, count=line.count)
