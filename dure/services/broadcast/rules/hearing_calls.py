"""The part of a call in which somebody hears again what was said to their villages. Pure."""

from dataclasses import replace
from typing import Final

from dure.services.broadcast.types import Call, Deed, Do, Done, Item, Line, Move, Named, Phrase, Place

from .saying import UNCLEAR_MAX, ask, end, names_of, say

ITEMS_MAX: Final = 20  # the newest; a call is no archive
SLOW_SECONDS: Final = 15  # to take a telephone from the ear, find the key and press it


def listens(call: Call, first: Phrase | None = None) -> Move:
    """What there is to hear is looked for; `first`: what is said before it."""
    return Move(replace(call, place=Place.HEARING, unclear=0, first=first), Deed(Do.FIND))


def found(call: Call, done: Done) -> Move:
    """The newest is played first; where there is none, it is said."""
    before = (say(call.first),) if call.first else ()
    own = replace(call, items=done.items[:ITEMS_MAX], at=0, first=None)
    if not own.items:
        return ask(own, *before, say(Phrase.NOTHING))
    many = () if call.first is Phrase.RUNG else (say(Phrase.LISTEN, count=len(own.items)),)
    return _play(own, *before, *many)


def listened(call: Call, pressed: str) -> Move:
    """1 was heard, 2 or nothing the next one, 3 once more, 9 to leave."""
    if pressed == "9":
        return ask(replace(call, place=Place.LEAVING, unclear=0), say(Phrase.LEAVE, names_of(_leaves(call))))
    if not call.items:
        return end(call, say(Phrase.GOODBYE))
    match pressed:
        case "1":
            return Move(call, Deed(Do.PRESS, announcement=call.items[call.at].announcement))
        case "" if call.rung:
            return _waits_for_key(call)
        case "" | "2":
            return _next(call)
        case "3":
            return _play(replace(call, unclear=0))
    if call.unclear + 1 >= UNCLEAR_MAX:
        return end(call, say(Phrase.GOODBYE))
    return ask(replace(call, unclear=call.unclear + 1), say(Phrase.UNCLEAR), _keys(call))


def heard(call: Call, done: Done) -> Move:
    """They said that they heard it, and hear the next one."""
    return _next(call, *((say(Phrase.THANKS),) if done.ok else ()))


def left_out(call: Call, pressed: str) -> Move:
    """9 once more, and nothing comes any more; any other key goes back to where one was."""
    if pressed == "9":
        return Move(call, Deed(Do.LEAVE, villages=_leaves(call)))
    back = replace(call, place=Place.HEARING)
    return _play(back) if back.items else end(back, say(Phrase.GOODBYE))


def _waits_for_key(call: Call) -> Move:
    """We called, and no key was pressed: who is slow is asked once more; an answering machine is left."""
    if call.unclear or call.touched:
        return end(call, say(Phrase.NO_KEY), say(Phrase.GOODBYE))
    return ask(replace(call, unclear=1), _keys(call), seconds=SLOW_SECONDS)


def _keys(call: Call) -> Line:
    return say(Phrase.RUNG_KEYS if call.rung else Phrase.ITEM_KEYS)


def _next(call: Call, *before: Line) -> Move:
    following = replace(call, at=call.at + 1, unclear=0)
    if following.at >= len(call.items):
        return end(call, *before, say(Phrase.ALL), say(Phrase.GOODBYE))
    return _play(following, *before)


def _play(call: Call, *before: Line) -> Move:
    one: Item = call.items[call.at]
    head = Line(Phrase.ITEM, names_of(one.villages), announcement=one.announcement)
    played = Line(Phrase.ANNOUNCEMENT, announcement=one.announcement)
    return ask(call, *before, head, played, _keys(call))


def _leaves(call: Call) -> tuple[Named, ...]:
    """The villages of what is played that they listen to; where nothing is played, all of theirs."""
    return call.items[call.at].villages if call.items else call.hears
