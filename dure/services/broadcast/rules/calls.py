"""A call, step by step: where it stands and what happens say what is done, what is answered and where it stands then. Pure.

Who speaks is known by the number that calls and by a secret number of their own; who hears, by the number alone. Nothing is sent
that was not played back to whoever said it, and no key means two things at one place.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from dure.services.broadcast.types import Call, Caller, Deed, Do, Done, Line, Move, Named, Phrase, Place, Then, Turn

from .hearing_calls import found, heard, left_out, listened, listens
from .numbers import DIGITS
from .saying import UNCLEAR_MAX, ask, end, hung_up, names_of, say
from .speaking_calls import (
    MORE,
    agreed,
    agrees,
    chosen,
    kept,
    on_page,
    pages,
    record,
    reviewed,
    sent,
    taken_back,
    thrown_away,
    undone,
)

__all__ = ["asked", "called", "is_withheld", "keyed", "rang", "recorded", "rung", "told", "withheld"]

CONSENT_SECONDS: Final = 15
DIGITS_SECONDS: Final = 20
DIGITS_KEYS_MAX: Final = DIGITS + 1  # and the key that ends it


def rang(caller: Caller) -> Move:
    """Somebody calls. A number that nobody proved, and one of somebody who hears no village, learns only how one joins."""
    call = Call(place=Place.MENU, speaks=caller.speaks, hears=caller.hears)
    if not caller.speaks and not caller.hears:
        return end(call, say(Phrase.UNKNOWN))
    if not caller.speaks:
        return listens(call)
    if caller.has_digits:
        return _menu(call)
    if caller.hears:
        return listens(call, Phrase.NO_DIGITS)
    return end(call, say(Phrase.NO_DIGITS), say(Phrase.GOODBYE))


def is_withheld(caller: str) -> bool:
    """Whether somebody calls without showing their number."""
    return not any(sign.isdigit() for sign in caller)


def withheld() -> Move:
    """Nobody is known without a number: they learn how it is shown."""
    return end(Call(place=Place.MENU), say(Phrase.WITHHELD))


def rung(call: Call) -> Move:
    """Somebody picked up whom we call about what is on the air. An answering machine picks up as well: only a key says that
    somebody is there.
    """
    return listens(replace(call, rung=True), Phrase.RUNG)


def asked(hears: Named) -> Move:
    """Somebody picked up, or called, who was entered and has not said yes yet: nothing but that is said to them."""
    return _consent(Call(place=Place.CONSENT, hears=(hears,)))


def called(hears: tuple[Named, ...]) -> Move:
    """A telephone calls that listens without an account."""
    return listens(Call(place=Place.HEARING, hears=hears))


def keyed(call: Call, keys: str) -> Move:
    """Keys were pressed, or none."""
    pressed = keys.strip().rstrip("#")
    call = replace(call, touched=call.touched or bool(keys.strip()))
    if call.place is Place.SPEAKING:  # nothing was said after the tone
        return _again(call, record(call))
    if call.place is Place.OVER:
        return hung_up(call)
    if pressed == "0" and call.place in LEAVING_BY_ZERO:
        return end(call, say(Phrase.GOODBYE))
    return KEYED[call.place](call, pressed)


def recorded(call: Call) -> Move:
    """Somebody spoke. At another place it is no key that was meant."""
    if call.place is not Place.SPEAKING or call.to is None:
        return keyed(call, "")
    return Move(call, Deed(Do.KEEP, announcement=call.announcement, villages=(call.to,)))


def told(call: Call, deed: Deed, done: Done) -> Move:
    """What was to be done is done, or not."""
    return TOLD[deed.do](call, done)


def _consent(call: Call) -> Move:
    return ask(call, say(Phrase.CONSENT, names_of(call.hears)), seconds=CONSENT_SECONDS)


def _consents(call: Call, pressed: str) -> Move:
    """Silence is no yes."""
    if pressed == "1":
        return Move(call, Deed(Do.CONSENT, villages=call.hears))
    if pressed == "9":
        return Move(call, Deed(Do.REFUSE, villages=call.hears))
    return _again(call, _consent(call))


def _menu(call: Call, *before: Line) -> Move:
    return ask(replace(call, place=Place.MENU, unclear=0), *before, say(Phrase.MENU))


def _from_menu(call: Call, pressed: str) -> Move:
    if pressed == "1":
        return _ask_digits(call)
    if pressed == "2":
        return listens(call)
    return _again(call, _menu(call))


def _ask_digits(call: Call, *before: Line) -> Move:
    turn = Turn(
        lines=(*before, say(Phrase.ASK_DIGITS)), then=Then.KEYS, keys_max=DIGITS_KEYS_MAX, seconds=DIGITS_SECONDS
    )
    return Move(replace(call, place=Place.DIGITS), turn=turn)


def _digits(call: Call, pressed: str) -> Move:
    if not pressed:
        return _again(call, _ask_digits(call))
    return Move(call, Deed(Do.TRY_DIGITS, keys=pressed))


def _tried(call: Call, done: Done) -> Move:
    """Who has one village and nothing that waits speaks at once."""
    if done.ok:
        known = replace(call, waiting=done.waiting, undoable=done.undoable, unclear=0)
        return _office(known) if done.waiting or done.undoable else _choose_village(known)
    if not done.left:
        return end(call, say(Phrase.DIGITS_LOCKED), say(Phrase.GOODBYE))
    return _again(call, _ask_digits(call, say(Phrase.DIGITS_WRONG, count=done.left)))


def _office(call: Call) -> Move:
    lines = [say(Phrase.OFFICE)]
    if call.undoable:
        lines.append(say(Phrase.OFFICE_TAKE_BACK))
    if call.waiting:
        lines.append(say(Phrase.OFFICE_WAITING))
    return ask(replace(call, place=Place.OFFICE), *lines)


def _from_office(call: Call, pressed: str) -> Move:
    if pressed == "1":
        return _choose_village(replace(call, unclear=0))
    if pressed == "3" and call.undoable:
        return Move(call, Deed(Do.TAKE_BACK, announcement=call.undoable))
    if pressed == "4" and call.waiting:
        return agrees(call)
    return _again(call, _office(call))


def _choose_village(call: Call) -> Move:
    """With one village there is nothing to choose; where nine keys are too few, 9 turns the page."""
    if len(call.speaks) == 1:
        return record(replace(call, to=call.speaks[0]))
    keys = [say(Phrase.VILLAGE_KEY, one.name, number) for number, one in enumerate(on_page(call), 1)]
    more = [say(Phrase.MORE_VILLAGES)] if pages(call) > 1 else []
    return ask(replace(call, place=Place.VILLAGE), say(Phrase.CHOOSE_VILLAGE), *keys, *more)


def _village(call: Call, pressed: str) -> Move:
    if pressed == MORE and pages(call) > 1:
        return _choose_village(replace(call, page=(call.page + 1) % pages(call), unclear=0))
    return chosen(call, pressed) or _again(call, _choose_village(call))


def _again(call: Call, move: Move) -> Move:
    """The same once more, but not for ever: a telephone may lie beside its fork."""
    if call.unclear + 1 >= UNCLEAR_MAX:
        kept_so = (say(Phrase.KEPT),) if call.place is Place.REVIEW else ()
        return end(call, *kept_so, say(Phrase.GOODBYE))
    return replace(move, call=replace(move.call, unclear=call.unclear + 1))


def _undo(call: Call, pressed: str) -> Move:
    return undone(call, pressed)


def _review(call: Call, pressed: str) -> Move:
    return reviewed(call, pressed) or _again(call, kept(call, Done(ok=True, announcement=call.announcement)))


def _waiting(call: Call, pressed: str) -> Move:
    if pressed == "1":
        return Move(call, Deed(Do.AGREE, announcement=call.waiting))
    return _again(call, agrees(call))


LEAVING_BY_ZERO: Final = frozenset(
    {Place.MENU, Place.DIGITS, Place.OFFICE, Place.VILLAGE, Place.WAITING, Place.HEARING, Place.LEAVING, Place.CONSENT}
)
KEYED: Final[Mapping[Place, Callable[[Call, str], Move]]] = {
    Place.MENU: _from_menu,
    Place.DIGITS: _digits,
    Place.OFFICE: _from_office,
    Place.VILLAGE: _village,
    Place.REVIEW: _review,
    Place.UNDO: _undo,
    Place.WAITING: _waiting,
    Place.CONSENT: _consents,
    Place.HEARING: listened,
    Place.LEAVING: left_out,
}
TOLD: Final[Mapping[Do, Callable[[Call, Done], Move]]] = {
    Do.TRY_DIGITS: _tried,
    Do.KEEP: kept,
    Do.SEND: sent,
    Do.SEND_URGENT: sent,
    Do.TAKE_BACK: taken_back,
    Do.THROW_AWAY: thrown_away,
    Do.AGREE: agreed,
    Do.FIND: found,
    Do.PRESS: heard,
    Do.CONSENT: lambda call, done: end(call, say(Phrase.CONSENTED if done.ok else Phrase.GOODBYE)),
    Do.REFUSE: lambda call, done: end(call, say(Phrase.REFUSED)),
    Do.LEAVE: lambda call, done: end(call, say(Phrase.LEFT), say(Phrase.GOODBYE)),
}
