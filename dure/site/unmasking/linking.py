"""Linking: who has every code that every venue read, and wants to say which two are of the same person.

The game: pairs of codes, half of them of one person at two venues, half of two people. Every way of telling them apart gets its
best threshold on one half of the pairs and is judged on the other half. Advantage: 0 is a coin, 1 is always right.
"""

import math
import random
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from dure.services.checkin.rules import issuing
from dure.services.checkin.rules.passes import HEADER_BYTES

from .town import EPOCH, Told, Town, named, raw, untold

CODES_A_PERSON: Final = 20
PAIRS_OF_ONE: Final = 40  # for each person: as many pairs of one as pairs with somebody else
COMMON_BYTES: Final = 8  # a string of so many bytes in two codes is no accident: one in a million towns of this size
_ALL: Final = slice(HEADER_BYTES, None)
_FIELDS: Final = {
    "one-time key": slice(5, 37),
    "sealed pass": slice(37, 149),
}

type Code = bytes
type Feature = Callable[[Code, Code], float]


@dataclass(frozen=True, slots=True)
class Linking:
    """What the game came to, for one design."""

    codes: int
    pairs: int
    advantages: dict[str, float]
    chi_square_worst: float  # in standard deviations, over every byte
    common: int  # strings of COMMON_BYTES bytes that stand in two codes

    @property
    def advantage(self) -> float:
        return max(self.advantages.values())


def ours(codes: int, seed: int, told: Told = untold) -> Linking:
    """The game with real passes."""
    town = Town(seed)
    people = max(2, codes // CODES_A_PERSON)
    made: list[list[Code]] = []
    for person in range(people):
        minutes = town.random.sample(
            range(8 * 60, 20 * 60, 2), CODES_A_PERSON
        )  # so far apart that both could be let in
        slots = [minute * 4 + town.random.randrange(4) for minute in minutes]
        made.append([raw(town.coded(town.shown(person, slot))) for slot in slots])
        told(CODES_A_PERSON)
    return _judge(made, town.random)


def naive(codes: int, seed: int, told: Told = untold) -> Linking:
    """The game with codes that carry a pseudonym of the day, as tokens with a `sub` do."""
    town = Town(seed)
    people = max(2, codes // CODES_A_PERSON)
    made = []
    for person in range(people):
        pseudonym = issuing.handle_of(town.issuer.handles, EPOCH, named(person))
        made.append([bytes(HEADER_BYTES) + pseudonym + town.random.randbytes(128) for _ in range(CODES_A_PERSON)])
        told(CODES_A_PERSON)
    return _judge(made, town.random)


def _judge(made: Sequence[Sequence[Code]], chance: random.Random) -> Linking:
    everything = [code for codes in made for code in codes]
    pairs = _pairs(made, chance)
    advantages = {name: advantage_of(feature, pairs) for name, feature in _features().items()}
    return Linking(len(everything), len(pairs), advantages, _chi_square(made), common_in(everything, HEADER_BYTES))


def _pairs(made: Sequence[Sequence[Code]], chance: random.Random) -> list[tuple[Code, Code, bool]]:
    found = []
    for at, codes in enumerate(made):
        for _ in range(PAIRS_OF_ONE):
            one, other = chance.sample(codes, 2)
            stranger = made[(at + chance.randrange(1, len(made))) % len(made)]
            found += [(one, other, True), (chance.choice(codes), chance.choice(stranger), False)]
    chance.shuffle(found)
    return found


def _features() -> dict[str, Feature]:
    """Ways of telling two codes apart, as a number that might be smaller for two of one person."""

    def differing(part: slice) -> Feature:
        return lambda one, other: (int.from_bytes(one[part]) ^ int.from_bytes(other[part])).bit_count()

    def unequal(one: Code, other: Code) -> int:
        return sum(a != b for a, b in zip(one[_ALL], other[_ALL], strict=True))

    def far(one: Code, other: Code) -> int:
        return abs(int.from_bytes(one[_ALL]) - int.from_bytes(other[_ALL])).bit_length()

    bits = {f"bits of {name}": differing(part) for name, part in _FIELDS.items()}
    return bits | {"bits of all": differing(_ALL), "bytes of all": unequal, "size of the difference": far}


def advantage_of(feature: Feature, pairs: Sequence[tuple[Code, Code, bool]]) -> float:
    """Of the best rule "one person, if the number is at most (or at least) so much", found on one half, on the other."""
    values = [(feature(one, other), same) for one, other, same in pairs]
    learnt, judged = values[: len(values) // 2], values[len(values) // 2 :]
    total = sum(same for _, same in learnt)
    best, threshold, below = 0, 0.0, True
    seen_same = seen_other = 0
    counts = Counter(learnt)
    for value in sorted({value for value, _ in learnt}):
        seen_same += counts[value, True]
        seen_other += counts[value, False]
        gain = seen_same * (len(learnt) - total) - seen_other * total
        if abs(gain) > best:
            best, threshold, below = abs(gain), value, gain > 0
    said = [((value <= threshold) == below, same) for value, same in judged]
    hit = sum(guess for guess, same in said if same) / max(1, sum(same for _, same in said))
    wrong = sum(guess for guess, same in said if not same) / max(1, sum(not same for _, same in said))
    return abs(hit - wrong)


def _chi_square(made: Sequence[Sequence[Code]]) -> float:
    """For every byte after the header: is it spread alike over the codes of one half of the people and of the other?"""
    halves = [[code for codes in made[start::2] for code in codes] for start in (0, 1)]
    return max(
        _unlike(Counter(code[at] for code in halves[0]), Counter(code[at] for code in halves[1])) for at in _places()
    )


def _places() -> range:
    return range(HEADER_BYTES, _FIELDS["sealed pass"].stop)


def _unlike(one: Counter[int], other: Counter[int]) -> float:
    """Chi-square of two samples, as standard deviations from what chance gives (Wilson and Hilferty)."""
    ones, others = one.total(), other.total()
    values = set(one) | set(other)
    square = 0.0
    for value in values:
        expected = (one[value] + other[value]) / (ones + others)
        square += (one[value] - expected * ones) ** 2 / (expected * ones)
        square += (other[value] - expected * others) ** 2 / (expected * others)
    free = max(1, len(values) - 1)
    return (math.cbrt(square / free) - (1 - 2 / (9 * free))) / math.sqrt(2 / (9 * free))


def common_in(codes: Sequence[Code], begin: int = 0) -> int:
    """How many strings of eight bytes stand in two codes, at whatever places, from this one on."""
    words = array("Q")
    for code in codes:
        for start in range(begin, begin + COMMON_BYTES):
            piece = code[start:]
            words.frombytes(piece[: len(piece) // COMMON_BYTES * COMMON_BYTES])
    again = 0
    for part in range(8):  # an eighth at a time: a set of all would not fit beside everything else
        some = [word for word in words if word & 7 == part]
        again += len(some) - len(set(some))
    return again


def bound(codes: int) -> float:
    """An advantage that chance alone gives hardly ever (four standard deviations of the difference of two shares)."""
    return bound_of(max(1, codes // CODES_A_PERSON) * PAIRS_OF_ONE)


def bound_of(pairs_of_one: int) -> float:
    """The same for a game with so many pairs of one person, and as many of two: half of them are judged."""
    return 4 * math.sqrt(1 / max(1, pairs_of_one))
