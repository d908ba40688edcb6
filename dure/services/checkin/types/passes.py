"""Passes: what a telephone holds for a day, what it shows, and the keys of a day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

__all__ = (
    "Batch",
    "Chance",
    "Code",
    "Envelope",
    "Epoch",
    "Handle",
    "IssuerKeys",
    "KnownBy",
    "Opener",
    "Pass",
    "Sealer",
    "Shown",
    "SpentKeys",
    "Stamp",
    "Subject",
)

Epoch = NewType("Epoch", int)  # a day of the Korean calendar, counted from 1 January 2020
Handle = NewType("Handle", bytes)  # 16 bytes: a person on one day, as only the identity party can say who
Subject = NewType("Subject", bytes)  # 32 bytes: a person, the same at every issuer, different on every day

type Chance = Callable[[int], bytes]
"""So many random bytes."""
type Sealer = Callable[[bytes, bytes], bytes]
"""(context, plain) -> a letter that only the visit party opens: HPKE to its key of the day, with chance of the telephone."""
type Opener = Callable[[bytes, bytes], bytes]
"""(context, letter) -> plain. Raises Forged when the letter was not sealed to this key, or as something else."""


@dataclass(frozen=True, slots=True)
class Code:
    """What one QR code says. Nothing but day and slot is in the clear, so whoever reads it knows nothing else."""

    epoch: Epoch
    slot: int
    letter: bytes  # 144: the pass, sealed by the telephone to the visit party's key of the day


@dataclass(frozen=True, slots=True)
class Pass:
    """What the visit party finds in a code."""

    epoch: Epoch
    slot: int  # which 15 seconds of the day it is shown in
    nonce: bytes  # 16: two marks of eight bytes each, for two overlapping windows of two minutes
    authenticator: bytes  # 16: the identity party made this, and it is shown now
    sealed: bytes  # 64: the person's handle, HPKE under the authority's key of the day


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed handle with the key that proves who sealed it. Shown in one minute, then never again."""

    sealed: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class Stamp:
    """Leave to check in once in one minute of the day; the same on all of a person's telephones and at all issuers."""

    minute: int
    nonce: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """What a telephone fetches once for a whole day."""

    epoch: Epoch
    visits: bytes  # 32: the public half of the visit party's key of the day, to which the telephone seals its passes
    envelopes: tuple[Envelope, ...]
    stamps: tuple[Stamp, ...]  # one a minute, by minute


@dataclass(frozen=True, slots=True)
class Shown:
    """All a telephone remembers of what it showed: how many envelopes are gone, and the minute of the last one."""

    epoch: Epoch
    used: int = 0
    minute: int = -1


class KnownBy(StrEnum):
    """What all issuers of a federation know a person by: one of the two, for all of them."""

    CI = "ci"
    TELEPHONE = "telephone"
    ACCOUNT = "account"  # where there is one issuer only: its own number of the person


@dataclass(frozen=True, slots=True)
class IssuerKeys:
    """Secrets of a day with which passes are made. `passes` the visit party has, too, `rates` every issuer."""

    passes: bytes = field(repr=False)
    rates: bytes = field(repr=False)
    handles: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SpentKeys:
    """Secrets of one day with which the visit party checks passes (`passes`) and writes down what is spent (`spent`)."""

    passes: bytes = field(repr=False)
    spent: bytes = field(repr=False)
