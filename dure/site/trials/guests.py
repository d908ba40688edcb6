"""Guests of a load: codes as their telephones draw them, made before, because that takes as long as judging them.

A code is good for a quarter of a minute and a little around it, so those of each slot are kept apart and sent in it.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Final

import msgspec

from dure.base import clock
from dure.kit import crowd, seals
from dure.services.checkin.rules import calendar, issuing, passes, showing
from dure.services.checkin.types import Epoch, Pass

SCAN: Final = "/checkin/scan"
SETTLE: Final = "/checkin/settle"
MAKERS: Final = 2
PIECE: Final = 1_000


type Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class DayKeys:
    """What a telephone and its issuer have of a day."""

    epoch: Epoch
    passes: bytes
    letters: bytes  # public halves
    authority: bytes


@dataclass(frozen=True, slots=True)
class Guest:
    """A code, and the sealed handle in it, by which its row is found again."""

    code: str
    sealed: bytes


def guest(keys: DayKeys, slot: int, nonce: bytes = b"", *, forged: bool = False) -> Guest:
    """Somebody whose code is on the screen in this slot. `nonce`: the marks of another telephone of the same person."""
    minute, nonce = calendar.minute_of_slot(slot), nonce or os.urandom(passes.NONCE_BYTES)
    handle = os.urandom(issuing.HANDLE_BYTES)
    sealed = seals.seal_to(keys.authority, issuing.sealing_context(keys.epoch), handle)
    proofs = (
        issuing.envelope_key(keys.passes, keys.epoch, sealed),
        issuing.stamp_key(keys.passes, keys.epoch, minute, nonce),
    )
    bare = Pass(keys.epoch, slot, nonce, b"", sealed)
    proof = os.urandom(passes.AUTHENTICATOR_BYTES) if forged else showing.authenticator(*proofs, bare)
    shown = Pass(keys.epoch, slot, nonce, proof, sealed)
    code = passes.sealed(shown, lambda context, plain: seals.seal_to(keys.letters, context, plain))
    return Guest(passes.encode(code), sealed)


def guests(keys: DayKeys, slots: Sequence[int], advance: Advance) -> list[Guest]:
    """A guest for each of these slots, in their order, made by several processes."""
    pieces = [slots[at : at + PIECE] for at in range(0, len(slots), PIECE)]
    found: list[Guest] = []
    with ProcessPoolExecutor(MAKERS, mp_context=get_context("spawn")) as makers:
        for made in makers.map(_made, [keys] * len(pieces), pieces):
            found += made
            advance(len(made))
    return found


def request(path: str, token: str, body: object) -> bytes:
    """What a scanner sends."""
    return crowd.request("POST", path, "localhost", {"Authorization": f"Bearer {token}"}, msgspec.json.encode(body))


def in_their_time(prepared: Sequence[tuple[int, bytes]], epoch: Epoch) -> Iterator[crowd.Wish]:
    """Each (slot, request), as soon as a line is free and while its code is good: what is left of a slot then is left out."""
    for number, (slot, raw) in enumerate(prepared):
        if clock.now() < calendar.slot_starts_at(epoch, slot + 2):
            yield crowd.Wish(raw, number)


def _made(keys: DayKeys, slots: Sequence[int]) -> list[Guest]:
    return [guest(keys, slot) for slot in slots]
