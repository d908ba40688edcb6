"""The part of a call in which somebody speaks to a village, or stands behind what somebody else wants to say. Pure."""

from dataclasses import replace
from typing import Final

from dure.services.broadcast.types import Call, Deed, Do, Done, Line, Move, Named, Phrase, Place, Then, Turn

from .saying import UNCLEAR_MAX, ask, end, say
from .studio import RECORDING_SECONDS_MAX, UNDO_SECONDS

VILLAGES_MAX: Final = 9  # one key each
ON_PAGE: Final = 8  # where there are more
MORE: Final = "9"


def pages(call: Call) -> int:
    """How many pages the villages have from which one is chosen."""
    return 1 if len(call.speaks) <= VILLAGES_MAX else -(-len(call.speaks) // ON_PAGE)


def on_page(call: Call) -> tuple[Named, ...]:
    """The villages that have a key now."""
    return call.speaks if pages(call) == 1 else call.speaks[call.page * ON_PAGE : (call.page + 1) * ON_PAGE]


def chosen(call: Call, pressed: str) -> Move | None:
    """The village of this key is spoken to; None: there is none."""
    number = int(pressed) if len(pressed) == 1 and pressed.isascii() and pressed.isdigit() else 0
    villages = on_page(call)
    if not 1 <= number <= len(villages):
        return None
    return record(replace(call, to=villages[number - 1], unclear=0))


def record(call: Call, *before: Line) -> Move:
    """After the tone somebody speaks; the village is read back before."""
    lines = (*before, say(Phrase.SPEAK, call.to.name if call.to else "", RECORDING_SECONDS_MAX))
    return Move(
        replace(call, place=Place.SPEAKING), turn=Turn(lines=lines, then=Then.RECORD, seconds=RECORDING_SECONDS_MAX)
    )


def kept(call: Call, done: Done) -> Move:
    """What was said is played back, with the village to which it would go. What could not be kept is said once more."""
    if not done.ok or done.announcement is None:
        if call.unclear + 1 >= UNCLEAR_MAX:
            return end(call, say(Phrase.NOT_HEARD), say(Phrase.GOODBYE))
        return record(replace(call, unclear=call.unclear + 1), say(Phrase.NOT_HEARD))
    own = replace(call, place=Place.REVIEW, announcement=done.announcement)
    played = Line(Phrase.ANNOUNCEMENT, announcement=done.announcement)
    return ask(own, say(Phrase.YOU_SAID), played, say(Phrase.REVIEW, own.to.name if own.to else ""))


def reviewed(call: Call, pressed: str) -> Move | None:
    """1 sends it, 2 says it again, 3 sends it as something urgent, 0 throws it away; None: no such key."""
    to = (call.to,) if call.to else ()
    match pressed:
        case "1":
            return Move(call, Deed(Do.SEND, announcement=call.announcement, villages=to))
        case "2":
            return record(replace(call, unclear=0))
        case "3":
            return Move(call, Deed(Do.SEND_URGENT, announcement=call.announcement, villages=to))
        case "0":
            return Move(call, Deed(Do.THROW_AWAY, announcement=call.announcement))
    return None


def sent(call: Call, done: Done) -> Move:
    """It airs in ten seconds, in which one key takes it back; or it waits for a second person; or it stays a draft."""
    if not done.ok:
        return end(call, say(Phrase.NOT_SENT), say(Phrase.GOODBYE))
    own = replace(call, place=Place.UNDO, announcement=done.announcement, unclear=0)
    line = say(Phrase.ASKED if done.waits else Phrase.SENT, own.to.name if own.to else "", UNDO_SECONDS)
    return ask(own, line, seconds=UNDO_SECONDS)


def undone(call: Call, pressed: str) -> Move:
    """0 takes it back; any other key, or none, lets it go."""
    if pressed == "0":
        return Move(call, Deed(Do.TAKE_BACK, announcement=call.announcement))
    return end(call, say(Phrase.ON_AIR), say(Phrase.GOODBYE))


def taken_back(call: Call, done: Done) -> Move:
    """Nobody heard it; or it was on the air by then."""
    return end(call, say(Phrase.TAKEN_BACK if done.ok else Phrase.TOO_LATE), say(Phrase.GOODBYE))


def thrown_away(call: Call, done: Done) -> Move:
    """Nothing of it stays, and nothing was sent."""
    return end(call, say(Phrase.THROWN_AWAY if done.ok else Phrase.KEPT), say(Phrase.GOODBYE))


def agrees(call: Call) -> Move:
    """What waits for a second person is heard before anybody stands behind it."""
    played = Line(Phrase.ANNOUNCEMENT, announcement=call.waiting)
    return ask(
        replace(call, place=Place.WAITING),
        Line(Phrase.WAITS, announcement=call.waiting),
        played,
        say(Phrase.AGREE_KEYS),
    )


def agreed(call: Call, done: Done) -> Move:
    """It is sent; or it is over, or somebody was faster."""
    return end(call, say(Phrase.AGREED if done.ok else Phrase.NOT_AGREED), say(Phrase.GOODBYE))
