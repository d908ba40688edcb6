"""Codes to read out, as the identity party hands them over."""

from dataclasses import dataclass, field
from enum import IntEnum


class Way(IntEnum):
    """How somebody comes to a code that is read out."""

    LETTERS = 0  # from a screen or from paper
    CALL = 1  # told by telephone: digits


@dataclass(frozen=True, slots=True)
class SpokenEntry:
    """One code of one person, or one that no code finds."""

    tag: bytes  # 16: what stands for the code
    owner: bytes  # 16: the same again when it is handed over again
    sealed: bytes = field(repr=False)  # 64: the handle, to the authority's key of the day
