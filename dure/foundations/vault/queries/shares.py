"""A secret for three holders of whom two suffice: dealt with chance of this machine, recombined, checked."""

import os
from collections.abc import Sequence

from dure.foundations.vault import rules
from dure.foundations.vault.types import Deal, Share, ShareCommitments

__all__ = ["check_share", "dealt", "read_share", "recombined", "written_share"]


def dealt(context: bytes, secret: bytes) -> Deal:
    """Split a secret of 1 to 256 bytes. `context` says what it is the secret of: shares of another one do not fit.

    Raises ShareUnfit.
    """
    return rules.dealt(context, secret, os.urandom(rules.chance_needed(secret)))


def recombined(context: bytes, shares: Sequence[Share], commitments: ShareCommitments) -> bytes:
    """The secret from two or three shares. Raises TooFewShares, FalseShare (whose?), BadDeal."""
    return rules.recombined(context, shares, commitments)


def check_share(context: bytes, share: Share, commitments: ShareCommitments) -> None:
    """Whether a share is the one that was dealt; a holder asks this when it is handed over. Raises FalseShare."""
    rules.check_share(context, share, commitments)


def written_share(share: Share) -> bytes:
    """A share as bytes, to be sealed for its holder."""
    return rules.written_share(share)


def read_share(wire: bytes) -> Share:
    """The share in bytes. Raises ShareUnfit."""
    return rules.read_share(wire)
