"""Forging: who has no key of the day, and any number of genuine passes, and wants one more to be let in."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from dure.base.refusals import Refusal
from dure.services.checkin.rules import admitting, calendar, passes
from dure.services.checkin.types import Pass

from .town import EPOCH, Told, Town, untold

SLOT = 2_880  # noon
GENUINE = 50
BODY_BYTES = 96  # nonce, authenticator, sealed handle


@dataclass(slots=True)
class Forging:
    """What was tried, and what became of it."""

    tries: int = 0
    let_in: int = 0
    genuine: int = 0
    genuine_let_in: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def play(tries: int, seed: int, told: Told = untold) -> Forging:
    """Try so many false passes beside genuine ones, which all have to be let in."""
    town = Town(seed)
    found = Forging()
    genuine = [town.shown(person, SLOT) for person in range(GENUINE)]
    for one in genuine:
        found.genuine += 1
        found.genuine_let_in += _let_in(town, passes.encode(one), found)
    found.refused.clear()
    for text in _false(town, genuine, tries):
        found.tries += 1
        found.let_in += _let_in(town, text, found)
        told(1)
    return found


def _let_in(town: Town, text: str, found: Forging) -> bool:
    """Whether the visit party would take what a scanner read. Nothing is spent yet, so only the pass itself is judged."""
    at = calendar.slot_starts_at(EPOCH, SLOT) + timedelta(seconds=7)
    try:
        admitting.admit(town.spent, passes.decode(text), frozenset(), at, at)
    except Refusal as refusal:
        found.refused[refusal.code] += 1
        return False
    return True


def _false(town: Town, genuine: list[Pass], tries: int) -> Iterator[str]:
    """False passes in turn: invented, one bit changed, glued from two, for another slot, with the proof of another town."""
    chance = town.random
    stranger = Town(chance.randrange(2**32))
    for number in range(tries):
        one, other = chance.sample(genuine, 2)
        match number % 5:
            case 0:
                draw = chance.randbytes
                yield passes.encode(Pass(EPOCH, SLOT, draw(16), draw(16), draw(64)))
            case 1:
                yield passes.encode(_bit_changed(one, chance.randrange(8 * BODY_BYTES)))
            case 2:
                yield passes.encode(
                    (replace(one, nonce=other.nonce), replace(one, sealed=other.sealed))[number // 5 % 2]
                )
            case 3:
                yield passes.encode(replace(one, slot=SLOT + chance.choice((-2, -1, 1))))
            case _:
                yield passes.encode(stranger.shown(number, SLOT))


def _bit_changed(one: Pass, bit: int) -> Pass:
    whole = bytearray(one.nonce + one.authenticator + one.sealed)
    whole[bit // 8] ^= 1 << bit % 8
    return Pass(one.epoch, one.slot, bytes(whole[:16]), bytes(whole[16:32]), bytes(whole[32:]))
