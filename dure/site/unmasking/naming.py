"""Naming: who has every key of an issuer, the list of all people, and the codes that a venue's scanner typed. Whose are they?

Two issuers attack. One kept its word and no batch: it makes everybody's marks anew with `rates` and looks for them. One broke it:
it kept every batch, and looks for envelopes and authenticators as well. Each plays against codes whose passes lie in the clear,
as they did before telephones sealed them, and against ours; and once more with the visit party's key, which it should never get.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dure.services.checkin.rules import calendar, issuing, marks, passes, showing
from dure.services.checkin.types import Code, KnownBy, Pass

from .town import EPOCH, Told, Town, in_the_clear, named, raw, untold

CODES_A_PERSON = 4

type Look = Callable[[bytes, int], set[int]]
"""(bytes of a code, its slot) -> the people that it might be of."""


@dataclass(frozen=True, slots=True)
class Naming:
    """The share of the codes behind which somebody was named, and rightly."""

    codes: int
    clear: dict[str, float]
    ours: dict[str, float]
    with_letters: float  # of ours, by the issuer that kept its word, with the visit party's letter key of the day


def play(codes: int, seed: int, told: Told = untold) -> Naming:
    """Try to name the people behind so many codes."""
    town = Town(seed)
    people = max(2, codes // CODES_A_PERSON)
    truth: list[tuple[int, Pass, Code]] = []
    for person in range(people):
        for slot in town.random.sample(range(8 * 240, 20 * 240, 8), CODES_A_PERSON):
            shown = town.shown(person, slot)
            truth.append((person, shown, town.coded(shown)))
        told(CODES_A_PERSON)
    slots = {shown.slot for _, shown, _ in truth}
    marks_known = _marks(town, people, slots)
    kept = _kept(town, [(person, shown) for person, shown, _ in truth])
    ways: dict[str, Look] = {
        "by its marks": lambda code, slot: found_in(code, marks_known[slot]),
        "by a batch that was kept": lambda code, slot: found_in(code, kept),
    }
    clear = [(person, shown.slot, in_the_clear(shown)) for person, shown, _ in truth]
    ours = [(person, code.slot, raw(code)) for person, _, code in truth]
    opened = [(person, code.slot, in_the_clear(passes.opened(code, town.unseal))) for person, _, code in truth]
    return Naming(
        codes=len(truth),
        clear={name: _named(look, clear) for name, look in ways.items()},
        ours={name: _named(look, ours) for name, look in ways.items()},
        with_letters=_named(ways["by its marks"], opened),
    )


def _marks(town: Town, people: int, slots: set[int]) -> dict[int, dict[bytes, int]]:
    """Everybody's marks, in every slot: three hashes each."""
    subjects = [
        marks.subject_of(town.issuer.rates, EPOCH, KnownBy.TELEPHONE, named(person)) for person in range(people)
    ]
    found: dict[int, dict[bytes, int]] = {}
    for slot in slots:
        nonces = [marks.nonce_of(subject, calendar.minute_of_slot(slot)) for subject in subjects]
        found[slot] = {half: who for who, nonce in enumerate(nonces) for half in (nonce[:8], nonce[8:])}
    return found


def _kept(town: Town, handed_out: Sequence[tuple[int, Pass]]) -> dict[bytes, int]:
    """What an issuer that kept everything can look for: envelopes, and what telephones make of them."""
    found: dict[bytes, int] = {}
    for person, shown in handed_out:
        envelope = issuing.envelope_key(town.issuer.passes, EPOCH, shown.sealed)
        minute = calendar.minute_of_slot(shown.slot)
        stamp = issuing.stamp_key(town.issuer.passes, EPOCH, minute, shown.nonce)
        made = showing.authenticator(envelope, stamp, replace(shown, authenticator=b""))
        found |= dict.fromkeys((made[:8], shown.sealed[:8], shown.sealed[-8:], envelope[:8], stamp[:8]), person)
    return found


def found_in(code: bytes, known: dict[bytes, int]) -> set[int]:
    """Who stands in the bytes of a code, at whatever place."""
    return {known[code[at : at + 8]] for at in range(len(code) - 7) if code[at : at + 8] in known}


def _named(look: Look, codes: Sequence[tuple[int, int, bytes]]) -> float:
    return sum(look(code, slot) == {person} for person, slot, code in codes) / max(1, len(codes))
