"""A secret that three hold and two open: nouns and refusals."""

from dataclasses import dataclass, field
from typing import Final

from dure.base.refusals import Refusal

HOLDERS: Final = 3  # of the shares of a secret
SHARES_NEEDED: Final = 2
SECRET_BYTES_MAX: Final = 256


@dataclass(frozen=True, slots=True)
class Share:
    """What one holder keeps of a secret that was split: alone it says nothing."""

    holder: int  # 1 to HOLDERS
    body: bytes = field(repr=False)
    blinding: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShareCommitments:
    """Public: what each share has to fit, and the secret that two of them make."""

    shares: tuple[bytes, ...]  # of holder 1, 2, 3
    secret: bytes


@dataclass(frozen=True, slots=True)
class Deal:
    """A secret split for three holders, two of whom suffice. The shares part ways; the commitments are for everybody."""

    shares: tuple[Share, ...]
    commitments: ShareCommitments


class TooFewShares(Refusal):
    """Two shares of different holders are needed."""

    given: int
    needed: int


class FalseShare(Refusal):
    """This holder's share is not the one that was dealt."""

    holder: int


class BadDeal(Refusal):
    """The shares fit their commitments and yet not the secret's: whoever dealt them did not deal fairly."""

    holders: tuple[int, ...]


class ShareUnfit(Refusal):
    """These bytes are no share."""

    why: str
