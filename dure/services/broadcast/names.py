"""What people read for the codes of village broadcast: one word a code, for all faces alike."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.kit.faces import Words
from dure.services.broadcast.types import (
    Agreed,
    AnnouncementState,
    HouseholdState,
    Kind,
    Office,
    RequestStanding,
    Standing,
    Tie,
    VoiceFault,
)

KINDS: Mapping[Kind, Words] = {
    Kind.NOTICE: _("Ordinary"),
    Kind.URGENT: _("Urgent"),
    Kind.DRILL: _("Drill"),
}
STATES: Mapping[AnnouncementState, Words] = {
    AnnouncementState.DRAFT: _("draft"),
    AnnouncementState.ASKED: _("waits for a second person"),
    AnnouncementState.SENT: _("sent"),
    AnnouncementState.TAKEN_BACK: _("taken back"),
    AnnouncementState.ENDED: _("ended"),
}
AGREED: Mapping[Agreed, Words] = {
    Agreed.NOBODY: _("its author alone"),
    Agreed.SECOND: _("a second person"),
    Agreed.PIN: _("the number of the village"),
}
OFFICES: Mapping[Office, Words] = {
    Office.HEAD: _("village head"),
    Office.DEPUTY: _("deputy head"),
}
TIES: Mapping[Tie, Words] = {
    Tie.RESIDENT: _("I live there"),
    Tie.CHILD: _("My parents live there"),
    Tie.AWAY: _("I am from there and live elsewhere"),
}
STANDINGS: Mapping[Standing, Words] = {
    Standing.WAITING: _("being told"),
    Standing.HEARD: _("heard"),
    Standing.TO_VISIT: _("to visit"),
    Standing.EXPIRED: _("over before they heard"),
    Standing.LEFT: _("listens no more"),
    Standing.VISITED: _("told at the door"),
}
FAULTS: Mapping[VoiceFault, Words] = {
    VoiceFault.MISSING: _("This place has no voice of its own; telephones read the words aloud themselves."),
    VoiceFault.UNREADABLE: _("The recording goes out as your device made it, without the chime."),
    VoiceFault.UNSAID: _("There is no Korean in it that a voice could say."),
    VoiceFault.BROKEN: _(
        "The voice could not be made. The broadcast goes out all the same, and telephones read the words."
    ),
}
HOUSEHOLDS: Mapping[HouseholdState, Words] = {
    HouseholdState.ASKED: _("not asked yet"),
    HouseholdState.LISTENING: _("listens"),
    HouseholdState.REFUSED: _("said no"),
    HouseholdState.LAPSED: _("not reached"),
    HouseholdState.LEFT: _("listens no more"),
}
REQUESTS: Mapping[RequestStanding, Words] = {
    RequestStanding.WAITING: _("The village looks at it"),
    RequestStanding.REFUSED: _("The village said no"),
    RequestStanding.WITHDRAWN: _("You took it back"),
    RequestStanding.LAPSED: _("Nobody looked at it in time"),
    RequestStanding.CALLING: _("We call and ask"),
    RequestStanding.HEARING: _("They hear the village"),
    RequestStanding.SAID_NO: _("They said no"),
    RequestStanding.NOT_REACHED: _("Not reached"),
    RequestStanding.OVER: _("They hear it no more"),
}
ZONES: Mapping[str, Words] = {
    "Asia/Seoul": _("Korea"),
    "Asia/Shanghai": _("China"),
    "Asia/Ho_Chi_Minh": _("Vietnam"),
    "Australia/Sydney": _("Sydney"),
    "Europe/Berlin": _("Berlin"),
    "Europe/London": _("London"),
    "America/New_York": _("New York"),
    "America/Chicago": _("Chicago"),
    "America/Los_Angeles": _("Los Angeles"),
}

TEXT_LENGTH_MAX = 700  # letters: with what stands around them within the 2,000 bytes of a long text message


def text_of(village: str, words: str, number: str) -> str:
    """What a text message says to who listens without an account: the words, and how one tells that one read them, or stops."""
    said = words if len(words) <= TEXT_LENGTH_MAX else f"{words[: TEXT_LENGTH_MAX - 1]}…"
    how = gettext("To hear it, or to tell us that you read it, call {number} and press 1. To stop, press 9 there.")
    return f"[{village}] {said}\n\n{how.format(number=number)}"
