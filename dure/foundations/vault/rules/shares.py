"""A secret for three holders of whom two suffice (Shamir 1979, over GF(2^8) with the polynomial 0x11b, byte by byte).

share(x) = secret + x * slope, with a slope of random bytes: any two lines cross the axis at the secret, and one point lies on a
line to every secret there is. All bytes are worked on at once in one large integer, with shifts and masks only: no table is
looked up by a secret byte, and no branch depends on one.

Each share has a salted fingerprint that is public, so that a false one is named; and the secret has one, so that a dealer who
dealt shares of different lines is found out. The salt of the latter is split along with the secret.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from dure.foundations.vault.types import (
    HOLDERS,
    SECRET_BYTES_MAX,
    SHARES_NEEDED,
    BadDeal,
    Deal,
    FalseShare,
    Share,
    ShareCommitments,
    ShareUnfit,
    TooFewShares,
)

__all__ = [
    "chance_needed",
    "check_share",
    "combined",
    "dealt",
    "points",
    "read_share",
    "recombined",
    "times",
    "written_share",
]

SALT_BYTES: Final = 32
_SHARE: Final = b"dure.vault.share.v1"
_SECRET: Final = b"dure.vault.secret.v1"
_WIRE: Final = b"\x01"


def chance_needed(secret: bytes) -> int:
    """How many random bytes dealing this secret takes: salt, slope and a blinding for each holder."""
    return SALT_BYTES + (len(secret) + SALT_BYTES) + HOLDERS * SALT_BYTES


def dealt(context: bytes, secret: bytes, chance: bytes) -> Deal:
    """Split `secret`, with `chance_needed` bytes of `chance` used for nothing else. `context` says what it is the secret of.

    Raises ShareUnfit.
    """
    if not 0 < len(secret) <= SECRET_BYTES_MAX or len(chance) != chance_needed(secret):
        raise ShareUnfit(why="length")
    salt, rest = chance[:SALT_BYTES], chance[SALT_BYTES:]
    whole = secret + salt
    slope, blindings = rest[: len(whole)], rest[len(whole) :]
    shares = tuple(
        Share(holder, body, blindings[(holder - 1) * SALT_BYTES : holder * SALT_BYTES])
        for holder, body in enumerate(points(whole, slope), 1)
    )
    return Deal(
        shares=shares,
        commitments=ShareCommitments(
            shares=tuple(_share_print(context, share) for share in shares), secret=_secret_print(context, secret, salt)
        ),
    )


def check_share(context: bytes, share: Share, commitments: ShareCommitments) -> None:
    """Whether this is the share that its holder was dealt. Raises FalseShare."""
    if not 1 <= share.holder <= min(HOLDERS, len(commitments.shares)):
        raise FalseShare(holder=share.holder)
    if not hmac.compare_digest(_share_print(context, share), commitments.shares[share.holder - 1]):
        raise FalseShare(holder=share.holder)


def recombined(context: bytes, shares: Sequence[Share], commitments: ShareCommitments) -> bytes:
    """The secret from two or three shares; every one given is looked at. Raises TooFewShares, FalseShare, BadDeal."""
    for share in shares:
        check_share(context, share, commitments)
    different = tuple({share.holder: share for share in shares}.values())
    if len(different) < SHARES_NEEDED:
        raise TooFewShares(given=len(different), needed=SHARES_NEEDED)
    one, other = different[:SHARES_NEEDED]
    if len(one.body) != len(other.body) or len(one.body) <= SALT_BYTES:
        raise BadDeal(holders=(one.holder, other.holder))
    whole = combined((one.holder, one.body), (other.holder, other.body))
    for third in different[SHARES_NEEDED:]:
        fits = (
            len(third.body) == len(one.body) and combined((one.holder, one.body), (third.holder, third.body)) == whole
        )
        if not fits:  # a dealer takes somebody's share out of use so, unnoticed as long as the other two suffice
            raise BadDeal(holders=tuple(share.holder for share in different))
    secret, salt = whole[:-SALT_BYTES], whole[-SALT_BYTES:]
    if not hmac.compare_digest(_secret_print(context, secret, salt), commitments.secret):
        raise BadDeal(holders=(one.holder, other.holder))
    return secret


def points(whole: bytes, slope: bytes) -> tuple[bytes, ...]:
    """The shares of holders 1, 2, 3: whole + holder * slope, byte by byte."""
    lanes = len(whole)
    at_zero, steep = int.from_bytes(whole), int.from_bytes(slope)
    return tuple((at_zero ^ times(holder, steep, lanes)).to_bytes(lanes) for holder in range(1, HOLDERS + 1))


def combined(one: tuple[int, bytes], other: tuple[int, bytes]) -> bytes:
    """Where the line through two points (place, bytes) crosses the axis."""
    (here, body), (there, others) = one, other
    apart = _inverse(here ^ there)
    lanes = len(body)
    return (
        times(_product(there, apart), int.from_bytes(body), lanes)
        ^ times(_product(here, apart), int.from_bytes(others), lanes)
    ).to_bytes(lanes)


def times(factor: int, lanes_of: int, lanes: int) -> int:
    """Every byte of `lanes_of` times the public number `factor`, in GF(2^8)."""
    ones = int.from_bytes(b"\x01" * lanes)
    result, doubled = 0, lanes_of
    for bit in range(8):
        result ^= doubled * ((factor >> bit) & 1)
        high = (doubled >> 7) & ones
        doubled = ((doubled & (ones * 0x7F)) << 1) ^ (high * 0x1B)
    return result


def written_share(share: Share) -> bytes:
    """A share as bytes, to be sealed for its holder: version, holder, blinding, body, and a checksum against typing mistakes."""
    plain = _WIRE + bytes([share.holder]) + share.blinding + share.body
    return plain + hashlib.sha256(plain).digest()[:4]


def read_share(wire: bytes) -> Share:
    """The share in these bytes. Raises ShareUnfit."""
    plain, check = wire[:-4], wire[-4:]
    if not SALT_BYTES < len(plain) - 2 - SALT_BYTES <= SECRET_BYTES_MAX + SALT_BYTES:
        raise ShareUnfit(why="length")
    if plain[:1] != _WIRE:
        raise ShareUnfit(why="version")
    if hashlib.sha256(plain).digest()[:4] != check:
        raise ShareUnfit(why="checksum")
    if not 1 <= plain[1] <= HOLDERS:
        raise ShareUnfit(why="holder")
    return Share(holder=plain[1], blinding=plain[2 : 2 + SALT_BYTES], body=plain[2 + SALT_BYTES :])


def _product(one: int, other: int) -> int:
    return times(one, other, 1)


def _inverse(number: int) -> int:
    """number ** 254, which is its inverse; nought has none and gives nought. Places are public."""
    result = 1
    for _ in range(254):
        result = _product(result, number)
    return result


def _share_print(context: bytes, share: Share) -> bytes:
    return _print(_SHARE, context, bytes([share.holder & 0xFF]), share.body, share.blinding)


def _secret_print(context: bytes, secret: bytes, salt: bytes) -> bytes:
    return _print(_SECRET, context, secret, salt)


def _print(*parts: bytes) -> bytes:
    """SHA-256 over the parts, each behind its length, so that no two lists of parts read the same."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(4) + part)
    return digest.digest()
