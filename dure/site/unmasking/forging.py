"""Forging: who has no key of the day, and any number of genuine passes, and wants one more to be let in."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from dure.base.refusals import Refusal
from dure.services.checkin.rules import admitting, calendar, passes
from dure.services.checkin.types import Pass, Scan

from .town import EPOCH, Told, Town, untold

SLOT = 2_880  # noon
GENUINE = 50


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
        found.genuine_let_in += _let_in(town, _text(town, one), found)
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
        admitting.admit(town.spent, town.unseal, passes.decode(text), frozenset(), Scan(at, at, "", frozenset()))
    except Refusal as refusal:
        found.refused[refusal.code] += 1
        return False
    return True


def _false(town: Town, genuine: list[Pass], tries: int) -> Iterator[str]:
    """False codes in turn: invented, one bit changed before or after sealing, glued from two, for another slot, with the proof of
    another town. Anybody can seal to the visit party: its public half is on every telephone.
    """
    chance = town.random
    stranger = Town(chance.randrange(2**32))
    for number in range(tries):
        one, other = chance.sample(genuine, 2)
        match number % 5:
            case 0:
                draw = chance.randbytes
                yield _text(town, Pass(EPOCH, SLOT, draw(16), draw(16), draw(64)))
            case 1 if number // 5 % 2:
                code = town.coded(one)
                yield passes.encode(replace(code, letter=_bit_changed(code.letter, chance)))
            case 1:
                whole = _bit_changed(one.nonce + one.authenticator + one.sealed, chance)
                yield _text(town, Pass(EPOCH, SLOT, whole[:16], whole[16:32], whole[32:]))
            case 2:
                yield _text(town, (replace(one, nonce=other.nonce), replace(one, sealed=other.sealed))[number // 5 % 2])
            case 3:
                yield _text(town, replace(one, slot=SLOT + chance.choice((-2, -1, 1))))
            case _:
                yield _text(town, stranger.shown(number, SLOT))


def _text(town: Town, one: Pass) -> str:
    return passes.encode(town.coded(one))


def _bit_changed(whole: bytes, chance: random.Random) -> bytes:
    bit = chance.randrange(8 * len(whole))
    changed = bytearray(whole)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
